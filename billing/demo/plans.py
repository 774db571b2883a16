"""What the plans say of dry needling: their policies, what each answered for a patient, and its leave."""

from datetime import date, timedelta

from billing.demo.clinic import Clinic
from billing.demo.patients import BLUEGATE, PINNACLE, SELECT, Invented
from emr.benefits.answers import record_verification
from emr.benefits.leave import add_authorization
from emr.benefits.policies import set_policy
from emr.models import (
    Answer,
    Coverage,
    CoverageKind,
    NeedlingPolicy,
    Payer,
    UnitRule,
    User,
    Verification,
)

COVERED, AUTHORIZATION = NeedlingPolicy.COVERED, NeedlingPolicy.AUTHORIZATION
# Payer and plan, what it says, and what it says besides; that of one plan goes before that of all.
POLICIES = [
    ("Medicare", "", NeedlingPolicy.NOT_NECESSARY, {}),
    ("Sunward Advantage", "", NeedlingPolicy.UNKNOWN, {}),
    ("Medicaid (Colorado)", "", COVERED, {}),
    ("TRICARE West", "", NeedlingPolicy.INVESTIGATIONAL, {}),
    (BLUEGATE, "", AUTHORIZATION, {"unit_rule": UnitRule.AMA, "waiver_allowed": False}),
    (
        PINNACLE,
        SELECT,
        NeedlingPolicy.INVESTIGATIONAL,
        {"waiver_allowed": True, "waiver_form": "Ridge Select waiver of 2024"},
    ),
    (PINNACLE, "", COVERED, {"waiver_allowed": False, "needling_with_97140": "59"}),
    ("Anvil Mutual, workers' compensation", "", AUTHORIZATION, {}),
    ("Roadstead Auto", "", COVERED, {}),
]
NOT_ASKED_YET = {10103, 10115}  # of the first, another patient's answer is offered
ASKED_LONG_AGO = {10045: 200}  # days before the patient was registered

# Visits, and those of them that were used elsewhere; else a dozen and none.
LEAVE = {10034: (6, 1), 10033: (8, 5)}
USUAL_LEAVE = (12, 0)
NO_LEAVE_YET = {10106, 10115}
WEEKS_OF_LEAVE = timedelta(weeks=16)


def set_policies(*, today: date, by: User) -> None:
    """From the first day of the year on, as the prices."""
    since = date(today.year, 1, 1)
    payers = {payer.name: payer for payer in Payer.objects.all()}
    for name, plan, needling, besides in POLICIES:
        set_policy(
            payer=payers[name],
            plan=plan,
            needling=needling,
            starts_on=since,
            source="Policy letter, invented for the demonstration",
            by=by,
            **besides,
        )


def ask_payer(clinic: Clinic, who: Invented) -> None:
    """The biller asks a commercial plan for its benefits, and gets the leave that the policy wants."""
    clinic.pass_minutes(25)
    coverage = Coverage.objects.select_related("payer").get(
        patient=clinic.patient(who), rank=Coverage.Rank.PRIMARY, ends_on=None
    )
    commercial = coverage.payer.kind == CoverageKind.COMMERCIAL
    if commercial and who.number not in NOT_ASKED_YET:
        _verify(clinic, who, coverage)
    asks_leave = any(name == who.pays and says == AUTHORIZATION for name, _, says, _ in POLICIES)
    if asks_leave and who.number not in NO_LEAVE_YET:
        visits, elsewhere = LEAVE.get(who.number, USUAL_LEAVE)
        day = clinic.today()
        add_authorization(
            coverage=coverage,
            number=f"DEMO-{who.number}",
            starts_on=day,
            ends_on=day + WEEKS_OF_LEAVE,
            visits=visits,
            used_elsewhere=elsewhere,
            by=clinic.biller,
        )


def _verify(clinic: Clinic, who: Invented, coverage: Coverage) -> None:
    asks_leave, select = who.pays == BLUEGATE, coverage.plan == SELECT
    record_verification(
        coverage=coverage,
        verified_on=clinic.today() - timedelta(days=ASKED_LONG_AGO.get(who.number, 0)),
        way=Verification.Way.PORTAL if who.number % 3 else Verification.Way.PHONE,
        spoke_with="The portal" if who.number % 3 else "Maribel, provider line",
        reference=f"CALL-{who.number}",
        covered=Answer.NO if select else Answer.YES,
        authorization=Answer.YES if asks_leave else Answer.NO,
        limit=Answer.NO,
        limit_visits=None,
        limit_days=None,
        investigational=Answer.YES if select else Answer.NO,
        by=clinic.biller,
    )
