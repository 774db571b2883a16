"""Dry needling: how many muscles were needled, and so which code to suggest.

Sources, the readings of payers and our choice: docs/rules/needling.md
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from emr.rules import needling_findings
from emr.rules.divisions import DivisionPolicy, Unit
from emr.rules.findings import Finding, in_order
from emr.rules.needled_sites import SIDE_MARK, WHY_UNCOUNTED, Site, sites_of

ONE_OR_TWO_MUSCLES = "20560"
THREE_OR_MORE_MUSCLES = "20561"
NEEDLING_CODES = (ONE_OR_TWO_MUSCLES, THREE_OR_MORE_MUSCLES)
NEEDLING_CODES_START = date(2020, 1, 1)

INJECTED_ONE_OR_TWO = "20552"
INJECTED_THREE_OR_MORE = "20553"

MOST_FOR_THE_LOWER_CODE = 2


@dataclass(frozen=True, kw_only=True)
class Needling:
    """Needles put into one muscle, on one side or on both."""

    muscle: str = ""  # catalogue id, name or alias, or another name
    side: str = ""  # "right", "left", "midline", "both" or "" for not said
    needles: int = 0  # on each side where the side is "both"
    rationale: str = ""


@dataclass(frozen=True, kw_only=True)
class Injection:
    muscle: str = ""
    side: str = ""
    drug: str = ""  # HCPCS code


@dataclass(frozen=True, kw_only=True)
class CountingPolicy:
    """What the practice chose where payers and guidance differ."""

    sides_count_apart: bool
    divisions: DivisionPolicy


@dataclass(frozen=True, kw_only=True)
class Line:
    """One muscle on one side, and why it counts or does not."""

    label: str  # such as "R upper trapezius"
    muscle: str  # catalogue id, or "" for another name
    anatomical_muscle: str
    side: str  # "right", "left", "midline", or "" for not said
    needles: int
    counted: bool
    merged_into: str = ""  # the label of the line that carries the count
    note: str

    @property
    def words(self) -> str:
        """The muscle as it stands in a sentence: "right biceps brachii (long head)"."""
        mark = SIDE_MARK.get(self.side)
        whole = f"{self.side} {self.label.removeprefix(mark)}" if mark else self.label
        muscle, comma, part = whole.partition(", ")
        return f"{muscle} ({part})" if comma else whole


@dataclass(frozen=True, kw_only=True)
class Count:
    """The count, the other reading of the rules, and the sum line by line.

    The counted lines of the explanation are as many as `muscle_count`.
    """

    muscle_count: int
    other_reading: int
    needle_count: int
    suggested_code: str | None
    explanation: tuple[Line, ...]
    findings: tuple[Finding, ...]


def count_muscles(
    needlings: Collection[Needling],
    *,
    policy: CountingPolicy,
    date_of_service: date,
    injected: Collection[Injection] = (),
) -> Count:
    """Count the needled muscles; needles never matter, nor does the order of the entries."""
    sites = sites_of(needlings)
    injected_sites = sites_of(injected)
    injected_keys = {site.unit_key(policy.sides_count_apart) for site in injected_sites}
    groups = _group(sites, policy)
    units = {key: _unit_of(group, policy) for key, group in groups.items()}
    needled_only = {key: unit for key, unit in units.items() if key not in injected_keys}

    lines: dict[Site, Line] = {
        site: _uncounted(site, WHY_UNCOUNTED[site.fault]) for site in sites if site.fault
    }
    for key, group in groups.items():
        if key in needled_only:
            lines |= _explain(units[key], group, policy)
        else:
            lines |= {site: _uncounted(site, "does not count: also injected") for site in group}

    muscle_count = sum(unit.count(policy.divisions) for unit in needled_only.values())
    strict_count = len(needled_only)
    other_reading = (
        strict_count
        if policy.divisions == "each"
        else sum(unit.count_each for unit in needled_only.values())
    )
    codes = needling_findings.CodesByReading(
        suggested=suggest_code(muscle_count, date_of_service=date_of_service),
        other=suggest_code(other_reading, date_of_service=date_of_service),
        strict=suggest_code(strict_count, date_of_service=date_of_service),
    )
    both = [unit.label for key, unit in units.items() if key in injected_keys]
    return Count(
        muscle_count=muscle_count,
        other_reading=other_reading,
        needle_count=sum(site.needles for site in sites),
        suggested_code=codes.suggested,
        explanation=tuple(lines[site] for site in sites),
        findings=in_order(
            [
                *needling_findings.find_faulty_sites([*sites, *injected_sites]),
                *needling_findings.find_injected_and_needled(both),
                *needling_findings.find_divisions(
                    needled_only.values(), policy=policy.divisions, codes=codes
                ),
            ]
        ),
    )


def count_injected(injected: Collection[Injection], *, policy: CountingPolicy) -> int:
    """Count the injected muscles by the same rules; no injection carries a rationale."""
    units = [_unit_of(group, policy) for group in _group(sites_of(injected), policy).values()]
    return sum(unit.count(policy.divisions) for unit in units)


def code_of_count(muscle_count: int) -> str | None:
    """The needling code that a count supports; None for no muscle."""
    return _by_count(muscle_count, NEEDLING_CODES)


def suggest_code(muscle_count: int, *, date_of_service: date) -> str | None:
    """The code to bill; None for no muscle, and before the codes existed."""
    return code_of_count(muscle_count) if date_of_service >= NEEDLING_CODES_START else None


def suggest_injection_code(muscle_count: int) -> str | None:
    """The injection code to bill; None for no muscle."""
    return _by_count(muscle_count, (INJECTED_ONE_OR_TWO, INJECTED_THREE_OR_MORE))


def sentence(count: Count) -> str:
    """The sentence for the record: every muscle and side that was needled, the total, the code."""
    if not count.explanation:
        return "No muscle was needled."
    named = [line.words for line in count.explanation]
    listed = f"{', '.join(named[:-1])} and {named[-1]}" if named[1:] else named[0]
    muscles = "1 muscle" if count.muscle_count == 1 else f"{count.muscle_count} muscles"
    code = f"CPT {count.suggested_code}, one unit" if count.suggested_code else "no code"
    return f"Dry needling of {listed}: {muscles}, {code}."


def _by_count(muscle_count: int, codes: tuple[str, str]) -> str | None:
    if muscle_count == 0:
        return None
    return codes[0] if muscle_count <= MOST_FOR_THE_LOWER_CODE else codes[1]


def _group(sites: Iterable[Site], policy: CountingPolicy) -> dict[tuple[str, str], list[Site]]:
    """The sites that can count, by anatomical muscle and side."""
    groups: dict[tuple[str, str], list[Site]] = {}
    for site in sites:
        if not site.fault:
            groups.setdefault(site.unit_key(policy.sides_count_apart), []).append(site)
    return groups


def _unit_of(group: Sequence[Site], policy: CountingPolicy) -> Unit:
    rationales: dict[str, frozenset[str]] = {}
    for site in group:
        if site.division:
            rationales[site.division] = rationales.get(site.division, frozenset()) | site.rationales
    side = group[0].side if policy.sides_count_apart else ""
    name = group[0].anatomical_name
    return Unit(
        label=f"{side} {name}" if side in SIDE_MARK else name,
        rationales=rationales,
    )


def _explain(unit: Unit, group: Sequence[Site], policy: CountingPolicy) -> dict[Site, Line]:
    """A line for each site of one unit: the first of each counted division carries the count."""
    carriers: dict[str, Site] = {}
    for division in unit.counted_divisions(policy.divisions):
        carriers[division] = next(site for site in group if site.division == division)
    lines = {}
    for site in group:
        carrier, reason = _carrier_of(site, carriers, unit)
        if site is carrier:
            lines[site] = _line(site, counted=True, note="counted")
        else:
            lines[site] = _line(
                site,
                counted=False,
                merged_into=carrier.label,
                note=f"merged into {carrier.label}: {reason}",
            )
    return lines


def _carrier_of(site: Site, carriers: dict[str, Site], unit: Unit) -> tuple[Site, str]:
    """The site that carries the count of this one, and why it is not this one."""
    if site.division in carriers:
        return carriers[site.division], "the same muscle on the other side"
    first = next(iter(carriers.values()))
    if not site.division:
        return first, "the whole muscle counts only when no part of it is named"
    for division, carrier in carriers.items():
        if unit.rationales[site.division] & unit.rationales[division]:
            return carrier, "parts of one muscle with the same rationale"
    return first, "parts of one muscle, and this one has no rationale of its own"


def _uncounted(site: Site, note: str) -> Line:
    return _line(site, counted=False, note=note)


def _line(site: Site, *, counted: bool, note: str, merged_into: str = "") -> Line:
    return Line(
        label=site.label,
        muscle=site.muscle_id,
        anatomical_muscle=site.anatomical_name,
        side=site.side,
        needles=site.needles,
        counted=counted,
        merged_into=merged_into,
        note=note,
    )
