"""The demo clinic, loaded once for all of these with two days behind it, in the middle of the third."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from billing.demo.clock import Clock
from billing.demo.complaints import COMPLAINTS
from billing.models import (
    Adjustment,
    ChargeSheet,
    Claim,
    ClaimFile,
    MaintenanceSeries,
    Party,
    Payment,
    Posting,
    Refund,
    Remittance,
    Superbill,
)
from billing.models.claim import State as ClaimState
from billing.review.claims import stops_of
from billing.review.suggestion import suggest
from consent.models import (
    AbnWording,
    Consent,
    ConsentForm,
    ConsentWithdrawal,
    Kind,
    Language,
    Mark,
    Method,
    Notice,
    NoticeStep,
    OrganizationDetermination,
    PatientSignature,
    Scan,
    Signing,
    State,
)
from consent.review import consent_standing
from emr import chips, desk, prices, signing
from emr.accounts import DEMO_PASSWORD, DEMO_PEOPLE
from emr.models import (
    AlertKind,
    AuditEntry,
    Authorization,
    Coverage,
    CoverageKind,
    Diagnosis,
    Document,
    DocumentEvent,
    NeedlingPolicy,
    Patient,
    PatientAlert,
    PayerPolicy,
    Practice,
    ScopeOverride,
    TrainingRecord,
    User,
    Verification,
    Visit,
    VisitState,
)
from emr.rules.consent_status import Status
from emr.rules.findings import Severity
from notes.actions import NotAllowedNowError, start_note
from notes.models import Addendum, AddendumKind, FollowUpCall, Note
from notes.review import review_note
from tests.factories import ZONE, make_diagnosis

# The end of a chip that names days and visits.
WHEN = re.compile(r"( \d+ \w+ \d{4}| · .+)$")
COUNTED = [
    Patient,
    Coverage,
    Visit,
    Note,
    Addendum,
    Document,
    DocumentEvent,
    Consent,
    ConsentForm,
    AbnWording,
    Notice,
    NoticeStep,
    Signing,
    Scan,
    OrganizationDetermination,
    FollowUpCall,
    PayerPolicy,
    Verification,
    Authorization,
    ChargeSheet,
    Claim,
    ClaimFile,
    Remittance,
    Posting,
    Payment,
    Refund,
    Superbill,
    MaintenanceSeries,
    AuditEntry,
    User,
]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(settings, "DEMO", True)
        make_every_diagnosis()
        with Clock(datetime.combine(timezone.localdate(timezone=ZONE), time(14, 10), tzinfo=ZONE)):
            load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    with timezone.override(ZONE):
        yield


def make_every_diagnosis():
    """What the demo's therapists chart, out of the release that these tests do not load."""
    charted = {
        code: label for each in COMPLAINTS.values() for code, label in each.right + each.left
    }
    known = set(Diagnosis.objects.filter(code__in=charted).values_list("code", flat=True))
    for code, label in charted.items():
        if code not in known:
            make_diagnosis(code, label)


def load():
    call_command("load_demo", days=2, verbosity=0)


def counts():
    return {model.__name__: model.objects.count() for model in COUNTED}


def test_every_kind_of_coverage_is_there(demo):
    kinds = Coverage.objects.values_list("payer__kind", flat=True)

    assert set(kinds) == set(CoverageKind.values)


def test_every_coverage_could_have_been_typed_in(demo):
    for coverage in Coverage.objects.select_related("payer", "patient"):
        coverage.full_clean()


def test_every_kind_of_alert_is_there(demo):
    assert set(PatientAlert.objects.values_list("kind", flat=True)) == set(AlertKind.values)


def test_both_needling_codes_appear(demo):
    codes = Note.objects.signed().values_list("suggested_code", flat=True)

    assert set(codes) == {"20560", "20561"}


def test_every_kind_of_addendum_is_there(demo):
    kinds = Addendum.objects.signed().values_list("kind", flat=True)

    assert sorted(kinds) == sorted(AddendumKind.values)


def test_every_signed_note_has_a_pdf_that_verifies(demo):
    notes = Note.objects.signed().select_related("document")

    proofs = [signing.verify_pdf(bytes(note.document.content)) for note in notes]

    assert len(proofs) > 5
    assert [proof.valid for proof in proofs] == [True] * len(proofs)


def test_a_note_is_signed_on_the_day_of_its_visit_and_the_log_says_when(demo):
    signed_at = dict(Note.objects.signed().values_list("pk", "signed_at"))
    started = dict(Note.objects.signed().values_list("pk", "visit__start"))
    logged = AuditEntry.objects.filter(verb="note signed").values_list("subject_id", "at")

    assert {int(pk): at for pk, at in logged} == signed_at
    assert all(started[pk] < at < started[pk] + timedelta(hours=2) for pk, at in signed_at.items())


def test_nothing_stops_the_claim_of_a_signed_note_but_the_consent_that_nobody_asked_yarrow_for(
    demo,
):
    practice = Practice.objects.get()

    stops = [
        (note.visit.patient.last_name, each.code)
        for note in Note.objects.signed()
        for each in review_note(note, practice=practice, signed=True).findings
        if each.severity == Severity.STOP
    ]

    assert set(stops) == {("Yarrow", "consent-missing")}


# Prices, forms and papers


def test_the_owner_has_set_prices_published_a_form_and_installed_the_demonstration(demo):
    today = timezone.localdate()

    codes = set(prices.fees_on(today))
    form = ConsentForm.objects.current()
    wordings = AbnWording.objects.all()

    assert {"20560", "20561", "97110", "97140", "98940"} <= codes
    assert prices.cash_price_for(prices.A_VISIT, day=today) is not None
    assert {text.language for text in form.texts.all()} == set(Language.values)
    assert {wording.language for wording in wordings} == set(Language.values)
    assert all(wording.is_demonstration for wording in wordings)


def test_every_kind_of_notice_is_there_in_every_state_that_a_clinic_sees(demo):
    found = set(Notice.objects.with_state().values_list("kind", "state_now"))

    assert found == {
        (Kind.ABN, State.ISSUED),
        (Kind.ABN, State.CHOSEN),
        (Kind.ABN, State.REFUSED),
        (Kind.ABN, State.SUPERSEDED),
        (Kind.ABN, State.VOID),
        (Kind.VOLUNTARY_ABN, State.GIVEN),
        (Kind.ESTIMATE, State.DRAFT),
        (Kind.ESTIMATE, State.GIVEN),
        (Kind.ESTIMATE, State.AGREED),
        (Kind.AGREEMENT, State.AGREED),
        (Kind.AGREEMENT, State.DECLINED),
    }


def test_every_option_was_chosen_and_one_was_copied_from_paper(demo):
    chosen = NoticeStep.objects.filter(after=State.CHOSEN)

    assert set(chosen.values_list("option", flat=True)) == {1, 2, 3}
    assert chosen.filter(transcribed=True).count() == 1


def test_who_changed_her_mind_has_both_notices_on_file(demo):
    quill = NoticeStep.objects.filter(notice__patient__last_name="Quill", after=State.CHOSEN)

    assert list(quill.values_list("option", flat=True)) == [2, 1]


def test_every_way_to_sign_was_used(demo):
    used = set(PatientSignature.objects.values_list("method", "mark"))

    assert used == {
        (Method.KIOSK, Mark.DRAWN),
        (Method.KIOSK, Mark.TYPED),
        (Method.PHONE, Mark.DRAWN),
        (Method.PHONE, Mark.TYPED),
        (Method.PAPER, Mark.ON_PAPER),
    }


def test_two_people_who_draw_their_name_draw_two_lines(demo):
    drawn = PatientSignature.objects.filter(mark=Mark.DRAWN)

    lines = {each.signer_name: each.ink["strokes"] for each in drawn}

    assert len({str(line) for line in lines.values()}) == len(lines) > 10


def test_a_mother_signs_for_her_child_a_patient_in_spanish_and_one_with_an_interpreter(demo):
    consents = Consent.objects.select_related("patient", "signature")

    wren = consents.get(patient__first_name="Wren")
    paloma = consents.get(patient__first_name="Paloma")
    araminta = consents.get(patient__first_name="Araminta")

    assert wren.patient.age_on(wren.signed_on) < 18
    assert (wren.signature.signer_name, wren.signature.relation) == (
        "Beatrix Silverthorn",
        "Mother",
    )
    assert paloma.language == Language.SPANISH
    assert araminta.signature.interpreter == "Halyna Moroz"


def test_a_consent_stands_in_every_way_but_replaced(demo):
    practice, today = Practice.objects.get(), timezone.localdate()

    found = {
        consent_standing(visit.patient, day=today, practice=practice).status
        for visit in Visit.objects.starting_on(today).select_related("patient")
    }

    assert found == set(Status) - {Status.SUPERSEDED}
    assert ConsentWithdrawal.objects.count() == 1


def test_most_patients_have_a_copy_and_not_all(demo):
    signed = Document.objects.filter(kind=Document.Kind.CONSENT)
    copies = DocumentEvent.objects.filter(document__in=signed).values("document").distinct()

    assert signed.count() * 0.7 < copies.count() < signed.count()


def test_every_document_beside_the_notes_verifies(demo):
    documents = Document.objects.exclude(kind__in=[Document.Kind.NOTE, Document.Kind.AMENDED_NOTE])

    proofs = [signing.verify_pdf(bytes(document.content)) for document in documents]

    assert set(documents.values_list("kind", flat=True)) == {
        Document.Kind.CONSENT,
        Document.Kind.DECLINED_CONSENT,
        Document.Kind.ABN,
        Document.Kind.VOLUNTARY_ABN,
        Document.Kind.ESTIMATE,
        Document.Kind.AGREEMENT,
        Document.Kind.RECEIPT,
        Document.Kind.SUPERBILL,
    }
    assert [proof.valid for proof in proofs] == [True] * len(proofs)


def test_a_plan_has_denied_approved_or_not_answered_yet(demo):
    decisions = OrganizationDetermination.objects.values_list("decision", flat=True)

    assert sorted(decisions) == ["", "approved", "denied"]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (
            "Verification",
            {"Authorized", "No authorization", "Covered", "Verify", "Verify again", "Not needed"},
        ),
        ("Consent", {"Missing", "Declined", "Withdrawn", "Expired", "On file"}),
        (
            "Notice",
            {
                "ABN missing",
                "ABN: to sign",
                "ABN: claim",
                "ABN: no claim",
                "ABN refused",
                "ABN ended",
                "Option 3: do not treat",
                "Price changed",
                "Voluntary ABN",
                "Excluded by law",
                "Ask the plan",
                "Plan was asked",
                "Plan denied",
                "Plan approved",
                "Estimate",
                "Estimate due",
                "Agreement",
                "Agreement missing",
                "Does not agree",
                "Not needed",
            },
        ),
    ],
)
def test_todays_list_shows_every_state_of_a_paper(demo, column, words):
    fran = User.objects.get(username="fran")
    visits = list(Visit.objects.starting_on(timezone.localdate()).select_related("provider__user"))

    shown = dict(chips.columns())[column](visits, fran)

    assert words <= {WHEN.sub("", chip.word) for chip in shown.values()}


@pytest.mark.parametrize(
    ("last_name", "reason"),
    [("Winterbourne", "option 3"), ("Nightingale", "withdrew"), ("Underhill", "declined")],
)
def test_a_visit_that_the_patient_does_not_want_is_not_started(demo, last_name, reason):
    today = Visit.objects.starting_on(timezone.localdate())
    visit = today.get(patient__last_name=last_name)

    with pytest.raises(NotAllowedNowError, match=reason):
        start_note(visit=visit, by=visit.provider.user)


def test_the_desk_has_called_whoever_had_a_reaction_and_one_call_is_due_today(demo):
    calls = FollowUpCall.objects.order_by("due_on")
    with_reaction = Note.objects.signed().exclude(content__reactions=[])

    due = calls.open().filter(due_on__lte=timezone.localdate())

    assert set(calls.values_list("note", flat=True)) == set(
        with_reaction.values_list("pk", flat=True)
    )
    assert due.count() == 1
    assert calls.exclude(closed_at=None).exists()


def test_every_worklist_of_papers_and_days_ahead_has_something_on_it(demo):
    fran, today = User.objects.get(username="fran"), timezone.localdate()

    empty = {each.key for each in desk.counters(fran) if not each.count(today, fran)}

    assert empty <= {"notice-obsolete", "note-unsigned"}


# Coverage and money


def test_the_biller_has_something_on_every_worklist(demo):
    bo, today = User.objects.get(username="bo"), timezone.localdate()

    empty = {each.key for each in desk.counters(bo) if not each.count(today, bo)}

    # The month is too short for a payer to be silent for so long, and its accounts come out even.
    in_order = {"claim-unanswered", "claim-off-balance"}
    assert empty <= {"notice-obsolete", "note-unsigned"} | in_order


def test_payers_say_different_things_and_one_plan_another_than_its_payer(demo):
    policies = PayerPolicy.objects.select_related("payer")

    assert {each.needling for each in policies} == set(NeedlingPolicy.values) - {
        NeedlingPolicy.EXCLUDED
    }
    assert {
        each.plan: each.waiver_allowed for each in policies.filter(payer__name__startswith="P")
    } == {
        "": False,
        "Ridge Select": True,
    }


def test_claims_are_in_every_state_that_asks_a_biller_for_something(demo):
    states = Claim.objects.with_state().values_list("state_now", flat=True)

    assert set(states) == set(ClaimState.values) - {ClaimState.WRITTEN_OFF, ClaimState.DROPPED}


def test_what_is_held_says_why_and_what_is_ready_has_no_stop(demo):
    practice = Practice.objects.get()
    open_claims = Claim.objects.with_state().filter(state_now__in=["held", "ready"])
    open_claims = open_claims.select_related("coverage__patient", "sheet", "note__visit__provider")

    stops = {
        claim.coverage.patient.last_name: {each.code for each in stops_of(claim, practice=practice)}
        for claim in open_claims
        if claim.state == ClaimState.HELD
    }
    ready = [
        each.code
        for claim in open_claims
        if claim.state == ClaimState.READY
        for each in stops_of(claim, practice=practice)
    ]

    assert stops["Yarrow"] == {"consent-missing"}
    assert stops["Brisk"] == {"diagnosis-header"}
    assert set(ready) <= {"charges-outdated"}


def test_a_denial_with_option_1_waits_for_the_word_of_the_practice(demo):
    denied = Adjustment.objects.get(group="PR", reason="50")

    claim = Claim.objects.get(answers__remitted=denied.remitted)
    assert claim.coverage.patient.last_name == "Quintanar"
    assert not hasattr(denied, "decision")
    assert denied.line.modifiers == "GA GP"


def test_the_ledger_has_entries_of_every_kind_but_a_write_off(demo):
    kinds = set(Posting.objects.values_list("kind", flat=True))

    assert kinds == set(Posting.Kind.values) - {Posting.Kind.WRITE_OFF}
    assert Posting.objects.filter(party=Party.PAYER, claim=None).exists() is False


def test_money_was_taken_given_back_and_agreed_ahead(demo):
    methods = set(Payment.objects.values_list("method", flat=True))

    assert methods == set(Payment.Method.values)
    assert Refund.objects.count() == 1
    assert Superbill.objects.get().not_for_medicare is True
    assert MaintenanceSeries.objects.get().planned.count() == 6


def test_a_visit_of_three_muscles_exercise_and_manual_therapy_has_three_lines(demo):
    note = Note.objects.signed().get(visit__patient__last_name="Thistlewood")

    lines = suggest(note, practice=Practice.objects.get()).lines

    assert {line.code: line.units for line in lines} == {"20561": 1, "97110": 1, "97140": 1}


def test_the_owner_overrides_one_provider_and_both_have_training_on_record(demo):
    trained = set(TrainingRecord.objects.values_list("provider__user__username", flat=True))

    assert ScopeOverride.objects.get().provider.user.username == "oke"
    assert trained == {"dana", "oke"}


def test_everybody_on_the_sign_in_page_gets_in(demo):
    people = User.objects.in_bulk([p.username for p in DEMO_PEOPLE], field_name="username")

    assert [people[p.username].check_password(DEMO_PASSWORD) for p in DEMO_PEOPLE] == [True] * 6
    assert [people[p.username].roles for p in DEMO_PEOPLE] == [{p.role} for p in DEMO_PEOPLE]


def test_odette_marlow_comes_at_half_past_ten_and_has_no_note_yet(demo):
    odette = Patient.objects.search("marlow odette").get()

    visit = Visit.objects.starting_on(timezone.localdate()).get(patient=odette)

    assert timezone.localtime(visit.start).time() == time(10, 30)
    assert visit.provider.user.username == "dana"
    assert not Note.objects.filter(visit=visit).exists()


def test_loading_twice_changes_nothing(demo):
    before = counts()

    load()

    assert counts() == before


@pytest.mark.parametrize("now", [time(0, 5), time(10, 40), time(23, 55)], ids=str)
def test_the_next_day_gets_a_list_of_its_own_at_any_hour(demo, now):
    tomorrow = timezone.localdate() + timedelta(days=1)
    patients, signed = Patient.objects.count(), Note.objects.signed().count()

    with Clock(datetime.combine(tomorrow, now, tzinfo=ZONE)) as clock:
        load()

    listed = Visit.objects.starting_on(tomorrow)
    new = Note.objects.filter(visit__in=listed).signed()
    assert 8 <= listed.count() <= 35
    assert Patient.objects.count() == patients
    assert Note.objects.signed().count() == signed + new.count()
    assert not AuditEntry.objects.filter(at__gt=clock.now).exists()
    assert not Note.objects.filter(visit__start__gt=clock.now).exists()


def test_a_notice_that_waited_for_a_former_day_is_void_and_another_waits(demo):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with Clock(datetime.combine(tomorrow, time(14, 10), tzinfo=ZONE)):
        load()

    notices = Notice.objects.with_state().filter(patient__last_name="Applegarth").order_by("pk")
    assert list(notices.values_list("state_now", "visit__start__date")) == [
        (State.VOID, tomorrow - timedelta(days=1)),
        (State.ISSUED, tomorrow),
    ]


def test_what_a_former_day_left_waiting_is_closed_and_charged_on_the_next(demo):
    tomorrow = timezone.localdate() + timedelta(days=1)

    with Clock(datetime.combine(tomorrow, time(0, 5), tzinfo=ZONE)):
        load()

    waiting = [VisitState.PLANNED, VisitState.ARRIVED]
    midnight = datetime.combine(tomorrow, time(0), tzinfo=ZONE)
    assert not Visit.objects.filter(start__lt=midnight, state__in=waiting).exists()
    charged = ChargeSheet.objects.values("note")
    assert not Note.objects.in_force().exclude(pk__in=charged).exists()


def test_a_practice_that_is_not_the_demos_is_left_alone(demo):
    Practice.objects.update(name="Foothills Physical Therapy")
    before = counts()

    with pytest.raises(CommandError, match="not the demonstration's"):
        load()

    assert counts() == before


def test_people_without_a_practice_are_left_alone_too(demo):
    Practice.objects.all().delete()

    with pytest.raises(CommandError, match="not the demonstration's"):
        load()


def test_nothing_is_loaded_where_no_demo_was_asked_for(demo, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", False)

    with pytest.raises(CommandError, match="FILIFORM_DEMO=true"):
        load()
