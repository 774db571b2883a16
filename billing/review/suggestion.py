"""Signed note → lines to charge, each with its reasons and its price; and lines that somebody chose."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

from billing.claim_files.line_checks import MOST_POINTERS
from billing.models import ChargeSheet
from billing.review import own_findings
from billing.review.charge_records import ChargeRecords
from billing.review.lines import Line, lines_of, says_of, total_of
from billing.review.patients_lines import Refusal, refusal_of
from billing.review.priced_lines import at_the_agreed_price, priced
from billing.review.pricing import NOTHING
from emr import signing
from emr.credentials import Credentials
from emr.licences import find_licence_problems
from emr.models import Coverage, Practice
from emr.rules import facts
from emr.rules.findings import Finding, Severity
from emr.rules.needling import NEEDLING_CODES
from emr.rules.timed_units import Units, units_of_visit
from emr.rules.visit import Result, check
from notes.models import Note
from notes.review import OF_THE_LIST


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What the rules would charge for a signed note, and all that they say of it.

    `withheld` are lines that nobody may be asked for, neither a payer nor the patient.
    `to_set_aside` are the stops that nothing in the signed note can clear any more.
    """

    note: Note
    facts: facts.Visit
    facts_sha256: str
    in_error: bool
    coverage: Coverage | None  # who pays first that day
    in_force: tuple[Coverage, ...]  # all who insure the patient that day
    credentials: Credentials = field(repr=False)
    lines: tuple[Line, ...]
    withheld: tuple[Line, ...]
    diagnoses: tuple[str, ...]
    units: Units
    sheet: ChargeSheet | None  # the newest
    uncharged: Result  # before anybody chose lines
    to_set_aside: tuple[Finding, ...] = ()

    @cached_property
    def result(self) -> Result:
        """What is said with the lines of the newest charge sheet, if there is one, as what was
        billed."""
        return choice_of(self.sheet, self).result if self.sheet else self.uncharged

    @property
    def why_withheld(self) -> Refusal | None:
        return refusal_of(
            [line.code for line in self.withheld],
            pays=self.uncharged.patient_pays,
            stops=[],
            in_force=self.in_force,
        )

    @property
    def may_request_claim(self) -> bool:
        """Whether no claim goes out for the needling unless the patient asks for one, for a denial."""
        return own_findings.is_excluded_for(self.facts) and not self.in_error

    @property
    def claim_requested(self) -> bool:
        return self.may_request_claim and self.facts.coverage.claim_requested

    @property
    def total(self) -> Decimal | None:
        return total_of(self.lines)

    @property
    def claimed(self) -> list[Line]:
        """What goes to the payer on a claim."""
        return [line for line in self.lines if not line.to_patient]

    @property
    def of_patient(self) -> list[Line]:
        return [line for line in self.lines if line.to_patient]

    @property
    def digest(self) -> str:
        """Names what a page showed: the state of the note and every suggested line with its price."""
        shown = {
            "facts": self.facts_sha256,
            "claim": self.result.claim,
            "patient_pays": self.result.patient_pays,
            "lines": [line.as_dict() for line in self.lines],
            "diagnoses": self.diagnoses,
        }
        return signing.digest(signing.canonical(shown))

    def differs(self, lines: Sequence[Line], diagnoses: Sequence[str]) -> bool:
        """Whether other lines or diagnoses were chosen; the order of the lines apart."""
        chosen, suggested = (Counter(line.says for line in each) for each in (lines, self.lines))
        return chosen != suggested or tuple(diagnoses) != self.diagnoses

    @property
    def is_outdated(self) -> bool:
        """Whether the sheet was made from another state of the note, or the rules suggest other
        lines by now."""
        if self.sheet is None:
            return False
        return self.sheet.facts_sha256 != self.facts_sha256 or self.changed_since(self.sheet)

    def changed_since(self, sheet: ChargeSheet) -> bool:
        """Whether a sheet was made from other suggested lines than these; prices apart."""
        kept = Counter((says_of(each), each["to_patient"]) for each in sheet.suggestion)
        return kept != Counter((line.says, line.to_patient) for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Lines that somebody chose, as the rules see them beside the suggestion."""

    suggestion: Suggestion
    lines: tuple[Line, ...]
    diagnoses: tuple[str, ...]
    result: Result
    set_aside: Mapping[tuple[str, str], str]  # why, by code and subject

    @property
    def as_set_aside(self) -> list[dict[str, str]]:
        """As a charge sheet keeps it."""
        return [
            {"code": code, "subject": subject, "reason": reason}
            for (code, subject), reason in sorted(self.set_aside.items())
        ]

    @property
    def differs(self) -> bool:
        return self.suggestion.differs(self.lines, self.diagnoses)

    @property
    def only_diagnoses_differ(self) -> bool:
        same_lines = not self.suggestion.differs(self.lines, self.suggestion.diagnoses)
        return self.differs and same_lines

    @property
    def total(self) -> Decimal | None:
        return total_of(self.lines)

    @property
    def difference(self) -> Decimal | None:
        """How much more (+) or less (−) than suggested; None where a price is missing."""
        if self.total is None or self.suggestion.total is None:
            return None
        return self.total - self.suggestion.total

    @property
    def lost_by_code(self) -> Decimal | None:
        """What a needling code below the count gives away; None where none is."""
        if not any(each.code == "code-below-count" for each in self.result.findings):
            return None
        due = [line for line in self.suggestion.lines if line.code in NEEDLING_CODES]
        chosen = [line for line in self.lines if line.code in NEEDLING_CODES]
        whole, part = total_of(due), total_of(chosen)
        return None if whole is None or part is None else max(whole - part, NOTHING)

    @property
    def unpriced(self) -> list[str]:
        return sorted({line.code for line in self.lines if line.fee is None})

    @property
    def refusal(self) -> Refusal | None:
        """Why the patient may not be asked for some of the lines; None where they may."""
        return refusal_of(
            [line.code for line in self.lines if line.to_patient],
            pays=self.result.patient_pays,
            stops=[each for each in self.stops if each.code != own_findings.WITHOUT_GY],
            in_force=self.suggestion.in_force,
        )

    @property
    def stops(self) -> list[Finding]:
        return [each for each in self.result.findings if each.severity == Severity.STOP]

    @property
    def advice(self) -> list[Finding]:
        """What stops nothing; of the list of diagnoses, which the owner keeps, its own page tells."""
        return [
            each
            for each in self.result.findings
            if each.severity != Severity.STOP and each.code not in OF_THE_LIST
        ]


def suggest(note: Note, *, practice: Practice, claim_requested: bool | None = None) -> Suggestion:
    """The lines to charge for a signed note today; its visit, patient and provider are read along.

    `claim_requested` is the patient's wish that Medicare be billed for a denial; None as the newest
    charge sheet keeps it.
    """
    return suggestions_of([note], practice=practice, claim_requested=claim_requested)[note.pk]


def suggestions_of(
    notes: Sequence[Note], *, practice: Practice, claim_requested: bool | None = None
) -> dict[int, Suggestion]:
    """By note; in a number of queries that does not grow with them."""
    records = ChargeRecords(notes, practice=practice)
    return {note.pk: _suggest(note, records, claim_requested) for note in notes}


def _suggest(note: Note, records: ChargeRecords, claim_requested: bool | None) -> Suggestion:
    sheet = records.sheets.get(note.pk)
    if claim_requested is None:
        claim_requested = sheet is not None and sheet.claim_requested
    credentials = records.credentials[note.pk]
    asked = _with_wish(records.facts[note.pk], claim_requested)
    plain = _judge(asked, credentials)
    agreed = records.agreed_prices.get(note.visit_id)
    if agreed is not None and plain.claim == "none":
        asked = at_the_agreed_price(asked, agreed)
        plain = _judge(asked, credentials)
    in_error = note.pk in records.in_error
    pointers = tuple(range(1, min(len(asked.diagnoses), MOST_POINTERS) + 1))
    lines = priced(
        [
            Line(
                code=line.code,
                units=line.units,
                modifiers=line.modifiers,
                pointers=pointers,
                reasons=line.reasons,
            )
            for line in (() if in_error else plain.lines)
        ],
        asked,
        plain,
    )
    nobodys = plain.patient_pays == "must_not"
    return Suggestion(
        note=note,
        facts=asked,
        facts_sha256=records.digests[note.pk],
        in_error=in_error,
        coverage=records.coverage_of(note),
        in_force=tuple(records.in_force(note)),
        credentials=credentials,
        lines=tuple(line for line in lines if not (nobodys and line.to_patient)),
        withheld=tuple(line for line in lines if nobodys and line.to_patient),
        diagnoses=asked.diagnoses,
        units=units_of_visit(asked),
        sheet=sheet,
        uncharged=plain,
        to_set_aside=own_findings.to_set_aside(plain.findings),
    )


def _with_wish(asked: facts.Visit, claim_requested: bool) -> facts.Visit:
    if asked.coverage is None:
        return asked
    return replace(asked, coverage=replace(asked.coverage, claim_requested=claim_requested))


def _judge(asked: facts.Visit, credentials: Credentials) -> Result:
    """What the rules say, with the stops that the owner overrode as warnings."""
    result = check(asked)
    return replace(result, findings=credentials.overridden(result.findings))


def choose(
    suggestion: Suggestion,
    lines: Sequence[Line],
    diagnoses: Sequence[str],
    *,
    reason: str = "",
    set_aside: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> Choice:
    """Chosen lines with their prices and all that is said of them as what was billed.

    `set_aside` holds the reason why a stop does not hold, by its code and subject.
    """
    asked = billed(suggestion, lines, diagnoses, reason=reason)
    result = _judge(asked, suggestion.credentials)
    lines = priced(lines, suggestion.facts, result)
    apart = own_findings.reasons_for(suggestion.to_set_aside, set_aside)
    found = (
        *own_findings.set_aside(result.findings, apart),
        *own_findings.find_in_lines(suggestion.facts, lines, suggested=suggestion.lines),
        *find_licence_problems(suggestion.credentials),
    )
    return Choice(
        suggestion=suggestion,
        lines=lines,
        diagnoses=tuple(diagnoses),
        result=replace(
            result,
            findings=own_findings.gravest_first(found),
            claim=own_findings.claim_of(asked, found),
        ),
        set_aside=apart,
    )


def choice_of(sheet: ChargeSheet, suggestion: Suggestion) -> Choice:
    """The charged lines of a sheet, judged today with what was set aside on it."""
    return choose(
        suggestion,
        lines_of(sheet),
        sheet.diagnoses,
        reason=sheet.reason,
        set_aside=set_aside_on(sheet),
    )


def set_aside_on(sheet: ChargeSheet | None) -> dict[tuple[str, str], str]:
    """Why a stop of the signed note does not hold, by its code and subject."""
    kept = sheet.set_aside if sheet else []
    return {(each["code"], each["subject"]): each["reason"] for each in kept}


def billed(
    suggestion: Suggestion, lines: Sequence[Line], diagnoses: Sequence[str], *, reason: str
) -> facts.Visit:
    """The facts with these lines as what was billed."""
    codes = {line.code for line in lines}
    return replace(
        suggestion.facts,
        charged=tuple(
            facts.Charge(code=line.code, units=line.units, modifiers=line.modifiers, reason=reason)
            for line in lines
        ),
        left_off=tuple(
            line.code
            for line in (*suggestion.lines, *suggestion.withheld)
            if line.code not in codes
        ),
        diagnoses=tuple(diagnoses),
    )
