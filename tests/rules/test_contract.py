"""Whole visits with the whole answer expected, written from the contract and not from the code.

Each line of tests/rules/data/contract/ is a visit as check_visit reads it, and what must come back.
"""

import json
from pathlib import Path

import pytest

from emr.rules.findings import USUAL_WEIGHT
from emr.rules.visit_file import answer

FOLDER = Path(__file__).parent / "data" / "contract"
CASES = [
    json.loads(line)
    for path in sorted(FOLDER.glob("*.jsonl"))
    for line in path.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["visit"]["id"])
def test_a_visit_is_answered_as_the_contract_says(case):
    told = json.loads(json.dumps(answer(case["visit"]).content))

    found = [{key: each[key] for key in ("code", "severity", "stops")} for each in told["findings"]]
    assert told | {"findings": found} == {"id": case["visit"]["id"]} | case["expect"]


def test_every_finding_is_expected_somewhere():
    expected = {each["code"] for case in CASES for each in case["expect"]["findings"]}

    assert sorted(set(USUAL_WEIGHT) - expected) == []
    assert len(CASES) >= 150
