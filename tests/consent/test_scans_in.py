"""Signed paper that comes back in: found by its code, kept with its scan, keyed in as transcribed."""

import hashlib
import json
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
from consent.forms.papers import MIXED, OTHER_PAGES, TOO_MANY, TWICE, UNSEEN
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


SEEN = {"shows_code": "on", "shows_tick": "on", "shows_signature": "on"}


def digest_of(*contents):
    """Of the pages that were looked at."""
    each = [hashlib.sha256(content).hexdigest() for content in contents]
    return hashlib.sha256(" ".join(each).encode()).hexdigest()


def bring(client, paper, *contents, **changes):
    """Looked at and confirmed, unless `changes` say otherwise."""
    contents = contents or (make_pdf(),)
    posted = {
        "file": [SimpleUploadedFile("paper.pdf", each) for each in contents],
        "looked_at": digest_of(*contents),
        **SEEN,
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


def test_the_worklists_lead_whoever_may_to_where_a_paper_comes_in(fran_client, bo_client, practice):
    link = f'href="{reverse("consent:find-paper")}"'

    pages = [
        client.get(reverse("emr:desk")).content.decode() for client in (fran_client, bo_client)
    ]

    assert [link in page for page in pages] == [True, False]


def test_a_paper_finds_its_patient_by_its_code_alone(fran_client, paper):
    typed = f" {paper.code.replace('-', ' ').lower()} "

    found = fran_client.post(reverse("consent:find-paper"), {"code": typed})

    assert (found.status_code, found.url) == (302, f"/signings/{paper.pk}/scan/")


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


# Looked at before it is kept


def test_the_desk_looks_at_the_pages_before_anything_is_kept(fran_client, paper):
    before = files()

    response = bring(fran_client, paper, looked_at="", **dict.fromkeys(SEEN, ""))

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('src="data:image/png;base64,') == 1
    assert f"The code {paper.code} stands on it" in page
    assert "The box that I keyed in is ticked by hand, and no other" in page
    assert "The signature is on it, and the day that I keyed in" in page
    assert "Agrees to dry needling</strong>" in page
    assert f'value="{digest_of(make_pdf())}"' in page
    assert (Consent.objects.count(), Scan.objects.count(), files()) == (0, 0, before)


def test_the_pages_come_into_the_page_that_has_the_files(fran_client, paper):
    htmx = {"HX-Request": "true"}
    posted = {"answer": "agree", "language": "en", "signed_on": today().isoformat()}
    address = reverse("consent:scan-in", args=[paper.pk])

    def post(**more):
        upload = SimpleUploadedFile("paper.pdf", make_pdf())
        return fran_client.post(address, posted | {"file": upload} | more, headers=htmx)

    looked = post()
    kept = post(looked_at=digest_of(make_pdf()), **SEEN)

    assert looked.content.decode().lstrip().startswith('<form id="paper"')
    assert kept.headers["HX-Redirect"] == reverse("consent:signing", args=[paper.pk])
    assert Consent.objects.get().outcome == "signed"


def test_what_was_seen_on_other_pages_does_not_count(fran_client, paper):
    response = bring(fran_client, paper, make_picture("png"), looked_at=digest_of(make_pdf()))

    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].conflict == OTHER_PAGES
    assert "checked" not in page.split("What you see on it")[1].split("</fieldset>")[0]
    assert Scan.objects.count() == 0


def test_an_estimate_has_no_box_to_see(fran_client, patient, dana, practice, fran):
    parties = {"patient": patient, "practice": practice, "by": fran}
    notice = make_issued(Kind.ESTIMATE, provider=dana.provider, **parties)
    paper = start(Method.PAPER, notice=notice, **parties).signing

    response = bring(fran_client, paper, answer="agree", shows_tick="")

    assert response.status_code == 302
    assert notice.steps.last().after == "agreed"


# Photographs of several pages


def test_the_photographs_of_one_paper_are_kept_each_in_their_order(fran_client, paper, tmp_path):
    photographs = [make_picture("jpeg", (620, 800)), make_picture("png", (630, 800))]

    response = bring(fran_client, paper, *photographs)

    first, second = Scan.objects.order_by("pk")
    consent = Consent.objects.get()
    assert response.status_code == 302
    assert [Path(each.file.path).read_bytes() for each in (first, second)] == photographs
    assert (consent.signature.scan, first.follows, second.follows) == (first, None, first)
    hand = json.loads(consent.snapshot)["hand"]
    assert (hand["scan_sha256"], hand["more_scans_sha256"]) == (first.sha256, [second.sha256])
    (tmp_path / "form.pdf").write_bytes(bytes(consent.document.content))
    listed = subprocess.check_output(["pdfimages", "-list", tmp_path / "form.pdf"], text=True)
    widths = [line.split()[3] for line in listed.splitlines()[2:]]
    assert [each for each in widths if each in ("620", "630")] == ["620", "630"]
    page = fran_client.get(reverse("consent:signing", args=[paper.pk])).content.decode()
    assert [reverse("consent:scan-file", args=[each.pk]) in page for each in (first, second)] == [
        True,
        True,
    ]


SEVERAL = {
    "two PDFs": ([make_pdf(), make_pdf(pages=2)], MIXED),
    "a PDF and a photograph": ([make_pdf(), make_picture("png")], MIXED),
    "the same twice": ([make_picture("png"), make_picture("png")], TWICE),
    "too many": ([make_picture("png", (620, 800 + n)) for n in range(11)], TOO_MANY),
    "one that is none": (
        [make_picture("png"), REFUSED],
        "Photograph 2: Only PDF, JPEG and PNG files can be read. Scan the page to a PDF, or"
        " photograph it.",
    ),
}


@pytest.mark.parametrize(("contents", "words"), SEVERAL.values(), ids=SEVERAL)
def test_what_is_not_one_paper_is_not_taken(fran_client, paper, contents, words):
    before = files()

    response = bring(fran_client, paper, *contents)

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [words]}
    assert (Scan.objects.count(), files()) == (0, before)


def test_a_photograph_that_was_brought_in_before_takes_the_others_with_it(fran_client, paper, abn):
    known, fresh = make_picture("png", (620, 800)), make_picture("png", (630, 800))
    bring(fran_client, abn, known)
    before = files()

    response = bring(fran_client, paper, fresh, known)

    assert response.status_code == 422
    assert response.context["form"].errors == {"file": [KNOWN]}
    assert (Scan.objects.count(), Consent.objects.count(), files()) == (1, 0, before)


WRONG = {
    "no file": ({"file": []}, "file", "Choose the scan, or take a photograph of the paper."),
    "a paper without its code": ({"shows_code": ""}, "shows_code", UNSEEN),
    "a paper without a tick": ({"shows_tick": ""}, "shows_tick", UNSEEN),
    "a paper without a signature": ({"shows_signature": ""}, "shows_signature", UNSEEN),
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
