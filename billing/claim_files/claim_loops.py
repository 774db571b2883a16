"""One claim of an 837P file: subscriber, patient, payer, the claim and its lines."""

from billing.claim_files.segments import composite, day, number, plain, segment
from billing.claim_files.shared_segments import address_segments, named
from billing.claim_files.values import Claim, Insurance, Line, Patient

# Who pays, as claims call the kinds of payers (SBR09).
FILING_INDICATORS = {
    "medicare": "MB",
    "medicare_advantage": "16",
    "medicaid": "MC",
    "tricare": "CH",
    "commercial": "CI",
    "workers_comp": "WC",
    "auto": "AM",
}
# The patient to the subscriber (SBR02, PAT01).
RELATIONS = {"self": "18", "spouse": "01", "child": "19", "other": "G8"}
SEXES = {"female": "F", "male": "M"}
ACCIDENTS = {"work": "EM", "auto": "AA", "other": "OA"}
# Who pays for an injury knows it by a number of its own, which stands on the card's place.
CASUALTY = {"workers_comp", "auto"}


def claim_segments(claim: Claim, *, parent: int, level: int) -> tuple[list[str], int]:
    """The segments of a claim below the level `parent`, and the last level that it took.

    `level` is the last one that was given before.
    """
    insured = claim.insurance
    own = insured.of_the_patient
    subscriber = level + 1
    segments = [
        segment("HL", str(subscriber), str(parent), "22", "0" if own else "1"),
        _subscriber(insured),
        named("IL", insured.subscriber, "MI", plain(insured.member_number)),
    ]
    if own:
        segments += [*_where_and_when_born(claim.patient), *_casualty_number(insured)]
    segments += _payer(insured)
    if own:
        return [*segments, *_claim(claim)], subscriber
    patient = subscriber + 1
    segments += [
        segment("HL", str(patient), str(subscriber), "23", "0"),
        segment("PAT", RELATIONS[insured.relation]),
        named("QC", claim.patient.name),
        *_where_and_when_born(claim.patient),
        *_casualty_number(insured),
    ]
    return [*segments, *_claim(claim)], patient


def _subscriber(insured: Insurance) -> str:
    return segment(
        "SBR",
        "P" if insured.first else "S",
        RELATIONS["self"] if insured.of_the_patient else "",
        *_group(insured),
        "",
        "",
        "",
        "",
        FILING_INDICATORS[insured.payer.kind],
    )


def _group(insured: Insurance) -> tuple[str, str]:
    """The number of the group, or else the name of the plan; Medicare has neither."""
    group = plain(insured.group_number, 50)
    return group, "" if group else plain(insured.plan, 60)


def _where_and_when_born(patient: Patient) -> list[str]:
    return [
        *address_segments(patient.address),
        segment("DMG", "D8", day(patient.birth_date), SEXES.get(patient.sex, "U")),
    ]


def _casualty_number(insured: Insurance) -> list[str]:
    if insured.payer.kind not in CASUALTY:
        return []
    return [segment("REF", "Y4", plain(insured.member_number, 50))]


def _payer(insured: Insurance) -> list[str]:
    payer = insured.payer
    name = plain(payer.name, 60)
    found = segment("NM1", "PR", "2", name, "", "", "", "", "PI", plain(payer.electronic_id))
    return [found, *(address_segments(payer.address) if payer.address.complete else [])]


def _claim(claim: Claim) -> list[str]:
    segments = [
        _claim_head(claim),
        *_dates(claim),
        *_references(claim),
        _diagnoses(claim),
        *_clinicians(claim),
    ]
    if claim.other:
        segments += _other_insurance(claim.other)
    for position, line in enumerate(claim.lines, 1):
        segments += _line(claim, line, position)
    return segments


def _claim_head(claim: Claim) -> str:
    accident = ""
    if claim.accident:
        accident = composite(ACCIDENTS[claim.accident], "", "", claim.accident_state)
    return segment(
        "CLM",
        plain(claim.control_number, 20),
        number(claim.total),
        "",
        "",
        composite(claim.place_of_service, "B", claim.frequency),
        "Y",  # the clinician's signature is on file
        "A" if claim.takes_assignment else "C",
        "Y" if claim.takes_assignment else "N",  # the payer pays the practice
        "Y",  # the patient lets the payer read what the claim rests on
        "",
        accident,
    )


def _dates(claim: Claim) -> list[str]:
    if claim.onset_on is None:
        return []
    return [segment("DTP", "439" if claim.accident else "431", "D8", day(claim.onset_on))]


def _references(claim: Claim) -> list[str]:
    segments = []
    if claim.authorization_number:
        segments.append(segment("REF", "G1", plain(claim.authorization_number, 50)))
    if claim.payer_control_number and claim.frequency != "1":
        segments.append(segment("REF", "F8", plain(claim.payer_control_number, 50)))
    return segments


def _diagnoses(claim: Claim) -> str:
    codes = [
        composite("ABF" if position else "ABK", diagnosis.plain)
        for position, diagnosis in enumerate(claim.diagnoses)
    ]
    return segment("HI", *codes)


def _clinicians(claim: Claim) -> list[str]:
    segments = []
    if claim.referrer:
        segments.append(named("DN", claim.referrer.name, "XX", claim.referrer.npi))
    # Somebody who bills under the number that they treat under is named once.
    if claim.clinician.npi != claim.practice.npi:
        segments += [
            named("82", claim.clinician.name, "XX", claim.clinician.npi),
            segment("PRV", "PE", "PXC", claim.clinician.taxonomy),
        ]
    return segments


def _other_insurance(other: Insurance) -> list[str]:
    """Who else insures the patient on that day: told, so that one payer knows of the other."""
    name = plain(other.payer.name, 60)
    return [
        segment(
            "SBR",
            "P" if other.first else "S",
            RELATIONS[other.relation],
            *_group(other),
            "",
            "",
            "",
            "",
            FILING_INDICATORS[other.payer.kind],
        ),
        segment("OI", "", "", "Y", "", "", "Y"),
        named("IL", other.subscriber, "MI", plain(other.member_number)),
        segment("NM1", "PR", "2", name, "", "", "", "", "PI", plain(other.payer.electronic_id)),
    ]


def _line(claim: Claim, line: Line, position: int) -> list[str]:
    return [
        segment("LX", str(position)),
        segment(
            "SV1",
            composite("HC", line.code, *line.modifiers),
            number(line.amount),
            "UN",
            str(line.units),
            "",
            "",
            composite(*map(str, line.pointers)),
        ),
        segment("DTP", "472", "D8", day(claim.date_of_service)),
        segment("REF", "6R", plain(line.number, 50)),
    ]
