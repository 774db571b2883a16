"""The worklists of billing, as the desk registers them."""

from billing.desk.charges import charges_missing, charges_outdated
from billing.desk.claims import claims_in
from billing.desk.money import COUNTERS as CASH
from billing.desk.remittances import COUNTERS as ANSWERS
from emr import desk
from emr.chips import Tone
from emr.desk import Counter, Group
from emr.models import Role
from emr.rules.claim_states import ClaimState

BILLING = (Role.BILLER, Role.OWNER)

COUNTERS = (
    Counter(
        key="charge-missing",
        title="Signed notes without charges",
        about="Nobody is asked for money until the biller charges the note.",
        group=Group.MONEY,
        order=130,
        rows=charges_missing,
        closes_day=True,
        roles=(*BILLING, Role.FRONT_DESK),
        steps_by=BILLING,
    ),
    Counter(
        key="charge-outdated",
        title="Outdated charges",
        about="The note, who pays or what was signed changed after it was charged.",
        group=Group.MONEY,
        order=135,
        rows=charges_outdated,
        tone=Tone.STOP,
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="claim-held",
        title="Held claims",
        about="Each shows what stops it and where that is cleared.",
        group=Group.MONEY,
        order=140,
        rows=claims_in(ClaimState.HELD, "See what stops it"),
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="claim-ready",
        title="Claims ready to send",
        about="Nothing stopped them when they were released.",
        group=Group.MONEY,
        order=145,
        rows=claims_in(ClaimState.READY, "Open the claim"),
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="claim-rejected",
        title="Rejected claims",
        about="Sent back before the payer judged them: correct them or write them off.",
        group=Group.MONEY,
        order=150,
        rows=claims_in(ClaimState.REJECTED, "Correct it"),
        tone=Tone.STOP,
        roles=BILLING,
        steps_by=BILLING,
    ),
    Counter(
        key="claim-denied",
        title="Denied claims",
        about="The payer still owes of them: correct each, appeal it or write it off.",
        group=Group.MONEY,
        order=155,
        rows=claims_in(ClaimState.DENIED, "Decide", only_owed=True),
        tone=Tone.STOP,
        roles=BILLING,
        steps_by=BILLING,
    ),
)


def register() -> None:
    for counter in (*COUNTERS, *ANSWERS, *CASH):
        desk.register(counter)
