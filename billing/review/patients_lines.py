"""Whether the patient may be asked for lines that stand on no claim.

Who pays: docs/rules/abn.md#who-pays
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from emr.models import Coverage, CoverageKind
from emr.rules.findings import Finding
from emr.rules.payment import PatientPays

SOURCE = "docs/rules/abn.md#who-pays"
QMB = (
    "No claim goes out, and a qualified Medicare beneficiary (QMB) is not asked to pay: nobody is"
    " charged for {codes}."
)
MEDICARE_FIRST = (
    "The patient has Original Medicare that day, and pays cash only by option 2 of an ABN: put"
    " Medicare first, then charge."
)
STOPPED = (
    "The patient is not charged for {codes} while something stops it: clear it, or take the line off"
    " and say why."
)
# Which diagnosis a claim may carry says nothing of what the patient owes.
OF_A_CLAIM = "diagnosis-"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why the patient is not asked, in a sentence, and the page that says so."""

    message: str
    source: str = SOURCE


def refusal_of(
    codes: Sequence[str],
    *,
    pays: PatientPays,
    stops: Collection[Finding],
    in_force: Collection[Coverage],
) -> Refusal | None:
    """Why the patient may not be asked for lines of these codes; None where they may."""
    if not codes:
        return None
    told = ", ".join(codes)
    if pays == "must_not":
        return Refusal(message=QMB.format(codes=told))
    kinds = {each.payer.kind: each for each in in_force}
    primary = next((each for each in in_force if each.rank == Coverage.Rank.PRIMARY), None)
    pays_cash = primary is not None and primary.payer.kind == CoverageKind.SELF_PAY
    if pays_cash and CoverageKind.MEDICARE in kinds:
        return Refusal(message=MEDICARE_FIRST)
    stops = [each for each in stops if not each.code.startswith(OF_A_CLAIM)]
    if pays != "may" or stops:
        return Refusal(message=STOPPED.format(codes=told))
    return None
