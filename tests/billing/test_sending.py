"""Sending claims: one file of all or nothing, kept as it is; or a sheet of paper."""

import hashlib
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.actions.claim_files import (
    MOST_AT_ONCE,
    NotSentError,
    print_claim,
    send_claims,
    set_submitter,
)
from billing.actions.claims import hold_claim
from billing.models import Claim, ClaimFile, ClaimStep, ClaimSubmitter, PaperClaim
from billing.review.claim_form import problems_of, problems_of_each, values_of, with_form_rows
from billing.review.claims import review_claims
from billing.review.line_numbers import line_number
from consent.models import Consent
from emr.actions import Refused
from emr.models import AuditEntry, Coverage, CoverageKind
from emr.rules.claim_states import ClaimState
from tests import factories
from tests.billing.ready_claims import able_to_bill, make_submitter, ready_claim
from tests.billing.x12 import errors_of, segments_of

pytestmark = pytest.mark.django_db
SENDER = {
    "name": "Harbour Lane Physical Therapy",
    "identifier": "HARBOUR01",
    "contact_name": "Bo Lindqvist",
    "contact_phone": "970-555-0142",
    "receiver_name": "Clearing House of the Plains",
    "receiver_identifier": "PLAINS",
    "usage": "P",
}


@pytest.fixture(autouse=True)
def _billing(practice):
    with timezone.override(factories.ZONE):
        able_to_bill(practice)
        yield


def changed(row, **fields):
    """The row as somebody changed it after the claim was released."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def without_street(claim: Claim) -> Claim:
    changed(claim.coverage.patient, street="")
    return claim


def without_payer_id(claim: Claim) -> Claim:
    changed(claim.coverage.payer, electronic_id="")
    return claim


def codes(problems) -> list[str]:
    return [each.code for each in problems]


def test_claims_become_one_file_and_are_sent(bo):
    make_submitter()
    first, second = ready_claim(by=bo), ready_claim(by=bo, kind=CoverageKind.COMMERCIAL)

    file = send_claims(claims=[second, first], by=bo)

    assert errors_of(file.content) == []
    assert file.claim_numbers == [first.control_number, second.control_number]
    assert file.sha256 == hashlib.sha256(file.content.encode()).hexdigest()
    assert (file.control_number, file.usage, file.made_by) == (1, "P", bo)
    for claim in Claim.objects.with_state():
        assert claim.state == ClaimState.SENT
        assert claim.sent_at == file.made_at
        assert claim.steps.last().file == file


def test_the_file_says_what_the_rows_say(bo):
    make_submitter()
    factories.make_fee(code="97110", amount=Decimal("48.50"))
    claim = ready_claim(
        by=bo,
        diagnoses=[{"code": code, "label": code} for code in ("M79.18", "M54.2")],
        services=[{"code": "97110", "minutes": 15, "text": "Deep neck flexors"}],
    )
    numbers = [line_number(charge) for charge in claim.sheet.charges.all()]
    day = f"{claim.note.date_of_service:%Y%m%d}"

    text = send_claims(claims=[claim], by=bo).content

    assert segments_of(text, "CLM") == [f"CLM*{claim.control_number}*113.5***11:B:1*Y*A*Y*Y"]
    assert segments_of(text, "HI") == ["HI*ABK:M7918*ABF:M542"]
    assert segments_of(text, "SV1") == [
        "SV1*HC:97110:GP*48.5*UN*1***1:2",
        "SV1*HC:20561:GA:GP*65*UN*1***1:2",
    ]
    assert segments_of(text, "DTP") == [f"DTP*472*D8*{day}"] * 2
    assert segments_of(text, "REF")[1:] == [f"REF*6R*{number}" for number in numbers]
    assert segments_of(text, "NM1") == [
        "NM1*41*2*HARBOUR LANE PHYSICAL THERAPY*****46*HARBOUR01",
        "NM1*40*2*CLEARING HOUSE OF THE PLAINS*****46*PLAINS",
        "NM1*85*2*HARBOUR LANE PHYSICAL THERAPY*****XX*1093817231",
        "NM1*IL*1*MARLOW*ODETTE****MI*1EG4TE5MK73",
        f"NM1*PR*2*{claim.coverage.payer.name.upper()}*****PI*04112",
        "NM1*DN*1*OKAFOR*NGOZI****XX*1245319599",
        f"NM1*82*1*{claim.note.author.last_name.upper()}*ROBIN****XX*1508340712",
    ]


def test_a_line_that_the_patient_bears_is_on_no_claim(bo, practice):
    claim = ready_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    factories.make_charge(sheet=claim.sheet, position=2, code="20560", to_patient=True)

    lines = values_of(claim, practice=practice).lines

    assert [line.code for line in lines] == ["20561"]


def test_a_practice_that_takes_no_part_in_medicare_says_so_to_medicare_alone(bo, practice):
    make_submitter()
    practice.takes_assignment = False
    practice.save()
    claims = [ready_claim(by=bo), ready_claim(by=bo, kind=CoverageKind.COMMERCIAL)]

    text = send_claims(claims=claims, by=bo).content

    assert [each.split("*")[7:9] for each in segments_of(text, "CLM")] == [["C", "N"], ["A", "Y"]]


def test_the_second_coverage_of_the_day_is_told(bo):
    make_submitter()
    claim = ready_claim(by=bo)
    factories.make_coverage(
        patient=claim.coverage.patient,
        rank=Coverage.Rank.SECONDARY,
        payer=factories.make_payer(electronic_id="FRHP1"),
    )

    text = send_claims(claims=[claim], by=bo).content

    assert errors_of(text) == []
    assert segments_of(text, "SBR") == ["SBR*P*18*******MB", "SBR*S*18*******CI"]


def test_a_test_file_leaves_its_claims_ready(bo):
    make_submitter(usage="T")
    claim = ready_claim(by=bo)

    file = send_claims(claims=[claim], by=bo)

    again = Claim.objects.with_state().get()
    assert (again.state, again.sent_at) == (ClaimState.READY, None)
    assert file.is_test
    assert file.content.splitlines()[0].endswith("*T*:~")
    assert list(
        AuditEntry.objects.filter(verb="claim in a test file").values_list("patient_id", flat=True)
    ) == [claim.coverage.patient_id]


def test_files_are_numbered_one_after_another(bo):
    make_submitter()

    numbers = [send_claims(claims=[ready_claim(by=bo)], by=bo).control_number for _ in range(3)]

    assert numbers == [1, 2, 3]


def test_what_was_sent_is_written_down_without_a_name(bo):
    make_submitter()
    claim = ready_claim(by=bo)

    file = send_claims(claims=[claim], by=bo)

    made = AuditEntry.objects.get(verb="claim file made")
    assert made.details == {
        "control_number": 1,
        "usage": "P",
        "claims": 1,
        "sha256": file.sha256,
    }
    moved = AuditEntry.objects.filter(verb="claim moved").first()
    assert moved.details == {"before": "ready", "after": "sent"}
    assert moved.patient_id == claim.coverage.patient_id


def test_one_claim_with_a_problem_keeps_all_from_being_sent(bo):
    make_submitter()
    whole = ready_claim(by=bo)
    broken = without_payer_id(without_street(ready_claim(by=bo)))

    with pytest.raises(NotSentError, match=f"missing in {broken.control_number}\\.$") as refused:
        send_claims(claims=[whole, broken], by=bo)

    assert codes(refused.value.stops[whole.pk]) == []
    assert codes(refused.value.stops[broken.pk]) == ["patient-address", "payer-electronic-id"]
    assert ClaimFile.objects.count() == 0
    assert set(Claim.objects.with_state().values_list("state_now", flat=True)) == {"ready"}


def test_no_file_goes_out_before_somebody_says_who_sends_it(bo):
    with pytest.raises(NotSentError) as refused:
        send_claims(claims=[claim := ready_claim(by=bo)], by=bo)

    assert codes(refused.value.stops[claim.pk]) == ["submitter-missing"]


def test_a_claim_that_is_held_is_not_sent(bo):
    make_submitter()
    claim = ready_claim(by=bo)
    hold_claim(claim=claim, reason="The patient asked to wait", by=bo)

    with pytest.raises(Refused, match=f"Not ready to send any more: {claim.control_number}"):
        send_claims(claims=[claim], by=bo)

    assert ClaimFile.objects.count() == 0


def test_a_claim_is_sent_once(bo):
    make_submitter()
    claim = ready_claim(by=bo)
    send_claims(claims=[claim], by=bo)

    with pytest.raises(Refused, match="Not ready to send any more"):
        send_claims(claims=[claim], by=bo)

    assert ClaimFile.objects.count() == 1


@pytest.mark.parametrize(
    ("many", "sentence"),
    [(0, "Choose at least one claim."), (MOST_AT_ONCE + 1, "Send at most 200 claims at once.")],
)
def test_a_file_holds_some_claims_and_not_too_many(bo, many, sentence):
    with pytest.raises(Refused, match=sentence):
        send_claims(claims=[Claim(pk=number + 1) for number in range(many)], by=bo)


def test_problems_cost_the_same_queries_for_one_claim_and_for_three(
    bo, practice, django_assert_num_queries
):
    make_submitter()
    for many in (1, 3):
        while Claim.objects.count() < many:
            ready_claim(by=bo)
        with django_assert_num_queries(4):
            found = problems_of_each(with_form_rows(Claim.objects.all()), practice=practice)
        assert list(found.values()) == [[]] * many


def test_what_stops_claims_costs_the_same_queries_for_one_and_for_three(
    bo, practice, django_assert_num_queries
):
    make_submitter()
    for many in (1, 3):
        while Claim.objects.count() < many:
            ready_claim(by=bo)
        claims = list(with_form_rows(Claim.objects.all()))
        with django_assert_num_queries(25):
            found = review_claims(claims, practice=practice)
        assert [each.stops for each in found.values()] == [()] * many


def test_one_more_claim_in_a_file_costs_only_its_own_step(bo):
    make_submitter()
    spent = []
    for many in (1, 3):
        claims = [ready_claim(by=bo) for _ in range(many)]
        with CaptureQueriesContext(connection) as queries:
            send_claims(claims=claims, by=bo)
        spent.append(len(queries))

    assert (spent[1] - spent[0]) / 2 == 7


def test_every_problem_leads_to_a_page_where_it_is_mended(bo, practice, olive_client, bo_client):
    claim = without_payer_id(without_street(ready_claim(by=bo)))
    changed(practice, npi="", tax_id="")
    changed(claim.coverage, member_number="1")
    changed(claim, referrer_npi="")
    factories.make_coverage(
        patient=claim.coverage.patient, rank=Coverage.Rank.SECONDARY, member_number=""
    )
    factories.make_charge(sheet=claim.sheet, position=2, code="20560", fee=Decimal(0))

    [found] = problems_of_each(with_form_rows(Claim.objects.all()), practice=practice).values()

    assert [(each.where, each.for_the_owner) for each in found] == [
        ("Practice", True),
        ("Practice", True),
        ("The patient's details", False),
        ("Payer", False),
        ("Coverage", False),
        ("The other payer", False),
        ("The other coverage", False),
        ("Details of the claim", False),
        ("Charges", False),
        ("Who sends claims", True),
    ]
    assert {olive_client.get(each.url).status_code for each in found} == {200}
    billers = [each.url for each in found if not each.for_the_owner]
    assert {bo_client.get(url).status_code for url in billers} == {200}


def test_a_consent_that_was_withdrawn_meanwhile_keeps_the_claim_from_being_sent(bo):
    make_submitter()
    claim = ready_claim(by=bo)
    consent = Consent.objects.get(patient=claim.coverage.patient)
    factories.make_withdrawal(consent=consent)

    with pytest.raises(NotSentError) as refused:
        send_claims(claims=[claim], by=bo)

    assert codes(refused.value.stops[claim.pk]) == ["consent-withdrawn"]


def test_what_only_a_file_lacks_does_not_hold_a_claim(bo):
    claim = without_payer_id(ready_claim(by=bo))

    assert problems_of(claim) == []


# On paper


def test_a_claim_goes_out_on_paper_and_what_stood_on_it_is_kept(bo):
    claim = without_payer_id(ready_claim(by=bo))

    paper = print_claim(claim=claim, by=bo)

    again = Claim.objects.with_state().get()
    assert (again.state, again.sent_at) == (ClaimState.SENT, paper.made_at)
    assert again.steps.last().on_paper is True
    [page] = paper.pages
    assert page["patient_name"] == "MARLOW, ODETTE"
    assert page["lines"][0]["line_modifiers"] == "GA GP"


def test_a_claim_with_a_problem_is_not_sent_on_paper(bo):
    claim = without_street(ready_claim(by=bo))

    with pytest.raises(NotSentError) as refused:
        print_claim(claim=claim, by=bo)

    assert codes(refused.value.stops[claim.pk]) == ["patient-address"]
    assert PaperClaim.objects.count() == 0


def test_a_claim_that_went_out_in_a_file_is_not_sent_on_paper_too(bo):
    make_submitter()
    claim = ready_claim(by=bo)
    send_claims(claims=[claim], by=bo)

    with pytest.raises(Refused, match="Not ready to send any more"):
        print_claim(claim=claim, by=bo)

    assert ClaimStep.objects.filter(after="sent").count() == 1


# Who sends


def test_there_is_one_sender_and_the_last_word_counts(olive):
    set_submitter(by=olive, **SENDER)

    set_submitter(by=olive, **SENDER | {"usage": "T"})

    assert ClaimSubmitter.objects.get().usage == "T"
    changes = AuditEntry.objects.filter(verb="claim submitter set").order_by("pk")
    assert [each.details["fields"] for each in changes] == [sorted(SENDER), ["usage"]]


# Pages


def test_the_page_ticks_what_can_go_and_says_what_the_rest_lacks(bo, bo_client):
    make_submitter()
    whole, broken = ready_claim(by=bo), without_payer_id(ready_claim(by=bo))

    page = bo_client.get(reverse("billing:send-claims")).content.decode()

    assert f'name="claim" value="{whole.pk}" checked' in page
    assert f'name="claim" value="{broken.pk}" disabled' in page
    assert "has no electronic payer id" in page
    assert reverse("emr:payer", args=[broken.coverage.payer_id]) in page


def test_the_page_costs_the_same_queries_for_one_claim_and_for_three(
    bo, bo_client, django_assert_num_queries
):
    make_submitter()
    bo_client.get(reverse("billing:send-claims"))
    for many in (1, 3):
        while Claim.objects.count() < many:
            ready_claim(by=bo)
        with django_assert_num_queries(12):
            page = bo_client.get(reverse("billing:send-claims"))
        assert page.content.decode().count('name="claim"') == many


def test_who_reads_what_can_be_sent_is_written_down(bo, bo_client):
    make_submitter()
    claim = ready_claim(by=bo)

    bo_client.get(reverse("billing:send-claims"))

    table = AuditEntry.objects.get(verb="claims read")
    [entry] = AuditEntry.objects.filter(details={"part": "claims to send"})
    assert (table.actor_id, table.details) == (bo.pk, {"rows": 1})
    assert (entry.verb, entry.patient_id) == ("viewed", claim.coverage.patient_id)


def test_what_is_ticked_becomes_a_file_that_can_be_downloaded_again(bo, bo_client):
    make_submitter()
    claim = ready_claim(by=bo)

    answer = bo_client.post(reverse("billing:send-claims"), {"claim": [claim.pk]})

    file = ClaimFile.objects.get()
    assert answer.url == reverse("billing:claim-file", args=[file.pk])
    for _ in range(2):
        download = bo_client.get(reverse("billing:download-claim-file", args=[file.pk]))
        assert download.content.decode() == file.content
        assert download["Content-Type"] == "application/edi-x12"
        assert download["Content-Disposition"] == 'attachment; filename="claims-000000001.837"'
        assert download["Cache-Control"] == "no-store"
    read = AuditEntry.objects.filter(verb="viewed", patient_id=claim.coverage.patient_id)
    assert [each.details for each in read] == [{"part": "claim file"}] * 2


def test_a_test_file_says_so_in_its_name(bo, bo_client):
    make_submitter(usage="T")
    file = send_claims(claims=[ready_claim(by=bo)], by=bo)

    download = bo_client.get(reverse("billing:download-claim-file", args=[file.pk]))

    assert download["Content-Disposition"] == 'attachment; filename="test-000000001.837"'


def test_nothing_is_sent_while_one_of_the_ticked_has_a_problem(bo, bo_client):
    make_submitter()
    whole, broken = ready_claim(by=bo), without_street(ready_claim(by=bo))

    answer = bo_client.post(reverse("billing:send-claims"), {"claim": [whole.pk, broken.pk]})

    assert answer.status_code == 409
    assert f"Nothing was sent, for something is missing in {broken.control_number}." in (
        answer.content.decode()
    )
    assert ClaimFile.objects.count() == 0


def test_the_file_page_lists_its_claims_and_their_state_now(bo, bo_client):
    make_submitter()
    claim = ready_claim(by=bo)
    file = send_claims(claims=[claim], by=bo)

    page = bo_client.get(reverse("billing:claim-file", args=[file.pk])).content.decode()

    assert claim.control_number in page
    assert "<td>Sent</td>" in page


def test_the_list_of_files_costs_the_same_queries_for_one_and_for_three(
    bo, bo_client, django_assert_num_queries
):
    make_submitter()
    bo_client.get(reverse("billing:claim-files"))
    for many in (1, 3):
        while ClaimFile.objects.count() < many:
            send_claims(claims=[ready_claim(by=bo)], by=bo)
        with django_assert_num_queries(7):
            page = bo_client.get(reverse("billing:claim-files"))
        assert page.content.decode().count("Download<span") == many


def test_the_paper_page_offers_both_prints_and_to_send(bo, bo_client):
    claim = ready_claim(by=bo)
    address = reverse("billing:print-claim", args=[claim.pk])

    assert "Sent on paper" in bo_client.get(address).content.decode()
    answer = bo_client.post(address)

    assert answer.url == address
    assert PaperClaim.objects.get().claim == claim
    assert "Both prints show what stood on it then." in bo_client.get(address).content.decode()


def test_a_sent_sheet_shows_what_stood_on_it_whatever_the_record_says_later(bo, bo_client):
    claim = ready_claim(by=bo)
    print_claim(claim=claim, by=bo)
    before = PaperClaim.objects.get().pages
    changed(claim.coverage.patient, street="1 New Street")

    answer = bo_client.get(reverse("billing:claim-sheet", args=[claim.pk]))

    assert answer.content[:5] == b"%PDF-"
    assert PaperClaim.objects.get().pages == before


def test_the_nudge_of_the_printer_is_remembered(bo, bo_client):
    claim = ready_claim(by=bo)

    answer = bo_client.get(
        reverse("billing:red-form", args=[claim.pk]), {"right": "1.5", "down": "-2"}
    )

    assert answer["Content-Type"] == "application/pdf"
    page = bo_client.get(reverse("billing:print-claim", args=[claim.pk])).content.decode()
    assert 'name="right" value="1.5"' in page
    assert 'name="down" value="-2"' in page


@pytest.mark.parametrize("nudge", ["16", "-15.5", "far", "0.05", "NaN"])
def test_a_nudge_beyond_the_page_is_refused(bo, bo_client, nudge):
    claim = ready_claim(by=bo)

    answer = bo_client.get(reverse("billing:red-form", args=[claim.pk]), {"right": nudge})

    assert answer.status_code == 422


def test_the_owner_says_who_sends(olive_client):
    answer = olive_client.post(reverse("billing:claim-submitter"), SENDER)

    assert answer.url == reverse("billing:claim-submitter")
    assert {name: getattr(ClaimSubmitter.objects.get(), name) for name in SENDER} == SENDER


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("identifier", "HARBOUR 01", "Give letters and digits only."),
        ("receiver_identifier", "P*", "Give letters and digits only."),
        ("contact_phone", "555-0142", "Give ten digits, such as 970-555-0142."),
        ("name", "", "This field is required."),
        ("usage", "X", "Select a valid choice. X is not one of the available choices."),
    ],
)
def test_a_sender_that_no_clearing_house_would_know_is_not_saved(
    olive_client, field, value, sentence
):
    answer = olive_client.post(reverse("billing:claim-submitter"), SENDER | {field: value})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ClaimSubmitter.objects.count() == 0
