"""The owner's pages: the versions of the consent form, the editor with its check, publishing."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from consent import actions
from consent.models import ConsentForm
from consent.shipped import shipped_text
from emr.models import Practice
from emr.rules.state_packs import CLAUSES
from tests.factories import make_consent_form, make_patient, make_signed_consent
from tests.notes.prints import text_of


def url(name, form, *more):
    return reverse(f"consent:{name}", args=[form.pk, *more])


def posted(language="en", **changes):
    """The editor's fields with the text that ships in them."""
    text = shipped_text(language)
    fields = {"title": text["title"]}
    for section in text["sections"]:
        fields[f"heading_{section['clause']}"] = section["heading"]
        fields[f"text_{section['clause']}"] = section["text"]
    return fields | changes


@pytest.fixture
def draft(olive):
    return actions.draft_form(by=olive)


# The list


def test_without_a_version_the_owner_starts_from_what_ships(olive_client):
    page = olive_client.get(reverse("consent:forms"))
    begun = olive_client.post(reverse("consent:draft-form"))

    assertContains(page, "Start from the text that comes with it")
    assertRedirects(begun, url("form", ConsentForm.objects.get()))


def test_a_second_draft_is_refused_with_its_reason(olive_client, draft):
    response = olive_client.post(reverse("consent:draft-form"))

    assertContains(response, "There is a draft already", status_code=409)
    assert ConsentForm.objects.count() == 1


def test_the_list_tells_each_version_s_state_and_by_how_many_it_was_signed(olive_client, olive):
    earlier, current = (make_consent_form(drafted_by=olive) for _ in range(2))
    make_consent_form(drafted_by=olive, published=False)
    for form, patients in ((earlier, 2), (current, 1)):
        for _ in range(patients):
            sign_twice(make_patient(), form)

    page = olive_client.get(reverse("consent:forms"))

    rows = page.context["versions"]
    assert [(row.in_use, row.signed_by) for row in rows] == [(False, 0), (True, 1), (False, 2)]
    for word in ("Draft", "In use", "Earlier", "1 patient<", "2 patients"):
        assertContains(page, word)


def sign_twice(patient, form):
    for _ in range(2):
        make_signed_consent(patient=patient, form=form)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_no_more_queries_for_more_versions(
    olive_client, olive, django_assert_num_queries, count
):
    for _ in range(count):
        make_consent_form(drafted_by=olive)
    olive_client.get(reverse("consent:forms"))

    # session, user, roles, practice, versions, their texts, who signed
    with django_assert_num_queries(8):
        olive_client.get(reverse("consent:forms"))


# One version


def test_the_staff_read_a_version_and_only_the_owner_writes(fran_client, olive_client, draft):
    read, written = fran_client.get(url("form", draft)), olive_client.get(url("form", draft))

    assertNotContains(read, "Discard the draft")
    assertNotContains(read, "/edit/")
    assertContains(written, url("edit-form-text", draft, "en"))
    assertContains(written, "Ready to publish")


def test_a_draft_says_what_is_missing_and_cannot_be_published(olive_client, olive, draft, dana):
    Practice.objects.update(state="VA")
    sections = [
        section | {"text": "" if section["clause"] == "not_acupuncture" else section["text"]}
        for section in shipped_text("en")["sections"]
    ]
    actions.edit_form_text(form=draft, language="en", title="Consent", sections=sections, by=olive)

    page = olive_client.get(url("form", draft))
    refused = olive_client.post(url("publish-form", draft), {"must_renew": "no"})

    problem = "The English text lacks what VA asks for (Physical therapist): Not acupuncture."
    assertContains(page, problem)
    assertNotContains(page, url("publish-form", draft))
    assertContains(refused, problem, status_code=409)
    assert ConsentForm.objects.current() is None


def leave_out(draft, *clauses, language="en", by):
    sections = [
        section | {"text": "" if section["clause"] in clauses else section["text"]}
        for section in shipped_text(language)["sections"]
    ]
    actions.edit_form_text(form=draft, language=language, title="Consent", sections=sections, by=by)


def test_a_draft_that_would_be_refused_has_no_button_to_publish_it(olive_client, olive, draft):
    leave_out(draft, "risks", language="es", by=olive)

    page = olive_client.get(url("publish-form", draft))

    assertContains(page, "The Spanish text lacks what the English one says: Risks.")
    assertContains(page, "Cannot be published")
    assertNotContains(page, '<button type="submit" class="btn btn-primary"')


def test_what_nobody_asks_for_is_told_before_it_is_published(olive_client, olive, draft):
    leave_out(draft, "risks", by=olive)
    leave_out(draft, "risks", language="es", by=olive)

    pages = [olive_client.get(url(name, draft)) for name in ("form", "publish-form")]

    for page in pages:
        assertContains(page, "Left empty, so that patients are told nothing of it: Risks.")
    assertContains(pages[1], f"Publish version {draft.version} as it is")


def test_of_a_whole_text_nothing_is_told(olive_client, draft):
    page = olive_client.get(url("publish-form", draft))

    assertContains(page, f"Publish version {draft.version}</button>")
    assertNotContains(page, "Worth a look")


def test_a_published_version_has_no_way_to_change_it(olive_client):
    form = make_consent_form()

    page = olive_client.get(url("form", form))
    answers = [
        olive_client.get(url("edit-form-text", form, "en")),
        olive_client.post(url("check-form-text", form, "en"), posted()),
        olive_client.post(url("drop-form-text", form, "es")),
        olive_client.post(url("publish-form", form), {"must_renew": "no"}),
    ]
    discarded = olive_client.post(url("discard-form", form))

    assertNotContains(page, '<form method="post" action="/consent-form/')
    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assertContains(discarded, "never changes", status_code=409)
    assert form.texts.count() == 2


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (
            "NJ",
            [
                "<dt>Copy to the patient</dt><dd>owed</dd>",
                "N.J.S.A. 45:9-37.34k",
                "How sure: primary.",
            ],
        ),
        (
            "TN",
            ["<dd>not known</dd>", "What dry needling is (unverified)", "How sure: unverified."],
        ),
        ("AK", ["Nothing is on record here about the consent of this profession"]),
    ],
)
def test_what_the_state_asks_is_told_with_its_source_and_how_sure_it_is(
    olive_client, draft, dana, state, says
):
    Practice.objects.update(state=state)

    page = olive_client.get(url("form", draft))

    for words in says:
        assertContains(page, words)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_version_can_be_seen_as_it_is_printed(fran_client, dana, draft, language):
    response = fran_client.get(url("form-pdf", draft, language))

    assert response["Content-Type"] == "application/pdf"
    text = text_of(response.content)
    expected = (shipped_text(language)["title"], "Sample Patient", "SAMPLE")
    assert [words for words in expected if words not in text] == []


# The editor


def test_the_editor_shows_the_text_and_keeps_what_is_written(olive_client, draft):
    page = olive_client.get(url("edit-form-text", draft, "en"))
    saved = olive_client.post(
        url("edit-form-text", draft, "en"), posted(text_benefits="It may help.\r\nOr not.")
    )

    assertContains(page, "Nothing is injected.")
    assertRedirects(saved, url("form", draft))
    sections = {s["clause"]: s["text"] for s in draft.texts.get(language="en").sections}
    assert list(sections) == list(CLAUSES)
    assert sections["benefits"] == "It may help.\nOr not."


def test_a_language_that_was_left_out_begins_with_what_ships(olive_client, olive, draft):
    olive_client.post(url("drop-form-text", draft, "es"))
    page = olive_client.get(url("form", draft))
    editor = olive_client.get(url("edit-form-text", draft, "es"))

    assertContains(page, "Add Español")
    assertContains(editor, shipped_text("es")["title"])
    assert draft.texts.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"heading_risks": ""}, "heading_risks"),
        ({"text_risks": "x" * 6001}, "text_risks"),
    ],
)
def test_a_wrong_text_says_so_at_its_field(olive_client, draft, changes, field):
    before = draft.texts.get(language="en").sections

    response = olive_client.post(url("edit-form-text", draft, "en"), posted(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert draft.texts.get(language="en").sections == before


def test_the_check_follows_what_is_typed_and_keeps_nothing(olive_client, draft, dana):
    Practice.objects.update(state="NJ")
    before = list(draft.texts.values("title", "sections"))

    part = olive_client.post(
        url("check-form-text", draft, "en"), posted(text_alternatives=" ", text_benefits="")
    )

    missing = [check.clause for check in part.context["checks"] if check.missing]
    assert missing == ["benefits", "alternatives"]
    assertContains(part, 'id="form-check"')
    assertContains(part, "US grade 5, Flesch-Kincaid")
    assert list(draft.texts.values("title", "sections")) == before


@pytest.mark.parametrize("language", ["fr", "english"])
def test_other_languages_have_no_editor(olive_client, draft, language):
    assert olive_client.get(url("edit-form-text", draft, language)).status_code == 404


# Publishing


@pytest.mark.parametrize(("answer", "must_renew"), [("no", False), ("yes", True)])
def test_publishing_asks_whether_everybody_signs_anew(olive_client, draft, answer, must_renew):
    page = olive_client.get(url("publish-form", draft))
    response = olive_client.post(url("publish-form", draft), {"must_renew": answer})

    assertNotContains(page, "checked")
    assertRedirects(response, reverse("consent:forms"))
    assert ConsentForm.objects.current().must_renew is must_renew


def test_without_an_answer_nothing_is_published(olive_client, draft):
    response = olive_client.post(url("publish-form", draft))

    assert (response.status_code, ConsentForm.objects.current()) == (422, None)


def test_a_discarded_draft_is_gone(olive_client, draft):
    response = olive_client.post(url("discard-form", draft))

    assertRedirects(response, reverse("consent:forms"))
    assert ConsentForm.objects.count() == 0


def test_english_cannot_be_left_out(olive_client, draft):
    response = olive_client.post(url("drop-form-text", draft, "en"))

    assertContains(response, "Every version has an English text.", status_code=409)
