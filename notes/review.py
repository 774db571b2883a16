"""Note → facts → rules → what the page shows: the one bridge to the rules."""

from dataclasses import dataclass
from datetime import date

from emr.models import Practice
from emr.rules import completeness, facts, needling, visit
from emr.rules.findings import Finding, Severity, Stops
from notes import content as note_content

# Which field a finding or an element leads to.
ANCHORS = {
    "no-muscle": "muscle-search",
    "muscle-too-vague": "sites",
    "side-missing": "muscle-search",
    "muscle-injected-and-needled": "injections",
    "rationale-repeated": "sites",
    "divisions-counted-once": "sites",
    "divisions-counted-apart": "sites",
    "functional-limitation-missing": "id_functional_limitation",
    "trigger-point-findings-missing": "sites",
    "medical-necessity-missing": "id_medical_necessity",
    "technique-missing": "id_technique",
    "tolerance-missing": "id_tolerance",
    "tolerance-says-nothing": "id_tolerance",
    "pain-response-missing": "response",
    "needle-count-missing": "needles",
    "needles-unaccounted": "needles",
    "contraindications-not-screened": "id_contraindications_screened",
    "measure-missing": "measures",
    "twitch-response-missing": "sites",
    "lung-precaution-missing": "id_lung_precaution",
}
LUNG_PRECAUTION = "lung-precaution-missing"
NO_MUSCLE = "Tick every muscle that was needled."


@dataclass(frozen=True, kw_only=True)
class Item:
    """One element of the record for the live list: met, or what to do and where."""

    label: str
    met: bool
    todo: str = ""
    anchor: str = ""


@dataclass(frozen=True, kw_only=True)
class Review:
    """Everything that the rules say of a note's content."""

    count: needling.Count
    sentence: str
    findings: tuple[Finding, ...]
    items: tuple[Item, ...]

    @property
    def stops_signing(self) -> list[Finding]:
        return [each for each in self.findings if each.stops == Stops.SIGN]

    @property
    def stops_claim(self) -> list[Finding]:
        """What holds the claim although the note may be signed; the signature itself apart."""
        return [
            each
            for each in self.findings
            if each.stops == Stops.CLAIM and each.code != "note-unsigned"
        ]

    @property
    def advice(self) -> list[Finding]:
        return [each for each in self.findings if each.severity != Severity.STOP]

    @property
    def met(self) -> int:
        return sum(item.met for item in self.items)

    @property
    def straddles(self) -> bool:
        """Whether the two readings of the divisions give different codes."""
        code = needling.code_of_count
        return code(self.count.muscle_count) != code(self.count.other_reading)


def policy_of(practice: Practice) -> needling.CountingPolicy:
    return needling.CountingPolicy(
        sides_count_apart=practice.sides_count_apart, divisions=practice.divisions
    )


def needlings_of(sites: list[dict]) -> tuple[needling.Needling, ...]:
    return tuple(
        needling.Needling(
            muscle=site["muscle"] or site["name"],
            side=site["side"],
            needles=site["needles"],
            rationale=site["rationale"],
        )
        for site in sites
    )


def injections_of(injections: list[dict]) -> tuple[needling.Injection, ...]:
    return tuple(
        needling.Injection(
            muscle=each["muscle"] or each["name"], side=each["side"], drug=each["drug"]
        )
        for each in injections
    )


def count_sites(
    sites: list[dict], *, injections: list[dict], practice: Practice, day: date
) -> needling.Count:
    """The count of a list of sites, as of a corrected list of muscles."""
    return needling.count_muscles(
        needlings_of(sites),
        policy=policy_of(practice),
        date_of_service=day,
        injected=injections_of(injections),
    )


def review_content(content: dict, *, practice: Practice, day: date, signed: bool = False) -> Review:
    """Judge a note's content on its date of service under the practice's counting policy."""
    note = _note_facts(content, signed=signed)
    asked = facts.Visit(
        date_of_service=day,
        practice=facts.Practice(
            sides_count_apart=practice.sides_count_apart, divisions=practice.divisions
        ),
        needled=needlings_of(content["sites"]),
        injected=injections_of(content["injections"]),
        services=tuple(
            facts.Service(code=each["code"], minutes=each["minutes"], text=each["text"])
            for each in content["services"]
        ),
        note=note,
    )
    count = needling.count_muscles(
        asked.needled, policy=asked.practice.counting, date_of_service=day, injected=asked.injected
    )
    findings = (
        *visit.check(asked).findings,
        *_find_missing_precaution(content),
        *_find_untouched_copies(content),
    )
    return Review(
        count=count,
        sentence=needling.sentence(count),
        findings=findings,
        items=_items(note, count, findings),
    )


def _note_facts(content: dict, *, signed: bool) -> completeness.NoteFacts:
    put_in, taken_out = note_content.needles_in_and_out(content)
    twitches = [site["twitch"] for site in content["sites"]]
    recorded = bool(twitches) and None not in twitches
    return completeness.NoteFacts(
        functional_limitation=content["functional_limitation"],
        goal=content["goal"],
        trigger_point_findings=note_content.trigger_point_findings(content),
        medical_necessity=content["medical_necessity"],
        technique=content["technique"],
        tolerance=content["tolerance"],
        pain_before=content["pain_before"],
        pain_after=content["pain_after"],
        measures=tuple(
            completeness.Measure(
                name=each["name"], before=each["before"] or None, after=each["after"] or None
            )
            for each in content["measures"]
        ),
        needles_in=put_in,
        needles_out=taken_out,
        twitch_response=any(twitches) if recorded else None,
        retained_needle_reported=any(
            each["kind"] == "retained_needle" for each in content["reactions"]
        ),
        contraindications_screened=content["contraindications_screened"],
        signed=signed,
    )


def _find_missing_precaution(content: dict) -> list[Finding]:
    names = note_content.over_lung_field(content)
    if not names or content["lung_precaution"]:
        return []
    return [
        Finding(
            code=LUNG_PRECAUTION,
            severity=Severity.WARN,
            stops=None,
            subject="lung_precaution",
            message=f"Confirm the precaution for the lung field: {', '.join(names)}.",
            source="docs/rules/completeness.md#lung-field",
        )
    ]


def _find_untouched_copies(content: dict) -> list[Finding]:
    copied = content.get("copied")
    if not copied:
        return []
    sites = {site["key"]: f"{site['side']} {site['name'].lower()}" for site in content["sites"]}
    names = [sites.get(name, name.replace("_", " ")) for name in copied]
    return [
        Finding(
            code="copied-untouched",
            severity=Severity.WARN,
            stops=None,
            subject="copied",
            message=f"Look at what came from the last note: {', '.join(names)}.",
            source="docs/rules/completeness.md#copied",
        )
    ]


def _items(note, count, findings) -> tuple[Item, ...]:
    said = {}
    for each in findings:
        said.setdefault(each.code, each)
    items = []
    for element in completeness.elements(note, count):
        lacking = [code for code in element.finding_codes if code in said]
        if element.met:
            items.append(Item(label=element.label, met=True))
        elif lacking:
            todo, anchor = said[lacking[0]].message, ANCHORS.get(lacking[0], "main")
            items.append(Item(label=element.label, met=False, todo=todo, anchor=anchor))
        else:
            # Beside another service a note without a muscle is no fault, and yet a gap.
            anchor = ANCHORS["no-muscle"]
            items.append(Item(label=element.label, met=False, todo=NO_MUSCLE, anchor=anchor))
    if LUNG_PRECAUTION in said:
        items.append(
            Item(
                label="Lung field",
                met=False,
                todo=said[LUNG_PRECAUTION].message,
                anchor=ANCHORS[LUNG_PRECAUTION],
            )
        )
    return tuple(items)
