"""Two codes on one day: which pairs the payer does not take together, and what to do about them.

Sources, what the table lacks and our choices: docs/rules/code_pairs.md
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property

from emr.rules.charged_lines import codes_of
from emr.rules.code_labels import codes, family_of
from emr.rules.facts import Visit
from emr.rules.tables import day_in, in_force, rows_of

NEVER_TOGETHER = "0"
WITH_A_MODIFIER = "1"
NEVER_IN_FORCE = "9"

NEEDLING = "dry_needling"
INJECTION = "trigger_point_injection"
ACUPUNCTURE = "acupuncture"
VISIT_CODE = "em"

# A service is charted once and billed under one of these; what was charged takes its place.
ALTERNATIVES = (NEEDLING, INJECTION, "evaluation", VISIT_CODE)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two codes that are not simply paid together; the second is the one that is denied."""

    column_1: str
    column_2: str
    indicator: str  # NEVER_TOGETHER or WITH_A_MODIFIER
    valid_from: date | None
    valid_to: date | None  # the last day in force

    @property
    def names(self) -> str:
        return f"{self.column_1} and {self.column_2}"

    @cached_property
    def families(self) -> frozenset[str]:
        return frozenset((family_of(self.column_1), family_of(self.column_2)))


NEEDLING_ALONE = frozenset((NEEDLING,))
NEEDLING_WITH_ACUPUNCTURE = frozenset((NEEDLING, ACUPUNCTURE))
NEEDLING_WITH_INJECTION = frozenset((NEEDLING, INJECTION))
NEEDLING_WITH_VISIT_CODE = frozenset((NEEDLING, VISIT_CODE))


def pairs_between(together: Iterable[str], *, on: date) -> tuple[Pair, ...]:
    """The pairs in force on a day among codes of one bill, each once, in order."""
    table = _pairs_of_code()
    known = {code for code in together if code in table}
    found = {
        (pair.column_1, pair.column_2): pair
        for code in sorted(known)
        for pair in table[code]
        if pair.column_2 in known and in_force(pair.valid_from, pair.valid_to, on=on)
    }
    return tuple(found.values())


def codes_together(visit: Visit, suggested: Collection[str]) -> frozenset[str]:
    """The codes that would stand on one bill: what was charged, and what it leaves of the suggested.

    A charged code takes the place of a suggested one of the same kind, as 20560 of 20561.
    """
    charged = codes_of(visit.charged)
    replaced = {family_of(code) for code in charged}.intersection(ALTERNATIVES)
    return charged.union(code for code in suggested if family_of(code) not in replaced)


@cache
def _pairs_of_code() -> dict[str, tuple[Pair, ...]]:
    """Each code on record with the pairs that it leads as column 1, the deleted ones left out."""
    pairs: dict[str, list[Pair]] = {each.code: [] for each in codes()}
    for row in rows_of("ncci_pairs.csv"):
        if row["modifier_indicator"] != NEVER_IN_FORCE:
            pairs[row["column_1"]].append(
                Pair(
                    column_1=row["column_1"],
                    column_2=row["column_2"],
                    indicator=row["modifier_indicator"],
                    valid_from=day_in(row["effective_from"]),
                    valid_to=day_in(row["effective_to"]),
                )
            )
    return {code: tuple(led) for code, led in pairs.items()}
