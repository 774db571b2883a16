"""Which of our claims a remitted claim is. What is not sure is left to a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from billing.models import Claim, RemittanceMatch
from billing.remittances.values import PREDETERMINED, ClaimSaid
from emr.models import Patient, Payer
from emr.rules.claim_states import OPEN, ClaimState
from emr.search import fold

AT_ONCE = 500  # numbers in one query
NEVER_SENT = OPEN | {ClaimState.DROPPED}
MOST_OFFERED = 20


@dataclass(frozen=True, kw_only=True)
class Found:
    """Our claim, or None and why; `left` says why nobody needs to look for it."""

    claim: Claim | None = None
    why_not: str = ""
    left: str = ""


def claims_read_along():
    """Claims with all that judging an answer reads, and what was charged."""
    return (
        Claim.objects.with_state()
        .with_charge()
        .select_related(
            "coverage__payer",
            "coverage__patient",
            "note__visit__patient",
            "note__visit__provider__user",
            "sheet",
        )
    )


def find_claims(said: Sequence[ClaimSaid], *, payer_identifier: str) -> list[Found]:
    """For each remitted claim, in a number of queries that hardly grows with them.

    `payer_identifier` is that of who answers.
    """
    numbers = sorted({_number(each.control_number) for each in said})
    ours: dict[str, Claim] = {}
    for some in _in_parts(numbers):
        rows = claims_read_along().filter(control_number__in=some)
        ours |= {claim.control_number: claim for claim in rows}
    known = payers_known_by(payer_identifier)
    return [_found(each, ours.get(_number(each.control_number)), known) for each in said]


def payers_known_by(payer_identifier: str) -> list[Payer]:
    """Whose claims were answered under the identifier so far; nobody's the first time."""
    matches = RemittanceMatch.objects.filter(
        remitted__remittance__payer_identifier=payer_identifier, claim__isnull=False
    )
    payers = matches.order_by().values("claim__coverage__payer").distinct()
    return list(Payer.objects.filter(pk__in=payers))


def _found(said: ClaimSaid, claim: Claim | None, known: Sequence[Payer]) -> Found:
    if said.status == PREDETERMINED:
        return Found(left="A price told beforehand: nothing is paid or refused by it.")
    if claim is None:
        return Found(why_not="No claim of ours has this number.")
    if claim.state in NEVER_SENT:
        return Found(why_not=f"Our claim of this number is “{claim.state_label.lower()}”.")
    if abs(said.charge) != claim.charged:
        return Found(why_not=f"Our claim of this number charges ${claim.charged:.2f}.")
    if not _is_named(said.patient_name, claim):
        return Found(why_not="Our claim of this number is of a patient with another name.")
    if known and not any(_is_one(payer, claim.coverage.payer) for payer in known):
        names = ", ".join(payer.name for payer in known)
        went_to = claim.coverage.payer.name
        return Found(why_not=f"Our claim of this number went to {went_to}; {names} answers it.")
    return Found(claim=claim)


def _is_one(known: Payer, payer: Payer) -> bool:
    """The same payer, or another plan of it that claims reach by the same address."""
    by_address = bool(payer.electronic_id) and payer.electronic_id == known.electronic_id
    return known == payer or by_address


def _is_named(name: str, claim: Claim) -> bool:
    """A name that the payer left out says nothing against the claim, nor one that it cut short."""
    said = fold(name.partition(",")[0])
    return not said or fold(claim.coverage.patient.last_name).startswith(said)


def _number(text: str) -> str:
    return text.strip()


def _in_parts(numbers: Iterable[str]) -> Iterable[list[str]]:
    numbers = list(numbers)
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]


def offered_claims(typed: str) -> list[Claim]:
    """Claims that were sent, by the number or by the patient's name, record number or birth date."""
    patients = Patient.objects.search(typed)
    wanted = Q(control_number__iexact=typed.strip()) | Q(coverage__patient__in=patients)
    sent = claims_read_along().filter(wanted).exclude(state_now__in=NEVER_SENT)
    return list(sent[:MOST_OFFERED])
