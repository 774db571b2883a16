from datetime import date

import pytest

from emr.rules.code_pairs import pairs_between
from emr.rules.facts import Coverage, LowBack, Practice, Visit
from emr.rules.line_modifiers import modifiers_for
from emr.rules.payment import UNDECIDED, Payment

DAY = date(2026, 11, 23)
WITH_GA = Payment(claim="send", patient_pays="may", liability=("GA",), liability_why=("Notice.",))
EXCLUDED = Payment(
    claim="none", patient_pays="may", liability=("GX", "GY"), liability_why=("Given.", "Law.")
)
LATER_SESSION = Payment(claim="send", patient_pays="must_not", kx=True)
PAYER_ASKS = Coverage(needling_with_97140="59")


def reasons(code, *others, payment=UNDECIDED, practice=None, on=DAY, **coverage):
    visit = Visit(
        date_of_service=on,
        practice=practice or Practice(),
        coverage=Coverage(**coverage) if coverage else None,
    )
    codes = frozenset((code, *others))
    return modifiers_for(code, visit, payment, codes=codes, pairs=pairs_between(codes, on=on))


def put(*args, **facts):
    return [each.about for each in reasons(*args, **facts)]


@pytest.mark.parametrize(
    ("codes", "modifiers"),
    [
        (("99213", "20561"), ["25"]),
        (("99211", "20560"), ["25"]),
        (("99213", "20552"), []),  # a pair, and a person's decision
        (("99213", "97140"), []),
        (("99203", "20561"), []),  # no pair on record
        (("97161", "20561"), []),
        (("20561", "99213"), []),
    ],
)
def test_25_stands_on_a_visit_code_beside_needling(codes, modifiers):
    assert put(*codes) == modifiers


@pytest.mark.parametrize(
    ("code", "payment", "modifiers"),
    [
        ("20561", WITH_GA, ["GA"]),
        ("20560", EXCLUDED, ["GX", "GY"]),
        ("20560", LATER_SESSION, ["KX"]),
        ("20560", UNDECIDED, []),
        ("97110", WITH_GA, []),
        ("20552", EXCLUDED, []),
        ("97110", LATER_SESSION, []),
    ],
)
def test_who_pays_is_told_on_the_needling_line_alone(code, payment, modifiers):
    assert put(code, payment=payment) == modifiers


@pytest.mark.parametrize(
    ("codes", "facts", "modifiers"),
    [
        (("20560", "20552"), {}, ["XS"]),
        (("20561", "20553"), {"practice": Practice(modifier_for_distinct_muscles="59")}, ["59"]),
        (("20552", "20560"), {}, []),  # column 1 has none
        (("20561", "97140"), {}, []),
        (("20561", "97140"), {"needling_with_97140": "59"}, ["59"]),
        (("20561", "97140"), {"needling_with_97140": "XS"}, ["XS"]),
        (("20561", "97110"), {"needling_with_97140": "59"}, []),
        (("97140", "20561"), {"needling_with_97140": "59"}, []),
        # one is enough, and the payer's wish goes first
        (("20561", "20552", "97140"), {"needling_with_97140": "59"}, ["59"]),
        (("20561", "20552"), {"needling_with_97140": "59"}, ["XS"]),
        # pairs that a person decides
        (("20561", "20610"), {}, []),
        (("97140", "98940"), {}, []),
    ],
)
def test_a_distinct_service_is_told_on_the_needling_line(codes, facts, modifiers):
    assert put(*codes, **facts) == modifiers


@pytest.mark.parametrize(
    ("code", "is_therapy"),
    [
        ("97110", True),  # timed
        ("97010", True),  # untimed
        ("G0283", True),
        ("97161", True),  # an evaluation
        ("97168", True),
        ("20560", True),
        ("20561", True),
        ("20552", False),
        ("97810", False),
        ("98941", False),
        ("99213", False),
        ("97597", False),
        ("J1010", False),
        ("64450", False),
    ],
)
@pytest.mark.parametrize("modifier", ["GP", "GO"])
def test_the_plan_of_care_is_told_on_therapy_and_needling(code, is_therapy, modifier):
    assert put(code, therapy_plan_modifier=modifier) == ([modifier] if is_therapy else [])
    assert put(code, kind="medicare") == []


@pytest.mark.parametrize(
    ("payment", "modifiers"),
    [
        (WITH_GA, ["GA", "XS", "GP"]),
        (EXCLUDED, ["GX", "GY", "XS", "GP"]),
        (LATER_SESSION, ["XS", "GP", "KX"]),
    ],
)
def test_modifiers_stand_in_the_order_of_a_claim_and_four_are_enough(payment, modifiers):
    assert put("20561", "20552", payment=payment, therapy_plan_modifier="GP") == modifiers


def test_every_modifier_says_why_and_where_it_comes_from():
    found = [
        *reasons("99213", "20561"),
        *reasons("20561", "20552", payment=WITH_GA, therapy_plan_modifier="GP"),
        *reasons(
            "20561", "97140", payment=LATER_SESSION, needling_with_97140="59",
            therapy_plan_modifier="GO",
        ),
    ]  # fmt: skip

    assert [(each.about, each.why, each.source) for each in found] == [
        (
            "25",
            "On a day of needling a visit code is paid only for an evaluation that went beyond it.",
            "docs/rules/code_pairs.md#visit-codes",
        ),
        ("GA", "Notice.", "docs/rules/modifiers.md#liability"),
        (
            "XS",
            "Other muscles were needled than injected, and the needling is the code of the pair"
            " that would be denied.",
            "docs/rules/code_pairs.md#injection-and-needling",
        ),
        (
            "GP",
            "The service stands under a physical therapist's plan of care.",
            "docs/rules/modifiers.md#plan-of-care",
        ),
        (
            "59",
            "This payer's policy asks for 59 on needling beside 97140.",
            "docs/rules/modifiers.md#needling-beside-manual-therapy",
        ),
        (
            "GO",
            "The service stands under an occupational therapist's plan of care.",
            "docs/rules/modifiers.md#plan-of-care",
        ),
        (
            "KX",
            "It is one of the sessions 13 to 20 in 12 months of Medicare's low-back benefit.",
            "docs/rules/abn.md#low-back-benefit",
        ),
    ]


@pytest.mark.parametrize(
    ("improving", "ending"),
    [(True, "low-back benefit, and the patient improves."), (False, "low-back benefit.")],
)
def test_kx_says_that_the_patient_improves_only_where_they_do(improving, ending):
    visit = Visit(date_of_service=DAY, low_back=LowBack(improving=improving))

    [kx] = modifiers_for("20561", visit, LATER_SESSION, codes={"20561"}, pairs=())

    assert (kx.about, kx.why.endswith(ending)) == ("KX", True)
