"""Sessions in the database, under names that a database can look up."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore


class SessionStore(DatabaseSessionStore):
    def _validate_session_key(self, key):
        # A quoted cookie may hold NUL, on which PostgreSQL breaks.
        return super()._validate_session_key(key) and key.isalnum()
