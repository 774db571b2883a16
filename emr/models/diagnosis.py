import zlib

from django.db import models

from emr.search import words_of

MOST_FOUND = 100  # who wants to see more types another word

# Nobody looks for these; typed, they neither find nor exclude.
IDLE_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    def billable(self):
        return self.filter(billable=True)

    def search(self, query: str):
        """Billable codes for what was typed, at most a hundred, those common in needling first.

        Each word must begin the code, with the dot or without, or a word of its labels, so a
        header's code ("M54.5") offers its leaves. None for a query without a letter or digit.
        """
        typed = words_of(query.replace(".", ""))
        words = [word for word in typed if word not in IDLE_WORDS] or typed
        if not words:
            return self.none()
        found = -1  # every bit set
        starts = DiagnosisWordStart.objects.filter(start__in=words)
        packed = dict(starts.values_list("start", "ranks"))
        for word in words:
            ranks = unpack(packed[word]) if word in packed else 0
            if len(word) > CODE_START and any(letter.isdigit() for letter in word):
                ranks |= bits(ranks_under(word))
            found &= ranks
        return self.filter(rank__in=lowest(found, MOST_FOUND)).order_by("rank")


class Diagnosis(models.Model):
    """A code of the installed ICD-10-CM release, leaf or header; filled by `load_diagnoses`."""

    code = models.CharField(max_length=8, primary_key=True, help_text="With the dot: M54.2")
    plain_code = models.CharField(max_length=7, unique=True, help_text="Without the dot: M542")
    label = models.CharField(max_length=300)
    common_label = models.CharField(
        max_length=100, blank=True, help_text="Our own words for a common code: Neck pain"
    )
    billable = models.BooleanField()
    rank = models.PositiveIntegerField(
        unique=True,
        help_text="Its place in every search: common, musculoskeletal, the rest, then headers.",
    )

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        ordering = ["plain_code"]
        verbose_name_plural = "diagnoses"

    def __str__(self) -> str:
        return f"{self.code} {self.label}"

    @property
    def full_label(self) -> str:
        """The release's label and, where it differs, our own: "Cervicalgia (Neck pain)"."""
        if self.common_label in ("", self.label):
            return self.label
        return f"{self.label} ({self.common_label})"


CODE_START = 3  # letters of a code that DiagnosisWordStart knows; longer ones are few to look up


class DiagnosisWordStart(models.Model):
    """The beginning of a word or code, and the ranks of all billable codes that have it.

    A row a word of each label would be ten times the size, and slow for the words that everybody
    types: "right" alone stands in fifteen thousand labels.
    """

    start = models.CharField(max_length=80, primary_key=True)
    ranks = models.BinaryField(help_text="A number whose bit of each such rank is set, compressed.")

    def __str__(self) -> str:
        return self.start


class DiagnosisRelease(models.Model):
    """What the codes were filled from. There is one row, or none before they are."""

    name = models.CharField(max_length=60)
    fingerprint = models.CharField(
        max_length=64, help_text="Of all that the codes and their search are made from."
    )
    codes = models.PositiveIntegerField()
    billable_codes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="diagnosis_release_is_one_row", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return self.name


def ranks_under(code: str):
    """The ranks of the billable codes that begin so."""
    leaves = Diagnosis.objects.billable().filter(plain_code__starts=code.upper())
    return leaves.values_list("rank", flat=True)


def bits(ranks) -> int:
    """The number whose bit of each rank is set."""
    ranks = list(ranks)
    row = bytearray(max(ranks, default=0) // 8 + 1)
    for rank in ranks:
        row[rank >> 3] |= 1 << (rank & 7)
    return int.from_bytes(row, "little")


def lowest(number: int, most: int) -> list[int]:
    """The ranks whose bits are set, the lowest first."""
    ranks = []
    while number and len(ranks) < most:
        bit = number & -number
        ranks.append(bit.bit_length() - 1)
        number ^= bit
    return ranks


def pack(number: int) -> bytes:
    return zlib.compress(number.to_bytes(number.bit_length() // 8 + 1, "little"))


def unpack(packed: bytes) -> int:
    return int.from_bytes(zlib.decompress(packed), "little")
