"""The forms of consents, notices and signing; one file a noun."""
