"""A claim line as a payer answered it, and what may be asked of the patient then: the words of the rule.

The rule is emr/rules/collectability.py; sources and our choices: docs/rules/denials.md
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from emr.rules.remittance_codes import RemittanceCode

PAGE = "docs/rules/denials.md"

Decision = Literal["collect", "do_not_collect", "look"]
AbnOnFile = Literal["none", "valid", "not_valid", "voluntary"]
NecessityPolicy = Literal["look", "collect", "never"]

NEXT_STEPS = {
    "bill_patient": "Bill the patient",
    "write_off": "Write it off",
    "appeal": "Appeal, or write it off",
    "correct_and_resubmit": "Correct the claim and send it again",
    "dispute": "Dispute it with the payer",
    "authorize_afterwards": "Ask for an authorization afterwards",
    "bill_right_payer": "Find the payer of that day and bill it",
    "bill_next_payer": "Bill the payer that follows",
    "bill_medicaid": "Bill Medicaid, never the patient",
    "set_policy": "Set the practice's policy for denials for necessity",
    "find_notice": "Look for the notice that was signed before the service",
    "read_contract": "Read the contract with the payer",
    "reconcile": "Set it against the earlier remittance and what was collected",
    "look_up": "Look the code up and decide",
    "nothing": "Nothing to do",
}


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """An amount that the payer did not pay, and why."""

    group: str  # CO, PR, OA, PI, CR
    reason: str  # CARC
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """What the patient was told and signed before the service."""

    abn: AbnOnFile = "none"
    option: int | None = None  # of the ABN; None where it was refused before a witness
    agreement: bool = False  # to pay for this service, signed by the date of service
    determination_denied: bool = False  # by the Medicare Advantage plan


@dataclass(frozen=True, kw_only=True)
class AnsweredLine:
    """A claim line as a payer answered it."""

    payer_kind: str = ""  # a kind of coverage, as in facts.Coverage
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()  # RARC
    on_file: OnFile = OnFile()
    excluded_by_law: bool = False  # such as a chiropractor's needling with Original Medicare
    qmb: bool = False
    waiver_allowed: bool | None = None  # by the contract; None where nobody has read it
    another_payer_follows: bool = False
    necessity_denials: NecessityPolicy = "look"  # the practice's policy, Medicare with a valid ABN


@dataclass(frozen=True, kw_only=True)
class Collectability:
    decision: Decision  # "look" is for a person to decide
    amount: Decimal
    why: str
    next_step: str  # a key of NEXT_STEPS
    source: str
    unknown: tuple[str, ...] = ()  # codes that we do not know, such as "CARC 999"


@dataclass(frozen=True, kw_only=True)
class LineCollectability:
    """The answer for each adjustment, in their order, and for the line.

    The line is for a person as soon as one adjustment is; its amount is what its decision is about.
    """

    whole: Collectability
    adjustments: tuple[Collectability, ...]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One adjustment with all that decides about it."""

    line: AnsweredLine
    group: str
    reason: RemittanceCode | None
    amount: Decimal
    remarked: frozenset[str]  # what the remarks speak of

    @property
    def about(self) -> str:
        return self.reason.about if self.reason else ""

    @property
    def has_valid_abn(self) -> bool:
        return self.line.on_file.abn == "valid"

    @property
    def is_necessity(self) -> bool:
        """A judgement of necessity: by its reason, or not covered by a coverage decision."""
        return self.about == "necessity" or (
            self.about == "exclusion" and "coverage_decision" in self.remarked
        )


def collect(why: str, *, anchor: str) -> Collectability:
    return _answer("collect", why, "bill_patient", anchor)


def never(why: str, next_step: str, *, anchor: str = "order-of-the-decision") -> Collectability:
    return _answer("do_not_collect", why, next_step, anchor)


def look(why: str, next_step: str, *, anchor: str) -> Collectability:
    return _answer("look", why, next_step, anchor)


def _answer(decision: Decision, why: str, next_step: str, anchor: str) -> Collectability:
    return Collectability(
        decision=decision,
        amount=Decimal(0),
        why=why,
        next_step=next_step,
        source=f"{PAGE}#{anchor}",
    )
