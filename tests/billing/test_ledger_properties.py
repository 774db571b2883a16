"""Whatever happens to claims and money, every balance is the sum of its rows and nothing drifts."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.actions.decisions import (
    count_instead,
    decide,
    settle_adjustment,
    write_off_adjustment,
)
from billing.actions.money import give_refund
from billing.actions.remittances import import_remittance, upload_file
from billing.models import (
    Adjustment,
    CollectionDecision,
    Party,
    Payment,
    Posting,
    RemittanceClaim,
)
from billing.review.ledger import balance_of_claim
from billing.review.open_amounts import open_adjustments
from emr.actions import Refused
from emr.models import Practice, Role
from tests import factories
from tests.billing.balances import balance_of
from tests.billing.remitted import charges_of, one_line, prepaid, remittance_of, sent_claim

pytestmark = pytest.mark.django_db
CENTS = st.integers(min_value=0, max_value=6500)
GROUPS = st.sampled_from(["PR", "CO", "OA", "PI"])
REASONS = st.sampled_from(["1", "2", "45", "50", "55", "96", "97", "18", "197", "Z99"])
ANSWER = st.tuples(st.just("answer"), CENTS, GROUPS, REASONS)
EVENT = st.one_of(
    ANSWER,
    ANSWER,
    st.tuples(st.just("take back")),
    st.tuples(st.just("decide"), st.sampled_from(["collect", "do_not_collect"])),
    st.tuples(st.just("count instead")),
    st.tuples(st.just("write off")),
    st.tuples(st.just("pay"), st.integers(min_value=1, max_value=9000)),
    st.tuples(st.just("refund"), st.integers(min_value=1, max_value=9000)),
)
CHARGED = Decimal("65.00")


def dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


class History:
    """One claim of 65 dollars, and what came of it."""

    def __init__(self):
        self.practice = factories.make_practice(necessity_denials="collect")
        self.bo = factories.make_user(Role.BILLER)
        self.claim = sent_claim(by=self.bo)
        self.answers: list[tuple[Decimal, str, str]] = []  # those that stand
        self.files = 0
        self.paid = self.refunded = Decimal(0)

    def bring_in(self, answer: list[str], total: Decimal) -> None:
        self.files += 1
        raw = remittance_of(answer, total=f"{total:f}", trace=f"T{self.files}")
        file = upload_file(raw=raw, by=self.bo)
        import_remittance(file=file, practice=self.practice, by=self.bo)
        with pytest.raises(Refused):  # a second time it changes nothing
            import_remittance(file=file, practice=self.practice, by=self.bo)

    def answer(self, cents: int, group: str, reason: str) -> None:
        paid = dollars(cents)
        rest = CHARGED - paid
        why = f"{group} {reason} {rest:f}" if rest else ""
        self.bring_in(one_line(self.claim, paid=f"{paid:f}", why=why), paid)
        self.answers.append((paid, group, reason))

    def take_back(self) -> None:
        if not self.answers:
            return
        paid, group, reason = self.answers.pop()
        rest = CHARGED - paid
        why = f"{group} {reason} {-rest:f}" if rest else ""
        back = one_line(self.claim, paid=f"{-paid:f}", why=why, status="22", sign=-1)
        self.bring_in(back, -paid)

    def decide(self, decision: str) -> None:
        adjustment = open_adjustments().filter(decision=None).first()
        if adjustment is None or adjustment.amount <= 0:
            return
        try:
            decide(
                adjustment=adjustment,
                decision=CollectionDecision.Decision(decision),
                reason="Looked at",
                practice=self.practice,
                by=self.bo,
            )
        except Refused:  # against the rule, or more than the payer owes
            self.settle(adjustment)

    def settle(self, adjustment: Adjustment) -> None:
        before = Posting.objects.count()
        with suppress(Refused):
            settle_adjustment(adjustment=adjustment, reason="Settled before", by=self.bo)
        assert Posting.objects.count() == before

    def count_instead(self) -> None:
        answer = RemittanceClaim.objects.order_by("-match__pk").first()
        if answer:
            with suppress(Refused):
                count_instead(
                    remitted=answer, reason="Looked again", practice=self.practice, by=self.bo
                )

    def write_off(self) -> None:
        adjustment = open_adjustments().exclude(decision=None).first()
        if adjustment and adjustment.amount <= balance_of_claim(self.claim, Party.PAYER):
            write_off_adjustment(
                adjustment=adjustment, reason="Too small", practice=self.practice, by=self.bo
            )

    def pay(self, cents: int) -> None:
        prepaid(self.claim, str(dollars(cents)), by=self.bo)
        self.paid += dollars(cents)

    def refund(self, cents: int) -> None:
        payment = Payment.objects.order_by("-pk").first()
        if payment is None:
            return
        before = Posting.objects.count()
        try:
            give_refund(
                payment=payment,
                amount=dollars(cents),
                method=Payment.Method.CASH,
                reason="Paid too much",
                by=self.bo,
            )
        except Refused:
            assert Posting.objects.count() == before
        else:
            self.refunded += dollars(cents)


def summed(**which) -> Decimal:
    """Row by row in Python, where nothing is rounded."""
    rows = Posting.objects.filter(**which).values_list("amount", flat=True)
    return sum(rows, Decimal(0))


class TestLedger(TestCase):
    @settings(max_examples=12, suppress_health_check=list(HealthCheck), database=None)
    @given(events=st.lists(EVENT, max_size=8))
    def test_every_balance_is_the_sum_of_its_rows_whatever_happens(self, events):
        history = History()
        patient = history.claim.coverage.patient
        for kind, *facts in events:
            getattr(history, kind.replace(" ", "_"))(*facts)

        of_payer, of_patient = balance_of(patient, Party.PAYER), balance_of(patient, Party.PATIENT)
        assert of_payer == summed(patient=patient, party="payer")
        assert of_patient == summed(patient=patient, party="patient")
        assert of_payer + of_patient == summed(patient=patient)
        # What was charged is paid by somebody, given up, or still owed by somebody.
        kinds = dict.fromkeys(Posting.Kind.values, Decimal(0))
        for posting in Posting.objects.select_related("reverses"):
            kinds[(posting.reverses or posting).kind] += posting.amount
        assert kinds["transfer"] == 0
        assert kinds["charge"] == CHARGED
        assert kinds["payment"] == -history.paid
        assert kinds["refund"] == history.refunded
        assert kinds["insurance payment"] == -sum(
            (paid for paid, *_ in history.answers), Decimal(0)
        )
        assert of_payer + of_patient == sum(kinds.values())
        # However often it is answered, the patient is asked for no more than was charged.
        assert of_patient <= CHARGED - history.paid + history.refunded

    @settings(max_examples=8, suppress_health_check=list(HealthCheck), database=None)
    @given(answer=ANSWER, decision=st.sampled_from(["collect", "do_not_collect"]))
    def test_a_claim_that_is_paid_and_decided_leaves_the_payer_owing_nothing(
        self, answer, decision
    ):
        history = History()
        history.answer(*answer[1:])

        while open_adjustments().filter(decision=None).exists():
            history.decide(decision)
        while open_adjustments().exists():
            history.write_off()

        informs = Adjustment.objects.filter(reason="18", group="OA").values_list(
            "amount", flat=True
        )
        assert balance_of_claim(history.claim, Party.PAYER) == sum(informs, Decimal(0))
        assert Practice.objects.count() == 1
        assert len(charges_of(history.claim)) == 1
