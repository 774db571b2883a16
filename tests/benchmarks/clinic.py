"""A clinic to measure in: its people, thousands of patients, a full day, a note to write."""

import itertools
from collections.abc import Iterator
from datetime import date, timedelta

from emr.models import CoverageKind, Patient, PatientSearchWord, Provider, Role, Visit
from emr.search import words_of
from notes.content import EMPTY
from notes.models import Note
from tests import factories

WRITER = "dana"
FIRST_NAMES = ["Ada", "Bruno", "Carla", "Dmitri", "Edda", "Farid", "Gita", "Hugo", "Ines", "Jonas"]
SYLLABLES = ["bar", "cor", "den", "fal", "gor", "hel", "kam", "lin", "mor", "nas", "pel", "rud"]
LAST_NAMES = ["".join(each).title() for each in itertools.product(SYLLABLES, repeat=3)]


def open_clinic() -> Provider:
    factories.make_practice()
    user = factories.make_user(
        Role.THERAPIST, Role.OWNER, username=WRITER, first_name="Dana", last_name="Whitlock"
    )
    provider = factories.make_provider(user=user)
    factories.make_licence(provider=provider)
    factories.make_training(provider=provider)
    return provider


def add_patients(total: int) -> None:
    """Until there are so many, of whom three are called Quillfeather."""
    names = itertools.islice(
        itertools.product(FIRST_NAMES * 3, LAST_NAMES), Patient.objects.count(), total
    )
    patients = [
        Patient(
            record_number=f"B{number:06}",
            last_name="Quillfeather" if number < 3 else last,
            first_name=first,
            birth_date=date(1940, 1, 1) + timedelta(days=number % 25_000),
        )
        for number, (first, last) in enumerate(names, start=Patient.objects.count())
    ]
    made = Patient.objects.bulk_create(patients, batch_size=1_000)
    words = (
        PatientSearchWord(patient=patient, word=word)
        for patient in made
        for word in patient.search_words() | set(words_of(patient.record_number))
    )
    PatientSearchWord.objects.bulk_create(words, batch_size=2_000)


def fill_today(provider: Provider, total: int) -> None:
    """So many visits today, with every chip: half of the patients have Medicare and most of these an
    ABN, three of four consented, every other visit has a note begun.
    """
    there = Visit.objects.count()
    payers = [factories.make_payer(), factories.make_payer(kind=CoverageKind.MEDICARE)]
    factories.make_fee(code="20561", starts_on=date(2026, 1, there % 28 + 1))
    desk = factories.make_user(Role.FRONT_DESK)
    wording = factories.make_abn_wording(installed_by=desk)
    for number, patient in enumerate(Patient.objects.order_by("pk")[there:total]):
        coverage = factories.make_coverage(patient=patient, payer=payers[number % 2])
        start = factories.at(8) + timedelta(minutes=number)
        visit = factories.make_visit(patient=patient, provider=provider, start=start)
        if number % 4:
            factories.make_consent(patient=patient, recorded_by=desk)
        if number % 2:
            factories.make_note(visit=visit, content=CONTENT)
        if number % 8 in (1, 3, 5):
            factories.make_notice(
                patient=patient,
                provider=provider,
                coverage=coverage,
                wording=wording,
                drafted_by=desk,
                repetitive=True,
                visits=8,
                state="chosen",
            )


def make_draft(provider: Provider) -> Note:
    """A draft with nothing missing, of a visit long ago so that today's list stays as it is."""
    patient = Patient.objects.order_by("pk").first()
    start = factories.at(9, day=date(2026, 3, 2))
    visit = factories.make_visit(patient=patient, provider=provider, start=start)
    return factories.make_note(visit=visit, content=CONTENT)


def make_drafts(provider: Provider) -> Iterator[Note]:
    while True:
        yield make_draft(provider)


def _site(muscle: str, name: str, side: str) -> dict:
    return {
        "key": f"{muscle}:{side}",
        "muscle": muscle,
        "name": name,
        "side": side,
        "needles": 2,
        "twitch": True,
        "taut_band": True,
        "jump_sign": False,
        "tenderness": True,
        "refers_to": "the same shoulder",
        "rationale": "",
    }


CONTENT = EMPTY | {
    "sites": [
        _site("levator-scapulae", "Levator scapulae", "right"),
        _site("levator-scapulae", "Levator scapulae", "left"),
        _site("splenius-capitis", "Splenius capitis", "right"),
        _site("infraspinatus", "Infraspinatus", "right"),
        _site("gluteus-medius", "Gluteus medius", "left"),
    ],
    "functional_limitation": "Cannot turn the head far enough to reverse the car.",
    "goal": "Reverse the car without turning the whole body.",
    "medical_necessity": "Trigger points reproduce the pain; stretching alone did not last.",
    "diagnoses": [{"code": "M54.2", "label": "Cervicalgia"}],
    "needle_rows": [{"gauge": "0.30", "length": "40", "in": 10, "out": 10}],
    "position": "Prone",
    "skin_prepared": True,
    "sharps_disposed": True,
    "current": False,
    "contraindications_screened": True,
    "lung_precaution": True,
    "tolerance": "Brief soreness at each site, gone before leaving.",
    "pain_before": 6,
    "pain_after": 3,
    "measures": [
        {"name": "Rotation", "side": "right", "unit": "degrees", "before": "45", "after": "60"}
    ],
    "plan": "Once more in a week, then home exercises alone.",
    "after_care": "Drink, move, call if the soreness lasts.",
}
