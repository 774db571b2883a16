"""What stops a claim from going out, each with the page on which it is cleared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from billing.claim_files.problem import About
from billing.models import Claim, Frequency
from billing.review.claim_form import ClaimProblem, problems_of_each
from billing.review.own_findings import of_claim
from billing.review.suggestion import Choice, Suggestion, choice_of, suggestions_of
from emr.models import Practice
from emr.rules.findings import Finding

# The first words of a finding's code, and the page on which it is cleared: its name and its word.
PLACES = {
    "consent": ("consent", "Consents of the patient"),
    "abn": ("notices", "Financial notices"),
    "agreement": ("notices", "Financial notices"),
    "estimate": ("notices", "Financial notices"),
    "organization-determination": ("determination", "Ask the plan"),
    "low-back": ("note", "The note"),
    "coverage": ("coverage", "Coverage and benefits"),
    "authorization": ("coverage", "Coverage and benefits"),
    "frequency-limit": ("coverage", "Coverage and benefits"),
    "payer": ("payer", "The payer's page"),
    "tricare": ("payer", "The payer's page"),
    "scope": ("provider", "The provider's page"),
    "endorsement": ("provider", "The provider's page"),
    "training": ("provider", "The provider's page"),
    "delegation": ("provider", "The provider's page"),
    "licence": ("provider", "The provider's page"),
    "code-": ("charges", "Charges"),
    "both-needling-codes": ("charges", "Charges"),
    "units-": ("charges", "Charges"),
    "drug-code": ("charges", "Charges"),
    "acupuncture": ("charges", "Charges"),
    "pair-": ("charges", "Charges"),
    "modifier": ("charges", "Charges"),
    "excluded-without-gy": ("charges", "Charges"),
    "needling-inside": ("charges", "Charges"),
    "minutes-": ("charges", "Charges"),
    "diagnosis": ("charges", "Charges"),
}

WHERE_OF_FORM = {
    About.PRACTICE: "The practice's settings",
    About.CLINICIAN: "The provider's page",
    About.PATIENT: "The patient's chart",
    About.COVERAGE: "Card of the coverage",
    About.OTHER_COVERAGE: "Card of the other coverage",
    About.PAYER: "The payer's page",
    About.OTHER_PAYER: "The other payer's page",
    About.CLAIM: "Details of the claim",
    About.CHARGES: "Charges",
    About.SUBMITTER: "Who sends claims",
}


# With one of these no notice shifts the needling to the patient, and after the visit none can be made.
NO_NOTICE = frozenset(
    {"abn-missing", "abn-edition-obsolete", "abn-option-missing", "abn-after-service"}
)

UNSIGNED = frozenset({"consent-missing", "consent-expired"})
ON_PAPER = (
    "If it was signed on paper by the day of service, the front desk records it with its date or"
    " scans it. If there was none, the claim stays held: drop it."
)


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One thing that keeps a claim back: what to do, where, and why (a page of docs/rules/)."""

    code: str
    message: str
    url: str
    where: str
    source: str = ""
    way_out: str = ""  # where the page alone clears nothing for whoever bills


@dataclass(frozen=True, kw_only=True)
class ClaimReview:
    """A claim's lines as the rules see them today, and what stops it."""

    suggestion: Suggestion
    choice: Choice
    stops: tuple[Stop, ...]
    lacks_for_a_file: tuple[ClaimProblem, ...]  # and yet it may go on paper

    @property
    def lacks_notice(self) -> bool:
        """Whether nobody owes the needling unless a signed notice turns up."""
        return any(stop.code in NO_NOTICE for stop in self.stops)


def stops_of(claim: Claim, *, practice: Practice) -> list[Stop]:
    """What stops this claim today; nothing of it is kept, so what was cleared elsewhere is gone."""
    return list(review_claim(claim, practice=practice).stops)


def review_claim(claim: Claim, *, practice: Practice) -> ClaimReview:
    """One claim; all that it says is best read along (`with_form_rows`)."""
    return review_claims([claim], practice=practice)[claim.pk]


def review_claims(claims: Sequence[Claim], *, practice: Practice) -> dict[int, ClaimReview]:
    """By claim; in a number of queries that does not grow with them."""
    notes = {claim.note_id: claim.note for claim in claims}
    suggestions = suggestions_of(list(notes.values()), practice=practice)
    problems = problems_of_each(claims, practice=practice)
    return {
        claim.pk: _review(claim, suggestions[claim.note_id], problems[claim.pk]) for claim in claims
    }


def _review(claim: Claim, suggestion: Suggestion, problems: Sequence[ClaimProblem]) -> ClaimReview:
    choice = choice_of(claim.sheet, suggestion)
    stops: list[Stop] = []
    if claim.frequency != Frequency.VOID:
        stops += _of_record(claim, suggestion)
        codes = [line.code for line in choice.lines if not line.to_patient]
        stops += [_stop(each, claim) for each in of_claim(choice.stops, codes)]
        stops += [] if stops else _of_payment(claim, choice)
    stops += _of_form(problems, stops)
    return ClaimReview(
        suggestion=suggestion,
        choice=choice,
        stops=tuple(stops),
        lacks_for_a_file=tuple(each for each in problems if each.only_in_a_file),
    )


def _of_record(claim: Claim, suggestion: Suggestion) -> list[Stop]:
    """What changed since the lines were charged."""
    if suggestion.in_error:
        message = "The note was marked as entered in error: take its charges back."
        return [_at("note-in-error", message, "charges", claim)]
    stops = []
    if suggestion.coverage != claim.coverage:
        payer = suggestion.coverage.payer if suggestion.coverage else "nobody"
        message = f"Charge again: {payer} is on record as who pays first on that day."
        stops.append(_at("coverage-changed", message, "charges", claim))
    if claim.sheet.facts_sha256 != suggestion.facts_sha256:
        message = "Charge again: an addendum corrected the muscles after these lines were charged."
        stops.append(_at("charges-outdated", message, "charges", claim))
    elif suggestion.changed_since(claim.sheet):
        message = (
            "Charge again: other lines are suggested than when these were charged, or somebody else is"
            " asked for them."
        )
        stops.append(_at("charges-outdated", message, "charges", claim))
    return stops


def _of_payment(claim: Claim, choice: Choice) -> list[Stop]:
    """Where no finding says it, and yet the claim is not to be sent."""
    if choice.result.claim == "hold":
        message = "See what the patient signed: the claim waits for it."
        return [_at("claim-waits", message, "notices", claim)]
    return []


def _of_form(problems: Sequence[ClaimProblem], stops: list[Stop]) -> list[Stop]:
    """What its form lacks, in a file or on paper; of a diagnosis once, as the rules say more of it."""
    told = any(each.code.startswith("diagnosis") for each in stops)
    return [
        Stop(
            code=each.code,
            message=each.message,
            url=f"{each.url}#details" if each.problem.about == About.CLAIM else each.url,
            where=WHERE_OF_FORM[each.problem.about],
        )
        for each in problems
        if not each.only_in_a_file and not (told and each.code.startswith("diagnosis"))
    ]


def _stop(finding: Finding, claim: Claim) -> Stop:
    place, where = next(
        (found for start, found in PLACES.items() if finding.code.startswith(start)),
        ("note", "The note"),
    )
    return Stop(
        code=finding.code,
        message=finding.message,
        url=URLS[place](claim),
        where=where,
        source=finding.source,
        way_out=ON_PAPER if finding.code in UNSIGNED else "",
    )


def _at(code: str, message: str, place: str, claim: Claim) -> Stop:
    where = {"charges": "Charges", "notices": "Financial notices"}[place]
    return Stop(code=code, message=message, url=URLS[place](claim), where=where)


def _of_patient(name: str) -> Callable[[Claim], str]:
    return lambda claim: reverse(name, args=[claim.coverage.patient_id])


URLS: dict[str, Callable[[Claim], str]] = {
    "consent": _of_patient("consent:of-patient"),
    "notices": _of_patient("consent:notices-of-patient"),
    "determination": _of_patient("consent:determinations-add"),
    "coverage": lambda claim: reverse("emr:coverage", args=[claim.coverage_id]),
    "payer": lambda claim: reverse("emr:payer", args=[claim.coverage.payer_id]),
    "provider": lambda claim: reverse("emr:provider", args=[claim.note.visit.provider_id]),
    "note": lambda claim: reverse("notes:note", args=[claim.note_id]),
    "charges": lambda claim: reverse("billing:charges", args=[claim.note_id]),
}
