"""The wording of an ABN edition: installing it, what is refused, and the page about it."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from consent import actions, demonstration
from consent.models import AbnWording, Language
from consent.wording import LONGEST_PART, PARTS, SERVICE, parts_without_service
from emr import documents, signing
from emr.models import AuditEntry
from emr.rules.editions import current_edition
from emr.scans import read_scan
from tests.factories import make_abn_wording, today

OBSOLETE = date(2026, 1, 31)
# Pasted words of an invented form: nothing of it is CMS's.
PASTED = {part.id: f"Pasted for {part.id}, {SERVICE}" for part in PARTS}


@pytest.fixture
def edition():
    return current_edition(today()).printed_expiry


def make_pdf() -> bytes:
    return documents.render("print.html", {})


def install(by, edition, **fields):
    return actions.install_wording(
        **{"edition_expires": edition, "language": "en", "parts": PASTED, "by": by} | fields
    )


# The action


def test_a_wording_is_kept_with_its_digest_and_who_installed_it(olive, edition):
    wording = install(olive, edition)

    wording.refresh_from_db()
    assert wording.parts == PASTED
    assert wording.sha256 == signing.digest(signing.canonical(PASTED))
    assert (wording.installed_by, wording.is_demonstration, wording.pdf.name) == (olive, False, "")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("abn wording installed", "Olive Renner")
    assert entry.details == {
        "edition_expires": edition.isoformat(),
        "language": "en",
        "sha256": wording.sha256,
        "pdf_sha256": "",
    }


@pytest.mark.parametrize("already_kept", [False, True])
def test_a_failure_leaves_no_pdf_behind_and_spoils_none_that_is_kept(
    olive, edition, already_kept, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    pdf = read_scan(SimpleUploadedFile("r-131.pdf", make_pdf()))
    kept = [install(olive, edition, pdf=pdf)] if already_kept else []
    with pytest.raises(ValidationError):
        install(olive, edition, pdf=pdf, language="xx")
    with connection.execute_wrapper(fails_at_the_audit_entry), pytest.raises(DatabaseError):
        install(olive, edition, pdf=pdf)

    files = sorted(tmp_path.rglob("*.pdf"))
    assert files == [Path(wording.pdf.path) for wording in kept]
    assert list(AbnWording.objects.all()) == kept


def fails_at_the_audit_entry(execute, sql, params, many, context):
    if "emr_auditentry" in sql:
        raise DatabaseError
    return execute(sql, params, many, context)


def test_what_is_pasted_loses_the_blanks_around_it_and_keeps_its_lines(olive, edition):
    pasted = PASTED | {"what_to_do": "  First line\r\nSecond line\r\n\n"}

    wording = install(olive, edition, parts=pasted)

    assert wording.parts["what_to_do"] == "First line\nSecond line"


def test_the_newest_wording_of_a_language_counts_and_the_former_is_kept(olive, edition):
    former = install(olive, edition)
    newer = install(olive, edition, parts=PASTED | {"title": "Another title"})
    spanish = install(olive, edition, language="es")

    assert actions.wordings_on(today()) == {"en": newer, "es": spanish}
    assert AbnWording.objects.filter(pk=former.pk).exists()


@pytest.mark.parametrize(
    ("expires", "why"),
    [
        (OBSOLETE, "is obsolete: it could be used until 05/11/2026"),
        (date(2023, 6, 30), "is obsolete: it could be used until 06/29/2023"),
        (date(2030, 1, 1), "No edition of the form has the printed expiry 01/01/2030."),
    ],
)
def test_an_edition_that_is_obsolete_or_unknown_is_refused(olive, expires, why):
    with pytest.raises(actions.Refused, match=why):
        install(olive, expires)

    assert not AbnWording.objects.exists()


def test_every_part_but_one_must_say_something(olive, edition):
    with pytest.raises(ValidationError) as refused:
        install(olive, edition, parts={"title": "Only a title", "opening": " \n "})

    required = {part.id for part in PARTS if part.required} - {"title"}
    assert set(refused.value.message_dict) == required


def test_a_practice_outside_medicare_needs_what_stands_in_place_of_the_sentence(
    olive, practice, edition
):
    practice.takes_assignment = False
    practice.save()

    with pytest.raises(ValidationError) as refused:
        install(olive, edition, parts=PASTED | {"not_participating": ""})

    assert set(refused.value.message_dict) == {"not_participating"}


@pytest.mark.parametrize(("length", "kept"), [(LONGEST_PART, True), (LONGEST_PART + 1, False)])
def test_a_part_is_no_longer_than_a_page(olive, edition, length, kept):
    parts = PASTED | {"closing": "x" * length}

    if kept:
        assert len(install(olive, edition, parts=parts).parts["closing"]) == length
    else:
        with pytest.raises(ValidationError):
            install(olive, edition, parts=parts)


def test_only_the_demonstration_installs_an_invented_wording(olive, edition, settings):
    invented = {"parts": demonstration.ENGLISH, "is_demonstration": True}
    with pytest.raises(actions.Refused, match="Only the demonstration"):
        install(olive, edition, **invented)

    settings.DEMO = True

    assert install(olive, edition, **invented).is_demonstration


@pytest.mark.parametrize("part", ["title", "opening", "option_2"])
@pytest.mark.parametrize("language", Language)
def test_nobody_installs_a_sentence_of_the_demonstration_as_official(
    olive, edition, part, language
):
    parts = PASTED | {part: demonstration.WORDINGS[language][part]}

    with pytest.raises(actions.Refused, match="text of the demonstration"):
        install(olive, edition, parts=parts, language=language)


@pytest.mark.parametrize("language", Language)
def test_the_demonstration_fills_every_part_and_repeats_the_service(language):
    parts = demonstration.WORDINGS[language]

    assert set(parts) == {part.id for part in PARTS}
    assert parts_without_service(parts) == []
    assert "CMS" in parts["title"]
    assert "CMS" in parts["footer"]


def test_a_part_that_forgets_the_word_of_blank_d_is_named():
    parts = PASTED | {"opening": "Nothing here", "option_3": "Nor here", "closing": "Not asked"}

    assert [part.id for part in parts_without_service(parts)] == ["opening", "option_3"]


# The pages


def posted(edition, **fields):
    parts = {f"part_{id}": text for id, text in PASTED.items()}
    return {"edition": edition.isoformat(), "language": "en"} | parts | fields


def test_the_page_says_loudly_that_an_abn_is_only_a_worksheet(olive_client):
    response = olive_client.get(reverse("consent:wordings"))

    assertContains(response, "Until then an ABN is only a worksheet")
    assertContains(response, "Nothing is installed")
    assertContains(response, reverse("consent:install-wording"))


def test_an_obsolete_wording_is_no_better_than_none(olive_client):
    make_abn_wording(edition_expires=OBSOLETE)

    assertContains(olive_client.get(reverse("consent:wordings")), "only a worksheet")


def test_the_page_is_quiet_once_a_wording_may_be_used(fran_client):
    make_abn_wording()

    response = fran_client.get(reverse("consent:wordings"))

    assertNotContains(response, "only a worksheet")
    assertContains(response, "Not installed for use today: Español.")
    assertNotContains(response, reverse("consent:install-wording"))


def test_a_demonstration_in_use_is_said_on_the_page(fran_client):
    make_abn_wording(is_demonstration=True)

    assertContains(
        fran_client.get(reverse("consent:wordings")), "wording is a demonstration, not CMS’s."
    )


def test_the_owner_pastes_an_edition_with_its_pdf(olive_client, edition):
    content = make_pdf()

    response = olive_client.post(
        reverse("consent:install-wording"),
        posted(edition, pdf=SimpleUploadedFile("r-131.pdf", content, "application/pdf")),
    )

    wording = AbnWording.objects.get()
    assertRedirects(response, reverse("consent:wording", args=[wording.pk]))
    assert wording.parts == PASTED
    assert wording.pdf_sha256 == signing.digest(content)
    saved = olive_client.get(reverse("consent:wording-pdf", args=[wording.pk]))
    assert b"".join(saved.streaming_content) == content
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.latest("pk").verb == "viewed"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("r-131.pdf", b"MZ\x90\x00", "Only PDF, JPEG and PNG files can be read."),
        ("r-131.pdf", b"<svg onload='alert(1)'/>", "Only PDF, JPEG and PNG files can be read."),
        ("r-131.pdf", b"%PDF-1.7 torn", "This file is damaged or incomplete."),
    ],
)
def test_what_is_no_pdf_is_not_kept(olive_client, edition, name, content, why):
    response = olive_client.post(
        reverse("consent:install-wording"),
        posted(edition, pdf=SimpleUploadedFile(name, content, "application/pdf")),
    )

    assertContains(response, why, status_code=422)
    assert not AbnWording.objects.exists()


def test_an_obsolete_edition_is_refused_beside_the_edition(olive_client):
    response = olive_client.post(reverse("consent:install-wording"), posted(OBSOLETE))

    assert response.status_code == 422
    [error] = response.context["form"].errors["edition"]
    assert error.startswith("The edition with the printed expiry 01/31/2026 is obsolete")


def test_a_missing_part_is_named_at_its_place(olive_client, edition):
    response = olive_client.post(
        reverse("consent:install-wording"), posted(edition, part_option_2="")
    )

    assert response.status_code == 422
    assert dict(response.context["form"].errors) == {
        "part_option_2": ["Paste this part of the form."]
    }


def test_what_an_installed_wording_forgot_is_shown_with_it(olive_client):
    wording = make_abn_wording(parts={"option_1": "No room for the service"})

    response = olive_client.get(reverse("consent:wording", args=[wording.pk]))

    assertContains(response, "The word of blank D is not repeated here:")
    assertContains(response, "<li>Option 1, without its last sentence</li>", html=True)


def test_a_wording_without_a_pdf_has_none_to_save(olive_client):
    wording = make_abn_wording()

    assert olive_client.get(reverse("consent:wording-pdf", args=[wording.pk])).status_code == 404


@pytest.mark.parametrize("language", Language)
def test_the_demonstration_clinic_fills_the_form_with_one_click(olive_client, settings, language):
    settings.DEMO = True
    address = reverse("consent:install-wording")

    form = olive_client.get(address, {"demonstration": language}).context["form"]
    values = {name: form[name].value() for name in form.fields if name != "pdf"}
    response = olive_client.post(address, values)

    wording = AbnWording.objects.get()
    assertRedirects(response, reverse("consent:wording", args=[wording.pk]))
    assert (wording.language, wording.is_demonstration) == (language, True)
    assert wording.parts == demonstration.WORDINGS[language]


def test_outside_the_demonstration_nobody_is_offered_an_invented_wording(olive_client):
    response = olive_client.get(reverse("consent:install-wording"), {"demonstration": "en"})

    assert response.context["form"]["part_title"].value() is None
    assertNotContains(response, "invented")
