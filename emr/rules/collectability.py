"""Whether the patient may be asked for what a payer did not pay.

Decided by group code, reason, remarks and what was on file before the service, never by the words
"medically necessary" alone. The order, its sources and our choices: docs/rules/denials.md
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from emr.rules.abn_findings import OPTION_DECLINED
from emr.rules.denials import (
    Adjustment,
    AnsweredLine,
    Case,
    Collectability,
    LineCollectability,
    collect,
    look,
    never,
)
from emr.rules.denials_by_payer import PAYERS_WITH_SHARES, by_payer
from emr.rules.remittance_codes import RemittanceCode, code_gist, find_code, folded


def collectability_of(line: AnsweredLine) -> LineCollectability:
    """Judge every adjustment of a line; amounts are dollars, and finite."""
    judged = tuple(_judge(each, line) for each in line.adjustments)
    return LineCollectability(whole=_whole(judged, line), adjustments=judged)


def _judge(adjustment: Adjustment, line: AnsweredLine) -> Collectability:
    codes = [find_code("RARC", each) for each in line.remarks]
    case = Case(
        line=line,
        group=folded(adjustment.group),
        reason=find_code("CARC", adjustment.reason),
        amount=adjustment.amount,
        remarked=frozenset(each.about for each in codes if each),
    )
    answer = next(found for step in STEPS if (found := step(case)))
    if answer.decision == "collect":
        answer = _tempered(answer, case)
    return replace(answer, amount=adjustment.amount, unknown=_unknown_of(adjustment, line))


def _whole(judged: tuple[Collectability, ...], line: AnsweredLine) -> Collectability:
    unknown = tuple(sorted({code for each in judged for code in each.unknown}))
    for decision in ("look", "collect", "do_not_collect"):
        about = [each for each in judged if each.decision == decision]
        if about:
            amount = sum((each.amount for each in about), Decimal(0))
            largest = max(about, key=lambda each: each.amount)
            return replace(largest, amount=amount, unknown=unknown)
    return replace(never("Nothing was left unpaid.", "nothing"), unknown=_unknown_remarks(line))


# The steps, in their order; the first that answers decides.


def _unprocessable(case: Case) -> Collectability | None:
    if "unprocessable" not in case.remarked:
        return None
    why = "The payer could not process the claim, so nothing is decided yet."
    return never(why, "correct_and_resubmit", anchor="corrections")


def _no_amount(case: Case) -> Collectability | None:
    return None if case.amount else never("No amount is left open.", "nothing")


def _not_put_on_the_patient(case: Case) -> Collectability | None:
    if case.group not in ("CO", "PI"):
        return None
    why = f"Group {case.group} is never billed to the patient, whatever was signed."
    if case.amount < 0:
        return never(why, "reconcile", anchor="group-code")
    if case.group == "PI":
        return never(why, "dispute", anchor="group-code")
    step = case.reason.next_step if case.reason else "look_up"
    if case.is_necessity and case.line.payer_kind == "medicare" and case.has_valid_abn:
        why += " A valid ABN is on file: check that the claim carried GA, and ask for a review."
    elif "notice_good" in case.remarked:
        why += " Remark M38 says that the patient owes it: ask the payer which holds."
    return never(why, "write_off" if step == "bill_patient" else step, anchor="group-code")


def _taken_back(case: Case) -> Collectability | None:
    if case.group != "CR" and case.amount > 0:
        return None
    why = "This takes back or corrects an earlier answer; what was collected may be owed back."
    return look(why, "reconcile", anchor="group-code")


def _only_informs(case: Case) -> Collectability | None:
    if case.group != "OA" or case.about != "informs":
        return None
    return never(f"It only informs: {_lowered(case.reason)}.", "nothing", anchor="group-code")


def _medicaid_follows(case: Case) -> Collectability | None:
    if not case.line.qmb and "medicaid_follows" not in case.remarked:
        return None
    why = "A patient with QMB or full Medicaid is never billed, whatever was signed."
    step = "write_off" if case.line.payer_kind == "medicaid" else "bill_medicaid"
    return never(why, step, anchor="qmb")


def _not_known(case: Case) -> Collectability | None:
    if case.reason and code_gist("GROUP", case.group):
        return None
    return look("A group or reason code is not known here.", "look_up", anchor="codes")


def _neither(case: Case) -> Collectability | None:
    if case.group != "OA":
        return None
    why = f"Group OA puts it on nobody; the reason has to tell: {_lowered(case.reason)}."
    return look(why, "look_up", anchor="group-code")


# From here on the group is PR.

_LOOK_AT_REASON = {
    "eligibility": "Coverage seems not to have been in force or not the first to ask.",
    "authorization": "An authorization is the practice's to ask for; the contract says who bears it.",
    "contract": "A discount or limit of the contract is seldom the patient's.",
    "informs": "The reason only informs, and yet the amount is put on the patient.",
}


def _never_the_patients(case: Case) -> Collectability | None:
    if case.about == "bundled":
        why = "What is paid as part of another service never goes to the patient, even under PR."
        return never(why, "correct_and_resubmit", anchor="corrections")
    if case.about == "wrong_claim":
        why = "The claim has a mistake; the patient does not pay for it."
        return never(why, "correct_and_resubmit", anchor="corrections")
    return None


def _freed_by_a_remark(case: Case) -> Collectability | None:
    if "notice_bad" in case.remarked:
        return never(
            "Remark M39: the notice was not as it must be.", "write_off", anchor="medicare"
        )
    if "provider_bears" in case.remarked:
        return never(
            "Remark M27: the practice bears it, not the patient.", "appeal", anchor="medicare"
        )
    return None


def _asks_for_a_look(case: Case) -> Collectability | None:
    if case.about not in _LOOK_AT_REASON:
        return None
    step = "read_contract" if case.about == "contract" else case.reason.next_step
    step = "reconcile" if case.about == "informs" else step
    return look(_LOOK_AT_REASON[case.about], step, anchor="corrections")


def _share_of_the_patient(case: Case) -> Collectability | None:
    if case.about != "cost_share":
        return None
    if case.line.payer_kind not in PAYERS_WITH_SHARES:
        why = (
            f"{case.reason.gist} under PR is unusual with this payer: check what the patient owes."
        )
        return look(why, "look_up", anchor="cost-shares")
    return collect(
        f"{case.reason.gist}: the share that the plan leaves to the patient.", anchor="cost-shares"
    )


def _declined(case: Case) -> Collectability | None:
    if case.line.payer_kind != "medicare" or case.line.on_file.option != OPTION_DECLINED:
        return None
    why = "The patient declined the service with option 3 of the ABN and owes nothing for it."
    return never(why, "write_off", anchor="medicare")


def _excluded_by_law(case: Case) -> Collectability | None:
    if case.line.payer_kind != "medicare":
        return None
    if not case.line.excluded_by_law and "by_law" not in case.remarked:
        return None
    return collect(
        "The law excludes it, so the patient pays, with or without a notice.", anchor="medicare"
    )


STEPS: tuple[Callable[[Case], Collectability | None], ...] = (
    _unprocessable,
    _no_amount,
    _not_put_on_the_patient,
    _taken_back,
    _only_informs,
    _medicaid_follows,
    _not_known,
    _neither,
    _never_the_patients,
    _freed_by_a_remark,
    _asks_for_a_look,
    _share_of_the_patient,
    _declined,
    _excluded_by_law,
    by_payer,
)


def _tempered(answer: Collectability, case: Case) -> Collectability:
    """What would be collected, but for something to do first."""
    if "wrong_claim" in case.remarked:
        return look(
            f"{answer.why} But a remark asks to mend the claim first.",
            "correct_and_resubmit",
            anchor="corrections",
        )
    if _unknown_remarks(case.line):
        return look(f"{answer.why} But a remark is not known here.", "look_up", anchor="codes")
    if case.line.another_payer_follows:
        return look(
            f"{answer.why} But another payer comes first.", "bill_next_payer", anchor="other-payers"
        )
    return answer


def _unknown_of(adjustment: Adjustment, line: AnsweredLine) -> tuple[str, ...]:
    named = (("GROUP", adjustment.group), ("CARC", adjustment.reason))
    unknown = [f"{kind} {folded(code)}" for kind, code in named if not code_gist(kind, code)]
    return (*unknown, *_unknown_remarks(line))


def _unknown_remarks(line: AnsweredLine) -> tuple[str, ...]:
    return tuple(f"RARC {folded(code)}" for code in line.remarks if not code_gist("RARC", code))


def _lowered(reason: RemittanceCode) -> str:
    return reason.gist[0].lower() + reason.gist[1:]
