"""`python -m tests.benchmarks.remittances`: how long a payer's file takes to read, ours beside pyx12.

No database: the remittance of the tests with its one claim as often as a file may hold one. Processor
time, for the numbers of docs/decisions/0014-our-own-reader-of-835s.md; pyx12 with its map takes long.
"""

import io
from collections.abc import Callable
from time import process_time

from pyx12.params import ParamsBase
from pyx12.x12file import X12Reader
from pyx12.x12n_document import x12n_document

from billing.remittances.reading import read_remittances
from billing.remittances.segments import MOST_CLAIMS
from tests.run import ROOT

ONE_CLAIM = ROOT / "tests/billing/data/denied_with_abn.835"
LINE = "{:<44}  {:>8}"


def measure() -> None:
    text = _with_claims(MOST_CLAIMS)
    print(f"{len(text) / 1e6:.1f} MB, {text.count('~'):,} segments\n")
    print(LINE.format("reader", "seconds"))
    for what, read in {
        "ours, with meaning and the four sums": _ours,
        "pyx12, its reader of segments alone": _segments,
        "pyx12, its document function with the 835 map": _document,
    }.items():
        print(LINE.format(what, f"{_seconds(read, text):.1f}"), flush=True)


def _with_claims(many: int) -> str:
    """The file with its claim so many times, and its segments counted again."""
    before, _, after = ONE_CLAIM.read_text().partition("CLP*")
    claim, _, end = ("CLP*" + after).partition("SE*19*")
    segments = 19 + (many - 1) * claim.count("~")
    return f"{before}{claim * many}SE*{segments}*{end}"


def _ours(text: str) -> None:
    [remittance] = read_remittances(text.encode())
    assert len(remittance.claims) == MOST_CLAIMS


def _segments(text: str) -> None:
    for _segment in X12Reader(io.StringIO(text)):
        pass


def _document(text: str) -> None:
    x12n_document(ParamsBase(), io.StringIO(text), fd_997=None, fd_html=None)


def _seconds(read: Callable[[str], None], text: str) -> float:
    started = process_time()
    read(text)
    return process_time() - started


if __name__ == "__main__":
    measure()
