"""Visits as another system would export them, made up the same each time."""

from collections.abc import Iterator
from random import Random
from typing import Any

MUSCLES = (
    "soleus",
    "popliteus",
    "tibialis posterior",
    "upper trapezius",
    "lower trapezius",
    "levator scapulae",
    "infraspinatus",
    "gluteus medius",
    "quadratus lumborum",
    "piriformis",
)
SERVICES = ("97110", "97112", "97140", "97530", "97035", "97161", "98940", "99213")
KINDS = (
    "medicare",
    "medicare",
    "commercial",
    "commercial",
    "medicare_advantage",
    "medicaid",
    "tricare",
    "workers_comp",
    "auto",
    "self_pay",
)
POLICIES = ("covered", "authorization", "excluded", "investigational", "not_necessary", "unknown")
PROVIDERS = (("PT", "CO"), ("PT", "FL"), ("PTA", "CO"), ("DC", "MT"), ("MD", "CO"), ("OT", "TN"))
DIAGNOSES = ("M79.18", "M54.2", "M54.59", "M25.511", "M54.5", "M7918")


def made_up_visits(count: int) -> Iterator[dict[str, Any]]:
    """So many visits as check_visit reads them, one at a time."""
    chance = Random(20560)  # the same visits in every run
    for number in range(count):
        yield _visit(number, chance)


def _visit(number: int, chance: Random) -> dict[str, Any]:
    profession, state = chance.choice(PROVIDERS)
    day = f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    visit = {
        "id": f"visit-{number}",
        "date_of_service": day,
        "practice": {"fees": {"20560": "55.00", "20561": "75.00"}},
        "provider": {
            "profession": profession,
            "state": state,
            "licensed_on": "2015-05-01",
            "training_hours": chance.choice([30, 60, 140]),
            "in_person_hours": 60,
            "supervised_sessions": 40,
        },
        "patient": {"low_back_weeks": chance.randint(2, 60), "qmb": chance.random() < 0.05},
        "coverage": _coverage(chance),
        "consent": {"signed_on": "2026-01-01", "expires_on": "2026-12-31"},
        "needled": [_needled(chance) for _ in range(chance.randint(0, 6))],
        "services": [_service(chance) for _ in range(chance.randint(0, 3))],
        "diagnoses": chance.sample(DIAGNOSES, chance.randint(1, 3)),
    }
    if chance.random() < 0.1:
        visit["injected"] = [_needled(chance) | {"drug": chance.choice(["J2003", "J2001", ""])}]
        visit["injected"][0].pop("needles")
        visit["injected"][0].pop("rationale")
    if chance.random() < 0.4:
        visit["abn"] = {
            "edition_expires": "2029-03-31",
            "signed_on": day,
            "option": chance.randint(1, 3),
            "estimate": "60.00",
        }
    if chance.random() < 0.5:
        visit["charged"] = [
            {"code": chance.choice(["20560", "20561"]), "units": 1, "modifiers": ["GA"]},
            {"code": "97110", "units": chance.randint(0, 3)},
        ]
    if chance.random() < 0.8:
        visit["note"] = _note(chance)
    return visit


def _coverage(chance: Random) -> dict[str, Any]:
    return {
        "kind": chance.choice(KINDS),
        "policy": chance.choice(POLICIES),
        "verified_on": "2026-01-02",
        "therapy_plan_modifier": chance.choice(["", "GP"]),
        "authorization": {"number": "A-1", "visits": 12, "used": chance.randint(0, 13)},
        "limit": {"visits": 4, "days": 30, "used": chance.randint(0, 4)},
    }


def _needled(chance: Random) -> dict[str, Any]:
    return {
        "muscle": chance.choice(MUSCLES),
        "side": chance.choice(["right", "left", "both"]),
        "needles": chance.randint(1, 6),
        "rationale": chance.choice(["", "headache", "limited elevation"]),
    }


def _service(chance: Random) -> dict[str, Any]:
    return {
        "code": chance.choice(SERVICES),
        "minutes": chance.randint(5, 40),
        "text": chance.choice(
            ["Soft tissue work to the calf", "Squats, three sets of ten", "No needling today"]
        ),
    }


def _note(chance: Random) -> dict[str, Any]:
    return {
        "functional_limitation": "Cannot climb stairs without pain",
        "goal": "Climb two flights",
        "trigger_point_findings": "Taut band in the right soleus with a jump sign",
        "medical_necessity": "Four weeks of stretching brought no change",
        "technique": "Solid filiform needles, nothing injected",
        "tolerance": chance.choice(
            ["Tolerated well", "Brief ache at the soleus, gone on standing"]
        ),
        "pain_before": chance.randint(3, 9),
        "pain_after": chance.randint(0, 5),
        "measures": [{"name": "ankle dorsiflexion", "before": 8, "after": 14}],
        "needles_in": 12,
        "needles_out": 12,
        "twitch_response": True,
        "contraindications_screened": True,
        "signed": True,
    }
