"""Every rule that judges a whole visit, by family: a new rule family is a new row here.

What each finding means: docs/rules/check_visit.md
"""

from collections.abc import Callable

from emr.rules.abn_findings import find_abn_problems
from emr.rules.charged_lines import (
    find_both_sides,
    find_clashes,
    find_units_without_minutes,
)
from emr.rules.charged_needling import (
    find_both_codes,
    find_code_against_count,
    find_no_muscle,
    find_units_above_one,
)
from emr.rules.completeness import find_gaps
from emr.rules.consent_status import find_consent_problems
from emr.rules.daily_limits import find_units_above_limit
from emr.rules.diagnoses import find_diagnosis_problems
from emr.rules.drugs import find_drug_problems
from emr.rules.estimates import find_estimate_problems
from emr.rules.facts import Visit
from emr.rules.findings import Finding
from emr.rules.hidden_needling import find_hidden_needling
from emr.rules.low_back import find_low_back_problems
from emr.rules.pair_findings import (
    find_acupuncture,
    find_modifiers_without_pair,
    find_pairs,
)
from emr.rules.payer_policy import find_payer_problems
from emr.rules.reckoning import Reckoning
from emr.rules.scope import find_scope_problems
from emr.rules.timed_units import find_ties

# A judge is given the visit and what was worked out of it: the count, the lines and who pays.
Judge = Callable[[Visit, Reckoning], list[Finding]]

JUDGES: tuple[Judge, ...] = (
    lambda visit, worked: find_no_muscle(visit),
    lambda visit, worked: list(worked.count.findings),
    lambda visit, worked: find_code_against_count(visit, worked.count),
    lambda visit, worked: find_both_codes(visit),
    lambda visit, worked: find_units_above_one(visit),
    lambda visit, worked: find_units_above_limit(visit, worked.lines),
    lambda visit, worked: find_acupuncture(visit, worked.codes),
    lambda visit, worked: find_pairs(visit, worked.count, codes=worked.codes, pairs=worked.pairs),
    lambda visit, worked: find_modifiers_without_pair(
        visit, codes=worked.codes, pairs=worked.pairs
    ),
    lambda visit, worked: find_clashes(visit.charged),
    lambda visit, worked: find_both_sides(visit.charged),
    lambda visit, worked: find_ties(worked.units),
    lambda visit, worked: find_units_without_minutes(visit.charged, worked.units),
    lambda visit, worked: find_hidden_needling(visit),
    lambda visit, worked: find_drug_problems(visit),
    lambda visit, worked: find_diagnosis_problems(visit, has_lines=bool(worked.lines)),
    lambda visit, worked: [] if visit.note is None else find_gaps(visit.note),
)
# These look only at a visit with needling done or billed.
JUDGES_OF_NEEDLING: tuple[Judge, ...] = (
    lambda visit, worked: find_consent_problems(visit),
    lambda visit, worked: find_abn_problems(visit),
    lambda visit, worked: find_low_back_problems(visit),
    lambda visit, worked: find_payer_problems(visit),
    lambda visit, worked: find_estimate_problems(visit),
    lambda visit, worked: find_scope_problems(visit),
)
