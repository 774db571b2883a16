"""PDFs from anybody: what is a program, what is too much, and what the pages look like."""

import io
import re
import struct
import subprocess
import sys
import zlib
from time import monotonic

import pypdfium2
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from emr import paper, pdf_pages, pdf_programs, scans
from emr.scans import ScanError, page_pngs, read_scan
from emr.signing import digest
from tests.emr.test_scans import (
    BLACK,
    BLUE,
    ELF,
    LETTER,
    RED,
    WHITE,
    colour,
    drawn,
    make_pdf,
    refusal,
    upload,
)


def make_pdf_with_file():
    with pypdfium2.PdfDocument(make_pdf()) as document:
        document.new_attachment("tool.exe").set_data(ELF)
        file = io.BytesIO()
        document.save(file)
    return file.getvalue()


def make_locked_pdf(*, password):
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())))
    writer.encrypt(owner_pass="owner", user_pass=password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def make_pdf_with_hidden_script():
    """The script's name stands in a compressed stream, where no search of the bytes finds it."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(make_pdf())), {"stream_xrefs": True})
    hidden = writer.prepare_object_stream()
    script = generic.pdf_name("/JavaScript")
    action = generic.DictionaryObject(
        {
            generic.pdf_name("/S"): script,
            generic.pdf_name("/JS"): generic.pdf_string("app.alert(1)"),
        }
    )
    names = generic.DictionaryObject(
        {
            generic.pdf_name("/Names"): generic.ArrayObject(
                [generic.pdf_string("a"), writer.add_object(action, obj_stream=hidden)]
            )
        }
    )
    by_kind = generic.DictionaryObject({script: writer.add_object(names, obj_stream=hidden)})
    writer.root["/Names"] = writer.add_object(by_kind, obj_stream=hidden)
    writer.update_root()
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def make_packed_pdf(*others, catalog=b"", page=LETTER, filters=b"/FlateDecode"):
    """All but the picture stands in a compressed stream. `others` are numbered from 8 on."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R " + page + b" >>",
    } | dict(enumerate(others, 8))
    places = b" ".join(
        b"%d %d" % (number, sum(len(each) + 1 for each in list(objects.values())[:place]))
        for place, number in enumerate(objects)
    )
    packed = zlib.compress(places + b"\n" + b"\n".join(objects.values()))
    if b"ASCIIHex" in filters:
        packed = packed.hex().encode() + b">"
    paint = b"1 0 0 rg 0 396 612 396 re f"
    head = b"/Type /ObjStm /N %d /First %d /Filter [%b]" % (len(objects), len(places) + 1, filters)
    pdf, table = b"%PDF-1.7\n", {}
    for number, dictionary, content in [(4, b"", paint), (5, head, packed)]:
        table[number] = struct.pack(">BIB", 1, len(pdf), 0)
        pdf += b"%d 0 obj\n<< %b /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
            (number, dictionary, len(content), content)
        )
    table[7] = struct.pack(">BIB", 1, len(pdf), 0)
    for place, number in enumerate(objects):
        table[number] = struct.pack(">BIB", 2, 5, place)
    size = 8 + len(others)
    rows = b"".join(table.get(number, bytes(6)) for number in range(size))
    return pdf + (
        b"7 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Root 1 0 R /Length %d >>\nstream\n%b\n"
        b"endstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
    ) % (size, len(rows), rows, len(pdf))


SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
LAUNCH = b"<< /S /Launch /F (tool.exe) >>"


@pytest.mark.parametrize(
    "content",
    [
        make_pdf(catalog=b"/OpenAction " + SCRIPT),
        make_pdf(SCRIPT, catalog=b"/OpenAction 4 0 R"),
        make_pdf(catalog=b"/OpenAction << /S /URI /URI (https://elsewhere.example) >>"),
        make_pdf(catalog=b"/Open#41ction\n<< /S /GoTo >>"),
        make_pdf(catalog=b"/Names << /JavaScript << /Names [(a) " + SCRIPT + b"] >> >>"),
        make_pdf(catalog=b"/Names << /J#61v#61Script << /Names [] >> >>"),
        make_pdf(SCRIPT.replace(b"/JavaScript", b"/#4aavaScript")),
        make_pdf(page=LETTER + b"/AA << /O 4 0 R >>"),
        make_pdf(b"<< >>", page=LETTER + b"/AA 4 0 R"),
        make_pdf(LAUNCH, page=LETTER + b"/Annots [<< /Subtype /Link /A 4 0 R >>]"),
        make_pdf(LAUNCH.replace(b"/Launch", b"/L#61u#6Ech")),
        make_pdf(b"<< /Type /EmbeddedFile /Length 0 >>\nstream\n\nendstream"),
        make_pdf(page=LETTER + b"/Annots [<< /Subtype /RichMedia >>]"),
        make_pdf(page=LETTER + b"/Annots [<< /A << /S /Rendition /JS (a) >> >>]"),
        make_pdf(catalog=b"/AcroForm << /Fields [] /XFA (a) >>"),
        make_pdf(b"<< /FT /Tx /T (a) >>", catalog=b"/AcroForm << /Fields [4 0 R] >>"),
        make_pdf(LAUNCH.replace(b"/Launch", b"/SubmitForm")),
        make_pdf_with_file(),
        make_pdf_with_hidden_script(),
    ],
)
def test_a_pdf_that_is_a_program_is_refused(content):
    assert refusal(content) == pdf_programs.NOT_ONLY_PAPER


ANNOTS = LETTER + b"/Annots [<< /Subtype /Link /Rect [0 0 612 792] /A 8 0 R >>]"


@pytest.mark.parametrize("filters", [b"/FlateDecode", b"/ASCIIHexDecode /FlateDecode"])
@pytest.mark.parametrize(
    ("others", "where"),
    [
        ([SCRIPT], {"catalog": b"/OpenAction 8 0 R"}),
        ([LAUNCH], {"catalog": b"/OpenAction 8 0 R"}),
        ([b"<< /S /GoTo /D [3 0 R /Fit] >>"], {"catalog": b"/OpenAction 8 0 R"}),
        ([b"<< /O 9 0 R >>", SCRIPT], {"page": LETTER + b"/AA 8 0 R"}),
        ([SCRIPT], {"page": ANNOTS}),
        ([LAUNCH], {"page": ANNOTS}),
        ([b"<< /S /SubmitForm /F (https://elsewhere.example) >>"], {"page": ANNOTS}),
        ([b"<< /S /GoToR /F (other.pdf) /D [0 /Fit] >>"], {"page": ANNOTS}),
        ([b"<< /S /Named /N /Print >>"], {"page": ANNOTS}),
        ([b"<< /S 9 0 R /F (tool.exe) >>", b"/Launch"], {"page": ANNOTS}),
        ([b"<< /S /GoTo /D [3 0 R /Fit] /Next [9 0 R] >>", LAUNCH], {"page": ANNOTS}),
        ([b"<< /S /SomethingNew >>"], {"page": ANNOTS}),
        ([b"<< /Type /Action /S /SomethingNew >>"], {}),
        ([b"<< /S /URI /URI (javascript:alert\\(1\\)) >>"], {"page": ANNOTS}),
        ([b"<< /S /URI /URI (file:///tool.exe) >>"], {"page": ANNOTS}),
        ([b"<< /S /URI /URI (java\\nscript:a) >>"], {"page": ANNOTS}),
        ([b"<< /Fields [] /XFA (a) >>"], {"catalog": b"/AcroForm 8 0 R"}),
        ([b"<< /Names [] >>"], {"catalog": b"/Names << /EmbeddedFiles 8 0 R >>"}),
        ([b"<< /Type /Filespec /F (tool.exe) /EF << /F 4 0 R >> >>"], {}),
        ([b"<< /Type /Annot /Subtype /FileAttachment >>"], {}),
        ([b"[[<< /Kids [<< /JS (app.alert) >>] >>]]"], {}),
    ],
)
def test_a_program_packed_in_a_stream_is_refused_too(others, where, filters):
    content = make_packed_pdf(*others, **where, filters=filters)

    assert refusal(content) == pdf_programs.NOT_ONLY_PAPER


@pytest.mark.parametrize(
    ("others", "where"),
    [
        ([], {}),
        ([], {"catalog": b"/OpenAction [3 0 R /Fit]"}),
        ([b"<< /S /URI /URI (https://plan.example/appeal) >>"], {"page": ANNOTS}),
        ([b"<< /S /URI /URI (mailto:appeals@plan.example) >>"], {"page": ANNOTS}),
        ([b"<< /S /URI /URI (www.plan.example) >>"], {"page": ANNOTS}),
        ([b"<< /S /GoTo /D [3 0 R /Fit] >>"], {"page": ANNOTS}),
        ([b"<< /Type /StructElem /S /P /A << /O /Layout /Placement /Block >> >>"], {}),
        ([b"<< /Type /Group /S /Transparency >>"], {}),
        ([b"<< /Title (1) /Next 8 0 R >>"], {}),
    ],
)
def test_a_packed_letter_with_links_is_taken(others, where):
    content = make_packed_pdf(*others, **where)

    assert colour(drawn(content)[0], 0.5, 0.25) == RED


def test_more_objects_than_a_letter_has_are_refused():
    content = make_pdf(*[b"0"] * 50_000)

    assert refusal(content) == paper.TOO_INTRICATE


def test_the_hidden_script_is_seen_by_the_parser_alone():
    content = make_pdf_with_hidden_script()

    assert b"JavaScript" not in content


@pytest.mark.parametrize(
    "content",
    [
        make_pdf(catalog=b"/OpenAction [3 0 R /Fit]"),  # as scanners write it
        make_pdf(b"<< /Title (/JavaScripting and /AA meetings) >>"),
        make_pdf(
            page=LETTER
            + b"/Annots [<< /Subtype /Link /A << /S /URI /URI (https://a.example) >> >>]"
        ),
    ],
)
def test_harmless_words_refuse_no_scan(content):
    assert read_scan(upload(content)).pages == 1


@pytest.mark.parametrize("password", ["", "secret"])
def test_a_locked_pdf_is_refused(password):
    assert refusal(make_locked_pdf(password=password)) == pdf_programs.LOCKED


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + bytes(500) + b"%%EOF",
        make_pdf()[:-10],
        make_pdf()[: len(make_pdf()) // 2],
        make_pdf() + ELF,
        make_pdf() + b"<script>alert(1)</script>",
        make_pdf().replace(b"/Pages 2 0 R", b"/Pages 9 0 R"),
    ],
)
def test_a_pdf_that_is_cut_off_or_has_something_hung_on_is_refused(content):
    assert refusal(content) == paper.DAMAGED


def test_a_damaged_pdf_behind_a_locked_one_is_not_called_locked():
    damaged = make_pdf().replace(b"/Pages 2 0 R", b"/Pages 9 0 R")

    answers = [refusal(make_locked_pdf(password="secret")), refusal(damaged)]

    assert answers == [pdf_programs.LOCKED, paper.DAMAGED]


@pytest.mark.parametrize(("pages", "taken"), [(1, True), (20, True), (21, False)])
def test_a_scan_has_at_most_twenty_pages(pages, taken):
    content = make_pdf(pages=pages)

    if taken:
        assert read_scan(upload(content)).pages == pages
    else:
        assert refusal(content) == "A scan has 1 to 20 pages; this one has 21."


@pytest.mark.parametrize(
    ("width", "height", "problem"),
    [
        (72, 72, None),
        (71, 72, paper.TOO_SMALL),
        (72, 71, paper.TOO_SMALL),
        (72, 360, None),
        (72, 361, paper.NO_PAGE),
        (14_400, 14_400, None),
        (14_401, 14_400, paper.NO_PAGE),
    ],
)
def test_the_pages_of_a_pdf_have_the_size_of_paper(width, height, problem):
    content = make_pdf(page=b"/MediaBox [0 0 %d %d]" % (width, height))

    assert (refusal(content) if problem else None) == problem
    assert problem or read_scan(upload(content)).pages == 1


@pytest.mark.parametrize(("height", "problem"), [(5_000, None), (5_001, paper.TOO_MANY_PIXELS)])
def test_a_picture_inside_a_pdf_may_be_no_larger_than_one_outside(height, problem):
    black = zlib.compress(bytes(10_000 // 8 * height))
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width 10000 /Height %d /BitsPerComponent 1"
        b" /ColorSpace /DeviceGray /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
    ) % (height, len(black), black)
    content = make_pdf(
        picture,
        page=LETTER + b"/Resources << /XObject << /P 4 0 R >> >>",
        paint=b"612 0 0 792 0 0 cm /P Do",
    )

    assert (refusal(content) if problem else None) == problem
    assert problem or colour(drawn(content)[0], 0.5, 0.5) == BLACK


def make_pdf_of_pictures(*, times, side=7_000):
    white = zlib.compress(b"\xff" * (side // 8 * side))
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1"
        b" /ColorSpace /DeviceGray /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream"
    ) % (side, side, len(white), white)
    return make_pdf(
        picture,
        page=LETTER + b"/Resources << /XObject << /P 4 0 R >> >>",
        paint=b"q 612 0 0 792 0 0 cm /P Do Q\n" * times,
    )


@pytest.mark.parametrize(("times", "taken"), [(3, True), (4, False), (100, False)])
def test_a_picture_counts_as_often_as_it_is_drawn(times, taken):
    content = make_pdf_of_pictures(times=times)

    assert taken or refusal(content) == paper.TOO_INTRICATE
    assert not taken or read_scan(upload(content)).pages == 1


@pytest.mark.parametrize(("lines", "taken"), [(20_000, True), (20_001, False)])
def test_a_page_has_at_most_so_many_lines_and_words(lines, taken):
    content = make_pdf(paint=b"0 0 m 9 9 l S\n" * lines)

    assert taken or refusal(content) == paper.TOO_INTRICATE
    assert not taken or read_scan(upload(content)).pages == 1


def test_a_page_that_takes_too_much_to_draw_is_given_up_in_time():
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /F %d 0 R >> >>"
    nested = [
        (form + b" /Length 500 >>\nstream\n%b\nendstream") % (number, (b"/F Do " * 83).ljust(500))
        for number in range(5, 12)
    ]
    leaf = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 13 >>\nstream\n0 0 m 9 9 l S\nendstream"
    content = make_pdf(
        *nested, leaf, page=LETTER + b"/Resources << /XObject << /F 4 0 R >> >>", paint=b"/F Do"
    )
    began = monotonic()

    with pytest.raises(ScanError, match=re.escape(paper.TOO_INTRICATE)):
        page_pngs(scans.Scan(kind="pdf", content=content, sha256=digest(content), pages=1))

    assert monotonic() - began < 25


def test_what_reads_a_pdf_may_take_no_more_than_its_share():
    limits = subprocess.run(
        [sys.executable, "-c", REPORT], capture_output=True, check=True, cwd=pdf_pages.ROOT
    ).stdout

    assert limits.split() == [b"15", b"1000000000", b"0"]


REPORT = """
import resource
from emr import pdf_pages
pdf_pages._limit()
for what in (resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
    print(resource.getrlimit(what)[1])
"""


def test_each_page_of_a_pdf_is_drawn_as_wide_as_asked():
    pictures = drawn(make_pdf(pages=2), width_px=850)

    assert [picture.size for picture in pictures] == [(850, 1100), (850, 1100)]
    assert [colour(picture, 0.5, 0.25) for picture in pictures] == [RED, RED]
    assert [colour(picture, 0.5, 0.75) for picture in pictures] == [WHITE, WHITE]
    assert [picture.info for picture in pictures] == [{}, {}]


def test_a_page_that_was_turned_in_the_scanner_program_stays_turned():
    [picture] = drawn(make_pdf(page=LETTER + b"/Rotate 90"), width_px=1100)

    assert picture.size == (1100, 850)
    assert (colour(picture, 0.75, 0.5), colour(picture, 0.25, 0.5)) == (RED, WHITE)


def test_what_was_written_on_a_scan_with_a_pen_is_drawn():
    written = b"1 0 0 RG 0 0 1 rg 0 0 200 200 re f"
    appearance = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Length %d >>\nstream\n%b\nendstream"
    ) % (len(written), written)
    stamp = b"<< /Type /Annot /Subtype /Stamp /F 4 /Rect [206 50 406 250] /AP << /N 4 0 R >> >>"

    [picture] = drawn(make_pdf(appearance, page=LETTER + b"/Annots [" + stamp + b"]"))

    assert colour(picture, 0.5, 0.8) == BLUE
