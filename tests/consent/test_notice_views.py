"""The desk's pages of notices: each step, each refusal with its words, and what is stored after it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from pytest_django.asserts import (
    assertContains,
    assertNotContains,
    assertRedirects,
    assertTemplateUsed,
)

from consent import actions, drafting
from consent.models import Kind, Notice, NoticeAnnotation
from consent.review.blanks import CODE_MISSING
from consent.words.drafts import WHY_REPLACED
from emr.models import AuditEntry, DocumentEvent, VisitState
from tests.consent import papers
from tests.consent.notice_posts import draft_of
from tests.factories import (
    at,
    make_abn_wording,
    make_audit_entry,
    make_coverage,
    make_fee,
    make_notice,
    make_notice_step,
    make_payer,
    make_visit,
    today,
)
from tests.notes.prints import text_of

HTMX = {"HX-Request": "true"}
REASON = "Medicare does not pay a physical therapist for dry needling."


def at_notice(name, notice):
    return reverse(f"consent:{name}", args=[notice.pk])


def entries(*ignored):
    rows = AuditEntry.objects.exclude(verb__in=["viewed", "signed in", *ignored]).order_by("pk")
    return list(rows.values_list("verb", "actor"))


@pytest.fixture
def medicare(patient):
    return make_coverage(
        patient=patient, payer=make_payer(name="Medicare", kind="medicare"), member_number=""
    )


@pytest.fixture
def draft(patient, dana, medicare):
    """An ABN whose blanks are all filled."""
    return make_notice(patient=patient, provider=dana.provider, coverage=medicare)


@pytest.fixture
def issued(patient, dana, medicare):
    return make_notice(patient=patient, provider=dana.provider, coverage=medicare, state="issued")


@pytest.fixture
def chosen(patient, dana, medicare):
    return make_notice(patient=patient, provider=dana.provider, coverage=medicare, state="chosen")


# The panel

QUERIES_OF_PANEL = 21


def test_the_panel_says_what_is_due_and_makes_it_with_one_tap(fran_client, visit, medicare):
    make_fee(code="20561", amount=Decimal("85.00"))
    panel = fran_client.get(
        reverse("consent:notices-of-patient", args=[visit.patient_id]), headers=HTMX
    )
    button = {"kind": "abn", "language": "en", "provider": visit.provider_id}

    url = f"{reverse('consent:new-notice', args=[visit.patient_id])}?visit={visit.pk}"
    response = fran_client.post(url, button)

    assertTemplateUsed(panel, "consent/_notices.html")
    assertContains(panel, "ABN missing")
    assertContains(panel, "Prepare ABN", count=1)
    for name, value in button.items():
        assertContains(panel, f'name="{name}" value="{value}"', count=1)
    notice = Notice.objects.get()
    assertRedirects(response, at_notice("edit-notice", notice))
    assert (notice.kind, notice.visit, notice.coverage) == ("abn", visit, medicare)
    assert entries() == [("notice drafted", "Fran Ibarra")]


def test_without_htmx_the_panel_is_a_page(fran_client, patient):
    page = fran_client.get(reverse("consent:notices-of-patient", args=[patient.pk]))

    assertTemplateUsed(page, "consent/notices.html")
    assertContains(page, "No notice is on file.")


def test_who_only_reads_gets_no_button(bo_client, visit, medicare):
    panel = bo_client.get(reverse("consent:notices-of-patient", args=[visit.patient_id]))

    assertContains(panel, "ABN missing")
    assertNotContains(panel, "Prepare ABN")


def test_what_stands_is_told_by_its_consequence(fran_client, visit, chosen):
    panel = fran_client.get(reverse("consent:notices-of-patient", args=[visit.patient_id]))

    assertContains(panel, "The claim is sent to Medicare for its decision")
    assertContains(panel, "The patient has no copy yet")
    assertNotContains(panel, "Prepare ABN")


@pytest.mark.parametrize("number", [1, 3])
def test_the_panel_asks_the_database_the_same_however_many_notices(
    fran_client, visit, medicare, django_assert_num_queries, number
):
    for _ in range(number):
        make_notice(
            patient=visit.patient, provider=visit.provider, coverage=medicare, state="chosen"
        )
    url = reverse("consent:notices-of-patient", args=[visit.patient_id])
    fran_client.get(url)

    with django_assert_num_queries(QUERIES_OF_PANEL):
        fran_client.get(url, headers=HTMX)


# The chooser

SAID = [
    ("medicare", "dana", "Advance notice (ABN)", "Make it, filled in"),
    ("medicare", "lee", "Voluntary advance notice (ABN)", "Make it, filled in"),
    ("medicare_advantage", "dana", "Organization determination", "the plan was asked"),
    ("tricare", "dana", "Agreement to pay", "Make it, filled in"),
    ("commercial", "dana", "No notice is needed", "verify the benefits"),
    ("self_pay", "dana", "Good-faith estimate", "Make it, filled in"),
    ("", "dana", "Good-faith estimate", "ask for it"),
]


@pytest.mark.parametrize(("payer", "who", "title", "offer"), SAID)
def test_the_chooser_says_which_notice_and_why(
    fran_client, patient, dana, lee, payer, who, title, offer
):
    if payer:
        make_coverage(patient=patient, payer=make_payer(kind=payer))
    provider = {"dana": dana, "lee": lee}[who].provider
    visit = make_visit(patient=patient, provider=provider, start=at(23))

    page = fran_client.get(f"{reverse('consent:new-notice', args=[patient.pk])}?visit={visit.pk}")

    assertContains(page, f'<h2 id="choice-title">{title}</h2>', html=True)
    assertContains(page, page.context["choice"].why)
    assertContains(page, offer)


def test_the_chooser_asks_with_whom_where_no_visit_is_planned(fran_client, patient, dana):
    url = reverse("consent:new-notice", args=[patient.pk])

    asks = fran_client.get(url)
    told = fran_client.get(f"{url}?provider={dana.provider.pk}")

    assertContains(asks, "No visit is planned. With whom will it be?")
    assertNotContains(asks, "choice-title")
    assertContains(told, '<h2 id="choice-title">Good-faith estimate</h2>', html=True)


def test_a_notice_comes_before_the_service(fran_client, patient, dana):
    over = make_visit(patient=patient, provider=dana.provider, state=VisitState.DONE)
    url = f"{reverse('consent:new-notice', args=[patient.pk])}?visit={over.pk}"

    page = fran_client.get(url)
    fran_client.post(url, {"kind": "estimate", "language": "en", "provider": dana.provider.pk})

    assertContains(page, "That visit is over or was cancelled")
    assert Notice.objects.get().visit is None


def test_in_the_room_the_notice_is_still_for_this_visit(fran_client, patient, dana):
    begun = make_visit(patient=patient, provider=dana.provider, state=VisitState.IN_PROGRESS)
    url = f"{reverse('consent:new-notice', args=[patient.pk])}?visit={begun.pk}"

    page = fran_client.get(url)
    fran_client.post(url, {"kind": "estimate", "language": "en", "provider": dana.provider.pk})

    assertContains(page, "only if the patient answers it before the needle goes in")
    assertNotContains(page, "That visit is over or was cancelled")
    assert Notice.objects.get().visit == begun


REFUSED = [
    ("medicare_advantage", "dana", "abn", drafting.NOT_FOR_ADVANTAGE),
    ("medicare_advantage", "dana", "voluntary_abn", drafting.NOT_FOR_ADVANTAGE),
    ("medicare", "lee", "abn", drafting.ONLY_VOLUNTARY),
    ("medicare", "dana", "voluntary_abn", drafting.NOT_VOLUNTARY),
    ("medicare", "dana", "agreement", drafting.WHY_NOT[Kind.AGREEMENT]),
    ("medicaid", "dana", "estimate", drafting.WHY_NOT[Kind.ESTIMATE]),
    ("commercial", "dana", "abn", drafting.WHY_NOT[Kind.ABN]),
]


@pytest.mark.parametrize(("payer", "who", "kind", "why"), REFUSED)
def test_the_wrong_kind_is_refused_with_its_reason(
    fran_client, patient, dana, lee, payer, who, kind, why
):
    make_coverage(patient=patient, payer=make_payer(kind=payer))
    provider = {"dana": dana, "lee": lee}[who].provider
    url = reverse("consent:new-notice", args=[patient.pk])

    page = fran_client.post(url, {"kind": kind, "language": "en", "provider": provider.pk})

    assertContains(page, why, status_code=409)
    assert (Notice.objects.count(), entries()) == (0, [])


def test_the_visit_of_somebody_else_is_not_there(fran_client, patient):
    other = make_visit()

    response = fran_client.get(
        f"{reverse('consent:new-notice', args=[patient.pk])}?visit={other.pk}"
    )

    assert response.status_code == 404


# The draft


def test_a_draft_is_saved_as_it_was_typed(fran_client, draft):
    posted = draft_of(
        draft,
        **{
            "repetitive": "on",
            "frequency": "twice a week",
            "visits": "6",
            "additional": "Bills: ask Bo",
            "line-0-reason": REASON,
            "line-0-estimate": "$1,085.5",
        },
    )

    response = fran_client.post(at_notice("edit-notice", draft), posted)

    assertRedirects(response, at_notice("edit-notice", draft))
    draft.refresh_from_db()
    line = draft.lines.get()
    assert (draft.repetitive, draft.frequency, draft.visits) == (True, "twice a week", 6)
    assert (draft.additional, line.reason, line.estimate) == (
        "Bills: ask Bo",
        REASON,
        Decimal("1085.50"),
    )
    assert entries() == [("notice edited", "Fran Ibarra")]


def test_a_draft_may_be_saved_with_blanks(fran_client, draft):
    posted = draft_of(draft, **{"line-0-reason": "", "line-0-estimate": ""})

    fran_client.post(at_notice("edit-notice", draft), posted)
    page = fran_client.get(at_notice("edit-notice", draft))

    assertContains(page, "Give the reason why Medicare may not pay for this service.", count=2)
    assertContains(page, "Give the estimated price, above zero.", count=2)
    assertContains(page, reverse("emr:prices"))


WRONG = [
    ({"identification": "1EG4-TE5-MK73"}, "must never stand here"),
    ({"identification": "123-45-6789"}, "must never stand here"),
    ({"identification": "9" * 41}, "at most 40 characters"),
    ({"visits": "0"}, "greater than or equal to 1"),
    ({"ends_on": "2026-02-30"}, "Enter a valid date."),
    ({"language": "fr"}, "Select a valid choice"),
    ({"line-0-service": ""}, "Name the service in plain words."),
    ({"line-0-estimate": "-5"}, "Give dollars and cents in digits"),
    ({"line-0-code": "2056"}, "Give a code of five"),
    ({"line-TOTAL_FORMS": ""}, "A notice has at least one row."),
]


@pytest.mark.parametrize(("changes", "words"), WRONG)
def test_what_cannot_be_saved_says_why_and_saves_nothing(fran_client, draft, changes, words):
    response = fran_client.post(at_notice("edit-notice", draft), draft_of(draft, **changes))

    assertContains(response, words, status_code=422)
    assert (draft.lines.get().service, entries()) == ("Dry needling of 3 or more muscles", [])


def test_rows_come_and_go_without_script_and_nothing_is_saved(fran_client, draft):
    two = {"line-0-service": "Needling of the neck"}
    url = at_notice("edit-notice", draft)

    added = fran_client.post(url, draft_of(draft, **two) | {"add_row": "1"})
    filled = {"line-TOTAL_FORMS": "2", "line-1-service": "Exercise", "line-1-estimate": "40"}
    removed = fran_client.post(url, draft_of(draft, **two) | filled | {"drop_row": "0"})

    rows = [row["service"].value() for row in added.context["sheet"].rows]
    assert rows == ["Needling of the neck", None]
    [row] = removed.context["sheet"].rows
    assert (row["service"].value(), row["estimate"].value()) == ("Exercise", "40")
    assert (draft.lines.get().service, entries()) == ("Dry needling of 3 or more muscles", [])


@pytest.mark.parametrize("place", ["-1", "9", "x", "", "٣", "1" * 5000])
def test_a_row_that_is_not_there_is_not_removed(fran_client, draft, place):
    page = fran_client.post(at_notice("edit-notice", draft), draft_of(draft) | {"drop_row": place})

    assert [row["code"].value() for row in page.context["sheet"].rows] == ["20561"]


def test_typing_is_judged_and_not_saved(fran_client, draft):
    posted = draft_of(draft, **{"line-0-reason": "Not covered", "identification": "1EG4TE5MK73"})

    response = fran_client.post(at_notice("check-notice", draft), posted, headers=HTMX)

    assertTemplateUsed(response, "consent/_notice_checked.html")
    assertContains(response, "that it may not be covered is no reason", count=2)
    assertContains(response, "must never stand here", count=2)
    draft.refresh_from_db()
    assert (draft.identification, entries()) == (draft.patient.record_number, [])


def test_a_check_that_comes_in_after_the_issue_says_nothing(fran_client, issued):
    response = fran_client.post(at_notice("check-notice", issued), draft_of(issued))

    assert (response.status_code, response.content) == (204, b"")


def test_by_htmx_only_the_form_is_drawn_anew(fran_client, draft):
    page = fran_client.post(
        at_notice("edit-notice", draft), draft_of(draft) | {"add_row": "1"}, headers=HTMX
    )

    assertTemplateUsed(page, "consent/_notice_form.html")
    assertNotContains(page, "<html")


# Issuing


def test_a_draft_is_issued_and_never_changes_again(fran_client, draft):
    make_abn_wording()

    response = fran_client.post(at_notice("issue-notice", draft), draft_of(draft))
    later = fran_client.post(
        at_notice("edit-notice", draft), draft_of(draft, additional="Something else")
    )

    assertRedirects(response, at_notice("notice", draft))
    assertContains(later, "This notice was issued already", status_code=409)
    draft = Notice.objects.get()
    assert (draft.state, draft.issued_on, draft.additional) == ("issued", today(), "")
    assert entries() == [("notice edited", "Fran Ibarra"), ("notice issued", "Fran Ibarra")]


def test_without_a_wording_it_is_not_issued_and_says_so(fran_client, draft):
    page = fran_client.get(at_notice("edit-notice", draft))

    response = fran_client.post(at_notice("issue-notice", draft), draft_of(draft))

    assertContains(page, "No wording to issue it on.")
    assertContains(page, at_notice("worksheet", draft))
    words = "until it is, there is only a worksheet, which nobody can sign"
    assertContains(response, words, status_code=409)
    assert Notice.objects.get().state == "draft"


def test_with_an_obsolete_wording_it_is_not_issued(fran_client, draft):
    make_abn_wording(edition_expires="2026-01-31")

    response = fran_client.post(at_notice("issue-notice", draft), draft_of(draft))

    assertContains(response, "that may be used today is not installed", status_code=409)
    assert Notice.objects.get().state == "draft"


def test_a_wording_in_another_language_is_none(fran_client, draft):
    make_abn_wording(language="en")

    response = fran_client.post(at_notice("issue-notice", draft), draft_of(draft, language="es"))

    assertContains(response, "is not installed in this", status_code=409)


def test_a_blank_keeps_it_from_being_issued_and_is_named(fran_client, draft):
    make_abn_wording()
    posted = draft_of(draft, **{"repetitive": "on", "line-0-estimate": "0"})

    response = fran_client.post(at_notice("issue-notice", draft), posted)

    assertContains(response, "Say how often the visits are", count=2, status_code=422)
    assertContains(response, "Give the estimated price, above zero.", count=2, status_code=422)
    assert Notice.objects.get().state == "draft"


def test_a_notice_without_a_row_is_not_issued(fran_client, draft):
    make_abn_wording()
    nothing = {f"line-0-{name}": "" for name in ("code", "service", "reason", "estimate")}

    response = fran_client.post(at_notice("issue-notice", draft), draft_of(draft, **nothing))

    assertContains(response, "List at least one service.", count=2, status_code=422)


def test_in_an_agreement_it_is_the_plan_that_does_not_pay(fran_client, patient, dana):
    plan = make_coverage(patient=patient)
    notice = make_notice(
        kind=Kind.AGREEMENT, patient=patient, provider=dana.provider, coverage=plan
    )
    posted = draft_of(notice, **{"line-0-reason": ""})

    response = fran_client.post(at_notice("issue-notice", notice), posted)

    words = "Say in plain words why the plan is expected not to pay for this service."
    assertContains(response, words, count=2, status_code=422)


def test_nobody_issues_twice(fran_client, issued):
    response = fran_client.post(at_notice("issue-notice", issued), draft_of(issued))

    assertContains(response, "This notice was issued already", status_code=409)


def test_the_draft_of_an_issued_notice_leads_to_the_notice(fran_client, issued):
    response = fran_client.get(at_notice("edit-notice", issued))

    assertRedirects(response, at_notice("notice", issued))


def test_coverage_that_became_medicare_advantage_is_refused_at_issue(fran_client, patient, dana):
    make_abn_wording()
    advantage = make_coverage(patient=patient, payer=make_payer(kind="medicare_advantage"))
    draft = make_notice(patient=patient, provider=dana.provider, coverage=advantage)

    response = fran_client.post(at_notice("issue-notice", draft), draft_of(draft))

    assertContains(response, "An ABN is not for Medicare Advantage", status_code=409)
    assert Notice.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("kind", "payer", "status"),
    [(Kind.ESTIMATE, "self_pay", 422), (Kind.AGREEMENT, "commercial", 302)],
)
def test_only_an_estimate_must_name_the_code(fran_client, patient, dana, kind, payer, status):
    coverage = make_coverage(patient=patient, payer=make_payer(kind=payer))
    lines = [{"code": "", "service": "One visit", "reason": REASON, "estimate": Decimal(50)}]
    notice = make_notice(
        kind=kind, patient=patient, provider=dana.provider, coverage=coverage, lines=lines
    )

    response = fran_client.post(at_notice("issue-notice", notice), draft_of(notice))

    assert response.status_code == status
    assert (CODE_MISSING in response.content.decode()) == (status == 422)


def test_the_draft_of_an_estimate_says_by_which_day_it_is_owed(fran_client, patient, dana, draft):
    estimate = make_notice(kind=Kind.ESTIMATE, patient=patient, provider=dana.provider)

    page = fran_client.get(at_notice("edit-notice", estimate))
    other = fran_client.get(at_notice("edit-notice", draft))

    assertContains(page, "Due by")
    assertNotContains(other, "Due by")


# A change of mind


def test_the_older_notice_stands_until_the_new_one_is_answered(fran_client, chosen, patient):
    make_abn_wording()

    begun = fran_client.post(at_notice("replace-notice", chosen))
    draft = Notice.objects.exclude(pk=chosen.pk).get()
    typed = {"replaces": chosen.pk, "replaced_because": WHY_REPLACED[0]}
    issued = fran_client.post(at_notice("issue-notice", draft), draft_of(draft) | typed)
    page = fran_client.get(at_notice("notice", draft))

    assertRedirects(begun, at_notice("edit-notice", draft), fetch_redirect_response=False)
    assertRedirects(issued, at_notice("notice", draft))
    assertContains(page, "Until the patient answers this one")
    assert Notice.objects.get(pk=chosen.pk).state == "chosen"
    assert not NoticeAnnotation.objects.exists()
    assert [verb for verb, _ in entries()] == [
        "notice drafted",
        "notice edited",
        "notice issued",
    ]


def test_a_saved_draft_keeps_what_it_replaces_and_why(
    fran_client, patient, draft, chosen, medicare
):
    make_notice(patient=patient, coverage=medicare, state="chosen")  # newer, and not meant
    said = {"replaces": chosen.pk, "replaced_because": "She moved to Fort Collins"}

    fran_client.post(at_notice("edit-notice", draft), draft_of(draft) | said)
    form = fran_client.get(at_notice("edit-notice", draft)).context["sheet"].form

    assert {name: form[name].value() for name in said} == said


def test_a_saved_draft_keeps_that_it_replaces_none(fran_client, draft, chosen):
    Notice.objects.filter(pk=draft.pk).update(replaces=chosen, replaced_because="Price")

    fran_client.post(
        at_notice("edit-notice", draft),
        draft_of(draft) | {"replaces": "", "replaced_because": "Price"},
    )

    draft.refresh_from_db()
    assert (draft.replaces, draft.replaced_because) == (None, "")


def test_a_new_draft_proposes_to_replace_the_newest_and_leaves_the_reason_open(
    fran_client, patient, dana, chosen
):
    url = reverse("consent:new-notice", args=[patient.pk])

    fran_client.post(url, {"kind": "abn", "language": "en", "provider": dana.provider.pk})

    draft = Notice.objects.exclude(pk=chosen.pk).get()
    assert (draft.replaces, draft.replaced_because) == (chosen, "")


def test_the_copy_of_a_notice_leaves_open_why_it_is_replaced(fran_client, chosen):
    begun = fran_client.post(at_notice("replace-notice", chosen), follow=True)

    form = begun.context["sheet"].form
    assert (form["replaces"].value(), form["replaced_because"].value()) == (chosen.pk, "")
    for why in WHY_REPLACED:
        assertContains(begun, f'<option value="{why}"></option>', html=True)


@pytest.mark.parametrize(
    ("kind", "state"), [(Kind.ABN, "draft"), (Kind.ABN, "void"), (Kind.VOLUNTARY_ABN, "issued")]
)
def test_a_notice_gives_way_only_to_an_issued_one_of_its_kind(fran, patient, chosen, kind, state):
    other = make_notice(kind=kind, patient=patient, state=state)

    with pytest.raises(actions.Refused, match="only by one of the same kind that was issued"):
        actions.supersede_notice(notice=chosen, replaced_by=other, by=fran)

    assert Notice.objects.get(pk=chosen.pk).state == "chosen"


def test_what_keeps_a_draft_from_being_issued_leaves_it_saved(fran_client, draft):
    posted = draft_of(draft, additional="Ask Bo", **{"line-0-estimate": ""})

    response = fran_client.post(at_notice("issue-notice", draft), posted)

    assert response.status_code == 409  # there is no wording
    draft.refresh_from_db()
    assert (draft.state, draft.additional) == ("draft", "Ask Bo")
    assert entries() == [("notice edited", "Fran Ibarra")]


def test_a_copy_of_what_was_replaced_can_still_be_given(fran_client, patient, chosen, medicare):
    newer = make_notice(patient=patient, coverage=medicare, state="issued")
    make_notice_step(notice=chosen, before="chosen", after="superseded", replaced_by=newer)
    page = fran_client.get(at_notice("notice", chosen))

    fran_client.post(at_notice("copy-notice", chosen), {"what": "paper copy"})

    assertContains(page, "A copy for the patient")
    assertNotContains(page, "Write something on it")
    assert DocumentEvent.objects.get().document == chosen.steps.get(after="chosen").document


@pytest.mark.parametrize("why", [" ", "-", "…"])
def test_who_replaces_says_why(fran_client, draft, chosen, why):
    make_abn_wording()
    posted = draft_of(draft) | {"replaces": chosen.pk, "replaced_because": why}

    response = fran_client.post(at_notice("issue-notice", draft), posted)

    assertContains(response, "Say why the older notice is replaced.", status_code=422)
    assert Notice.objects.get(pk=chosen.pk).state == "chosen"


def test_a_failed_issue_leaves_the_older_one_as_it_was(fran_client, draft, chosen):
    """There is no Spanish wording."""
    replaces = {"replaces": chosen.pk, "replaced_because": WHY_REPLACED[1]}
    posted = draft_of(draft, language="es") | replaces

    response = fran_client.post(at_notice("issue-notice", draft), posted)

    assert response.status_code == 409
    assert (Notice.objects.get(pk=chosen.pk).state, chosen.annotations.count()) == ("chosen", 0)


def test_only_a_notice_of_the_same_patient_and_kind_is_replaced(fran_client, draft):
    others = make_notice(state="chosen")
    posted = draft_of(draft) | {"replaces": others.pk, "replaced_because": WHY_REPLACED[1]}

    response = fran_client.post(at_notice("issue-notice", draft), posted)

    assertContains(response, "Select a valid choice", status_code=422)
    assert Notice.objects.get(pk=others.pk).state == "chosen"


@pytest.mark.parametrize("state", ["draft", "void"])
def test_only_what_stands_is_replaced(fran_client, state):
    notice = make_notice(state=state)

    response = fran_client.post(at_notice("replace-notice", notice))

    assertContains(response, "Only a notice that was issued", status_code=409)
    assert Notice.objects.count() == 1


def test_pages_of_a_patient_with_qmb_warn(fran_client, patient, draft, medicare):
    make_coverage(patient=patient, payer=make_payer(kind="medicaid"), rank=2, qmb=True)
    chosen = make_notice(patient=patient, coverage=medicare, state="chosen", option=2)

    edit, page = (
        fran_client.get(at_notice("edit-notice", draft)),
        fran_client.get(at_notice("notice", chosen)),
    )

    assertContains(edit, "The patient should read so here")
    assertContains(page, "With option 2 neither Medicare nor Medicaid is asked")


# Steps of an issued notice


def test_a_refusal_is_recorded_with_who_was_there(fran_client, practice, patient, dana, fran):
    papers.install_demonstration()
    notice = papers.draft(Kind.ABN, patient=patient, by=fran, provider=dana.provider)
    fran_client.post(at_notice("issue-notice", notice), draft_of(notice))

    response = fran_client.post(
        at_notice("refuse-notice", notice),
        {"reason": "Her son signs for her", "witness": "Bo Lindqvist"},
    )

    assertRedirects(response, at_notice("notice", notice))
    step = Notice.objects.get().steps.last()
    assert (step.after, step.witness, step.reason) == (
        "refused",
        "Bo Lindqvist",
        "Her son signs for her",
    )
    assert "Bo Lindqvist" in text_of(bytes(step.document.content))
    assert entries()[-1] == ("notice refused", "Fran Ibarra")


@pytest.mark.parametrize("missing", ["witness", "reason"])
def test_a_refusal_lacks_nothing(fran_client, issued, missing):
    posted = {"reason": "Will not sign", "witness": "Bo Lindqvist"} | {missing: " "}

    response = fran_client.post(at_notice("refuse-notice", issued), posted)

    assertContains(response, "This field is required.", status_code=422)
    assert (Notice.objects.get().state, entries()) == ("issued", [])


NOT_WITNESSED = [
    ({"witness": "-"}, "Name who was there when the patient refused."),
    ({"witness": "fran  IBARRA, front desk"}, "Name somebody else than you who was there."),
    ({"reason": "…"}, "Say what the patient said."),
]


@pytest.mark.parametrize(("changes", "words"), NOT_WITNESSED)
def test_a_refusal_is_witnessed_by_somebody_else_who_is_named(fran_client, issued, changes, words):
    posted = {"reason": "Will not sign", "witness": "Bo Lindqvist"} | changes

    response = fran_client.post(at_notice("refuse-notice", issued), posted)

    assertContains(response, words, status_code=422)
    assert (Notice.objects.get().state, entries()) == ("issued", [])


def test_a_voluntary_notice_is_given_without_option_or_signature(
    fran_client, practice, patient, lee, fran
):
    papers.install_demonstration()
    notice = papers.draft(Kind.VOLUNTARY_ABN, patient=patient, by=fran, provider=lee.provider)
    fran_client.post(at_notice("issue-notice", notice), draft_of(notice))

    page = fran_client.get(at_notice("notice", notice))
    response = fran_client.post(at_notice("give-notice", notice))

    assertNotContains(page, "Sign on this tablet")
    assertRedirects(response, at_notice("notice", notice))
    step = Notice.objects.get().steps.last()
    assert (step.after, step.option, step.signature) == ("given", None, None)
    assert entries()[-1] == ("notice given", "Fran Ibarra")


@pytest.mark.parametrize("kind", [Kind.VOLUNTARY_ABN, Kind.ESTIMATE])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_handed_over_is_printed_first(
    fran_client, practice, patient, dana, lee, fran, kind, language
):
    papers.install_demonstration()
    clinician = lee if kind == Kind.VOLUNTARY_ABN else dana
    notice = papers.draft(
        kind, patient=patient, by=fran, provider=clinician.provider, language=language
    )
    fran_client.post(at_notice("issue-notice", notice), draft_of(notice))

    page = fran_client.get(at_notice("notice", notice))
    response = fran_client.get(at_notice("handout", notice))

    assertContains(page, at_notice("handout", notice))
    assert response["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    assert {"en": "For the patient to keep", "es": "Para el paciente"}[language] in text
    assert "Odette Marlow" in text
    assert Notice.objects.get().state == "issued"
    assert AuditEntry.objects.filter(verb="viewed", details__part="handout").count() == 1


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.ABN, "issued"), (Kind.AGREEMENT, "issued"), (Kind.ESTIMATE, "given")],
)
def test_nothing_else_is_printed_to_be_handed_over(fran_client, patient, kind, state):
    notice = make_notice(kind=kind, patient=patient, state=state)

    page = fran_client.get(at_notice("notice", notice))
    response = fran_client.get(at_notice("handout", notice))

    assertNotContains(page, at_notice("handout", notice))
    assertRedirects(response, at_notice("notice", notice))


def test_after_the_service_nothing_is_printed_to_be_handed_over(fran_client, patient, dana):
    visit = make_visit(
        patient=patient, provider=dana.provider, start=at(0, day=today() - timedelta(days=1))
    )
    notice = make_notice(kind=Kind.ESTIMATE, patient=patient, state="issued", visit=visit)

    response = fran_client.get(at_notice("handout", notice), follow=True)

    assertContains(response, "The service was given already")


def test_an_estimate_is_given_and_that_is_the_copy(fran_client, patient, dana, fran):
    notice = papers.draft(Kind.ESTIMATE, patient=patient, by=fran, provider=dana.provider)
    fran_client.post(at_notice("issue-notice", notice), draft_of(notice))

    page = fran_client.post(at_notice("give-notice", notice), follow=True)

    assertContains(page, "Handed over")
    assertNotContains(page, "Not given yet")
    assertNotContains(page, "A copy for the patient")
    assert Notice.objects.get().state == "given"


STEPS = [
    ("give-notice", {}),
    ("refuse-notice", {"reason": "Will not", "witness": "Bo Lindqvist"}),
    ("annotate-notice", {"text": "Called her"}),
    ("void-notice", {"reason": "Wrong patient"}),
]
NOT_ALLOWED = [
    (Kind.ABN, "draft", "annotate-notice", "Only an issued notice is annotated."),
    (Kind.ABN, "issued", "give-notice", "cannot become “given”"),
    (Kind.ABN, "void", "annotate-notice", "Only an issued notice is annotated."),
    (Kind.ABN, "void", "void-notice", "cannot become “void”"),
    (Kind.ABN, "chosen", "refuse-notice", "This notice was answered in the meantime."),
    (Kind.VOLUNTARY_ABN, "issued", "refuse-notice", "cannot become “refused to sign”"),
    (Kind.AGREEMENT, "issued", "give-notice", "cannot become “given”"),
    (Kind.AGREEMENT, "agreed", "give-notice", "This notice was answered in the meantime."),
]


@pytest.mark.parametrize(("kind", "state", "step", "words"), NOT_ALLOWED)
def test_a_step_that_the_table_forbids_is_refused(fran_client, patient, kind, state, step, words):
    notice = make_notice(kind=kind, patient=patient, state=state)

    response = fran_client.post(at_notice(step, notice), dict(STEPS)[step])

    assertContains(response, words, status_code=409)
    assert (Notice.objects.get().state, entries()) == (state, [])


def test_after_the_service_nothing_is_signed_or_refused(fran_client, patient, dana, medicare):
    over = make_visit(patient=patient, provider=dana.provider, state=VisitState.DONE)
    notice = make_notice(
        patient=patient, provider=dana.provider, coverage=medicare, visit=over, state="issued"
    )

    response = fran_client.post(at_notice("refuse-notice", notice), dict(STEPS)["refuse-notice"])

    assertContains(response, "The service was given already", status_code=409)
    assert Notice.objects.get().state == "issued"


def test_a_notice_is_annotated_with_the_day(fran_client, chosen):
    response = fran_client.post(at_notice("annotate-notice", chosen), {"text": "Asked her son"})
    page = fran_client.get(at_notice("notice", chosen))

    assertRedirects(response, at_notice("notice", chosen))
    assertContains(page, "Asked her son")
    assert entries() == [("notice annotated", "Fran Ibarra")]


def test_a_notice_is_void_with_its_reason(fran_client, chosen):
    response = fran_client.post(at_notice("void-notice", chosen), {"reason": "Wrong patient"})

    assertRedirects(response, at_notice("notice", chosen))
    step = Notice.objects.get().steps.last()
    assert (step.after, step.reason, step.before) == ("void", "Wrong patient", "chosen")
    assert entries() == [("notice voided", "Fran Ibarra")]


@pytest.mark.parametrize(
    ("step", "field"), [("void-notice", "reason"), ("annotate-notice", "text")]
)
def test_a_step_without_words_is_refused(fran_client, chosen, step, field):
    response = fran_client.post(at_notice(step, chosen), {field: "  "})

    assertContains(response, "This field is required.", status_code=422)
    assert (Notice.objects.get().state, entries()) == ("chosen", [])


# What the page warns of


def test_a_price_that_left_the_notice_is_told(fran_client, visit, medicare):
    make_fee(code="20561", amount=Decimal("165.01"))
    notice = make_notice(
        patient=visit.patient, provider=visit.provider, coverage=medicare, state="chosen"
    )

    page = fran_client.get(at_notice("notice", notice))
    panel = fran_client.get(reverse("consent:notices-of-patient", args=[visit.patient_id]))

    words = "The price has left what"
    assertContains(page, words, count=1)
    assertContains(panel, words, count=1)
    assertContains(panel, "Prepare ABN", count=1)


def test_after_twelve_months_it_reminds_and_stays_good(fran_client, visit, medicare):
    notice = make_notice(
        patient=visit.patient,
        provider=visit.provider,
        coverage=medicare,
        state="chosen",
        on=today() - timedelta(days=366),
    )

    page = fran_client.get(at_notice("notice", notice))

    assertContains(page, "Signed more than twelve months ago. It stays good")
    assertContains(page, "Option 1 chosen")
    assertNotContains(page, "Option 1 chosen, ended")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("issued", "This edition of the form may not be signed any more"),
        ("chosen", "Signed on an edition that is not given out any more"),
    ],
)
def test_an_obsolete_edition_is_told(fran_client, patient, medicare, state, words):
    old = make_abn_wording(edition_expires=date(2026, 1, 31))
    notice = make_notice(patient=patient, coverage=medicare, state=state, wording=old)

    assertContains(fran_client.get(at_notice("notice", notice)), words)


def test_an_older_notice_leads_to_the_one_that_counts(fran_client, visit, chosen, medicare):
    newer = make_notice(
        patient=visit.patient, provider=visit.provider, coverage=medicare, state="chosen"
    )

    older_page = fran_client.get(at_notice("notice", chosen))
    newer_page = fran_client.get(at_notice("notice", newer))

    assertContains(older_page, f'<a href="{at_notice("notice", newer)}">another notice</a>')
    assertNotContains(newer_page, "another notice")


def test_an_estimate_that_is_too_late_says_so(fran_client, patient, dana):
    visit = make_visit(
        patient=patient, provider=dana.provider, start=at(9, day=today() + timedelta(days=30))
    )
    make_audit_entry(
        verb="visit added",
        subject_type="emr.Visit",
        subject_id=str(visit.pk),
        patient_id=patient.pk,
        at=at(9, day=today() - timedelta(days=14)),
    )
    notice = make_notice(
        kind=Kind.ESTIMATE, patient=patient, provider=dana.provider, visit=visit, state="issued"
    )

    assertContains(fran_client.get(at_notice("notice", notice)), "overdue.")


# Nobody chooses for the patient


def urls_of_desk(notice):
    names = [
        "notice",
        "edit-notice",
        "check-notice",
        "issue-notice",
        "void-notice",
        "annotate-notice",
        "refuse-notice",
        "give-notice",
        "replace-notice",
        "copy-notice",
        "start-signing-notice",
    ]
    return [at_notice(name, notice) for name in names]


@pytest.mark.parametrize("state", ["draft", "issued"])
def test_staff_cannot_tick_an_option_on_any_page(olive_client, patient, dana, medicare, state):
    make_abn_wording()
    notice = make_notice(patient=patient, provider=dana.provider, coverage=medicare, state=state)
    ticked = {"option": "1", "G": "1", "options": "1", "after": "chosen", "state": "chosen"}

    for url in urls_of_desk(notice):
        olive_client.post(url, draft_of(notice) | ticked)

    for each in Notice.objects.all():
        assert not each.steps.filter(after="chosen").exists()
        assert not each.steps.exclude(option=None).exists()


# Copies and PDFs


@pytest.mark.parametrize("what", ["paper copy", "shown", "e-mailed", "printed"])
def test_how_the_patient_got_a_copy_is_recorded(fran_client, fran, chosen, what):
    response = fran_client.post(at_notice("copy-notice", chosen), {"what": what})

    assertRedirects(response, at_notice("notice", chosen))
    event = DocumentEvent.objects.get()
    assert (event.document, event.what, event.by) == (chosen.steps.last().document, what, fran)
    assert entries() == [("document handled", "Fran Ibarra")]


def test_of_an_abn_the_page_says_that_paper_is_still_owed(fran_client, chosen):
    page = fran_client.post(at_notice("copy-notice", chosen), {"what": "e-mailed"}, follow=True)
    paper = fran_client.post(at_notice("copy-notice", chosen), {"what": "paper copy"}, follow=True)

    assertContains(page, "A copy on paper is owed as well.")
    assertContains(page, "Not on paper yet")
    assertNotContains(paper, "owed as well")
    assertNotContains(paper, "Not on paper yet")


def test_there_is_no_copy_of_what_nobody_signed(fran_client, issued):
    response = fran_client.post(at_notice("copy-notice", issued), {"what": "shown"})

    assertContains(response, "There is no signed document yet", status_code=409)
    assert DocumentEvent.objects.count() == 0


def test_a_copy_is_given_in_a_known_way(fran_client, chosen):
    response = fran_client.post(at_notice("copy-notice", chosen), {"what": "by pigeon"})

    assert (response.status_code, DocumentEvent.objects.count()) == (400, 0)


def test_the_signed_pdf_comes_byte_for_byte_and_is_written_down(bo_client, chosen):
    document = chosen.steps.last().document

    response = bo_client.get(at_notice("notice-pdf", chosen))

    assert response.content == bytes(document.content)
    assert response["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.filter(verb="viewed").first()
    assert (entry.subject_type, entry.subject_id) == ("emr.Document", str(document.pk))


def test_what_was_not_answered_has_no_pdf(fran_client, issued):
    assert fran_client.get(at_notice("notice-pdf", issued)).status_code == 404


def test_a_draft_without_wording_prints_a_worksheet_that_is_no_abn(fran_client, draft):
    response = fran_client.get(at_notice("worksheet", draft))

    words = text_of(response.content)
    assert response["Content-Type"] == "application/pdf"
    assert "NOT AN ABN" in words
    assert "Odette Marlow" in words


def test_an_issued_notice_has_no_worksheet(fran_client, issued):
    response = fran_client.get(at_notice("worksheet", issued))

    assertRedirects(response, at_notice("notice", issued))


def test_a_notice_page_is_a_reading(cora_client, chosen):
    cora_client.get(at_notice("notice", chosen))

    entry = AuditEntry.objects.filter(verb="viewed").first()
    assert (entry.subject_type, entry.subject_id) == ("consent.Notice", str(chosen.pk))


def test_who_only_reads_can_do_nothing_with_it(bo_client, issued):
    page = bo_client.get(at_notice("notice", issued))

    assertContains(page, "Waiting for the patient")
    assertNotContains(page, "Sign on this tablet")
    assertNotContains(page, "What happens with it")
