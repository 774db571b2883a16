"""Charging a signed note: the chosen lines are kept beside the suggested ones, and posted."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from django.db import transaction
from django.utils import timezone

from billing.actions.claims import (
    StoppedError,
    correct_claim,
    drop_claim,
    open_claim,
    post_to_patient,
    post_to_payer,
    release_claim,
    replace_written_off,
    take_back_of,
)
from billing.actions.postings import take_back
from billing.actions.steps import take_step
from billing.models import Charge, ChargeSheet, Claim, Frequency, Party, Posting
from billing.review.judged import last_judged
from billing.review.lines import Line, lines_of
from billing.review.suggestion import Choice, Suggestion, choose, suggest
from emr import audit
from emr.actions import Refused
from emr.models import Coverage, Practice, User
from emr.rules.claim_states import ANSWERED, CLOSED, OPEN, ClaimState
from emr.rules.folding import says_something
from notes.models import Note

CHANGED = "Something changed since this page was opened: look at the lines once more."
WITH_PAYER = (
    "The claim is with the payer: wait for the answer, then charge again. The new lines go out as a"
    " correction."
)
NO_WISH = "Only a chiropractor's patient with Original Medicare asks for a claim that is known to be denied."
CHARGED_AGAIN = "The note was charged again."


@transaction.atomic
def charge_note(
    *,
    note: Note,
    lines: Sequence[Line],
    reason: str,
    practice: Practice,
    by: User,
    diagnoses: Sequence[str] | None = None,
    seen: str = "",
    claim_requested: bool = False,
    set_aside: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> ChargeSheet:
    """Keep and post the chosen lines of a signed note; without lines nothing is charged.

    They go to the payer on a claim, held as long as something stops it. Where none goes out for the
    needling, that goes to the patient, and so does everything of who pays themselves; what stops a
    claim stops this, too, and nobody is charged for what the patient must not pay. What an
    earlier version charged is taken back; a claim that was answered goes on as a correction.
    `diagnoses` are the note's unless given; `seen` is the digest of the suggestion that the person
    had before them. `claim_requested`: a chiropractor's patient wants Medicare billed for a denial.
    `set_aside` holds, by code and subject, why a stop of the frozen note does not hold. Raises Refused.
    """
    note = (
        Note.objects.select_for_update(of=("self",))
        .select_related("visit__patient", "visit__provider__user")
        .get(pk=note.pk)
    )
    if not note.signed_at:
        raise Refused("Charges come from signed notes: this one is not signed yet.")
    suggestion = suggest(note, practice=practice)
    if seen and seen != suggestion.digest:
        raise Refused(CHANGED)
    if claim_requested != suggestion.claim_requested:
        suggestion = _with_wish(suggestion, claim_requested, practice=practice)
    chosen = suggestion.diagnoses if diagnoses is None else diagnoses
    choice = choose(suggestion, lines, chosen, reason=reason, set_aside=set_aside)
    claim = _newest_claim(note)
    _refuse(choice, claim, reason=reason)
    if claim and claim.state in (ClaimState.SENT, ClaimState.APPEALED):
        raise Refused(WITH_PAYER)
    sheet = _keep(choice, reason=reason, by=by)
    _take_back_from_patient(note, by=by)
    _settle(sheet, choice, claim, practice=practice, by=by)
    return sheet


def _with_wish(suggestion: Suggestion, claim_requested: bool, *, practice: Practice) -> Suggestion:
    if claim_requested and not suggestion.may_request_claim:
        raise Refused(NO_WISH)
    return suggest(suggestion.note, practice=practice, claim_requested=claim_requested)


def _refuse(choice: Choice, claim: Claim | None, *, reason: str) -> None:
    suggestion = choice.suggestion
    if suggestion.in_error and choice.lines:
        raise Refused("This note was marked as entered in error: nothing is charged for it.")
    if suggestion.coverage is None and choice.lines:
        raise Refused("Nobody is on record as who pays on that day: add a coverage first.")
    if choice.unpriced:
        raise Refused(
            f"No price holds on that day for {', '.join(choice.unpriced)}: set one first."
        )
    if choice.refusal:
        raise Refused(choice.refusal.message)
    if choice.differs and not says_something(reason):
        raise Refused("Say why other lines were chosen than those suggested.")
    sheet = suggestion.sheet
    if sheet is None or suggestion.is_outdated or not _same_account(choice, claim):
        return
    kept = [(each.says, each.to_patient) for each in lines_of(sheet)]
    chosen = [(each.says, each.to_patient) for each in choice.lines]
    same = kept == chosen and sheet.diagnoses == list(choice.diagnoses)
    if same and sheet.set_aside == choice.as_set_aside:
        raise Refused("These very lines are charged already.")


def _same_account(choice: Choice, claim: Claim | None) -> bool:
    """Whether the lines would go where those that were charged before are."""
    if claim is None or claim.state in CLOSED:
        return not _is_claimed(choice)
    return _is_claimed(choice) and claim.coverage_id == choice.suggestion.coverage.pk


def _is_claimed(choice: Choice) -> bool:
    """Whether any line is asked from the payer."""
    return any(not line.to_patient for line in choice.lines)


def _newest_claim(note: Note) -> Claim | None:
    claims = Claim.objects.filter(note=note)
    list(claims.order_by("pk").select_for_update().values_list("pk"))  # against sending them
    claims = claims.select_related("coverage__patient", "sheet")
    return claims.order_by("-opened_at", "-pk").first()


def _keep(choice: Choice, *, reason: str, by: User) -> ChargeSheet:
    suggestion = choice.suggestion
    former = suggestion.sheet
    sheet = ChargeSheet.objects.create(
        note=suggestion.note,
        version=former.version + 1 if former else 1,
        facts_sha256=suggestion.facts_sha256,
        suggestion=[line.as_dict() for line in suggestion.lines],
        diagnoses=list(choice.diagnoses),
        reason=reason if choice.differs else "",
        claim_requested=suggestion.claim_requested,
        set_aside=choice.as_set_aside,
        made_at=timezone.now(),
        made_by=by,
    )
    suggested = {line.says for line in suggestion.lines}
    for position, line in enumerate(choice.lines, start=1):
        Charge.objects.create(
            sheet=sheet,
            position=position,
            code=line.code,
            units=line.units,
            modifiers=" ".join(line.modifiers),
            pointers=" ".join(map(str, line.pointers)),
            fee=line.fee,
            flat=line.flat,
            amount=line.amount,
            to_patient=line.to_patient,
            suggested=line.says in suggested,
        )
    audit.record(
        "note charged",
        sheet,
        by=by,
        patient_id=suggestion.note.visit.patient_id,
        note=suggestion.note.pk,
        version=sheet.version,
        lines=len(choice.lines),
        as_suggested=not choice.differs,
        **_told_besides(sheet),
    )
    return sheet


def _told_besides(sheet: ChargeSheet) -> dict:
    """For the audit, what few sheets have: codes and no words of anybody."""
    told = {"claim_requested": True} if sheet.claim_requested else {}
    if sheet.set_aside:
        told["set_aside"] = sorted({each["code"] for each in sheet.set_aside})
    return told


def _take_back_from_patient(note: Note, *, by: User) -> None:
    """What an earlier version charged to the patient's account; a claim takes back its own."""
    standing = Posting.objects.filter(
        note=note, party=Party.PATIENT, kind=Posting.Kind.CHARGE, reversed_by=None
    )
    for posting in standing.select_related("patient", "note", "charge"):
        take_back(posting=posting, by=by)


def _settle(
    sheet: ChargeSheet, choice: Choice, claim: Claim | None, *, practice: Practice, by: User
) -> None:
    """The claim that the lines go out on, or the patient's account."""
    coverage = choice.suggestion.coverage
    claimed = _is_claimed(choice)
    state = claim.state if claim else None
    if claim and state in OPEN:
        claim = _settle_open(claim, sheet, claimed=claimed, coverage=coverage, by=by)
    elif claim and state in ANSWERED and not _is_undone(claim):
        claim = _settle_answered(claim, sheet, claimed=claimed, coverage=coverage, by=by)
    elif claim and state == ClaimState.WRITTEN_OFF and _is_judged(claim):
        claim = _settle_written_off(claim, sheet, claimed=claimed, coverage=coverage, by=by)
    else:
        claim = _open(sheet, coverage, by=by) if claimed else None
    post_to_patient(sheet, by=by)
    if claim:
        release_if_clear(claim, practice=practice, by=by)


def _settle_open(
    claim: Claim, sheet: ChargeSheet, *, claimed: bool, coverage: Coverage, by: User
) -> Claim | None:
    """A claim that was not sent yet takes the new lines, or is dropped."""
    replaces_answered = claim.frequency != Frequency.ORIGINAL
    if claimed and claim.coverage_id == coverage.pk:
        return _charge_again(claim, sheet, by=by)
    if replaces_answered:  # the payer still has to undo what it answered
        _make_void(claim, by=by)
        return _open(sheet, coverage, by=by) if claimed else claim
    drop_claim(claim=claim, reason=CHARGED_AGAIN, by=by)
    return _open(sheet, coverage, by=by) if claimed else None


def _charge_again(claim: Claim, sheet: ChargeSheet, *, by: User) -> Claim:
    _hold(claim, by=by)
    take_back_of(claim, by=by)
    claim.sheet = sheet
    if claim.frequency == Frequency.VOID:
        claim.frequency = Frequency.REPLACEMENT
    claim.save(update_fields=["sheet", "frequency"])
    post_to_payer(claim, by=by)
    return claim


def _make_void(claim: Claim, *, by: User) -> None:
    _hold(claim, by=by)
    take_back_of(claim, by=by)
    claim.sheet, claim.frequency = last_judged(claim.replaces).sheet, Frequency.VOID
    claim.save(update_fields=["sheet", "frequency"])


def _hold(claim: Claim, *, by: User) -> None:
    if claim.state == ClaimState.READY:
        take_step(claim=claim, to=ClaimState.HELD, by=by, reason=CHARGED_AGAIN)


def _open(sheet: ChargeSheet, coverage: Coverage, *, by: User) -> Claim:
    claim = open_claim(sheet=sheet, coverage=coverage, by=by)
    post_to_payer(claim, by=by)
    return claim


def _settle_answered(
    claim: Claim, sheet: ChargeSheet, *, claimed: bool, coverage: Coverage, by: User
) -> Claim | None:
    """The answered claim is replaced; it is undone where its payer is asked for nothing any more."""
    if claimed and claim.coverage_id == coverage.pk:
        return correct_claim(claim=claim, reason=CHARGED_AGAIN, by=by, sheet=sheet)
    if last_judged(claim) is None:  # the payer never had it, so there is nothing to undo
        take_step(claim=claim, to=ClaimState.WRITTEN_OFF, by=by, reason=CHARGED_AGAIN)
        take_back_of(claim, by=by)
        return _open(sheet, coverage, by=by) if claimed else None
    undoing = correct_claim(claim=claim, reason=CHARGED_AGAIN, by=by, void=True)
    return _open(sheet, coverage, by=by) if claimed else undoing


def _settle_written_off(
    claim: Claim, sheet: ChargeSheet, *, claimed: bool, coverage: Coverage, by: User
) -> Claim | None:
    """What the payer judged is replaced or undone, though nobody was asked for it any more."""
    if claimed and claim.coverage_id == coverage.pk:
        return replace_written_off(claim=claim, sheet=sheet, by=by)
    undoing = replace_written_off(claim=claim, void=True, by=by)
    return _open(sheet, coverage, by=by) if claimed else undoing


def _is_undone(claim: Claim) -> bool:
    """Whether the payer answered a claim that asked it to undo another."""
    return claim.frequency == Frequency.VOID and last_judged(claim) == claim


def _is_judged(claim: Claim) -> bool:
    """Whether the payer still has this claim, or the one whose place it took."""
    return last_judged(claim) is not None and not _is_undone(claim)


def release_if_clear(claim: Claim, *, practice: Practice, by: User) -> None:
    """Ready at once where nothing stops it."""
    try:
        release_claim(claim=claim, practice=practice, by=by)
    except StoppedError:
        return
