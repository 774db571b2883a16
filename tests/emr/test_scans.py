import io
import re
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from PIL.Image import Dither

from emr import paper, scans
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


# Whatever comes

WHOLE = [make_pdf(), make_picture("png"), make_picture("jpeg")]


# A PDF is read in a process of its own, so that fewer tries must do.
@settings(max_examples=40)
@given(st.sampled_from([b"%PDF-1.7\n", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]), st.binary())
def test_no_bytes_do_worse_than_being_refused(start, rest):
    assert refusal(start + rest + b"%%EOF") != ""


@settings(max_examples=40)
@given(st.sampled_from(WHOLE), st.data())
def test_a_file_with_some_bytes_changed_is_drawn_or_refused(whole, data):
    changed = bytearray(whole)
    for place in data.draw(st.lists(st.integers(8, len(whole) - 10), min_size=1, max_size=5)):
        changed[place] = data.draw(st.integers(0, 255))

    with suppress(ScanError):
        scan = read_scan(upload(bytes(changed)))
        assert len(page_pngs(scan)) == scan.pages
