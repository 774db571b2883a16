from datetime import date

import pytest
from django.core.exceptions import ValidationError

from consent import actions
from consent.clauses import asked_of, check_clauses, find_form_problems, find_form_warnings
from consent.models import ConsentForm, ConsentText
from consent.shipped import shipped_text
from emr.models import AuditEntry, Practice, Profession
from emr.rules.state_packs import CLAUSES
from tests.factories import make_consent_form, make_provider, today

DAY = date(2026, 3, 4)


def entries():
    return list(AuditEntry.objects.order_by("pk").values_list("verb", "details"))


def sections_without(*clauses, language="en"):
    return [
        section | {"text": "" if section["clause"] in clauses else section["text"]}
        for section in shipped_text(language)["sections"]
    ]


@pytest.fixture
def draft(olive):
    return actions.draft_form(by=olive)


def edit(form, *, by, language="en", title="Consent", sections=None):
    return actions.edit_form_text(
        form=form,
        language=language,
        title=title,
        sections=sections_without() if sections is None else sections,
        by=by,
    )


# What ships


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_ships_has_every_clause_in_order(language):
    sections = shipped_text(language)["sections"]

    assert [section["clause"] for section in sections] == list(CLAUSES)
    assert [section for section in sections if not section["heading"] or not section["text"]] == []


# Drafting


def test_the_first_draft_is_the_text_that_ships(olive):
    form = actions.draft_form(by=olive)

    texts = {text.language: (text.title, text.sections) for text in form.texts.all()}
    shipped = {language: shipped_text(language) for language in ("en", "es")}
    assert (form.version, form.published_at) == (1, None)
    assert texts == {
        language: (text["title"], text["sections"]) for language, text in shipped.items()
    }
    assert entries() == [("drafted consent form", {"version": 1})]


def test_the_next_draft_starts_from_the_version_in_use(olive):
    make_consent_form(version=1)
    current = make_consent_form(version=2, languages=["en"])

    form = actions.draft_form(by=olive)

    assert form.version == 3
    assert list(form.texts.values_list("language", "sections")) == list(
        current.texts.values_list("language", "sections")
    )


def test_there_is_one_draft_at_a_time(olive, draft):
    with pytest.raises(actions.Refused, match="a draft already"):
        actions.draft_form(by=olive)

    assert ConsentForm.objects.count() == 1


def test_a_discarded_draft_leaves_its_number_to_the_next(olive, draft):
    actions.discard_draft_form(form=draft, by=olive)

    assert (ConsentForm.objects.count(), ConsentText.objects.count()) == (0, 0)
    assert actions.draft_form(by=olive).version == 1
    assert entries()[1] == ("discarded consent form", {"version": 1})


# Writing


def test_what_is_written_is_kept_in_order_and_measured(olive, draft):
    sections = [*reversed(sections_without("benefits"))]

    text = edit(draft, by=olive, title="Needling: yes or no", sections=sections)

    assert (text.title, text.sections) == ("Needling: yes or no", sections_without("benefits"))
    assert text.reading_level == "US grade 5, Flesch-Kincaid"
    assert entries()[-1] == ("edited consent form", {"version": 1, "language": "en"})


@pytest.mark.parametrize(
    ("title", "sections"),
    [
        ("  ", sections_without()),
        ("Consent", [*sections_without(), sections_without()[0]]),
        ("Consent", [{"clause": "price", "heading": "Price", "text": "50 dollars"}]),
    ],
    ids=["no title", "a clause twice", "no such clause"],
)
def test_a_text_that_is_none_is_refused(olive, draft, title, sections):
    before = list(ConsentText.objects.values("title", "sections"))

    with pytest.raises(ValidationError):
        edit(draft, by=olive, title=title, sections=sections)

    assert list(ConsentText.objects.values("title", "sections")) == before


def test_a_language_can_be_left_out_and_taken_in_again(olive, draft):
    actions.drop_form_text(form=draft, language="es", by=olive)
    left = list(draft.texts.values_list("language", flat=True))
    edit(draft, by=olive, language="es", sections=sections_without(language="es"))

    assert (left, list(draft.texts.values_list("language", flat=True))) == (["en"], ["en", "es"])


def test_english_is_never_left_out(olive, draft):
    with pytest.raises(actions.Refused):
        actions.drop_form_text(form=draft, language="en", by=olive)

    assert draft.texts.count() == 2


# Publishing


def test_a_published_version_says_who_and_when(olive, draft, practice, dana):
    form = actions.publish_form(form=draft, practice=practice, must_renew=True, by=olive)

    assert (form.published_by, form.published_on, form.must_renew) == (olive, today(), True)
    assert ConsentForm.objects.current() == form
    details = {"version": 1, "must_renew": True, "languages": ["en", "es"]}
    assert entries()[-1] == ("published consent form", details)


def steps_on(form, *, practice, by):
    return {
        "edit": lambda: edit(form, by=by),
        "leave out": lambda: actions.drop_form_text(form=form, language="es", by=by),
        "publish": lambda: actions.publish_form(form=form, practice=practice, by=by),
        "discard": lambda: actions.discard_draft_form(form=form, by=by),
    }


@pytest.mark.parametrize("step", ["edit", "leave out", "publish", "discard"])
def test_a_published_version_never_changes(olive, practice, step):
    form = make_consent_form()

    with pytest.raises(actions.Refused, match="never changes"):
        steps_on(form, practice=practice, by=olive)[step]()

    assert (form.texts.count(), entries()) == (2, [])


@pytest.mark.parametrize("step", ["edit", "leave out", "publish", "discard"])
def test_a_draft_that_is_gone_takes_no_step(olive, practice, draft, step):
    actions.discard_draft_form(form=ConsentForm.objects.get(), by=olive)

    with pytest.raises(actions.Refused, match="discarded in the meantime"):
        steps_on(draft, practice=practice, by=olive)[step]()


@pytest.mark.parametrize(
    ("state", "left_out", "problems"),
    [
        ("CO", ["risks", "training"], []),
        (
            "NJ",
            ["alternatives", "training"],
            [
                "The English text lacks what NJ asks for (Physical therapist):"
                " Alternatives, The clinician's training."
            ],
        ),
        (
            "VA",
            ["not_acupuncture"],
            ["The English text lacks what VA asks for (Physical therapist): Not acupuncture."],
        ),
        ("VA", ["risks"], []),
    ],
)
def test_what_the_state_asks_for_is_refused_by_name(
    olive, practice, dana, draft, state, left_out, problems
):
    Practice.objects.update(state=state)
    practice.refresh_from_db()
    actions.drop_form_text(form=draft, language="es", by=olive)
    edit(draft, by=olive, sections=sections_without(*left_out))

    try:
        actions.publish_form(form=draft, practice=practice, by=olive)
    except actions.NotWhole as error:
        told = error.problems
    else:
        told = []

    draft.refresh_from_db()
    assert (told, draft.published_at is None) == (problems, bool(problems))


def test_spanish_is_whole_or_not_there(olive, practice, dana, draft):
    sections = sections_without("benefits", language="es")
    edit(draft, by=olive, language="es", sections=sections)

    with pytest.raises(actions.NotWhole) as error:
        actions.publish_form(form=draft, practice=practice, by=olive)

    assert error.value.problems == [
        "The Spanish text lacks what the English one says: What it may do for you."
    ]


def test_without_english_there_is_no_version():
    assert find_form_problems({"es": list(CLAUSES)}, []) == ["There is no English text yet."]


# What the state asks


def test_professions_under_the_same_demands_stand_together(practice, dana):
    make_provider(profession=Profession.PTA)
    make_provider(profession=Profession.OT, active=False)

    [asked] = asked_of(practice, on=DAY)

    assert (asked.pack.state, asked.professions, asked.pack.copy_owed) == (
        "CO",
        ("Physical therapist", "Physical therapist assistant"),
        True,
    )


def test_each_clause_tells_whether_it_is_there_and_who_asks(practice, dana):
    practice.state = "VA"

    checks = {check.clause: check for check in check_clauses(["risks"], asked_of(practice, on=DAY))}

    assert list(checks) == list(CLAUSES)
    assert (checks["risks"].met, checks["risks"].missing) == (True, False)
    assert (checks["benefits"].met, checks["benefits"].missing) == (False, False)
    assert checks["not_acupuncture"].missing is True
    [(_, required)] = checks["not_acupuncture"].asked_by
    assert required.confidence == "unverified"


def clauses_without(*clauses):
    return [clause for clause in CLAUSES if clause not in clauses]


NO_SPANISH = "There is no Spanish text: everybody reads and signs in English."


@pytest.mark.parametrize(
    ("state", "english", "spanish", "warnings"),
    [
        ("AK", [], [], []),
        (
            "AK",
            ["risks", "benefits"],
            ["risks", "benefits"],
            ["Left empty, so that patients are told nothing of it: What it may do for you, Risks."],
        ),
        (
            "AK",
            ["risks", "right_to_stop"],
            ["right_to_stop"],
            [
                "Left empty, so that patients are told nothing of it: Your right to stop.",
                "The English text lacks what the Spanish one says: Risks.",
            ],
        ),
        ("AK", [], ["risks"], []),  # a problem, and told as one
        ("AK", [], None, [NO_SPANISH]),
        ("NJ", ["risks"], ["risks"], []),  # New Jersey asks for it: a problem
        ("NJ", ["risks"], [], []),
    ],
)
def test_what_nobody_asks_for_is_still_worth_a_look(
    practice, dana, state, english, spanish, warnings
):
    practice.state = state
    clauses_of = {"en": clauses_without(*english)}
    if spanish is not None:
        clauses_of["es"] = clauses_without(*spanish)

    found = find_form_warnings(clauses_of, asked_of(practice, on=DAY))

    assert found == warnings
