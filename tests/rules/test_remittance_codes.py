import re

import pytest

from emr.rules.denials import NEXT_STEPS
from emr.rules.remittance_codes import code_gist, find_code, remittance_codes


@pytest.mark.parametrize(
    ("kind", "code", "gist"),
    [
        ("GROUP", "PR", "Put on the patient"),
        ("CARC", "50", "Not seen as medically necessary"),
        ("CARC", " b7 ", "Provider not enrolled for this on that day"),
        ("RARC", "m38", "Patient was told in writing, agreed, and owes it"),
        ("RARC", "50", ""),
        ("CARC", "PR", ""),
        ("CARC", "999", ""),
        ("CARC", "", ""),
    ],
)
def test_a_code_is_told_in_our_words_or_not_known(kind, code, gist):
    assert code_gist(kind, code) == gist


def test_a_code_says_what_it_speaks_of_and_where_that_stands():
    code = find_code("CARC", "253")

    assert (code.about, code.medicare_effect, code.next_step) == (
        "contract",
        "do_not_collect",
        "write_off",
    )
    assert code.source.startswith("X12 list")


def test_the_table_of_codes_is_well_formed():
    rows = remittance_codes()
    form = {"GROUP": "[A-Z]{2}", "CARC": "[A-Z]?[1-9][0-9]{0,2}", "RARC": "(MA|M|N)[0-9]{1,3}"}

    assert len({(each.kind, each.code) for each in rows}) == len(rows) == 67
    assert [each for each in rows if not re.fullmatch(form[each.kind], each.code)] == []
    assert [each for each in rows if not (each.gist and each.note and each.source)] == []
    assert {each.medicare_effect for each in rows} == {
        "collect",
        "depends",
        "do_not_collect",
        "fix_and_resubmit",
        "none",
    }
    assert {each.next_step for each in rows} <= {"", *NEXT_STEPS}


def test_every_reason_speaks_of_something_and_leads_somewhere():
    reasons = [each for each in remittance_codes() if each.kind == "CARC"]

    assert {each.about for each in reasons} == {
        "authorization",
        "bundled",
        "contract",
        "cost_share",
        "eligibility",
        "exclusion",
        "informs",
        "necessity",
        "wrong_claim",
    }
    assert [each.code for each in reasons if not each.next_step] == []
