"""What stands in each box of a CMS-1500, and where on the page."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.claim_files.form_places import boxes, field_widths, fields
from billing.claim_files.paper import pages_of
from billing.claim_files.values import Diagnosis, Person
from billing.review.claim_print import claim_pdf
from emr import documents
from tests.billing.claims import (
    HOME,
    MEDICARE,
    PATIENT,
    PLAN,
    a_claim,
    a_dependent,
    a_line,
)

LETTER = (215.9, 279.4)


def page_of(**fields):
    [page] = pages_of(a_claim(**fields))
    return page


def shown(page, *names):
    return {name: page.get(name, "") for name in names}


def test_a_claim_to_medicare_says_none_where_others_name_the_insured():
    page = page_of()

    assert page == {
        "payer_name": "MEDICARE PART B",
        "kind_medicare": "X",
        "member_number": "1EG4TE5MK73",
        "patient_name": "MARLOW, ODETTE",
        "patient_born": "03 08 1951",
        "patient_signature": "SIGNATURE ON FILE",
        "patient_female": "X",
        "patient_street": "9 LARKSPUR COURT",
        "patient_city": "FORT COLLINS",
        "patient_state": "CO",
        "patient_zip": "80521",
        "patient_phone": "970 5550117",
        "group_number": "NONE",
        "insured_signature": "SIGNATURE ON FILE",
        "work_no": "X",
        "auto_no": "X",
        "accident_no": "X",
        "lab_no": "X",
        "onset": "01 12 2026",
        "onset_qualifier": "431",
        "referrer_role": "DN",
        "referrer_name": "OKAFOR, NGOZI",
        "referrer_npi": "1245319599",
        "icd_version": "0",
        "diagnosis_a": "M542",
        "diagnosis_b": "M7918",
        "control_number": "HL000001",
        "assignment_yes": "X",
        "tax_id": "841234567",
        "tax_id_ein": "X",
        "billing_phone": "970 5550142",
        "clinician": "DANA WHITLOCK PT DPT",
        "signed_on": "03 03 26",
        "place_name": "HARBOUR LANE PHYSICAL THER",
        "place_street": "214 HARBOUR LANE",
        "place_city": "FORT COLLINS CO 80521-1402",
        "place_npi": "1093817231",
        "billing_name": "HARBOUR LANE PHYSICAL THERAPY",
        "billing_street": "214 HARBOUR LANE",
        "billing_city": "FORT COLLINS CO 80521-1402",
        "billing_npi": "1093817231",
        "total": "   65 00",
        "lines": [
            {
                "line_from": "03 03 26",
                "line_to": "03 03 26",
                "line_place": "11",
                "line_code": "20561",
                "line_modifiers": "GA GP",
                "line_pointers": "A",
                "line_amount": "   65 00",
                "line_units": "1",
                "line_npi": "1508340712",
            }
        ],
    }


def test_somebody_insured_through_another_names_them_without_their_address():
    page = page_of(insurance=a_dependent())

    names = ["insured_name", "relation_spouse", "insured_born", "insured_male", "insured_street"]
    assert shown(page, *names, "group_number", "plan", "another_plan_no", "kind_group") == {
        "insured_name": "MARLOW, AUREL",
        "relation_spouse": "X",
        "insured_born": "07 02 1949",
        "insured_male": "X",
        "insured_street": "",
        "group_number": "G-2201",
        "plan": "PPO GOLD",
        "another_plan_no": "X",
        "kind_group": "X",
    }


def test_the_patients_own_insurance_bears_the_patients_address():
    page = page_of(insurance=PLAN)

    assert shown(page, "insured_name", "relation_self", "insured_street", "insured_zip") == {
        "insured_name": "MARLOW, ODETTE",
        "relation_self": "X",
        "insured_street": "9 LARKSPUR COURT",
        "insured_zip": "80521",
    }


def test_another_insurance_is_named_unless_medicare_pays_first():
    names = ["another_plan_yes", "other_name", "other_number", "other_plan"]
    second = replace(PLAN, first=False)

    assert shown(page_of(insurance=PLAN, other=second), *names) == {
        "another_plan_yes": "X",
        "other_name": "MARLOW, ODETTE",
        "other_number": "G-2201",
        "other_plan": "PPO GOLD",
    }
    assert shown(page_of(insurance=MEDICARE, other=second), *names) == dict.fromkeys(names, "")


@pytest.mark.parametrize(
    ("kind", "box"),
    [
        ("medicaid", "kind_medicaid"),
        ("tricare", "kind_tricare"),
        ("medicare_advantage", "kind_other"),
        ("workers_comp", "kind_other"),
        ("auto", "kind_other"),
    ],
)
def test_one_box_says_what_kind_of_payer_it_is(kind, box):
    page = page_of(insurance=replace(PLAN, payer=replace(PLAN.payer, kind=kind)))

    assert [name for name in page if name.startswith("kind_")] == [box]


def test_a_plan_without_a_group_is_another_kind():
    page = page_of(insurance=replace(PLAN, group_number=""))

    assert [name for name in page if name.startswith("kind_")] == ["kind_other"]


@pytest.mark.parametrize(
    ("accident", "ticked"),
    [
        ("work", ["work_yes", "auto_no", "accident_no"]),
        ("auto", ["work_no", "auto_yes", "accident_no"]),
        ("other", ["work_no", "auto_no", "accident_yes"]),
    ],
)
def test_an_accident_is_ticked_and_its_day_told(accident, ticked):
    page = page_of(insurance=PLAN, accident=accident, accident_state="CO")

    assert [page[name] for name in ticked] == ["X"] * 3
    assert shown(page, "other_date", "other_date_qualifier") == {
        "other_date": "01 12 2026",
        "other_date_qualifier": "439",
    }


def test_a_replacement_bears_its_code_and_the_payers_number():
    page = page_of(insurance=PLAN, frequency="7", payer_control_number="2026-77-1")

    assert shown(page, "resubmission", "original_number") == {
        "resubmission": "7",
        "original_number": "2026-77-1",
    }


def test_medicare_reads_no_code_of_a_replacement():
    page = page_of(frequency="7", payer_control_number="2026-77-1")

    assert shown(page, "resubmission", "original_number") == {
        "resubmission": "",
        "original_number": "",
    }


def test_twelve_diagnoses_have_letters_and_lines_point_by_them():
    twelve = tuple(Diagnosis(code=f"M54.{place:02}") for place in range(12))

    page = page_of(diagnoses=twelve, lines=(a_line(pointers=(12, 1, 10)),))

    assert [page[f"diagnosis_{letter}"] for letter in "abcdefghijkl"] == [
        f"M54{place:02}" for place in range(12)
    ]
    assert page["lines"][0]["line_pointers"] == "LAJ"


def test_seven_lines_take_two_pages_that_stand_for_themselves():
    lines = tuple(a_line(number=f"L{place}", amount="10.50") for place in range(7))

    first, second = pages_of(a_claim(lines=lines))

    assert (len(first["lines"]), first["total"]) == (6, "   63 00")
    assert (len(second["lines"]), second["total"]) == (1, "   10 50")
    assert second["patient_name"] == "MARLOW, ODETTE"


def test_a_claim_without_a_line_still_has_its_page():
    [page] = pages_of(a_claim(lines=()))

    assert (page["lines"], page["total"]) == ([], "    0 00")


def test_what_is_not_known_leaves_its_box_empty():
    nobody = replace(PATIENT, sex="unknown", phone="12", address=replace(HOME, street=""))

    page = page_of(patient=nobody, referrer=None, onset_on=None)

    names = ["patient_male", "patient_female", "patient_phone", "patient_street", "onset"]
    assert shown(page, *names, "referrer_role") == dict.fromkeys([*names, "referrer_role"], "")


def test_no_text_is_longer_than_its_box():
    long = Person(last_name="Marlow-" * 11, first_name="Odette", middle_name="Ines")
    lines = (a_line(amount=Decimal("99999.99"), units=999),)

    page = page_of(patient=replace(PATIENT, name=long), lines=lines)

    widths = field_widths()
    texts = {**page, **page["lines"][0]}
    texts.pop("lines")
    assert [name for name, text in texts.items() if len(text) > widths[name]] == []


def test_every_field_and_every_box_lies_on_the_page():
    places = [*fields().values(), *boxes()]

    assert [
        place
        for place in places
        if place.x < 0
        or place.y < 0
        or place.x + place.width > LETTER[0] - 5
        or place.y + place.height > LETTER[1] - 5
    ] == []


def test_no_field_lies_over_another():
    alone = [place for name, place in fields().items()]
    over = [
        (one, other)
        for place, one in enumerate(alone)
        for other in alone[place + 1 :]
        if one.y == other.y and one.x < other.x + other.width and other.x < one.x + one.width
    ]

    assert over == []


@pytest.mark.parametrize("drawn", [True, False])
def test_each_page_of_a_claim_is_one_sheet(drawn):
    lines = tuple(a_line(number=f"L{place}") for place in range(7))

    pdf = claim_pdf(pages_of(a_claim(lines=lines)), number="HL000001", drawn=drawn)

    assert len(documents.page_images(pdf, scale=0.02)) == 2


def test_a_nudge_moves_every_value():
    place = fields()["patient_name"]

    moved = place.moved(right=1.5, down=-2)

    assert (moved.x, moved.y) == (round(place.x + 1.5, 2), round(place.y - 2, 2))
