"""What is measured, in the order in which the clinic fills.

Floor and subject take turns on one connection, so that whatever else the machine does befalls both.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count

from django.core.management import call_command
from django.utils import timezone

from emr.models import Practice, Provider
from notes.models import Note
from notes.snapshot import digest_for_review
from tests.benchmarks import clinic, table
from tests.benchmarks.browser import Answer, Browser, fields_of
from tests.benchmarks.server import serving
from tests.factories import PASSWORD

WARM_UP = 10
ROUNDS = 80
FLOOR = "/benchmarks/floor/"

Ask = Callable[[Browser], Answer]


def measure(database: str, *words: str) -> None:
    """Each case, or only those with one of the words in what they are called."""
    call_command("prepare", stdout=sys.stderr)
    provider = clinic.open_clinic()
    clinic.add_patients(1_000)
    with serving() as port:
        browser = Browser(port)
        browser.sign_in(clinic.WRITER, PASSWORD)
        for what, prepare, aim in cases(provider):
            if not words or any(word in what for word in words):
                compare(database, browser, what, prepare(), aim)


def cases(provider: Provider) -> Iterator[tuple[str, Callable[[], Ask], str]]:
    """What is measured, how it is made ready, and the aim."""

    def day_of(visits: int) -> Ask:
        clinic.fill_today(provider, visits)
        return see_today

    def clinic_of(patients: int) -> Ask:
        clinic.add_patients(patients)
        return find_patient

    yield "today, 1 visit", partial(day_of, 1), "10"
    yield "today, 200 visits", partial(day_of, 200), "10"
    yield "find 3 of 1,000 patients", partial(clinic_of, 1_000), "2"
    yield "find 3 of 50,000 patients", partial(clinic_of, 50_000), "2"
    yield "register a patient", lambda: register_patient(count(1)), ""
    for typed in ("neck pain", "right", "M54.5"):
        ask = partial(find_diagnosis, typed)
        yield f"find a diagnosis: {typed}", lambda ask=ask: ask, ""
    save, sign = "save a note, count, check", "sign a note: set, sign, store"
    yield save, lambda: save_note(clinic.make_draft(provider)), "3.5, 10 st."
    yield sign, lambda: sign_note(clinic.make_drafts(provider)), "150 ms"
    on_page = "sign a note on its page, password hashed"
    yield on_page, lambda: sign_page(clinic.make_drafts(provider)), ""


def compare(database: str, browser: Browser, what: str, ask: Ask, aim: str = "") -> None:
    """Print how long it takes beside the floor; an answer that is no success stops everything."""
    browser.hang_up()
    floors, answers = [], []
    for number in range(WARM_UP + ROUNDS):
        pair = [(floors, see_floor), (answers, ask)]
        for taken, each in pair if number % 2 else pair[::-1]:
            answer = each(browser)
            assert answer.status in (200, 302), (what, answer)
            taken.append(answer)
    print(table.line(database, what, floors[WARM_UP:], answers[WARM_UP:], aim), flush=True)


# Each asks once, as a browser would


def see_floor(browser: Browser) -> Answer:
    return browser.get(FLOOR)


def see_today(browser: Browser) -> Answer:
    return browser.get("/?who=everybody&show=all")


def find_patient(browser: Browser) -> Answer:
    answer = browser.post("/patients/", [("q", "quillf")], htmx=True)
    assert answer.text.count("Quillfeather") >= 3, answer
    return answer


def register_patient(numbers: Iterable[int]) -> Ask:
    def ask(browser: Browser) -> Answer:
        fields = {
            "last_name": f"Newcomer{next(numbers)}",
            "first_name": "Nell",
            "birth_date": "1980-05-06",
            "sex": "female",
        }
        answer = browser.post("/patients/add/", fields.items())
        assert answer.status == 302, answer
        return answer

    return ask


def find_diagnosis(typed: str, browser: Browser) -> Answer:
    return browser.post("/diagnoses/", [("diagnosis_query", typed)], htmx=True)


def save_note(note: Note) -> Ask:
    """The whole form of a full note with one text changed; the answer is count, code, findings."""
    path = f"/notes/{note.pk}/"
    fields: list[tuple[str, str]] = []

    def ask(browser: Browser) -> Answer:
        nonlocal fields
        fields = fields or fields_of(browser.get(path).text, "note-form")
        revision = int(dict(fields)["revision"])
        changed = {"plan": f"Once more in {revision} days."}
        answer = browser.post(path, [(k, changed.get(k, value)) for k, value in fields], htmx=True)
        saved = dict(fields_of(answer.text, "note-form"))
        assert int(saved["revision"]) == revision + 1, answer
        fields = [(name, saved.get(name, value)) for name, value in fields]
        return answer

    return ask


def sign_note(drafts: Iterable[Note]) -> Ask:
    return lambda browser: browser.post(f"/benchmarks/sign/{next(drafts).pk}/", [])


def sign_page(drafts: Iterable[Note]) -> Ask:
    def ask(browser: Browser) -> Answer:
        note = next(drafts)
        practice = Practice.objects.get()
        with timezone.override(practice.zone):
            reviewed = digest_for_review(note, practice=practice)
        fields = {
            "revision": str(note.revision),
            "reviewed": reviewed,
            "attest": "on",
            "password": PASSWORD,
        }
        answer = browser.post(f"/notes/{note.pk}/sign/", fields.items())
        assert answer.status == 302, answer
        return answer

    return ask
