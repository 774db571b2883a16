"""The pages of charges and claims, as a biller and those beside them see them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from billing.actions.charges import charge_note
from billing.actions.steps import take_step
from billing.models import Charge, ChargeSheet, Claim, Party
from billing.review.ledger import balance_of_claim
from billing.review.suggestion import suggest
from billing.views.claims import NO_ABN
from consent.models import Kind
from emr import desk
from emr.actions import add_coverage
from emr.models import AuditEntry, CoverageKind
from tests import factories
from tests.billing.balances import balance_of
from tests.billing.signed_notes import EXERCISE, MANUAL, billable_visit, corrected, signed_note
from tests.notes.posts import HTMX, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_practice():
    with timezone.override(factories.ZONE):
        yield


@pytest.fixture
def note(practice, dana):
    return signed_note(billable_visit(practice, dana.provider), services=[EXERCISE, MANUAL])


@pytest.fixture
def held(practice, dana, bo):
    """A claim that waits for the patient's consent."""
    note = signed_note(billable_visit(practice, dana.provider, consent=False))
    return charged(note, practice=practice, by=bo)


def charged(note, *, practice, by) -> Claim:
    lines = suggest(note, practice=practice).lines
    charge_note(note=note, lines=lines, reason="", practice=practice, by=by)
    return Claim.objects.with_state().get(note=note)


def post_of(suggestion, **changes) -> dict:
    """What the page of charges sends when the suggested lines are left as they are."""
    lines = suggestion.lines
    posted = {
        "line-TOTAL_FORMS": str(len(lines)),
        "line-INITIAL_FORMS": "0",
        "diagnoses": " ".join(suggestion.diagnoses),
        "reason": "",
        "seen": suggestion.digest,
    }
    for place, line in enumerate(lines):
        posted |= {
            f"line-{place}-code": line.code,
            f"line-{place}-units": str(line.units),
            f"line-{place}-modifiers": " ".join(line.modifiers),
            f"line-{place}-pointers": " ".join(map(str, line.pointers)),
        }
    return posted | changes


@pytest.fixture
def page(note, practice, bo_client):
    """Posts the page of charges with changes of the suggested lines."""

    def page(*, to="billing:charges", **changes):
        posted = post_of(suggest(note, practice=practice), **changes)
        return bo_client.post(reverse(to, args=[note.pk]), posted)

    return page


# Charges


def test_the_page_shows_each_line_with_its_reasons_and_the_money(note, bo_client):
    response = bo_client.get(reverse("billing:charges", args=[note.pk]))

    assertContains(response, "$163.00")
    assertContains(response, "/rules/needling/#code-and-count")
    assertContains(response, "15 minutes: 1 whole fifteen.")
    assertContains(response, "Charge these lines")
    assert AuditEntry.objects.filter(verb="viewed", subject_type="notes.Note").count() == 1


def test_the_therapist_reads_and_charges_nothing(note, dana_client):
    address = reverse("billing:charges", args=[note.pk])

    assertContains(dana_client.get(address), "The biller does that.")
    assert dana_client.post(address, {}).status_code == 404


def test_the_suggested_lines_are_charged_with_one_tap(page, note):
    response = page()

    claim = Claim.objects.get()
    assertRedirects(response, reverse("billing:claim", args=[claim.pk]))
    assert ChargeSheet.objects.get().note == note
    assert [each.code for each in Charge.objects.all()] == ["97110", "97140", "20561"]


def test_other_lines_without_a_reason_are_refused_at_its_field(page):
    names = ("code", "units", "modifiers", "pointers")

    response = page(**{f"line-0-{name}": "" for name in names})

    assertContains(response, "Say why these lines were chosen.", status_code=422)
    assertContains(response, "<dt>Difference</dt>", status_code=422)
    assertNotContains(response, "cannot be read yet", status_code=422)
    assert response.context["charges_page"].form["reason"].field.widget.attrs["autofocus"]
    assert not ChargeSheet.objects.exists()


def test_where_the_diagnoses_alone_differ_the_page_says_so(page):
    response = page(diagnoses="M79.601")

    assertContains(response, "The diagnoses differ from those suggested", status_code=422)
    assertContains(response, "Say why these diagnoses were chosen.", status_code=422)


def test_that_the_list_of_diagnoses_is_old_stands_on_no_page_of_charges(page, note, bo_client):
    page()

    claim = Claim.objects.get()
    for address in ("billing:charges", note.pk), ("billing:claim", claim.pk):
        response = bo_client.get(reverse(address[0], args=[address[1]]))
        assertNotContains(response, "Check the diagnoses against the list")


def test_the_page_lists_the_diagnoses_to_which_the_lines_point(note, bo_client):
    response = bo_client.get(reverse("billing:charges", args=[note.pk]))

    [code] = suggest(note, practice=response.wsgi_request.practice).diagnoses
    assertContains(response, f'Diagnoses: <span class="num">1 {code}</span>')


def test_the_reason_for_other_lines_is_kept(page):
    page(reason="The plan pays for one unit only.", **{"line-1-modifiers": "GP 59"})

    sheet = ChargeSheet.objects.get()
    assert sheet.reason == "The plan pays for one unit only."
    assert [each.modifiers for each in sheet.charges.all()][1] == "GP 59"


def test_a_line_points_to_the_last_four_of_twelve_diagnoses(page):
    twelve = " ".join(f"M79.{place}" for place in range(601, 613))

    page(reason="All that was treated.", diagnoses=twelve, **{"line-0-pointers": "9 10 11 12"})

    assert [each.pointers for each in Charge.objects.all()] == ["9 10 11 12", "1", "1"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("line-0-code", "971", "Give a code of five signs, such as 20561, G0283 or 0213T."),
        ("line-0-units", "0", "Ensure this value is greater than or equal to 1."),
        ("line-0-modifiers", "GPX", "A modifier is two signs, such as GP."),
        ("line-0-modifiers", "GP GA KX 59 25", "A line takes 4 modifiers at most."),
        ("line-0-modifiers", "GP GP", "Give each modifier once."),
        ("line-0-pointers", "2", "The list below has 1 diagnosis."),
        ("line-0-pointers", "A", "Give places in the list of diagnoses, such as 1 2."),
        ("line-0-code", "", "Give the code, or empty the whole line."),
        ("diagnoses", "M54.2 neck", "Give codes with a space between them, such as M54.2 M79.18."),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(page, field, typed, words):
    response = page(**{field: typed})

    assertContains(response, words, status_code=422)
    assert not ChargeSheet.objects.exists()


def test_while_it_is_typed_the_page_says_the_difference_and_what_the_rules_find(page):
    response = page(to="billing:check-charges", **{"line-2-code": "20560"})

    assertContains(response, "−$20.00")
    assertContains(response, "$20.00 given away")
    assertContains(response, "Bill 20561 instead of 20560: 3 muscles count.")
    assert not ChargeSheet.objects.exists()


def test_what_changed_meanwhile_is_shown_before_it_is_charged(page, note, practice, bo_client):
    posted = post_of(suggest(note, practice=practice))
    corrected(note, [make_site()])
    address = reverse("billing:charges", args=[note.pk])

    stale = bo_client.post(address, posted)
    again = bo_client.post(address, post_of(suggest(note, practice=practice)))

    assertContains(stale, "Something changed since this page was opened", status_code=409)
    assert again.status_code == 302
    assert [each.code for each in Charge.objects.all()] == ["97110", "97140", "20560"]


def test_a_line_may_be_added(page):
    response = page(add_line="yes")

    assertContains(response, 'name="line-3-code"')


def test_a_corrected_list_shows_what_changes_in_lines_and_money(note, practice, bo, bo_client):
    charged(note, practice=practice, by=bo)
    corrected(note, [make_site()])

    response = bo_client.get(reverse("billing:charges", args=[note.pk]))

    assertContains(response, "These charges are outdated:")
    assertContains(response, "−$85.00")
    assertContains(response, "+$65.00")


@pytest.mark.parametrize("who", ["dana", "fran", "bo", "cora", "olive"])
def test_beside_a_note_everybody_sees_its_session(note, who, request):
    client = request.getfixturevalue(f"{who}_client")

    part = client.get(reverse("billing:of-note", args=[note.pk]), headers=HTMX)

    assertContains(part, "Suggested $163.00")
    assertNotContains(part, "<html")


# Claims


def test_the_list_asks_as_often_for_three_claims_as_for_one(practice, bo, bo_client):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert bo_client.get(reverse("billing:claims")).status_code == 200
        return len(queries)

    factories.make_claim()
    bo_client.get(reverse("billing:claims"))
    one = asked()
    factories.make_claim()
    factories.make_claim()

    assert asked() == one


def test_the_list_shows_the_claims_of_one_state(practice, bo_client):
    held = factories.make_claim()
    ready = factories.make_claim_step().claim

    response = bo_client.get(reverse("billing:claims"), {"state": "ready"})

    assertContains(response, ready.control_number)
    assertNotContains(response, held.control_number)
    assertContains(response, "Held 1")


def test_a_state_that_is_none_is_not_found(practice, bo_client):
    assert bo_client.get(reverse("billing:claims"), {"state": "lost"}).status_code == 404


def test_the_claim_shows_its_stops_each_with_the_page_that_clears_it(held, bo_client):
    response = bo_client.get(reverse("billing:claim", args=[held.pk]))

    assertContains(response, "1 to clear")
    assertContains(
        response, "the front desk records it with its date or scans it. If there was none"
    )
    consents = reverse("consent:of-patient", args=[held.coverage.patient_id])
    assertContains(response, f'href="{consents}">Consents of the patient</a>')
    entry = AuditEntry.objects.get(verb="viewed", subject_type="billing.Claim")
    assert entry.patient_id == held.coverage.patient_id


def test_a_claim_is_not_released_while_something_stops_it(held, bo_client):
    response = bo_client.post(reverse("billing:release-claim", args=[held.pk]))

    assertContains(response, "The claim stays held", status_code=409)
    assert Claim.objects.get(pk=held.pk).state == "held"


def test_what_was_cleared_elsewhere_is_cleared_here(held, bo_client):
    factories.make_consent(patient=held.coverage.patient)

    response = bo_client.post(reverse("billing:release-claim", args=[held.pk]))

    assertRedirects(response, reverse("billing:claim", args=[held.pk]))
    assert Claim.objects.get(pk=held.pk).state == "ready"


def test_a_stop_on_an_owners_page_sends_the_biller_to_the_owner(
    held, practice, bo_client, olive_client
):
    practice.taxonomy = ""
    practice.save()
    address = reverse("billing:claim", args=[held.pk])

    assertContains(bo_client.get(address), "The practice&#x27;s settings: ask the owner")
    assertContains(olive_client.get(address), f'href="{reverse("emr:practice")}"')


def test_a_stop_on_a_page_of_the_desk_sends_the_biller_there(practice, dana, bo, bo_client):
    visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE_ADVANTAGE)
    claim = charged(signed_note(visit), practice=practice, by=bo)

    page = bo_client.get(reverse("billing:claim", args=[claim.pk]))

    assertContains(page, "Ask the plan: ask the front desk")


def test_the_details_of_a_claim_are_saved_and_only_an_auto_accident_names_a_state(held, bo_client):
    address = reverse("billing:edit-claim", args=[held.pk])

    wrong = bo_client.post(address, {"accident": "auto"})
    right = bo_client.post(address, {"accident": "auto", "accident_state": "co"})

    assertContains(wrong, "Say in which state the auto accident was.", status_code=422)
    assert right.status_code == 302
    claim = Claim.objects.get(pk=held.pk)
    assert (claim.accident, claim.accident_state) == ("auto", "CO")
    entry = AuditEntry.objects.get(verb="claim edited")
    assert entry.details == {"fields": ["accident", "accident_state"]}


def test_a_dropped_claim_takes_its_charges_back(held, bo_client):
    address = reverse("billing:drop-claim", args=[held.pk])

    wordless = bo_client.post(address, {"reason": ""})
    response = bo_client.post(address, {"reason": "The patient asked us not to"})

    assert wordless.status_code == 422
    assert response.status_code == 302
    assert Claim.objects.get(pk=held.pk).state == "dropped"
    assert balance_of_claim(held, Party.PAYER) == Decimal("0.00")


def test_a_claim_is_sent_back_and_corrected_by_another(note, practice, bo, bo_client):
    claim = charged(note, practice=practice, by=bo)
    take_step(claim=claim, to="sent", by=bo, on_paper=True)

    bo_client.post(reverse("billing:reject-claim", args=[claim.pk]), {"reason": "No such member"})
    response = bo_client.post(
        reverse("billing:correct-claim", args=[claim.pk]), {"reason": "Number mended"}
    )

    new = Claim.objects.exclude(pk=claim.pk).get()
    assertRedirects(response, reverse("billing:claim", args=[new.pk]))
    assert (new.replaces, new.frequency, new.state) == (claim, "1", "held")
    assert balance_of_claim(claim, Party.PAYER) == Decimal("0.00")
    assert balance_of_claim(new, Party.PAYER) == Decimal("163.00")


def test_a_step_that_does_not_follow_is_refused(held, bo_client):
    response = bo_client.post(
        reverse("billing:write-off-claim", args=[held.pk]), {"reason": "Too old"}
    )

    assertContains(
        response,
        "A claim that is “held” cannot become “written off”.",
        status_code=409,
    )


def test_a_denied_claim_is_appealed_or_written_off(note, practice, bo, bo_client):
    claim = charged(note, practice=practice, by=bo)
    for state in ("sent", "denied"):
        take_step(claim=claim, to=state, by=bo, on_paper=state == "sent")

    bo_client.post(
        reverse("billing:appeal-claim", args=[claim.pk]), {"reason": "Covered on page 4"}
    )
    appealed = Claim.objects.get(pk=claim.pk).state
    bo_client.post(reverse("billing:write-off-claim", args=[claim.pk]), {"reason": "Upheld twice"})

    assert appealed == "appealed"
    assert Claim.objects.get(pk=claim.pk).state == "written off"
    assert balance_of_claim(claim, Party.PAYER) == Decimal("0.00")


def test_the_chart_shows_what_is_owed_and_the_last_claims(held, fran_client):
    patient = held.coverage.patient

    part = fran_client.get(reverse("billing:of-patient", args=[patient.pk]), headers=HTMX)

    assertContains(part, "Payers owe")
    assertContains(part, "$125.00")
    assertContains(part, "Held")
    assertNotContains(part, reverse("billing:claim", args=[held.pk]))


# Without a notice


@pytest.fixture
def unnoticed(practice, dana, bo):
    """Makes a claim to Original Medicare for needling that no ABN was signed for."""

    def unnoticed(*services) -> Claim:
        visit = billable_visit(practice, dana.provider, kind=CoverageKind.MEDICARE)
        return charged(signed_note(visit, services=list(services)), practice=practice, by=bo)

    return unnoticed


def test_a_claim_without_an_abn_says_that_it_ends_with_no_charge_and_is_dropped_so(
    unnoticed, bo_client
):
    claim = unnoticed()
    address = reverse("billing:claim", args=[claim.pk])

    page = bo_client.get(address)
    form = page.context["no_notice"]["form"]
    bo_client.post(reverse("billing:drop-claim", args=[claim.pk]), form.initial)

    assertContains(page, "this ends with no charge to the patient")
    assertContains(page, "Drop: no charge")
    assert form.initial == {"reason": NO_ABN}
    assert Claim.objects.get().state == "dropped"
    assert Claim.objects.get().steps.last().reason == NO_ABN
    patient = claim.coverage.patient
    assert {balance_of(patient, party) for party in Party} == {Decimal("0.00")}
    assertNotContains(bo_client.get(address), "Drop: no charge")


def test_a_claim_without_an_abn_that_holds_more_keeps_the_rest(unnoticed, bo_client):
    claim = unnoticed(EXERCISE)

    page = bo_client.get(reverse("billing:claim", args=[claim.pk]))

    assertContains(page, "Take the needling off the lines")
    assertNotContains(page, "Drop: no charge")


def test_a_claim_that_something_else_stops_says_nothing_of_an_abn(held, bo_client):
    page = bo_client.get(reverse("billing:claim", args=[held.pk]))

    assert page.context["no_notice"] is None
    assertNotContains(page, "Drop: no charge")


# Worklists


def test_the_worklists_tell_what_waits_for_the_biller(note, held, practice, bo, bo_client):
    ready = charged(signed_note(billable_visit_again(note)), practice=practice, by=bo)
    corrected(ready.note, [make_site()])

    def listed(key):
        response = bo_client.get(reverse("emr:worklist", args=[key]))
        return [row.url for row in response.context["rows"]]

    assert listed("charge-missing") == [reverse("billing:charges", args=[note.pk])]
    assert listed("charge-outdated") == [reverse("billing:charges", args=[ready.note_id])]
    assert listed("claim-held") == [reverse("billing:claim", args=[held.pk])]
    assert listed("claim-ready") == [reverse("billing:claim", args=[ready.pk])]


def outdated_rows(bo):
    with CaptureQueriesContext(connection) as queries:
        rows = desk.counter_of("charge-outdated", bo).rows(factories.today(), bo)
    return len(queries), [row.url for row in rows]


def test_charges_are_outdated_once_somebody_else_pays(practice, dana, bo, fran):
    asked = []
    for number in (1, 2, 3):
        visit = billable_visit(practice, dana.provider, kind=CoverageKind.TRICARE)
        former = visit.patient.coverages.get()
        agreed = {"kind": Kind.AGREEMENT, "state": "agreed"}
        factories.make_notice(visit=visit, coverage=former, **agreed)
        note = signed_note(visit, services=[])
        lines = suggest(note, practice=practice).lines
        charge_note(note=note, lines=lines, reason="", practice=practice, by=bo)
        before = outdated_rows(bo)[1]
        visit.patient.coverages.update(ends_on=factories.today() - timedelta(days=1))

        payer = factories.make_payer(kind=CoverageKind.COMMERCIAL)
        add_coverage(patient=visit.patient, payer=payer, starts_on=factories.today(), by=fran)

        queries, after = outdated_rows(bo)
        assert (len(before), len(after)) == (number - 1, number)
        assert reverse("billing:charges", args=[note.pk]) in after
        asked.append(queries)
    assert asked[0] == asked[2]


def test_charges_are_outdated_once_a_policy_of_the_payer_says_otherwise(note, practice, bo, olive):
    charged(note, practice=practice, by=bo)
    payer = note.visit.patient.coverages.get().payer
    day = factories.today()

    factories.make_policy(
        payer=payer, needling="excluded", starts_on=day, recorded_at=timezone.now()
    )

    assert outdated_rows(bo)[1] == [reverse("billing:charges", args=[note.pk])]
    assert desk.counter_of("charge-outdated", bo).rows(day + timedelta(days=61), bo) == []


def test_what_changes_no_line_outdates_nothing(note, practice, bo, fran):
    charged(note, practice=practice, by=bo)

    payer = factories.make_payer(kind=CoverageKind.COMMERCIAL)
    add_coverage(
        patient=note.visit.patient, payer=payer, rank=2, starts_on=factories.today(), by=fran
    )

    assert outdated_rows(bo)[1] == []


def billable_visit_again(note):
    """Another visit of the same patient."""
    return factories.make_visit(
        patient=note.visit.patient, provider=note.visit.provider, start=factories.at(14)
    )


@pytest.mark.parametrize("key", ["charge-missing", "charge-outdated", "claim-held", "claim-ready"])
def test_a_worklist_asks_as_often_for_three_rows_as_for_one(key, practice, bo):
    counter = desk.counter_of(key, bo)

    def make():
        note = factories.make_signed_note()
        if key == "charge-missing":
            return
        sheet = factories.make_charge_sheet(note=note)
        if key == "charge-outdated":
            corrected(note, [make_site()])
        elif key == "claim-held":
            factories.make_claim(sheet=sheet)
        else:
            factories.make_claim_step(claim=factories.make_claim(sheet=sheet))

    def asked():
        with CaptureQueriesContext(connection) as queries:
            rows = counter.rows(factories.today(), bo)
        return len(queries), len(rows)

    make()
    one = asked()
    make()
    make()

    assert (one[1], asked()) == (1, (one[0], 3))
