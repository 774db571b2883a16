"""What the desk reads about the state of a notice: the step in words, and what follows from it."""

from consent.models import Kind
from emr.chips import Tone
from emr.rules.estimates import VARIANCE
from emr.rules.notice_states import NoticeState

# What follows from an answer, in one sentence for the desk.
FOLLOWS_OPTION = {
    1: "The claim is sent to Medicare for its decision; the patient may be asked to pay now.",
    2: "No claim is sent, now or later: the patient pays, and there is nothing to appeal.",
    3: "The service must not be given. The patient owes nothing.",
}
FOLLOWS_OPTION_QMB = {
    1: "The patient has QMB: the claim is sent to Medicare and then to Medicaid, before any charge."
    " Ask for no money.",
    2: "No claim is sent, now or later. The patient has QMB and must not be charged.",
    3: FOLLOWS_OPTION[3],
}
QMB_OPTION_2 = (
    "The patient has QMB. With option 2 neither Medicare nor Medicaid is asked, and still nobody may"
    " charge the patient. Option 1 has both decide: if the patient wants that, make a new notice."
)
QMB_WAITS = (
    "The patient has QMB: ask for no money at the visit, whatever the form says of paying now. With"
    " option 1 the claim goes to Medicare, then to Medicaid, before any charge; with option 2 neither"
    " is asked and the patient must not be charged."
)
FOLLOWS_QMB = "The patient has QMB and must not be charged, whatever was signed."
FOLLOWS = {
    NoticeState.DRAFT: "Nobody has seen it yet. It counts for nothing until it is issued.",
    NoticeState.REFUSED: "The service may be given: the claim is sent, with the refusal on record.",
    NoticeState.AGREED: "The patient pays for this service, whatever the plan decides.",
    NoticeState.DECLINED: "The patient does not agree to pay: do not give this service.",
    NoticeState.SUPERSEDED: "Another notice stands in its place. This one is kept.",
    NoticeState.VOID: "It does not count. It is kept with the reason.",
}
FOLLOWS_ISSUED = {
    Kind.ABN: "The patient reads it, chooses one option and signs, before the service. Nobody"
    " chooses for them.",
    Kind.VOLUNTARY_ABN: "Hand it over: no option is ticked and nothing is signed.",
    Kind.ESTIMATE: "Give it to the patient in writing. A signature is welcome and not needed.",
    Kind.AGREEMENT: "The patient reads it and agrees or declines, before the service.",
}
FOLLOWS_GIVEN = {
    Kind.VOLUNTARY_ABN: "The patient was told that Medicare never pays for this; they pay"
    " themselves.",
    Kind.ESTIMATE: f"The patient knows the price. A bill of ${VARIANCE} or more above it can be"
    " disputed.",
}
STEP_WORDS = {
    NoticeState.DRAFT: "Begun",
    NoticeState.ISSUED: "Issued",
    NoticeState.CHOSEN: "The patient chose option {}",
    NoticeState.REFUSED: "The patient did not sign",
    NoticeState.GIVEN: "Given to the patient",
    NoticeState.AGREED: "The patient agreed",
    NoticeState.DECLINED: "The patient did not agree",
    NoticeState.SUPERSEDED: "Replaced",
    NoticeState.VOID: "Made void",
}
TONES = {
    NoticeState.DRAFT: Tone.MUTE,
    NoticeState.ISSUED: Tone.WARN,
    NoticeState.CHOSEN: Tone.OK,
    NoticeState.REFUSED: Tone.OK,
    NoticeState.GIVEN: Tone.OK,
    NoticeState.AGREED: Tone.OK,
    NoticeState.DECLINED: Tone.STOP,
    NoticeState.SUPERSEDED: Tone.MUTE,
    NoticeState.VOID: Tone.MUTE,
}
