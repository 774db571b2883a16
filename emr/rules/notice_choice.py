"""Which financial notice a patient is owed before needling, and the reason to write on it.

Sources and our choices: docs/rules/abn.md#which-notice
"""

from dataclasses import dataclass
from typing import Literal

SOURCE = "docs/rules/abn.md#which-notice"

NoticeKind = Literal[
    "abn", "voluntary_abn", "organization_determination", "estimate", "agreement", "none"
]

CHIROPRACTOR = "DC"
# Policies under which a commercial plan will not pay.
POLICIES_THAT_DO_NOT_PAY = ("excluded", "investigational", "not_necessary")


@dataclass(frozen=True, kw_only=True)
class Choice:
    kind: NoticeKind
    why: str  # one sentence for the front desk
    source: str = SOURCE


_CHOICE_OF_COVERAGE = {
    "": Choice(
        kind="estimate",
        why="No coverage is on file: ask for it, and until there is one give a good-faith"
        " estimate, which everybody without insurance is owed.",
    ),
    "self_pay": Choice(
        kind="estimate",
        why="The patient pays without insurance and is owed a good-faith estimate of the price.",
    ),
    "medicare_advantage": Choice(
        kind="organization_determination",
        why="An ABN is not allowed with Medicare Advantage: ask the plan for an organization"
        " determination before the visit and record its answer.",
    ),
    "medicaid": Choice(
        kind="none",
        why="Medicaid patients are not asked to pay, so no notice is needed: check whether the"
        " state's program covers needling.",
    ),
    "tricare": Choice(
        kind="agreement",
        why="TRICARE does not pay for dry needling: have an agreement to pay signed before the"
        " visit, or do not needle.",
    ),
    "workers_comp": Choice(
        kind="none",
        why="The injury claim pays or nobody does, so no notice is needed: check that the adjuster"
        " has approved needling.",
    ),
    "auto": Choice(
        kind="none",
        why="The accident claim pays, so no notice is needed: check that the insurer accepts"
        " needling.",
    ),
}

_CHOICE_OF_POLICY = {
    "excluded": Choice(
        kind="agreement",
        why="The plan excludes dry needling: have an agreement to pay signed before the visit.",
    ),
    "investigational": Choice(
        kind="agreement",
        why="The plan calls dry needling investigational: have an agreement to pay signed before"
        " the visit, and check that the contract lets you collect.",
    ),
    "not_necessary": Choice(
        kind="agreement",
        why="The plan calls dry needling not medically necessary: have an agreement to pay signed"
        " before the visit, and check that the contract lets you collect.",
    ),
    "covered": Choice(
        kind="none",
        why="The plan covers dry needling, so no notice is needed: keep the verification current.",
    ),
    "authorization": Choice(
        kind="none",
        why="The plan pays after authorization, so no notice is needed: check that the"
        " authorization is good on the day of the visit.",
    ),
    "unknown": Choice(
        kind="none",
        why="It is not known whether the plan pays for dry needling: verify the benefits before"
        " the visit, then look again which notice is needed.",
    ),
}

_MEDICARE = Choice(
    kind="abn",
    why="Medicare will likely not find this needling reasonable and necessary: have an ABN signed"
    " before the visit, or the patient owes nothing.",
)
_MEDICARE_LOW_BACK = Choice(
    kind="none",
    why="The visit falls under Medicare's low-back benefit, so Medicare is billed and no ABN is"
    " needed.",
)
_MEDICARE_CHIROPRACTOR = Choice(
    kind="voluntary_abn",
    why="The law excludes all that a chiropractor does but adjusting the spine, so the patient pays"
    " without an ABN; a voluntary notice, without option or signature, is a courtesy.",
)


def choose_notice(
    *,
    coverage_kind: str,
    profession: str,
    policy: str = "unknown",
    low_back_benefit: bool = False,
) -> Choice:
    """The notice that this coverage, clinician and payer's policy ask for, and why.

    `low_back_benefit` says that all conditions of Medicare's low-back benefit are met.
    """
    if coverage_kind == "commercial":
        return _CHOICE_OF_POLICY[policy]
    if coverage_kind != "medicare":
        return _CHOICE_OF_COVERAGE[coverage_kind]
    if profession == CHIROPRACTOR:
        return _MEDICARE_CHIROPRACTOR
    return _MEDICARE_LOW_BACK if low_back_benefit else _MEDICARE


# The clinician as the patient reads it.
_CLINICIAN = {
    "PT": "a physical therapist",
    "PTA": "a physical therapist assistant",
    "OT": "an occupational therapist",
    "OTA": "an occupational therapy assistant",
    "AT": "an athletic trainer",
    "student": "a student",
}
# Those to whom the low-back benefit is open, so that only its conditions can fail.
MAY_FURNISH_LOW_BACK = ("MD", "DO", "NP", "PA")

_REASON_OF_COVERAGE = {
    "": "No insurance that could be billed for this visit is on file.",
    "self_pay": "You chose to pay for this visit yourself, and no insurance will be billed.",
    "medicare_advantage": "Your Medicare Advantage plan decides before the visit whether it pays"
    " for dry needling, and it has said that it does not.",
    "medicaid": "Your state's Medicaid program decides whether it pays for dry needling, and you"
    " are not asked to pay in its place.",
    "tricare": "TRICARE regards dry needling as not yet proven and does not pay for it.",
    "workers_comp": "The insurer of your work injury decides whether it pays for dry needling, and"
    " you are not asked to pay in its place.",
    "auto": "The insurer of your accident decides whether it pays for dry needling, and you are"
    " not asked to pay in its place.",
    "commercial": "Your health plan's rules leave dry needling out, or count it as not yet proven"
    " or not needed to treat your problem, so we expect the plan not to pay for it.",
}
_REASON_OF_LAW = (
    "By law Medicare pays a chiropractor only for adjusting the spine by hand, and so never for"
    " dry needling by a chiropractor."
)
_REASON_OF_CONDITIONS = (
    "Medicare pays for dry needling only for low back pain that has lasted 12 weeks or longer, and"
    " only for a limited number of visits. We expect that this treatment does not meet those rules."
)


def reason_for(*, coverage_kind: str, profession: str) -> str:
    """Why the payer may not pay, in words for the patient: blank E of an ABN, or an agreement."""
    if coverage_kind != "medicare":
        return _REASON_OF_COVERAGE[coverage_kind]
    if profession == CHIROPRACTOR:
        return _REASON_OF_LAW
    if profession in MAY_FURNISH_LOW_BACK:
        return _REASON_OF_CONDITIONS
    clinician = _CLINICIAN.get(profession, "this clinician")
    return (
        "Medicare pays for dry needling only for long-lasting low back pain, and only when certain"
        f" doctors and specially trained clinicians give it. It does not pay {clinician} for it."
    )
