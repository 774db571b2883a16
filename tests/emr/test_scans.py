import io
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from time import monotonic

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from PIL.Image import Dither
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from emr import paper, pdf_pages, pdf_programs, scans
from emr.scans import ScanError, page_pngs, read_scan
from emr.signing import digest

ELF = b"\x7fELF\x02\x01\x01" + bytes(64)
RED, BLUE, WHITE, BLACK = (255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
LETTER = b"/MediaBox [0 0 612 792]"


# Files, made here


def make_picture(kind, size=(620, 800), *, mode="RGB", **options):
    """Red on top, blue below."""
    picture = Image.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0], size[1] // 2))
    file = io.BytesIO()
    picture.convert(mode, dither=Dither.NONE).save(file, kind, **options)
    return file.getvalue()


def make_png_head(width, height):
    """A PNG that says how large it is, and ends there."""

    def chunk(name, content):
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def make_jpeg_of(width, height):
    """A JPEG whose header says another size than it has."""
    jpeg = make_picture("jpeg")
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def make_pdf(*others, catalog=b"", page=LETTER, pages=1, paint=b"1 0 0 rg 0 396 612 396 re f"):
    """Red on top. `others` are numbered from 4 on; all pages are one."""
    kids = b"3 0 R " * pages
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages),
        b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R %b >>" % (len(others) + 4, page),
        *others,
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(paint), paint),
    ]
    pdf, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return pdf + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (len(objects) + 1, table, len(objects) + 1, len(pdf))
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


def make_zip(comment=b""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tool.exe", ELF)
        archive.comment = comment
    return file.getvalue()


def upload(content, name="paper.pdf"):
    return SimpleUploadedFile(name, content)


def refusal(content, name="paper.pdf"):
    with pytest.raises(ScanError) as caught:
        read_scan(upload(content, name))
    return str(caught.value)


def drawn(content, **options):
    """The pages as they will be seen."""
    pngs = page_pngs(read_scan(upload(content)), **options)
    return [Image.open(io.BytesIO(png), formats=["PNG"]) for png in pngs]


def colour(picture, across, down):
    """At this part of the width and of the height; compressing moves a colour a little."""
    at = int(picture.width * across), int(picture.height * down)
    return tuple(round(value / 255) * 255 for value in picture.convert("RGB").getpixel(at))


# What is taken


@pytest.mark.parametrize(
    ("content", "kind", "pages"),
    [
        (make_pdf(), "pdf", 1),
        (make_pdf(pages=3), "pdf", 3),
        (make_pdf() + b"\r\n \0", "pdf", 1),
        (make_picture("jpeg"), "jpeg", 1),
        (make_picture("jpeg", progressive=True), "jpeg", 1),
        (make_picture("jpeg") + b"what a phone adds", "jpeg", 1),
        (make_picture("png"), "png", 1),
    ],
)
@pytest.mark.parametrize("name", ["paper.pdf", "photo.jpg", "tool.exe"])
def test_a_file_is_what_its_first_bytes_say(content, kind, pages, name):
    scan = read_scan(upload(content, name))

    assert scan == scans.Scan(kind=kind, content=content, sha256=digest(content), pages=pages)


@pytest.mark.parametrize(
    ("kind", "mode", "top"),
    [
        ("png", "1", BLACK),
        ("png", "L", BLACK),
        ("png", "P", RED),
        ("png", "RGB", RED),
        ("jpeg", "L", BLACK),
        ("jpeg", "RGB", RED),
        ("jpeg", "CMYK", RED),
    ],
)
def test_pictures_come_in_many_colours(kind, mode, top):
    [picture] = drawn(make_picture(kind, mode=mode))

    assert picture.size == (620, 800)
    assert colour(picture, 0.5, 0.25) == top


# What is none of the three


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just text",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"<!doctype html><script>alert(1)</script>",
        ELF,
        b"MZ\x90\0" + bytes(64),
        b"#!/bin/sh\n%PDF-1.7\n%%EOF",
        make_zip(),
        make_picture("gif"),
        make_picture("tiff"),
        make_picture("webp"),
        b"\0\0\0\x18ftypheic" + bytes(64),
        b"\n" + make_pdf(),
        ELF + make_pdf(),
        make_zip() + make_pdf(),
        make_pdf() + make_zip(),
        make_pdf() + make_zip(comment=b"\n%%EOF"),
        make_picture("jpeg") + make_zip(),
        make_picture("png") + make_zip(),
    ],
)
@pytest.mark.parametrize("name", ["paper.pdf", "photo.jpg"])
def test_other_kinds_are_refused_whatever_their_name(content, name):
    assert refusal(content, name) == scans.OTHER_KIND


def test_more_than_ten_megabytes_are_refused_unread():
    class Upload(SimpleUploadedFile):
        def read(self, *args):
            raise AssertionError("the file was read")

    file = Upload("paper.pdf", b"")
    file.size = 10_000_001

    with pytest.raises(ScanError, match="larger than 10 MB"):
        read_scan(file)


def test_ten_megabytes_are_taken():
    content = make_pdf().ljust(10_000_000)

    assert read_scan(upload(content)).content == content


# Pictures


@pytest.mark.parametrize(
    "content",
    [
        make_png_head(20_000, 10_000),
        make_png_head(2**31 - 1, 2**31 - 1),
        make_png_head(10_000, 5_001),
        make_jpeg_of(20_000, 10_000),
        make_jpeg_of(65_000, 65_000),
    ],
)
def test_a_picture_too_large_for_memory_is_refused_by_its_header(content):
    assert refusal(content) == paper.TOO_MANY_PIXELS


def test_the_largest_picture_is_looked_into():
    assert refusal(make_png_head(10_000, 5_000)) == paper.DAMAGED  # there is nothing in it


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        ((600, 600), None),
        ((599, 800), paper.TOO_SMALL),
        ((800, 599), paper.TOO_SMALL),
        ((1, 1), paper.TOO_SMALL),
        ((600, 3000), None),
        ((600, 3001), paper.NO_PAGE),
        ((3001, 600), paper.NO_PAGE),
    ],
)
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_picture_must_be_large_enough_to_read_and_have_the_shape_of_a_page(kind, size, problem):
    content = make_picture(kind, size)

    assert (refusal(content) if problem else None) == problem
    assert problem or read_scan(upload(content)).pages == 1


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
@pytest.mark.parametrize(
    "whole",
    [make_picture("jpeg"), make_picture("jpeg", progressive=True), make_picture("png")],
    ids=["jpeg", "progressive", "png"],
)
def test_half_a_picture_is_refused(whole, kept):
    assert refusal(whole[: int(len(whole) * kept)]) == paper.DAMAGED


def test_a_picture_whose_bytes_changed_on_the_way_is_refused():
    png = bytearray(make_picture("png"))
    png[png.index(b"IDAT") + 20] ^= 1

    assert refusal(bytes(png)) == paper.DAMAGED


def test_a_photograph_taken_sideways_stands_upright_and_tells_nothing_else():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    exif[0x010E] = "Odette Marlow at home"
    content = make_picture("jpeg", (900, 700), exif=exif)

    [png] = page_pngs(read_scan(upload(content)))

    picture = Image.open(io.BytesIO(png))
    assert picture.size == (700, 900)
    assert (colour(picture, 0.9, 0.5), colour(picture, 0.1, 0.5)) == (RED, BLUE)
    assert b"Marlow" in content
    assert b"Marlow" not in png
    assert (dict(picture.getexif()), picture.info) == ({}, {})


def test_what_a_png_says_beside_its_picture_is_left_out():
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "Odette Marlow")
    content = make_picture("png", pnginfo=text, icc_profile=b"Odette Marlow", dpi=(300, 300))

    [png] = page_pngs(read_scan(upload(content)))

    assert b"Marlow" in content
    assert Image.open(io.BytesIO(png)).info == {}


def test_what_is_transparent_is_paper():
    file = io.BytesIO()
    Image.new("RGBA", (700, 900), (0, 0, 0, 0)).save(file, "png")

    [picture] = drawn(file.getvalue())

    assert colour(picture, 0.5, 0.5) == WHITE


@pytest.mark.parametrize(("width", "size"), [(1240, (1240, 1600)), (620, (620, 800))])
def test_a_large_picture_is_drawn_as_wide_as_asked_and_a_small_one_as_it_is(width, size):
    large, small = make_picture("jpeg", (2480, 3200)), make_picture("jpeg", (610, 800))

    assert [picture.size for picture in drawn(large, width_px=width)] == [size]
    assert [picture.size for picture in drawn(small, width_px=width)] == [(610, 800)]


# PDFs

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


def make_jpeg_of_scans(count):
    """A progressive JPEG whose last scan comes again and again."""
    jpeg = make_picture("jpeg", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    already = len(re.findall(rb"\xff\xda", jpeg))
    return jpeg[:-2] + jpeg[last:-2] * (count - already) + jpeg[-2:]


@pytest.mark.parametrize(("count", "problem"), [(100, None), (101, paper.TOO_INTRICATE)])
def test_a_jpeg_is_drawn_over_only_so_often(count, problem):
    content = make_jpeg_of_scans(count)

    assert (refusal(content) if problem else None) == problem
    assert problem or read_scan(upload(content)).pages == 1


def test_what_a_phone_puts_before_and_behind_a_photograph_is_not_counted():
    photograph = make_picture("jpeg")
    before = b"\xff\xe5" + struct.pack(">H", 402) + b"\xff\xda" * 200
    content = photograph[:2] + before + photograph[2:] + b"\xff\xda" * 200

    assert read_scan(upload(content)).pages == 1


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


# Whatever comes

WHOLE = [make_pdf(), make_picture("png"), make_picture("jpeg")]


@given(st.sampled_from([b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary())
def test_no_bytes_do_worse_than_being_refused(start, rest):
    assert refusal(start + rest + b"%%EOF") != ""


@given(st.sampled_from(WHOLE), st.data())
def test_a_file_with_some_bytes_changed_is_drawn_or_refused(whole, data):
    changed = bytearray(whole)
    for place in data.draw(st.lists(st.integers(8, len(whole) - 10), min_size=1, max_size=5)):
        changed[place] = data.draw(st.integers(0, 255))

    with suppress(ScanError):
        scan = read_scan(upload(bytes(changed)))
        assert len(page_pngs(scan)) == scan.pages
