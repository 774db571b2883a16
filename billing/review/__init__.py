"""Signed notes, claims and postings → facts → rules: what stands, and what stops a claim."""
