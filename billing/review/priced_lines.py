"""Lines with what they cost on the day, and who is asked for each: a payer on a claim, or the patient."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from billing.review.lines import Line
from billing.review.pricing import prices_of
from emr.models import CoverageKind
from emr.prices import A_VISIT
from emr.rules import facts
from emr.rules.needling import NEEDLING_CODES
from emr.rules.visit import Result


def priced(lines: Sequence[Line], asked: facts.Visit, result: Result) -> tuple[Line, ...]:
    """The lines with what they cost on the date of service, and who is asked for each."""
    found = prices_of([line.code for line in lines], asked.practice.fees)
    return tuple(
        replace(
            line,
            fee=price.fee,
            flat=price.flat,
            amount=price.of(line.units),
            to_patient=_is_the_patients(line.code, asked, result),
        )
        for line, price in zip(lines, found, strict=True)
    )


def _is_the_patients(code: str, asked: facts.Visit, result: Result) -> bool:
    """Where no claim goes out that is for the needling alone: what else was done is still claimed,
    unless somebody pays all of it themselves."""
    if result.claim != "none":
        return False
    return _pays_all(asked) or code in NEEDLING_CODES


def _pays_all(asked: facts.Visit) -> bool:
    return asked.coverage is None or asked.coverage.kind == CoverageKind.SELF_PAY


def at_the_agreed_price(asked: facts.Visit, agreed: Decimal) -> facts.Visit:
    """The facts of a visit of a maintenance series that no claim goes out for."""
    fees = {A_VISIT: agreed}
    if not _pays_all(asked):  # what a payer is asked for besides keeps its fee
        fees = {**asked.practice.fees, **dict.fromkeys(NEEDLING_CODES, agreed)}
    return replace(asked, practice=replace(asked.practice, fees=fees), charge=agreed)
