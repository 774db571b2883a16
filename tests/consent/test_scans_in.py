"""Signed paper that comes back in: found by its code, kept with its scan, keyed in as transcribed."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consent.actions import withdraw_consent
from consent.actions.scans import KNOWN, keeping, save_scan
from consent.models import Consent, Kind, Method, NoticeStep, Scan, Signing
from emr.models import AuditEntry
from emr.scans import read_scan
from tests.consent.rooms import make_issued, start
from tests.emr.test_scans import make_pdf, make_picture
from tests.factories import (
    make_consent,
    make_consent_form,
    make_notice_step,
    make_patient,
    make_scan,
    today,
)

REFUSED = b"<svg onload=alert(1)>"


@pytest.fixture
def form(practice):
    return make_consent_form()


@pytest.fixture
def paper(form, patient, practice, fran):
    return start(Method.PAPER, patient=patient, practice=practice, by=fran, form=form).signing


@pytest.fixture
def abn(patient, dana, practice, fran):
    parties = {"patient": patient, "practice": practice, "by": fran}
    notice = make_issued(Kind.ABN, provider=dana.provider, **parties)
    return start(Method.PAPER, notice=notice, **parties).signing


def bring(client, paper, content=None, **changes):
    upload = SimpleUploadedFile("paper.pdf", make_pdf() if content is None else content)
    posted = {
        "code": paper.code,
        "file": upload,
        "answer": "1" if paper.notice else "agree",
        "language": "en",
        "signed_on": today().isoformat(),
    }
    return client.post(reverse("consent:scan-in", args=[paper.pk]), posted | changes)


def files():
    return sorted(path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def text_of(pdf, tmp_path):
    path = tmp_path / "form.pdf"
    path.write_bytes(pdf)
    return " ".join(subprocess.check_output(["pdftotext", path, "-"], text=True).split())


# Out


@pytest.mark.parametrize(("language", "words"), [("en", "not acupuncture"), ("es", "acupuntura")])
def test_the_blank_form_carries_its_code_and_nothing_is_ticked(
    fran_client, paper, tmp_path, language, words
):
    response = fran_client.get(
        reverse("consent:blank-pdf", args=[paper.pk]), {"language": language}
    )

    text = text_of(response.content, tmp_path)
    assert response.headers["Content-Type"] == "application/pdf"
    assert (paper.code in text, words in text, "Odette Marlow" in text) == (True, True, True)
    assert AuditEntry.objects.order_by("pk").last().verb == "paper form printed"


def test_a_form_that_came_back_is_not_printed_again(fran_client, paper):
    bring(fran_client, paper)

    assert fran_client.get(reverse("consent:blank-pdf", args=[paper.pk])).status_code == 404


# Back in


def test_a_paper_finds_its_patient_by_its_code_alone(fran_client, paper):
    typed = f" {paper.code.replace('-', ' ').lower()} "

    found = fran_client.post(reverse("consent:find-paper"), {"code": typed})

    assert (found.status_code, found.url) == (
        302,
        f"/signings/{paper.pk}/scan/?code={paper.code}",
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "Type the code that is printed on the paper."),
        ("H7KQ", "A code has twelve letters and digits in three groups, such as H7KQ-2M4T-9XWC."),
        ("H7KQ-2M4T-9XWC", "No paper has this code: look at the sheet once more."),
    ],
)
def test_a_code_that_is_on_no_paper_finds_nothing(fran_client, paper, code, words):
    response = fran_client.post(reverse("consent:find-paper"), {"code": code})

    assert response.status_code == 422
    assert response.context["form"].errors == {"code": [words]}


def test_a_consent_on_paper_is_kept_with_its_pages_and_its_file(fran_client, paper, fran, tmp_path):
    yesterday = today() - timedelta(days=1)
    Signing.objects.update(started_at=timezone.now() - timedelta(days=1))
    content = make_picture("jpeg")

    response = bring(
        fran_client, paper, content, signed_on=yesterday.isoformat(), witness="Kit Hall"
    )

    consent, scan = Consent.objects.get(), Scan.objects.get()
    signature = consent.signature
    assert (response.status_code, response.url) == (302, f"/signings/{paper.pk}/")
    assert (consent.signed_on, consent.outcome) == (yesterday, "signed")
    assert (signature.mark, signature.scan, signature.witness) == ("on paper", scan, "Kit Hall")
    assert (scan.kind, scan.pages, scan.uploaded_by) == ("jpeg", 1, fran)
    assert Path(scan.file.path).read_bytes() == content
    assert "paper" not in scan.file.name
    pdf = bytes(consent.document.content)
    pages = text_of(pdf, tmp_path)
    images = subprocess.check_output(
        ["pdfimages", "-list", tmp_path / "form.pdf"], text=True
    ).splitlines()
    assert "Odette Marlow" in pages
    assert [line for line in images if " 620 " in line] != []  # the page as it was photographed


def test_an_option_on_paper_is_kept_as_transcribed(fran_client, abn, fran):
    bring(fran_client, abn, answer="3")

    step = NoticeStep.objects.get(after="chosen")
    assert (step.option, step.transcribed, step.by, step.signature.mark) == (
        3,
        True,
        fran,
        "on paper",
    )
    assert Signing.objects.get().outcome == "declined"


def test_a_declined_consent_on_paper_keeps_its_reason(fran_client, paper):
    bring(fran_client, paper, answer="decline", reason="Needle phobia")

    consent = Consent.objects.get()
    assert (consent.outcome, consent.declined_reason) == ("declined", "Needle phobia")


def test_somebody_signed_the_paper_for_the_patient(fran_client, paper):
    bring(
        fran_client,
        paper,
        representative="Inès Marlow",
        relation="Daughter",
        ground="I am the legal guardian",
    )

    signature = Consent.objects.get().signature
    assert (signature.signer_name, signature.relation, signature.ground) == (
        "Inès Marlow",
        "Daughter",
        "I am the legal guardian",
    )


def test_the_page_of_the_signing_leads_to_the_scan_as_it_came(fran_client, bo_client, paper):
    content = make_picture("png")
    bring(fran_client, paper, content)
    scan = Scan.objects.get()
    address = reverse("consent:scan-file", args=[scan.pk])

    page = fran_client.get(reverse("consent:signing", args=[paper.pk])).content.decode()
    response = fran_client.get(address)

    assert address in page
    assert b"".join(response) == content
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == f'attachment; filename="scan-{scan.pk}.png"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert bo_client.get(address).status_code == 404
    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.verb, entry.subject_type) == ("viewed", "consent.Scan")


WRONG = {
    "the code of another paper": (
        {"code": "H7KQ-2M4T-9XWC"},
        "code",
        "This is the code of another paper: look at the sheet once more.",
    ),
    "no answer": ({"answer": ""}, "answer", "Key in what the patient ticked."),
    "no day": (
        {"signed_on": ""},
        "signed_on",
        "Give the day that the patient wrote beside the signature.",
    ),
    "a day to come": (
        {"signed_on": (today() + timedelta(days=1)).isoformat()},
        "signed_on",
        "A form cannot have been signed in the future.",
    ),
    "a representative without a ground": (
        {"representative": "Inès Marlow", "relation": "Daughter"},
        "ground",
        "Needed when somebody signed for the patient.",
    ),
    "a language that the form lacks": (
        {"language": "fr"},
        "language",
        "Select a valid choice. fr is not one of the available choices.",
    ),
    "a drawing that can act": (
        {"file": SimpleUploadedFile("a.png", REFUSED)},
        "file",
        "Only PDF, JPEG and PNG files can be read. Scan the page to a PDF, or photograph it.",
    ),
}


@pytest.mark.parametrize(("changes", "field", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_paper_is_said_and_nothing_is_kept(
    fran_client, paper, changes, field, words
):
    before = files()

    response = bring(fran_client, paper, **changes)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert (Consent.objects.count(), Scan.objects.count(), files()) == (0, 0, before)


def test_when_the_answer_cannot_be_stored_the_file_goes_again(fran_client, abn):
    """The day is found wrong only with the notice in hand, when the scan has been read already."""
    notice = abn.notice
    make_notice_step(notice=notice, before="issued", after="void", reason="Wrong price")
    before = files()

    response = bring(fran_client, abn, answer="1")

    assert response.status_code == 409
    assert response.context["conflict"] == "A notice that is “void” cannot become “option chosen”."
    assert (Scan.objects.count(), files()) == (0, before)


def test_a_file_that_was_written_is_removed_when_its_transaction_fails(paper, fran):
    read = read_scan(SimpleUploadedFile("paper.pdf", make_pdf()))
    before, during = files(), []

    def write_and_fail():
        with keeping(read, patient=paper.patient, by=fran) as scan, transaction.atomic():
            scan.save()
            during.extend(files())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    assert len(during) == len(before) + 1
    assert (Scan.objects.count(), files()) == (0, before)


def test_a_paper_comes_in_once(fran_client, paper):
    bring(fran_client, paper)

    again = bring(fran_client, paper, answer="decline")
    found = fran_client.post(reverse("consent:find-paper"), {"code": paper.code})

    assert (again.status_code, again.url) == (302, f"/signings/{paper.pk}/")
    assert found.context["form"].errors == {
        "code": ["This paper was brought in, answered elsewhere or taken back already."]
    }
    assert Consent.objects.get().outcome == "signed"


def test_a_form_was_not_signed_before_it_was_made(fran_client, paper):
    yesterday = today() - timedelta(days=1)
    before = files()

    response = bring(fran_client, paper, signed_on=yesterday.isoformat())

    words = f"This form was made on {today():%Y-%m-%d}: nobody can have signed it before."
    assert response.status_code == 422
    assert response.context["form"].errors == {"signed_on": [words]}
    assert (Consent.objects.count(), files()) == (0, before)


def test_one_file_is_the_answer_of_one_patient(fran_client, paper, form, practice, fran):
    other = make_patient()
    second = start(Method.PAPER, patient=other, practice=practice, by=fran, form=form).signing
    bring(fran_client, paper)
    before = files()

    response = bring(fran_client, second)

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [KNOWN]}
    assert (Consent.objects.count(), Scan.objects.count(), files()) == (1, 1, before)


def test_of_two_who_bring_in_one_file_at_once_the_second_is_told(paper, form, practice, fran):
    read = read_scan(SimpleUploadedFile("paper.pdf", make_pdf()))
    with keeping(read, patient=paper.patient, by=fran) as scan:
        make_scan(patient=make_patient(), content=read.content)

        with pytest.raises(ValidationError, match="brought in already"):
            save_scan(scan)


def test_a_paper_of_before_a_withdrawal_permits_nothing_after_it(
    fran_client, paper, patient, fran, form, practice
):
    consent = make_consent(patient=patient, recorded_by=fran)
    sent = start(Method.PHONE, patient=patient, practice=practice, by=fran, form=form)
    withdraw_consent(consent=consent, withdrawn_on=today(), reason="Sore", by=fran)

    response = bring(fran_client, paper)
    link = Client().get(reverse("consent:link", args=[sent.token]))

    assert (response.status_code, response.url) == (302, f"/signings/{paper.pk}/")
    assert link.status_code == 410
    assert set(Signing.objects.values_list("outcome", flat=True)) == {"cancelled"}
    assert Consent.objects.get() == consent
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-3:] == ["signing taken back"] * 2 + ["consent withdrawn"]


def test_a_withdrawal_leaves_the_notices_that_wait(fran_client, abn, patient, fran):
    consent = make_consent(patient=patient, recorded_by=fran)

    withdraw_consent(consent=consent, withdrawn_on=today(), reason="Sore", by=fran)

    assert Signing.objects.get().ended_at is None


def test_a_paper_signed_before_the_notice_was_issued_does_not_count(fran_client, abn):
    day = (today() - timedelta(days=1)).isoformat()

    response = bring(fran_client, abn, signed_on=day)

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "signed_on": ["That is before the notice was issued."]
    }
