"""Signed notes that nobody charged yet, and those whose charges no longer fit them."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from billing.models import ChargeSheet
from billing.review.suggestion import suggestions_of
from emr.addresses import addresses
from emr.chips import Chip, Tone
from emr.desk import Row, told
from emr.models import AuditEntry, Coverage, PayerPolicy, Practice, User
from notes.models import Addendum, AddendumKind, Note

CHANGING = (AddendumKind.CORRECTED_MUSCLES, AddendumKind.ENTERED_IN_ERROR)
# How long after a visit its charges are compared with what is suggested by now.
LOOKED_AT = timedelta(days=60)
# Of a patient, what decides who pays for a visit and with which modifiers.
DECIDING = (
    "emr.Coverage",
    "emr.Authorization",
    "emr.Verification",
    "consent.Notice",
    "consent.OrganizationDetermination",
)
SHEETS = ChargeSheet.objects.filter(note=OuterRef("pk"))


def charges_missing(day: date, user: User) -> list[Row]:
    """Notes in force without charges, oldest visit first."""
    notes = Note.objects.in_force().filter(~Exists(SHEETS))
    return _rows(notes, Chip(tone=Tone.WARN, word="Not charged"), "Charge it")


def charges_outdated(day: date, user: User) -> list[Row]:
    """Notes that an addendum changed after their last charges, and those of the last weeks for
    which the rules suggest other lines since who pays, or what was signed, changed."""
    last = SHEETS.order_by("-version").values("made_at")[:1]
    charged = Note.objects.signed().annotate(charged_at=Subquery(last)).exclude(charged_at=None)
    addenda = Addendum.objects.filter(note=OuterRef("pk"), kind__in=CHANGING)
    corrected = Exists(addenda.filter(signed_at__gt=OuterRef("charged_at")))
    recent = charged.filter(~corrected, date_of_service__gte=day - LOOKED_AT)
    notes = charged.filter(corrected | Q(pk__in=_with_other_lines(recent)))
    return _rows(notes, Chip(tone=Tone.STOP, word="Outdated"), "Charge again")


def _with_other_lines(notes: QuerySet[Note]) -> list[int]:
    """Those whose charges no longer are what is suggested. Only notes are asked of whose patient or
    payer something was put on record since: to ask the rules costs milliseconds each."""
    about_patient = AuditEntry.objects.filter(
        patient_id=OuterRef("visit__patient"),
        at__gt=OuterRef("charged_at"),
        subject_type__in=DECIDING,
    ).exclude(verb="viewed")
    policies = PayerPolicy.objects.filter(
        payer=OuterRef("payer"),
        recorded_at__gt=OuterRef(OuterRef("charged_at")),
        starts_on__lte=OuterRef(OuterRef("date_of_service")),
    )
    of_payer = Coverage.objects.filter(Exists(policies), patient=OuterRef("visit__patient"))
    asked = notes.filter(Exists(about_patient) | Exists(of_payer))
    asked = list(asked.select_related("visit__patient", "visit__provider__user"))
    if not asked:
        return []
    suggestions = suggestions_of(asked, practice=Practice.objects.get(pk=1))
    return [pk for pk, suggestion in suggestions.items() if suggestion.is_outdated]


def _rows(notes: QuerySet[Note], chip: Chip, word: str) -> list[Row]:
    charges_of = addresses("billing:charges")
    notes = notes.select_related("visit__patient", "visit__provider__user")
    return [
        Row(
            patient=note.visit.patient,
            what="Charges",
            when=told(note.visit),
            day=note.date_of_service,
            chip=chip,
            url=charges_of(note.pk),
            word=word,
        )
        for note in notes.defer("content", "snapshot").order_by("date_of_service", "pk")
    ]
