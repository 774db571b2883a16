"""The content of a note: one document, the same while it is a draft and in the signed snapshot.

sites             [{key, muscle, name, side, needles, twitch, taut_band, jump_sign, tenderness,
                    refers_to, rationale}]; muscle is a catalogue id or "", twitch true, false, null
injections        [{muscle, name, side, drug}]
functional_limitation, goal, medical_necessity, technique, tolerance, reaction_detail, plan,
after_care        text
diagnoses         [{code, label}]
needle_rows       [{gauge, length, in, out}]; gauge and length in millimetres as typed
position          text
skin_prepared, sharps_disposed, contraindications_screened, lung_precaution    true or false
current           electrical current through the needles: true, false or null
reactions         [{kind, label}]
pain_before, pain_after    0 to 10 or null
measures          [{name, side, unit, before, after}]
services          [{code, minutes, text}]
low_back          whether Medicare's low-back benefit is claimed
low_back_weeks    for how many weeks the low back has hurt, or null
low_back_improving    true or false
copied            names of fields and keys of sites that came from the last note, not looked at yet
"""

from emr.rules import catalogue

TECHNIQUE = "Solid filiform needles, sterile, single use."
LUNG_ADVICE = (
    "Go to the emergency department at once for shortness of breath, chest pain or a dry cough in the"
    " next three days, or whenever you feel it: tell them that you were needled near the chest."
)
MAX_SITES = 60

EMPTY = {
    "sites": [],
    "injections": [],
    "functional_limitation": "",
    "goal": "",
    "medical_necessity": "",
    "diagnoses": [],
    "technique": TECHNIQUE,
    "needle_rows": [],
    "position": "",
    "skin_prepared": False,
    "sharps_disposed": False,
    "current": None,
    "contraindications_screened": False,
    "lung_precaution": False,
    "tolerance": "",
    "reactions": [],
    "reaction_detail": "",
    "pain_before": None,
    "pain_after": None,
    "measures": [],
    "services": [],
    "low_back": False,
    "low_back_weeks": None,
    "low_back_improving": False,
    "copied": [],
    "plan": "",
    "after_care": "",
}

# What may come along from the last note; why today, findings, response and tolerance are always
# today's own.
CARRIED = (
    "functional_limitation",
    "goal",
    "diagnoses",
    "technique",
    "position",
)

BLANK_SITE = {
    "needles": None,
    "twitch": None,
    "taut_band": False,
    "jump_sign": False,
    "tenderness": False,
    "refers_to": "",
    "rationale": "",
}

SIDE_LETTERS = {"right": "R", "left": "L", "midline": "M"}


def site_key(muscle: str, side: str) -> str:
    """How a site is named in the form: `upper-trapezius:right`, or `~Typed name:right`."""
    return f"{muscle}:{side}"


def read_site_key(key: str) -> dict | None:
    """Muscle, name and side of a site's key; None if it is not one."""
    muscle_id, _, side = key.rpartition(":")
    if side not in SIDE_LETTERS:
        return None
    if muscle_id.startswith("~"):
        printable = "".join(sign if sign.isprintable() else " " for sign in muscle_id[1:])
        name = " ".join(printable.split())[:80].strip()
        known = catalogue.match(name)
        if known and not known.paired:
            return {"muscle": known.id, "name": known.name, "side": "midline"}
        if known and side != "midline":
            return {"muscle": known.id, "name": known.name, "side": side}
        # A paired muscle without a side stays as typed, so that the rules ask for the side.
        return {"muscle": "", "name": name, "side": side} if name else None
    muscle = catalogue.by_id(muscle_id)
    if muscle is None or (not muscle.paired) != (side == "midline"):
        return None
    return {"muscle": muscle.id, "name": muscle.name, "side": side}


def over_lung_field(content: dict) -> list[str]:
    """The names of needled muscles that lie over the lung, each once."""
    names = []
    for site in content["sites"]:
        muscle = catalogue.by_id(site["muscle"]) if site["muscle"] else None
        if muscle and muscle.risk == "pneumothorax" and muscle.name not in names:
            names.append(muscle.name)
    return names


def trigger_point_findings(content: dict) -> str:
    """What was felt at each site, in a sentence; empty while any site has none."""
    told = []
    for site in content["sites"]:
        felt = [
            word
            for key, word in (
                ("taut_band", "palpable taut band"),
                ("jump_sign", "jump sign"),
                ("tenderness", "local tenderness"),
            )
            if site[key]
        ]
        if site["refers_to"]:
            felt.append(f"pain referred to {site['refers_to']}")
        if not felt:
            return ""
        told.append(f"{site['side'].capitalize()} {site['name'].lower()}: {', '.join(felt)}.")
    return " ".join(told)


def needles_in_and_out(content: dict) -> tuple[int | None, int | None]:
    """Sums over the needle rows; None while a row with a needle lacks that number."""
    rows = content["needle_rows"]

    def total(key):
        counts = [row[key] for row in rows]
        return sum(counts) if counts and None not in counts else None

    return total("in"), total("out")


def carried_over(content: dict, last: dict) -> dict:
    """The draft with what it still lacks from an earlier note, marked as copied.

    Muscles come with their needles but without findings, needle sizes without counts.
    """
    carried = dict(content)
    copied = list(content["copied"])
    for key in CARRIED:
        if last.get(key) and content[key] in ("", [], EMPTY[key]) and last[key] != content[key]:
            carried[key] = last[key]
            copied.append(key)
    present = {site["key"] for site in content["sites"]}
    room = MAX_SITES - len(content["sites"])
    new = [site for site in last["sites"] if site["key"] not in present][:room]
    added = [BLANK_SITE | _of_site(site) for site in new]
    carried["sites"] = [*content["sites"], *added]
    copied += [site["key"] for site in added]
    if not content["needle_rows"]:
        carried["needle_rows"] = [row | {"in": None, "out": None} for row in last["needle_rows"]]
    carried["copied"] = list(dict.fromkeys(copied))
    return carried


def _of_site(site: dict) -> dict:
    return {key: site[key] for key in ("key", "muscle", "name", "side", "needles")}


def needles_at_sites(content: dict) -> int | None:
    """The needles of all sites together; None while one of them is not counted."""
    counts = [site["needles"] for site in content["sites"]]
    return None if None in counts else sum(counts)
