"""What a biller does with a claim: opened held, released, given up, or made anew.

Each step goes through `take_step`, each amount through the ledger.
"""

import secrets
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from billing.actions.postings import post, take_back
from billing.actions.steps import take_step
from billing.models import Charge, ChargeSheet, Claim, Frequency, Party, Posting, RemittanceMatch
from billing.review.claims import Stop, stops_of
from billing.review.judged import last_judged
from billing.review.ledger import balance_of_claim
from billing.review.pricing import NOTHING
from emr import audit
from emr.actions import Refused
from emr.benefits import benefits_of
from emr.documents import CODE_ALPHABET
from emr.models import Coverage, CoverageKind, Practice, User
from emr.rules.claim_states import OPEN, ClaimState
from emr.rules.folding import says_something

NUMBER_LENGTH = 12
# Of the patient's condition, the same from visit to visit.
HISTORY = (
    "onset_on",
    "accident",
    "accident_state",
    "referrer_last_name",
    "referrer_first_name",
    "referrer_npi",
)
DETAILS = (*HISTORY, "authorization_number", "payer_control_number")
# What a payer decided of a claim is void once that claim is asked anew; what it paid stays until it
# takes that back itself.
DECIDED = (
    Posting.Kind.CHARGE,
    Posting.Kind.CONTRACTUAL,
    Posting.Kind.WRITE_OFF,
    Posting.Kind.TRANSFER,
)
SAY_WHY = "Say why in a few words."


class StoppedError(Refused):
    """Something still stops the claim; `stops` say what, and where it is cleared."""

    def __init__(self, stops: list[Stop]) -> None:
        super().__init__("The claim stays held: clear what stops it first.")
        self.stops = stops


@transaction.atomic
def open_claim(
    *,
    sheet: ChargeSheet,
    coverage: Coverage,
    by: User,
    frequency: Frequency = Frequency.ORIGINAL,
    replaces: Claim | None = None,
    **details,
) -> Claim:
    """A held claim of a charge sheet.

    It brings the number of the authorization that is good on the day, the accident that the payer
    insures, and who referred the patient and how it began from the last claim of the same coverage
    for the same first diagnosis.
    """
    claim = Claim(
        note=sheet.note,
        coverage=coverage,
        sheet=sheet,
        control_number=new_control_number(),
        frequency=frequency,
        replaces=replaces,
        opened_at=timezone.now(),
        opened_by=by,
        **{"authorization_number": _authorization(coverage, sheet.note.date_of_service)}
        | _history(coverage, sheet)
        | _accident(coverage)
        | details,
    )
    claim.full_clean()
    claim.save(force_insert=True)
    audit.record("claim opened", claim, by=by, patient_id=coverage.patient_id, note=sheet.note_id)
    take_step(claim=claim, to=ClaimState.HELD, by=by)
    return claim


@transaction.atomic
def release_claim(*, claim: Claim, practice: Practice, by: User) -> Claim:
    """From held to ready, with the number of the authorization that counts by now; raises
    StoppedError while anything stops it."""
    if stops := stops_of(claim, practice=practice):
        raise StoppedError(stops)
    _bring_authorization(claim, by=by)
    take_step(claim=claim, to=ClaimState.READY, by=by, seen=ClaimState.HELD)
    return claim


@transaction.atomic
def hold_claim(*, claim: Claim, reason: str, by: User) -> Claim:
    """Back from ready."""
    _say_why(reason)
    take_step(claim=claim, to=ClaimState.HELD, by=by, reason=reason, seen=ClaimState.READY)
    return claim


@transaction.atomic
def edit_claim(*, claim: Claim, by: User, **details) -> Claim:
    """What a claim says beside its lines, while it has not been sent."""
    claim = Claim.objects.select_for_update().get(pk=claim.pk)
    if claim.state not in OPEN:
        raise Refused("This claim was sent: what it says stays. Correct it by another claim.")
    changed = sorted(name for name in details if getattr(claim, name) != details[name])
    for name in changed:
        setattr(claim, name, details[name])
    claim.full_clean()
    claim.save(update_fields=changed)
    if changed:
        patient_id = claim.coverage.patient_id
        audit.record("claim edited", claim, by=by, patient_id=patient_id, fields=changed)
    return claim


@transaction.atomic
def drop_claim(*, claim: Claim, reason: str, by: User) -> Claim:
    """A claim that was never sent and will not be: its charges leave the payer's account."""
    _say_why(reason)
    if claim.frequency != Frequency.ORIGINAL:
        raise Refused("It takes the place of a claim that the payer answered: send it instead.")
    take_step(claim=claim, to=ClaimState.DROPPED, by=by, reason=reason)
    take_back_of(claim, by=by)
    return claim


@transaction.atomic
def reject_claim(*, claim: Claim, reason: str, by: User) -> Claim:
    """The clearing house or the payer sent it back unread; the reason is theirs."""
    _say_why(reason)
    take_step(claim=claim, to=ClaimState.REJECTED, by=by, reason=reason, seen=ClaimState.SENT)
    return claim


@transaction.atomic
def appeal_claim(*, claim: Claim, reason: str, by: User) -> Claim:
    _say_why(reason)
    take_step(claim=claim, to=ClaimState.APPEALED, by=by, reason=reason)
    return claim


@transaction.atomic
def write_off_claim(*, claim: Claim, reason: str, by: User) -> Claim:
    """Nobody is asked for what the payer still owes of it."""
    _say_why(reason)
    take_step(claim=claim, to=ClaimState.WRITTEN_OFF, by=by, reason=reason)
    owed = min(balance_of_claim(claim, Party.PAYER), _owed_in_a_row(claim))
    if owed > 0:
        post(
            patient=claim.coverage.patient,
            party=Party.PAYER,
            kind=Posting.Kind.WRITE_OFF,
            amount=-owed,
            by=by,
            note=claim.note,
            claim=claim,
            memo=reason[:200],
        )
    return claim


@transaction.atomic
def correct_claim(
    *,
    claim: Claim,
    reason: str,
    by: User,
    payer_control_number: str = "",
    sheet: ChargeSheet | None = None,
    void: bool = False,
) -> Claim:
    """Another claim in the place of one that was answered: held, with its charges on it.

    It carries the same lines unless a newer `sheet` is given; a `void` one asks the payer to undo the
    first and charges nothing. What came back rejected goes out again as what it was, for the payer
    never had it: an original, or what takes the place of an earlier claim that the payer still has.
    """
    _say_why(reason)
    rejected = claim.state == ClaimState.REJECTED
    if claim.frequency == Frequency.VOID and not rejected:
        raise Refused("The payer answered that it is undone: charge the note again instead.")
    take_step(claim=claim, to=ClaimState.CORRECTED, by=by, reason=reason)
    number = claim.payer_control_number if rejected else number_at_payer(claim)
    return _in_place_of(
        claim,
        sheet=sheet,
        frequency=_frequency(claim, rejected=rejected, sheet=sheet, void=void),
        number=payer_control_number or number,
        by=by,
    )


@transaction.atomic
def replace_written_off(
    *, claim: Claim, by: User, sheet: ChargeSheet | None = None, void: bool = False
) -> Claim:
    """Another claim in the place of one that was written off after the payer had judged it, or that
    took the place of one that it had: charged again, the payer is asked to replace what it has.

    What was decided of the first is taken back, as in a correction; its state stays.
    """
    rejected = last_judged(claim) != claim
    number = claim.payer_control_number if rejected else number_at_payer(claim)
    frequency = Frequency.VOID if void else Frequency.REPLACEMENT
    return _in_place_of(claim, sheet=sheet, frequency=frequency, number=number, by=by)


def _in_place_of(
    claim: Claim, *, sheet: ChargeSheet | None, frequency: Frequency, number: str, by: User
) -> Claim:
    take_back_of(claim, by=by)
    void = frequency == Frequency.VOID
    judged = last_judged(claim)
    new = open_claim(
        sheet=judged.sheet if void and judged else sheet or claim.sheet,
        coverage=claim.coverage,
        by=by,
        frequency=frequency,
        replaces=claim,
        **{name: getattr(claim, name) for name in DETAILS} | {"payer_control_number": number},
    )
    if not void:
        post_to_payer(new, by=by)
    return new


def _frequency(claim: Claim, *, rejected: bool, sheet: ChargeSheet | None, void: bool) -> Frequency:
    if rejected and claim.frequency == Frequency.ORIGINAL:
        return Frequency.ORIGINAL
    undoes_still = claim.frequency == Frequency.VOID and sheet is None
    return Frequency.VOID if void or undoes_still else Frequency.REPLACEMENT


def _owed_in_a_row(claim: Claim) -> Decimal:
    """What the payer owes of a claim and of those whose place it took: what it paid of the first it
    need not pay again."""
    owed, found = NOTHING, claim
    while found is not None:
        owed += balance_of_claim(found, Party.PAYER)
        found = found.replaces
    return owed


def number_at_payer(claim: Claim) -> str:
    """The payer's own number of a claim, from its last answer; empty where it gave none."""
    answers = RemittanceMatch.objects.filter(claim=claim).order_by("-pk")
    return answers.values_list("remitted__payer_control_number", flat=True).first() or ""


# Charges on an account


def post_to_payer(claim: Claim, *, by: User) -> None:
    """Each line of the claim that costs something."""
    _post_charges(claim.lines, party=Party.PAYER, claim=claim, by=by)


def post_to_patient(sheet: ChargeSheet, *, by: User) -> None:
    """Each line that is on no claim and costs something."""
    lines = sheet.charges.filter(to_patient=True)
    _post_charges(lines, party=Party.PATIENT, claim=None, by=by)


def _post_charges(
    charges: Iterable[Charge], *, party: Party, claim: Claim | None, by: User
) -> None:
    for charge in charges:
        if charge.amount:
            note = charge.sheet.note
            post(
                patient=note.visit.patient,
                party=party,
                kind=Posting.Kind.CHARGE,
                amount=charge.amount,
                by=by,
                note=note,
                charge=charge,
                claim=claim,
            )


def take_back_of(claim: Claim, *, by: User) -> None:
    """The charges of a claim and what was decided of them, as far as they still stand."""
    standing = Posting.objects.filter(claim=claim, kind__in=DECIDED, reversed_by=None)
    for posting in standing.select_related("patient", "note", "charge", "claim"):
        take_back(posting=posting, by=by)


def new_control_number() -> str:
    """Ours, which the payer sends back: drawn, so that it says nothing of the patient."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(NUMBER_LENGTH))


def _authorization(coverage: Coverage, day: date) -> str:
    benefits = benefits_of(coverage, day=day)
    return benefits.authorization.number if benefits.is_authorized else ""


def _bring_authorization(claim: Claim, *, by: User) -> None:
    """What was added after the claim was opened; a number that the biller typed and that is on record
    nowhere stays, as does that of a claim that takes another one back."""
    if claim.frequency == Frequency.VOID:
        return
    said, number = claim.authorization_number, ""
    on_record = claim.coverage.authorizations.filter(number=said)
    if not said or on_record.exists():
        number = _authorization(claim.coverage, claim.note.date_of_service)
    if number and number != said:
        edit_claim(claim=claim, by=by, authorization_number=number)
        claim.authorization_number = number


def _accident(coverage: Coverage) -> dict:
    """At work, where the payer insures nothing else. Of one with a car the state is asked, too, and
    nobody knows it yet."""
    at_work = coverage.payer.kind == CoverageKind.WORKERS_COMP
    return {"accident": Claim.Accident.WORK, "accident_state": ""} if at_work else {}


def _history(coverage: Coverage, sheet: ChargeSheet) -> dict:
    last = Claim.objects.filter(coverage=coverage).select_related("sheet").first()
    if last is None or last.sheet.diagnoses[:1] != sheet.diagnoses[:1]:
        return {}
    return {name: getattr(last, name) for name in HISTORY}


def _say_why(reason: str) -> None:
    if not says_something(reason):
        raise Refused(SAY_WHY)
