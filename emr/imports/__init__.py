"""Patients and visits from a table that another system wrote: read, judged, shown, then written."""
