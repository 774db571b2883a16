"""Log lines without health data."""

import logging
import re
import traceback

# What stands behind these opens something to whoever reads it: a document to sign, an account.
# Wherever they stand, for a Referer has a host before them; a slash may be written as %2F.
SECRETS = re.compile(r"((?:/|%2F)(?:s|accounts/password/reset/key)(?:/|%2F))[^/\s]+", re.I)


class DiscreetFormatter(logging.Formatter):
    """Writes an exception as its type and the places it passed, never its message.

    The message of a database error quotes the row, and a row may be a patient's. Of an address that
    is a secret only the beginning is written.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record) -> str:
        return SECRETS.sub(r"\1…", super().format(record))

    def formatException(self, ei) -> str:
        frames = traceback.extract_tb(ei[2])
        places = "\n".join(f"  {f.filename}:{f.lineno} in {f.name}" for f in frames)
        return f"{ei[0].__name__}\n{places}"
