import re
from pathlib import Path

import pytest

from emr.rules.findings import (
    INFO,
    STOP_CLAIM,
    USUAL_WEIGHT,
    WARN,
    Finding,
    Severity,
    Stops,
    finding,
    in_order,
)

ROOT = Path(__file__).parents[2]


def found(code, subject="x", weight=None, message="Do it."):
    return finding(code, subject=subject, message=message, source="docs", weight=weight)


def test_a_finding_weighs_what_its_code_usually_weighs():
    assert found("no-muscle") == Finding(
        code="no-muscle",
        severity=Severity.STOP,
        stops=Stops.SIGN,
        subject="x",
        message="Do it.",
        source="docs",
    )


def test_a_finding_is_written_with_plain_words():
    assert found("code-above-count").as_dict() == {
        "code": "code-above-count",
        "severity": "stop",
        "stops": "claim",
        "subject": "x",
        "message": "Do it.",
        "source": "docs",
    }


def test_findings_are_read_by_severity_then_by_the_table_then_by_subject():
    shuffled = [
        found("divisions-counted-once"),
        found("measure-missing"),
        found("rationale-repeated"),
        found("units-above-one", "20561"),
        found("units-above-one", "20560"),
        found("note-unsigned"),
        found("no-muscle"),
    ]

    assert [(each.code, each.subject) for each in in_order(shuffled)] == [
        ("no-muscle", "x"),
        ("units-above-one", "20560"),
        ("units-above-one", "20561"),
        ("note-unsigned", "x"),
        ("rationale-repeated", "x"),
        ("measure-missing", "x"),
        ("divisions-counted-once", "x"),
    ]


def test_of_two_findings_with_one_code_and_subject_the_graver_stands():
    mild, grave = found("code-above-count", weight=WARN), found("code-above-count")

    assert in_order([mild, grave]) == (grave,)
    assert in_order([grave, mild]) == (grave,)


@pytest.mark.parametrize("weight", [STOP_CLAIM, WARN, INFO])
def test_only_a_stop_stops_something(weight):
    severity, stops = weight

    assert (severity == Severity.STOP) == (stops is not None)


def test_every_source_in_the_rules_is_a_heading_of_a_page():
    pages = {"PAGE": None}
    sources = set()
    for path in (ROOT / "emr" / "rules").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        pages["PAGE"] = re.search(r'^PAGE = "(.+)"$', text, re.M)
        sources |= set(re.findall(r'"(docs/rules/[a-z_]+\.md#[a-z-]+)"', text))
        if pages["PAGE"]:
            anchors = re.findall(r'\{PAGE\}#([a-z-]+)"|anchor="([a-z-]+)"', text)
            sources |= {f"{pages['PAGE'][1]}#{one or other}" for one, other in anchors}

    def headings(page):
        titles = re.findall(r"^## (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.M)
        return {title.lower().replace(" ", "-") for title in titles}

    assert len(sources) >= 12
    assert [
        each for each in sources if each.split("#")[1] not in headings(each.split("#")[0])
    ] == []


def test_every_code_of_the_table_is_told_by_a_rule():
    rules = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "emr" / "rules").glob("*.py")
        if path.name != "findings.py"
    )

    assert [code for code in USUAL_WEIGHT if f'"{code}"' not in rules] == []
