"""Snapshots of signed notes, as the sheet is set from them ("filiform/note/1")."""

import copy

CODE = "H7KQ-2M4T-9XWC"
DIGEST = "9f2c41ab77e0d3518c6b" * 3 + "ab12"


def make_site(
    name="Levator scapulae", side="right", *, needles=6, refers_to="Angle of neck", **rest
):
    return {
        "muscle": name.lower().replace(" ", "-"),
        "name": name,
        "side": side,
        "needles": needles,
        "twitch": True,
        "taut_band": True,
        "jump_sign": False,
        "tenderness": True,
        "refers_to": refers_to,
        "rationale": "",
        **rest,
    }


def make_snapshot(**content):
    snapshot = copy.deepcopy(SNAPSHOT)
    snapshot["content"].update(content)
    return snapshot


def make_empty_snapshot():
    """A draft in which nothing has been charted yet."""
    snapshot = copy.deepcopy(SNAPSHOT)
    empty = {str: "", list: [], int: None, bool: None, type(None): None}
    snapshot["content"] = {key: empty[type(value)] for key, value in snapshot["content"].items()}
    snapshot["review"] |= {
        "muscle_count": 0,
        "other_reading": 0,
        "needle_count": 0,
        "suggested_code": "",
        "sentence": "",
        "explanation": [],
    }
    snapshot["provider"] |= {"licence": None, "training": None}
    return snapshot | {"code": "", "consent": None, "signed": None}


def make_context(note=None, **rest):
    return {
        "note": note or make_snapshot(),
        "digest": DIGEST,
        "draft": False,
        "addenda": [],
        "verify_url": "https://clinic.example/verify/",
        "qr": "",
    } | rest


def make_addendum(number=1, **rest):
    return {
        "number": number,
        "kind_label": "Late entry",
        "text": "The soreness had gone by evening.",
        "by": "Dana Whitcomb, PT, DPT",
        "at_text": "24 November 2026, 09:02:11 MST",
        "sites": None,
        "sentence": "",
        "entered_in_error": False,
    } | rest


SNAPSHOT = {
    "format": "filiform/note/1",
    "code": CODE,
    "practice": {
        "name": "Harbour Lane Physical Therapy",
        "address": ["14 Harbour Lane", "Fort Collins, CO 80521"],
        "phone": "970-555-0142",
        "npi": "1093000018",
        "tax_id": "84-0000000",
        "letterhead": "",
        "time_zone": "America/Denver",
    },
    "patient": {
        "record_number": "10027",
        "name": "Marlow, Odette",
        "birth_date": "1951-03-08",
        "sex": "female",
    },
    "provider": {
        "name": "Dana Whitcomb",
        "credentials": "PT, DPT",
        "profession": "PT",
        "npi": "1003000126",
        "licence": {"state": "CO", "number": "PTL.0012345"},
        "training": {"hours": "54", "certificate_on_file": True},
    },
    "visit": {
        "date_of_service": "2026-11-23",
        "started_at": "2026-11-23T10:30:00-07:00",
        "place": "Harbour Lane, room 2",
        "payer": "Medicare",
    },
    "consent": {"signed_on": "2026-09-01"},
    "content": {
        "sites": [
            make_site("Upper trapezius", "right", needles=10, refers_to="Temple"),
            make_site("Upper trapezius", "left", needles=8, refers_to="Temple"),
            make_site("Levator scapulae", "right", needles=6, twitch=None),
        ],
        "injections": [],
        "functional_limitation": "Cannot turn the head far enough to check the blind spot.",
        "goal": "Drive 30 minutes with safe shoulder checks.",
        "medical_necessity": "Trigger points reproduce the headache.",
        "diagnoses": [{"code": "M54.2", "label": "Cervicalgia"}],
        "technique": "Solid filiform needles, single use.",
        "needle_rows": [{"gauge": "0.25", "length": "40", "in": 24, "out": 24}],
        "position": "Prone",
        "skin_prepared": True,
        "sharps_disposed": True,
        "current": False,
        "contraindications_screened": True,
        "contraindications": ["Anticoagulant: apixaban"],
        "lung_precaution": True,
        "tolerance": "Soreness 2/10 for ten minutes.",
        "reactions": [{"kind": "bruising", "label": "Bruising"}],
        "reaction_detail": "One spot of 1 cm.",
        "pain_before": 7,
        "pain_after": 4,
        "measures": [
            {
                "name": "Cervical rotation",
                "side": "right",
                "unit": "°",
                "before": "50",
                "after": "70",
            }
        ],
        "services": [{"code": "97110", "minutes": 15, "text": "Deep neck flexors."}],
        "plan": "Twice weekly for three weeks.",
        "after_care": "Heat; gentle rotation.",
    },
    "review": {
        "muscle_count": 3,
        "other_reading": 3,
        "needle_count": 24,
        "suggested_code": "20561",
        "sentence": "Dry needling of three muscles: CPT 20561, one unit.",
        "explanation": [{"label": "R upper trapezius", "counted": True, "note": "counted"}],
        "policy": "Right and left count apart.",
    },
    "signed": {
        "at": "2026-11-23T10:51:33-07:00",
        "at_text": "23 November 2026, 10:51:33 MST",
        "by": "Dana Whitcomb, PT, DPT",
        "attestation": "I performed this service and this note is mine.",
    },
}
