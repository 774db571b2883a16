"""`python -m tests.benchmarks.rules`: how long a visit takes in the rules, and whether memory grows.

No database and no server: made-up visits as lines of JSON, through the reader and all rules, and back
to JSON, as `check_visit` does it. What was found stands in docs/benchmarks.md.
"""

import json
import tracemalloc
from collections.abc import Iterable
from statistics import median
from time import process_time

from emr.rules.reading import read_visit
from emr.rules.visit import check
from emr.rules.visit_file import answers
from tests.benchmarks.visits import made_up_visits

WARM_UP = 200
VISITS = 10_000
IN_A_BATCH = 500
LINE = "{:<44}  {:>10}  {}"


def measure() -> None:
    lines = [json.dumps(visit).encode() + b"\n" for visit in made_up_visits(VISITS)]
    started = process_time()
    _answer(lines[:1])
    first = process_time() - started
    _answer(lines[:WARM_UP])
    facts = [read_visit(json.loads(line)) for line in lines]
    print(LINE.format("rules, without a database", "ms a visit", "aim"))
    print(LINE.format("the first visit, tables and all", f"{1000 * first:.1f}", ""))
    print(LINE.format("check", f"{_milliseconds(facts, _check):.3f}", "0.3"))
    print(LINE.format("check_visit, from JSON to JSON", f"{_milliseconds(lines, _answer):.3f}", ""))
    print(LINE.format("memory kept by the second 5,000", f"{_kept(lines):.0f} kB", "flat"))


def _check(visits: Iterable) -> None:
    for visit in visits:
        check(visit)


def _answer(lines: Iterable[bytes]) -> None:
    for answer in answers(lines):
        json.dumps(answer.content)


def _milliseconds(entries: list, work) -> float:
    """Processor time of one entry, the median of batches: what else the machine does counts little."""
    took = []
    for start in range(0, len(entries), IN_A_BATCH):
        batch = entries[start : start + IN_A_BATCH]
        started = process_time()
        work(batch)
        took.append((process_time() - started) / len(batch))
    return 1000 * median(took)


def _kept(lines: list[bytes]) -> float:
    """How many kilobytes the second half of the visits leaves behind after the first."""
    half = len(lines) // 2
    tracemalloc.start()
    _answer(lines[:half])
    before, _ = tracemalloc.get_traced_memory()
    _answer(lines[half:])
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return (after - before) / 1024


if __name__ == "__main__":
    measure()
