"""Note → facts → rules → what the page shows: the one bridge to the rules."""

from dataclasses import dataclass, replace
from datetime import date

from consent.review import Standing, standing_of
from emr.models import Practice
from emr.rules import completeness, facts, needling, visit
from emr.rules.findings import Finding, Severity, Stops
from notes import content as note_content
from notes.cautions import find_cautions
from notes.models import Note

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
    "site-needles-missing": "sites",
    "needles-differ": "needles",
    "reaction-detail-missing": "id_reaction_detail",
    "diagnosis-missing": "diagnosis_query",
    "copied-untouched": "sites",
}
# Cautions that stand in the list of the record while they are open.
CAUTIONS = {
    "site-needles-missing": "Needles at each site",
    "reaction-detail-missing": "What was done about the reaction",
    "needles-differ": "Needle ledger",
    "lung-precaution-missing": "Lung field",
    "copied-untouched": "Looked at what was copied",
}
NO_MUSCLE = "Tick every muscle that was needled."
# What is said of the papers of a visit stands with them, see `Review.of_papers`.
PAPERS = {"consent", "abn", "coverage", "estimate", "agreement"}

# What is for whoever installs the list of diagnoses, and nobody can mend in a note.
OF_THE_LIST = ("diagnosis-release-old",)


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
    claim: str  # send, hold or none, by all that is known
    patient_pays: str  # may, must_not or look
    standing: Standing | None = None

    @property
    def stops_signing(self) -> list[Finding]:
        return [each for each in self.findings if each.stops == Stops.SIGN]

    @property
    def stops_claim(self) -> list[Finding]:
        """What in the note holds the claim although it may be signed; the signature itself apart."""
        return [
            each
            for each in self.findings
            if each.stops == Stops.CLAIM
            and each.code != "note-unsigned"
            and each.subject not in PAPERS
        ]

    @property
    def advice(self) -> list[Finding]:
        return [
            each
            for each in self.findings
            if each.severity != Severity.STOP
            and each.subject not in PAPERS
            and each.code not in OF_THE_LIST
        ]

    @property
    def of_papers(self) -> list[Finding]:
        """What the rules say of consent, notice and estimate."""
        return [each for each in self.findings if each.subject in PAPERS]

    @property
    def apart(self) -> list[Finding]:
        """Advice that no element of the list says already."""
        told = {item.todo for item in self.items}
        return [each for each in self.advice if each.message not in told]

    @property
    def must(self) -> list[Item]:
        """The elements that stop the signature."""
        stops = {each.message for each in self.stops_signing}
        return [item for item in self.items if item.todo in stops]

    @property
    def should(self) -> list[Item]:
        return [item for item in self.items if not item.met and item not in self.must]

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
            needles=site["needles"] or 0,
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


def review_note(
    note: Note, *, practice: Practice, content: dict | None = None, signed: bool = False
) -> Review:
    """Judge a note with all that stands for its visit; `content` is what was typed, if not saved."""
    return review_content(
        note.content if content is None else content,
        practice=practice,
        day=note.visit.date_of_service,
        standing=standing_of(note.visit, practice=practice),
        signed=signed,
    )


def review_content(
    content: dict,
    *,
    practice: Practice,
    day: date,
    standing: Standing | None,
    signed: bool = False,
) -> Review:
    """Judge a note's content on its date of service under the practice's counting policy.

    Without a standing, what the patient signed is not looked at.
    """
    asked = facts_of_content(content, practice=practice, day=day, signed=signed)
    count = needling.count_muscles(
        asked.needled, policy=asked.practice.counting, date_of_service=day, injected=asked.injected
    )
    if standing:
        standing = standing.for_code(count.suggested_code)
        asked = replace(asked, **standing.facts())
    result = visit.check(asked)
    found = result.findings
    if standing:
        found = standing.credentials.overridden(found)
    said = [each for each in found if standing or each.subject not in PAPERS]
    findings = (*said, *find_cautions(content))
    return Review(
        count=count,
        sentence=needling.sentence(count),
        findings=findings,
        items=_items(asked.note, count, findings),
        claim=result.claim,
        patient_pays=result.patient_pays,
        standing=standing,
    )


def facts_of_content(content: dict, *, practice: Practice, day: date, signed: bool) -> facts.Visit:
    """What was charted, as the rules take it; without what stands for the visit besides."""
    return facts.Visit(
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
        diagnoses=tuple(each["code"] for each in content["diagnoses"]),
        note=_note_facts(content, signed=signed),
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
    diagnosis = said.get("diagnosis-missing")
    items.append(
        Item(
            label="Diagnosis",
            met=diagnosis is None,
            todo=diagnosis.message if diagnosis else "",
            anchor=ANCHORS["diagnosis-missing"],
        )
    )
    items += [
        Item(label=label, met=False, todo=said[code].message, anchor=ANCHORS[code])
        for code, label in CAUTIONS.items()
        if code in said
    ]
    return tuple(items)
