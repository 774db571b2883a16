import hashlib
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from emr import documents, signing
from emr.models import AuditEntry, Document, Visit, VisitState
from notes import actions
from notes.models import (
    AdverseReaction,
    Injection,
    Measure,
    Needling,
    Note,
    NoteDiagnosis,
    OtherService,
)
from notes.snapshot import digest_for_review
from tests import factories
from tests.notes.outcomes import at_once, refusal
from tests.notes.posts import make_content, make_levator, make_site
from tests.notes.prints import text_of, verdict

SENTENCE = (
    "Dry needling of right levator scapulae, right upper trapezius and left upper trapezius:"
    " 3 muscles, CPT 20561, one unit."
)
ROWS = [Needling, Injection, NoteDiagnosis, Measure, AdverseReaction, OtherService]


@pytest.fixture
def sign(practice, dana):
    def sign(note, *, revision=0, by=dana):
        return actions.sign_note(
            note=note,
            revision=revision,
            reviewed=digest_for_review(note, practice=practice),
            practice=practice,
            by=by,
        )

    return sign


def test_signing_freezes_what_was_charted_and_who_signed(note, sign, dana):
    factories.make_consent(patient=note.visit.patient)
    factories.make_coverage(
        patient=note.visit.patient, payer=factories.make_payer(name="Front Range Health Plan")
    )

    sign(note)

    frozen = json.loads(note_now().snapshot)
    assert frozen["format"] == "filiform/note/1"
    assert frozen["content"] == make_content() | {"contraindications": []}
    assert frozen["patient"] == {
        "record_number": "HL-10117",
        "name": "Marlow, Odette",
        "birth_date": "1951-03-08",
        "sex": "female",
    }
    assert frozen["provider"] == {
        "name": "Dana Whitlock",
        "credentials": "PT, DPT",
        "profession": "PT",
        "npi": "1508340712",
        "licence": {"state": "CO", "number": "PTL.0014412"},
        "training": {"hours": "80", "certificate_on_file": False},
    }
    assert frozen["visit"] == {
        "date_of_service": factories.today().isoformat(),
        "started_at": factories.at(10, 30).isoformat(timespec="seconds"),
        "place": "Room 2",
        "payer": "Front Range Health Plan",
    }
    assert frozen["consent"] == {"signed_on": "2025-03-04", "version": None}
    assert frozen["notice"] is None
    assert frozen["review"]["sentence"] == SENTENCE
    assert frozen["signed"]["by"] == "Dana Whitlock, PT, DPT"
    assert frozen["signed"]["attestation"] == "I performed this service and this note is mine."


def note_now() -> Note:
    return Note.objects.select_related("document", "visit").get()


def test_a_signed_note_has_its_count_and_who_signed_on_which_day(note, sign, dana):
    returned = sign(note)

    signed = note_now()
    assert returned == signed
    assert (signed.muscle_count, signed.needle_count, signed.suggested_code) == (3, 24, "20561")
    assert (signed.signed_by, signed.date_of_service) == (dana, factories.today())
    assert (signed.visit.state, signed.visit.done_at) == (VisitState.DONE, signed.signed_at)


def test_signing_leaves_the_time_of_a_visit_that_was_done_before(note, sign):
    done_at = timezone.now() - timedelta(hours=1)
    Visit.objects.update(state=VisitState.DONE, done_at=done_at)

    sign(note)

    assert note_now().visit.done_at == done_at


def test_the_digests_are_those_of_the_snapshot_and_of_the_stored_bytes(note, sign):
    sign(note)

    signed = note_now()
    pdf = bytes(signed.document.content)
    assert signing.canonical(json.loads(signed.snapshot)).decode() == signed.snapshot
    assert signed.snapshot_sha256 == hashlib.sha256(signed.snapshot.encode()).hexdigest()
    assert signed.document.made_from_sha256 == signed.snapshot_sha256
    assert signed.document.made_from == f"notes.Note {signed.pk}"
    assert signed.document.sha256 == hashlib.sha256(pdf).hexdigest()
    assert signed.document.code == documents.code_in(pdf) == json.loads(signed.snapshot)["code"]


def test_the_pdf_says_the_sentence_and_its_signature_is_valid_to_others(note, sign, tmp_path):
    sign(note)

    pdf = bytes(note_now().document.content)
    assert SENTENCE in text_of(pdf)
    assert "DRAFT" not in text_of(pdf)
    assert "Signature Validation: Signature is Valid." in verdict(pdf, tmp_path)
    assert signing.verify_pdf(pdf).signer == "Dana Whitlock, PT, DPT"
    assert signing.verify_pdf(pdf).signed_at == note_now().signed_at.replace(microsecond=0)


def test_the_audit_log_says_who_signed_what(note, sign, dana):
    sign(note)

    entry = AuditEntry.objects.exclude(verb="follow-up opened").get()
    signed = note_now()
    assert (entry.verb, entry.actor_id, entry.subject_id) == ("note signed", dana.pk, str(note.pk))
    assert entry.patient_id == note.visit.patient_id
    assert entry.details == {
        "document": signed.document.pk,
        "sha256": signed.snapshot_sha256,
        "proof": "password",
    }


def test_what_was_charted_can_be_asked_for_across_notes(note, sign):
    note.content = make_content(
        sites=[
            make_levator(needles=6, twitch=None, refers_to="Angle of the neck"),
            make_site("", "Splenius of my own", "left", rationale="Headache"),
        ],
        injections=[
            {"muscle": "soleus", "name": "Soleus", "side": "left", "drug": "J3301"},
        ],
    )
    note.save()

    sign(note)

    def rows(model, *fields):
        return list(model.objects.filter(note=note).values_list(*fields))

    assert rows(
        Needling, "muscle", "name", "side", "needles", "twitch", "refers_to", "rationale"
    ) == [
        ("levator-scapulae", "Levator scapulae", "right", 6, None, "Angle of the neck", ""),
        (None, "Splenius of my own", "left", 2, True, "", "Headache"),
    ]
    assert rows(Injection, "muscle", "name", "side", "drug") == [
        ("soleus", "Soleus", "left", "J3301")
    ]
    assert rows(NoteDiagnosis, "code", "label") == [("M54.2", "Cervicalgia")]
    assert rows(Measure, "name", "side", "unit", "before", "after") == [
        ("Cervical rotation", "right", "°", "50", "70")
    ]
    assert rows(AdverseReaction, "kind", "detail") == [
        ("bruising", "One spot of 1 cm at the right shoulder")
    ]
    assert rows(OtherService, "code", "minutes", "text") == [("97110", 15, "Deep neck flexors")]


def test_a_muscle_that_the_table_does_not_know_is_signed_by_its_name(note, sign):
    note.content = make_content(sites=[make_site("left-the-catalogue", "Scalenus minimus")])
    note.save()

    sign(note)

    assert [(each.muscle_id, each.name) for each in Needling.objects.all()] == [
        (None, "Scalenus minimus")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Line one\r\nline two",
        "A bell \x07, a form feed \x0c, an escape \x1b[31m, no character \ufffe",
        "Sore <script>alert(1)</script> & “quoted” {{ note }} {% now %}",
        "עברית عربي 中文 🙂 e\u0301",
        "x" * 4000,
    ],
    ids=["lines", "control", "markup", "scripts", "long"],
)
def test_whatever_was_typed_is_signed_as_it_is(note, sign, text, tmp_path):
    note.content = make_content(tolerance=f"Sore. {text}", plan=text)
    note.save()

    sign(note)

    signed = note_now()
    assert json.loads(signed.snapshot)["content"]["plan"] == text
    assert signing.verify_pdf(bytes(signed.document.content)).valid


def test_a_draft_begun_before_a_field_was_added_can_be_signed(note, sign):
    note.content = {key: value for key, value in make_content().items() if key != "copied"}
    note.save()

    sign(note)

    assert json.loads(note_now().snapshot)["content"]["copied"] == []


# Refused


def assert_nothing_was_stored():
    note = note_now()
    assert (note.signed_at, note.document, note.snapshot) == (None, None, "")
    assert [model.__name__ for model in ROWS if model.objects.exists()] == []
    assert not Document.objects.exists()
    assert not AuditEntry.objects.filter(verb="note signed").exists()
    assert note.visit.state == VisitState.PLANNED


def test_a_note_with_a_gap_is_not_signed(note, sign):
    note.content = make_content(tolerance="Tolerated well.")
    note.save()

    assert refusal(sign, note) == "Something still stops signing: see what is missing."
    assert_nothing_was_stored()


@pytest.mark.parametrize("reviewed", [3, 5])
def test_only_what_was_reviewed_is_signed(note, sign, reviewed):
    note.revision = 4
    note.save()

    assert refusal(sign, note, revision=reviewed) == (
        "The draft changed after you reviewed it: look at it once more."
    )
    assert_nothing_was_stored()


def test_only_its_author_signs_a_note(note, sign, lee):
    assert refusal(sign, note, by=lee) == "Only its author signs a note."
    assert_nothing_was_stored()


def test_the_author_does_not_sign_a_visit_that_went_to_a_colleague(note, sign, lee):
    note.visit.provider = lee.provider
    note.visit.save()

    assert refusal(sign, note) == "Only its author signs a note."
    assert_nothing_was_stored()


def test_a_discarded_draft_is_not_signed(note, sign):
    factories.discard(note)

    assert refusal(sign, note) == "This note is already signed or discarded."
    assert_nothing_was_stored()


def test_a_signed_note_is_not_signed_again(note, sign):
    sign(note)
    first = note_now()

    assert refusal(sign, note) == "This note is already signed or discarded."
    assert Document.objects.get() == first.document
    assert note_now().signed_at == first.signed_at


def test_nothing_is_stored_when_one_part_fails(note, sign):
    """The same diagnosis twice, which the page cannot post, fails after the PDF was stored."""
    note.content = make_content(diagnoses=make_content()["diagnoses"] * 2)
    note.save()

    with pytest.raises(IntegrityError), transaction.atomic():
        sign(note)

    assert_nothing_was_stored()


# In the same moment


@pytest.mark.usefixtures("transactional_db")
def test_two_clicks_at_once_sign_once(note, sign):
    outcomes = at_once(lambda: sign(note), lambda: sign(note))

    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, actions.NotAllowedNowError)
    assert [each for each in outcomes if isinstance(each, Note)] == [note]
    assert Document.objects.get() == note_now().document
    assert Needling.objects.count() == 3
    verbs = AuditEntry.objects.values_list("verb", flat=True)
    assert sorted(verbs) == ["follow-up opened", "note signed"]


@pytest.mark.usefixtures("transactional_db")
def test_a_save_in_the_moment_of_signing_is_kept_or_refused_but_never_lost(note, sign, dana):
    def save():
        content = make_content(plan="Once a week.")
        return actions.save_draft(note=Note.objects.get(), content=content, revision=0, by=dana)

    signed, saved = at_once(lambda: sign(note), save)

    if isinstance(saved, Note):
        assert isinstance(signed, actions.NotAllowedNowError)
        assert (note_now().signed_at, note_now().content["plan"]) == (None, "Once a week.")
    else:
        assert isinstance(saved, actions.NotAllowedNowError)
        assert json.loads(note_now().snapshot)["content"] == make_content() | {
            "contraindications": []
        }
