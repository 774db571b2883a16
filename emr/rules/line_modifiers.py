"""The modifiers of a suggested line, in their order on the claim, each with its reason.

Sources and our choices: docs/rules/modifiers.md
"""

from collections.abc import Collection
from dataclasses import dataclass

from emr.rules.code_labels import family_of
from emr.rules.code_pairs import (
    NEEDLING_WITH_INJECTION,
    NEEDLING_WITH_VISIT_CODE,
    VISIT_CODE,
    WITH_A_MODIFIER,
    Pair,
)
from emr.rules.facts import Visit
from emr.rules.needling import NEEDLING_CODES
from emr.rules.payment import Payment

MANUAL_THERAPY = "97140"

SEPARATE_EVALUATION = "25"
CONTINUED_BENEFIT = "KX"

# What a plan of care covers; visit codes, adjustments, injections and acupuncture are no therapy.
THERAPY = ("timed_therapy", "untimed_therapy", "evaluation", "dry_needling")


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a line says what it says, in words for an auditor."""

    about: str  # the code, "units", or a modifier
    why: str
    source: str


def modifiers_for(
    code: str, visit: Visit, payment: Payment, *, codes: Collection[str], pairs: Collection[Pair]
) -> tuple[Reason, ...]:
    """The modifiers of one line; `codes` and `pairs` are those of all lines of the visit."""
    reasons = []
    if family_of(code) == VISIT_CODE and _stands_in(code, NEEDLING_WITH_VISIT_CODE, pairs):
        reasons.append(_for_separate_evaluation())
    if code in NEEDLING_CODES:
        reasons += _for_liability(payment)
        reasons += _for_distinct_needling(code, visit, codes=codes, pairs=pairs)
    if visit.coverage and visit.coverage.therapy_plan_modifier and family_of(code) in THERAPY:
        reasons.append(_for_plan(visit.coverage.therapy_plan_modifier))
    if code in NEEDLING_CODES and payment.kx:
        reasons.append(_for_continued_benefit(visit))
    return tuple(reasons)


def asks_for_distinct_needling(visit: Visit, codes: Collection[str]) -> bool:
    """Whether the payer wants a modifier on needling beside manual therapy, and both are billed."""
    return bool(visit.coverage and visit.coverage.needling_with_97140 and MANUAL_THERAPY in codes)


def distinct_modifier(visit: Visit, codes: Collection[str]) -> str:
    """What says that needling was distinct: as the payer wants it, else as the practice chose."""
    if visit.coverage and asks_for_distinct_needling(visit, codes):
        return visit.coverage.needling_with_97140
    return visit.practice.modifier_for_distinct_muscles


def _stands_in(code: str, families: frozenset[str], pairs: Collection[Pair]) -> bool:
    return any(
        pair.families == families
        and pair.indicator == WITH_A_MODIFIER
        and code in (pair.column_1, pair.column_2)
        for pair in pairs
    )


def _for_separate_evaluation() -> Reason:
    return Reason(
        about=SEPARATE_EVALUATION,
        why="On a day of needling a visit code is paid only for an evaluation that went beyond it.",
        source="docs/rules/code_pairs.md#visit-codes",
    )


def _for_liability(payment: Payment) -> list[Reason]:
    return [
        Reason(about=modifier, why=why, source="docs/rules/modifiers.md#liability")
        for modifier, why in zip(payment.liability, payment.liability_why, strict=True)
    ]


def _for_distinct_needling(
    code: str, visit: Visit, *, codes: Collection[str], pairs: Collection[Pair]
) -> list[Reason]:
    modifier = distinct_modifier(visit, codes)
    if _stands_in(code, NEEDLING_WITH_INJECTION, pairs):
        return [
            Reason(
                about=modifier,
                why="Other muscles were needled than injected, and the needling is the code of the"
                " pair that would be denied.",
                source="docs/rules/code_pairs.md#injection-and-needling",
            )
        ]
    if asks_for_distinct_needling(visit, codes):
        return [
            Reason(
                about=modifier,
                why=f"This payer's policy asks for {modifier} on needling beside {MANUAL_THERAPY}.",
                source="docs/rules/modifiers.md#needling-beside-manual-therapy",
            )
        ]
    return []


def _for_plan(modifier: str) -> Reason:
    discipline = {"GP": "a physical", "GO": "an occupational"}[modifier]
    return Reason(
        about=modifier,
        why=f"The service stands under {discipline} therapist's plan of care.",
        source="docs/rules/modifiers.md#plan-of-care",
    )


def _for_continued_benefit(visit: Visit) -> Reason:
    improving = visit.low_back is not None and visit.low_back.improving
    return Reason(
        about=CONTINUED_BENEFIT,
        why="It is one of the sessions 13 to 20 in 12 months of Medicare's low-back benefit"
        + (", and the patient improves." if improving else "."),
        source="docs/rules/abn.md#low-back-benefit",
    )
