"""What the app finds in charged lines beyond the rules: a chiropractor's claim, liability, stops set aside."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from billing.actions.charges import NO_WISH, charge_note
from billing.models import ChargeSheet, Claim, Party
from billing.review.claim_form import is_billable
from billing.review.claims import review_claim, stops_of
from billing.review.lines import Line
from billing.review.own_findings import of_claim
from billing.review.suggestion import choose, suggest
from emr.actions import Refused
from emr.models import AuditEntry, CoverageKind
from emr.rules.findings import Finding, Severity, Stops
from tests import factories
from tests.billing.balances import balance_of
from tests.billing.signed_notes import EXERCISE, billable_visit, signed_note
from tests.billing.test_claim_pages import post_of

pytestmark = pytest.mark.django_db
HIDDEN = {"code": "97140", "minutes": 20, "text": "Dry needling of the left soleus"}
WHY = "The text tells of an earlier visit."


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


def note_of(practice, provider, *, kind=CoverageKind.MEDICARE, **content):
    return signed_note(billable_visit(practice, provider, kind=kind), **content)


@pytest.fixture
def chiropractors(practice, lee):
    """Needling by a chiropractor, of a patient with Original Medicare."""
    return note_of(practice, lee.provider, services=[])


@pytest.fixture
def hidden(practice, dana):
    """No muscle, and a service whose text reads as needling."""
    content = {"sites": [], "services": [HIDDEN]}
    return note_of(practice, dana.provider, kind=CoverageKind.COMMERCIAL, **content)


def charge(note, *, practice, by, lines=None, reason="", **fields):
    if lines is None:
        lines = suggest(note, practice=practice).lines
    return charge_note(note=note, lines=lines, reason=reason, practice=practice, by=by, **fields)


def codes_of(findings):
    return [(each.code, each.subject) for each in findings]


def stop_codes(claim, practice):
    return [each.code for each in stops_of(claim, practice=practice)]


# A chiropractor and Medicare


def test_without_the_patients_wish_no_claim_goes_out_for_a_chiropractors_needling(
    chiropractors, practice, bo
):
    charge(chiropractors, practice=practice, by=bo)

    assert not Claim.objects.exists()
    assert str(balance_of(chiropractors.visit.patient, Party.PATIENT)) == "85.00"


def test_where_the_patient_asks_for_a_denial_the_claim_goes_out_with_gy(
    chiropractors, practice, bo
):
    sheet = charge(chiropractors, practice=practice, by=bo, claim_requested=True)

    claim = Claim.objects.with_state().get()
    assert (sheet.claim_requested, sheet.reason) == (True, "")
    assert [(each.code, each.modifiers) for each in claim.lines] == [("20561", "GY")]
    assert [each.code for each in stops_of(claim, practice=practice)] == []
    assert claim.state == "ready"
    assert str(balance_of(chiropractors.visit.patient, Party.PATIENT)) == "0.00"
    assert not suggest(chiropractors, practice=practice).is_outdated
    assert AuditEntry.objects.get(verb="note charged").details["claim_requested"] is True


def test_who_takes_the_wish_back_pays_themselves(chiropractors, practice, bo):
    charge(chiropractors, practice=practice, by=bo, claim_requested=True)

    charge(chiropractors, practice=practice, by=bo, claim_requested=False)

    assert Claim.objects.with_state().get().state == "dropped"
    assert str(balance_of(chiropractors.visit.patient, Party.PATIENT)) == "85.00"


def test_nobody_else_asks_for_a_claim_that_is_known_to_be_denied(practice, dana, bo):
    note = note_of(practice, dana.provider)

    with pytest.raises(Refused) as refused:
        charge(note, practice=practice, by=bo, claim_requested=True)

    assert str(refused.value) == NO_WISH


def test_the_page_offers_the_wish_to_a_chiropractors_medicare_patient_only(
    practice, dana, chiropractors, bo_client
):
    other = note_of(practice, dana.provider, kind=CoverageKind.COMMERCIAL)
    words = "The patient asks that Medicare be billed, for a denial"

    assertContains(bo_client.get(reverse("billing:charges", args=[chiropractors.pk])), words)
    assertNotContains(bo_client.get(reverse("billing:charges", args=[other.pk])), words)


def test_the_wish_is_charged_from_the_page(chiropractors, practice, bo_client):
    posted = post_of(suggest(chiropractors, practice=practice), claim_requested="on")

    bo_client.post(reverse("billing:charges", args=[chiropractors.pk]), posted)

    assert ChargeSheet.objects.get().claim_requested
    claim = Claim.objects.get()
    shown = bo_client.get(reverse("billing:claim", args=[claim.pk]))
    assertContains(shown, "the patient asks for Medicare's denial")


@pytest.mark.parametrize(
    ("code", "modifiers", "stops"),
    [
        ("97110", (), True),
        ("97110", ("GP",), True),
        ("97110", ("GY",), False),
        ("98940", (), False),
        ("98942", ("AT",), False),
        ("98943", (), True),
    ],
)
def test_medicare_pays_a_chiropractor_for_the_spine_alone(
    chiropractors, practice, code, modifiers, stops
):
    suggestion = suggest(chiropractors, practice=practice)
    lines = [*suggestion.lines, Line(code=code, modifiers=modifiers)]

    choice = choose(suggestion, lines, suggestion.diagnoses, reason="Done as well")

    found = codes_of(choice.stops)
    assert (("excluded-without-gy", code) in found) == stops


def test_exercise_without_gy_holds_a_chiropractors_claim_to_medicare(practice, lee, bo):
    note = note_of(practice, lee.provider, services=[EXERCISE])

    charge(note, practice=practice, by=bo)

    claim = Claim.objects.with_state().get()
    [stop] = stops_of(claim, practice=practice)
    assert claim.state == "held"
    assert (stop.code, stop.where) == ("excluded-without-gy", "Charges")
    assert stop.message == (
        "Put GY on 97110, or take it off the claim: Medicare pays a chiropractor only 98940, 98941 and"
        " 98942."
    )


# Who is to pay


@pytest.mark.parametrize(
    ("modifiers", "told"),
    [
        (("GZ",), []),
        (("GZ", "GP"), []),
        (("GA",), ["Look who is to pay: 20561 has GA, and what is on file asks for GZ."]),
        (
            (),
            [
                "Look who is to pay: 20561 has none of GA, GX, GY and GZ, and what is on file asks for"
                " GZ."
            ],
        ),
    ],
)
def test_another_liability_modifier_than_suggested_is_a_warning(practice, dana, modifiers, told):
    note = note_of(practice, dana.provider, services=[])
    suggestion = suggest(note, practice=practice)
    [line] = suggestion.lines

    choice = choose(suggestion, [replace(line, modifiers=modifiers)], suggestion.diagnoses)

    found = [each for each in choice.advice if each.code == "liability-not-as-suggested"]
    assert [each.message for each in found] == told


# Stops of a signed note


def test_a_text_that_only_reads_as_needling_is_set_aside_with_a_reason(hidden, practice, bo):
    charge(hidden, practice=practice, by=bo)
    claim = Claim.objects.with_state().get()
    assert "needling-inside-other-code" in stop_codes(claim, practice)

    key = ("needling-inside-other-code", "97140")
    sheet = charge(hidden, practice=practice, by=bo, set_aside={key: WHY})

    claim = Claim.objects.with_state().get()
    assert sheet.set_aside == [{"code": key[0], "subject": key[1], "reason": WHY}]
    assert "needling-inside-other-code" not in stop_codes(claim, practice)
    [told] = [
        each for each in review_claim(claim, practice=practice).choice.advice if each.code == key[0]
    ]
    assert told.message.startswith("Set aside: The text tells of an earlier visit. Without that: ")
    last = AuditEntry.objects.filter(verb="note charged").latest("pk")
    assert last.details["set_aside"] == ["needling-inside-other-code"]


@pytest.mark.parametrize(
    "key",
    [
        ("needling-inside-other-code", "97110"),
        ("drug-code-not-valid", "J2001"),
        ("consent-missing", "consent"),
    ],
)
def test_nothing_else_is_set_aside(hidden, practice, bo, key):
    sheet = charge(hidden, practice=practice, by=bo, set_aside={key: WHY})

    assert sheet.set_aside == []
    assert Claim.objects.with_state().get().state == "held"


def test_no_stop_is_set_aside_without_words(hidden, practice, bo):
    key = ("needling-inside-other-code", "97140")

    sheet = charge(hidden, practice=practice, by=bo, set_aside={key: " - "})

    assert sheet.set_aside == []


def test_a_drug_of_a_signed_note_is_set_aside_on_the_page(practice, dana, bo_client):
    injection = {"muscle": "", "name": "Masseter", "side": "left", "drug": "J2001"}
    note = note_of(
        practice,
        dana.provider,
        kind=CoverageKind.COMMERCIAL,
        services=[EXERCISE],
        injections=[injection],
    )
    address = reverse("billing:charges", args=[note.pk])
    assertContains(bo_client.get(address), "Why this does not hold of J2001")
    field = "aside-drug-code-not-valid-J2001"
    suggestion = suggest(note, practice=practice)
    lines = [each for each in suggestion.lines if each.fee is not None]
    posted = post_of(
        replace(suggestion, lines=tuple(lines)),
        reason="No price",
        **{field: "Nothing is billed of it.", "seen": suggestion.digest},
    )

    checked = bo_client.post(reverse("billing:check-charges", args=[note.pk]), posted)
    bo_client.post(address, posted)

    assertContains(checked, "Set aside: Nothing is billed of it. Without that:")
    sheet = ChargeSheet.objects.get()
    assert sheet.set_aside == [
        {
            "code": "drug-code-not-valid",
            "subject": "J2001",
            "reason": "Nothing is billed of it.",
        }
    ]
    claim = Claim.objects.with_state().get()
    assert (claim.state, stop_codes(claim, practice)) == ("ready", [])
    shown = bo_client.get(reverse("billing:claim", args=[claim.pk]))
    assertContains(shown, "Set aside for J2001")


def test_a_service_that_is_taken_off_the_bill_hides_no_needling(hidden, practice):
    suggestion = suggest(hidden, practice=practice)

    choice = choose(suggestion, [Line(code="97110")], suggestion.diagnoses, reason="Only this")

    assert "needling-inside-other-code" not in [each.code for each in choice.stops]


# The clinician's licence


def test_a_licence_that_ended_holds_the_claim_and_leads_to_the_clinician(practice, dana, bo):
    note = note_of(practice, dana.provider, kind=CoverageKind.COMMERCIAL, services=[EXERCISE])
    dana.provider.licences.update(expires_on=factories.today() - timedelta(days=1))

    charge(note, practice=practice, by=bo)

    claim = Claim.objects.with_state().get()
    [stop] = stops_of(claim, practice=practice)
    assert (stop.code, claim.state) == ("licence-not-good", "held")
    assert stop.url == reverse("emr:provider", args=[dana.provider.pk])


# A claim without needling


@pytest.mark.parametrize(
    ("code", "concerns"),
    [
        ("consent-missing", False),
        ("abn-missing", False),
        ("agreement-missing", False),
        ("payer-excluded", False),
        ("scope-prohibited", False),
        ("training-short", False),
        ("licence-not-good", True),
        ("diagnosis-missing", True),
        ("tolerance-missing", True),
        ("excluded-without-gy", True),
        ("units-above-daily-limit", True),
    ],
)
def test_what_concerns_needling_alone_says_nothing_of_a_claim_without_it(code, concerns):
    found = Finding(
        code=code, severity=Severity.STOP, stops=Stops.CLAIM, subject="", message="", source=""
    )

    assert of_claim([found], ["97110"]) == ([found] if concerns else [])
    assert of_claim([found], ["97110", "20560"]) == [found]


# One truth on diagnoses


@pytest.mark.parametrize(
    ("code", "day", "billable"),
    [
        ("M54.50", date(2026, 3, 2), True),
        ("M54.5", date(2026, 3, 2), False),
        ("M54.5", date(2021, 9, 30), True),
        ("M54.50", date(2021, 9, 30), None),
        ("M79.18", date(2018, 9, 30), None),
        ("M99.99X", date(2026, 3, 2), None),
    ],
)
def test_a_form_takes_a_diagnosis_by_the_day_as_the_note_does(code, day, billable):
    assert is_billable(code, day) is billable
