"""What a person did with a payer's remittance: brought it in, matched it, left it."""

import hashlib
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from billing.actions.answers import judged_answer, lock_claims, post_answer
from billing.models import (
    Adjustment,
    Claim,
    ProviderAdjustment,
    Remark,
    Remittance,
    RemittanceClaim,
    RemittanceFile,
    RemittanceLine,
    RemittanceMatch,
)
from billing.remittances.reading import read_remittances
from billing.remittances.segments import Malformed
from billing.remittances.values import ClaimSaid, RemittanceSaid
from billing.review.claim_finding import claims_read_along, find_claims
from billing.review.remittances import ClaimSeen, RemittanceSeen, look_at, read_kept
from emr import audit
from emr.actions import Refused
from emr.models import Payer, Practice, User

ON_RECORD = "This remittance is on record already; nothing was posted again."


class PostedBeforeError(Refused):
    """The very file was posted before, as these remittances."""

    def __init__(self, file: RemittanceFile):
        self.file = file
        when = timezone.localtime(file.posted_at)
        super().__init__(
            f"This file was posted on {when:%Y-%m-%d} at {when:%H:%M} by {file.posted_by};"
            " nothing was posted again."
        )


class SameNumberError(Refused):
    """Another payer's remittance has the same number: a person has to say that it is other money."""

    def __init__(self, remittance: Remittance):
        self.remittance = remittance
        payer = remittance.payer or remittance.payer_name or "a payer that is not named"
        super().__init__(
            f"A remittance {remittance.trace_number} of {payer} is on record. Compare the two, and"
            " confirm below that this is other money."
        )


def upload_file(*, raw: bytes, by: User) -> RemittanceFile:
    """A file to be looked at before it is posted; Refused, with the segment named, if it is broken."""
    try:
        said = read_remittances(raw)  # before anybody has to wait for the database
    except Malformed as malformed:
        raise Refused(str(malformed)) from malformed
    return _keep_file(raw, remittances=len(said), by=by)


@transaction.atomic
def _keep_file(raw: bytes, *, remittances: int, by: User) -> RemittanceFile:
    sha256 = hashlib.sha256(raw).hexdigest()
    files = RemittanceFile.objects.filter(sha256=sha256).order_by("posted_at")
    posted = files.exclude(posted_at=None).select_related("posted_by").first()
    if posted:
        raise PostedBeforeError(posted)
    waiting = files.first()
    if waiting:
        return waiting
    file = RemittanceFile.objects.create(
        content=text_of(raw), sha256=sha256, uploaded_at=timezone.now(), uploaded_by=by
    )
    audit.record("uploaded 835", file, by=by, remittances=remittances, sha256=sha256)
    return file


@transaction.atomic
def discard_file(*, file: RemittanceFile, by: User) -> None:
    """Removes a file that was not posted."""
    file = RemittanceFile.objects.select_for_update().get(pk=file.pk)
    if file.posted_at:
        raise Refused("This file was posted and stays.")
    audit.record("discarded 835", file, by=by, sha256=file.sha256)
    file.delete()


def import_remittance(
    *, file: RemittanceFile, practice: Practice, by: User, confirmed: bool = False
) -> list[Remittance]:
    """Posts all remittances of a file that are not on record yet, or none of them.

    Refused where all are on record: nothing is ever posted twice. One whose number another payer's has
    asks to be `confirmed`.
    """
    said = read_kept(file.content)  # before anybody has to wait for the database
    with transaction.atomic():
        return _import(said, file=file, practice=practice, by=by, confirmed=confirmed)


def _import(
    said: Sequence[RemittanceSaid],
    *,
    file: RemittanceFile,
    practice: Practice,
    by: User,
    confirmed: bool,
) -> list[Remittance]:
    file = RemittanceFile.objects.select_for_update().get(pk=file.pk)
    if file.posted_at:
        raise PostedBeforeError(file)
    _lock_answered(said)
    seen = [look_at(each, practice=practice) for each in said]
    new = [each for each in seen if each.on_record is None]
    if not new:
        raise Refused(ON_RECORD)
    _refuse_unconfirmed(new, confirmed)
    try:
        with transaction.atomic():
            file.posted_at, file.posted_by = timezone.now(), by
            file.save(update_fields=["posted_at", "posted_by"])
            posted = [_post(each, by=by, practice=practice, file=file) for each in new]
    except IntegrityError as error:
        raise Refused(ON_RECORD) from error
    audit.record(
        "posted 835", file, by=by, remittances=len(posted), same_numbers=_same_numbers(new)
    )
    return posted


@transaction.atomic
def enter_remittance(
    *, said: RemittanceSaid, payer: Payer, practice: Practice, by: User, confirmed: bool = False
) -> Remittance:
    """A remittance that came on paper, by the same way as one from a file."""
    _lock_answered([said])
    seen = look_at(said, practice=practice, payer=payer)
    if seen.on_record:
        raise Refused(ON_RECORD)
    _refuse_unconfirmed([seen], confirmed)
    try:
        with transaction.atomic():
            return _post(seen, by=by, practice=practice)
    except IntegrityError as error:
        raise Refused(ON_RECORD) from error


def _lock_answered(said: Sequence[RemittanceSaid]) -> None:
    """Before they are judged, so that what is judged is what is posted to."""
    found = [
        each
        for one in said
        for each in find_claims(one.claims, payer_identifier=one.payer_identifier)
    ]
    lock_claims(each.claim.pk for each in found if each.claim)


def _refuse_unconfirmed(seen: Sequence[RemittanceSeen], confirmed: bool) -> None:
    unsure = [each.same_number for each in seen if each.same_number]
    if unsure and not confirmed:
        raise SameNumberError(unsure[0])


def _same_numbers(seen: Sequence[RemittanceSeen]) -> list[int]:
    """Those on record that a person said are other money."""
    return [each.same_number.pk for each in seen if each.same_number]


@transaction.atomic
def match_claim(
    *, remitted: RemittanceClaim, claim: Claim, practice: Practice, by: User
) -> RemittanceMatch:
    """A person says which of our claims it is; posts it as if the number had said so."""
    _refuse_matched(remitted)
    lock_claims([claim.pk])
    claim = claims_read_along().get(pk=claim.pk)
    judged = judged_answer(remitted, claim, practice=practice)
    return post_answer(remitted=remitted, claim=claim, by=by, by_number=False, judged=judged)


@transaction.atomic
def leave_unmatched(*, remitted: RemittanceClaim, reason: str, by: User) -> RemittanceMatch:
    """A person says that it is no claim of ours, and why; nothing is posted."""
    _refuse_matched(remitted)
    return _leave(remitted, reason, by=by, by_number=False)


def text_of(raw: bytes) -> str:
    """The text that is kept of a file; it was read before, so it holds nothing but letters."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _refuse_matched(remitted: RemittanceClaim) -> None:
    RemittanceClaim.objects.select_for_update().get(pk=remitted.pk)
    if RemittanceMatch.objects.filter(remitted=remitted).exists():
        raise Refused("Somebody was faster: this answer is matched already.")


def _leave(remitted: RemittanceClaim, reason: str, *, by: User, by_number: bool) -> RemittanceMatch:
    match = RemittanceMatch.objects.create(
        remitted=remitted, reason=reason, by_number=by_number, at=timezone.now(), by=by
    )
    audit.record("left remittance unmatched", remitted, by=by, by_number=by_number)
    return match


def _post(
    seen: RemittanceSeen, *, by: User, practice: Practice, file: RemittanceFile | None = None
) -> Remittance:
    remittance = _keep(seen, by=by, file=file)
    rows = _keep_claims(remittance, [each.said for each in seen.claims])
    for row, each in zip(rows, seen.claims, strict=True):
        if each.judged:
            _answer(row, each, by=by)
        elif each.found.left:
            _leave(row, each.found.left, by=by, by_number=True)
    return remittance


def _answer(row: RemittanceClaim, seen: ClaimSeen, *, by: User) -> None:
    claim = seen.judged.on_record.claim
    post_answer(remitted=row, claim=claim, by=by, by_number=True, judged=seen.judged)


def _keep(seen: RemittanceSeen, *, by: User, file: RemittanceFile | None) -> Remittance:
    said = seen.said
    remittance = Remittance.objects.create(
        payer=seen.payer,
        payer_name=said.payer_name,
        payer_identifier=said.payer_identifier,
        trace_number=said.trace_number,
        method=said.method,
        paid_on=said.paid_on,
        amount=said.amount,
        source=Remittance.Source.FILE if file else Remittance.Source.HAND,
        file=file,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    ProviderAdjustment.objects.bulk_create(
        ProviderAdjustment(
            remittance=remittance,
            reason=each.reason,
            identifier=each.identifier,
            amount=each.amount,
        )
        for each in said.provider_adjustments
    )
    audit.record(
        "posted remittance",
        remittance,
        by=by,
        source=remittance.source,
        claims=len(said.claims),
        amount=str(said.amount),
    )
    return remittance


def _keep_claims(remittance: Remittance, said: Sequence[ClaimSaid]) -> list[RemittanceClaim]:
    claims = RemittanceClaim.objects.bulk_create(
        RemittanceClaim(
            remittance=remittance,
            position=position,
            control_number=each.control_number,
            status=each.status,
            charge=each.charge,
            paid=each.paid,
            patient_responsibility=each.patient_responsibility,
            payer_control_number=each.payer_control_number,
            patient_name=each.patient_name,
        )
        for position, each in enumerate(said, start=1)
    )
    lines = RemittanceLine.objects.bulk_create(
        RemittanceLine(
            remitted=row,
            position=position,
            code=line.code,
            modifiers=line.modifiers,
            units=line.units,
            charge=line.charge,
            paid=line.paid,
            service_on=line.service_on,
            line_control_number=line.line_control_number,
        )
        for row, each in zip(claims, said, strict=True)
        for position, line in enumerate(each.lines, start=1)
    )
    parts = []  # whose, of which line, and what was said
    rows = iter(lines)
    for row, each in zip(claims, said, strict=True):
        parts.append((row, None, each))
        parts += [(row, next(rows), line) for line in each.lines]
    Adjustment.objects.bulk_create(
        Adjustment(
            remitted=row,
            line=line,
            group=each.group,
            reason=each.reason,
            amount=each.amount,
            quantity=each.quantity,
        )
        for row, line, said_of_it in parts
        for each in said_of_it.adjustments
    )
    Remark.objects.bulk_create(
        Remark(remitted=row, line=line, code=code)
        for row, line, said_of_it in parts
        for code in said_of_it.remarks
    )
    return claims
