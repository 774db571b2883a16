"""The pages of a note as they answer: to htmx, to a plain form, to the wrong person, too late."""

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertTemplateUsed

from emr.models import AuditEntry, Practice
from notes import actions
from notes.content import EMPTY
from notes.models import AddendumKind, FavouriteMuscle, Note, SupersededDraft
from notes.snapshot import digest_for_review
from tests import factories
from tests.factories import PASSWORD
from tests.notes.posts import HTMX, Page, make_content, make_levator, make_site, post_of, trapezius


def at(name, note):
    return reverse(f"notes:{name}", args=[note.pk])


def save(client, note, content=None, *, revision=0, htmx=True, **fields):
    posted = post_of(content or make_content(), revision=revision, **fields)
    return client.post(at("note", note), posted, headers=HTMX if htmx else {})


def stored():
    note = Note.objects.get()
    return note.revision, note.content


@pytest.fixture
def signed(note, practice, dana):
    return actions.sign_note(
        note=note,
        revision=0,
        reviewed=digest_for_review(note, practice=practice),
        practice=practice,
        by=dana,
    )


def seen():
    return list(AuditEntry.objects.filter(verb="viewed").values_list("actor", "subject_type"))


# Opening


def test_a_visit_is_started_and_its_note_opens(dana_client, visit):
    response = dana_client.post(reverse("notes:start", args=[visit.pk]))

    assert (response.status_code, response["Location"]) == (302, at("note", Note.objects.get()))


def test_whoever_may_not_start_a_note_is_told_why_and_offered_to_take_over(lee_client, visit):
    address = reverse("notes:start", args=[visit.pk])

    refused = lee_client.post(address)
    lee_client.post(address, {"take_over": "yes"})

    assert refused.status_code == 409
    assertContains(refused, "This visit is with Dana Whitlock, PT, DPT", status_code=409)
    assertContains(refused, "Take over this visit", status_code=409)
    assert Note.objects.get().author.username == "lee"


@pytest.mark.parametrize(
    "content",
    [
        EMPTY,
        make_content(
            sites=[make_levator(), make_site(needles=10), make_site(side="left")],  # as listed
            copied=["goal", "upper-trapezius:left"],
            current=True,
        ),
        make_content(
            sites=[
                make_site(twitch=None, needles=0, refers_to="temple", rationale="Headache"),
                make_site("", "Splenius “of” <my> own & more", "left", twitch=False),
            ],
            injections=[
                {"muscle": "soleus", "name": "Soleus", "side": "left", "drug": "J3301"},
            ],
            diagnoses=[
                {"code": "M79.18", "label": "Myalgia, other site"},
                {"code": "M54.2", "label": "Cervicalgia"},
            ],
            plan="First line\r\n<b>second</b> line",
            reactions=[],
        ),
    ],
    ids=["nothing", "whole", "by name"],
)
def test_the_page_posts_back_what_stands_in_the_draft(dana_client, note, content):
    note.content = content
    note.save()
    page = dana_client.get(at("note", note))

    dana_client.post(at("note", note), Page(page.content.decode()).fields)

    assertTemplateUsed(page, "notes/note.html")
    assert stored() == (1, content)
    assert seen() == [("Dana Whitlock", "notes.Note")]


@pytest.mark.parametrize("who", ["lee", "fran", "bo", "cora", "olive", "eve"])
def test_a_draft_is_nobody_elses(request, note, who):
    client = request.getfixturevalue(f"{who}_client")

    assert client.get(at("note", note)).status_code == 404
    assert save(client, note, EMPTY).status_code == 404
    assert stored() == (0, make_content())
    assert seen() == []


@pytest.mark.parametrize("who", ["dana", "lee", "fran", "bo", "cora", "olive"])
def test_a_signed_note_is_read_by_the_staff_and_the_reading_written_down(request, signed, who):
    response = request.getfixturevalue(f"{who}_client").get(at("note", signed))

    assertTemplateUsed(response, "notes/signed.html")
    assertContains(response, "3 muscles, CPT 20561, one unit.")
    assertContains(response, "Cannot look over the shoulder when driving")
    assert len(seen()) == 1


def test_a_stranger_reads_nothing(eve_client, signed):
    for name in ["note", "pdf", "original-pdf", "handout"]:
        assert eve_client.get(at(name, signed)).status_code == 404


# Saving


def test_a_save_answers_with_the_summary(dana_client, note):
    content = make_content(sites=trapezius())

    response = save(dana_client, note, content)

    assertTemplateUsed(response, "notes/_summary.html")
    assert "notes/note.html" not in [template.name for template in response.templates]
    assertContains(response, 'name="revision" value="1"')
    assertContains(response, '<span class="code num">20560</span>')
    assertContains(response, "Two readings.")
    assert stored() == (1, content)


def test_without_script_a_save_leads_back_to_the_page(dana_client, note):
    response = save(dana_client, note, make_content(goal="Sleep"), htmx=False)

    assert (response.status_code, response["Location"]) == (302, at("note", note))
    assert stored() == (1, make_content(goal="Sleep"))


@pytest.mark.parametrize(("htmx", "where"), [(True, "HX-Redirect"), (False, "Location")])
def test_review_saves_first(dana_client, note, htmx, where):
    response = save(dana_client, note, make_content(goal="Sleep"), htmx=htmx, review="yes")

    assert response[where] == at("review", note)
    assert stored() == (1, make_content(goal="Sleep"))


def test_a_muscle_by_name_brings_the_page_anew(dana_client, note):
    typed = {"other_name": "Splenius of my own", "other_side": "left", "add_other": "yes"}

    response = save(dana_client, note, **typed)

    assert response["HX-Refresh"] == "true"
    assert stored()[1]["sites"][-1]["name"] == "Splenius of my own"


def test_the_last_note_is_taken_over_on_the_page(dana_client, note, dana):
    start = factories.at(9) - timedelta(days=7)
    earlier = factories.make_visit(patient=note.visit.patient, provider=dana.provider, start=start)
    last = factories.make_note(visit=earlier, content=make_content(position="Seated"))
    factories.sign(last)

    response = dana_client.post(at("note", note), post_of(EMPTY, take_last="yes"), headers=HTMX)

    assert response["HX-Refresh"] == "true"
    note.refresh_from_db()
    assert (note.revision, note.content["position"]) == (2, "Seated")
    assertContains(dana_client.get(at("note", note)), 'name="copied" value="position"')


@pytest.mark.parametrize("htmx", [True, False])
def test_a_fault_is_told_at_its_field_and_what_was_typed_stays(dana_client, note, htmx):
    fields = {"needles-0-put_in": "many", "goal": "Sleep", "pain_before": "9"}

    response = save(dana_client, note, htmx=htmx, **fields)

    assert response.status_code == 422
    assertContains(response, 'data-error-for="id_needles-0-put_in"', status_code=422)
    assertContains(response, "In: Enter a whole number.", status_code=422)
    assertContains(response, 'name="revision" value="0"', status_code=422)
    assertContains(response, "Not saved", status_code=422)
    if not htmx:
        assertContains(response, 'value="many"', status_code=422)
        assertContains(response, ">\nSleep</textarea>", status_code=422)
    assert stored() == (0, make_content())


@pytest.mark.parametrize("revision", ["", "-1", "one", "1" * 12, "²", "0x0"])
def test_a_page_without_its_revision_is_too_old_to_save(dana_client, note, revision):
    response = save(dana_client, note, make_content(goal="Sleep"), revision=revision)

    assertContains(response, "Load it again: it is too old to save.", status_code=422)
    assert stored() == (0, make_content())


@pytest.mark.parametrize("htmx", [True, False])
def test_a_stale_page_is_shown_both_versions_and_writes_over_none(dana_client, note, htmx):
    save(dana_client, note, make_content(goal="Theirs"))

    for _ in range(3):  # it goes on saving by itself
        response = save(dana_client, note, make_content(goal="Mine"), htmx=htmx)

        assert response.status_code == 409
        assert response.context["differences"] == [
            {"label": "Goal it serves", "mine": "Mine", "theirs": "Theirs"}
        ]
        assertContains(response, 'name="revision" value="0"', status_code=409)
        assertContains(response, 'name="theirs" value="1"', status_code=409)
    assert stored() == (1, make_content(goal="Theirs"))


@pytest.mark.parametrize(
    ("keep", "kept", "aside"), [("mine", "Mine", "Theirs"), ("theirs", "Theirs", "Mine")]
)
@pytest.mark.parametrize("htmx", [True, False])
def test_one_version_is_chosen_and_none_is_lost(dana_client, note, htmx, keep, kept, aside):
    save(dana_client, note, make_content(goal="Theirs"))
    posted = post_of(make_content(goal="Mine"), theirs="1", keep=keep)

    response = dana_client.post(at("settle", note), posted, headers=HTMX if htmx else {})

    assert response.get("HX-Refresh" if htmx else "Location") in ("true", at("note", note))
    assert stored() == (2, make_content(goal=kept))
    assert SupersededDraft.objects.get().content == make_content(goal=aside)


def test_a_choice_between_versions_that_changed_again_is_asked_once_more(dana_client, note):
    save(dana_client, note, make_content(goal="Second"))
    save(dana_client, note, make_content(goal="Third"), revision=1)
    posted = post_of(make_content(goal="Mine"), theirs="1", keep="mine")

    response = dana_client.post(at("settle", note), posted, headers=HTMX)

    assertContains(response, 'name="theirs" value="2"', status_code=409)
    assertContains(response, "Third", status_code=409)
    assert stored() == (2, make_content(goal="Third"))


@pytest.mark.parametrize("name", ["note", "settle"])
@pytest.mark.parametrize("htmx", [True, False])
@pytest.mark.parametrize(
    ("close", "words"),
    [(factories.sign, "no longer changes"), (factories.discard, "This draft was discarded.")],
    ids=["signed", "discarded"],
)
def test_a_note_that_was_closed_meanwhile_says_so(dana_client, note, name, htmx, close, words):
    close(note)

    response = dana_client.post(
        at(name, note),
        post_of(make_content(goal="Late"), theirs="0", keep="mine"),
        headers=HTMX if htmx else {},
    )

    assertTemplateUsed(response, "notes/_locked.html" if htmx else "notes/locked.html")
    assertContains(response, words, status_code=409)
    assert stored() == (0, make_content())


def test_a_save_takes_few_statements(dana_client, note, django_assert_num_queries):
    save(dana_client, note)

    with django_assert_num_queries(SAVE_QUERIES):
        save(dana_client, note, revision=1)


# session, user, roles, practice, note, diagnoses; savepoint, save, release; coverage, notices, prices;
# consents, versions that ask for a new one; licences, training
SAVE_QUERIES = 16


# Discarding


def test_a_draft_is_discarded_with_a_reason(dana_client, note):
    response = dana_client.post(at("discard", note), {"reason": "Wrong patient"})

    assert response["Location"] == note.visit.patient.get_absolute_url()
    assert Note.objects.get().discarded_reason == "Wrong patient"


def test_a_draft_is_not_discarded_without_a_reason(dana_client, note):
    response = dana_client.post(at("discard", note), {"reason": " "})

    assertContains(response, "Say why, so that nobody wonders later.", status_code=422)
    assert Note.objects.get().discarded_at is None


@pytest.mark.parametrize("close", [factories.sign, factories.discard])
def test_a_closed_note_has_nothing_to_discard(dana_client, note, close):
    close(note)

    assert dana_client.post(at("discard", note), {"reason": "Late"}).status_code == 404


# Reviewing and signing


def test_the_review_shows_the_sheet_and_who_signs(dana_client, note):
    response = dana_client.get(at("review", note))

    assertContains(response, "data:image/png;base64,")
    assertContains(response, "3 muscles, CPT 20561, one unit.")
    assertContains(response, "NPI 1508340712 · user dana")
    assertContains(response, "Sign the note")


def test_the_review_lists_what_stops_signing_and_what_stops_the_claim(dana_client, note):
    injected = {"muscle": "levator-scapulae", "name": "Levator scapulae", "side": "right"}
    note.content = make_content(
        sites=[*make_content()["sites"], make_site("", "Neck", "left")],
        injections=[injected | {"drug": ""}],
        tolerance="",
    )
    note.save()

    response = dana_client.get(at("review", note))

    assertContains(response, "“Neck” ")
    assertContains(response, "Write how the patient took the treatment, and any reaction to it.")
    assertContains(
        response, "Bill the right levator scapulae as injected or as needled, not as both"
    )
    assertNotContains(response, "Sign the note")


def test_a_draft_begun_before_a_field_was_added_can_be_reviewed(dana_client, note):
    note.content = {}
    note.save()

    assertContains(dana_client.get(at("review", note)), "First put this right")


def sign(client, note, **fields):
    reviewed = digest_for_review(Note.objects.get(), practice=Practice.objects.get())
    form = {"attest": "on", "password": PASSWORD, "revision": "0", "reviewed": reviewed} | fields
    return client.post(at("sign", note), form)


def test_a_note_is_signed_with_the_password_again(dana_client, note):
    response = sign(dana_client, note)

    assert (response.status_code, response["Location"]) == (302, at("note", note))
    assert Note.objects.get().signed_by.username == "dana"
    assert dana_client.get(at("review", note))["Location"] == at("note", note)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"password": "guess"}, "This is not your password. Nothing was signed."),
        ({"password": ""}, "This field is required."),
        ({"attest": ""}, "Tick this to sign."),
        ({"revision": "one"}, "Enter a whole number."),
    ],
)
def test_nothing_is_signed_with_a_fault(dana_client, note, fields, error):
    response = sign(dana_client, note, **fields)

    assert response.status_code == 422
    assert [message for each in response.context["form"].errors.values() for message in each] == [
        error
    ]
    assert Note.objects.get().signed_at is None


def test_passwords_cannot_be_tried_without_end(dana_client, note):
    for _ in range(10):
        assert sign(dana_client, note, password="guess").status_code == 422

    response = sign(dana_client, note)

    assertContains(response, "Too many tries.", status_code=429)
    assert Note.objects.get().signed_at is None


def test_a_draft_that_changed_after_the_review_is_looked_at_once_more(dana_client, note):
    save(dana_client, note, make_content(goal="Sleep"))

    response = sign(dana_client, note)

    assertContains(response, "The draft changed after you reviewed it", status_code=409)
    assertContains(response, 'name="revision" value="1"', status_code=409)
    assert Note.objects.get().signed_at is None


def test_a_note_that_is_signed_already_says_so(dana_client, signed):
    assertContains(sign(dana_client, signed), "no longer changes", status_code=409)


@pytest.mark.parametrize("who", ["lee", "fran", "olive"])
def test_nobody_else_reviews_or_signs(request, note, who):
    client = request.getfixturevalue(f"{who}_client")

    assert [client.get(at(name, note)).status_code for name in ("review", "draft-pdf")] == [404] * 2
    assert sign(client, note).status_code == 404
    assert Note.objects.get().signed_at is None


# PDFs


def test_the_signed_pdf_goes_out_as_it_was_stored(fran_client, signed):
    response = fran_client.get(at("pdf", signed))

    assert response.content == bytes(signed.document.content)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="note-{signed.document.code}.pdf"'
    assert response["Cache-Control"] == "no-store"
    assert seen() == [("Fran Ibarra", "emr.Document")]


def test_after_an_addendum_the_original_is_still_the_untouched_bytes(
    fran_client, signed, practice, dana
):
    addendum = actions.add_addendum(
        note=signed,
        kind=AddendumKind.LATE_ENTRY,
        text="Sore.",
        sites=[],
        practice=practice,
        by=dana,
    )

    amended = fran_client.get(at("pdf", signed))
    original = fran_client.get(at("original-pdf", signed) + "?download")

    assert amended.content == bytes(addendum.document.content)
    assert original.content == bytes(signed.document.content)
    assert original["Content-Disposition"] == (
        f'attachment; filename="note-{signed.document.code}.pdf"'
    )


def test_a_draft_has_no_signed_pdf_and_its_own_is_marked(dana_client, note):
    response = dana_client.get(at("draft-pdf", note))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="draft-{note.pk}.pdf"'
    for name in ["pdf", "original-pdf"]:
        assert dana_client.get(at(name, note)).status_code == 404


def test_the_hand_out_is_printed_for_the_patient(dana_client, note):
    response = dana_client.get(at("handout", note))

    assert response["Content-Disposition"] == f'inline; filename="handout-{note.pk}.pdf"'
    assert AuditEntry.objects.get().verb == "hand-out printed"


# Panels and pickers


@pytest.mark.parametrize("count", [1, 3])
def test_a_chart_lists_the_patients_notes(
    dana_client, patient, dana, count, django_assert_num_queries
):
    for number in range(count):
        start = factories.at(10) - timedelta(days=number)
        visit = factories.make_visit(patient=patient, provider=dana.provider, start=start)
        factories.make_addendum(note=factories.make_signed_note(visit=visit))
    factories.make_signed_note()  # of another patient
    address = reverse("notes:of-patient", args=[patient.pk])
    dana_client.get(address)

    with django_assert_num_queries(7):  # session, user, roles, practice, patient, the log, notes
        response = dana_client.get(address)

    assert len(response.context["notes"]) == count
    assertContains(response, "Amended", count=count)


def test_a_chart_shows_a_draft_only_to_its_author(dana_client, lee_client, note):
    address = reverse("notes:of-patient", args=[note.visit.patient_id])

    assert [list(client.get(address).context["notes"]) for client in (dana_client, lee_client)] == [
        [note],
        [],
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_unsigned_notes_of_earlier_days_wait_on_the_first_page(
    dana_client, note, dana, lee, count, django_assert_num_queries
):
    expected = []
    for days in range(count, 0, -1):
        start = factories.at(23, 59) - timedelta(days=days)
        visit = factories.make_visit(provider=dana.provider, start=start)
        expected.append(factories.make_note(visit=visit))
    theirs = factories.make_visit(provider=lee.provider, start=start)
    factories.make_note(visit=theirs)
    address = reverse("notes:unsigned")
    dana_client.get(address)

    with django_assert_num_queries(5):  # session, user, roles, practice, notes
        response = dana_client.get(address)

    assert response.context["notes"] == expected


def test_the_diagnosis_picker_keeps_what_was_chosen_and_offers_leaves(dana_client):
    address = reverse("notes:diagnoses")

    response = dana_client.post(
        address, {"diagnosis": ["M79.18", "M54.2"], "diagnosis_query": "M54"}, headers=HTMX
    )

    choices = response.context["choices"]
    assert [each["code"] for each in choices["chosen"]] == ["M79.18", "M54.2"]
    assert [each.code for each in choices["hits"]] == ["M54.50", "M54.51", "M54.59"]


def test_a_star_answers_with_itself(dana_client):
    address = reverse("notes:star-muscle", args=["soleus"])

    response = dana_client.post(address, {"starred": "yes"}, headers=HTMX)

    assertTemplateUsed(response, "notes/_star.html")
    assertContains(response, 'aria-pressed="true"')
    assert FavouriteMuscle.objects.get().muscle_id == "soleus"
    assert dana_client.post(reverse("notes:star-muscle", args=["no-such"])).status_code == 404
