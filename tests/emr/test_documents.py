import io
import logging
import math
import re
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
import weasyprint
from django.utils.safestring import mark_safe
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader

from emr import documents
from tests.emr.snapshots import (
    CODE,
    make_addendum,
    make_context,
    make_empty_snapshot,
    make_site,
    make_snapshot,
)

SHEET = "notes/pdf/note.html"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def pages_of(pdf):
    """The text of each page, every run of white space as one blank."""
    command = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    return [" ".join(page.split()) for page in text.split("\f")[:-1]]


def text_of(pdf):
    return " ".join(pages_of(pdf))


# Letters of all the world

NAMES = [
    "王小明",
    "山田花子",
    "김민준",
    "Nguyễn Thị Hạnh",
    "Ольга Ковальчук",
    "Ελένη",
    "محمد",
    "שרה",
    "प्रिया",
    "สมชาย",
    "ভারতী",
    "தமிழ்",
    "አበበ",
    "Գայանե",
    "ნინო",
]
NOBODYS = "\U0010fffd"  # it never gets a meaning, so that no font has it


def named(name):
    note = make_snapshot()
    note["patient"]["name"] = name
    return note


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_never_boxes_whatever_its_script(caplog, name):
    with caplog.at_level("WARNING", logger="weasyprint"):
        documents.render(SHEET, make_context(named(name)))

    assert caplog.messages == []


def test_a_letter_that_no_font_has_is_not_told_to_the_log(caplog):
    documents.render(SHEET, make_context(named(NOBODYS)))

    assert caplog.messages == []
    # It would be: WeasyPrint warns of each such letter, with the letter in the words.
    assert not logging.getLogger("weasyprint").isEnabledFor(logging.WARNING)


# Nothing from elsewhere


@pytest.fixture
def secret_stylesheet(tmp_path):
    path = tmp_path / "secret.css"
    path.write_text('body::before { content: "LEAKED" }')
    return path.as_uri()


@pytest.fixture
def asked_hosts(monkeypatch):
    hosts = []

    def getaddrinfo(host, *args, **kwargs):
        hosts.append(host)
        raise OSError("no network in a test")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return hosts


def test_the_trap_for_a_leaking_file_works(secret_stylesheet):
    markup = f'<html lang="en"><style>@import url("{secret_stylesheet}");</style>'

    pdf = weasyprint.HTML(string=markup).write_pdf()

    assert text_of(pdf) == "LEAKED"


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://elsewhere.example/a.png" alt="a">',
        '<img src="https://elsewhere.example/a.png" alt="a">',
        '<link rel="stylesheet" href="https://elsewhere.example/a.css">',
        '<style>@import url("https://elsewhere.example/a.css");</style>',
        '<p style="background: url(ftp://elsewhere.example/a.png)">a</p>',
        '<base href="https://elsewhere.example/"><img src="a.png" alt="a">',
        '<img alt="a" src="data:image/svg+xml,<svg xmlns=\'http://www.w3.org/2000/svg\'>'
        "<image href='https://elsewhere.example/a.png'/></svg>\">",
    ],
)
def test_even_markup_that_slipped_through_reaches_no_network(markup, asked_hosts):
    documents.render(SHEET, make_context(make_snapshot(plan=mark_safe(markup))))

    assert asked_hosts == []


@pytest.mark.parametrize(
    "markup",
    [
        '<style>@import url("{file}");</style>',
        '<link rel="stylesheet" href="{file}">',
        '<link rel="attachment" href="{file}">',
        '<object data="{file}" type="text/css"></object>',
    ],
)
def test_even_markup_that_slipped_through_reads_no_file(markup, secret_stylesheet):
    markup = mark_safe(markup.format(file=secret_stylesheet))

    pdf = documents.render(SHEET, make_context(make_snapshot(plan=markup)))

    assert ("LEAKED" in text_of(pdf), b"/EmbeddedFile" in pdf) == (False, False)


def test_what_a_person_wrote_is_text_and_never_markup():
    plan = "<b>&amp; <img src='https://elsewhere.example/a.png'> @import url(file:///etc/hostname)"

    text = text_of(documents.render(SHEET, make_context(make_snapshot(plan=plan))))

    assert squeezed(plan) in squeezed(text)


def squeezed(text):
    """Without white space: where a line breaks is no matter."""
    return re.sub(r"\s+", "", text)


# Tagged for accessibility


def content_outside_marks(page):
    """Operators that paint something which is neither tagged nor an artifact."""
    depth, bare = 0, []
    for operator in page["/Contents"].data.split():
        if operator in (b"BDC", b"BMC"):
            depth += 1
        elif operator == b"EMC":
            depth -= 1
        elif depth == 0 and operator in (b"f", b"f*", b"B", b"S", b"Do", b"TJ", b"Tj", b"sh"):
            bare.append(operator)
    return bare


def marked_contents(page):
    """The numbers of all contents of a page that a tag should point at."""
    return sorted(int(number) for number in re.findall(rb"/MCID (\d+)", page["/Contents"].data))


def tree(reader):
    """Every tag of the tree in reading order, with its page."""

    def walk(element, page):
        page = element.raw_get("/Pg") if "/Pg" in element else page
        yield element, page
        for kid in kids_of(element):
            if isinstance(kid, dict):
                yield from walk(kid, page)

    yield from walk(reader.root["/StructTreeRoot"], None)


def kids_of(element):
    kids = element.get("/K", [])
    return [kid.get_object() for kid in kids] if isinstance(kids, list) else [kids]


def tagged_contents(reader):
    """For each page, the numbers of the contents that the tree of tags reaches."""
    reached = {}
    for element, page in tree(reader):
        numbers = [int(kid) for kid in kids_of(element) if isinstance(kid, int)]
        if numbers:
            reached.setdefault(page.reference, []).extend(numbers)
    return reached


@pytest.mark.parametrize(
    "context",
    [
        make_context(qr=PIXEL),
        make_context(make_empty_snapshot(), draft=True),
        make_context(addenda=[make_addendum(), make_addendum(2, entered_in_error=True)]),
        make_context(make_snapshot(sites=[make_site()] * 40)),
    ],
    ids=["signed", "draft", "amended", "long"],
)
def test_every_mark_on_every_page_is_tagged_or_an_artifact(context):
    reader = PdfFileReader(io.BytesIO(documents.render(SHEET, context)))

    reached = tagged_contents(reader)

    references = list(reader.root["/Pages"]["/Kids"])
    pages = [reference.get_object() for reference in references]
    assert [content_outside_marks(page) for page in pages] == [[]] * len(pages)
    assert [sorted(reached[reference.reference]) for reference in references] == [
        marked_contents(page) for page in pages
    ]


def test_the_sheet_says_that_it_is_accessible_english_with_a_title():
    reader = PdfFileReader(io.BytesIO(documents.render(SHEET, make_context())))

    root = reader.root
    assert (
        reader.input_version,
        root["/Lang"],
        root["/MarkInfo"]["/Marked"],
        root["/ViewerPreferences"]["/DisplayDocTitle"],
        b'pdfuaid:part="1"' in root["/Metadata"].data,
        reader.trailer["/Info"]["/Title"],
    ) == (
        (1, 7),
        "en",
        True,
        True,
        True,
        "Dry needling procedure note, Marlow, Odette, 2026-11-23",
    )


def test_no_paragraph_stands_inside_another():
    reader = PdfFileReader(io.BytesIO(documents.render(SHEET, make_context())))

    nested = [
        element
        for element, _page in tree(reader)
        if element.get("/S") == "/P" and element["/P"].get("/S") == "/P"
    ]

    assert nested == []


def test_side_by_side_columns_are_not_announced_as_tables():
    reader = PdfFileReader(io.BytesIO(documents.render(SHEET, make_context())))

    tags = [element.get("/S") for element, _page in tree(reader)]

    assert tags.count("/Table") == 3  # sites, measures, other services


# What the sheet says


def test_a_signed_sheet_fits_one_page_and_names_what_a_reviewer_looks_for():
    [page] = pages_of(documents.render(SHEET, make_context()))

    for phrase in [
        "Signed and locked 23 November 2026, 10:51:33 MST by Dana Whitcomb, PT, DPT",
        "Monday, 23 November 2026, 10:30",
        "20561 CPT code, one unit 3 muscles counted 24 needle insertions 7 → 4",
        "Upper trapezius right 10 yes yes – yes Temple",
        "Levator scapulae right 6 not noted yes – yes Angle of neck",
        "24 in, 24 out",
        "Written consent of 1 September 2026",
        "“I performed this service and this note is mine.”",
        "Record digest (SHA-256) 9f2c41ab",
        "Marlow, Odette · born 8 March 1951 · record 10027 · document H7KQ-2M4T-9XWC",
        "Page 1 of 1",
    ]:
        assert phrase in page


def test_nothing_injected_is_said_when_nothing_was():
    text = text_of(documents.render(SHEET, make_context()))

    assert squeezed("Nothing was injected: no medication, saline") in squeezed(text)


def test_an_injection_is_listed_apart_and_the_denial_is_gone():
    injections = [{"muscle": "x", "name": "Gluteus medius", "side": "left", "drug": "J3301"}]

    text = text_of(documents.render(SHEET, make_context(make_snapshot(injections=injections))))

    assert "Injected at this visit, apart from the needling" in text
    assert "Gluteus medius left J3301" in text
    assert "Nothing was injected" not in text


def test_needles_that_did_not_all_come_out_are_said_loudly():
    rows = [{"gauge": "0.25", "length": "40", "in": 24, "out": 23}]

    text = text_of(documents.render(SHEET, make_context(make_snapshot(needle_rows=rows))))

    assert "The counts differ." in text


def test_two_readings_of_the_count_are_both_shown():
    note = make_snapshot()
    note["review"]["other_reading"] = 2

    text = text_of(documents.render(SHEET, make_context(note)))

    assert "Read the other way, 2 muscles." in text


def test_an_empty_draft_says_what_is_not_recorded_and_that_it_is_not_signed():
    [page] = pages_of(documents.render(SHEET, make_context(make_empty_snapshot(), draft=True)))

    for phrase in ["Draft. Not signed", "No code", "Goal: not recorded.", "Not signed."]:
        assert phrase in page
    for phrase in ["Signed by", "None", "Nothing was injected", "Record digest"]:
        assert phrase not in page


def test_a_draft_is_marked_across_every_page():
    note = make_snapshot(sites=[make_site()] * 60)

    draft, signed = (
        documents.page_images(documents.render(SHEET, make_context(note, draft=draft)), scale=1)
        for draft in (True, False)
    )

    def pale_share(image):
        grey = Image.open(io.BytesIO(image)).convert("L")
        return sum(grey.histogram()[233:242]) / (grey.width * grey.height) > 0.03

    assert len(draft) >= 2
    assert [pale_share(image) for image in draft] == [True] * len(draft)
    assert [pale_share(image) for image in signed[1:]] == [False] * len(signed[1:])


def test_addenda_stand_before_the_note_in_their_order():
    addenda = [
        make_addendum(1),
        make_addendum(
            2,
            kind_label="Corrected list of muscles",
            sites=[make_site("Splenius capitis", "left")],
            sentence="One muscle, CPT 20560, one unit.",
        ),
    ]

    text = text_of(documents.render(SHEET, make_context(addenda=addenda)))

    order = [
        "AMENDED 2 times after signing",
        "Addendum 1: Late entry",
        "The soreness had gone by evening.",
        "Addendum 2: Corrected list of muscles",
        "Splenius capitis left",
        "One muscle, CPT 20560, one unit.",
        "The note as signed on 23 November 2026",
        "Levator scapulae right",
    ]
    places = [text.find(phrase) for phrase in order]
    assert places == sorted(places)
    assert -1 not in places


def test_a_list_corrected_to_no_muscle_says_so():
    text = text_of(documents.render(SHEET, make_context(addenda=[make_addendum(sites=[])])))

    assert "No muscle was needled." in text


def test_a_note_entered_in_error_says_so_before_anything_clinical():
    addenda = [make_addendum(), make_addendum(2, entered_in_error=True)]

    text = text_of(documents.render(SHEET, make_context(addenda=addenda)))

    assert text.find("ENTERED IN ERROR. Do not rely on this note: see addendum 2.") > 0
    assert text.find("ENTERED IN ERROR") < text.find("20561")


def test_forty_sites_repeat_the_header_and_tear_no_row():
    sites = [
        make_site(f"Muscle{i}", refers_to=f"First line of the pattern, then more of it, end{i}")
        for i in range(40)
    ]

    pages = pages_of(documents.render(SHEET, make_context(make_snapshot(sites=sites))))

    begun = [set(re.findall(r"Muscle(\d+)", page)) for page in pages]
    ended = [set(re.findall(r"end(\d+)", page)) for page in pages]
    assert begun == ended
    assert set.union(*begun) == {str(i) for i in range(40)}
    assert [page.count("Jump sign") for page in pages] == [1 if rows else 0 for rows in begun]


def test_ten_thousand_letters_lose_none():
    words = " ".join(f"word{i}" for i in range(1100))

    text = text_of(documents.render(SHEET, make_context(make_snapshot(medical_necessity=words))))

    assert re.findall(r"word(\d+)", text) == [str(i) for i in range(1100)]


def test_the_original_travels_inside_the_amended_print(tmp_path):
    original = documents.render(SHEET, make_context())
    attachment = documents.Attachment(
        name="original.pdf", content=original, description="the note as it was signed"
    )

    pdf = documents.render(SHEET, make_context(addenda=[make_addendum()]), attachments=[attachment])

    (tmp_path / "amended.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdfdetach", "-save", "1", "-o", tmp_path / "out.pdf", tmp_path / "amended.pdf"],
        check=True,
    )
    assert (tmp_path / "out.pdf").read_bytes() == original
    assert "unchanged: the note as it was signed (original.pdf)." in text_of(pdf)
    assert documents.code_in(pdf) == CODE


def test_threads_set_the_same_sheet_at_once():
    notes = [make_snapshot(plan=f"Plan number {i}.") for i in range(6)]

    with ThreadPoolExecutor(4) as pool:
        pdfs = list(pool.map(lambda note: documents.render(SHEET, make_context(note)), notes))

    assert [f"Plan number {i}." in text_of(pdf) for i, pdf in enumerate(pdfs)] == [True] * 6


def test_page_images_show_each_page_at_its_scale():
    pdf = documents.render(SHEET, make_context(make_snapshot(sites=[make_site()] * 40)))

    images = [Image.open(io.BytesIO(image)) for image in documents.page_images(pdf, scale=1.5)]

    assert [(image.format, image.size) for image in images] == [("PNG", (918, 1188))] * len(
        pages_of(pdf)
    )


# Codes


def test_a_code_is_three_groups_of_four_that_nobody_guesses():
    codes = {documents.new_code() for _ in range(200)}

    shape = re.compile(rf"([{documents.CODE_ALPHABET}]{{4}}-){{2}}[{documents.CODE_ALPHABET}]{{4}}")
    assert [code for code in codes if not shape.fullmatch(code)] == []
    assert len(codes) == 200
    assert 12 * math.log2(len(set(documents.CODE_ALPHABET))) > 50


@pytest.mark.parametrize("lookalikes", ["0OD", "1IL", "2Z", "5S", "8B", "UV"])
def test_of_signs_that_look_alike_a_code_has_one_at_most(lookalikes):
    assert len(set(lookalikes) & set(documents.CODE_ALPHABET)) <= 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("H7KQ-2M4T-9XWC", CODE),
        ("  h7kq 2m4t 9xwc\n", CODE),
        ("h7kq2m4t9xwc", CODE),
        ("H7KQ–2M4T—9XWC", CODE),
        ("H7KQ-2M4T-9XW", None),
        ("H7KQ-2M4T-9XWCC", None),
        ("H7KQ-2M4T-9XW0", None),
        ("H7KQ-2M4T-9XW٢", None),
        ("", None),
    ],
)
def test_a_code_is_known_again_however_it_was_typed(typed, code):
    assert documents.normalise_code(typed) == code


def test_a_signed_sheet_carries_its_code_in_clear_and_a_draft_carries_none():
    signed = documents.render(SHEET, make_context())
    draft = documents.render(SHEET, make_context(draft=True))

    assert (documents.code_in(signed), documents.code_in(draft)) == (CODE, None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", None),
        (b"Filiform document H7KQ-2M4T-9XWC", CODE),
        (b"Filiform document H7KQ-2M4T-9XWC, Filiform document H7KQ-2M4T-9XWC", CODE),
        (b"Filiform document H7KQ-2M4T-9XWC, Filiform document 2222-2222-2222", None),
        (b"Filiform document HELLO", None),
    ],
)
def test_a_file_with_no_code_or_with_two_has_none(content, code):
    assert documents.code_in(content) == code


def test_the_qr_code_is_an_image_within_the_page():
    assert documents.qr("https://clinic.example/verify/H7KQ").startswith("data:image/png;base64,")
