"""What a Medicare Advantage plan was asked, what it answered, and that the answer stays."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.db.models.signals import post_save
from django.urls import reverse
from PIL import Image
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from consent import actions
from consent.models import OrganizationDetermination, Scan
from consent.notice_page import determination_chip
from consent.review import notice_standing
from emr import scans
from emr.models import AuditEntry
from tests.factories import make_coverage, make_determination, make_payer, today

DAY = timedelta(days=1)
Decision = OrganizationDetermination.Decision


@pytest.fixture
def plan(patient):
    payer = make_payer(name="Sunward Advantage", kind="medicare_advantage")
    return make_coverage(patient=patient, payer=payer)


@pytest.fixture
def asked(patient, plan, fran):
    return make_determination(
        patient=patient, coverage=plan, requested_on=today() - 9 * DAY, recorded_by=fran
    )


def entries():
    rows = AuditEntry.objects.exclude(verb__in=["viewed", "signed in"]).order_by("pk")
    return list(rows.values_list("verb", "actor", "details"))


def files():
    return sorted(path for path in Path(settings.MEDIA_ROOT).glob("scans/**/*") if path.is_file())


def a_letter():
    png = io.BytesIO()
    Image.new("RGB", (620, 800), "white").save(png, "PNG")
    return SimpleUploadedFile("letter.png", png.getvalue(), content_type="image/png")


# Asking


def test_the_plan_is_asked(patient, plan, fran):
    made = actions.request_determination(
        patient=patient,
        coverage=plan,
        service="Dry needling",
        requested_on=today(),
        reference="SA-2231",
        by=fran,
    )

    kept = OrganizationDetermination.objects.get()
    assert kept == made
    assert (kept.service, kept.reference, kept.decision, kept.recorded_by) == (
        "Dry needling",
        "SA-2231",
        "",
        fran,
    )
    assert entries() == [("determination requested", "Fran Ibarra", {})]


def test_only_a_medicare_advantage_plan_of_this_patient_is_asked(patient, plan, fran):
    original = make_coverage(
        patient=patient, payer=make_payer(kind="medicare"), rank=2, member_number=""
    )
    others = make_determination().coverage

    for coverage in (original, others):
        with pytest.raises(actions.Refused, match="Only a Medicare Advantage plan of this patient"):
            actions.request_determination(
                patient=patient,
                coverage=coverage,
                service="Dry needling",
                requested_on=today(),
                by=fran,
            )

    assert entries() == []


def test_nobody_asked_tomorrow(patient, plan, fran):
    with pytest.raises(ValidationError) as refusal:
        actions.request_determination(
            patient=patient,
            coverage=plan,
            service="Dry needling",
            requested_on=today() + DAY,
            by=fran,
        )

    assert refusal.value.message_dict == {"requested_on": ["This day is still to come."]}


# While there is no answer


def test_what_was_asked_can_be_corrected_until_the_plan_has_answered(asked, fran):
    actions.edit_determination(
        determination=asked, reference="SA-2231", service=asked.service, by=fran
    )

    assert OrganizationDetermination.objects.get().reference == "SA-2231"
    details = {"fields": ["reference"]}
    assert entries() == [("determination edited", "Fran Ibarra", details)]


def test_saving_the_same_again_is_no_change(asked, fran):
    actions.edit_determination(determination=asked, service=asked.service, by=fran)

    assert entries() == []


# The answer


def test_a_denial_is_kept_with_its_notice_and_letter(asked, fran):
    letter = scans.read_scan(a_letter())

    actions.decide_determination(
        determination=asked,
        decision=Decision.DENIED,
        decided_on=today() - 2 * DAY,
        notice_on=today() - DAY,
        holds_until=today() + 90 * DAY,
        copy=letter,
        by=fran,
    )

    kept = OrganizationDetermination.objects.get()
    assert (kept.decision, kept.decided_on, kept.notice_on, kept.holds_until) == (
        "denied",
        today() - 2 * DAY,
        today() - DAY,
        today() + 90 * DAY,
    )
    assert (kept.scan.kind, kept.scan.sha256, kept.scan.pages) == ("png", letter.sha256, 1)
    with kept.scan.file.open() as file:
        assert file.read() == letter.content
    assert "letter" not in kept.scan.file.name
    details = {"decision": "denied", "decided_on": (today() - 2 * DAY).isoformat()}
    assert entries() == [("determination decided", "Fran Ibarra", details)]


def test_a_decision_is_written_down_once(asked, fran):
    facts = {"determination": asked, "decided_on": today(), "by": fran}
    actions.decide_determination(decision=Decision.APPROVED, **facts)

    with pytest.raises(actions.Refused, match="on record already and stays as it is"):
        actions.decide_determination(decision=Decision.DENIED, **facts)
    with pytest.raises(actions.Refused, match="on record already and stays as it is"):
        actions.edit_determination(determination=asked, reference="X", by=fran)

    assert OrganizationDetermination.objects.get().decision == "approved"


def test_the_database_keeps_a_decision(asked, fran):
    actions.decide_determination(
        determination=asked, decision=Decision.DENIED, decided_on=today(), by=fran
    )
    rows = OrganizationDetermination.objects.all()

    for change in (lambda: rows.update(decision="approved"), rows.delete):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            change()

    assert rows.get().decision == "denied"


WRONG_DAYS = [
    ({"decided_on": 1}, "decided_on", "This day is still to come."),
    ({"decided_on": -10}, "decided_on", "That is before the plan was asked."),
    ({"decided_on": 0, "notice_on": 1}, "notice_on", "This day is still to come."),
    ({"decided_on": 0, "holds_until": -1}, "holds_until", "That is before the plan decided."),
]


@pytest.mark.parametrize(("days", "field", "words"), WRONG_DAYS)
def test_impossible_days_are_refused_and_no_file_is_left(asked, fran, days, field, words):
    before = files()
    facts = {name: today() + after * DAY for name, after in days.items()}

    with pytest.raises(ValidationError) as refusal:
        actions.decide_determination(
            determination=asked,
            decision=Decision.DENIED,
            copy=scans.read_scan(a_letter()),
            by=fran,
            **facts,
        )

    assert refusal.value.message_dict == {field: [words]}
    assert (OrganizationDetermination.objects.get().decision, Scan.objects.count()) == ("", 0)
    assert (files(), entries()) == (before, [])


@pytest.fixture
def no_scan_can_be_kept():
    def fail(**kwargs):
        raise OSError("The disk is full.")

    post_save.connect(fail, sender=Scan)
    yield
    post_save.disconnect(fail, sender=Scan)


def test_a_letter_whose_row_is_taken_back_leaves_no_file(asked, fran, no_scan_can_be_kept):
    before = files()

    with pytest.raises(OSError, match="The disk is full"):
        actions.decide_determination(
            determination=asked,
            decision=Decision.DENIED,
            decided_on=today(),
            copy=scans.read_scan(a_letter()),
            by=fran,
        )

    assert (files(), Scan.objects.count()) == (before, 0)
    assert OrganizationDetermination.objects.get().decision == ""


CHIPS = [
    ({}, "warn", "Plan was asked"),
    ({"decision": "denied"}, "info", "Plan denied: patient may pay"),
    ({"decision": "approved"}, "ok", "Plan approved: claim"),
    ({"decision": "denied", "holds_until": -1}, "warn", "No longer valid"),
    ({"decision": "denied", "holds_until": 0}, "info", "Plan denied: patient may pay"),
]


@pytest.mark.parametrize(("facts", "tone", "word"), CHIPS)
def test_the_chip_says_what_the_plan_said(patient, plan, facts, tone, word):
    days = {"decided_on": today() - 5 * DAY} if facts else {}
    if "holds_until" in facts:
        days["holds_until"] = today() + facts["holds_until"] * DAY
    made = make_determination(
        patient=patient, coverage=plan, requested_on=today() - 9 * DAY, **facts | days
    )

    chip = determination_chip(made, today=today())

    assert (chip.tone, chip.word) == (tone, word)


# The pages


def test_the_desk_records_that_the_plan_was_asked(fran_client, patient, plan):
    url = reverse("consent:determinations-add", args=[patient.pk])
    page = fran_client.get(url)

    response = fran_client.post(
        url,
        {
            "coverage": plan.pk,
            "service": "Dry needling",
            "requested_on": today().isoformat(),
            "reference": "",
        },
    )

    assertContains(page, "Sunward Advantage")
    made = OrganizationDetermination.objects.get()
    assertRedirects(response, reverse("consent:determination", args=[made.pk]))


def test_without_such_a_plan_there_is_nobody_to_ask(fran_client, patient):
    page = fran_client.get(reverse("consent:determinations-add", args=[patient.pk]))

    assertContains(page, "No Medicare Advantage plan is on file")
    assertNotContains(page, "The plan was asked")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"coverage": "999999"}, "Select a valid choice."),
        ({"service": " "}, "This field is required."),
        ({"requested_on": "2999-01-01"}, "This day is still to come."),
        ({"reference": "x" * 61}, "at most 60 characters"),
    ],
)
def test_a_wrong_request_says_why(fran_client, patient, plan, changes, words):
    good = {"coverage": plan.pk, "service": "Needling", "requested_on": today().isoformat()}

    url = reverse("consent:determinations-add", args=[patient.pk])
    response = fran_client.post(url, good | changes)

    assertContains(response, words, status_code=422)
    assert (OrganizationDetermination.objects.count(), entries()) == (0, [])


def answer_of(asked, **changes):
    facts = {"service": asked.service, "requested_on": asked.requested_on.isoformat()}
    return facts | {"reference": asked.reference, "decision": ""} | changes


def test_the_desk_records_the_answer_and_the_page_freezes(fran_client, asked, visit):
    url = reverse("consent:determination", args=[asked.pk])
    page = fran_client.get(url)

    posted = answer_of(asked, decision="denied", decided_on=today().isoformat(), copy=a_letter())
    response = fran_client.post(url, posted)
    frozen = fran_client.get(url)
    again = fran_client.post(url, answer_of(asked, decision="approved", decided_on=today()))

    assertContains(page, "hold the claim and do not ask the patient to pay")
    assertRedirects(response, url)
    assertContains(frozen, "the patient may be asked to pay")
    assertNotContains(frozen, '<form method="post" class="card"')
    assertContains(again, "on record already and stays as it is", status_code=409)
    assert notice_standing(visit).determination.decision == "denied"
    assert Scan.objects.get().kind == "png"


def test_until_there_is_an_answer_the_page_corrects_what_was_asked(fran_client, asked):
    url = reverse("consent:determination", args=[asked.pk])

    fran_client.post(url, answer_of(asked, reference="SA-2231"))

    kept = OrganizationDetermination.objects.get()
    assert (kept.reference, kept.decision) == ("SA-2231", "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decision": "denied"}, "Give the day of the plan&#x27;s decision."),
        ({"decided_on": today().isoformat()}, "Say what the plan decided."),
        ({"decision": "maybe"}, "Select a valid choice."),
        ({"decision": "denied", "decided_on": "2999-01-01"}, "This day is still to come."),
        (
            {
                "decision": "approved",
                "decided_on": today().isoformat(),
                "notice_on": today().isoformat(),
            },
            "Only a denial comes with this notice.",
        ),
    ],
)
def test_half_an_answer_says_what_is_missing(fran_client, asked, changes, words):
    url = reverse("consent:determination", args=[asked.pk])

    response = fran_client.post(url, answer_of(asked, **changes))

    assertContains(response, words, status_code=422)
    assert (OrganizationDetermination.objects.get().decision, entries()) == ("", [])


def test_a_letter_that_is_a_program_is_refused(fran_client, asked):
    before = files()
    program = SimpleUploadedFile(
        "letter.pdf", b"\x7fELF\x02\x01\x01", content_type="application/pdf"
    )
    posted = answer_of(asked, decision="denied", decided_on=today().isoformat(), copy=program)

    response = fran_client.post(reverse("consent:determination", args=[asked.pk]), posted)

    assertContains(response, "Only PDF, JPEG and PNG files can be read.", status_code=422)
    assert (files(), Scan.objects.count()) == (before, 0)


def test_who_only_reads_reads_and_saves_nothing(bo_client, asked):
    url = reverse("consent:determination", args=[asked.pk])

    page = bo_client.get(url)
    posted = bo_client.post(url, answer_of(asked, reference="X"))

    assertContains(page, "Plan was asked")
    assertNotContains(page, '<form method="post" class="card"')
    assert (posted.status_code, OrganizationDetermination.objects.get().reference) == (404, "")


def test_reading_is_written_down(cora_client, asked):
    cora_client.get(reverse("consent:determination", args=[asked.pk]))

    entry = AuditEntry.objects.get(verb="viewed")
    assert (entry.subject_type, entry.patient_id) == (
        "consent.OrganizationDetermination",
        asked.patient_id,
    )
