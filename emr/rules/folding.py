"""Text made comparable: the same words typed in another way become the same key."""

import string
import unicodedata

_ALL_BUT_LETTERS_AND_DIGITS = {
    code: None for code in range(128) if chr(code) not in string.ascii_letters + string.digits
}
_SPACED = dict.fromkeys(_ALL_BUT_LETTERS_AND_DIGITS, " ")


def name_key(text: str) -> str:
    """Letters and digits alone, without case and accents: one key for every spelling of a name."""
    if text.isascii():
        return text.lower().translate(_ALL_BUT_LETTERS_AND_DIGITS)
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def rationale_key(text: str) -> str:
    """Letters, their accents and digits; empty when nothing was said."""
    if text.isascii():
        return name_key(text)
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum() or unicodedata.combining(letter))


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    joined = text.replace("'", "").replace("\u2019", "")
    if joined.isascii():
        return joined.lower().translate(_SPACED).split()
    plain = unicodedata.normalize("NFKD", joined).casefold()
    return "".join(
        letter if letter.isalnum() else "" if unicodedata.combining(letter) else " "
        for letter in plain
    ).split()


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(letter.isalnum() for letter in text)
