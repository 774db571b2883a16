"""One plain builder a model: valid by default, every field may be given, no surprises.

Each makes its row, and what the row cannot be without. All people and numbers are invented.
"""

import hashlib
import itertools
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone

from billing.models import (
    Adjustment,
    Charge,
    ChargeSheet,
    Claim,
    ClaimFile,
    ClaimStep,
    ClaimSubmitter,
    CollectionDecision,
    MaintenanceSeries,
    PaperClaim,
    Payment,
    Posting,
    ProviderAdjustment,
    Refund,
    Remark,
    Remittance,
    RemittanceClaim,
    RemittanceFile,
    RemittanceLine,
    RemittanceMatch,
    SeriesVisit,
    Superbill,
)
from consent.models import (
    AbnWording,
    Consent,
    ConsentForm,
    ConsentText,
    ConsentWithdrawal,
    Kind,
    Language,
    Mark,
    Method,
    Notice,
    NoticeAnnotation,
    NoticeLine,
    NoticeStep,
    OrganizationDetermination,
    PatientSignature,
    Scan,
    Signing,
)
from consent.printing import DOCUMENT_KINDS
from consent.shipped import shipped_text
from consent.snapshot import of_notice
from consent.wording import PARTS, SERVICE
from emr import signing
from emr.management.commands.load_diagnoses import Entry, replace_diagnoses
from emr.models import (
    AlertKind,
    Answer,
    AuditEntry,
    Authorization,
    CashPrice,
    ConservativeCare,
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
    ImportFile,
    Licence,
    NeedlingPolicy,
    Patient,
    PatientAlert,
    PatientSearchWord,
    Payer,
    PayerPolicy,
    Practice,
    Profession,
    Provider,
    Role,
    ScopeOverride,
    TrainingRecord,
    User,
    Verification,
    Visit,
    VisitState,
)
from emr.rules.editions import current_edition
from emr.rules.notice_states import NoticeState
from emr.search import words_of
from notes.models import (
    Addendum,
    AddendumKind,
    AddendumNeedling,
    AdverseReaction,
    CallAttempt,
    FavouriteMuscle,
    FollowUpCall,
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

READING = {
    Language.ENGLISH: "US grade 5, Flesch-Kincaid",
    Language.SPANISH: "rather easy, 78 of 100, Fernández Huerta",
}

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
        "consent_months": None,  # what was signed on SOME_DAY still holds today
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


def make_override(*, provider: Provider, **fields) -> ScopeOverride:
    """The owner's word on the training, from SOME_DAY on."""
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user()
    defaults = {
        "state": "CO",
        "about": ScopeOverride.About.TRAINING,
        "reason": "The board wrote that the course of 2019 counts",
        "starts_on": SOME_DAY,
        "recorded_at": SOME_TIME,
    }
    return ScopeOverride.objects.create(provider=provider, **defaults | fields)


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


def make_policy(**fields) -> PayerPolicy:
    """A payer that covers needling from SOME_DAY on."""
    if "payer" not in fields:
        fields["payer"] = make_payer()
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.BILLER)
    defaults = {
        "needling": NeedlingPolicy.COVERED,
        "source": "Medical policy 12, 2025",
        "starts_on": SOME_DAY,
        "recorded_at": SOME_TIME,
    }
    return PayerPolicy.objects.create(**defaults | fields)


def make_verification(**fields) -> Verification:
    """The plan said today that it covers needling, without authorization or limit."""
    if "coverage" not in fields:
        fields["coverage"] = make_coverage(patient=make_patient())
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.BILLER)
    defaults = {
        "verified_on": today(),
        "spoke_with": "Ms Ray",
        "reference": "R-123",
        "covered": Answer.YES,
        "authorization": Answer.NO,
        "limit": Answer.NO,
        "investigational": Answer.NO,
        "recorded_at": SOME_TIME,
    }
    return Verification.objects.create(**defaults | fields)


def make_authorization(**fields) -> Authorization:
    """Eight visits from SOME_DAY on."""
    if "coverage" not in fields:
        fields["coverage"] = make_coverage(patient=make_patient())
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.BILLER)
    number = next(_numbers)
    defaults = {
        "number": f"A-{number}",
        "starts_on": SOME_DAY,
        "visits": 8,
        "recorded_at": SOME_TIME,
    }
    return Authorization.objects.create(**defaults | fields)


def make_care(**fields) -> ConservativeCare:
    """Exercise since SOME_DAY."""
    if "patient" not in fields:
        fields["patient"] = make_patient()
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.THERAPIST)
    defaults = {"what": "Exercise at home", "starts_on": SOME_DAY, "recorded_at": SOME_TIME}
    return ConservativeCare.objects.create(**defaults | fields)


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


def make_consent_form(
    *, languages=tuple(Language), published: bool = True, **fields
) -> ConsentForm:
    """A version of the shipped text, in use since SOME_DAY unless it is to stay a draft."""
    if "drafted_by" not in fields:
        fields["drafted_by"] = make_user()
    publication = {"published_at": SOME_TIME, "published_on": SOME_DAY}
    publication["published_by"] = fields["drafted_by"]
    given = {name: fields.pop(name) for name in publication if name in fields}
    form = ConsentForm.objects.create(
        **{"version": next(_numbers), "drafted_at": SOME_TIME} | fields
    )
    for language in languages:
        make_consent_text(form=form, language=language)
    if published:
        for field, value in (publication | given).items():
            setattr(form, field, value)
        form.save()
    return form


def make_consent_text(*, form: ConsentForm, **fields) -> ConsentText:
    """The shipped text in English; the form must still be a draft."""
    language = fields.get("language", Language.ENGLISH)
    text = {} if "sections" in fields else shipped_text(language)
    defaults = text | {"language": language, "reading_level": READING.get(language, "unknown")}
    return ConsentText.objects.create(form=form, **defaults | fields)


def make_signed_consent(*, patient: Patient, **fields) -> Consent:
    """What the patient signed on the tablet, with a document that only begins like a PDF."""
    if "form" not in fields:
        fields["form"] = make_consent_form()
    if "signature" not in fields:
        fields["signature"] = make_signature(patient=patient)
    if "document" not in fields:
        fields["document"] = make_document(kind=Document.Kind.CONSENT)
    snapshot = fields.get("snapshot", f'{{"consent_of":{patient.pk}}}')
    frozen = {
        "snapshot": snapshot,
        "snapshot_sha256": hashlib.sha256(snapshot.encode()).hexdigest(),
    }
    return make_consent(patient=patient, **frozen | fields)


def make_withdrawal(*, consent: Consent, **fields) -> ConsentWithdrawal:
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "withdrawn_on": consent.signed_on,
        "reason": "Sore for a week",
        "recorded_at": SOME_TIME,
    }
    return ConsentWithdrawal.objects.create(consent=consent, **defaults | fields)


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


def make_follow_up(*, kind: ReactionKind = ReactionKind.BRUISING, **fields) -> FollowUpCall:
    """A call that is due today, for a reaction at a visit of yesterday."""
    if "note" not in fields:
        visit = make_visit(start=at(10, day=today() - timedelta(days=1)), state=VisitState.DONE)
        note = make_note(visit=visit)
        make_reaction(note=note, kind=kind)
        fields["note"] = sign(note, date_of_service=visit.date_of_service)
    defaults = {"due_on": today(), "opened_at": SOME_TIME}
    return FollowUpCall.objects.create(**defaults | fields)


def make_call_attempt(*, call: FollowUpCall, **fields) -> CallAttempt:
    """Nobody answered, unless something else is given."""
    if "by" not in fields:
        fields["by"] = make_user(Role.FRONT_DESK)
    defaults = {"at": SOME_TIME, "reached": False}
    return CallAttempt.objects.create(call=call, **defaults | fields)


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


# Notices and signatures


def make_abn_wording(**fields) -> AbnWording:
    """An installed edition, the one that may be used today; none of its words are CMS's."""
    if "installed_by" not in fields:
        fields["installed_by"] = make_user()
    parts = {part.id: f"Invented: {part.label.lower()}, {SERVICE}" for part in PARTS}
    parts |= fields.get("parts", {})
    defaults = {
        "edition_expires": current_edition(today()).printed_expiry,
        "sha256": signing.digest(signing.canonical(parts)),
        "installed_at": SOME_TIME,
    }
    return AbnWording.objects.create(**defaults | fields | {"parts": parts})


def make_scan(*, patient: Patient, **fields) -> Scan:
    """A paper that was brought back in; its bytes only begin like a PDF."""
    if "uploaded_by" not in fields:
        fields["uploaded_by"] = make_user(Role.FRONT_DESK)
    content = fields.pop("content", f"%PDF-1.7 {next(_numbers)}".encode())
    defaults = {
        "file": ContentFile(content, name="scan.pdf"),
        "kind": "pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
        "pages": 1,
        "uploaded_at": SOME_TIME,
    }
    return Scan.objects.create(patient=patient, **defaults | fields)


# A long wave and a stroke under it, as emr.rules.ink keeps them.
INK = {
    "v": 1,
    "scale": 10,
    "width": 6000,
    "height": 2000,
    "strokes": [
        [[400 + 130 * step, 900 + (-1) ** step * 400, 40 * step] for step in range(28)],
        [[300, 1600, 1400], [2000, 1560, 1500], [4300, 1640, 1650]],
    ],
}


def make_signature(*, patient: Patient, **fields) -> PatientSignature:
    """Drawn on the clinic's tablet by the patient, unless `typed_name` or a `scan` is given."""
    if "attended_by" not in fields:
        fields["attended_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "method": Method.KIOSK,
        "mark": Mark.DRAWN,
        "ink": INK,
        "signer_name": f"{patient.first_name} {patient.last_name}",
        "intent": "I sign this document.",
        "signed_at": timezone.now(),
    }
    if fields.get("typed_name"):
        defaults |= {"mark": Mark.TYPED, "ink": None}
    if fields.get("scan"):
        defaults |= {"method": Method.PAPER, "mark": Mark.ON_PAPER, "ink": None}
    return PatientSignature.objects.create(patient=patient, **defaults | fields)


def make_determination(**fields) -> OrganizationDetermination:
    """Asked of a Medicare Advantage plan, without an answer yet."""
    if "patient" not in fields:
        fields["patient"] = make_patient()
    if "coverage" not in fields:
        plan = make_payer(kind=CoverageKind.MEDICARE_ADVANTAGE)
        fields["coverage"] = make_coverage(patient=fields["patient"], payer=plan)
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.FRONT_DESK)
    defaults = {"service": "Dry needling", "requested_on": SOME_DAY, "recorded_at": SOME_TIME}
    return OrganizationDetermination.objects.create(**defaults | fields)


SERVICES = [
    {
        "code": "20561",
        "service": "Dry needling of 3 or more muscles",
        "reason": "Medicare does not pay for dry needling that a physical therapist gives.",
        "estimate": Decimal("65.00"),
    }
]
_ANSWERED = {"chosen", "refused", "given", "agreed", "declined"}
_SIGNED = {"chosen", "agreed", "declined"}


def make_notice(**fields) -> Notice:
    """A draft of an ABN, for a patient with Original Medicare; with `state` another one.

    The steps up to that state are made as the database sees them: no rules, no real PDF.
    `consent.actions` does those. `lines` are fields of NoticeLine, `on` is the day of issue and
    answer, `option` what was chosen, and `step` holds more fields of the last step.
    """
    state = NoticeState(fields.pop("state", NoticeState.DRAFT))
    lines, on = fields.pop("lines", SERVICES), fields.pop("on", today())
    last = {"option": fields.pop("option", 1)} if state == NoticeState.CHOSEN else {}
    last |= fields.pop("step", {})
    kind = fields.setdefault("kind", Kind.ABN)
    if "patient" not in fields:
        fields["patient"] = fields["visit"].patient if fields.get("visit") else make_patient()
    if "provider" not in fields:
        fields["provider"] = fields["visit"].provider if fields.get("visit") else make_provider()
    if "coverage" not in fields and kind in (Kind.ABN, Kind.VOLUNTARY_ABN):
        medicare = make_payer(kind=CoverageKind.MEDICARE)
        fields["coverage"] = make_coverage(patient=fields["patient"], payer=medicare)
    if "drafted_by" not in fields:
        fields["drafted_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "identification": fields["patient"].record_number,
        "service_word": "Dry needling",
        "drafted_at": at(8, day=on),
    }
    notice = Notice.objects.create(**defaults | fields)
    for position, line in enumerate(lines, 1):
        NoticeLine.objects.create(notice=notice, position=position, **line)
    make_notice_step(notice=notice, before="", after=NoticeState.DRAFT, at=at(8, day=on))
    if state == NoticeState.DRAFT:
        return notice
    before = NoticeState.DRAFT
    if state != NoticeState.VOID:
        issue(notice, on=on)
        before = NoticeState.ISSUED
    if state != NoticeState.ISSUED:
        make_notice_step(notice=notice, before=before, after=state, **last)
    return notice


def issue(notice: Notice, *, on: date | None = None) -> Notice:
    """Freeze a draft as the database sees it. Its lines must have been made before."""
    on = on or today()
    if notice.kind in (Kind.ABN, Kind.VOLUNTARY_ABN) and notice.wording is None:
        notice.wording = AbnWording.objects.first() or make_abn_wording()
    snapshot = signing.canonical(
        of_notice(
            notice,
            list(notice.lines.all()),
            wording=notice.wording,
            practice=Practice.objects.first() or make_practice(),
            issued_on=on.isoformat(),
        )
    )
    notice.issued_at, notice.issued_on = at(9, day=on), on
    notice.snapshot, notice.snapshot_sha256 = snapshot.decode(), signing.digest(snapshot)
    notice.save()
    make_notice_step(notice=notice, before="draft", after="issued", at=at(9, day=on))
    return notice


def make_notice_step(*, notice: Notice, **fields) -> NoticeStep:
    """One step, from draft to issued unless others are given, with all that its kind of step needs."""
    defaults = {"before": NoticeState.DRAFT, "after": NoticeState.ISSUED, "at": timezone.now()}
    after = fields.get("after", NoticeState.ISSUED)
    if "by" not in fields:
        fields["by"] = make_user(Role.FRONT_DESK)
    if after in _SIGNED and "signature" not in fields:
        fields["signature"] = make_signature(patient=notice.patient)
    if after in _ANSWERED and "document" not in fields:
        fields["document"] = make_document(
            kind=DOCUMENT_KINDS[Kind(notice.kind)], made_from=f"consent.Notice {notice.pk}"
        )
    if after == NoticeState.SUPERSEDED and "replaced_by" not in fields:
        fields["replaced_by"] = make_notice(patient=notice.patient, kind=notice.kind)
    if after in _ANSWERED:
        defaults["answered_on"] = notice.issued_on or today()
    if after == NoticeState.CHOSEN:
        defaults["option"] = 1
    if after == NoticeState.REFUSED:
        defaults |= {"witness": "Robin Tarn", "reason": "Signs nothing without her daughter"}
    if after == NoticeState.VOID:
        defaults["reason"] = "Made for the wrong patient"
    step = NoticeStep.objects.create(notice=notice, **defaults | fields)
    notice.state_now = step.after
    return step


def make_annotation(**fields) -> NoticeAnnotation:
    if "notice" not in fields:
        fields["notice"] = make_notice(state=NoticeState.CHOSEN)
    if "by" not in fields:
        fields["by"] = make_user(Role.FRONT_DESK)
    defaults = {"text": "Asked her daughter and stays with option 1", "at": timezone.now()}
    return NoticeAnnotation.objects.create(**defaults | fields)


def make_signing(**fields) -> Signing:
    """An issued notice on the clinic's tablet, waiting, unless a form of consent is given."""
    if fields.get("form") is None and "notice" not in fields:
        fields["notice"] = make_notice(state=NoticeState.ISSUED)
    if "patient" not in fields:
        notice = fields.get("notice")
        fields["patient"] = notice.patient if notice else make_patient()
    if "started_by" not in fields:
        fields["started_by"] = make_user(Role.FRONT_DESK)
    snapshot = fields.get("snapshot", "{}")
    defaults = {
        "method": Method.KIOSK,
        "snapshot": snapshot,
        "snapshot_sha256": hashlib.sha256(snapshot.encode()).hexdigest(),
        "started_at": timezone.now(),
    }
    number = next(_numbers)
    if fields.get("method") == Method.PHONE:
        defaults["token_sha256"] = hashlib.sha256(str(number).encode()).hexdigest()
        defaults["expires_at"] = timezone.now() + timedelta(minutes=15)
    if fields.get("method") == Method.PAPER:
        defaults["code"] = _document_code(number)
    return Signing.objects.create(**defaults | fields)


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


def make_import_file(**fields) -> ImportFile:
    """A table of patients that waits for a word: one is new, one is refused."""
    if "uploaded_by" not in fields:
        fields["uploaded_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "kind": "patients",
        "encoding": "UTF-8",
        "content": "Last name,First name,Birth date\nVega,Ines,1970-04-05\nQuill,Hetty,6/2/48\n",
        "verdicts": json.dumps(
            [
                [2, "new", "Vega, Ines", "1970-04-05", None, [], []],
                [3, "refused", "Quill, Hetty", "", None, [], [["Birth date", "Write all digits."]]],
            ]
        ),
        "rows": 2,
        "new": 1,
        "changed": 0,
        "same": 0,
        "refused": 1,
        "uploaded_at": timezone.now(),
    }
    return ImportFile.objects.create(**defaults | fields)


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


# Charges and claims


def make_charge_sheet(**fields) -> ChargeSheet:
    """Of a signed note, without lines; those are `make_charge`."""
    if "note" not in fields:
        fields["note"] = make_signed_note()
    if "made_by" not in fields:
        fields["made_by"] = make_user(Role.BILLER)
    defaults = {
        "version": 1,
        "facts_sha256": "0" * 64,
        "suggestion": [],
        "diagnoses": ["M54.2"],
        "made_at": SOME_TIME,
    }
    return ChargeSheet.objects.create(**defaults | fields)


def make_charge(**fields) -> Charge:
    """One line of one unit at 65.00."""
    if "sheet" not in fields:
        fields["sheet"] = make_charge_sheet()
    fee, units = fields.get("fee", Decimal("65.00")), fields.get("units", 1)
    defaults = {
        "position": 1,
        "code": "20560",
        "units": units,
        "pointers": "1",
        "fee": fee,
        "amount": fee * units,
        "suggested": True,
    }
    return Charge.objects.create(**defaults | fields)


def make_claim(**fields) -> Claim:
    """Opened and held; nothing of it is on an account."""
    if "sheet" not in fields:
        fields["sheet"] = make_charge_sheet()
    note = fields.setdefault("note", fields["sheet"].note)
    if "coverage" not in fields:
        fields["coverage"] = make_coverage(patient=note.visit.patient)
    if "opened_by" not in fields:
        fields["opened_by"] = make_user(Role.BILLER)
    defaults = {"control_number": f"HL{next(_numbers):06}", "opened_at": SOME_TIME}
    claim = Claim.objects.create(**defaults | fields)
    make_claim_step(claim=claim, number=1, before="", after="held")
    return claim


def make_claim_step(**fields) -> ClaimStep:
    """A held claim becomes ready."""
    if "claim" not in fields:
        fields["claim"] = make_claim()
    if "by" not in fields:
        fields["by"] = fields["claim"].opened_by
    defaults = {"number": 2, "before": "held", "after": "ready", "at": SOME_TIME}
    return ClaimStep.objects.create(**defaults | fields)


def make_claim_submitter(**fields) -> ClaimSubmitter:
    """Who sends claims for real; there is one."""
    defaults = {
        "pk": 1,
        "name": "Harbour Lane Physical Therapy",
        "identifier": "HARBOUR01",
        "contact_name": "Bo Lindqvist",
        "contact_phone": "970-555-0142",
        "receiver_name": "Clearing House of the Plains",
        "receiver_identifier": "PLAINS",
        "usage": "P",
    }
    return ClaimSubmitter.objects.create(**defaults | fields)


def make_claim_file(**fields) -> ClaimFile:
    """A file of no claim; its text only begins like one."""
    number = next(_numbers)
    if "made_by" not in fields:
        fields["made_by"] = make_user(Role.BILLER)
    content = fields.get("content", f"ISA*{number}~")
    defaults = {
        "control_number": number,
        "usage": "P",
        "content": content,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "made_at": SOME_TIME,
    }
    return ClaimFile.objects.create(**defaults | fields)


def make_paper_claim(**fields) -> PaperClaim:
    if "claim" not in fields:
        fields["claim"] = make_claim()
    if "made_by" not in fields:
        fields["made_by"] = fields["claim"].opened_by
    pages = [{"patient_name": "MARLOW, ODETTE", "lines": []}]
    digest = signing.digest(signing.canonical(pages))
    defaults = {"pages": pages, "sha256": digest, "made_at": SOME_TIME}
    return PaperClaim.objects.create(**defaults | fields)


# Remittances


def make_remittance_file(**fields) -> RemittanceFile:
    """Looked at and not posted; its text only begins like an 835."""
    if "uploaded_by" not in fields:
        fields["uploaded_by"] = make_user(Role.BILLER)
    content = fields.setdefault("content", f"ISA*{next(_numbers)}~")
    defaults = {
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "uploaded_at": SOME_TIME,
    }
    return RemittanceFile.objects.create(**defaults | fields)


def make_remittance(**fields) -> Remittance:
    """Typed in by hand, without claims; those are `make_remitted_claim`."""
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.BILLER)
    defaults = {
        "payer_name": "Front Range Health Plan",
        "payer_identifier": "1999999999",
        "trace_number": f"T{next(_numbers)}",
        "method": "CHK",
        "paid_on": SOME_DAY,
        "amount": Decimal("0.00"),
        "source": "hand",
        "recorded_at": SOME_TIME,
    }
    return Remittance.objects.create(**defaults | fields)


def make_remitted_claim(**fields) -> RemittanceClaim:
    """An answer that is not matched, of a claim of one line of 65.00 that was denied."""
    if "remittance" not in fields:
        fields["remittance"] = make_remittance()
    defaults = {
        "position": 1,
        "control_number": f"HL{next(_numbers):06}",
        "status": "4",
        "charge": Decimal("65.00"),
        "paid": Decimal("0.00"),
        "patient_name": "MARLOW, ODETTE",
    }
    return RemittanceClaim.objects.create(**defaults | fields)


def make_remitted_line(**fields) -> RemittanceLine:
    if "remitted" not in fields:
        fields["remitted"] = make_remitted_claim()
    defaults = {
        "position": 1,
        "code": "20560",
        "charge": Decimal("65.00"),
        "paid": Decimal("0.00"),
    }
    return RemittanceLine.objects.create(**defaults | fields)


def make_adjustment(**fields) -> Adjustment:
    """Of a line, unless the remitted claim alone is given."""
    if "remitted" not in fields:
        fields["line"] = fields.get("line") or make_remitted_line()
        fields["remitted"] = fields["line"].remitted
    defaults = {"group": "PR", "reason": "50", "amount": Decimal("65.00")}
    return Adjustment.objects.create(**defaults | fields)


def make_remark(**fields) -> Remark:
    if "remitted" not in fields:
        fields["remitted"] = make_remitted_claim()
    return Remark.objects.create(**{"code": "N386"} | fields)


def make_provider_adjustment(**fields) -> ProviderAdjustment:
    if "remittance" not in fields:
        fields["remittance"] = make_remittance()
    defaults = {"reason": "L6", "amount": Decimal("-1.25")}
    return ProviderAdjustment.objects.create(**defaults | fields)


def make_remittance_match(**fields) -> RemittanceMatch:
    """Left by somebody, unless a claim is given."""
    if "remitted" not in fields:
        fields["remitted"] = make_remitted_claim()
    if "by" not in fields:
        fields["by"] = fields["remitted"].remittance.recorded_by
    reason = "" if fields.get("claim") else "Of the old system"
    return RemittanceMatch.objects.create(
        **{"reason": reason, "by_number": False, "at": SOME_TIME} | fields
    )


def make_collection_decision(**fields) -> CollectionDecision:
    if "adjustment" not in fields:
        fields["adjustment"] = make_adjustment()
    if "by" not in fields:
        fields["by"] = fields["adjustment"].remitted.remittance.recorded_by
    defaults = {
        "decision": "collect",
        "by_rule": False,
        "reason": "The payer was asked",
        "at": SOME_TIME,
    }
    return CollectionDecision.objects.create(**defaults | fields)


# Money


def make_payment(**fields) -> Payment:
    """65.00 in cash, with its receipt; nothing of it is on the account."""
    if "patient" not in fields:
        fields["patient"] = fields["visit"].patient if "visit" in fields else make_patient()
    if "receipt" not in fields:
        fields["receipt"] = make_document(kind="receipt")
    if "received_by" not in fields:
        fields["received_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "amount": Decimal("65.00"),
        "method": "cash",
        "received_on": SOME_DAY,
        "received_at": SOME_TIME,
    }
    return Payment.objects.create(**defaults | fields)


def make_refund(**fields) -> Refund:
    """5.00 of a payment; nothing of it is on the account."""
    if "payment" not in fields:
        fields["payment"] = make_payment()
    if "refunded_by" not in fields:
        fields["refunded_by"] = fields["payment"].received_by
    defaults = {
        "amount": Decimal("5.00"),
        "method": "cash",
        "reason": "Paid twice",
        "refunded_on": SOME_DAY,
        "refunded_at": SOME_TIME,
    }
    return Refund.objects.create(**defaults | fields)


def make_posting(**fields) -> Posting:
    """A charge of 65.00 on the patient's account, unless another kind is given."""
    if fields.setdefault("kind", "charge") == "charge" and "charge" not in fields:
        fields["charge"] = make_charge()
    if fields.get("charge") and "note" not in fields:
        fields["note"] = fields["charge"].sheet.note
    if "patient" not in fields:
        note = fields.get("note")
        fields["patient"] = note.visit.patient if note else make_patient()
    if "by" not in fields:
        fields["by"] = make_user(Role.BILLER)
    defaults = {
        "party": "patient",
        "amount": Decimal("65.00"),
        "posted_on": SOME_DAY,
        "at": SOME_TIME,
    }
    return Posting.objects.create(**defaults | fields)


def make_superbill(**fields) -> Superbill:
    if "sheet" not in fields:
        fields["sheet"] = make_charge_sheet()
    if "document" not in fields:
        fields["document"] = make_document(kind="superbill")
    if "made_by" not in fields:
        fields["made_by"] = fields["sheet"].made_by
    defaults = {"not_for_medicare": False, "made_at": SOME_TIME}
    return Superbill.objects.create(**defaults | fields)


def make_series(**fields) -> MaintenanceSeries:
    """Four visits at 80.00, every four weeks; none of them is planned yet."""
    if "patient" not in fields:
        fields["patient"] = make_patient()
    if "provider" not in fields:
        fields["provider"] = make_provider()
    if "recorded_by" not in fields:
        fields["recorded_by"] = make_user(Role.FRONT_DESK)
    defaults = {
        "visits": 4,
        "every_days": 28,
        "price": Decimal("80.00"),
        "discharged_on": SOME_DAY,
        "starts_at": at(10),
        "recorded_at": SOME_TIME,
    }
    return MaintenanceSeries.objects.create(**defaults | fields)


def make_series_visit(**fields) -> SeriesVisit:
    if "series" not in fields:
        fields["series"] = make_series()
    series = fields["series"]
    if "visit" not in fields:
        fields["visit"] = make_visit(patient=series.patient, provider=series.provider)
    return SeriesVisit.objects.create(**{"number": 1} | fields)
