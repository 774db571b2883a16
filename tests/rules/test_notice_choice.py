from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.abn import BlankLine, Blanks, find_blank_problems
from emr.rules.notice_choice import Choice, choose_notice, reason_for

PROFESSIONS = ["PT", "PTA", "OT", "OTA", "AT", "DC", "MD", "DO", "NP", "PA", "student", ""]
KINDS = [
    "",
    "self_pay",
    "medicare",
    "medicare_advantage",
    "medicaid",
    "tricare",
    "commercial",
    "workers_comp",
    "auto",
]
POLICIES = ["covered", "authorization", "excluded", "investigational", "not_necessary", "unknown"]


@pytest.mark.parametrize(
    ("coverage_kind", "profession", "kind"),
    [
        ("", "PT", "estimate"),
        ("self_pay", "PT", "estimate"),
        ("self_pay", "DC", "estimate"),
        ("medicare", "PT", "abn"),
        ("medicare", "PTA", "abn"),
        ("medicare", "MD", "abn"),
        ("medicare", "", "abn"),
        ("medicare", "DC", "voluntary_abn"),
        ("medicare_advantage", "PT", "organization_determination"),
        ("medicare_advantage", "DC", "organization_determination"),
        ("medicaid", "PT", "none"),
        ("tricare", "PT", "agreement"),
        ("workers_comp", "PT", "none"),
        ("auto", "PT", "none"),
        ("commercial", "PT", "none"),
    ],
)
def test_the_notice_follows_from_coverage_and_clinician(coverage_kind, profession, kind):
    assert choose_notice(coverage_kind=coverage_kind, profession=profession).kind == kind


@pytest.mark.parametrize(
    ("policy", "kind", "to_do"),
    [
        ("covered", "none", "keep the verification current"),
        ("authorization", "none", "authorization is good"),
        ("unknown", "none", "verify the benefits"),
        ("excluded", "agreement", "agreement to pay"),
        ("investigational", "agreement", "agreement to pay"),
        ("not_necessary", "agreement", "agreement to pay"),
    ],
)
def test_with_a_commercial_plan_its_policy_decides(policy, kind, to_do):
    choice = choose_notice(coverage_kind="commercial", profession="PT", policy=policy)

    assert (choice.kind, to_do in choice.why) == (kind, True)


@pytest.mark.parametrize(("profession", "kind"), [("MD", "none"), ("DC", "voluntary_abn")])
def test_the_low_back_benefit_needs_no_abn_and_never_covers_a_chiropractor(profession, kind):
    choice = choose_notice(coverage_kind="medicare", profession=profession, low_back_benefit=True)

    assert choice.kind == kind


def test_without_coverage_the_desk_is_told_to_ask_for_it():
    assert choose_notice(coverage_kind="", profession="PT") == Choice(
        kind="estimate",
        why="No coverage is on file: ask for it, and until there is one give a good-faith"
        " estimate, which everybody without insurance is owed.",
        source="docs/rules/abn.md#which-notice",
    )


@given(
    st.sampled_from(KINDS), st.sampled_from(PROFESSIONS), st.sampled_from(POLICIES), st.booleans()
)
def test_every_visit_gets_one_sentence_that_says_why(kind, profession, policy, low_back_benefit):
    choice = choose_notice(
        coverage_kind=kind,
        profession=profession,
        policy=policy,
        low_back_benefit=low_back_benefit,
    )

    assert choice.why.endswith(".")
    assert choice.why.count(". ") == 0


@pytest.mark.parametrize(
    ("profession", "words"),
    [
        ("PT", "It does not pay a physical therapist for it."),
        ("OT", "It does not pay an occupational therapist for it."),
        ("", "It does not pay this clinician for it."),
        ("DC", "By law Medicare pays a chiropractor only for adjusting the spine by hand"),
        ("MD", "low back pain that has lasted 12 weeks or longer"),
        ("PA", "low back pain that has lasted 12 weeks or longer"),
    ],
)
def test_the_reason_for_medicare_names_the_clinician_or_the_condition(profession, words):
    assert words in reason_for(coverage_kind="medicare", profession=profession)


@pytest.mark.parametrize("profession", PROFESSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_reason_of_ours_is_plain_enough_for_blank_e(kind, profession):
    reason = reason_for(coverage_kind=kind, profession=profession)
    blanks = Blanks(
        notifier_name="Harbour Lane Physical Therapy",
        notifier_address="1 Harbour Lane",
        notifier_phone="970-555-0100",
        patient_name="Odette Marlow",
        lines=(BlankLine(service="Dry needling", reason=reason, estimate=Decimal(75)),),
    )

    assert find_blank_problems(blanks) == []
