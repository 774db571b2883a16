"""Diagnoses and lines: what a claim has room for, and what they point at."""

import re
from collections.abc import Sequence

from billing.claim_files.problem import About, Problem
from billing.claim_files.values import Claim, Diagnosis, Line

MOST_DIAGNOSES = 12
MOST_LINES = 50
MOST_MODIFIERS = 4
MOST_POINTERS = 4
CODE = re.compile(r"[A-Z0-9]{5}")
MODIFIER = re.compile(r"[A-Z0-9]{2}")
# As wide as a diagnosis can be: a letter, then two to six digits or letters behind the dot.
DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")


def diagnosis_problems(diagnoses: Sequence[Diagnosis]) -> list[Problem]:
    found = []
    if not diagnoses:
        found.append(("diagnosis-missing", "The claim has no diagnosis."))
    if len(diagnoses) > MOST_DIAGNOSES:
        found.append(("diagnoses-many", f"A claim has room for {MOST_DIAGNOSES} diagnoses."))
    for place, each in enumerate(diagnoses):
        if each in diagnoses[:place]:
            found.append(("diagnosis-twice", f"{each.code} is listed twice."))
        elif not DIAGNOSIS.fullmatch(each.code):
            found.append(("diagnosis-form", f"“{each.code}” has not the form of a diagnosis."))
        elif each.billable is None:
            sentence = f"{each.code} is no code of the installed ICD-10-CM release."
            found.append(("diagnosis-unknown", sentence))
        elif not each.billable:
            sentence = f"{each.code} is a header and cannot be billed: choose a code below it."
            found.append(("diagnosis-header", sentence))
    return [Problem(code, About.CHARGES, message) for code, message in found]


def line_problems(claim: Claim) -> list[Problem]:
    found = []
    if not claim.lines:
        found.append(("lines-missing", "The claim has no line."))
    if len(claim.lines) > MOST_LINES:
        found.append(("lines-many", f"A claim has room for {MOST_LINES} lines."))
    for line in claim.lines:
        found += _of_line(line, diagnoses=len(claim.diagnoses))
    return [Problem(code, About.CHARGES, message) for code, message in found]


def _of_line(line: Line, *, diagnoses: int):
    if not CODE.fullmatch(line.code):
        yield "code-form", f"“{line.code}” is no code: five digits or letters."
    if line.units < 1:
        yield "units-missing", f"{line.code} has no unit."
    if line.amount <= 0:
        yield "amount-missing", f"{line.code} costs nothing: set a fee, or take the line off."
    if len(line.modifiers) > MOST_MODIFIERS:
        yield "modifiers-many", f"{line.code} has more than {MOST_MODIFIERS} modifiers."
    for modifier in line.modifiers:
        if not MODIFIER.fullmatch(modifier):
            yield "modifier-form", f"“{modifier}” on {line.code} is no modifier: two signs."
    if len(set(line.modifiers)) < len(line.modifiers):
        yield "modifier-twice", f"{line.code} has a modifier twice."
    if not line.pointers:
        yield "pointer-missing", f"{line.code} points at no diagnosis."
    if len(line.pointers) > MOST_POINTERS:
        yield "pointers-many", f"{line.code} points at more than {MOST_POINTERS} diagnoses."
    if any(not 1 <= pointer <= diagnoses for pointer in line.pointers):
        yield "pointer-wrong", f"{line.code} points at a diagnosis that the claim does not list."
