"""What the patient signed before the visit, as the note knows it: what it stops, and what it tells."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from consent.models import Kind
from emr.models import CoverageKind, Profession
from notes import actions
from notes.models import FollowUpCall, Note
from notes.papers import papers
from notes.review import review_note
from notes.snapshot import digest_for_review, for_review
from tests import factories
from tests.notes.posts import make_content, worked_example

pytestmark = pytest.mark.django_db


def covered(visit, kind=CoverageKind.MEDICARE, **fields):
    payer = factories.make_payer(kind=kind, name=CoverageKind(kind).label)
    return factories.make_coverage(patient=visit.patient, payer=payer, **fields)


def notice_for(visit, state="chosen", **fields):
    fields.setdefault("coverage", visit.patient.coverages.first())
    return factories.make_notice(
        patient=visit.patient, provider=visit.provider, state=state, **fields
    )


@pytest.fixture
def note(visit):
    """Three muscles, charted whole; the patient consented."""
    factories.make_consent(patient=visit.patient)
    return factories.make_note(visit=visit, content=make_content(sites=worked_example()))


def codes(review):
    return [finding.code for finding in review.of_papers]


def start(client, visit):
    return client.post(reverse("notes:start", args=[visit.pk]))


# What stops the note


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("withdrawn", "The patient withdrew consent"),
        ("declined", "The patient declined to be needled"),
    ],
)
def test_a_note_against_the_patients_will_is_not_started(dana_client, visit, outcome, words):
    signed = factories.make_consent(
        patient=visit.patient, outcome="declined" if outcome == "declined" else "signed"
    )
    if outcome == "withdrawn":
        factories.make_withdrawal(consent=signed)

    response = start(dana_client, visit)

    assertContains(response, words, status_code=409)
    assert not Note.objects.exists()


def test_option_3_starts_no_note(dana_client, visit):
    covered(visit)
    notice_for(visit, option=3)

    response = start(dana_client, visit)

    assertContains(response, "chose option 3", status_code=409)
    assert not Note.objects.exists()


@pytest.mark.parametrize("option", [1, 2])
def test_the_other_options_start_it(dana_client, visit, option):
    covered(visit)
    notice_for(visit, option=option)

    assert start(dana_client, visit).status_code == 302
    assert Note.objects.get().visit == visit


def test_what_is_only_missing_never_keeps_a_therapist_from_charting(dana_client, visit):
    covered(visit)

    assert start(dana_client, visit).status_code == 302


def test_option_3_chosen_while_the_note_was_open_stops_the_signature(note, practice):
    covered(note.visit)
    notice_for(note.visit, option=3)

    review = review_note(note, practice=practice)

    assert [each.code for each in review.stops_signing] == ["abn-service-declined"]


# What it tells


def test_option_1_sends_a_claim_and_option_2_none(note, practice):
    covered(note.visit)
    notice = notice_for(note.visit, option=1)
    first = review_note(note, practice=practice)
    factories.make_notice_step(
        notice=notice,
        before="chosen",
        after="superseded",
        replaced_by=notice_for(note.visit, option=2),
    )

    second = review_note(note, practice=practice)

    assert (first.claim, first.patient_pays, codes(first)) == ("hold", "may", [])
    assert (second.claim, second.patient_pays, codes(second)) == ("none", "may", ["abn-no-claim"])


@pytest.mark.parametrize(
    ("kind", "profession", "expected"),
    [
        (CoverageKind.MEDICARE, Profession.PT, ["abn-missing"]),
        (CoverageKind.MEDICARE, Profession.DC, ["statutory-exclusion"]),
        (CoverageKind.MEDICARE_ADVANTAGE, Profession.PT, ["organization-determination-missing"]),
        (CoverageKind.SELF_PAY, Profession.PT, ["estimate-missing"]),
        (CoverageKind.WORKERS_COMP, Profession.PT, []),
    ],
)
def test_each_coverage_asks_for_its_own_paper(note, practice, kind, profession, expected):
    covered(note.visit, kind)
    note.visit.provider.profession = profession

    assert codes(review_note(note, practice=practice)) == expected


def test_a_price_beyond_the_notice_holds_the_claim(note, practice):
    covered(note.visit)
    notice_for(note.visit)  # says 65.00 for 20561
    factories.make_fee(code="20561", amount=Decimal("165.01"))

    assert codes(review_note(note, practice=practice)) == ["abn-estimate-exceeded"]


def test_missing_consent_holds_the_claim_and_not_the_signature(visit, practice):
    note = factories.make_note(visit=visit, content=make_content(sites=worked_example()))
    covered(visit, CoverageKind.WORKERS_COMP)

    review = review_note(note, practice=practice)

    assert (codes(review), review.stops_signing) == (["consent-missing"], [])


def test_the_page_says_in_a_sentence_what_a_medicare_patient_needs_and_leads_there(
    dana_client, note
):
    covered(note.visit)

    response = dana_client.get(reverse("notes:note", args=[note.pk]))

    new = f"{reverse('consent:new-notice', args=[note.visit.patient_id])}?visit={note.visit_id}"
    assertContains(response, "ABN missing")
    assertContains(response, "Have an ABN signed before needling")
    assertContains(
        response, f'<a class="btn btn-outline-secondary btn-sm" href="{new}">Make the ABN</a>'
    )


def test_the_page_asks_for_nothing_that_is_on_file(dana_client, note):
    covered(note.visit)
    notice_for(note.visit)

    response = dana_client.get(reverse("notes:note", args=[note.pk]))

    assertContains(response, "ABN: claim")
    assertNotContains(response, "Get it signed")
    assertNotContains(response, "Make the ABN")


def test_what_was_signed_stands_in_what_is_reviewed(note, practice):
    covered(note.visit)
    notice_for(note.visit, option=2)

    frozen = for_review(note, practice=practice)

    assert frozen["consent"] == {"signed_on": "2025-03-04", "version": None}
    assert frozen["notice"] == {
        "kind": "ABN",
        "answer": "Option chosen",
        "option": 2,
        "answered_on": factories.today().isoformat(),
        "claim": "none",
    }


def test_a_notice_that_is_answered_after_the_review_asks_for_another_look(note, practice):
    covered(note.visit)
    before = json.dumps(for_review(note, practice=practice))

    notice_for(note.visit)

    assert json.dumps(for_review(note, practice=practice)) != before


def test_an_agreement_stands_for_a_commercial_plan_whatever_is_known_of_it(note, practice):
    covered(note.visit, CoverageKind.COMMERCIAL)
    notice_for(note.visit, kind=Kind.AGREEMENT, state="agreed")

    found = review_note(note, practice=practice).standing.notice

    assert (found.stands, found.coverage_facts.agreement_signed_on) == (True, factories.today())


def test_a_code_that_the_notice_does_not_list_is_told_alike_by_chip_finding_and_sheet(
    note, practice
):
    covered(note.visit)
    notice_for(note.visit)  # lists 20561
    note.content["sites"] = note.content["sites"][:1]  # one muscle: 20560

    review = review_note(note, practice=practice)
    [_, notice] = papers(note.visit, review)

    assert codes(review) == ["abn-missing"]
    assert (notice.chip.word, notice.chip.needs) == ("ABN ended", True)
    assert for_review(note, practice=practice)["notice"] is None


def test_who_does_not_agree_to_pay_is_not_needled(dana_client, visit):
    covered(visit, CoverageKind.TRICARE)
    notice_for(visit, kind=Kind.AGREEMENT, state="declined")

    assertContains(start(dana_client, visit), "does not agree to pay", status_code=409)


# Afterwards


def test_an_adverse_reaction_opens_a_call_for_the_next_day(note, practice, dana):
    note.content["reactions"] = [{"kind": "bruising", "label": "Bruising"}]
    note.content["reaction_detail"] = "A coin's size, no swelling."
    note.save()

    signed = actions.sign_note(
        note=note,
        revision=note.revision,
        reviewed=digest_for_review(note, practice=practice),
        practice=practice,
        by=dana,
    )

    call = FollowUpCall.objects.get()
    assert (call.note, call.due_on) == (signed, factories.today() + timedelta(days=1))


def test_a_visit_without_a_reaction_opens_none(note, practice, dana):
    note.content["reactions"] = []
    note.save()

    actions.sign_note(
        note=note,
        revision=note.revision,
        reviewed=digest_for_review(note, practice=practice),
        practice=practice,
        by=dana,
    )

    assert not FollowUpCall.objects.exists()
