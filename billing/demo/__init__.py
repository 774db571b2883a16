"""An invented clinic to look at: its people, its patients and a month of their visits.

Everything is done through the actions that people use, so the audit log, the search and the signed
PDFs are what a real clinic's would be. Nobody in it exists.
"""
