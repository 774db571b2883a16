"""Forms of billing, a file a noun."""
