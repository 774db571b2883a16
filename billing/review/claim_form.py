"""The rows of a claim → the values of a claim form, and what keeps it from being sent.

One place for the file and for the paper, so that both say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.urls import reverse

from billing.claim_files import values
from billing.claim_files.checks import problems_in, submitter_problems
from billing.claim_files.problem import About, Problem
from billing.models import Charge, Claim, ClaimSubmitter
from billing.review.line_numbers import line_number
from emr.models import (
    Coverage,
    CoverageKind,
    Patient,
    Payer,
    Practice,
    Profession,
    Provider,
    Relation,
)
from emr.rules.diagnoses import leaf_problem

# The usual taxonomy code of a profession. Source: NUCC's list of provider taxonomy codes. A physician
# has none: theirs is that of the specialty.
TAXONOMIES = {
    Profession.PT: "225100000X",
    Profession.PTA: "225200000X",
    Profession.OT: "225X00000X",
    Profession.OTA: "224Z00000X",
    Profession.AT: "2255A2300X",
    Profession.DC: "111N00000X",
    Profession.NP: "363L00000X",
    Profession.PA: "363A00000X",
    Profession.STUDENT: "390200000X",
}
# Pages that only the owner opens.
OWNERS = {About.PRACTICE, About.CLINICIAN, About.SUBMITTER}
WHERE = {
    About.PRACTICE: "Practice",
    About.CLINICIAN: "The provider's page",
    About.PATIENT: "The patient's details",
    About.COVERAGE: "Coverage",
    About.PAYER: "Payer",
    About.OTHER_COVERAGE: "The other coverage",
    About.OTHER_PAYER: "The other payer",
    About.CLAIM: "Details of the claim",
    About.CHARGES: "Charges",
    About.SUBMITTER: "Who sends claims",
}


@dataclass(frozen=True)
class ClaimProblem:
    """What keeps a claim from being sent; `url` leads to where it is mended.

    `only_in_a_file`: it may still go on paper. `for_the_owner`: nobody else opens that page.
    """

    claim: Claim
    problem: Problem

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def message(self) -> str:
        return self.problem.message

    @property
    def only_in_a_file(self) -> bool:
        return self.problem.only_in_a_file

    @property
    def for_the_owner(self) -> bool:
        return self.problem.about in OWNERS

    @property
    def where(self) -> str:
        return WHERE[self.problem.about]

    @property
    def url(self) -> str:
        name, number = _page(self.problem.about, self.claim)
        return reverse(name, args=[] if number is None else [number])


def _page(about: About, claim: Claim) -> tuple[str, int | None]:
    """The name of the page on which it is mended, and the number in its address."""
    match about:
        case About.PRACTICE:
            return "emr:practice", None
        case About.SUBMITTER:
            return "billing:claim-submitter", None
        case About.CLINICIAN:
            return "emr:provider", claim.note.visit.provider_id
        case About.PATIENT:
            return "emr:edit-patient", claim.coverage.patient_id
        case About.COVERAGE:
            return "emr:edit-coverage", claim.coverage_id
        case About.PAYER:
            return "emr:payer", claim.coverage.payer_id
        case About.OTHER_COVERAGE:
            return "emr:edit-coverage", other_coverage(claim).pk
        case About.OTHER_PAYER:
            return "emr:payer", other_coverage(claim).payer_id
        case About.CHARGES:
            return "billing:charges", claim.note_id
    return "billing:claim", claim.pk


def with_form_rows(claims):
    """The claims of a query with all that `values_of` reads, in a constant number of queries."""
    return (
        claims.with_state()
        .select_related(
            "coverage__payer",
            "coverage__patient",
            "note__visit__provider__user",
            "sheet",
        )
        .prefetch_related(
            Prefetch("sheet__charges", Charge.objects.order_by("position")),
            Prefetch(
                "coverage__patient__coverages",
                Coverage.objects.select_related("payer"),
            ),
        )
    )


def problems_of(claim: Claim, *, practice: Practice | None = None) -> list[ClaimProblem]:
    """What keeps the claim from being sent in either way; what only a file lacks is not among it."""
    found = problems_of_each([claim], practice=practice)[claim.pk]
    return [each for each in found if not each.only_in_a_file]


def problems_of_each(
    claims: Iterable[Claim], *, practice: Practice | None = None
) -> dict[int, list[ClaimProblem]]:
    """For each claim all that keeps it from being sent; those of a file among it, marked."""
    claims = list(claims)
    practice = practice or Practice.objects.get(pk=1)
    sender = submitter_problems(submitter_values(ClaimSubmitter.objects.first()))
    return {
        claim.pk: [
            ClaimProblem(claim, problem)
            for problem in [
                *problems_in(values_of(claim, practice=practice)),
                *sender,
            ]
        ]
        for claim in claims
    }


def is_billable(code: str, day: date) -> bool | None:
    """Whether a claim of this day may carry the diagnosis, by the same rule that judges the note; None
    where the release does not know it."""
    problem = leaf_problem(code, day)
    if problem is None:
        return True
    return False if problem.code == "diagnosis-header" else None


def submitter_values(submitter: ClaimSubmitter | None) -> values.Submitter | None:
    if submitter is None:
        return None
    return values.Submitter(
        name=submitter.name,
        identifier=submitter.identifier,
        contact_name=submitter.contact_name,
        contact_phone=submitter.contact_phone,
        receiver_name=submitter.receiver_name,
        receiver_identifier=submitter.receiver_identifier,
    )


def values_of(claim: Claim, *, practice: Practice) -> values.Claim:
    """What the claim says today."""
    coverage, note, other = claim.coverage, claim.note, other_coverage(claim)
    return values.Claim(
        control_number=claim.control_number,
        practice=_practice(practice),
        clinician=_clinician(note.visit.provider),
        patient=_patient(coverage.patient),
        insurance=_insurance(coverage),
        other=_insurance(other) if other else None,
        date_of_service=note.date_of_service,
        signed_on=note.signed_at.astimezone(practice.zone).date(),
        diagnoses=tuple(
            values.Diagnosis(code=code, billable=is_billable(code, note.date_of_service))
            for code in claim.sheet.diagnoses
        ),
        lines=tuple(_line(charge) for charge in claim.lines),
        frequency=claim.frequency,
        payer_control_number=claim.payer_control_number,
        authorization_number=claim.authorization_number,
        onset_on=claim.onset_on,
        accident=claim.accident,
        accident_state=claim.accident_state,
        referrer=_referrer(claim),
        # Whether the practice takes part is Medicare's question; others are billed with assignment.
        takes_assignment=practice.takes_assignment or coverage.payer.kind != CoverageKind.MEDICARE,
    )


def _practice(practice: Practice) -> values.Practice:
    return values.Practice(
        name=practice.name,
        npi=practice.npi,
        tax_id=practice.tax_id,
        taxonomy=practice.taxonomy,
        address=_address(practice),
        phone=practice.phone,
    )


def _clinician(provider: Provider) -> values.Clinician:
    user = provider.user
    return values.Clinician(
        name=values.Person(last_name=user.last_name, first_name=user.first_name),
        credentials=provider.credentials,
        npi=provider.npi,
        taxonomy=provider.taxonomy or TAXONOMIES.get(provider.profession, ""),
    )


def _patient(patient: Patient) -> values.Patient:
    return values.Patient(
        name=_name(patient),
        birth_date=patient.birth_date,
        sex=patient.sex,
        address=_address(patient),
        phone=patient.phone,
    )


def _insurance(coverage: Coverage) -> values.Insurance:
    payer, patient = coverage.payer, coverage.patient
    own = coverage.relation == Relation.SELF
    subscriber = values.Person(
        last_name=coverage.subscriber_last_name, first_name=coverage.subscriber_first_name
    )
    return values.Insurance(
        payer=values.Payer(
            name=payer.name,
            kind=payer.kind,
            electronic_id=payer.electronic_id,
            address=_address(payer),
        ),
        first=coverage.rank == Coverage.Rank.PRIMARY,
        relation=coverage.relation,
        subscriber=_name(patient) if own else subscriber,
        birth_date=patient.birth_date if own else coverage.subscriber_birth_date,
        sex=patient.sex if own else coverage.subscriber_sex,
        member_number=coverage.member_number,
        group_number=coverage.group_number,
        plan=coverage.plan,
    )


def other_coverage(claim: Claim) -> Coverage | None:
    """Who else insures the patient on the day; somebody who pays themselves is no insurance."""
    day, own = claim.note.date_of_service, claim.coverage
    for coverage in own.patient.coverages.all():
        ended = coverage.ends_on is not None and coverage.ends_on < day
        if coverage.rank == own.rank or coverage.starts_on > day or ended:
            continue
        if coverage.payer.kind != CoverageKind.SELF_PAY:
            return coverage
    return None


def _referrer(claim: Claim) -> values.Referrer | None:
    name = values.Person(last_name=claim.referrer_last_name, first_name=claim.referrer_first_name)
    if not any([name.last_name, name.first_name, claim.referrer_npi]):
        return None
    return values.Referrer(name=name, npi=claim.referrer_npi)


def _line(charge: Charge) -> values.Line:
    return values.Line(
        number=line_number(charge),
        code=charge.code,
        units=charge.units,
        modifiers=tuple(charge.modifiers.split()),
        pointers=tuple(int(each) for each in charge.pointers.split()),
        amount=charge.amount,
    )


def _name(patient: Patient) -> values.Person:
    return values.Person(
        last_name=patient.last_name,
        first_name=patient.first_name,
        middle_name=patient.middle_name,
    )


def _address(place: Patient | Payer | Practice) -> values.Address:
    return values.Address(
        street=place.street,
        city=place.city,
        state=place.state,
        postal_code=place.postal_code,
    )
