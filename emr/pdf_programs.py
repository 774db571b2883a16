"""Whether a PDF is more than pages: every object of it is looked at, also those in packed streams.

What a viewer would run, open or fetch makes it a program. A link that a person must press, to a
page or to an address of the web, is none: CMS's form and a plan's letter have such links.
"""

import io
import re
from collections.abc import Iterator

from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NullObject, PdfObject
from pyhanko.pdf_utils.reader import PdfFileReader

from emr.paper import TOO_INTRICATE, ScanError

PADDING = b"\0\t\n\f\r "  # which the last line of a file may have behind it
MOST_OBJECTS = 50_000  # a letter of twenty pages, tagged word by word, has some ten thousand

LOCKED = "This PDF is locked. Save it without a password, or print it and scan the paper."
NOT_ONLY_PAPER = (
    "This PDF holds more than scanned pages, such as a script, a form or another file. "
    "Print it and scan the paper."
)

PROGRAM_KEYS = {"/AA", "/JavaScript", "/JS", "/XFA", "/EmbeddedFiles", "/RichMediaContent"}
PROGRAM_KINDS = {  # under /Type or /Subtype
    "/EmbeddedFile",
    "/FileAttachment",
    "/RichMedia",
    "/Screen",
    "/Movie",
    "/Sound",
    "/3D",
}
ACTION_KEYS = ("/A", "/PA", "/Next", "/OpenAction")
PRESSED = {"/GoTo", "/URI"}
# By these alone an action is known, wherever it stands.
ACTIONS = {
    "/GoTo3DView",
    "/GoToE",
    "/GoToR",
    "/Hide",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Named",
    "/Rendition",
    "/ResetForm",
    "/RichMediaExecute",
    "/SetOCGState",
    "/Sound",
    "/SubmitForm",
    "/Thread",
    "/Trans",
}
WEB = {"http", "https", "mailto", "tel"}

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def refuse_programs(content: bytes) -> None:
    """Raises ScanError for a PDF that is locked or holds more than pages."""
    reader = PdfFileReader(io.BytesIO(content.rstrip(PADDING)), strict=False)
    if reader.encrypt_dict is not None:
        raise ScanError(LOCKED)
    if any(_is_program(each) for each in _dictionaries(reader)):
        raise ScanError(NOT_ONLY_PAPER)


def _dictionaries(reader: PdfFileReader) -> Iterator[DictionaryObject]:
    """Each dictionary of the file, however deep it stands in another object."""
    references = set()
    for revision in range(reader.xrefs.total_revisions):
        references |= reader.xrefs.explicit_refs_in_revision(revision)
        if len(references) > MOST_OBJECTS:
            raise ScanError(TOO_INTRICATE)
    yield from _within(reader.trailer_view)
    for reference in references:
        yield from _within(reader.get_object(reference))


def _within(top: PdfObject) -> Iterator[DictionaryObject]:
    """The dictionaries in an object; what it only refers to has its own turn."""
    waiting = [top]
    while waiting:
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            yield each
            waiting += dict.values(each)
        elif isinstance(each, ArrayObject):
            waiting += list.__iter__(each)


def _is_program(found: DictionaryObject) -> bool:
    if any(not isinstance(found[key], NullObject) for key in PROGRAM_KEYS & found.keys()):
        return True
    if not PROGRAM_KINDS.isdisjoint(_value(found, key) for key in ("/Type", "/Subtype")):
        return True
    if "/EF" in found and (_value(found, "/Type") == "/Filespec" or {"/F", "/UF"} & found.keys()):
        return True
    if isinstance(_value(found, "/OpenAction"), DictionaryObject):
        return True  # a place to open at is an array, and scanners like to write one
    if _value(found, "/S") in ACTIONS or _value(found, "/Type") == "/Action":
        return not _is_pressed(found)
    return any(not _is_pressed(action) for action in _actions(found))


def _actions(found: DictionaryObject) -> Iterator[DictionaryObject]:
    """What stands where actions stand. A tagged page has attributes there, without a kind."""
    for key in ACTION_KEYS:
        value = _value(found, key)
        several = value if isinstance(value, ArrayObject) else [value]
        for each in several:
            if isinstance(each, DictionaryObject) and "/S" in each:
                yield each


def _is_pressed(action: DictionaryObject) -> bool:
    """Whether an action only leads a person, who presses it, to a page or into the web."""
    if _value(action, "/S") not in PRESSED:
        return False
    address = _value(action, "/URI")
    return address is None or _is_web(address)


def _is_web(address: PdfObject) -> bool:
    if not isinstance(address, str) or not address.isprintable():
        return False
    scheme = _SCHEME.match(address.strip())
    return scheme is None or scheme[1].lower() in WEB


def _value(found: DictionaryObject, key: str) -> PdfObject | None:
    """With a reference followed, as `get` would not; None where nothing stands."""
    try:
        return found[key]
    except KeyError:
        return None
