"""The session of a visit as a biller reads it: timed minutes → units, needling apart, money."""

from dataclasses import dataclass
from decimal import Decimal

from billing.review.lines import Line, total_of
from billing.review.suggestion import Suggestion
from emr.rules.code_labels import label_of
from emr.rules.timed_units import TimedCode, Units, is_timed

RULES = {
    "cms": "8-minute rule: all timed minutes together (CMS)",
    "ama": "midpoint rule: each code by itself (AMA)",
}


@dataclass(frozen=True, kw_only=True)
class TimedRow:
    """A timed code with its sum, its words and what its units cost (None: no price)."""

    code: TimedCode
    label: str
    amount: Decimal | None
    tied: bool


@dataclass(frozen=True, kw_only=True)
class Session:
    """What was done in a visit, as lines: those by the minute with their arithmetic, the others apart."""

    rule: str
    units: Units
    timed: tuple[TimedRow, ...]
    untimed: tuple[Line, ...]
    total: Decimal | None


def session_of(suggestion: Suggestion) -> Session:
    """Of the suggested lines, before anybody chose otherwise."""
    units = suggestion.units
    amounts = {line.code: line.amount for line in suggestion.lines}
    return Session(
        rule=RULES[units.rule],
        units=units,
        timed=tuple(
            TimedRow(
                code=each,
                label=label_of(each.code),
                amount=amounts.get(each.code, Decimal("0.00")) if each.units else Decimal("0.00"),
                tied=each.code in units.tied,
            )
            for each in units.codes
        ),
        untimed=tuple(line for line in suggestion.lines if not is_timed(line.code)),
        total=total_of(suggestion.lines),
    )
