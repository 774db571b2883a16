"""What is wrong or worth knowing of a list of needled muscles.

Sources, the readings of payers and our choice: docs/rules/needling.md
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from emr.rules.catalogue import muscles, vague_site
from emr.rules.divisions import DivisionPolicy, Unit
from emr.rules.findings import INFO, WARN, Finding, finding
from emr.rules.needled_sites import NO_SIDE, VAGUE, Site, in_sentence

PAGE = "docs/rules/needling.md"


@dataclass(frozen=True, kw_only=True)
class CodesByReading:
    """The code by the practice's reading, by the other one, and with divisions never apart."""

    suggested: str | None
    other: str | None
    strict: str | None


def find_faulty_sites(sites: Iterable[Site]) -> list[Finding]:
    """Sites that cannot count, needled or injected."""
    say = {VAGUE: _too_vague, NO_SIDE: _side_missing}
    return [say[site.fault](site) for site in sites if site.fault]


def find_injected_and_needled(labels: Iterable[str]) -> list[Finding]:
    return [
        finding(
            "muscle-injected-and-needled",
            subject=label,
            message=f"Bill the {label} as injected or as needled, not as both;"
            " it has left the needling count.",
            source=f"{PAGE}#injected-and-needled",
        )
        for label in labels
    ]


def find_divisions(
    units: Collection[Unit], *, policy: DivisionPolicy, codes: CodesByReading
) -> list[Finding]:
    """Where the two readings of divisions part, or one rationale had to serve twice."""
    findings = []
    for unit in units:
        if policy == "once" and unit.shares_a_rationale:
            findings.append(_rationale_repeated(unit))
        if unit.count(policy) < unit.count_each:
            findings.append(_counted_once(unit, codes))
        if unit.count(policy) > 1 and codes.strict != codes.suggested:
            findings.append(_counted_apart(unit, codes))
    return findings


def _too_vague(site: Site) -> Finding:
    return finding(
        "muscle-too-vague",
        subject=site.name,
        message=_vague_message(site.name),
        source=f"{PAGE}#vague-sites",
    )


def _vague_message(name: str) -> str:
    known = vague_site(name)
    if not known:
        return "Name the muscle that was needled; without a name it does not count."
    instead = [in_sentence(muscle.name) for muscle in muscles() if muscle.id in known.instead]
    offer = f", such as {' or '.join(instead)}" if instead else ""
    return f"“{name}” {known.why}: name each muscle{offer}."


def _side_missing(site: Site) -> Finding:
    return finding(
        "side-missing",
        subject=site.name,
        message=f"Say whether the {site.name} was the right, the left or both;"
        " until then it does not count.",
        source=f"{PAGE}#names-and-sides",
    )


def _rationale_repeated(unit: Unit) -> Finding:
    return finding(
        "rationale-repeated",
        subject=unit.label,
        message=f"Give each part of the {unit.label} a rationale of its own,"
        " if there was one; parts that share a rationale count once.",
        source=f"{PAGE}#divisions",
    )


def _counted_once(unit: Unit, codes: CodesByReading) -> Finding:
    straddles = codes.other != codes.suggested
    told = (
        f"; counted apart, the code would be {codes.other} instead of {codes.suggested}"
        if straddles
        else ", with the same code either way"
    )
    return finding(
        "divisions-counted-once",
        subject=unit.label,
        message=f"Check the {unit.label}: {len(unit.rationales)} parts were needled"
        f" and count as {unit.count_once}{told}.",
        source=f"{PAGE}#divisions",
        weight=WARN if straddles else INFO,
    )


def _counted_apart(unit: Unit, codes: CodesByReading) -> Finding:
    return finding(
        "divisions-counted-apart",
        subject=unit.label,
        message=f"Keep the reasons for counting parts of the {unit.label} apart ready:"
        f" counted strictly, the code would be {codes.strict} instead of {codes.suggested}.",
        source=f"{PAGE}#divisions",
    )
