"""Answers of payers as chips, and the few words that they need."""

from billing.models import Posting
from billing.review.answer_ways import Way
from billing.review.answers import AmountSeen
from billing.review.remittances import ClaimSeen
from emr.chips import Chip, Tone

Kind = Posting.Kind

POSTED = {
    Kind.TRANSFER: Chip(tone=Tone.OK, word="To the patient"),
    Kind.CONTRACTUAL: Chip(tone=Tone.MUTE, sign="–", word="Off by contract"),
    Kind.WRITE_OFF: Chip(tone=Tone.MUTE, sign="–", word="Written off"),
}
LATER = Chip(tone=Tone.MUTE, sign="–", word="Answered again later")
TAKEN_BACK = Chip(tone=Tone.MUTE, sign="–", word="Taken back")
LOOK = Chip(tone=Tone.WARN, word="Decide")
PURSUE = Chip(tone=Tone.WARN, word="Not the patient’s")
SETTLED = Chip(tone=Tone.MUTE, sign="–", word="Nothing to do")

# What is taken off or added for the whole of a remittance (PLB), in our own words.
PROVIDER_REASONS = {
    "50": "Late charge",
    "72": "Returned to the payer",
    "AM": "Applied to what was borrowed",
    "AP": "Advance",
    "B2": "Rebate",
    "CS": "Adjustment",
    "FB": "Balance carried forward",
    "IR": "Withheld for taxes",
    "J1": "Not reimbursed",
    "L3": "Penalty",
    "L6": "Interest",
    "LE": "Levy",
    "LS": "Lump sum",
    "WO": "Overpayment taken back",
}


def amount_chip(amount: AmountSeen) -> Chip:
    if amount.posted:
        return POSTED[Kind(amount.posted)]
    if amount.needs:
        return LOOK if amount.is_undecided else PURSUE
    if amount.is_open:
        further = Chip(tone=Tone.MUTE, sign="–", word=amount.taken_further)
        return further if amount.is_last else LATER
    if amount.decision and amount.decision.decision == "collect":
        return TAKEN_BACK
    return SETTLED


def seen_chip(seen: ClaimSeen) -> Chip:
    """What posting would do with a claim of a file."""
    if seen.found.left:
        return Chip(tone=Tone.MUTE, sign="–", word="Left alone", detail=seen.found.left)
    if seen.judged is None:
        return Chip(tone=Tone.WARN, word="Not matched", detail=seen.found.why_not)
    if seen.said.is_reversal:
        return Chip(tone=Tone.WARN, word="Takes back an answer")
    if seen.judged.way is Way.CHARGED_ANEW:
        return Chip(
            tone=Tone.WARN,
            word="Payment only",
            detail="The claim was corrected: another counts now.",
        )
    if seen.judged.way is Way.PAYMENT_ONLY:
        return Chip(
            tone=Tone.WARN,
            word="Payment only",
            detail="The claim was settled before: someone must look.",
        )
    if seen.judged.open_total:
        return Chip(tone=Tone.WARN, word="Someone must look")
    return Chip(tone=Tone.OK, word="Posts by itself")


def held_back(adjustments) -> list[dict]:
    """What was taken off or added for a whole remittance, in words."""
    return [
        {
            "word": PROVIDER_REASONS.get(each.reason, "Another reason"),
            "reason": each.reason,
            "identifier": each.identifier,
            "amount": abs(each.amount),
            "is_added": each.amount < 0,
        }
        for each in adjustments
    ]
