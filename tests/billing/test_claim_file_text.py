"""The text of an 837P file: pyx12 accepts it, and each value stands where the guide wants it."""

from dataclasses import replace

import pytest

from billing.claim_files.segments import number, plain, strange_letters
from billing.claim_files.values import Diagnosis, Person
from tests.billing.claims import (
    DANA,
    ENVELOPE,
    HOME,
    MEDICARE,
    PATIENT,
    PLAN,
    PRACTICE,
    a_claim,
    a_dependent,
    a_line,
    file_of,
)
from tests.billing.x12 import errors_of, segments_of

CHIROPRACTOR = replace(DANA, npi="1245319599", taxonomy="111N00000X")


def of_kind(kind):
    return replace(PLAN, payer=replace(PLAN.payer, kind=kind))


SESSION = (
    a_line("20561", "GP", number="L1"),
    a_line("97110", "GP", amount="48.50", number="L2", pointers=(1, 2)),
    a_line("97140", "GP", amount="90.00", number="L3", units=2, pointers=(2,)),
)
CLAIMS = {
    "Medicare, PT, ABN with option 1": a_claim(),
    "Medicare, PT, no valid ABN": a_claim(lines=(a_line("20561", "GZ GP"),)),
    "Medicare, DC, asked for by the patient": a_claim(
        clinician=CHIROPRACTOR, lines=(a_line("20560", "GY"),), referrer=None
    ),
    "Medicare Advantage": a_claim(insurance=of_kind("medicare_advantage")),
    "Medicaid": a_claim(insurance=of_kind("medicaid")),
    "TRICARE": a_claim(insurance=of_kind("tricare")),
    "commercial": a_claim(insurance=PLAN),
    "commercial without a group": a_claim(insurance=replace(PLAN, group_number="")),
    "a dependent": a_claim(insurance=a_dependent()),
    "a child": a_claim(insurance=a_dependent(relation="child")),
    "replacement": a_claim(insurance=PLAN, frequency="7", payer_control_number="2026-77-1"),
    "void": a_claim(insurance=PLAN, frequency="8", payer_control_number="2026-77-1"),
    "workers' compensation": a_claim(insurance=of_kind("workers_comp"), accident="work"),
    "auto": a_claim(insurance=of_kind("auto"), accident="auto", accident_state="CO"),
    "another accident": a_claim(insurance=PLAN, accident="other"),
    "a whole session": a_claim(insurance=PLAN, lines=SESSION),
    "distinct muscles": a_claim(
        insurance=PLAN, lines=(a_line("20552", ""), a_line("20560", "XS", number="L2"))
    ),
    "four modifiers": a_claim(lines=(a_line("20561", "GA GP XS CQ"),)),
    "twelve diagnoses": a_claim(
        diagnoses=tuple(Diagnosis(code=f"M54.{place:02}") for place in range(12)),
        lines=(a_line(pointers=(9, 10, 11, 12)),),
    ),
    "authorized": a_claim(insurance=PLAN, authorization_number="AUTH 2201-7"),
    "without assignment": a_claim(takes_assignment=False),
    "no referrer, no onset": a_claim(insurance=PLAN, referrer=None, onset_on=None),
    "two insurances": a_claim(other=replace(PLAN, first=False)),
    "one who bills for themselves": a_claim(clinician=replace(DANA, npi=PRACTICE.npi)),
    "sex not known": a_claim(patient=replace(PATIENT, sex="unknown")),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_checker_accepts_the_file_of_each_kind_of_claim(name):
    assert errors_of(file_of(CLAIMS[name])) == []


def test_a_checker_accepts_all_kinds_in_one_file():
    text = file_of(*CLAIMS.values())

    assert errors_of(text) == []
    assert len(segments_of(text, "CLM")) == len(CLAIMS)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("SBR*P*18", "SBX*P*18"), ("HI*ABK", "HI*ABX"), ("SE*29", "SE*28"), ("*000000017~", "*18~")],
)
def test_the_checker_would_say_so(was, becomes):
    assert errors_of(file_of(a_claim()).replace(was, becomes)) != []


def test_the_envelope_bears_the_number_of_the_file():
    text = file_of(a_claim(), envelope=replace(ENVELOPE, control_number=204, usage="T"))

    assert text.splitlines()[0] == (
        "ISA*00*          *00*          *ZZ*HARBOUR01      *ZZ*PLAINS         "
        "*260304*1730*^*00501*000000204*0*T*:~"
    )
    assert segments_of(text, "GS") == ["GS*HC*HARBOUR01*PLAINS*20260304*1730*204*X*005010X222A1"]
    assert segments_of(text, "BHT") == ["BHT*0019*00*204*20260304*1730*CH"]
    assert segments_of(text, "GE") == ["GE*1*204"]
    assert segments_of(text, "IEA") == ["IEA*1*000000204"]


def test_a_line_bears_code_modifiers_price_units_and_what_it_points_at():
    text = file_of(CLAIMS["a whole session"])

    assert segments_of(text, "CLM") == ["CLM*HL000001*203.5***11:B:1*Y*A*Y*Y"]
    assert segments_of(text, "SV1") == [
        "SV1*HC:20561:GP*65*UN*1***1",
        "SV1*HC:97110:GP*48.5*UN*1***1:2",
        "SV1*HC:97140:GP*90*UN*2***2",
    ]
    assert segments_of(text, "DTP")[1:] == ["DTP*472*D8*20260303"] * 3
    assert segments_of(text, "REF")[1:] == ["REF*6R*L1", "REF*6R*L2", "REF*6R*L3"]


def test_diagnoses_have_no_dot_and_keep_their_order():
    text = file_of(a_claim(diagnoses=(Diagnosis(code="M79.18"), Diagnosis(code="M54.2"))))

    assert segments_of(text, "HI") == ["HI*ABK:M7918*ABF:M542"]


def test_somebody_insured_through_another_stands_below_the_subscriber():
    text = file_of(a_claim(insurance=a_dependent()))

    assert segments_of(text, "HL") == ["HL*1**20*1", "HL*2*1*22*1", "HL*3*2*23*0"]
    assert segments_of(text, "SBR") == ["SBR*P**G-2201******CI"]
    assert segments_of(text, "PAT") == ["PAT*01"]
    assert segments_of(text, "NM1")[3:6] == [
        "NM1*IL*1*MARLOW*AUREL****MI*FRH 555 201",
        "NM1*PR*2*FRONT RANGE HEALTH PLAN*****PI*FRHP1",
        "NM1*QC*1*MARLOW*ODETTE",
    ]


def test_levels_count_on_from_claim_to_claim():
    text = file_of(a_claim(insurance=a_dependent()), a_claim(), a_claim())

    assert segments_of(text, "HL") == [
        "HL*1**20*1",
        "HL*2*1*22*1",
        "HL*3*2*23*0",
        "HL*4*1*22*0",
        "HL*5*1*22*0",
    ]


@pytest.mark.parametrize(
    ("name", "claim", "date"),
    [
        ("workers' compensation", "CLM*HL000001*65***11:B:1*Y*A*Y*Y**EM", "439"),
        ("auto", "CLM*HL000001*65***11:B:1*Y*A*Y*Y**AA:::CO", "439"),
        ("another accident", "CLM*HL000001*65***11:B:1*Y*A*Y*Y**OA", "439"),
        ("commercial", "CLM*HL000001*65***11:B:1*Y*A*Y*Y", "431"),
        ("replacement", "CLM*HL000001*65***11:B:7*Y*A*Y*Y", "431"),
        ("without assignment", "CLM*HL000001*65***11:B:1*Y*C*N*Y", "431"),
    ],
)
def test_the_claim_says_what_it_is(name, claim, date):
    text = file_of(CLAIMS[name])

    assert segments_of(text, "CLM") == [claim]
    assert segments_of(text, "DTP")[0] == f"DTP*{date}*D8*20260112"


def test_a_replacement_names_the_payers_own_number():
    references = segments_of(file_of(CLAIMS["replacement"]), "REF")

    assert references == ["REF*EI*841234567", "REF*F8*2026-77-1", "REF*6R*L1"]


def test_no_letter_of_a_name_breaks_the_file():
    odd = Person(last_name="O’Núñez*de~la:Cruz^", first_name="Zoë\nRenée", middle_name="Æsa")
    claim = a_claim(
        patient=replace(PATIENT, name=odd, address=replace(HOME, street="9 Larkspur Ct #4")),
        insurance=replace(MEDICARE, subscriber=odd),
    )

    text = file_of(claim)

    assert errors_of(text) == []
    assert "NM1*IL*1*O'NUNEZ DE LA CRUZ*ZOE RENEE*AESA***MI*1EG4TE5MK73~" in text
    assert "N3*9 LARKSPUR CT 4~" in text


def test_a_long_name_is_cut_and_a_long_street_takes_two_lines():
    long = Person(last_name="Marlow-" * 11, first_name="Odette " * 10)
    street = "Number 9 beneath the old Larkspur Court, behind the harbour, door on the left"
    claim = a_claim(patient=replace(PATIENT, name=long, address=replace(HOME, street=street)))
    claim = replace(claim, insurance=replace(MEDICARE, subscriber=long))

    text = file_of(claim)

    assert errors_of(text) == []
    [subscriber] = [each for each in segments_of(text, "NM1") if each.startswith("NM1*IL")]
    assert [len(part) for part in subscriber.split("*")[3:5]] == [60, 34]
    assert segments_of(text, "N3")[1] == (
        "N3*NUMBER 9 BENEATH THE OLD LARKSPUR COURT, BEHIND THE*HARBOUR, DOOR ON THE LEFT"
    )


@pytest.mark.parametrize(
    ("text", "most", "written"),
    [
        ("Łukasz Świątek", None, "LUKASZ SWIATEK"),
        ("Straße", None, "STRASSE"),
        ("Ðorđe – Ångström", None, "DORDE - ANGSTROM"),
        ("  two\t words\r\n", None, "TWO WORDS"),
        ("cut here", 4, "CUT"),
        ("1/2 No. 7", None, "1/2 NO. 7"),
        ("½ €", None, "1 2"),
    ],
)
def test_text_becomes_what_x12_can_hold(text, most, written):
    assert plain(text, most) == written


def test_letters_of_another_script_are_told_not_dropped():
    assert strange_letters("Zoë Ωmega 李") == "Ω李"
    assert strange_letters("Zoë Ångström Straße, #4") == ""


@pytest.mark.parametrize(
    ("amount", "written"),
    [("65.00", "65"), ("65.50", "65.5"), ("0.05", "0.05"), ("0", "0"), ("100", "100")],
)
def test_amounts_have_no_zero_at_their_end(amount, written):
    assert number(a_line(amount=amount).amount) == written
