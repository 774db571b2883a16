"""What a therapist writes: from a complaint and the number of the visit to a note's content."""

from random import Random

from billing.demo.complaints import COMPLAINTS, Complaint, Measured, Target
from billing.demo.patients import Invented
from emr.rules import catalogue
from notes import content as note_content
from notes.models import ReactionKind

# How often as many muscles as a complaint allows are needled: about half of the notes get 20561.
MOST_USED = 0.22
# Three muscles, exercise and manual therapy at each visit: three lines to charge.
MOST_DONE = {10109}

OTHER_SIDE = {"right": "left", "left": "right"}

FIRST_NEED = (
    "Pressure on the taut bands brings on the familiar pain. Six weeks of stretching, exercise and"
    " manual release alone did not help: {measure} stays at {reading}."
)
LATER_NEED = [
    "Pain came back to {pain}/10 three days after the last visit. The bands still hold back"
    " {measure}: {reading} at the start of today.",
    "{measure} held most of what the last visit gained ({reading} today), but the band in the"
    " {muscle} still brings on the familiar pain under pressure.",
    "The exercises stall at {reading} of {measure}. Needling is to free the {muscle} so that"
    " they can be loaded further.",
    "Fewer bad days, two this week. What is left comes from the {muscle}, where pressure repeats"
    " the pain into {refers_to}.",
]
TOLERANCE = [
    "Cramping ache in the {muscle} with the twitch, gone before the needle was out. Sat up slowly,"
    " no dizziness.",
    "Dull ache for two minutes after the {muscle}; sites dry after gauze, no swelling.",
    "Winced at the second needle and asked to go on. Ache 2/10 on leaving, expects to be sore"
    " tomorrow.",
    "Felt heavy and warm for five minutes, then moved freely. No bleeding, no light-headedness.",
    "Sore to touch at the {muscle} at the end; walked out without a limp or a complaint of pain"
    " elsewhere.",
    "Twitch was strong and surprised the patient; breathed through it. Mild soreness 1/10 after ten"
    " minutes of rest.",
    "Asked for a pause after the {muscle}, drank water, then went on. Colour and pulse normal.",
]
AFTER_CARE = (
    "Told of soreness for one to two days; heat, movement and water; call with any question."
)
PLANS = [
    "Once a week for three more weeks, then measure again. {exercise} daily.",
    "Same muscles next visit if {measure} falls back; otherwise exercise alone. {exercise} daily.",
    "{exercise}, every other day. Needle again in a week; stop needling at pain 2/10.",
]
REACTIONS = {
    ReactionKind.BRUISING: (
        "Coin-sized bruise, pressed for two minutes.",
        "Small bruise came up at the {muscle} within the visit, tender to touch. No swelling after"
        " two minutes of pressure.",
    ),
    ReactionKind.VASOVAGAL: (
        "Pale and sweating for three minutes, legs raised; pulse 58, then 72.",
        "Felt faint after the {muscle}; needles out at once, legs raised. Well after ten minutes,"
        " walked out with a companion.",
    ),
    ReactionKind.SORENESS: (
        "4/10 on leaving.",
        "Sore 4/10 in the {muscle} on leaving, eased to 2/10 with heat.",
    ),
    ReactionKind.BLEEDING: (
        "One site, stopped after a minute of pressure.",
        "One site at the {muscle} bled for under a minute with pressure. No swelling or bruise.",
    ),
}


def chart(
    who: Invented, *, visit_number: int, random: Random, reaction: ReactionKind | None = None
) -> dict:
    """The whole content of a note that can be signed."""
    complaint = COMPLAINTS[who.complaint]
    sites = _sites(who, complaint, random)
    foremost = sites[0]
    measures = [_measure(each, who.side, visit_number, random) for each in complaint.measures]
    pain = max(2, complaint.pain - (visit_number - 1) + random.choice([0, 0, 0, 1]))
    words = {
        "muscle": foremost["name"].lower(),
        "refers_to": foremost["refers_to"] or "the same place",
        "measure": measures[0]["name"][0].lower() + measures[0]["name"][1:],
        "reading": _reading(measures[0]),
        "pain": pain,
        "side": who.side,
        "exercise": complaint.exercise,
    }
    need = FIRST_NEED if visit_number == 1 else random.choice(LATER_NEED)
    detail, tolerance = REACTIONS.get(reaction, ("", random.choice(TOLERANCE)))
    content = note_content.EMPTY | {
        "sites": sites,
        "functional_limitation": complaint.limitation.format(**words),
        "goal": complaint.goal,
        "medical_necessity": _sentence(need.format(**words)),
        "diagnoses": [
            {"code": code, "label": label} for code, label in getattr(complaint, who.side)
        ],
        "needle_rows": _needle_rows(complaint, sites),
        "position": complaint.position.format(other=OTHER_SIDE[who.side]),
        "skin_prepared": True,
        "sharps_disposed": True,
        "current": False,
        "contraindications_screened": True,
        "tolerance": tolerance.format(**words),
        "reactions": [{"kind": reaction.value, "label": reaction.label}] if reaction else [],
        "reaction_detail": detail,
        "pain_before": pain,
        "pain_after": max(0, pain - random.choice([1, 2, 2, 3, 3])),
        "measures": measures,
        "services": _services(who, complaint, random),
        "plan": random.choice(PLANS).format(**words),
        "after_care": AFTER_CARE,
    }
    if note_content.over_lung_field(content):
        content["lung_precaution"] = True
        content["after_care"] = f"{AFTER_CARE} {note_content.LUNG_ADVICE}"
    return content


def half_charted(content: dict) -> dict:
    """As a draft stands while the patient is still on the table."""
    return content | {
        "tolerance": "",
        "reactions": [],
        "reaction_detail": "",
        "pain_after": None,
        "measures": [each | {"after": ""} for each in content["measures"]],
        "needle_rows": [row | {"out": None} for row in content["needle_rows"]],
        "sharps_disposed": False,
        "plan": "",
    }


def _sites(who: Invented, complaint: Complaint, random: Random) -> list[dict]:
    fewest, most = complaint.used
    used = most if random.random() < MOST_USED else random.randint(fewest, most)
    used = most if who.number in MOST_DONE else used
    targets = complaint.targets[:used]
    return [
        _site(target, side, random)
        for target in targets
        for side in ([who.side, OTHER_SIDE[who.side]] if target.both else [who.side])
    ]


def _site(target: Target, side: str, random: Random) -> dict:
    muscle = catalogue.by_id(target.muscle)
    return {
        "key": note_content.site_key(muscle.id, side),
        "muscle": muscle.id,
        "name": muscle.name,
        "side": side,
        "needles": random.randint(*target.needles),
        "twitch": random.random() < 0.7,
        "taut_band": True,
        "jump_sign": random.random() < 0.4,
        "tenderness": random.random() < 0.8,
        "refers_to": target.refers_to if random.random() < 0.6 else "",
        "rationale": target.rationale,
    }


def _needle_rows(complaint: Complaint, sites: list[dict]) -> list[dict]:
    gauge, length = complaint.needle
    needles = sum(site["needles"] for site in sites)
    return [{"gauge": gauge, "length": length, "in": needles, "out": needles}]


def _measure(measured: Measured, side: str, visit_number: int, random: Random) -> dict:
    better = max if measured.end < measured.start else min
    worse = min if measured.end < measured.start else max
    gained = measured.a_week * (visit_number - 1)
    before = better(measured.end, measured.start + gained + random.choice([-1, 0, 0, 1]))
    after = better(measured.end, before + measured.a_session + random.choice([-1, 0, 1]))
    return {
        "name": measured.name,
        "side": side if measured.sided else "",
        "unit": measured.unit,
        "before": str(before),
        "after": str(worse(before, after)),
    }


def _reading(measure: dict) -> str:
    space = "" if measure["unit"] == "°" else " "
    return f"{measure['before']}{space}{measure['unit']}"


def _services(who: Invented, complaint: Complaint, random: Random) -> list[dict]:
    """What else was done: exercise with its minutes, or the chiropractor's adjustment."""
    if who.sees == "oke":
        return [{"code": "98940", "minutes": None, "text": f"Adjustment of {complaint.adjusted}"}]
    minutes = random.choice([15, 23, 25, 30])
    exercise = {"code": "97110", "minutes": minutes, "text": complaint.exercise}
    if who.number not in MOST_DONE:
        return [exercise]
    manual = {"code": "97140", "minutes": 20, "text": "Joint mobilisation of the painful side"}
    return [exercise | {"minutes": 15}, manual]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
