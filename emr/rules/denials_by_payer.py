"""What a denial for necessity or an exclusion comes to, by the kind of payer that answered.

Only what a payer puts on the patient (group PR) comes here. Sources and our choices: docs/rules/denials.md
"""

from emr.rules.abn_findings import OPTION_NO_CLAIM
from emr.rules.denials import Case, Collectability, collect, look, never

# Deductible, coinsurance and copay are usual with these.
PAYERS_WITH_SHARES = ("medicare", "medicare_advantage", "tricare", "commercial")


def _medicare(case: Case) -> Collectability:
    abn = case.line.on_file.abn
    if case.has_valid_abn:
        return _with_valid_abn(case)
    if abn == "none" and ("notice_good" in case.remarked or not case.is_necessity):
        why = "Medicare puts it on the patient, and no ABN is on file."
        return look(why, "find_notice", anchor="medicare")
    why = {
        "none": "No ABN is on file, so a denial for necessity stays with the practice.",
        "not_valid": "The ABN on file is not valid and shifts nothing.",
        "voluntary": "A voluntary notice shifts no denial of what the law does not exclude.",
    }[abn]
    return never(why, "write_off", anchor="medicare")


def _with_valid_abn(case: Case) -> Collectability:
    if case.line.on_file.option == OPTION_NO_CLAIM:
        why = "The patient chose option 2, no claim, and yet one was sent."
        return look(why, "reconcile", anchor="medicare")
    if not case.is_necessity:
        return collect("A valid ABN told the patient beforehand.", anchor="medicare")
    return _necessity_by_policy(case)


def _necessity_by_policy(case: Case) -> Collectability:
    if case.line.necessity_denials == "collect":
        why = "A valid ABN shifts a denial for necessity to the patient, and the practice collects."
        return collect(why, anchor="necessity")
    if case.line.necessity_denials == "never":
        why = "The practice's policy: never collect after a denial for necessity, ABN or not."
        return never(why, "write_off", anchor="necessity")
    why = (
        "Medicare's rule: a valid ABN shifts a denial for necessity to the patient. Older guidance"
        " says never to collect it, so it waits for the practice's policy; Medicare's rule is"
        " recommended."
    )
    return look(why, "set_policy", anchor="necessity")


def _advantage(case: Case) -> Collectability:
    if case.line.on_file.determination_denied:
        why = "The plan said before the service that it would not pay."
        return collect(why, anchor="medicare-advantage")
    if case.is_necessity:
        why = "Without an organization determination from before the service the patient owes nothing."
        return never(why, "appeal", anchor="medicare-advantage")
    why = (
        "Without a determination only what the plan's booklet names as never covered can be billed."
    )
    return look(why, "read_contract", anchor="medicare-advantage")


def _tricare(case: Case) -> Collectability:
    if case.line.on_file.agreement:
        return collect("The patient agreed before the service to pay for it.", anchor="commercial")
    return look(
        "No agreement from before the service is on file.", "find_notice", anchor="commercial"
    )


def _commercial(case: Case) -> Collectability:
    return (_commercial_necessity if case.is_necessity else _commercial_exclusion)(case)


def _commercial_necessity(case: Case) -> Collectability:
    if not case.line.on_file.agreement:
        why = "Not collectable by default: no agreement for this service from before it is on file."
        return never(why, "appeal", anchor="commercial")
    if case.line.waiver_allowed is None:
        why = "The patient agreed to pay; whether the contract allows it is not recorded."
        return look(why, "read_contract", anchor="commercial")
    if not case.line.waiver_allowed:
        why = "The contract forbids to collect it, whatever the patient signed."
        return never(why, "appeal", anchor="commercial")
    return collect(
        "The patient agreed before the service, and the contract allows it.", anchor="commercial"
    )


def _commercial_exclusion(case: Case) -> Collectability:
    if not case.line.on_file.agreement:
        why = (
            "The plan puts it on the patient, but no agreement from before the service is on file."
        )
        return look(why, "find_notice", anchor="commercial")
    if case.line.waiver_allowed is False:
        why = "The plan puts it on the patient; the contract allows no agreement to pay."
        return look(why, "read_contract", anchor="commercial")
    return collect(
        "The plan excludes it, and the patient agreed beforehand to pay.", anchor="commercial"
    )


def _never_by_payer(case: Case) -> Collectability:
    why = "With this kind of payer the patient does not pay for what it denies."
    return never(why, "appeal", anchor="other-payers")


def _no_payer(case: Case) -> Collectability:
    return look(
        "Which kind of payer answered is not known.", "bill_right_payer", anchor="other-payers"
    )


_OF_PAYER = {
    "medicare": _medicare,
    "medicare_advantage": _advantage,
    "tricare": _tricare,
    "commercial": _commercial,
    "medicaid": _never_by_payer,
    "workers_comp": _never_by_payer,
    "auto": _never_by_payer,
}


def by_payer(case: Case) -> Collectability:
    return _OF_PAYER.get(case.line.payer_kind, _no_payer)(case)
