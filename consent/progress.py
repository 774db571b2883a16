"""How far a signing has come, as the desk reads it while the patient has the document."""

from dataclasses import dataclass

from django.utils import timezone

from consent.models import Method, Signing
from emr.chips import Chip, Tone


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a signing has come, as the desk reads it."""

    chip: Chip
    words: str
    waits: bool = False


def progress_of(signing: Signing) -> Progress:
    if signing.outcome == Signing.Outcome.LOCKED and signing.method == Method.KIOSK:
        return LOCKED_TABLET
    ended = ENDED.get(signing.outcome)
    if ended:
        return Progress(chip=ended[0], words=ended[1])
    if signing.answer_by and signing.answer_by < timezone.now():
        words = "It was there for too long and cannot be answered any more. Start it once more."
        return Progress(chip=Chip(tone=Tone.WARN, word="Time is over"), words=words)
    if signing.method == Method.PAPER:
        words = "Print the form, let the patient sign it, and bring it back in below."
        return Progress(chip=Chip(tone=Tone.INFO, word="On paper"), words=words, waits=True)
    if signing.blanked_at:
        words = "Nobody touched the tablet for a while. Type your password on it to go on."
        return Progress(chip=Chip(tone=Tone.WARN, word="Tablet went dark"), words=words, waits=True)
    if signing.method == Method.KIOSK:
        words = "The document is open on the tablet."
        return Progress(chip=Chip(tone=Tone.INFO, word="On the tablet"), words=words, waits=True)
    if signing.opened_at:
        words = "The patient has opened the document and is reading it."
        return Progress(chip=Chip(tone=Tone.INFO, word="Opened"), words=words, waits=True)
    left = signing.expires_at - timezone.now()
    if left.total_seconds() <= 0:
        words = "The link was not opened in time. Make a new one when the patient is ready."
        return Progress(chip=Chip(tone=Tone.WARN, word="Link has ended"), words=words)
    minutes = int(left.total_seconds() // 60) + 1
    words = f"The link works once, for {minutes} more minute{'' if minutes == 1 else 's'}."
    return Progress(chip=Chip(tone=Tone.WARN, sign="…", word="Waiting"), words=words, waits=True)


LOCKED_TABLET = Progress(
    chip=Chip(tone=Tone.STOP, word="Locked"),
    words="Somebody typed ten wrong passwords on the tablet, so it asks for an ordinary sign-in.",
)
ENDED = {
    Signing.Outcome.SIGNED: (
        Chip(tone=Tone.OK, word="Signed"),
        "It is on file. Print the copy and give it to the patient.",
    ),
    Signing.Outcome.DECLINED: (
        Chip(tone=Tone.STOP, word="Declined"),
        "The patient's answer is no. It is signed and on file; print their copy.",
    ),
    Signing.Outcome.CANCELLED: (
        Chip(tone=Tone.MUTE, word="Taken back"),
        "This was taken back before anything was signed.",
    ),
    Signing.Outcome.OVERTAKEN: (
        Chip(tone=Tone.MUTE, word="Answered elsewhere"),
        "The same document was answered on another device or on paper.",
    ),
    Signing.Outcome.LOCKED: (
        Chip(tone=Tone.STOP, word="Locked"),
        "The birth date was wrong five times, so the link is locked. Make sure who has it.",
    ),
}
