"""Papers that were signed and of which the patient has no copy yet."""

from datetime import date

from django.db.models import Exists, OuterRef

from consent.models import Consent, Kind, NoticeStep
from consent.words.days import told_day
from consent.worklists import SHORT
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Row
from emr.models import COPIES, DocumentEvent, User
from emr.rules.notice_states import NoticeState

COPY_GIVEN = Exists(DocumentEvent.objects.filter(document=OuterRef("document"), what__in=COPIES))
# Handing a notice over is giving the copy.
SIGNED_STATES = (NoticeState.CHOSEN, NoticeState.REFUSED, NoticeState.AGREED, NoticeState.DECLINED)


def copies_to_give(day: date, user: User) -> list[Row]:
    """Signed consents and answered notices of which the patient has no copy yet, oldest first."""
    consents = Consent.objects.filter(~COPY_GIVEN, document__isnull=False, withdrawal=None)
    consents = consents.filter(outcome=Consent.Outcome.SIGNED).select_related("patient")
    steps = NoticeStep.objects.filter(~COPY_GIVEN, after__in=SIGNED_STATES)
    steps = steps.exclude(notice__steps__after=NoticeState.VOID)
    steps = steps.select_related("notice__patient").defer("notice__snapshot")
    consents_of, notice_at = addresses("consent:of-patient"), addresses("consent:notice")
    rows = [
        _copy(
            consent, "Consent", consent.patient, consent.signed_on, consents_of(consent.patient_id)
        )
        for consent in consents.defer("snapshot")
    ]
    rows += [
        _copy(
            step,
            SHORT[Kind(step.notice.kind)],
            step.notice.patient,
            step.answered_on,
            notice_at(step.notice_id),
        )
        for step in steps
    ]
    return sorted(rows, key=lambda row: row.day)


def _copy(signed, what: str, patient, on: date, url: str) -> Row:
    return Row(
        patient=patient,
        what=what,
        when=f"Signed {told_day(on)}",
        day=on,
        chip=Chip(tone=Tone.WARN, word="No copy given"),
        url=url,
        word="Open",
        document=signed.document_id,
    )
