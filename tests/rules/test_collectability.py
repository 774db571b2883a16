import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emr.rules.collectability import collectability_of
from emr.rules.denials import NEXT_STEPS, Adjustment, AnsweredLine, OnFile
from emr.rules.remittance_codes import remittance_codes

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "denials.md"
PAYERS = (
    "medicare",
    "medicare_advantage",
    "medicaid",
    "tricare",
    "commercial",
    "workers_comp",
    "auto",
)
PATIENT, NEVER, LOOK = "collect", "do_not_collect", "look"


def adjusted(words):
    """The adjustments of "PR 50 65, CO 45 10"."""
    parts = [each.split() for each in words.split(", ")]
    return tuple(
        Adjustment(group=group, reason=reason, amount=Decimal(amount))
        for group, reason, amount in parts
    )


def line(words, payer="medicare", *, remarks="", **facts):
    on_file = OnFile(**{key: facts.pop(key) for key in list(facts) if hasattr(OnFile(), key)})
    return AnsweredLine(
        payer_kind=payer,
        adjustments=adjusted(words),
        remarks=tuple(remarks.split()),
        on_file=on_file,
        **facts,
    )


def answered(*args, **facts):
    whole = collectability_of(line(*args, **facts)).whole
    return whole.decision, whole.next_step


VALID = {"abn": "valid", "option": 1}
REFUSED = {"abn": "valid", "option": None}
NO_CLAIM = {"abn": "valid", "option": 2}


@pytest.mark.parametrize("policy", ["look", "collect", "never"])
@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.parametrize("group", ["CO", "PI", "co "])
def test_what_contract_or_payer_takes_off_is_never_billed_to_the_patient(group, payer, policy):
    for reason in [each.code for each in remittance_codes() if each.kind == "CARC"]:
        told = collectability_of(
            line(
                f"{group.strip()} {reason} 65",
                payer,
                remarks="M38 N425",
                **VALID,
                agreement=True,
                determination_denied=True,
                waiver_allowed=True,
                excluded_by_law=True,
                necessity_denials=policy,
            )
        )

        assert told.whole.decision == NEVER


@pytest.mark.parametrize(
    ("words", "next_step"),
    [
        ("CO 45 10", "write_off"),
        ("CO 253 1.30", "write_off"),
        ("CO 59 5", "write_off"),
        ("CO 2 5", "write_off"),
        ("CO 50 65", "appeal"),
        ("CO 97 65", "correct_and_resubmit"),
        ("CO 16 65", "correct_and_resubmit"),
        ("CO 197 65", "authorize_afterwards"),
        ("CO 109 65", "bill_right_payer"),
        ("CO 999 65", "look_up"),
        ("CO 45 -10", "reconcile"),
        ("PI 50 65", "dispute"),
        ("PI 999 65", "dispute"),
        ("PI 50 -65", "reconcile"),
        ("OA 18 65", "nothing"),
        ("OA 23 65", "nothing"),
        ("PR 50 0", "nothing"),
        ("PR 97 65", "correct_and_resubmit"),
        ("PR 234 65", "correct_and_resubmit"),
        ("PR 236 65", "correct_and_resubmit"),
        ("PR 4 65", "correct_and_resubmit"),
        ("PR B7 65", "correct_and_resubmit"),
    ],
)
def test_what_is_not_the_patients_says_what_to_do_instead(words, next_step):
    assert answered(words, **VALID, necessity_denials="collect") == (NEVER, next_step)


@pytest.mark.parametrize(
    ("words", "next_step"),
    [
        ("CR 45 10", "reconcile"),
        ("CR 999 10", "reconcile"),
        ("PR 50 -65", "reconcile"),
        ("OA 18 -65", "reconcile"),
        ("OA 50 65", "look_up"),
        ("OA 1 65", "look_up"),
        ("OA 999 65", "look_up"),
        ("PR 999 65", "look_up"),
        ("XX 50 65", "look_up"),
        ("PR 18 65", "reconcile"),
        ("PR 23 65", "reconcile"),
        ("PR 31 65", "bill_right_payer"),
        ("PR 197 65", "authorize_afterwards"),
        ("PR 45 65", "read_contract"),
        ("PR 222 65", "read_contract"),
    ],
)
def test_a_person_looks_where_no_rule_settles_it(words, next_step):
    assert answered(words, **VALID, necessity_denials="collect") == (LOOK, next_step)


@pytest.mark.parametrize("reason", ["50", "55", "56", "150", "151", "167", "273"])
@pytest.mark.parametrize(
    ("on_file", "policy", "expected"),
    [
        (VALID, "look", (LOOK, "set_policy")),
        (VALID, "collect", (PATIENT, "bill_patient")),
        (VALID, "never", (NEVER, "write_off")),
        (REFUSED, "look", (LOOK, "set_policy")),
        (REFUSED, "collect", (PATIENT, "bill_patient")),
        (NO_CLAIM, "look", (LOOK, "reconcile")),
        (NO_CLAIM, "collect", (LOOK, "reconcile")),
        (NO_CLAIM, "never", (LOOK, "reconcile")),
        ({"abn": "valid", "option": 3}, "collect", (NEVER, "write_off")),
        ({"abn": "not_valid", "option": 1}, "collect", (NEVER, "write_off")),
        ({"abn": "voluntary"}, "collect", (NEVER, "write_off")),
        ({}, "collect", (NEVER, "write_off")),
        ({}, "look", (NEVER, "write_off")),
    ],
)
def test_a_denial_for_necessity_with_medicare_goes_by_notice_and_policy(
    reason, on_file, policy, expected
):
    assert answered(f"PR {reason} 65", **on_file, necessity_denials=policy) == expected


def test_until_the_practice_chose_both_rules_are_told():
    assert collectability_of(line("PR 50 65", **VALID)).whole.why == (
        "Medicare's rule: a valid ABN shifts a denial for necessity to the patient. Older guidance"
        " says never to collect it, so it waits for the practice's policy; Medicare's rule is"
        " recommended."
    )


@pytest.mark.parametrize("reason", ["96", "119", "170", "185", "204"])
@pytest.mark.parametrize(
    ("on_file", "expected"),
    [
        (VALID, (PATIENT, "bill_patient")),
        (NO_CLAIM, (LOOK, "reconcile")),
        ({"abn": "valid", "option": 3}, (NEVER, "write_off")),
        ({"abn": "not_valid", "option": 1}, (NEVER, "write_off")),
        ({"abn": "voluntary"}, (NEVER, "write_off")),
        ({}, (LOOK, "find_notice")),
    ],
)
def test_an_exclusion_with_medicare_goes_by_the_notice(reason, on_file, expected):
    assert answered(f"PR {reason} 65", **on_file) == expected
    assert answered(f"PR {reason} 65", **on_file, necessity_denials="never") == expected


@pytest.mark.parametrize("remark", ["N115", "N386"])
def test_an_exclusion_by_a_coverage_decision_is_a_judgement_of_necessity(remark):
    assert answered("PR 96 65", remarks=remark, **VALID) == (LOOK, "set_policy")
    assert answered("PR 96 65", remarks=remark) == (NEVER, "write_off")
    assert answered("PR 2 65", remarks=remark) == (PATIENT, "bill_patient")


@pytest.mark.parametrize(
    ("remark", "facts", "expected"),
    [
        ("M38", VALID, (LOOK, "set_policy")),
        ("M38", VALID | {"necessity_denials": "collect"}, (PATIENT, "bill_patient")),
        ("M38", {}, (LOOK, "find_notice")),
        ("M38", {"abn": "not_valid"}, (NEVER, "write_off")),
        ("M39", VALID | {"necessity_denials": "collect"}, (NEVER, "write_off")),
        ("M27", VALID | {"necessity_denials": "collect"}, (NEVER, "appeal")),
        ("N425", {}, (PATIENT, "bill_patient")),
        ("N425", {"necessity_denials": "never"}, (PATIENT, "bill_patient")),
        ("N425", {"abn": "voluntary"}, (PATIENT, "bill_patient")),
        ("N425", {"abn": "valid", "option": 3}, (NEVER, "write_off")),
        ("N174", {}, (NEVER, "write_off")),
        ("MA01 MA02 MA13 N130", VALID, (LOOK, "set_policy")),
        ("MA130", VALID | {"necessity_denials": "collect"}, (NEVER, "correct_and_resubmit")),
        ("N519", VALID | {"necessity_denials": "collect"}, (LOOK, "correct_and_resubmit")),
        ("N519", {}, (NEVER, "write_off")),
        ("N999", VALID | {"necessity_denials": "collect"}, (LOOK, "look_up")),
        ("N999", {}, (NEVER, "write_off")),
        ("N781", VALID | {"necessity_denials": "collect"}, (NEVER, "bill_medicaid")),
    ],
)
def test_a_remark_says_what_the_reason_does_not(remark, facts, expected):
    assert answered("PR 50 65", remarks=remark, **facts) == expected


@pytest.mark.parametrize("reason", ["50", "96", "170"])
def test_what_the_law_excludes_is_the_patients_with_medicare_alone(reason):
    excluded = {"excluded_by_law": True, "necessity_denials": "never"}

    assert answered(f"PR {reason} 65", **excluded) == (PATIENT, "bill_patient")
    assert answered(f"PR {reason} 65", "medicaid", **excluded)[0] == NEVER
    assert answered("PR 50 65", "commercial", remarks="N425") == (NEVER, "appeal")


@pytest.mark.parametrize("remark", ["N781", "N782", "N783"])
@pytest.mark.parametrize("words", ["PR 1 65", "PR 2 65", "PR 3 65", "PR 50 65", "OA 50 65"])
def test_a_patient_with_qmb_is_never_billed(words, remark):
    for facts in ({"qmb": True}, {"remarks": remark}):
        facts |= VALID | {"necessity_denials": "collect", "excluded_by_law": True}

        assert answered(words, **facts) == (NEVER, "bill_medicaid")
        assert answered(words, "medicaid", **facts) == (NEVER, "write_off")


@pytest.mark.parametrize(
    ("payer", "expected"),
    [
        ("medicare", (PATIENT, "bill_patient")),
        ("medicare_advantage", (PATIENT, "bill_patient")),
        ("tricare", (PATIENT, "bill_patient")),
        ("commercial", (PATIENT, "bill_patient")),
        ("medicaid", (LOOK, "look_up")),
        ("workers_comp", (LOOK, "look_up")),
        ("auto", (LOOK, "look_up")),
        ("self_pay", (LOOK, "look_up")),
        ("", (LOOK, "look_up")),
    ],
)
@pytest.mark.parametrize("reason", ["1", "2", "3"])
def test_deductible_coinsurance_and_copay_are_the_patients(reason, payer, expected):
    assert answered(f"PR {reason} 20", payer) == expected
    assert answered(f"PR {reason} 20", payer, necessity_denials="never") == expected


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("PR 50 65", {}, (NEVER, "appeal")),
        ("PR 50 65", VALID, (NEVER, "appeal")),
        ("PR 50 65", {"determination_denied": True}, (PATIENT, "bill_patient")),
        (
            "PR 50 65",
            {"determination_denied": True, "necessity_denials": "never"},
            (PATIENT, "bill_patient"),
        ),
        ("PR 204 65", {}, (LOOK, "read_contract")),
        ("PR 204 65", {"determination_denied": True}, (PATIENT, "bill_patient")),
    ],
)
def test_with_medicare_advantage_the_determination_decides(words, facts, expected):
    assert answered(words, "medicare_advantage", **facts) == expected


AGREED = {"agreement": True}


@pytest.mark.parametrize(
    ("words", "facts", "expected"),
    [
        ("PR 55 65", {}, (NEVER, "appeal")),
        ("PR 55 65", {"waiver_allowed": True}, (NEVER, "appeal")),
        ("PR 55 65", AGREED, (LOOK, "read_contract")),
        ("PR 55 65", AGREED | {"waiver_allowed": True}, (PATIENT, "bill_patient")),
        ("PR 55 65", AGREED | {"waiver_allowed": False}, (NEVER, "appeal")),
        (
            "PR 55 65",
            AGREED | {"waiver_allowed": True, "necessity_denials": "never"},
            (PATIENT, "bill_patient"),
        ),
        ("PR 204 65", {}, (LOOK, "find_notice")),
        ("PR 204 65", AGREED, (PATIENT, "bill_patient")),
        ("PR 204 65", AGREED | {"waiver_allowed": True}, (PATIENT, "bill_patient")),
        ("PR 204 65", AGREED | {"waiver_allowed": False}, (LOOK, "read_contract")),
        ("PR 204 65", AGREED | {"necessity_denials": "never"}, (PATIENT, "bill_patient")),
    ],
)
def test_with_a_commercial_plan_agreement_and_contract_decide(words, facts, expected):
    assert answered(words, "commercial", **facts) == expected


@pytest.mark.parametrize("reason", ["50", "55", "204"])
def test_with_tricare_the_agreement_decides(reason):
    assert answered(f"PR {reason} 65", "tricare") == (LOOK, "find_notice")
    assert answered(f"PR {reason} 65", "tricare", agreement=True) == (PATIENT, "bill_patient")


@pytest.mark.parametrize(
    ("payer", "expected"),
    [
        ("medicaid", (NEVER, "appeal")),
        ("workers_comp", (NEVER, "appeal")),
        ("auto", (NEVER, "appeal")),
        ("self_pay", (LOOK, "bill_right_payer")),
        ("", (LOOK, "bill_right_payer")),
    ],
)
@pytest.mark.parametrize("reason", ["50", "204"])
def test_other_payers_denials_are_not_the_patients(reason, payer, expected):
    assert answered(f"PR {reason} 65", payer, agreement=True, waiver_allowed=True) == expected


@pytest.mark.parametrize("words", ["PR 2 20", "PR 96 65"])
def test_a_payer_that_follows_is_asked_before_the_patient(words):
    assert answered(words, **VALID) == (PATIENT, "bill_patient")
    assert answered(words, **VALID, another_payer_follows=True) == (LOOK, "bill_next_payer")


def test_each_adjustment_has_its_own_answer_and_the_line_one_for_all():
    told = collectability_of(line("CO 45 30.50, PR 2 9.90, PR 1 20.10"))

    assert [(each.decision, each.amount, each.next_step) for each in told.adjustments] == [
        (NEVER, Decimal("30.50"), "write_off"),
        (PATIENT, Decimal("9.90"), "bill_patient"),
        (PATIENT, Decimal("20.10"), "bill_patient"),
    ]
    assert (told.whole.decision, told.whole.amount) == (PATIENT, Decimal("30.00"))
    assert told.whole.why == "Deductible: the share that the plan leaves to the patient."


def test_a_line_is_for_a_person_as_soon_as_one_adjustment_is():
    told = collectability_of(line("CO 45 30, PR 2 10, PR 50 65", **VALID))

    assert [each.decision for each in told.adjustments] == [NEVER, PATIENT, LOOK]
    assert (told.whole.decision, told.whole.amount) == (LOOK, Decimal(65))


def test_a_line_without_adjustments_leaves_nothing_to_ask_for():
    whole = collectability_of(AnsweredLine(payer_kind="medicare", remarks=("n999",))).whole

    assert (whole.decision, whole.amount, whole.next_step, whole.unknown) == (
        NEVER,
        Decimal(0),
        "nothing",
        ("RARC N999",),
    )


def test_unknown_codes_are_shown_and_never_dropped():
    told = collectability_of(line("CO 997 5, XX 998 5, PR 2 5", remarks="N999 M38"))

    assert [each.unknown for each in told.adjustments] == [
        ("CARC 997", "RARC N999"),
        ("GROUP XX", "CARC 998", "RARC N999"),
        ("RARC N999",),
    ]
    assert told.whole.unknown == ("CARC 997", "CARC 998", "GROUP XX", "RARC N999")


@pytest.mark.parametrize(
    ("facts", "remarks", "hint"),
    [
        (
            VALID,
            "",
            " A valid ABN is on file: check that the claim carried GA, and ask for a review.",
        ),
        ({}, "M38", " Remark M38 says that the patient owes it: ask the payer which holds."),
        ({}, "", ""),
    ],
)
def test_where_file_or_remark_speak_against_the_group_it_is_said(facts, remarks, hint):
    told = collectability_of(line("CO 50 65", remarks=remarks, **facts)).whole

    assert told.why == f"Group CO is never billed to the patient, whatever was signed.{hint}"


KNOWN = [(each.kind, each.code) for each in remittance_codes()]
CODES = {kind: [code for each, code in KNOWN if each == kind] for kind in ("GROUP", "CARC", "RARC")}
AMOUNTS = st.decimals(-1000, 1000, places=2)
LINES = st.builds(
    AnsweredLine,
    payer_kind=st.sampled_from(["", "self_pay", "nonsense", *PAYERS]),
    adjustments=st.lists(
        st.builds(
            Adjustment,
            group=st.sampled_from(CODES["GROUP"]) | st.text(max_size=4),
            reason=st.sampled_from(CODES["CARC"]) | st.text(max_size=4),
            amount=AMOUNTS,
        ),
        max_size=4,
    ).map(tuple),
    remarks=st.lists(
        st.sampled_from(CODES["RARC"]) | st.text(max_size=5), max_size=3, unique=True
    ).map(tuple),
    on_file=st.builds(
        OnFile,
        abn=st.sampled_from(["none", "valid", "not_valid", "voluntary"]),
        option=st.none() | st.integers(1, 3),
        agreement=st.booleans(),
        determination_denied=st.booleans(),
    ),
    excluded_by_law=st.booleans(),
    qmb=st.booleans(),
    waiver_allowed=st.none() | st.booleans(),
    another_payer_follows=st.booleans(),
    necessity_denials=st.sampled_from(["look", "collect", "never"]),
)


@given(LINES)
def test_whatever_comes_back_is_answered_with_its_source_and_only_pr_is_collected(any_line):
    headings = set(re.findall(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), re.M))
    anchors = {each.lower().replace(" ", "-") for each in headings}

    told = collectability_of(any_line)

    assert len(told.adjustments) == len(any_line.adjustments)
    for each in (told.whole, *told.adjustments):
        assert each.next_step in NEXT_STEPS
        page, anchor = each.source.split("#")
        assert (page, anchor in anchors) == ("docs/rules/denials.md", True)
        assert (each.decision == "collect") == (each.next_step == "bill_patient")
    for adjustment, each in zip(any_line.adjustments, told.adjustments, strict=True):
        assert each.amount == adjustment.amount
        if each.decision == "collect":
            assert adjustment.group.strip().upper() == "PR"
            assert adjustment.amount > 0
            assert not any_line.qmb
            assert each.unknown == ()
