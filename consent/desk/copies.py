"""Papers that were signed and of which the patient has no copy yet."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from consent.models import ABN_KINDS, Consent, Kind, NoticeStep
from consent.worklists import SHORT
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Row
from emr.models import COPIES, DocumentEvent, User
from emr.rules.notice_states import NoticeState
from emr.told_days import told_day

OF_DOCUMENT = DocumentEvent.objects.filter(document=OuterRef("document"))
COPY_GIVEN = Exists(OF_DOCUMENT.filter(what__in=COPIES))
# Of an ABN Medicare asks for one on paper, also where it was signed on a screen.
PAPER_GIVEN = Exists(OF_DOCUMENT.filter(what=DocumentEvent.What.PAPER_COPY))
# Handing a notice over is giving the copy.
SIGNED_STATES = (NoticeState.CHOSEN, NoticeState.REFUSED, NoticeState.AGREED, NoticeState.DECLINED)


def copies_to_give(day: date, user: User) -> list[Row]:
    """Signed consents and answered notices whose copy is owed, of an ABN on paper; oldest first."""
    consents = Consent.objects.filter(~COPY_GIVEN, document__isnull=False, withdrawal=None)
    consents = consents.filter(outcome=Consent.Outcome.SIGNED).select_related("patient")
    is_abn = Q(notice__kind__in=ABN_KINDS)
    owed = (is_abn & ~PAPER_GIVEN) | (~is_abn & ~COPY_GIVEN)
    steps = NoticeStep.objects.filter(owed, after__in=SIGNED_STATES)
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
