"""Finding rows by the beginnings of words, alike and fast on both databases."""

import re
import unicodedata

from django.db.models import CharField, Lookup

MOST_TYPED = 200  # letters; longer than anybody types into a search box
MOST_WORDS = 8


# Letters that are no base letter with an accent, as people without them on the keyboard type them.
PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


def fold(text: str) -> str:
    """Lower case, without accents and without anything but letters and digits."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(PLAIN))
    return "".join(c for c in plain if c.isalnum())


def words_in(text: str, *, dates: bool = False) -> list[str]:
    """The folded words of a text, each once; dates keep their dashes if asked."""
    words = []
    for raw in re.split(r"[\s,;/]+", text):
        if dates and re.fullmatch(r"\d{4}-[\d-]{1,5}", raw):
            words.append(raw)
        else:
            words += [fold(part) for part in re.split(r"[-'’.]", raw)]
    return list(dict.fromkeys(word[:80] for word in words if word))


def words_of(text: str, *, dates: bool = False) -> list[str]:
    """The folded words that somebody typed to search, at most eight of them."""
    return words_in(text[:MOST_TYPED], dates=dates)[:MOST_WORDS]


@CharField.register_lookup
class Starts(Lookup):
    """`word__starts="mar"`: a case-sensitive prefix that an index answers on both databases.

    PostgreSQL takes LIKE with the pattern index that Django makes beside a CharField's own; SQLite
    does not use an index for Django's LIKE (for its ESCAPE), but does for GLOB.
    """

    lookup_name = "starts"
    prepare_rhs = True

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        prefix = re.sub(r"([\\%_])", r"\\\1", str(self.rhs))
        return f"{column} LIKE %s", [*params, prefix + "%"]

    def as_sqlite(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        prefix = re.sub(r"([*?\[])", r"[\1]", str(self.rhs))
        return f"{column} GLOB %s", [*params, prefix + "*"]
