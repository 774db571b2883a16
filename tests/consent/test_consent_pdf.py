"""The consent on paper: made by the real actions, then read as any reader of PDFs reads it."""

import io
import json
import subprocess

import pytest
from PIL import Image

from consent import actions, printing
from consent.models import Consent, Method, Scan
from consent.shipped import shipped_text
from consent.templatetags.paper import day_in, moment_in
from consent.words.consent_paper import WORDS
from emr.rules.ink import read_ink
from tests.factories import make_consent_form, make_scan
from tests.notes.prints import text_of, verdict

INTENT = "This is my signature, and I agree to dry needling."
WAVES = [[[20 + 4 * i, 60 + (i * 37) % 50, 16 * i] for i in range(60)]]


@pytest.fixture
def form(olive):
    return make_consent_form(drafted_by=olive)


@pytest.fixture
def start(patient, form, practice, dana):
    def start(method=Method.KIOSK):
        return actions.start_signing(
            method=method,
            patient=patient,
            practice=practice,
            form=form,
            provider=dana.provider,
            by=dana,
        ).signing

    return start


@pytest.fixture
def sign(start, practice, dana):
    def sign(*, method=Method.KIOSK, outcome=Consent.Outcome.SIGNED, language="en", **fields):
        given = {name: fields.pop(name) for name in ("reason", "pages") if name in fields}
        hand = {"signer_name": "Odette Marlow", "intent": INTENT} | fields
        if not {"ink", "scan"} & set(hand):
            hand["typed_name"] = hand["signer_name"]
        return actions.answer_consent(
            started=start(method),
            outcome=outcome,
            language=language,
            hand=actions.Hand(**hand),
            practice=practice,
            by=dana,
            **given,
        )

    return sign


def drawn():
    pad = {"v": 1, "width": 600, "height": 200, "strokes": WAVES}
    return read_ink(json.dumps(pad)).canonical()


def content_of(consent):
    return bytes(consent.document.content)


def pages_in(pdf):
    told = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout
    return {line.split(b":")[0].decode(): line.split(b":")[1].strip() for line in told.splitlines()}


def missing(words, text):
    return [each for each in words if each not in text]


# Signed


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_signed_consent_holds_the_whole_text_on_two_tagged_pages(sign, language):
    pdf = content_of(sign(language=language, ink=drawn()))

    text, facts = text_of(pdf), pages_in(pdf)
    shipped = shipped_text(language)["sections"]
    said = [line for section in shipped for line in section["text"].splitlines()]
    assert missing([section["heading"] for section in shipped], text) == []
    assert missing(said, text) == []
    assert (facts["Pages"], facts["Tagged"]) == (b"2", b"yes")


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "en",
            [
                "Signed on",
                "Signed by: Odette Marlow, the patient",
                "Dana Whitlock, PT, DPT: 80 hours of training in dry needling.",
                "How: on the clinic’s tablet, handed over by Dana Whitlock",
                "Interpreter: none. Witness: none",
                "Page 1 of 2",
            ],
        ),
        (
            "es",
            [
                "Firmado el",
                "Firmado por: Odette Marlow, el paciente",
                "Dana Whitlock, PT, DPT: 80 horas de formación en punción seca.",
                "Cómo: en la tableta de la clínica, entregado por Dana Whitlock",
                "Intérprete: ninguno. Testigo: ninguno",
                "Página 1 de 2",
            ],
        ),
    ],
)
def test_it_says_who_signed_how_and_when_in_the_patient_s_language(sign, language, says):
    consent = sign(language=language, ink=drawn())

    text = text_of(content_of(consent))
    snapshot = json.loads(consent.snapshot)
    proof = [
        INTENT,
        moment_in(snapshot["signed"], language),
        consent.document.code,
        " ".join(consent.snapshot_sha256[i : i + 8] for i in range(0, 64, 8)),
    ]
    assert missing(says + proof, text) == []


def test_any_reader_finds_the_seal_in_order(sign, tmp_path):
    told = verdict(content_of(sign(ink=drawn())), tmp_path)

    assert "Signature Validation: Signature is Valid." in told
    assert "Total document signed" in told


def test_a_typed_name_says_that_it_is_the_signature(sign):
    text = text_of(content_of(sign(device="Tablet Browser 1.0", address="203.0.113.7")))

    assert "Odette Marlow (typed as signature)" in text
    assert "Device: Tablet Browser 1.0 (203.0.113.7)" in text


def test_a_representative_an_interpreter_and_a_witness_are_named(sign):
    text = text_of(
        content_of(
            sign(
                method=Method.PHONE,
                signer_name="Pat Marlow",
                relation="daughter",
                ground="power of attorney",
                interpreter="L. Ruiz",
                witness="F. Ibarra",
            )
        )
    )

    says = [
        "Signed by: Pat Marlow, for the patient, as daughter",
        "Right to sign: power of attorney",
        "Interpreter: L. Ruiz. Witness: F. Ibarra",
        "on their own phone",
    ]
    assert missing(says, text) == []


@pytest.mark.parametrize(("reason", "says"), [("Afraid", "Afraid"), ("", "none given")])
def test_who_declines_is_printed_so(sign, reason, says):
    text = text_of(content_of(sign(outcome=Consent.Outcome.DECLINED, reason=reason)))

    expected = ["Declined. The patient does not agree to dry needling.", f"Reason given: {says}"]
    assert missing(expected, text) == []
    assert "Signed on" not in text


def test_what_a_patient_types_is_never_markup(sign):
    text = text_of(content_of(sign(witness="<b>F. Ibarra</b> & Co")))

    assert "Witness: <b>F. Ibarra</b> & Co" in text


def test_the_pages_of_a_scanned_paper_follow(sign, patient):
    page = io.BytesIO()
    Image.new("RGB", (850, 1100), "white").save(page, "PNG")

    consent = sign(
        method=Method.PAPER, scan=make_scan(patient=patient), pages=[page.getvalue()] * 2
    )

    pdf = content_of(consent)
    assert pages_in(pdf)["Pages"] == b"4"
    says = [
        "Signed by hand on paper. The scanned pages follow.",
        "Date on the paper:",
        "Brought in:",
        "Agrees to dry needling: the box was ticked by hand on the paper, and is transcribed by Dana"
        " Whitlock.",
        "How: on paper, scanned, handed over by Dana Whitlock, transcribed by Dana Whitlock",
    ]
    assert missing(says, text_of(pdf)) == []
    assert Scan.objects.count() == 1


def test_a_no_on_paper_is_told_as_transcribed(sign, patient):
    scan = make_scan(patient=patient)

    pdf = content_of(
        sign(method=Method.PAPER, scan=scan, outcome=Consent.Outcome.DECLINED, language="es")
    )

    words = "Lo marcado a mano en el papel fue transcrito por Dana Whitlock."
    assert missing([words], text_of(pdf)) == []


# To sign by hand


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_blank_has_its_number_both_answers_and_every_line(start, language):
    signing = start(Method.PAPER)
    shown = json.loads(signing.snapshot)

    pdf = printing.blank_consent_pdf(shown, language=language, code=signing.code)

    text, words = text_of(pdf), WORDS[language]
    lines = ("agree", "disagree", "line_signature", "date", "line_name", "line_relation")
    lines += ("line_interpreter", "line_witness", "form_code", "your_clinician")
    assert missing([words[name] for name in lines] + [signing.code, "HL-10117"], text) == []
    assert pages_in(pdf)["Pages"] == b"2"


# Words


def test_both_languages_have_the_same_words():
    assert sorted(WORDS["en"]) == sorted(WORDS["es"])
    assert [name for words in WORDS.values() for name, word in words.items() if not word] == []


@pytest.mark.parametrize(
    ("iso", "language", "printed"),
    [
        ("2026-09-01", "en", "1 September 2026"),
        ("2026-09-01", "es", "1 de septiembre de 2026"),
        ("2026-01-31T10:30:00-07:00", "es", "31 de enero de 2026"),
        ("", "es", ""),
        (None, "en", ""),
    ],
)
def test_a_day_is_printed_in_the_language_of_the_patient(iso, language, printed):
    assert day_in(iso, language) == printed


@pytest.mark.parametrize(
    ("language", "printed"),
    [("en", "4 March 2025, 10:30:00 MST"), ("es", "4 de marzo de 2025, 10:30:00 MST")],
)
def test_a_moment_keeps_its_clock_and_zone(language, printed):
    moment = {"at": "2025-03-04T10:30:00-07:00", "at_text": "4 March 2025, 10:30:00 MST"}

    assert moment_in(moment, language) == printed
