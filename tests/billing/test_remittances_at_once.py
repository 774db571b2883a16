"""Two people with one remittance, amount or answer in the same moment: one is first."""

import pytest

from billing.actions.decisions import decide
from billing.actions.remittances import import_remittance, match_claim, upload_file
from billing.models import Adjustment, CollectionDecision, Posting, Remittance, RemittanceClaim
from emr.actions import Refused
from emr.models import Practice
from tests.billing.remitted import one_line, remittance_of, sent_claim
from tests.billing.test_remittance_posting import brought_in, postings
from tests.notes.outcomes import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def refused(outcomes) -> list[str]:
    return [str(each) for each in outcomes if isinstance(each, Refused)]


def test_one_file_posted_by_two_is_posted_once(bo):
    claim = sent_claim(by=bo)
    file = upload_file(raw=remittance_of(one_line(claim, paid="65"), total="65"), by=bo)
    practice = Practice.objects.get()

    def post():
        return import_remittance(file=file, practice=practice, by=bo)

    outcomes = at_once(post, post)

    assert [each.endswith("nothing was posted again.") for each in refused(outcomes)] == [True]
    assert Remittance.objects.count() == 1
    assert postings(claim) == [("payer", "insurance payment", "-65.00")]


def test_two_files_with_one_trace_number_are_posted_once(bo):
    claim = sent_claim(by=bo)
    raw = remittance_of(one_line(claim, paid="65"), total="65")
    files = [upload_file(raw=raw + end, by=bo) for end in (b"", b"\n")]
    practice = Practice.objects.get()

    def posting(file):
        return lambda: import_remittance(file=file, practice=practice, by=bo)

    outcomes = at_once(*map(posting, files))

    assert refused(outcomes) == ["This remittance is on record already; nothing was posted again."]
    assert Remittance.objects.count() == 1
    assert postings(claim) == [("payer", "insurance payment", "-65.00")]


def test_an_amount_decided_by_two_is_posted_once(bo):
    claim = sent_claim(by=bo)
    brought_in(remittance_of(one_line(claim, why="PR Z99 65")), by=bo)
    adjustment, practice = Adjustment.objects.get(), Practice.objects.get()

    def deciding(decision):
        facts = {"adjustment": adjustment, "reason": "Asked", "practice": practice, "by": bo}
        return lambda: decide(decision=CollectionDecision.Decision(decision), **facts)

    outcomes = at_once(deciding("collect"), deciding("do_not_collect"))

    assert refused(outcomes) == ["Somebody was faster: this amount is decided already."]
    assert CollectionDecision.objects.count() == 1


def test_an_answer_matched_by_two_is_posted_once(bo):
    first, second = sent_claim(by=bo), sent_claim(by=bo)
    brought_in(remittance_of(one_line(first, paid="65", number="OLD"), total="65"), by=bo)
    remitted, practice = RemittanceClaim.objects.get(), Practice.objects.get()

    def matching(claim):
        return lambda: match_claim(remitted=remitted, claim=claim, practice=practice, by=bo)

    outcomes = at_once(matching(first), matching(second))

    assert refused(outcomes) == ["Somebody was faster: this answer is matched already."]
    assert Posting.objects.filter(kind="insurance payment").count() == 1
