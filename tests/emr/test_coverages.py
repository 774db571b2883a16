from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertTemplateUsed

from emr.models import AuditEntry, Coverage, CoverageKind, Payer
from emr.models.coverage import CASH_BESIDE_MEDICARE
from tests.factories import make_coverage, make_payer

HTMX = {"HX-Request": "true"}


@pytest.fixture
def add_url(patient):
    return reverse("emr:add-coverage", args=[patient.pk])


def facts(payer=None, **changes):
    return {
        "payer": payer.pk if payer else "",
        "rank": "1",
        "member_number": "FRH 555 201",
        "starts_on": "2025-01-01",
    } | changes


def test_a_coverage_is_added_and_the_chart_opened(fran_client, add_url, patient):
    payer = make_payer()

    assert fran_client.get(add_url).status_code == 200
    response = fran_client.post(add_url, facts(payer))

    assert (response.status_code, response.url) == (302, patient.get_absolute_url())
    assert [c.payer for c in Coverage.objects.all()] == [payer]


def test_a_payer_that_is_new_is_added_with_it(fran_client, add_url):
    response = fran_client.post(add_url, facts(new_payer="Bluegate PPO", new_kind="commercial"))

    assert response.status_code == 302
    assert str(Coverage.objects.get().payer) == "Bluegate PPO"
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["payer added", "coverage added"]


def test_a_refused_coverage_leaves_no_new_payer_behind(fran_client, add_url):
    response = fran_client.post(
        add_url, facts(new_payer="Medicare Part B", new_kind="medicare", member_number="12")
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["member_number"]
    assert (Payer.objects.count(), Coverage.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "payer"),
        ({"new_payer": "Bluegate PPO"}, "new_kind"),
        ({"new_payer": "sunward advantage", "new_kind": "commercial"}, "new_payer"),
    ],
    ids=["no payer", "no kind", "a payer of the list"],
)
def test_a_payer_is_chosen_or_named(fran_client, add_url, changes, field):
    make_payer(name="Sunward Advantage")

    response = fran_client.post(add_url, facts(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "soon"}, "starts_on"),
        ({"ends_on": "2024-12-31"}, "ends_on"),
        ({"rank": "3"}, "rank"),
    ],
)
def test_a_wrong_field_says_so(fran_client, add_url, changes, field):
    response = fran_client.post(add_url, facts(make_payer(), **changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


def test_a_medicare_number_is_checked_at_its_field(fran_client, add_url):
    medicare = make_payer(kind=CoverageKind.MEDICARE)

    response = fran_client.post(add_url, facts(medicare, member_number="1SG4-TE5-MK73"))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["member_number"]


def test_an_overlap_is_explained(fran_client, add_url, patient):
    make_coverage(patient=patient)

    response = fran_client.post(add_url, facts(make_payer()))

    assertContains(response, "There is another primary coverage", status_code=422)


# Ending


def end(client, coverage, day, headers=HTMX):
    url = reverse("emr:end-coverage", args=[coverage.pk])
    return client.post(url, {"ends_on": day}, headers=headers)


def test_a_coverage_is_ended_in_place(fran_client, patient):
    coverage = make_coverage(patient=patient)

    response = end(fran_client, coverage, "2025-06-30")

    coverage.refresh_from_db()
    assertTemplateUsed(response, "emr/_coverages.html")
    assert (response.status_code, coverage.ends_on) == (200, date(2025, 6, 30))
    assert response["HX-Trigger"] == "chart-changed"


def test_a_coverage_is_ended_without_script(fran_client, patient):
    response = end(fran_client, make_coverage(patient=patient), "2025-06-30", headers={})

    assert (response.status_code, response.url) == (302, patient.get_absolute_url())


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
@pytest.mark.parametrize("day", ["", "2023-12-31", "never"])
def test_a_wrong_last_day_says_so_at_its_row(fran_client, patient, day, headers):
    coverage = make_coverage(patient=patient, starts_on=date(2024, 1, 1))

    response = end(fran_client, coverage, day, headers=headers)

    coverage.refresh_from_db()
    assert (response.status_code, coverage.ends_on) == (422, None)
    assert list(response.context["ending"].errors) == ["ends_on"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "part"])
def test_the_second_who_ends_it_is_told(fran_client, patient, headers):
    coverage = make_coverage(patient=patient, ends_on=date(2025, 6, 30))

    response = end(fran_client, coverage, "2025-07-31", headers=headers)

    assertContains(response, "already ends on 2025-06-30", status_code=409)


@pytest.mark.parametrize("who", ["bo", "cora", "eve"])
def test_who_only_reads_changes_no_coverage(request, who, add_url, patient):
    client = request.getfixturevalue(f"{who}_client")
    coverage = make_coverage(patient=patient)

    assert client.get(add_url).status_code == 404
    assert client.post(add_url, facts(coverage.payer)).status_code == 404
    assert end(client, coverage, "2025-06-30").status_code == 404


# The card

HOLDER = {
    "relation": "spouse",
    "subscriber_last_name": "Marlow",
    "subscriber_first_name": "Hugh",
    "subscriber_birth_date": "1949-02-03",
    "subscriber_sex": "male",
}


def test_plan_group_and_holder_are_kept_with_the_coverage(fran_client, add_url):
    response = fran_client.post(
        add_url, facts(make_payer(), plan="PPO Gold", group_number="77120", **HOLDER)
    )

    assert response.status_code == 302
    kept = Coverage.objects.get()
    assert (kept.plan, kept.group_number, kept.relation) == ("PPO Gold", "77120", "spouse")
    assert (kept.subscriber_last_name, kept.subscriber_first_name) == ("Marlow", "Hugh")
    assert (kept.subscriber_birth_date, kept.subscriber_sex) == (date(1949, 2, 3), "male")


def test_who_holds_the_insurance_themselves_is_not_written_twice(fran_client, add_url):
    response = fran_client.post(add_url, facts(make_payer(), **HOLDER | {"relation": "self"}))

    assert response.status_code == 302
    kept = Coverage.objects.get()
    assert (kept.subscriber_last_name, kept.subscriber_birth_date) == ("", None)
    assert kept.subscriber_sex == "unknown"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"subscriber_last_name": ""}, ["subscriber_last_name"]),
        ({"subscriber_birth_date": ""}, ["subscriber_birth_date"]),
        ({"subscriber_birth_date": "2999-01-01"}, ["subscriber_birth_date"]),
        ({"relation": "cousin"}, ["relation"]),
        ({"subscriber_sex": "none"}, ["subscriber_sex"]),
    ],
)
def test_a_holder_is_named_as_claims_ask(fran_client, add_url, changes, fields):
    response = fran_client.post(add_url, facts(make_payer(), **HOLDER | changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, fields)
    assert Coverage.objects.count() == 0


@pytest.mark.parametrize("name", ["fran", "bo", "dana", "olive"])
def test_the_card_is_mended_and_the_days_stay(request, patient, practice, name):
    client = request.getfixturevalue(f"{name}_client")
    coverage = make_coverage(patient=patient)
    url = reverse("emr:edit-coverage", args=[coverage.pk])

    response = client.post(url, {"member_number": "FRH 555 202", "plan": "PPO", "rank": "2"})

    assert (response.status_code, response.url) == (
        302,
        reverse("emr:coverage", args=[coverage.pk]),
    )
    coverage.refresh_from_db()
    assert (coverage.member_number, coverage.plan, coverage.rank) == ("FRH 555 202", "PPO", 1)
    entry = AuditEntry.objects.get(verb="coverage edited")
    assert (entry.patient_id, entry.details) == (patient.pk, {"fields": ["member_number", "plan"]})


def test_a_wrong_medicare_number_is_not_taken_over(fran_client, patient):
    medicare = make_payer(kind=CoverageKind.MEDICARE)
    coverage = make_coverage(patient=patient, payer=medicare, member_number="1EG4TE5MK73")

    response = fran_client.post(
        reverse("emr:edit-coverage", args=[coverage.pk]), {"member_number": "1SG4-TE5-MK73"}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["member_number"]
    coverage.refresh_from_db()
    assert coverage.member_number == "1EG4TE5MK73"


# Cash beside Medicare


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ((CoverageKind.MEDICARE, 1), (CoverageKind.SELF_PAY, 1)),
        ((CoverageKind.MEDICARE, 2), (CoverageKind.SELF_PAY, 1)),
        ((CoverageKind.SELF_PAY, 1), (CoverageKind.MEDICARE, 2)),
    ],
)
def test_a_patient_with_medicare_is_not_put_down_as_one_who_pays_alone(
    first, then, fran_client, add_url, patient
):
    kind, rank = first
    make_coverage(patient=patient, payer=make_payer(kind=kind), rank=rank)
    kind, rank = then

    response = fran_client.post(
        add_url, facts(make_payer(kind=kind), rank=rank, member_number="1EG4TE5MK73")
    )

    assert response.status_code == 422
    assertContains(response, CASH_BESIDE_MEDICARE, status_code=422)
    assert Coverage.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "then", "starts_on"),
    [
        ((CoverageKind.MEDICARE, 1), (CoverageKind.SELF_PAY, 2), "2025-01-01"),
        ((CoverageKind.MEDICARE_ADVANTAGE, 2), (CoverageKind.SELF_PAY, 1), "2025-01-01"),
        ((CoverageKind.MEDICARE, 2), (CoverageKind.SELF_PAY, 1), "2025-08-01"),
    ],
)
def test_self_pay_may_stand_behind_medicare_or_after_it_ended(
    first, then, starts_on, fran_client, add_url, patient
):
    kind, rank = first
    payer = make_payer(kind=kind)
    make_coverage(patient=patient, payer=payer, rank=rank, ends_on=date(2025, 7, 31))
    kind, rank = then

    response = fran_client.post(
        add_url, facts(make_payer(kind=kind), rank=rank, starts_on=starts_on)
    )

    assert response.status_code == 302
