"""Log lines without health data."""

import logging
import traceback


class DiscreetFormatter(logging.Formatter):
    """Writes an exception as its type and the places it passed, never its message.

    The message of a database error quotes the row, and a row may be a patient's.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatException(self, ei) -> str:
        frames = traceback.extract_tb(ei[2])
        places = "\n".join(f"  {f.filename}:{f.lineno} in {f.name}" for f in frames)
        return f"{ei[0].__name__}\n{places}"
