"""Whose money a remittance is: a check that comes twice, a payer that answers for another, huge files."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.actions.remittances import (
    ON_RECORD,
    SameNumberError,
    enter_remittance,
    import_remittance,
    upload_file,
)
from billing.models import Party, ProviderAdjustment, RemittanceClaim
from billing.remittances.reading import read_remittances
from billing.remittances.segments import MOST_CLAIMS, MOST_SEGMENTS, Malformed
from billing.remittances.values import AdjustmentSaid, ClaimSaid, LineSaid, RemittanceSaid
from billing.review.ledger import balance_of_claim
from billing.review.line_numbers import line_number
from emr import protection
from emr.actions import Refused
from emr.models import AuditEntry, CoverageKind, Practice
from tests import factories
from tests.billing.remitted import charges_of, one_line, remittance_of, sent_claim
from tests.billing.test_remittance_posting import balances, brought_in, postings, state_of

pytestmark = pytest.mark.django_db
OTHER_ID = "1222222222"


@pytest.fixture
def claim(bo):
    return sent_claim(by=bo)


def typed_in(claim, *, trace: str, by, confirmed=False):
    """52 dollars paid, 13 coinsurance, of a check that came on paper."""
    (charge,) = charges_of(claim)
    payer = claim.coverage.payer
    line = LineSaid(
        code=charge.code,
        charge=charge.amount,
        paid=Decimal("52.00"),
        line_control_number=line_number(charge),
        adjustments=(AdjustmentSaid(group="PR", reason="2", amount=Decimal("13.00")),),
    )
    said = RemittanceSaid(
        payer_name=payer.name,
        payer_identifier=f"payer {payer.pk}",
        trace_number=trace,
        method="CHK",
        paid_on=factories.today(),
        amount=line.paid,
        claims=(
            ClaimSaid(
                control_number=claim.control_number,
                status="1",
                charge=line.charge,
                paid=line.paid,
                lines=(line,),
            ),
        ),
    )
    practice = Practice.objects.get()
    return enter_remittance(said=said, payer=payer, practice=practice, by=by, confirmed=confirmed)


# One check, twice


def test_a_check_that_was_typed_in_is_on_record_though_its_file_answers_another_payer_too(
    claim, bo
):
    typed_in(claim, trace="CHK77", by=bo)
    another = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    answers = one_line(claim, paid="52", why="PR 2 13"), one_line(another, paid="65")

    with pytest.raises(Refused) as refused:
        brought_in(remittance_of(*answers, total="117", trace="CHK77"), by=bo)

    assert str(refused.value) == ON_RECORD
    assert balances(claim) == (Decimal("0.00"), Decimal("13.00"))


@pytest.mark.parametrize("trace", ["CHK77", "chk77", "00CHK77"])
def test_the_number_of_another_payers_check_asks_a_person(trace, claim, bo):
    typed_in(claim, trace="CHK77", by=bo)
    another = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    raw = remittance_of(one_line(another, paid="65"), total="65", trace=trace)
    file, practice = upload_file(raw=raw, by=bo), Practice.objects.get()

    with pytest.raises(SameNumberError) as refused:
        import_remittance(file=file, practice=practice, by=bo)

    assert str(refused.value).startswith("A remittance CHK77 of ")
    assert postings(another) == []

    import_remittance(file=file, practice=practice, by=bo, confirmed=True)

    assert postings(another) == [("payer", "insurance payment", "-65.00")]
    assert AuditEntry.objects.get(verb="posted 835").details["same_numbers"] != []


def test_the_page_of_a_file_shows_the_check_of_the_same_number_and_asks(bo_client, claim, bo):
    earlier = typed_in(claim, trace="CHK77", by=bo)
    another = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    raw = remittance_of(one_line(another, paid="65"), total="65", trace="CHK77")
    file = upload_file(raw=raw, by=bo)
    post = reverse("billing:post-remittance", args=[file.pk])

    page = bo_client.get(reverse("billing:remittance-file", args=[file.pk])).content.decode()
    unconfirmed = bo_client.post(post)
    confirmed = bo_client.post(post, {"confirmed": "1"})

    assert reverse("billing:remittance", args=[earlier.pk]) in page
    assert 'name="confirmed"' in page
    assert (unconfirmed.status_code, confirmed.status_code) == (409, 302)


def test_a_check_on_paper_with_the_number_of_another_payers_asks_too(claim, bo):
    another = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    brought_in(remittance_of(one_line(another, paid="65"), total="65", trace="CHK77"), by=bo)

    with pytest.raises(SameNumberError):
        typed_in(claim, trace="CHK77", by=bo)
    typed_in(claim, trace="CHK77", by=bo, confirmed=True)

    assert balances(claim) == (Decimal("0.00"), Decimal("13.00"))


# Who answers


def test_a_payer_that_is_known_answers_for_no_other(claim, bo):
    brought_in(remittance_of(one_line(claim, paid="65"), total="65", trace="A1"), by=bo)
    another = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)

    brought_in(remittance_of(one_line(another, paid="65"), total="65", trace="A2"), by=bo)

    assert (postings(another), state_of(another)) == ([], "sent")
    assert not hasattr(RemittanceClaim.objects.get(remittance__trace_number="A2"), "match")


def test_an_answer_of_another_payer_says_so_where_a_person_matches_it(bo_client, claim, bo):
    brought_in(remittance_of(one_line(claim, paid="65"), total="65", trace="A1"), by=bo)
    another = sent_claim(by=bo, kind=CoverageKind.COMMERCIAL)
    brought_in(remittance_of(one_line(another, paid="65"), total="65", trace="A2"), by=bo)
    answer = RemittanceClaim.objects.get(remittance__trace_number="A2")

    page = bo_client.get(reverse("billing:answer", args=[answer.pk])).content.decode()

    to, by = another.coverage.payer.name, claim.coverage.payer.name
    assert f"Our claim of this number went to {to}; {by} answers it." in page


def test_a_plan_with_the_same_address_is_the_same_payer(bo):
    first, second = (factories.make_payer(electronic_id="60054") for _ in range(2))
    brought_in(
        remittance_of(one_line(sent_claim(by=bo, payer=first), paid="65"), total="65", trace="A1"),
        by=bo,
    )
    claim = sent_claim(by=bo, payer=second)

    brought_in(remittance_of(one_line(claim, paid="65"), total="65", trace="A2"), by=bo)

    assert state_of(claim) == "paid"


def test_an_identifier_that_is_new_answers_for_whom_it_names(claim, bo):
    answer = one_line(claim, paid="65")

    brought_in(remittance_of(answer, total="65", payer=OTHER_ID), by=bo)

    assert state_of(claim) == "paid"


# Huge files


def huge(count: int, *segments: str) -> bytes:
    body = [segment for _ in range(count) for segment in segments]
    return remittance_of(body, total="0")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            huge(MOST_SEGMENTS, "NTE*X"),
            "This file has more than 200000 segments. Ask for it in parts.",
        ),
        (
            huge(MOST_CLAIMS + 1, "CLP*X*1*0*0"),
            "This file answers more than 20000 claims. Ask for it in parts.",
        ),
    ],
    ids=["segments", "claims"],
)
def test_a_file_that_would_keep_everybody_waiting_is_refused(raw, sentence):
    with pytest.raises(Malformed) as refused:
        read_remittances(raw)

    assert str(refused.value) == sentence


def test_a_file_is_read_before_anybody_waits_for_the_database(claim, bo, monkeypatch):
    in_transaction = []

    def reading(raw):
        in_transaction.append(len(connection.savepoint_ids))
        return read_remittances(raw)

    monkeypatch.setattr("billing.actions.remittances.read_remittances", reading)
    outside = len(connection.savepoint_ids)

    upload_file(raw=remittance_of(one_line(claim, paid="65"), total="65"), by=bo)

    assert in_transaction == [outside]


def test_claims_are_locked_before_they_are_judged(claim, bo):
    raw = remittance_of(one_line(claim, paid="65"), total="65")
    file = upload_file(raw=raw, by=bo)

    with CaptureQueriesContext(connection) as asked:
        import_remittance(file=file, practice=Practice.objects.get(), by=bo)

    queries = [query["sql"] for query in asked]
    locks = [sql.startswith('SELECT "billing_claim"."id" AS') and " IN (" in sql for sql in queries]
    judges = ["consent_notice" in sql for sql in queries]
    assert locks.index(True) < judges.index(True)
    if connection.vendor == "postgresql":
        assert "FOR UPDATE" in queries[locks.index(True)]


# What is posted stays


def test_nothing_is_put_into_an_answer_that_is_posted(claim, bo):
    (remittance,) = brought_in(
        remittance_of(one_line(claim, paid="40", why="PR 2 25"), total="40"), by=bo
    )
    answer = remittance.claims.get()
    put_in = [
        lambda: factories.make_remitted_line(remitted=answer, position=2),
        lambda: factories.make_adjustment(remitted=answer),
        lambda: factories.make_remark(remitted=answer),
        lambda: factories.make_remitted_claim(remittance=remittance, position=2),
        lambda: ProviderAdjustment.objects.create(remittance=remittance, reason="WO", amount=5),
    ]

    for put in put_in:
        with (
            pytest.raises(IntegrityError, match=protection.REFUSAL),
            transaction.atomic(),
        ):
            put()

    assert balance_of_claim(claim, Party.PAYER) == Decimal("0.00")


# Who reads


def test_downloading_a_file_is_written_down_for_each_patient_in_it(bo_client, claim, bo):
    stray = one_line(sent_claim(by=bo), paid="65", number="NOBODY")
    (remittance,) = brought_in(remittance_of(one_line(claim, paid="65"), stray, total="130"), by=bo)

    bo_client.get(reverse("billing:download-remittance", args=[remittance.file_id]))

    table = AuditEntry.objects.get(verb="downloaded 835")
    viewed = AuditEntry.objects.filter(
        verb="viewed", patient_id=claim.coverage.patient_id, details__part="remittance"
    )
    assert table.details == {"rows": 2}
    assert viewed.count() == 1
