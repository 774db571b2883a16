"""The pages of remittances: a file handed in, looked at and posted; answers matched; amounts decided."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertRedirects

from billing.models import (
    Adjustment,
    Claim,
    CollectionDecision,
    Posting,
    Remittance,
    RemittanceClaim,
    RemittanceFile,
)
from emr.models import AuditEntry, CoverageKind
from tests import factories
from tests.billing.remitted import charges_of, one_line, remittance_of, sent_claim
from tests.billing.test_remittance_posting import brought_in, postings, state_of

pytestmark = pytest.mark.django_db
LIST = "billing:remittances"


@pytest.fixture
def claim(bo):
    return sent_claim(by=bo)


def hand_in(client, raw: bytes, **kwargs):
    upload = SimpleUploadedFile("remit.835", raw, content_type="application/octet-stream")
    return client.post(reverse(LIST), {"file": upload}, **kwargs)


def at(name, *args):
    return reverse(f"billing:{name}", args=args)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# A file


def test_a_file_is_looked_at_before_anything_is_posted(bo_client, claim):
    response = hand_in(bo_client, remittance_of(one_line(claim, paid="65"), total="65"))

    file = RemittanceFile.objects.get()
    assertRedirects(response, at("remittance-file", file.pk))
    page = text_of(bo_client.get(at("remittance-file", file.pk)))
    assert "Nothing is posted yet." in page
    assert "Posts by itself" in page
    assert (Remittance.objects.count(), postings(claim)) == (0, [])


def test_posting_a_file_leads_to_its_remittance(bo_client, claim):
    hand_in(bo_client, remittance_of(one_line(claim, paid="65"), total="65"))
    file = RemittanceFile.objects.get()

    response = bo_client.post(at("post-remittance", file.pk))

    assertRedirects(response, at("remittance", Remittance.objects.get().pk))
    assert state_of(claim) == "paid"


def test_the_same_file_again_leads_to_what_came_of_it(bo_client, claim):
    raw = remittance_of(one_line(claim, paid="65"), total="65")
    hand_in(bo_client, raw)
    file = RemittanceFile.objects.get()
    bo_client.post(at("post-remittance", file.pk))

    response = hand_in(bo_client, raw, follow=True)

    assert response.redirect_chain == [(at("remittance-file", file.pk), 302)]
    assert "nothing was posted again" in text_of(response)
    assert Remittance.objects.count() == 1


def test_a_file_posted_twice_by_two_clicks_says_so(bo_client, claim):
    hand_in(bo_client, remittance_of(one_line(claim, paid="65"), total="65"))
    file = RemittanceFile.objects.get()
    bo_client.post(at("post-remittance", file.pk))

    response = bo_client.post(at("post-remittance", file.pk))

    assert response.status_code == 409
    assert "nothing was posted again" in text_of(response)


def test_a_broken_file_is_refused_with_its_segment_and_kept_nowhere(bo_client, claim):
    raw = remittance_of(one_line(claim, paid="65"), total="60")

    response = hand_in(bo_client, raw)

    assert response.status_code == 422
    assert "Segment 4 (BPR): it pays 60.00" in text_of(response)
    assert RemittanceFile.objects.count() == 0


def test_a_file_of_fifty_megabytes_is_refused(bo_client):
    response = hand_in(bo_client, b"ISA" + b"*" * 50_000_000)

    assert response.status_code == 422
    assert "This file is larger than 10 MB." in text_of(response)


def test_a_file_that_was_not_posted_can_be_removed(bo_client, claim):
    hand_in(bo_client, remittance_of(one_line(claim, paid="65"), total="65"))
    file = RemittanceFile.objects.get()

    response = bo_client.post(at("discard-remittance", file.pk))

    assertRedirects(response, reverse(LIST))
    assert RemittanceFile.objects.count() == 0
    assert AuditEntry.objects.filter(verb="discarded 835").count() == 1


def test_the_file_comes_back_as_it_came(bo_client, bo, claim):
    raw = remittance_of(one_line(claim, paid="65"), total="65")
    brought_in(raw, by=bo)

    response = bo_client.get(at("download-remittance", RemittanceFile.objects.get().pk))

    assert response.content == raw
    assert response["Content-Disposition"].startswith("attachment;")


def test_a_preview_of_what_is_on_record_offers_no_posting(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, paid="65"), total="65"), by=bo)
    hand_in(bo_client, remittance_of(one_line(claim, paid="65"), total="65") + b"\n")
    file = RemittanceFile.objects.get(posted_at=None)

    page = text_of(bo_client.get(at("remittance-file", file.pk)))

    assert "All of it is on record already." in page
    assert at("post-remittance", file.pk) not in page


# Lists


def test_the_list_asks_as_often_for_three_as_for_one(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="PR Z9 65"), trace="T1"), by=bo)
    bo_client.get(reverse(LIST))  # the session is renewed once a minute
    with CaptureQueriesContext(connection) as one:
        bo_client.get(reverse(LIST))
    for trace in ("T2", "T3"):
        answer = one_line(sent_claim(by=bo), why="PR Z9 65", number=None)
        brought_in(remittance_of(answer, trace=trace), by=bo)

    with CaptureQueriesContext(connection) as three:
        page = text_of(bo_client.get(reverse(LIST)))

    assert len(three) == len(one)
    assert page.count("1 to look at") == 3


def test_a_preview_asks_as_often_for_three_claims_as_for_one(bo_client, bo):
    payer = factories.make_payer(kind=CoverageKind.MEDICARE)

    def queries(count, trace):
        claims = [sent_claim(by=bo, payer=payer) for _ in range(count)]
        answers = [one_line(each, paid="65") for each in claims]
        hand_in(bo_client, remittance_of(*answers, total=str(65 * count), trace=trace))
        file = RemittanceFile.objects.order_by("pk").last()
        bo_client.get(reverse(LIST))  # the session is renewed once a minute
        with CaptureQueriesContext(connection) as asked:
            bo_client.get(at("remittance-file", file.pk))
        return len(asked)

    assert queries(1, "T1") == queries(3, "T3")


def test_a_remittance_asks_as_often_for_three_answers_as_for_one(bo_client, bo):
    def queries(count, trace):
        answers = [one_line(sent_claim(by=bo), why="PR Z9 65") for _ in range(count)]
        (remittance,) = brought_in(remittance_of(*answers, trace=trace), by=bo)
        bo_client.get(reverse(LIST))  # the session is renewed once a minute
        with CaptureQueriesContext(connection) as asked:
            bo_client.get(at("remittance", remittance.pk))
        return len(asked)

    assert queries(1, "T1") == queries(3, "T3")


@pytest.mark.parametrize("key", ["open-amounts"])
def test_the_worklist_asks_as_often_for_three_as_for_one(key, bo_client, bo):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page = bo_client.get(reverse("emr:worklist", args=[key]))
        return len(asked), text_of(page).count("Look at it")

    def one_more(trace):
        answer = one_line(sent_claim(by=bo), why="PR Z9 65")
        brought_in(remittance_of(answer, trace=trace), by=bo)

    one_more("T1")
    queries()  # the session is renewed once a minute
    one = queries()
    one_more("T2")
    one_more("T3")

    assert queries() == (one[0], 3)


def test_the_worklist_ends_with_the_decision(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="PR Z9 65")), by=bo)
    adjustment = Adjustment.objects.get()

    response = bo_client.post(
        at("decide-amount", adjustment.pk), {"decision": "collect", "reason": "Asked the payer"}
    )

    assertRedirects(response, at("answers", claim.pk))
    page = text_of(bo_client.get(reverse("emr:worklist", args=["open-amounts"])))
    assert "Nothing waits on this list." in page


def test_a_denied_claim_waits_until_its_last_amount_is_decided(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="PR Z9 65")), by=bo)
    denied = reverse("emr:worklist", args=["claim-denied"])
    before = text_of(bo_client.get(denied))

    bo_client.post(
        at("decide-amount", Adjustment.objects.get().pk), {"decision": "collect", "reason": "Asked"}
    )

    assert "Marlow, Odette" in before
    assert "Nothing waits on this list." in text_of(bo_client.get(denied))


def test_an_appealed_claim_leaves_the_worklist(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="CO 50 65")), by=bo)

    bo_client.post(at("appeal-claim", claim.pk), {"reason": "GA was on the claim"})

    page = text_of(bo_client.get(reverse("emr:worklist", args=["open-amounts"])))
    assert "Nothing waits on this list." in page


# Answers and amounts


def test_the_answers_of_a_claim_say_why_and_from_where(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="PR 50 65", remarks="N386 Q1")), by=bo)

    page = text_of(bo_client.get(at("answers", claim.pk)))

    assert "PR-50" in page
    assert "No ABN is on file, so a denial for necessity stays with the practice." in page
    assert "/rules/denials/#medicare" in page
    assert "Code not known here" in page
    assert AuditEntry.objects.filter(verb="viewed", details__part="answers").count() == 1


def test_an_amount_shows_what_the_patient_signed(bo_client, bo):
    claim = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    brought_in(remittance_of(one_line(claim, why="PR 204 65")), by=bo)

    page = text_of(bo_client.get(at("amount", Adjustment.objects.get().pk)))

    assert "Agreement to pay</dt><dd>None" in page
    assert "Contract allows it</dt><dd>Not recorded" in page
    assert "Look for the notice that was signed before the service" in page


def test_a_decision_without_a_reason_is_not_taken(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="PR Z9 65")), by=bo)

    response = bo_client.post(
        at("decide-amount", Adjustment.objects.get().pk), {"decision": "collect", "reason": ""}
    )

    assert response.status_code == 422
    assert CollectionDecision.objects.count() == 0


def test_a_decision_that_somebody_else_took_is_a_conflict(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="PR Z9 65")), by=bo)
    where, decision = at("decide-amount", Adjustment.objects.get().pk), {"decision": "collect"}
    bo_client.post(where, decision | {"reason": "Asked the payer"})

    response = bo_client.post(where, decision | {"reason": "Again"})

    assert response.status_code == 409
    assert "Somebody was faster" in text_of(response)


def test_what_is_not_the_patients_is_written_off_by_a_person(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, why="CO 50 65")), by=bo)

    bo_client.post(at("write-off-amount", Adjustment.objects.get().pk), {"reason": "Too small"})

    assert postings(claim) == [("payer", "write-off", "-65.00")]
    assert Posting.objects.get(kind="write-off").memo == "Too small"


def test_a_claim_is_found_by_the_patients_name_and_matched(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, paid="65", number="OLD-7"), total="65"), by=bo)
    remitted = RemittanceClaim.objects.get()

    page = text_of(bo_client.get(at("answer", remitted.pk)))
    found = bo_client.post(at("answer", remitted.pk), {"typed": "marl"})
    matched = bo_client.post(at("match-answer", remitted.pk), {"claim": str(claim.pk)})

    assert page.count("<form") == page.count("</form>") == 3  # of the bar, to find, to leave
    assert claim.control_number in text_of(found)
    assertRedirects(matched, at("answers", claim.pk))
    assert state_of(claim) == "paid"


def test_an_answer_is_left_with_its_reason(bo_client, bo, claim):
    brought_in(remittance_of(one_line(claim, paid="65", number="OLD-7"), total="65"), by=bo)
    remitted = RemittanceClaim.objects.get()

    response = bo_client.post(at("leave-answer", remitted.pk), {"reason": "Of the old system"})

    assertRedirects(response, at("unmatched"))
    assert "Every answer is matched or left." in text_of(bo_client.get(at("unmatched")))
    assert "Of the old system" in text_of(bo_client.get(at("answer", remitted.pk)))


# By hand


def entry(claim, **changes) -> dict:
    (charge,) = charges_of(claim)
    said = {
        "trace_number": "CHK-100",
        "method": "CHK",
        "paid_on": factories.today().isoformat(),
        "amount": "40.00",
        f"status-{claim.pk}": "1",
        f"rows-{charge.pk}": "2",
        f"paid-{charge.pk}": "40.00",
        f"group-{charge.pk}-0": "CO",
        f"reason-{charge.pk}-0": "45",
        f"less-{charge.pk}-0": "15.00",
        f"group-{charge.pk}-1": "PR",
        f"reason-{charge.pk}-1": "2",
        f"less-{charge.pk}-1": "10.00",
        f"remarks-{charge.pk}": "ma01, n130",
    }
    return said | {name.replace("CHARGE", str(charge.pk)): value for name, value in changes.items()}


def where_to_enter(claim, name="enter-remittance") -> str:
    return f"{at(name)}?payer={claim.coverage.payer_id}&claim={claim.pk}"


def test_a_paper_remittance_is_posted_like_a_file(bo_client, claim):
    response = bo_client.post(where_to_enter(claim), entry(claim))

    remittance = Remittance.objects.get()
    assertRedirects(response, at("remittance", remittance.pk))
    assert (remittance.source, remittance.payer) == ("hand", claim.coverage.payer)
    assert postings(claim) == [
        ("payer", "insurance payment", "-40.00"),
        ("payer", "contractual", "-15.00"),
        ("payer", "transfer", "-10.00"),
        ("patient", "transfer", "10.00"),
    ]
    assert [each.code for each in RemittanceClaim.objects.get().remarks.all()] == ["MA01", "N130"]


def test_the_same_check_twice_is_a_conflict(bo_client, claim):
    bo_client.post(where_to_enter(claim), entry(claim))

    response = bo_client.post(where_to_enter(claim), entry(claim))

    assert response.status_code == 409
    assert Remittance.objects.count() == 1


def test_a_file_of_the_check_that_was_typed_in_changes_nothing(bo_client, bo, claim):
    bo_client.post(where_to_enter(claim), entry(claim))
    raw = remittance_of(
        one_line(claim, paid="40", why="CO 45 15, PR 2 10"), total="40", trace="CHK-100"
    )

    hand_in(bo_client, raw)

    file = RemittanceFile.objects.get()
    assert "All of it is on record already." in text_of(
        bo_client.get(at("remittance-file", file.pk))
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"less-CHARGE-1": "9.00"}, "Charged $65.00: $1.00 is not explained."),
        ({"less-CHARGE-1": "11.00"}, "Charged $65.00: $1.00 too much is explained."),
        ({"amount": "41.00"}, "Its claims come to $40.00."),
        ({"reason-CHARGE-1": ""}, "Give group, reason and amount together."),
        ({"reason-CHARGE-1": "2;3"}, "A code has at most five letters and digits."),
        ({"remarks-CHARGE": "<b>"}, "Give codes with a blank between them."),
        ({"held_back": "5"}, "Say why."),
        ({"trace_number": ""}, "This field is required."),
        ({"paid_on": "2999-01-01"}, "This day is still to come."),
        ({"amount": "forty"}, "Enter a number."),
        (
            {"group-CHARGE-0": "XX"},
            "Select a valid choice. XX is not one of the available choices.",
        ),
    ],
)
def test_what_does_not_add_up_is_not_posted(changes, sentence, bo_client, claim):
    response = bo_client.post(where_to_enter(claim), entry(claim, **changes))

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert Remittance.objects.count() == 0


def test_the_balance_is_told_while_it_is_typed(bo_client, claim):
    response = bo_client.post(
        where_to_enter(claim, "check-remittance"), entry(claim, **{"less-CHARGE-1": "4"})
    )

    assert "$6.00 is not explained yet" in text_of(response)


def test_one_more_amount_keeps_what_was_typed(bo_client, claim):
    (charge,) = charges_of(claim)

    response = bo_client.post(where_to_enter(claim), entry(claim, more=str(charge.pk)))

    page = text_of(response)
    assert response.status_code == 200
    assert f'name="less-{charge.pk}-2"' in page
    assert 'value="CHK-100"' in page


def test_only_claims_of_the_payer_that_were_sent_are_offered(bo_client, bo, claim):
    held = sent_claim(by=bo, coverage=claim.coverage, patient=claim.coverage.patient, state="held")

    page = text_of(bo_client.get(f"{at('enter-remittance')}?payer={claim.coverage.payer_id}"))

    assert claim.control_number in page
    assert held.control_number not in page
    assert Claim.objects.count() == 2
