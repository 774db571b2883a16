"""What is worked out of a visit before it is judged: the count, who pays, and the lines to bill.

Rules that follow from them: emr/rules/judges.py
"""

from dataclasses import dataclass, replace

from emr.rules.charged_needling import is_needling
from emr.rules.code_pairs import Pair, codes_together, pairs_between
from emr.rules.facts import Visit
from emr.rules.lines import ClaimLine, lines_of
from emr.rules.needling import Count, count_muscles
from emr.rules.payment import Payment, payment_of
from emr.rules.timed_units import Units, units_of_visit


@dataclass(frozen=True, kw_only=True)
class Reckoning:
    """All that more than one rule needs to know of a visit."""

    visit: Visit  # with the usual price, where none was asked
    needled: bool  # something was needled, or a needling code was billed
    count: Count
    payment: Payment
    units: Units  # of the timed services
    lines: tuple[ClaimLine, ...]
    codes: frozenset[str]  # that would stand on one bill: charged, and suggested beside them
    pairs: tuple[Pair, ...]  # in force among these codes


def reckon(visit: Visit) -> Reckoning:
    """Work out what the judges need."""
    count = count_muscles(
        visit.needled,
        policy=visit.practice.counting,
        date_of_service=visit.date_of_service,
        injected=visit.injected,
    )
    visit = _with_usual_charge(visit, count)
    needled = is_needling(visit)
    payment = payment_of(visit, needled=needled)
    units = units_of_visit(visit)
    lines = lines_of(visit, count, units=units, payment=payment)
    codes = codes_together(visit, [line.code for line in lines])
    return Reckoning(
        visit=visit,
        needled=needled,
        count=count,
        payment=payment,
        units=units,
        lines=lines,
        codes=codes,
        pairs=pairs_between(codes, on=visit.date_of_service),
    )


def _with_usual_charge(visit: Visit, count: Count) -> Visit:
    """The visit with a price for the needling: what was asked, else the practice's fee, else none."""
    if visit.charge is not None or count.suggested_code not in visit.practice.fees:
        return visit
    return replace(visit, charge=visit.practice.fees[count.suggested_code])
