"""A claim's state as a chip."""

from billing.models import State
from emr.chips import Chip, Tone
from emr.rules.claim_states import ClaimState

TONES = {
    ClaimState.HELD: Tone.WARN,
    ClaimState.READY: Tone.INFO,
    ClaimState.SENT: Tone.INFO,
    ClaimState.PAID: Tone.OK,
    ClaimState.DENIED: Tone.STOP,
    ClaimState.REJECTED: Tone.STOP,
    ClaimState.APPEALED: Tone.WARN,
    ClaimState.CORRECTED: Tone.MUTE,
    ClaimState.WRITTEN_OFF: Tone.MUTE,
    ClaimState.DROPPED: Tone.MUTE,
}
SIGNS = {ClaimState.READY: "▸", ClaimState.SENT: "↗", ClaimState.APPEALED: "↺"}


def claim_chip(state: ClaimState, *, url: str = "") -> Chip:
    state = ClaimState(state)
    return Chip(tone=TONES[state], sign=SIGNS.get(state, ""), word=State(state).label, url=url)
