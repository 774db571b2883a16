"""From the bytes of an 835 file to its segments, inside envelopes that are whole.

What is wrong is told with the segment's name and its number in the file, counted from one.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass

MEGABYTES = 10
# Years of a clinic's answers; what holds more is no remittance, and would keep everybody else waiting.
MOST_SEGMENTS = 200_000
MOST_CLAIMS = 20_000
INTERCHANGE = 106  # signs of the first segment, whose places are fixed
VERSION = "00501"
GUIDES = ("005010X221A1", "005010X221")
# Every segment that the guide knows; another name is a slip, and slips are not guessed at.
_NAMES = (
    "ISA TA1 GS ST BPR NTE TRN CUR REF DTM N1 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT QTY"
    " SVC LQ PLB SE GE IEA"
)
KNOWN = frozenset(_NAMES.split())
IN_PARTS = "Ask for it in parts."
OTHER_KINDS = [
    (b"%PDF-", "This is a PDF. Enter what it says by hand, or ask the payer for the 835 file."),
    (b"PK\x03\x04", "This is a packed file or a workbook. Unpack it and take the 835 file in it."),
    (b"\x1f\x8b", "This is a packed file. Unpack it and take the 835 file in it."),
    (b"<", "This is a page or XML, not an 835 file. Download the 835 itself from the payer."),
]
CONTROL = re.compile("[\0-\x09\x0b\x0c\x0e-\x1b\x7f]")  # 1c to 1f may part elements


class Malformed(Exception):
    """The file as a whole cannot be taken; the message names the segment."""

    @classmethod
    def at(cls, segment: "Segment", what: str) -> "Malformed":
        return cls(f"Segment {segment.number} ({segment.name}): {what}")


@dataclass(frozen=True, slots=True)
class Segment:
    number: int
    elements: tuple[str, ...]
    component: str  # what parts a composite element

    @property
    def name(self) -> str:
        return self.elements[0]

    def __getitem__(self, place: int) -> str:
        """The element at a place, as the guide counts them; empty where it is left out."""
        return self.elements[place] if place < len(self.elements) else ""

    def parts(self, place: int) -> list[str]:
        return self[place].split(self.component)


def transactions_of(raw: bytes) -> list[list[Segment]]:
    """The 835s of a file, each from ST to the segment before SE; raises Malformed."""
    text = _decoded(raw)
    found: list[list[Segment]] = []
    start = before = claims = 0
    while start < len(text):
        interchange, start = _interchange(text, start, before=before)
        before += len(interchange)
        claims += sum(segment.name == "CLP" for segment in interchange)
        if claims > MOST_CLAIMS:
            raise Malformed(f"This file answers more than {MOST_CLAIMS} claims. {IN_PARTS}")
        found += _opened(interchange)
    if not found:
        raise Malformed("This file holds no 835.")
    return found


def _decoded(raw: bytes) -> str:
    if len(raw) > MEGABYTES * 1_000_000:
        raise Malformed(f"This file is larger than {MEGABYTES} MB. {IN_PARTS}")
    raw = raw.removeprefix(BOM_UTF8).lstrip(b" \t\r\n")
    if not raw:
        raise Malformed("This file is empty.")
    for mark, sentence in OTHER_KINDS:
        if raw.startswith(mark):
            raise Malformed(sentence)
    if not raw.startswith(b"ISA"):
        raise Malformed("This is not an 835 file: it does not begin with the segment ISA.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if CONTROL.search(text):
        raise Malformed("This is not an 835 file: it holds signs that no text has.")
    return text


def _interchange(text: str, start: int, *, before: int) -> tuple[list[Segment], int]:
    """The segments from ISA to IEA, and where the text goes on."""
    element, component, end = _separators(text[start : start + INTERCHANGE], number=before + 1)
    segments: list[Segment] = []
    while True:
        number = before + len(segments) + 1
        if number > MOST_SEGMENTS:
            raise Malformed(f"This file has more than {MOST_SEGMENTS} segments. {IN_PARTS}")
        stop = text.find(end, start)
        if stop < 0:
            begun = text[start : start + 8].strip("\r\n ")
            name = begun.split(element)[0][:3] or "missing"
            raise Malformed(
                f"Segment {number} ({name}): it does not end with “{_shown(end)}”, as ISA says"
                " segments do. The file is cut off, or its segments end with another sign."
            )
        segment = Segment(number, tuple(text[start:stop].strip("\r\n").split(element)), component)
        if segment.name not in KNOWN:
            raise Malformed.at(segment, "an 835 has no segment of this name.")
        if segment.name == "ISA" and segments:
            raise Malformed.at(segment, "it begins before IEA has ended the one before.")
        segments.append(segment)
        start = stop + len(end)
        if segment.name == "IEA":
            while text[start : start + 1] in (" ", "\r", "\n"):
                start += 1
            return segments, start


def _separators(head: str, *, number: int) -> tuple[str, str, str]:
    """What parts elements and components, and what ends segments, by their places in ISA."""
    where = f"Segment {number} ({head[:3]})"
    if not head.startswith("ISA"):
        raise Malformed(f"{where}: after IEA the file ends, or another ISA begins.")
    if len(head) < INTERCHANGE:
        raise Malformed(f"{where}: it is cut off.")
    element, component, end = head[3], head[-2], head[-1]
    signs = {element, component, end}
    if len(signs) < 3 or any(sign.isalnum() or sign == " " for sign in signs):
        raise Malformed(f"{where}: the signs that part elements and end segments are not as fixed.")
    if head.count(element) != 16 or [len(each) for each in head[:-1].split(element)] != _WIDTHS:
        raise Malformed(f"{where}: its sixteen elements do not have the widths that are fixed.")
    return element, component, end


_WIDTHS = [3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]


def _shown(sign: str) -> str:
    return {"\n": "end of line", "\r": "end of line"}.get(sign, sign)


# Envelopes: ISA … IEA around GS … GE around ST … SE, with the same number on both ends


def _opened(interchange: list[Segment]) -> Iterator[list[Segment]]:
    head, tail = interchange[0], interchange[-1]
    if head[12] != VERSION:
        raise Malformed.at(head, f"version {head[12]} is not {VERSION}.")
    groups = _enclosed(interchange[1:-1], "GS", "GE", outside=("TA1",))
    _check_end(tail, counted=len(groups), number=head[13], what="groups")
    for group in groups:
        _check_guide(group[0])
        sets = _enclosed(group[1:-1], "ST", "SE")
        _check_end(group[-1], counted=len(sets), number=group[0][6], what="transactions")
        for each in sets:
            if each[0][1] != "835":
                raise Malformed.at(each[0], f"it is a {each[0][1] or 'nothing'}, not an 835.")
            _check_end(each[-1], counted=len(each), number=each[0][2], what="segments")
            yield each[:-1]


def _check_guide(group: Segment) -> None:
    if group[1] != "HP":
        raise Malformed.at(group, f"group “{group[1]}” holds no remittances (HP).")
    if group[8] not in GUIDES:
        raise Malformed.at(group, f"guide “{group[8]}” is not {GUIDES[0]}.")


def _enclosed(segments: list[Segment], begin: str, end: str, outside=()) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    is_open = False
    for segment in segments:
        if segment.name == begin:
            if is_open:
                raise Malformed.at(segment, f"it begins before {end} has ended the one before.")
            found.append([])
            is_open = True
        elif not is_open:
            if segment.name in outside:
                continue
            raise Malformed.at(segment, f"it stands where {begin} was expected.")
        found[-1].append(segment)
        if segment.name == end:
            is_open = False
    if is_open:
        raise Malformed.at(found[-1][-1], f"no {end} follows.")
    return found


def _check_end(segment: Segment, *, counted: int, number: str, what: str) -> None:
    """The last segment of an envelope says how much is inside, and repeats the first one's number."""
    if segment[1] != str(counted) and segment[1].lstrip("0") != str(counted):
        raise Malformed.at(segment, f"it counts {segment[1] or 'no'} {what}; there are {counted}.")
    if segment[2] != number:
        raise Malformed.at(segment, f"control number “{segment[2]}” is not “{number}”.")
