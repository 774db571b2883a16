"""Signed note → lines to charge, each with its reasons and its price; and lines that somebody chose."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from billing.models import ChargeSheet, SeriesVisit
from billing.review import own_findings
from billing.review.lines import Line, lines_of, says_of, total_of
from billing.review.pricing import NOTHING, prices_of
from emr import signing
from emr.credentials import credentials_of
from emr.models import Coverage, CoverageKind, Practice
from emr.prices import A_VISIT
from emr.rules import facts
from emr.rules.findings import Finding, Severity
from emr.rules.needling import NEEDLING_CODES
from emr.rules.timed_units import Units, units_of_visit
from emr.rules.visit import Result, check
from notes.models import AddendumKind, Note
from notes.signed_facts import digest_in_force, facts_of_signed_note

MOST_POINTERS = 4


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What the rules would charge for a signed note, and all that they say of it.

    `result` judges the lines of the newest charge sheet, where there is one, as what was billed.
    `to_set_aside` are the stops that nothing in the signed note can clear any more.
    """

    note: Note
    facts: facts.Visit
    facts_sha256: str
    in_error: bool
    coverage: Coverage | None
    lines: tuple[Line, ...]
    diagnoses: tuple[str, ...]
    units: Units
    sheet: ChargeSheet | None  # the newest
    result: Result
    to_set_aside: tuple[Finding, ...] = ()

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
    def stops(self) -> list[Finding]:
        return [each for each in self.result.findings if each.severity == Severity.STOP]

    @property
    def advice(self) -> list[Finding]:
        return [each for each in self.result.findings if each.severity != Severity.STOP]


def suggest(note: Note, *, practice: Practice, claim_requested: bool | None = None) -> Suggestion:
    """The lines to charge for a signed note today; its visit, patient and provider are read along.

    `claim_requested` is the patient's wish that Medicare be billed for a denial; None as the newest
    charge sheet keeps it.
    """
    sheet = ChargeSheet.objects.filter(note=note).order_by("-version").first()
    if claim_requested is None:
        claim_requested = sheet is not None and sheet.claim_requested
    known = _with_wish(facts_of_signed_note(note, practice=practice), claim_requested)
    asked, plain = _at_the_agreed_price(note, known)
    in_error = note.addenda.signed().filter(kind=AddendumKind.ENTERED_IN_ERROR).exists()
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
    suggestion = Suggestion(
        note=note,
        facts=asked,
        facts_sha256=digest_in_force(note),
        in_error=in_error,
        coverage=coverage_of(note),
        lines=lines,
        diagnoses=asked.diagnoses,
        units=units_of_visit(asked),
        sheet=sheet,
        result=plain,
        to_set_aside=own_findings.to_set_aside(plain.findings),
    )
    if sheet is None:
        return suggestion
    return replace(suggestion, result=choice_of(sheet, suggestion).result)


def _with_wish(asked: facts.Visit, claim_requested: bool) -> facts.Visit:
    if asked.coverage is None:
        return asked
    return replace(asked, coverage=replace(asked.coverage, claim_requested=claim_requested))


def _at_the_agreed_price(note: Note, asked: facts.Visit) -> tuple[facts.Visit, Result]:
    """The facts and the answer of the rules; a visit of a maintenance series that no claim goes out
    for costs what was agreed."""
    plain = _judge(asked, note)
    if plain.claim != "none":
        return asked, plain
    agreed = SeriesVisit.objects.filter(visit=note.visit_id).values_list("series__price", flat=True)
    price = agreed.first()
    if price is None:
        return asked, plain
    fees = {A_VISIT: price}
    if not _pays_all(asked):  # what a payer is asked for besides keeps its fee
        fees = {**asked.practice.fees, **dict.fromkeys(NEEDLING_CODES, price)}
    priced_so = replace(asked.practice, fees=fees)
    asked = replace(asked, practice=priced_so, charge=price)
    return asked, _judge(asked, note)


def _judge(asked: facts.Visit, note: Note) -> Result:
    """What the rules say, with the stops that the owner overrode as warnings."""
    result = check(asked)
    provider, state = note.visit.provider, asked.provider.state if asked.provider else ""
    credentials = credentials_of(provider, state=state, on=asked.date_of_service)
    return replace(result, findings=credentials.overridden(result.findings))


def coverage_of(note: Note) -> Coverage | None:
    """Who pays first on the date of service."""
    found = Coverage.objects.filter(patient=note.visit.patient_id).primary()
    return found.in_force_on(note.date_of_service).select_related("payer").first()


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
    result = _judge(asked, suggestion.note)
    lines = priced(lines, suggestion.facts, result)
    apart = own_findings.reasons_for(suggestion.to_set_aside, set_aside)
    found = (
        *own_findings.set_aside(result.findings, apart),
        *own_findings.find_in_lines(suggestion.facts, lines, suggested=suggestion.lines),
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
        set_aside={(each["code"], each["subject"]): each["reason"] for each in sheet.set_aside},
    )


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
        left_off=tuple(line.code for line in suggestion.lines if line.code not in codes),
        diagnoses=tuple(diagnoses),
    )


def priced(lines: Sequence[Line], asked: facts.Visit, result: Result) -> tuple[Line, ...]:
    """The lines with what they cost on the date of service, and who is asked for each."""
    found = prices_of([line.code for line in lines], asked.practice.fees)
    return tuple(
        replace(
            line,
            fee=price.fee,
            flat=price.flat,
            amount=price.of(line.units),
            to_patient=_is_the_patients(line.code, asked, result),
        )
        for line, price in zip(lines, found, strict=True)
    )


def _is_the_patients(code: str, asked: facts.Visit, result: Result) -> bool:
    """Where no claim goes out that is for the needling alone: what else was done is still claimed,
    unless somebody pays all of it themselves."""
    if result.claim != "none":
        return False
    return _pays_all(asked) or code in NEEDLING_CODES


def _pays_all(asked: facts.Visit) -> bool:
    return asked.coverage is None or asked.coverage.kind == CoverageKind.SELF_PAY
