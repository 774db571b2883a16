"""The papers of notices: made by the real actions, and read as other people's software reads them."""

import io
import json
import subprocess
from decimal import Decimal

import pytest
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from consent import actions, demonstration, printing, snapshot
from consent.models import Kind, Language, Method
from consent.templatetags import notices as written
from emr import signing
from emr.rules.editions import current_edition
from emr.rules.notice_states import NoticeState
from tests.consent import papers
from tests.consent.papers import pages_of
from tests.emr.test_documents import (
    content_outside_marks,
    marked_contents,
    tagged_contents,
)
from tests.factories import INK, make_abn_wording, make_scan, today
from tests.notes.prints import text_of, verdict

STRIP = "DEMONSTRATION – not a CMS form"
CODE = "H7KQ-2M4T-9XWC"
EMPTY, TICKED = "☐", "☒"
OPTIONS = ["ANSWER 1.", "ANSWER 2.", "ANSWER 3."]


@pytest.fixture
def made(practice, patient, dana, lee, fran):
    """Makes and issues a notice of a kind."""
    papers.install_demonstration()

    def make(kind=Kind.ABN, **fields):
        provider = lee.provider if kind == Kind.VOLUNTARY_ABN else dana.provider
        defaults = {"provider": provider}
        notice = papers.draft(kind, patient=patient, by=fran, **defaults | fields)
        return actions.issue_notice(notice=notice, practice=practice, by=fran)

    return make


@pytest.fixture
def answered(made, practice, fran):
    """The signed PDF of a notice that was answered."""

    def answer(kind=Kind.ABN, after=NoticeState.CHOSEN, *, notice=None, **fields):
        notice = notice or made(kind)
        step = papers.answer(notice, after, practice=practice, by=fran, **fields)
        return bytes(step.document.content)

    return answer


def blank(notice, language="en"):
    content = json.loads(notice.snapshot)
    return printing.blank_notice_pdf(content, language=language, code=CODE)


def boxes(text):
    """Which box stands before each option."""
    return [text[text.index(option) - 2] for option in OPTIONS]


# The ABN


def test_the_blank_form_has_every_blank_of_the_practice_and_no_tick(made):
    [page] = pages_of(blank(made()))

    for word in [
        "A. Practice: Harbour Lane Physical Therapy",
        "214 Harbour Lane, Fort Collins, CO 80521 · 970-555-0142",
        "B. For: Odette Marlow",
        "C. Our record number: HL-10117",
        "D. dry needling",
        "Dry needling of 1 or 2 muscles (20560)",
        "Dry needling of 3 or more muscles (20561)",
        "$45.00",
        "$65.00",
        "once a week, for eight weeks, at most 8 visits.",
        "I. My name by my own hand:",
        "J. Day:",
        f"Code {CODE}",
        f"Edition printed: {current_edition(today()).printed_expiry:%m/%d/%Y}",
    ]:
        assert word in page
    assert page.count(papers.REASON) == 1
    assert boxes(text_of(blank(made()))) == [EMPTY, EMPTY, EMPTY]


@pytest.mark.parametrize("option", [1, 2, 3])
def test_only_the_answer_ticks_a_box(answered, option):
    text = text_of(answered(option=option))

    assert boxes(text) == [TICKED if number == option else EMPTY for number in (1, 2, 3)]
    assert f"Option chosen by the patient: {option}" in text


@pytest.mark.parametrize("language", Language)
def test_the_form_is_one_page_and_its_proof_another(made, answered, language):
    form, proof = pages_of(answered(option=2, notice=made(language=language)))

    assert ("ANSWER 1." in form, "RESPUESTA 1." in form) == (language == "en", language == "es")
    title = {"en": "How this notice was answered", "es": "Cómo se respondió a este aviso"}
    assert title[language] not in form
    assert proof.count(title[language]) == 1


def test_the_form_fits_one_page_with_as_much_text_as_the_official_one(made):
    # Words of no form, a tenth longer than what CMS says in each part.
    lengths = {"opening": 270, "option_1": 410, "option_1_last": 85, "option_2": 205}
    lengths |= {"option_3": 190, "closing": 360, "footer": 640}
    filler = "This only fills the room that the words of the form need, and says nothing. " * 9
    parts = {id: ("{D}: " + filler)[:length] for id, length in lengths.items()}
    parts["what_to_do"] = "Now:\n" + "\n".join(filler[:length] for length in (85, 80, 70, 160))
    make_abn_wording(parts=demonstration.ENGLISH | parts)

    assert len(pages_of(blank(made()))) == 1


def test_reasons_that_differ_stand_beside_each_service(made):
    lines = [
        papers.LINES[0],
        papers.LINES[1] | {"reason": "Medicare pays for this only up to twelve visits in a row."},
    ]

    [page] = pages_of(blank(made(lines=lines)))

    assert page.count(papers.REASON) == 1
    assert page.count("Medicare pays for this only up to twelve visits in a row.") == 1


def test_every_page_says_that_it_is_a_demonstration(answered, practice, patient):
    paper = {"signer_name": "Odette Marlow", "scan": make_scan(patient=patient)}

    pages = pages_of(answered(method=Method.PAPER, hand=paper, pages=[a_png()]))

    assert [page.count(STRIP) for page in pages] == [1, 1, 1]


def test_an_official_wording_carries_no_strip(made):
    make_abn_wording()

    assert STRIP not in text_of(blank(made()))


def a_png() -> bytes:
    png = io.BytesIO()
    Image.new("RGB", (620, 800), "white").save(png, "PNG")
    return png.getvalue()


def test_an_option_copied_from_paper_is_said_to_be(answered, patient):
    paper = {
        "signer_name": "Odette Marlow",
        "scan": make_scan(patient=patient),
        "signed_on": today(),
    }

    form, proof, _scanned = pages_of(answered(method=Method.PAPER, hand=paper, pages=[a_png()]))

    said = "The box was ticked by hand on paper; staff copied the choice from it."
    assert said in form
    assert said in proof
    assert "Signed by hand; see the scanned page." in form


def test_a_typed_name_and_a_representative_stand_in_blank_i(answered):
    daughter = {
        "signer_name": "Ruth Marlow",
        "typed_name": "Ruth Marlow",
        "relation": "daughter",
        "ground": "durable power of attorney",
    }

    form, _proof = pages_of(answered(hand=daughter))

    assert "Ruth Marlow (typed as signature)" in form
    assert (
        "Signed for the patient by a representative: Ruth Marlow, daughter, durable power of attorney"
    ) in form


def test_ink_is_a_picture_with_words_for_whoever_cannot_see_it(answered):
    pdf = answered(hand={"signer_name": "Odette Marlow", "ink": INK})

    assert "typed as signature" not in text_of(pdf)
    assert papers.pictures_of(pdf) == [
        "The signature, as it was drawn: Odette Marlow",
        "The signature, as it was drawn",
        "QR code: the page where this document can be checked",
    ]


def test_a_refusal_names_what_was_said_and_who_watched(made, practice, fran):
    step = actions.record_refusal(
        notice=made(),
        witness="Dana Whitlock",
        reason="Not without my son",
        practice=practice,
        by=fran,
    )

    form, proof = pages_of(bytes(step.document.content))
    text = text_of(bytes(step.document.content))

    for page in (form, proof):
        assert "The patient wants the service and refused to sign." in page
        assert "The patient said: “Not without my son” Witness: Dana Whitlock" in page
    assert boxes(text) == [EMPTY, EMPTY, EMPTY]


def test_a_voluntary_notice_has_no_box_and_no_signature(made, practice, fran):
    notice = made(Kind.VOLUNTARY_ABN)
    step = actions.give_notice(notice=notice, practice=practice, by=fran)

    text = text_of(bytes(step.document.content))

    assert all(option in text for option in OPTIONS)
    assert EMPTY not in text
    assert TICKED not in text
    assert "No option is ticked." in text
    assert "nobody signs it." in text
    assert "Handed to the patient. No answer and no signature are asked for." in text


def test_outside_medicare_the_last_sentence_is_struck_and_another_added(made, practice):
    said = "Demonstration text for a practice that takes no part in Medicare"
    assert said not in text_of(blank(made()))
    practice.takes_assignment = False
    practice.save()

    # Struck, not gone: the patient sees what does not hold for them.
    text = text_of(blank(made(kind=Kind.ABN)))

    assert said in text
    assert "If it does pay, this practice gives me back what was too much." in text


def test_remarks_and_later_ones_with_their_date_stand_in_blank_h(made, practice, fran, answered):
    notice = made(additional="Medigap plan G may pay a part.")
    actions.annotate_notice(notice=notice, text="Read aloud at her wish", by=fran)

    form, _proof = pages_of(answered(notice=notice))

    assert "H. Remarks: Medigap plan G may pay a part." in form
    day = f"{today().day} {today():%B %Y}"
    assert f"Added {day}: Read aloud at her wish" in form


# All kinds


ANSWERS = [
    (Kind.ABN, NoticeState.CHOSEN),
    (Kind.ESTIMATE, NoticeState.AGREED),
    (Kind.AGREEMENT, NoticeState.AGREED),
    (Kind.AGREEMENT, NoticeState.DECLINED),
]


@pytest.mark.parametrize(("kind", "after"), ANSWERS)
def test_what_is_answered_is_signed_and_says_how_to_check_it(answered, tmp_path, kind, after):
    pdf = answered(kind, after)

    assert signing.verify_pdf(pdf).valid
    said = verdict(pdf, tmp_path)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    text = text_of(pdf)
    assert "digitally signed, any PDF reader can check it" in text
    assert "Digest of the notice as it was issued (SHA-256)" in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", [Kind.ABN, Kind.ESTIMATE, Kind.AGREEMENT])
def test_what_is_signed_by_hand_is_one_page(made, kind, language):
    notice = made(kind, language=language)

    pages = pages_of(blank(notice, language))

    assert len(pages) == 1
    assert CODE in pages[0]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", Kind)
def test_every_paper_is_tagged_in_its_language(made, kind, language):
    pdf = blank(made(kind, language=language), language)

    told = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout
    assert "Tagged:          yes" in told.decode()
    assert papers.language_of(pdf) == language


@pytest.mark.parametrize("kind", [Kind.ABN, Kind.ESTIMATE, Kind.AGREEMENT])
def test_every_mark_on_an_answered_paper_is_tagged_or_an_artifact(answered, kind):
    after = NoticeState.CHOSEN if kind == Kind.ABN else NoticeState.AGREED
    reader = PdfFileReader(io.BytesIO(answered(kind, after)))

    reached = tagged_contents(reader)

    references = list(reader.root["/Pages"]["/Kids"])
    pages = [reference.get_object() for reference in references]
    assert [content_outside_marks(page) for page in pages] == [[]] * len(pages)
    assert [sorted(reached[reference.reference]) for reference in references] == [
        marked_contents(page) for page in pages
    ]


# The papers in our own words


def test_an_estimate_has_what_the_law_asks_for(made):
    text = text_of(blank(made(Kind.ESTIMATE, coverage=None)))

    for word in [
        "Good-faith estimate",
        "Odette Marlow",
        "8 March 1951",
        "Dana Whitlock, PT, DPT",
        "NPI 1508340712",
        "NPI 1093817231",
        "Tax ID 84-1234567",
        "Dry needling of 3 or more muscles (20561)",
        "The most for one visit $65.00",
        "The most for all visits together (8 visits) $520.00",
        "You have the right to dispute it.",
        "If the bill is $400 or more above this estimate",
        "It is no contract.",
    ]:
        assert word in text


def test_an_estimate_that_was_given_asks_for_no_signature(made, practice, fran):
    step = actions.give_notice(
        notice=made(Kind.ESTIMATE, coverage=None), practice=practice, by=fran
    )

    text = text_of(bytes(step.document.content))

    assert "No answer and no signature are asked for." in text
    assert "Signature of the patient" not in text


def test_an_agreement_names_price_reason_and_payer_and_that_one_may_refuse(made):
    notice = made(Kind.AGREEMENT)

    text = text_of(blank(notice))

    for word in ["Agreement to pay", str(notice.coverage.payer), papers.REASON, "$65.00"]:
        assert word in text
    assert "You may say no." in text
    assert "I want this service and agree to pay for it." in text


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (NoticeState.AGREED, "Agreed and signed"),
        (NoticeState.DECLINED, "Declined. The patient does not agree."),
    ],
)
def test_an_answered_agreement_says_the_answer(answered, after, said):
    assert said in text_of(answered(Kind.AGREEMENT, after))


@pytest.mark.parametrize(
    ("language", "lead"),
    [("en", "It is not the notice that Medicare asks for"), ("es", "No es el aviso que pide")],
)
def test_a_worksheet_says_on_each_page_what_it_is_not(
    practice, patient, dana, fran, language, lead
):
    lines = papers.LINES * 9
    notice = papers.draft(
        Kind.ABN, patient=patient, by=fran, provider=dana.provider, language=language, lines=lines
    )
    content = snapshot.of_notice(
        notice, list(notice.lines.all()), wording=None, practice=practice, issued_on=str(today())
    )

    pages = pages_of(printing.worksheet_pdf(content))

    assert len(pages) == 2
    assert all("WORKSHEET – NOT AN ABN" in page for page in pages)
    text = " ".join(pages)
    assert lead in text
    assert not any(word in text for word in ["Signature", "Firma", EMPTY, TICKED])


# How texts and prices are written


NEEDLING = [{"code": "20560", "estimate": "45.00"}, {"code": "20561", "estimate": "65.00"}]
EXERCISE = {"code": "97110", "estimate": "30.50"}


@pytest.mark.parametrize(
    ("lines", "most"),
    [
        ([], "0"),
        (NEEDLING, "65.00"),
        (NEEDLING[:1], "45.00"),
        ([*NEEDLING, EXERCISE], "95.50"),
        ([EXERCISE, {"code": "", "estimate": None}], "30.50"),
    ],
)
def test_of_the_needling_codes_only_the_dearer_counts(lines, most):
    assert written.most_a_visit({"lines": lines}) == Decimal(most)


@pytest.mark.parametrize(("visits", "most"), [(None, None), (8, Decimal("520.00"))])
def test_the_price_of_a_course_needs_the_number_of_visits(visits, most):
    notice = {"lines": NEEDLING, "course": {"visits": visits}}

    assert written.most_for_course(notice) == most


@pytest.mark.parametrize(
    ("text", "heading", "lines"),
    [
        ("", "", []),
        ("Now:\n• Read\n\n- Ask", "Now:", ["Read", "Ask"]),
        ("Read\nAsk: us", "", ["Read", "Ask: us"]),
    ],
)
def test_a_list_may_begin_with_its_heading(text, heading, lines):
    assert written.points(text) == {"heading": heading, "lines": lines}


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("OPTION 1. Yes\nplease", "OPTION 1.", "Yes\nplease"),
        ("RESPUESTA 3: No", "RESPUESTA 3:", "No"),
        ("Yes please", "", "Yes please"),
    ],
)
def test_the_name_of_an_option_stands_out(text, name, rest):
    assert written.named(text) == {"name": name, "rest": rest}


def test_a_notice_without_a_word_for_blank_d_repeats_its_first_service():
    notice = {"service_word": "", "lines": [{"service": "Dry needling"}]}

    assert written.filled("I want {D}.", notice) == "I want Dry needling."
