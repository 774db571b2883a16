import json

import pypdfium2
import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from emr import documents, signing
from emr.models import AuditEntry, Document, VisitState
from notes import actions
from notes.models import Addendum, AddendumKind, AddendumNeedling, Note
from notes.snapshot import digest_for_review
from notes.views.signing import signed_note
from tests.factories import PASSWORD
from tests.notes.outcomes import at_once, refusal
from tests.notes.posts import make_content, make_levator, make_site, post_of, trapezius
from tests.notes.prints import text_of, verdict

CORRECTED = [make_site(needles=4), make_site(side="left", needles=5)]


@pytest.fixture
def signed(note, practice, dana):
    return actions.sign_note(
        note=note,
        revision=0,
        reviewed=digest_for_review(note, practice=practice),
        practice=practice,
        by=dana,
    )


@pytest.fixture
def add(signed, practice, dana):
    def add(kind=AddendumKind.LATE_ENTRY, *, text="Sore until the evening.", sites=(), by=dana):
        return actions.add_addendum(
            note=signed, kind=kind, text=text, sites=list(sites), practice=practice, by=by
        )

    return add


@pytest.mark.parametrize("kind", [AddendumKind.LATE_ENTRY, AddendumKind.CORRECTION])
def test_a_text_is_added_dated_and_signed_and_changes_no_count(signed, add, dana, kind):
    before = Note.objects.values().get()

    addendum = add(kind)

    assert Note.objects.values().get() == before
    assert (addendum.kind, addendum.text, addendum.author) == (
        kind,
        "Sore until the evening.",
        dana,
    )
    assert (addendum.muscle_count, addendum.suggested_code) == (None, "")
    frozen = json.loads(addendum.snapshot)
    assert frozen["note"] == {"id": signed.pk, "sha256": signed.snapshot_sha256}
    assert (frozen["number"], frozen["sites"], frozen["review"]) == (1, None, None)
    assert frozen["signed"]["by"] == "Dana Whitlock, PT, DPT"
    assert signing.canonical(frozen).decode() == addendum.snapshot
    assert signing.digest(addendum.snapshot.encode()) == addendum.snapshot_sha256
    entry = AuditEntry.objects.get(verb="addendum signed")
    assert (entry.actor_id, entry.patient_id) == (dana.pk, signed.visit.patient_id)
    assert entry.details == {
        "note": signed.pk,
        "kind": kind.value,
        "document": addendum.document.pk,
        "proof": "password",
    }


def test_a_corrected_list_takes_the_place_of_the_count(dana_client, signed, add):
    addendum = add(AddendumKind.CORRECTED_MUSCLES, sites=CORRECTED)

    assert (addendum.muscle_count, addendum.needle_count, addendum.suggested_code) == (
        2,
        9,
        "20560",
    )
    assert [str(each) for each in AddendumNeedling.objects.all()] == [
        "right Upper trapezius",
        "left Upper trapezius",
    ]
    page = dana_client.get(signed.get_absolute_url())
    assert page.context["in_force"] == addendum
    assert signed_note(signed.pk).content_in_force()["sites"] == CORRECTED
    signed.refresh_from_db()
    assert (signed.muscle_count, signed.suggested_code) == (3, "20561")


def test_the_last_corrected_list_is_the_one_in_force(signed, add):
    add(AddendumKind.CORRECTED_MUSCLES, sites=CORRECTED)
    add(
        AddendumKind.CORRECTED_MUSCLES,
        text="All three parts.",
        sites=trapezius("Headache", "Winging", "Posture"),
    )
    add(AddendumKind.LATE_ENTRY)

    counts = list(Addendum.objects.values_list("muscle_count", "suggested_code"))
    assert counts == [(2, "20560"), (3, "20561"), (None, "")]
    assert len(signed.content_in_force()["sites"]) == 3


def test_a_muscle_that_was_injected_does_not_count_in_a_corrected_list(note, practice, dana):
    injected = {"muscle": "levator-scapulae", "name": "Levator scapulae", "side": "right"}
    note.content = make_content(injections=[injected | {"drug": ""}])
    note.save()
    actions.sign_note(
        note=note,
        revision=0,
        reviewed=digest_for_review(note, practice=practice),
        practice=practice,
        by=dana,
    )

    addendum = actions.add_addendum(
        note=note,
        kind=AddendumKind.CORRECTED_MUSCLES,
        text="The left side was not needled.",
        sites=[make_site(), make_levator()],
        practice=practice,
        by=dana,
    )

    assert addendum.muscle_count == 1


@pytest.mark.parametrize(
    ("sites", "reason"),
    [
        ([], "A corrected list names at least one muscle."),
        (
            [make_site(), make_site("", "Upper trapezius", "midline")],
            "Say whether the upper trapezius was the right, the left or both;"
            " until then it does not count.",
        ),
        (
            [make_site(), make_site("", "???")],
            "Name the muscle that was needled; without a name it does not count.",
        ),
    ],
    ids=["empty", "no side", "no name"],
)
def test_a_corrected_list_has_to_be_exact(add, sites, reason):
    assert refusal(add, AddendumKind.CORRECTED_MUSCLES, sites=sites) == reason
    assert Addendum.objects.count() == 0


def test_a_note_entered_in_error_leaves_the_record_in_force_and_another_may_be_written(
    signed, add, dana
):
    add(AddendumKind.ENTERED_IN_ERROR, text="Wrong patient")

    assert list(Note.objects.in_force()) == []
    assert signed.visit.state == VisitState.DONE
    another = actions.start_note(visit=signed.visit, by=dana)
    assert another != signed
    assert refusal(add) == "This note was marked as entered in error: nothing is added to it."


def test_a_draft_needs_no_addendum(note, practice, dana):
    reason = refusal(
        actions.add_addendum,
        note=note,
        kind=AddendumKind.CORRECTION,
        text="Sore",
        sites=[],
        practice=practice,
        by=dana,
    )

    assert reason == "A draft needs no addendum: change the draft."


def test_a_colleague_does_not_add_and_the_owner_does(add, lee, olive):
    assert refusal(add, by=lee) == "Only the note's author or the owner adds to it."

    addendum = add(by=olive)

    assert addendum.document.signed_by == "Olive Renner"


# The amended print


def test_the_amended_print_carries_the_original_bytes_and_a_code_of_its_own(signed, add):
    original = bytes(signed.document.content)

    addendum = add()

    amended = bytes(addendum.document.content)
    with pypdfium2.PdfDocument(amended) as pdf:
        [attached] = [pdf.get_attachment(n) for n in range(pdf.count_attachments())]
        assert attached.get_name() == f"original-{signed.document.code}.pdf"
        assert bytes(attached.get_data()) == original
    assert documents.code_in(amended) == addendum.document.code != signed.document.code
    assert addendum.document.made_from_sha256 == addendum.snapshot_sha256
    assert addendum.document.sha256 == signing.digest(amended)
    assert bytes(Document.objects.get(pk=signed.document.pk).content) == original


def test_the_amended_print_is_signed_and_valid_to_others(add, tmp_path):
    amended = bytes(add().document.content)

    assert "Signature Validation: Signature is Valid." in verdict(amended, tmp_path)
    assert signing.verify_pdf(amended).signer == "Dana Whitlock, PT, DPT"


def test_the_amended_print_begins_with_what_was_added_the_last_first(add):
    add(AddendumKind.LATE_ENTRY, text="Sore until the evening.")
    last = add(AddendumKind.CORRECTED_MUSCLES, text="The levator was not needled.", sites=CORRECTED)

    text = text_of(bytes(last.document.content))

    places = [
        text.index(words)
        for words in (
            "The levator was not needled.",
            "2 muscles, CPT 20560, one unit.",
            "Sore until the evening.",
            "3 muscles, CPT 20561, one unit.",
        )
    ]
    assert places == sorted(places)


@pytest.mark.usefixtures("transactional_db")
def test_two_addenda_at_once_are_both_added_one_after_the_other(signed, add):
    outcomes = at_once(lambda: add(text="One"), lambda: add(text="Two"))

    assert {type(each) for each in outcomes} == {Addendum}
    first, second = Addendum.objects.order_by("pk")
    assert [json.loads(each.snapshot)["number"] for each in (first, second)] == [1, 2]
    text = text_of(bytes(second.document.content))
    assert text.index(second.text) < text.index(first.text)


@pytest.mark.usefixtures("transactional_db")
def test_a_note_is_entered_in_error_only_once(add):
    def add_error():
        return add(AddendumKind.ENTERED_IN_ERROR)

    outcomes = at_once(add_error, add_error)

    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, actions.NotAllowedNowError)
    assert Addendum.objects.count() == 1


# The page


@pytest.fixture
def address(signed):
    return reverse("notes:add-addendum", args=[signed.pk])


def form(sites=(), **fields):
    posted = post_of(make_content(sites=list(sites)))
    return posted | {"kind": "late entry", "text": "Sore.", "password": PASSWORD} | fields


def test_the_page_begins_with_the_list_as_it_stands(dana_client, address, add):
    add(AddendumKind.CORRECTED_MUSCLES, sites=CORRECTED)

    page = dana_client.get(address)

    assert list(page.context["sites"].forms) == ["upper-trapezius:right", "upper-trapezius:left"]


def test_an_addendum_is_signed_on_the_page(dana_client, address, signed):
    response = dana_client.post(address, form(CORRECTED, kind="corrected muscles"))

    addendum = Addendum.objects.get()
    assert (response.status_code, response["Location"]) == (302, signed.get_absolute_url())
    assert (addendum.text, addendum.muscle_count) == ("Sore.", 2)


def test_the_muscles_matter_only_to_a_corrected_list(dana_client, address):
    dana_client.post(address, form(CORRECTED))

    assert Addendum.objects.get().muscle_count is None


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"password": "guess"}, {"password": ["This is not your password. Nothing was signed."]}),
        ({"text": " "}, {"text": ["Write what is added and why."]}),
        ({"kind": ""}, {"kind": ["Say what kind of addendum it is."]}),
        (
            {"kind": "deletion"},
            {"kind": ["Select a valid choice. deletion is not one of the available choices."]},
        ),
    ],
)
def test_an_addendum_with_a_fault_is_not_signed_and_keeps_what_was_typed(
    dana_client, address, fields, errors
):
    response = dana_client.post(address, form(CORRECTED, **fields))

    assert response.status_code == 422
    assert response.context["form"].errors == errors
    assert list(response.context["sites"].forms) == [
        "upper-trapezius:right",
        "upper-trapezius:left",
    ]
    assert Addendum.objects.count() == 0


@pytest.mark.parametrize("press", [{"add_other": "yes"}, {"sign": "yes"}])
def test_a_muscle_typed_by_name_is_looked_at_before_it_is_signed(dana_client, address, press):
    typed = {"other_name": "Splenius of my own", "other_side": "left", "kind": "corrected muscles"}

    response = dana_client.post(address, form(CORRECTED, **typed, **press))

    assert response.status_code == 200
    assert list(response.context["sites"].forms)[-1] == "~Splenius of my own:left"
    assert response.context["form"]["text"].value() == "Sore."
    assert Addendum.objects.count() == 0


def test_a_colleague_has_no_page_to_add_on(lee_client, address):
    assert lee_client.get(address).status_code == 404
    assert lee_client.post(address, form()).status_code == 404
    assert Addendum.objects.count() == 0


def test_passwords_cannot_be_tried_without_end(dana_client, address):
    for _ in range(10):
        assert dana_client.post(address, form(password="guess")).status_code == 422

    response = dana_client.post(address, form())

    assert response.status_code == 429
    assert Addendum.objects.count() == 0


def test_a_draft_has_no_page_for_addenda(dana_client, note):
    assert dana_client.get(reverse("notes:add-addendum", args=[note.pk])).status_code == 404


def test_too_many_tries_do_not_say_whether_the_password_was_right(dana_client, address):
    for _ in range(10):
        dana_client.post(address, form(password="guess"))

    response = dana_client.post(address, form(password="guess"))

    assertContains(response, "Too many tries.", status_code=429)
    assertNotContains(response, "not your password", status_code=429)


def test_a_wrong_number_of_needles_in_a_corrected_list_is_said(dana_client, address):
    wrong = {"kind": "corrected muscles", "site-upper-trapezius:left-needles": "1.5"}

    response = dana_client.post(address, form(CORRECTED, **wrong))

    assertContains(response, "Needles: Enter a whole number.", status_code=422)


def test_a_wrong_number_in_a_list_that_is_not_corrected_stops_nothing(dana_client, address):
    dana_client.post(address, form(CORRECTED, **{"site-upper-trapezius:left-needles": "1.5"}))

    assert Addendum.objects.get().kind == AddendumKind.LATE_ENTRY
