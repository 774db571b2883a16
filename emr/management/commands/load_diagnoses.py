"""Fill the diagnosis codes and their search from the installed ICD-10-CM release."""

import csv
import hashlib
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.models import Model

from emr import search
from emr.models import Diagnosis, DiagnosisRelease, DiagnosisWordStart, diagnosis
from emr.models.diagnosis import CODE_START, IDLE_WORDS, bits, pack
from emr.rules.tables import DATA

LIBRARY = "simple-icd-10-cm"
COMMON = DATA / "diagnoses_common.csv"  # chosen and named by us; a test holds it to the release


class Entry(NamedTuple):
    """A code as it is to be stored, and what else it is found by than its labels."""

    code: str
    label: str
    billable: bool
    common_label: str = ""
    also: frozenset[str] = frozenset()

    @property
    def plain_code(self) -> str:
        return self.code.replace(".", "")


class Command(BaseCommand):
    help = "Fill the diagnosis codes from the installed ICD-10-CM release, unless they are in."

    def handle(self, *, verbosity: int, **options) -> None:
        def say(words: str, ending: str = "") -> None:
            if verbosity:
                self.stdout.write(words, ending=ending)
                self.stdout.flush()

        name = f"{LIBRARY} {metadata.version(LIBRARY)}"
        made_from = fingerprint(name)
        say("Diagnosis codes … ")
        if is_loaded(made_from):
            say(f"{name} is in", ending="\n")
            return
        say("reading, ")
        entries = read_release()
        say("storing, ")
        with transaction.atomic():
            replace_diagnoses(entries)
            release, _ = DiagnosisRelease.objects.update_or_create(
                pk=1,
                defaults={
                    "name": name,
                    "fingerprint": made_from,
                    "codes": len(entries),
                    "billable_codes": sum(entry.billable for entry in entries),
                },
            )
        say(f"{name} is in, with {release.billable_codes:,} billable codes", ending="\n")


def fingerprint(name: str) -> str:
    """Differs whenever the release, our labels or the way they are indexed do."""
    sources = [COMMON, *map(Path, (__file__, diagnosis.__file__, search.__file__))]
    return hashlib.sha256(
        b"\0".join([name.encode(), *(p.read_bytes() for p in sources)])
    ).hexdigest()


def is_loaded(made_from: str) -> bool:
    release = DiagnosisRelease.objects.filter(fingerprint=made_from).first()
    return release is not None and release.codes == Diagnosis.objects.count()


def read_release() -> list[Entry]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how it opens its own files
        import simple_icd_10_cm as icd  # noqa: PLC0415 -- takes 1.5 s, and only here

    common = common_labels()

    def is_code(item: str) -> bool:
        return not icd.is_chapter(item) and "-" not in item

    @cache
    def words_under(header: str) -> frozenset[str]:
        """What a header says, and those above it, holds for each code below: "Frozen shoulder"."""
        said = words_to_find(icd.get_description(header), common.get(header, ""))
        return said | words_beside(header)

    def words_beside(code: str) -> frozenset[str]:
        """Words that a code is found by and that do not stand in its label."""
        words = words_to_find(*icd.get_inclusion_term(code))
        above = icd.get_parent(code)
        # A section of one category bears the category's name.
        return words | words_under(above) if is_code(above) and above != code else words

    codes = dict.fromkeys(filter(is_code, icd.get_all_codes()))  # such a section's come twice
    return [
        Entry(
            code=code,
            label=icd.get_description(code),
            billable=icd.is_leaf(code),
            common_label=common.get(code, ""),
            also=words_beside(code),
        )
        for code in codes
    ]


def common_labels() -> dict[str, str]:
    """Our own label of each code that is common in needling, headers included."""
    with COMMON.open(newline="", encoding="utf-8") as file:
        return {row["code"]: row["label"].removesuffix(" (header)") for row in csv.DictReader(file)}


@transaction.atomic
def replace_diagnoses(entries: Iterable[Entry]) -> None:
    """Put these codes, and what finds them, in the place of all that there are."""
    ordered = sorted(entries, key=place)
    DiagnosisWordStart.objects.all().delete()
    Diagnosis.objects.all().delete()
    insert(
        Diagnosis,
        ["code", "plain_code", "label", "common_label", "billable", "rank"],
        (
            (entry.code, entry.plain_code, entry.label, entry.common_label, entry.billable, rank)
            for rank, entry in enumerate(ordered)
        ),
    )
    billable = (entry for entry in ordered if entry.billable)
    insert(
        DiagnosisWordStart,
        ["start", "ranks"],
        ((start, pack(ranks)) for start, ranks in word_starts(billable)),
    )


def insert(model: type[Model], fields: list[str], rows: Iterable[tuple]) -> None:
    """Add rows of plain values; `bulk_create` would take three times as long for so many."""
    names = [model._meta.db_table, *(model._meta.get_field(name).column for name in fields)]
    table, *columns = map(connection.ops.quote_name, names)
    values = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({values})",  # noqa: S608 -- no input
            rows,
        )


def place(entry: Entry) -> tuple:
    """Common codes first, the plainest name ahead ("Neck pain" before "Neck and arm pain").

    Then the musculoskeletal chapter, the rest, and headers, which no search finds.
    """
    if not entry.billable:
        return 3, 0, entry.plain_code
    if entry.common_label:
        name = entry.common_label.partition(",")[0].lower().split()
        return 0, len(set(name) - {"right", "left"}), entry.plain_code
    return 1 if entry.code.startswith("M") else 2, 0, entry.plain_code


def word_starts(ordered: Iterable[Entry]) -> Iterator[tuple[str, int]]:
    """Each beginning of a word or code, with the bits of the ranks that have it."""
    ranks_of = defaultdict(list)
    for rank, entry in enumerate(ordered):
        words = words_to_find(entry.label, entry.common_label) | entry.also
        for word in words | {entry.plain_code[:CODE_START].lower()}:
            ranks_of[word].append(rank)
    for _letter, words in groupby(sorted(ranks_of), key=lambda word: word[0]):
        starts = defaultdict(int)
        for word in words:
            ranks = bits(ranks_of[word])
            for end in range(1, len(word) + 1):
                starts[word[:end]] |= ranks
        yield from starts.items()


def words_to_find(*texts: str) -> frozenset[str]:
    spellings = (spellings_of(word) for text in texts for word in text.split())
    return frozenset(chain.from_iterable(spellings)) - IDLE_WORDS


@cache
def spellings_of(word: str) -> list[str]:
    """Such as golfer and golfers for "Golfer's", or mid, back and midback for "mid-back"."""
    return search.words_in(word) + search.words_in(word.replace("'", "").replace("-", ""))
