"""From the signed notes of a month to claims, and from them to what the payers answered."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet

from billing.actions.charges import charge_note, release_if_clear
from billing.actions.claim_files import send_claims
from billing.actions.claims import appeal_claim, correct_claim, edit_claim, reject_claim
from billing.actions.remittances import import_remittance, upload_file
from billing.demo import money
from billing.demo.clinic import Clinic
from billing.demo.payer_answers import answers_to
from billing.models import ChargeSheet, Claim
from billing.review.claim_finding import claims_read_along
from billing.review.suggestion import suggest
from emr.models import CoverageKind
from emr.rules.claim_states import ClaimState
from notes.models import Note

# Files go out, and answers come in, every so many working days; a payer takes two weeks.
RHYTHM = 4
PAYERS_TAKE = 9

# By record number, of the last working day: not charged yet, and charged with a diagnosis that is
# only the head of others.
LEFT_TO_PULL = {10067}
HEADER = "M54.5"
CHARGED_WITH_A_HEADER = {10029: "As the referral has it"}

# The physician who certified the plan of care; nobody's name and number.
CERTIFIES = {
    "referrer_last_name": "Tanqueray",
    "referrer_first_name": "Isolde",
    "referrer_npi": "1427386507",
}
HURT_DAYS_BEFORE = 40
DAY_OF_INJURY_NOT_TOLD = {10057}

# What became of the claims that the last file of answers came after.
REJECTED = {
    10055: "Clearing house: the member was not found under this number on the day of service",
    10070: "Clearing house: the address of the subscriber is incomplete",
}
CORRECTED = {10070: "The address was completed on the chart"}
APPEALED = {
    10042: "First-level appeal with the measures of three visits and the reference of the call"
}


def bill_month(clinic: Clinic, *, working_days: Sequence[date], say: Callable[[str], None]) -> None:
    """The evenings of the working days, which are given the latest first."""
    charged = 0
    wait = min(PAYERS_TAKE, len(working_days) - 1)
    for ago, day in reversed(list(enumerate(working_days))):
        left = LEFT_TO_PULL if ago == 0 else set()
        charged += _charge_day(clinic, day, left=left, is_last=ago == 0)
        money.take_payments(clinic, day, ago=ago)
        if ago % RHYTHM == 1:
            _send(clinic, day)
        if ago % RHYTHM == 0 and wait > 0 and ago + wait < len(working_days):
            _hear_from_payers(clinic, day, sent_by=working_days[ago + wait], is_last=ago == 0)
    money.close_month(clinic, working_days[0])
    sent = Claim.objects.exclude(sent_at=None).count()
    say(f"{charged} notes charged, {sent} claims sent")


def charge_former_days(clinic: Clinic) -> None:
    """On a later day of the demo: what was signed on the days before it."""
    notes = _uncharged().filter(date_of_service__lt=clinic.today())
    for note in notes:
        _charge(clinic, note)


# Charges


def _uncharged() -> QuerySet[Note]:
    """Signed notes in force without charges, in the order of time."""
    charged = ChargeSheet.objects.values("note")
    notes = Note.objects.in_force().exclude(pk__in=charged).order_by("signed_at")
    return notes.select_related("visit__patient", "visit__provider__user")


def _charge_day(clinic: Clinic, day: date, *, left: set[int], is_last: bool) -> int:
    clinic.clock.now = clinic.moment(day, 16, 20)
    notes = [each for each in _uncharged().filter(date_of_service=day) if _number(each) not in left]
    for note in notes:
        clinic.pass_minutes(2)
        _charge(clinic, note, with_header=is_last and _number(note) in CHARGED_WITH_A_HEADER)
    return len(notes)


def _charge(clinic: Clinic, note: Note, *, with_header: bool = False) -> None:
    suggestion = suggest(note, practice=clinic.practice)
    diagnoses, reason = list(suggestion.diagnoses), ""
    if with_header:
        diagnoses[0], reason = HEADER, CHARGED_WITH_A_HEADER[_number(note)]
    sheet = charge_note(
        note=note,
        lines=suggestion.lines,
        diagnoses=diagnoses,
        reason=reason,
        practice=clinic.practice,
        by=clinic.biller,
    )
    claim = Claim.objects.select_related("coverage__payer").filter(sheet=sheet).first()
    if claim and claim.state == ClaimState.HELD and (details := _details(claim, note)):
        claim = edit_claim(claim=claim, by=clinic.biller, **details)
        release_if_clear(claim, practice=clinic.practice, by=clinic.biller)


def _details(claim: Claim, note: Note) -> dict:
    """What the first claim of a patient asks for; later ones bring it along."""
    kind = claim.coverage.payer.kind
    if kind == CoverageKind.MEDICARE:
        return {} if claim.referrer_npi else CERTIFIES
    if claim.accident or _number(note) in DAY_OF_INJURY_NOT_TOLD:
        return {}
    hurt_on = note.date_of_service - timedelta(days=HURT_DAYS_BEFORE)
    if kind == CoverageKind.WORKERS_COMP:
        return {"accident": Claim.Accident.WORK, "onset_on": hurt_on}
    if kind == CoverageKind.AUTO:
        return {"accident": Claim.Accident.AUTO, "accident_state": "CO", "onset_on": hurt_on}
    return {}


def _number(note: Note) -> int:
    return int(note.visit.patient.record_number)


# Files


def _send(clinic: Clinic, day: date) -> None:
    """Everything that is ready, in one file."""
    ready = Claim.objects.with_state().filter(state_now=ClaimState.READY)
    clinic.clock.now = clinic.moment(day, 17, 30)
    if ready:
        send_claims(claims=list(ready), by=clinic.biller)


def _hear_from_payers(clinic: Clinic, day: date, *, sent_by: date, is_last: bool) -> None:
    """The answers to what was sent by a day; before the last ones some claims came back unread."""
    clinic.clock.now = clinic.moment(day, 17, 34)
    midnight = clinic.moment(sent_by + timedelta(days=1), 0)
    waiting = {
        int(claim.coverage.patient.record_number): claim
        for claim in _sent_before(midnight)
        if is_last
    }
    for number, reason in REJECTED.items():
        if claim := waiting.get(number):
            reject_claim(claim=claim, reason=reason, by=clinic.biller)
            _correct(clinic, claim, CORRECTED.get(number, ""))
    claims = _sent_before(midnight)
    if not claims:
        return
    raw = answers_to(
        claims, number=day.toordinal() % 1000, day=day, denies=is_last, of_nobody=is_last
    )
    clinic.pass_minutes(3)
    file = upload_file(raw=raw, by=clinic.biller)
    clinic.pass_minutes(2)
    import_remittance(file=file, practice=clinic.practice, by=clinic.biller)
    for number, reason in APPEALED.items():
        if claim := waiting.get(number):
            clinic.pass_minutes(3)
            appeal_claim(claim=claim, reason=reason, by=clinic.biller)


def _sent_before(moment) -> list[Claim]:
    sent = claims_read_along().filter(state_now=ClaimState.SENT, sent_at__lt=moment)
    return list(sent.prefetch_related("sheet__charges__sheet__note").order_by("pk"))


def _correct(clinic: Clinic, claim: Claim, reason: str) -> None:
    """Another claim in its place, sent at once."""
    if not reason:
        return
    new = correct_claim(claim=claim, reason=reason, by=clinic.biller)
    release_if_clear(new, practice=clinic.practice, by=clinic.biller)
    if new.state == ClaimState.READY:
        send_claims(claims=[new], by=clinic.biller)
