"""Note → facts → rules → what the page shows; `notes.charted` makes the facts."""

from dataclasses import dataclass
from datetime import date

from consent.review import Standing, standing_of
from emr.licences import find_licence_problems
from emr.models import Practice
from emr.rules import completeness, needling, visit
from emr.rules.findings import Finding, Severity, Stops
from emr.rules.lines import ClaimLine
from emr.rules.timed_units import Units, units_of_visit
from notes.cautions import find_cautions, find_policy_cautions
from notes.charted import (
    beside_what_stands,
    count_of,
    facts_of_content,
    injections_of,
    needlings_of,
    policy_of,
)
from notes.leads import ANCHORS
from notes.models import Note

# Cautions that stand in the list of the record while they are open.
CAUTIONS = {
    "site-needles-missing": "Needles at each site",
    "reaction-detail-missing": "What was done about the reaction",
    "needles-differ": "Needle ledger",
    "lung-precaution-missing": "Lung field",
    "copied-untouched": "Looked at what was copied",
}
NO_MUSCLE = "Tick every muscle that was needled."
OF_DIAGNOSES = ("diagnosis-missing", "diagnosis-header", "diagnosis-unknown")
NO_DIAGNOSIS = "Choose a diagnosis: without one no claim can go out."
# What is said of the papers of a visit stands with them, see `Review.of_papers`.
PAPERS = {"consent", "abn", "coverage", "estimate", "agreement"}
# What the page of the coverage puts right.
OF_BENEFITS = {
    "coverage-not-verified",
    "authorization-missing",
    "authorization-spent",
    "frequency-limit-reached",
    "conservative-care-short",
}

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
    lines: tuple[ClaimLine, ...]
    units: Units
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
            and not _is_of_papers(each)
        ]

    @property
    def advice(self) -> list[Finding]:
        return [
            each
            for each in self.findings
            if each.severity != Severity.STOP
            and not _is_of_papers(each)
            and each.code not in OF_THE_LIST
        ]

    @property
    def of_papers(self) -> list[Finding]:
        """What the rules say of consent, notice, estimate and coverage."""
        return [each for each in self.findings if _is_of_papers(each)]

    @property
    def groups(self) -> list[tuple[str, list[Finding]]]:
        """What neither the list of the record nor the papers say already, the gravest first."""
        told = {item.todo for item in self.items}
        stops = [each for each in self.stops_signing if not _is_of_papers(each)]
        groups = [
            ("Stops signing", stops),
            ("Holds the claim", self.stops_claim),
            ("Good to know", self.advice),
        ]
        apart = [
            (title, [each for each in found if each.message not in told]) for title, found in groups
        ]
        return [(title, found) for title, found in apart if found]

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


def _is_of_papers(finding: Finding) -> bool:
    return finding.subject in PAPERS or finding.code in OF_BENEFITS


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
    count = count_of(asked)
    if standing:
        asked, standing = beside_what_stands(asked, content, standing=standing)
    result = visit.check(asked)
    found = result.findings
    if standing:
        found = standing.credentials.overridden(found)
    said = [each for each in found if standing or not _is_of_papers(each)]
    findings = (*said, *find_cautions(content))
    if standing:
        findings += tuple(find_licence_problems(standing.credentials))
    if standing and count.suggested_code:
        findings += tuple(find_policy_cautions(content, benefits=standing.notice.benefits))
    return Review(
        count=count,
        sentence=needling.sentence(count),
        findings=findings,
        items=_items(asked, count, findings),
        claim=result.claim,
        patient_pays=result.patient_pays,
        lines=result.lines,
        units=units_of_visit(asked),
        standing=standing,
    )


def _items(asked, count, findings) -> tuple[Item, ...]:
    said = {}
    for each in findings:
        said.setdefault(each.code, each)
    items = []
    for element in completeness.elements(asked.note, count):
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
    items.append(_diagnosis(asked, said))
    items += [
        Item(label=label, met=False, todo=said[code].message, anchor=ANCHORS[code])
        for code, label in CAUTIONS.items()
        if code in said
    ]
    return tuple(items)


def _diagnosis(asked, said) -> Item:
    """An empty draft lacks it, too, though nothing is billed yet."""
    wrong = next((said[code].message for code in OF_DIAGNOSES if code in said), "")
    todo = wrong or ("" if asked.diagnoses else NO_DIAGNOSIS)
    return Item(label="Diagnosis", met=not todo, todo=todo, anchor=ANCHORS["diagnosis-missing"])
