"""What the note page shows around its form: the checklist, the choices, the differences."""

import re
from dataclasses import replace
from functools import cache

from django.http import QueryDict
from django.utils import timezone

from consent.review import Standing, standing_of
from consent.worklists import consent_chip, notice_chip, the_practice
from emr.banner import banner_of
from emr.chips import Chip
from emr.models import AlertKind, Diagnosis, Visit
from emr.rules import catalogue
from notes import content as note_content
from notes.forms import POSITIONS, ContentForm, SiteForm, SitesForm
from notes.low_back import is_offered, sessions_of
from notes.models import FavouriteMuscle, Note
from notes.review import Review

TOLERANCE_PHRASES = [
    "No soreness, bleeding or dizziness during or for ten minutes after.",
    "Mild soreness at the sites, easing within ten minutes.",
    "Short bleeding at one site, stopped with pressure.",
    "Asked for a pause once, then went on without trouble.",
]
TECHNIQUE_PHRASES = [
    "Clean technique with gloves.",
    "Each trigger point was located by palpation.",
    "Pistoning until the twitch response stopped.",
    "Needles left in place for ten minutes.",
]
AFTER_CARE_PHRASES = [
    "Told of soreness for one to two days; heat, movement and water; call with any question.",
    note_content.LUNG_ADVICE,
    "The hand-out with after-care and danger signs was given in writing.",
]
MEASURES = [
    ("Cervical rotation", "°"),
    ("Cervical side-bending", "°"),
    ("Shoulder flexion", "°"),
    ("Shoulder abduction", "°"),
    ("Lumbar flexion", "cm"),
    ("Hip internal rotation", "°"),
    ("Straight leg raise", "°"),
    ("Ankle dorsiflexion", "°"),
    ("Grip strength", "kg"),
    ("Single-leg squat", "reps"),
]
DIAGNOSES_SHOWN = 20
DIAGNOSIS_CODE = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
FIELD_LABELS = {
    "sites": "Muscles and sites",
    "injections": "Injections",
    "diagnoses": "Diagnoses",
    "needle_rows": "Needle count",
    "measures": "Measures",
    "services": "Other services",
    "reactions": "Adverse reactions",
}


def filled(content: dict) -> dict:
    """A draft's content with every key, also of a draft begun before a key was added."""
    return note_content.EMPTY | content


def banner(visit: Visit, *, standing: Standing | None = None) -> dict:
    """The patient banner with consent and notice of the visit as chips; read anew where what stands
    for the visit is not known yet."""
    standing = standing or standing_of(visit, practice=the_practice())
    chips = [
        named("Consent", consent_chip(standing.consent)),
        named("", notice_chip(standing.notice)),
    ]
    return banner_of(visit.patient, day=timezone.localdate(), chips=chips)


def named(what: str, chip: Chip) -> Chip:
    """The chip by itself, where no column says what it is about."""
    return replace(
        chip, word=f"{what} {chip.word[0].lower()}{chip.word[1:]}" if what else chip.word
    )


def everything(request, note: Note, form: ContentForm, review: Review) -> dict:
    """The context of the whole page beside the summary's."""
    patient = note.visit.patient
    shown = banner(note.visit, standing=review.standing)
    query = request.POST.get("diagnosis_query", "")
    return {
        "form": form,
        **shown,
        "low_back": sessions_of(review.standing) if is_offered(review.standing) else None,
        "last": Note.objects.last_of(patient.pk),
        "pacemaker": any(each.kind == AlertKind.PACEMAKER for each in shown["alerts"]),
        "goals": list(patient.goals.filter(ended_at=None)),
        "tolerance_phrases": TOLERANCE_PHRASES,
        "after_care_phrases": AFTER_CARE_PHRASES,
        "technique_phrases": TECHNIQUE_PHRASES,
        "common_measures": MEASURES,
        "positions": POSITIONS,
        "choices": diagnosis_choices(form.diagnoses, query),
        **checklist(request.user, form.sites),
    }


def checklist(user, sites: SitesForm) -> dict:
    """The muscles by region, favourites known, ticked ones ticked."""
    starred = set(
        FavouriteMuscle.objects.filter(clinician=user).values_list("muscle_id", flat=True)
    )
    ticked = set(sites.forms)
    return {
        "regions": [
            (region, label, [_muscle_row(each, starred, ticked) for each in muscles])
            for region, label, muscles in _by_region()
        ],
        "others": [(key, named) for key, named, _ in sites.rows() if not named["muscle"]],
        "muscle_names": _names(),
        "blank_site": SiteForm(prefix="site-__key__"),
    }


def _muscle_row(muscle, starred, ticked) -> dict:
    sides = ["right", "left"] if muscle.paired else ["midline"]
    return {
        "muscle": muscle,
        "starred": muscle.id in starred,
        "first": muscle.id in starred if starred else muscle.common,
        "words": " ".join([muscle.name, *muscle.aliases]).lower(),
        "sides": [
            {
                "key": note_content.site_key(muscle.id, side),
                "side": side,
                "letter": note_content.SIDE_LETTERS[side],
                "ticked": note_content.site_key(muscle.id, side) in ticked,
            }
            for side in sides
        ],
    }


@cache
def _by_region() -> list:
    return [
        (region, label, [each for each in catalogue.muscles() if each.region == region])
        for region, label in catalogue.REGIONS.items()
    ]


@cache
def _names() -> list[str]:
    return sorted(each.name for each in catalogue.muscles())


def chosen_diagnoses(data: QueryDict) -> list[dict]:
    """The ticked codes in the order ticked; what is no billable code is dropped."""
    posted = dict.fromkeys(data.getlist("diagnosis"))
    codes = [code for code in posted if DIAGNOSIS_CODE.fullmatch(code)][:12]
    found = Diagnosis.objects.billable().in_bulk(codes) if codes else {}
    return [{"code": code, "label": found[code].label} for code in codes if code in found]


def diagnosis_choices(chosen: list[dict], query: str) -> dict:
    """What is chosen, and what was found for the words typed."""
    taken = {each["code"] for each in chosen}
    hits = [
        each
        for each in Diagnosis.objects.search(query)[: DIAGNOSES_SHOWN + len(taken)]
        if each.code not in taken
    ]
    return {"chosen": chosen, "hits": hits[:DIAGNOSES_SHOWN], "query": query.strip()}


def differences(mine: dict, theirs: dict) -> list[dict]:
    """Field by field what two versions of a draft say differently, in words.

    Of a list of rows only those are told that the other version does not have.
    """
    form = ContentForm(content=note_content.EMPTY).once
    labels = {name: field.label for name, field in form.fields.items()} | FIELD_LABELS
    return [
        {
            "label": labels[key],
            "mine": _told(_apart(mine[key], theirs.get(key))),
            "theirs": _told(_apart(theirs.get(key), mine[key])),
        }
        for key in labels
        if key in mine and mine[key] != theirs.get(key)
    ]


def _apart(value, other):
    if isinstance(value, list) and isinstance(other, list):
        return [each for each in value if each not in other]
    return value


def _told(value) -> str:
    match value:
        case None | "" | []:
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case list():
            return "; ".join(_told(each) for each in value)
        case dict():
            said = {key: each for key, each in value.items() if key not in ("key", "muscle")}
            return ", ".join(
                f"{key.replace('_', ' ')} {_told(each)}"
                for key, each in said.items()
                if each not in (None, "")
            )
    return str(value)
