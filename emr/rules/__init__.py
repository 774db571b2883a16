"""The rules of dry needling: facts in, findings out; no framework, no clock, no database."""
