"""Fibre divisions of one muscle on one side: how many of them count.

Sources, the two readings and our choice: docs/rules/needling.md#divisions
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

DivisionPolicy = Literal["once", "each"]


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One anatomical muscle on one side, with the divisions that were needled.

    `rationales` maps each division to its folded rationales, the empty ones left out; a muscle
    charted without divisions has none.
    """

    label: str
    rationales: Mapping[str, frozenset[str]]

    @property
    def count_each(self) -> int:
        return max(1, len(self.rationales))

    @property
    def count_once(self) -> int:
        return max(1, len(self.with_own_rationale))

    @cached_property
    def with_own_rationale(self) -> tuple[str, ...]:
        """As many divisions as can each be given a different rationale, the earlier preferred."""
        given: dict[str, str] = {}
        return tuple(
            division for division in self.rationales if self._give(division, given, tried=set())
        )

    @property
    def shares_a_rationale(self) -> bool:
        """Whether a division has a rationale and yet none that is left for it alone."""
        reasoned = [division for division, own in self.rationales.items() if own]
        return len(reasoned) > len(self.with_own_rationale)

    def count(self, policy: DivisionPolicy) -> int:
        return self.count_each if policy == "each" else self.count_once

    def counted_divisions(self, policy: DivisionPolicy) -> tuple[str, ...]:
        """The divisions that carry the count; the whole muscle, "", when it has none."""
        every = tuple(self.rationales) or ("",)
        if policy == "each":
            return every
        return self.with_own_rationale or every[:1]

    def _give(self, division: str, given: dict[str, str], tried: set[str]) -> bool:
        """Find a rationale for a division, moving earlier divisions to another where needed."""
        for rationale in sorted(self.rationales[division]):
            if rationale in tried:
                continue
            tried.add(rationale)
            if rationale not in given or self._give(given[rationale], given, tried):
                given[rationale] = division
                return True
        return False
