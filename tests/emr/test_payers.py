"""The pages of payers: what they say today, what they said, and where claims go."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from emr.models import AuditEntry, CoverageKind, Payer, PayerPolicy
from tests.factories import ZONE, make_payer, make_policy, today

LIST = reverse("emr:payers")
DAY = timedelta(days=1)
SPRING = date(2025, 3, 4)


@pytest.fixture(autouse=True)
def in_the_practices_zone():
    with timezone.override(ZONE):
        yield


@pytest.fixture
def payer(practice):
    return make_payer(name="Bluegate PPO")


def page_of(payer):
    return reverse("emr:payer", args=[payer.pk])


def policy_page(payer):
    return reverse("emr:set-policy", args=[payer.pk])


def answers(**changes):
    return {
        "needling": "authorization",
        "plan": "",
        "starts_on": today().isoformat(),
        "source": "Medical policy 12",
        "url": "https://policies.example/12",
        "unit_rule": "cms",
        "plan_modifier": "table",
        "waiver_allowed": "unknown",
    } | changes


# Reading


def test_the_list_says_what_each_plan_says_today(fran_client, payer):
    make_policy(payer=payer, needling="investigational")
    make_policy(payer=payer, plan="Gold")
    make_policy(payer=payer, plan="Later", starts_on=today() + DAY)
    make_payer(name="Medicare", kind=CoverageKind.MEDICARE)
    make_payer(name="Roadstead Auto", kind=CoverageKind.AUTO, active=False)

    response = fran_client.get(LIST)

    found = [
        (row["payer"].name, [policy.plan for policy in row["policies"]])
        for row in response.context["rows"]
    ]
    assert found == [("Bluegate PPO", ["", "Gold"]), ("Medicare", []), ("Roadstead Auto", [])]
    assertContains(response, "Investigational")
    assertContains(response, "By rules of its own")
    assertContains(response, "No policy yet")
    assertNotContains(response, "Add a payer")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_no_more_queries_for_more_payers(
    fran_client, practice, django_assert_num_queries, number
):
    for _ in range(number):
        make_policy()
    fran_client.get(LIST)

    # session, user, roles, practice; payers, policies; the user's own provider
    with django_assert_num_queries(7):
        fran_client.get(LIST)


def test_the_page_of_a_payer_tells_what_holds_what_comes_and_what_was(bo_client, payer):
    make_policy(payer=payer, starts_on=SPRING, ends_on=today() - DAY, source="The first paper")
    make_policy(
        payer=payer,
        starts_on=today(),
        ends_on=today() + DAY,
        needling="authorization",
        source="The second paper",
        url="https://policies.example/2",
        limit_visits=6,
        limit_days=180,
        limit_per_region=True,
        conservative_weeks=6,
        needs_improvement=True,
        waiver_allowed=False,
        needling_with_97140="59",
    )
    make_policy(payer=payer, starts_on=today() + 2 * DAY, needling="excluded", source="The third")

    response = bo_client.get(page_of(payer))

    for words in (
        "Authorization first",
        "The second paper",
        'href="https://policies.example/2"',
        "6 visits in 180 days, for each region of the body",
        "6 weeks",
        "only while the patient improves",
        "the contract does not let the patient pay",
        "59 beside 97140",
        "The third",
        "Take back",
        "Earlier policies (1)",
        "The first paper",
    ):
        assertContains(response, words)
    assertContains(response, f'href="{reverse("emr:prices")}#fees"')


def test_who_pays_themselves_has_no_policy_and_no_page_to_set_one(bo_client, practice):
    cash = make_payer(kind=CoverageKind.SELF_PAY)

    assertNotContains(bo_client.get(page_of(cash)), "Set a policy")
    assert bo_client.get(policy_page(cash)).status_code == 404


# Payers


def test_a_payer_is_added_with_what_claims_need(bo_client, bo, practice):
    facts = {"name": "Bluegate PPO", "kind": "commercial", "electronic_id": "60054", "state": "co"}

    response = bo_client.post(reverse("emr:add-payer"), facts)

    payer = Payer.objects.get()
    assertRedirects(response, page_of(payer))
    assert (payer.kind, payer.electronic_id, payer.state) == ("commercial", "60054", "CO")
    assert [entry.verb for entry in AuditEntry.objects.all()] == ["payer added"]


def test_a_payer_is_edited_and_keeps_its_kind(bo_client, payer):
    facts = {"name": "Bluegate", "electronic_id": "60054", "postal_code": "80202", "kind": "auto"}

    assertRedirects(
        bo_client.post(reverse("emr:edit-payer", args=[payer.pk]), facts), page_of(payer)
    )

    payer.refresh_from_db()
    assert (payer.name, payer.kind, payer.active) == ("Bluegate", "commercial", False)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.details["fields"]) == (
        "payer edited",
        ["active", "electronic_id", "name", "postal_code"],
    )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "medicare"}, "name"),
        ({"name": "X", "state": "Colorado"}, "state"),
        ({"name": "X", "postal_code": "8020"}, "postal_code"),
    ],
)
def test_what_does_not_fit_a_payer_is_said(bo_client, payer, facts, field):
    make_payer(name="Medicare")

    response = bo_client.post(reverse("emr:edit-payer", args=[payer.pk]), facts)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    payer.refresh_from_db()
    assert payer.name == "Bluegate PPO"


# Policies


def test_a_policy_is_set_from_the_page(bo_client, bo, payer):
    response = bo_client.post(
        policy_page(payer),
        answers(limit_visits="6", limit_days="180", limit_per_region="on", waiver_allowed="true"),
    )

    assertRedirects(response, page_of(payer))
    policy = PayerPolicy.objects.get()
    assert (policy.needling, policy.limit_visits, policy.limit_days, policy.limit_per_region) == (
        "authorization",
        6,
        180,
        True,
    )
    assert (policy.waiver_allowed, policy.recorded_by, policy.starts_on) == (True, bo, today())


def test_the_form_begins_with_the_policy_of_today_of_that_plan(bo_client, payer):
    make_policy(payer=payer, plan="Gold", source="Letter", conservative_weeks=6)

    form = bo_client.get(policy_page(payer), {"plan": "Gold"}).context["form"]

    assert (form.initial["plan"], form.initial["source"]) == ("Gold", "Letter")
    assert (form.initial["conservative_weeks"], form.initial["starts_on"]) == (6, today())


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("commercial", {"needling"}),
        ("medicare", {"notice_modifier"}),
        ("tricare", set()),
        ("medicaid", {"needling"}),
    ],
)
def test_a_payer_is_only_asked_what_its_kind_decides(bo_client, practice, kind, fields):
    payer = make_payer(kind=kind)

    form = bo_client.get(policy_page(payer)).context["form"]

    assert {"needling", "notice_modifier"} & set(form.fields) == fields
    response = bo_client.post(policy_page(payer), answers(plan_modifier="GP"))
    assertRedirects(response, page_of(payer))
    decided = "authorization" if "needling" in fields else "unknown"
    assert (PayerPolicy.objects.get().needling, PayerPolicy.objects.get().plan_modifier) == (
        decided,
        "GP",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"needling": ""}, "needling"),
        ({"source": ""}, "source"),
        ({"starts_on": "1999-12-31"}, "starts_on"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"limit_visits": "4"}, "limit_days"),
        ({"limit_days": "30"}, "limit_visits"),
        ({"limit_visits": "0", "limit_days": "30"}, "limit_visits"),
        ({"limit_per_region": "on"}, "limit_per_region"),
        ({"conservative_weeks": "0"}, "conservative_weeks"),
        ({"conservative_weeks": "70000"}, "conservative_weeks"),
        ({"needling_with_97140": "GP"}, "needling_with_97140"),
    ],
)
def test_what_does_not_fit_a_policy_is_said_at_its_field(bo_client, payer, changes, field):
    response = bo_client.post(policy_page(payer), answers(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert PayerPolicy.objects.count() == 0


def test_the_past_is_refused_at_the_day(bo_client, payer):
    make_policy(payer=payer)

    response = bo_client.post(policy_page(payer), answers(starts_on="2025-06-01"))

    assertContains(response, "Past visits keep the policy of their day", status_code=409)


def test_a_policy_to_come_is_taken_back_and_one_that_began_is_not(bo_client, payer):
    coming = make_policy(payer=payer, starts_on=today() + DAY)
    begun = make_policy(payer=payer, plan="Gold")

    def take_back(policy):
        return bo_client.post(reverse("emr:take-back-policy", args=[policy.pk]))

    assertRedirects(take_back(coming), page_of(payer))
    assertContains(take_back(begun), "This policy has begun", status_code=409)
    assert list(PayerPolicy.objects.all()) == [begun]
