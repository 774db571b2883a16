"""One plain builder a model: valid by default, every field may be given, no surprises.

Each makes its row, and what the row cannot be without. All people and numbers are invented.
"""

import hashlib
import itertools
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.utils import timezone

from consent.models import Consent
from emr.management.commands.load_diagnoses import Entry, replace_diagnoses
from emr.models import (
    AlertKind,
    AuditEntry,
    CashPrice,
    Coverage,
    CoverageKind,
    DayClose,
    DayCloseReason,
    Diagnosis,
    Document,
    DocumentEvent,
    Fee,
    FormerIdentity,
    FunctionalGoal,
    Licence,
    Patient,
    PatientAlert,
    PatientSearchWord,
    Payer,
    Practice,
    Profession,
    Provider,
    Role,
    TrainingRecord,
    User,
    Visit,
)
from emr.search import words_of
from notes.models import (
    Addendum,
    AddendumKind,
    AddendumNeedling,
    AdverseReaction,
    FavouriteMuscle,
    Injection,
    Measure,
    Muscle,
    Needling,
    Note,
    NoteDiagnosis,
    OtherService,
    ReactionKind,
    Side,
    SupersededDraft,
)

PASSWORD = "needle-and-thread-7"
ZONE = ZoneInfo("America/Denver")
SOME_DAY = date(2025, 3, 4)
SOME_TIME = datetime(2025, 3, 4, 17, 30, tzinfo=UTC)

_numbers = itertools.count(1)


def today() -> date:
    """The practice's own today, whatever the clock of the machine says."""
    return timezone.localdate(timezone=ZONE)


def at(hour: int, minute: int = 0, *, day: date | None = None) -> datetime:
    """A time of day at the practice: today, unless another day is given."""
    return datetime.combine(day or today(), time(hour, minute), tzinfo=ZONE)


def make_practice(**fields) -> Practice:
    defaults = {
        "pk": 1,
        "name": "Harbour Lane Physical Therapy",
        "street": "214 Harbour Lane",
        "city": "Fort Collins",
        "state": "CO",
        "postal_code": "80521",
        "phone": "970-555-0142",
        "tax_id": "84-1234567",
        "npi": "1093817231",
        "time_zone": "America/Denver",
        "letterhead": "Physical therapy and dry needling",
    }
    return Practice.objects.create(**defaults | fields)


# People who work here


def make_user(*roles: Role, **fields) -> User:
    number = next(_numbers)
    username = fields.get("username", f"person{number}")
    defaults = {
        "username": username,
        "email": f"{username}@harbourlane.example",
        "first_name": "Robin",
        "last_name": f"Tarn{number}",
        "password": PASSWORD,
    }
    user = User.objects.create_user(**defaults | fields)
    user.groups.set([Group.objects.get(name=role) for role in roles])
    return user


def make_provider(**fields) -> Provider:
    """A clinician: without a licence and without training, unless those are made too."""
    if "user" not in fields:
        fields["user"] = make_user(Role.THERAPIST)
    defaults = {"profession": Profession.PT, "credentials": "PT, DPT", "npi": "1508340712"}
    return Provider.objects.create(**defaults | fields)


def make_licence(*, provider: Provider, **fields) -> Licence:
    defaults = {
        "state": "CO",
        "number": f"PTL.{next(_numbers):07}",
        "issued_on": date(2019, 6, 1),
        "expires_on": date(2099, 10, 31),
    }
    return Licence.objects.create(provider=provider, **defaults | fields)


def make_training(*, provider: Provider, **fields) -> TrainingRecord:
    defaults = {
        "course": "Foundations of dry needling",
        "completed_on": date(2021, 5, 16),
        "hours_in_person": 64,
        "hours_online": 16,
        "supervised_sessions": 200,
    }
    return TrainingRecord.objects.create(provider=provider, **defaults | fields)


# Patients


def make_patient(**fields) -> Patient:
    """A patient who can be searched for, too."""
    defaults = {
        "record_number": f"HL-{next(_numbers):05}",
        "last_name": "Marlow",
        "first_name": "Odette",
        "birth_date": date(1951, 3, 8),
        "sex": "female",
        "phone": "970-555-0117",
    }
    patient = Patient.objects.create(**defaults | fields)
    for word in sorted(patient.search_words() | set(words_of(patient.record_number))):
        PatientSearchWord.objects.create(patient=patient, word=word)
    return patient


def make_former_identity(**fields) -> FormerIdentity:
    """A patient who was on record under another name."""
    if "patient" not in fields:
        fields["patient"] = make_patient()
    if "replaced_by" not in fields:
        fields["replaced_by"] = make_user(Role.FRONT_DESK)
    was = {name: getattr(fields["patient"], name) for name in FormerIdentity.FIELDS}
    defaults = was | {"last_name": "Quill", "replaced_at": SOME_TIME}
    return FormerIdentity.objects.create(**defaults | fields)


def make_alert(*, patient: Patient, **fields) -> PatientAlert:
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "kind": AlertKind.ANTICOAGULANT,
        "detail": "apixaban",
        "recorded_at": SOME_TIME,
    }
    return PatientAlert.objects.create(patient=patient, **defaults | fields)


def make_goal(*, patient: Patient, **fields) -> FunctionalGoal:
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.THERAPIST)
    defaults = {"text": "Reverse the car without turning the whole body", "recorded_at": SOME_TIME}
    return FunctionalGoal.objects.create(patient=patient, **defaults | fields)


def make_payer(**fields) -> Payer:
    defaults = {
        "name": f"Front Range Health Plan {next(_numbers)}",
        "kind": CoverageKind.COMMERCIAL,
    }
    return Payer.objects.create(**defaults | fields)


def make_coverage(*, patient: Patient, **fields) -> Coverage:
    if "payer" not in fields:
        fields["payer"] = make_payer()
    defaults = {
        "rank": Coverage.Rank.PRIMARY,
        "member_number": "FRH 555 201",
        "starts_on": date(2024, 1, 1),
    }
    return Coverage.objects.create(patient=patient, **defaults | fields)


def make_fee(**fields) -> Fee:
    """What the practice charges everybody from SOME_DAY on; for one payer if one is given."""
    defaults = {"code": "20560", "amount": Decimal("65.00"), "starts_on": SOME_DAY}
    return Fee.objects.create(**defaults | fields)


def make_cash_price(**fields) -> CashPrice:
    """The price of one visit from SOME_DAY on; of a code if one is given."""
    defaults = {
        "label": "One visit of dry needling",
        "amount": Decimal("50.00"),
        "starts_on": SOME_DAY,
    }
    return CashPrice.objects.create(**defaults | fields)


def make_consent(*, patient: Patient, **fields) -> Consent:
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.FRONT_DESK)
    defaults = {"signed_on": SOME_DAY, "recorded_at": SOME_TIME}
    return Consent.objects.create(patient=patient, **defaults | fields)


# Visits and notes


def make_visit(**fields) -> Visit:
    if "patient" not in fields:
        fields["patient"] = make_patient()
    if "provider" not in fields:
        fields["provider"] = make_provider()
    defaults = {"start": at(10, 30), "place": "Room 2"}
    return Visit.objects.create(**defaults | fields)


def make_note(**fields) -> Note:
    """A draft of the visit's own provider, with nothing in it yet."""
    if "visit" not in fields:
        fields["visit"] = make_visit()
    if "author" not in fields:
        fields["author"] = fields["visit"].provider.user
    return Note.objects.create(**{"started_at": fields["visit"].start} | fields)


def discard(note: Note, **fields) -> Note:
    """Set a draft aside for good. What belongs to it must have been made before."""
    defaults = {
        "discarded_at": timezone.now(),
        "discarded_by": note.author,
        "discarded_reason": "Wrong patient",
    }
    for field, value in (defaults | fields).items():
        setattr(note, field, value)
    note.save()
    return note


def make_discarded_note(**fields) -> Note:
    """A discarded note; the fields are those of the draft."""
    return discard(make_note(**fields))


def sign(note: Note, **fields) -> Note:
    """Freeze a draft as the database sees it: no rules, no real PDF. `notes.actions` does those.

    What belongs to the note must have been made before: nothing can be added afterwards.
    """
    snapshot = fields.get("snapshot", f'{{"note":{note.pk}}}')
    defaults = {
        "signed_at": timezone.now(),
        "signed_by": note.author,
        "date_of_service": timezone.localdate(note.visit.start, timezone=ZONE),
        "muscle_count": note.needlings.count(),
        "needle_count": sum(note.needlings.values_list("needles", flat=True)),
        "snapshot": snapshot,
        "snapshot_sha256": hashlib.sha256(snapshot.encode()).hexdigest(),
    }
    if "document" not in fields:
        fields["document"] = make_document(
            created_by=note.author, made_from=f"notes.Note {note.pk}"
        )
    for field, value in (defaults | fields).items():
        setattr(note, field, value)
    note.save()
    return note


def make_signed_note(**fields) -> Note:
    """A signed note of one needled muscle; the fields are those of the draft."""
    note = make_note(**fields)
    make_needling(note=note)
    return sign(note)


def make_needling(*, note: Note, **fields) -> Needling:
    defaults = {"name": "Trapezius, upper", "side": Side.RIGHT, "needles": 2, "twitch": True}
    return Needling.objects.create(note=note, **defaults | fields)


def make_injection(*, note: Note, **fields) -> Injection:
    defaults = {"name": "Infraspinatus", "side": Side.RIGHT}
    return Injection.objects.create(note=note, **defaults | fields)


def make_note_diagnosis(*, note: Note, **fields) -> NoteDiagnosis:
    defaults = {"code": "M54.2", "label": "Cervicalgia"}
    return NoteDiagnosis.objects.create(note=note, **defaults | fields)


def make_measure(*, note: Note, **fields) -> Measure:
    defaults = {
        "name": "Neck rotation",
        "side": "right",
        "unit": "°",
        "before": "50",
        "after": "65",
    }
    return Measure.objects.create(note=note, **defaults | fields)


def make_reaction(*, note: Note, **fields) -> AdverseReaction:
    defaults = {"kind": ReactionKind.SORENESS, "detail": "Mild, gone within the session"}
    return AdverseReaction.objects.create(note=note, **defaults | fields)


def make_service(*, note: Note, **fields) -> OtherService:
    defaults = {"code": "97110", "minutes": 15, "text": "Deep neck flexors"}
    return OtherService.objects.create(note=note, **defaults | fields)


def make_superseded_draft(*, note: Note, **fields) -> SupersededDraft:
    defaults = {
        "content": {"tolerance": "Well tolerated"},
        "set_aside_by": note.author,
        "set_aside_at": SOME_TIME,
    }
    return SupersededDraft.objects.create(note=note, **defaults | fields)


def make_addendum(*, note: Note, **fields) -> Addendum:
    """A late entry, not yet signed."""
    snapshot = fields.get("snapshot", f'{{"addendum_to":{note.pk}}}')
    if "document" not in fields:
        fields["document"] = make_document(kind=Document.Kind.AMENDED_NOTE, created_by=note.author)
    defaults = {
        "kind": AddendumKind.LATE_ENTRY,
        "text": "The patient was shown how to stretch at home.",
        "author": note.author,
        "snapshot": snapshot,
        "snapshot_sha256": hashlib.sha256(snapshot.encode()).hexdigest(),
    }
    return Addendum.objects.create(note=note, **defaults | fields)


def make_addendum_needling(*, addendum: Addendum, **fields) -> AddendumNeedling:
    defaults = {"name": "Trapezius, upper", "side": Side.LEFT, "needles": 2}
    return AddendumNeedling.objects.create(addendum=addendum, **defaults | fields)


# Records and reference data


def make_document(**fields) -> Document:
    """A document whose bytes only begin like a PDF."""
    number = next(_numbers)
    if "created_by" not in fields:
        fields["created_by"] = make_user(Role.THERAPIST)
    content = fields.get("content", f"%PDF-1.7 {number}".encode())
    defaults = {
        "kind": Document.Kind.NOTE,
        "code": _document_code(number),
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "made_from": f"notes.Note {number}",
        "made_from_sha256": hashlib.sha256(b"notes.Note").hexdigest(),
        "signed_by": str(fields["created_by"]),
        "created_at": SOME_TIME,
    }
    return Document.objects.create(**defaults | fields)


def _document_code(number: int) -> str:
    """Another code for each number, of the signs that document codes are made of."""
    signs = "2346789CDFGHJKMPQRTVWXY"
    last = "".join(signs[number // len(signs) ** place % len(signs)] for place in range(4))
    return f"H7KQ-2M4T-{last}"


def make_document_event(**fields) -> DocumentEvent:
    if "document" not in fields:
        fields["document"] = make_document()
    if "by" not in fields:
        fields["by"] = make_user(Role.FRONT_DESK)
    defaults = {"what": DocumentEvent.What.PRINTED, "at": SOME_TIME}
    return DocumentEvent.objects.create(**defaults | fields)


def make_day_close(**fields) -> DayClose:
    """The end of a day; each is one day later than the last, for a day ends once."""
    if "closed_by" not in fields:
        fields["closed_by"] = make_user(Role.FRONT_DESK)
    defaults = {"day": SOME_DAY + timedelta(days=next(_numbers)), "closed_at": SOME_TIME}
    return DayClose.objects.create(**defaults | fields)


def make_day_close_reason(**fields) -> DayCloseReason:
    if "close" not in fields:
        fields["close"] = make_day_close()
    defaults = {
        "counter": "consent-missing",
        "title": "Consents missing",
        "number": 2,
        "reason": "Both come back tomorrow and sign then",
    }
    return DayCloseReason.objects.create(**defaults | fields)


def make_audit_entry(**fields) -> AuditEntry:
    defaults = {
        "at": SOME_TIME,
        "actor_id": 1,
        "actor": "Dana Whitlock",
        "verb": "viewed",
        "subject_type": "emr.Patient",
        "subject_id": "1",
    }
    return AuditEntry.objects.create(**defaults | fields)


def make_muscle(**fields) -> Muscle:
    """A muscle beside those of the catalogue, which every test with a database has."""
    number = next(_numbers)
    defaults = {"id": f"muscle-{number}", "name": f"Muscle {number}", "region": "neck"}
    return Muscle.objects.create(**defaults | fields)


def make_favourite(*, clinician: User, muscle: Muscle) -> FavouriteMuscle:
    return FavouriteMuscle.objects.create(clinician=clinician, muscle=muscle)


def make_diagnosis(code: str, label: str, *, billable: bool = True) -> Diagnosis:
    """A code that can be searched for, too, if it may be billed."""
    fields = ["code", "label", "billable", "common_label"]
    entries = [Entry(*values) for values in Diagnosis.objects.values_list(*fields)]
    replace_diagnoses([*entries, Entry(code, label, billable)])
    return Diagnosis.objects.get(code=code)
