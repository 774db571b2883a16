"""The lines of a charge sheet as a biller types them, beside the diagnoses and the reason."""

import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from billing.claim_files.line_checks import MOST_DIAGNOSES, MOST_MODIFIERS, MOST_POINTERS
from billing.models import ChargeSheet
from billing.review.lines import Line, lines_of
from billing.review.suggestion import Suggestion
from consent.forms.notices import dress
from emr.price_forms import CodeField
from emr.rules.code_labels import codes
from emr.rules.findings import Finding
from emr.rules.folding import says_something

ROWS = "line"
MOST_LINES = 12
EMPTY_ROWS = 1
A_MODIFIER = re.compile(r"[A-Z0-9]{2}", re.ASCII)
A_PLACE = re.compile(r"[1-9][0-9]?", re.ASCII)
A_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.ASCII)
BETWEEN = re.compile(r"[\s,;]+")


def split(typed: str) -> list[str]:
    return [each for each in BETWEEN.split(typed.strip().upper()) if each]


class LineForm(forms.Form):
    """One line; without a code it is left off."""

    code = CodeField(required=False)
    units = forms.IntegerField(
        min_value=1,
        max_value=99,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    modifiers = forms.CharField(max_length=20, required=False)
    pointers = forms.CharField(max_length=20, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("modifiers", "pointers"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        dress(self)

    def clean_modifiers(self) -> tuple[str, ...]:
        found = split(self.cleaned_data["modifiers"])
        if not all(A_MODIFIER.fullmatch(each) for each in found):
            raise ValidationError("A modifier is two signs, such as GP.")
        if len(found) > MOST_MODIFIERS:
            raise ValidationError(f"A line takes {MOST_MODIFIERS} modifiers at most.")
        if len(set(found)) < len(found):
            raise ValidationError("Give each modifier once.")
        return tuple(found)

    def clean_pointers(self) -> tuple[int, ...]:
        found = split(self.cleaned_data["pointers"])
        if not all(A_PLACE.fullmatch(each) for each in found):
            raise ValidationError("Give places in the list of diagnoses, such as 1 2.")
        if len(found) > MOST_POINTERS:
            raise ValidationError(f"A line points to {MOST_POINTERS} diagnoses at most.")
        if len(set(found)) < len(found):
            raise ValidationError("Give each place once.")
        return tuple(map(int, found))

    def clean(self) -> dict:
        cleaned = super().clean()
        told = any(cleaned.get(name) for name in ("units", "modifiers", "pointers"))
        if "code" in cleaned and told and not cleaned["code"]:
            self.add_error("code", "Give the code, or empty the whole line.")
        return cleaned

    @property
    def line(self) -> Line | None:
        cleaned = self.cleaned_data
        if not cleaned.get("code"):
            return None
        return Line(
            code=cleaned["code"],
            units=cleaned["units"] or 1,
            modifiers=cleaned["modifiers"],
            pointers=cleaned["pointers"],
        )


LineRows = forms.formset_factory(
    LineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


class ChargesForm(forms.Form):
    """What stands beside the lines: the diagnoses of the claim, the reason, and what was seen."""

    diagnoses = forms.CharField(
        label="Diagnoses, in the order of the claim",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    reason = forms.CharField(
        label="Why other lines than those suggested",
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    claim_requested = forms.BooleanField(
        label="The patient asks that Medicare be billed, for a denial", required=False
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, suggestion: Suggestion, **kwargs):
        super().__init__(*args, **kwargs)
        self.apart: dict[str, Finding] = {}
        for finding in suggestion.to_set_aside:
            self._add_reason_for(finding)
        dress(self)

    def _add_reason_for(self, finding: Finding) -> None:
        """The signed note cannot clear this stop: whoever bills says why it does not hold."""
        name = f"aside-{finding.code}-{finding.subject}"
        self.apart[name] = finding
        self.fields[name] = forms.CharField(
            label=f"Why this does not hold of {finding.subject}",
            help_text=finding.message,
            max_length=400,
            required=False,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    @property
    def reasons_apart(self) -> list:
        """The fields of the stops that may be set aside."""
        return [self[name] for name in self.apart]

    @property
    def set_aside(self) -> dict[tuple[str, str], str]:
        """What was typed as why a stop does not hold, by its code and subject."""
        return {
            (finding.code, finding.subject): self.cleaned_data[name]
            for name, finding in self.apart.items()
            if self.cleaned_data[name]
        }

    def clean_diagnoses(self) -> tuple[str, ...]:
        found = split(self.cleaned_data["diagnoses"])
        if not all(A_DIAGNOSIS.fullmatch(each) for each in found):
            raise ValidationError("Give codes with a space between them, such as M54.2 M79.18.")
        if len(found) > MOST_DIAGNOSES:
            raise ValidationError(f"A claim takes {MOST_DIAGNOSES} diagnoses at most.")
        if len(set(found)) < len(found):
            raise ValidationError("Give each diagnosis once.")
        return tuple(
            each if "." in each or len(each) == 3 else f"{each[:3]}.{each[3:]}" for each in found
        )


@dataclass(frozen=True)
class ChargesPage:
    """Both forms of a note's charges; filled with the suggestion, or with what was typed."""

    form: ChargesForm
    rows: forms.BaseFormSet

    @classmethod
    def of(cls, suggestion: Suggestion, data: QueryDict | None = None) -> "ChargesPage":
        if data is not None:
            return cls(ChargesForm(data, suggestion=suggestion), LineRows(data, prefix=ROWS))
        lines, diagnoses, reason = shown(suggestion)
        rows = [
            {
                "code": line.code,
                "units": line.units,
                "modifiers": " ".join(line.modifiers),
                "pointers": " ".join(map(str, line.pointers)),
            }
            for line in lines
        ]
        rows += [{}] * min(EMPTY_ROWS, MOST_LINES - len(rows))
        beside = {
            "diagnoses": " ".join(diagnoses),
            "reason": reason,
            "seen": suggestion.digest,
            "claim_requested": suggestion.claim_requested,
        }
        for each in suggestion.sheet.set_aside if suggestion.sheet else ():
            beside[f"aside-{each['code']}-{each['subject']}"] = each["reason"]
        form = ChargesForm(initial=beside, suggestion=suggestion)
        return cls(form, LineRows(initial=rows, prefix=ROWS))

    def is_valid(self) -> bool:
        """Both are looked at, so that each says what it lacks."""
        valid = self.form.is_valid()
        return self.rows.is_valid() and valid and self._pointers_lead_somewhere()

    def _pointers_lead_somewhere(self) -> bool:
        known = len(self.form.cleaned_data["diagnoses"])
        lost = [row for row in self.rows if max(row.cleaned_data.get("pointers") or [0]) > known]
        for row in lost:
            held = "1 diagnosis" if known == 1 else f"{known} diagnoses"
            row.add_error("pointers", f"The list below has {held}.")
        return not lost

    def needs_reason(self, suggestion: Suggestion) -> bool:
        """Says so at the field where other lines were chosen and nobody told why."""
        differs = suggestion.differs(self.lines, self.diagnoses)
        if not differs or says_something(self.reason):
            return False
        what = "lines" if suggestion.differs(self.lines, suggestion.diagnoses) else "diagnoses"
        self.form.add_error("reason", f"Say why these {what} were chosen.")
        self.form.fields["reason"].widget.attrs["autofocus"] = True
        return True

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(row.line for row in self.rows if row.line)

    @property
    def diagnoses(self) -> tuple[str, ...]:
        return self.form.cleaned_data["diagnoses"]

    @property
    def reason(self) -> str:
        return self.form.cleaned_data["reason"]

    @property
    def claim_requested(self) -> bool:
        return self.form.cleaned_data["claim_requested"]

    @property
    def set_aside(self) -> dict[tuple[str, str], str]:
        return self.form.set_aside

    @property
    def may_grow(self) -> bool:
        return self.rows.total_form_count() < MOST_LINES

    @staticmethod
    def known_codes():
        """For the list that the page offers while a code is typed."""
        return codes()


def with_row_added(data: QueryDict) -> QueryDict:
    data = data.copy()
    typed = data.get(f"{ROWS}-TOTAL_FORMS", "")
    total = int(typed) if re.fullmatch("[0-9]{1,3}", typed) else 0
    data[f"{ROWS}-TOTAL_FORMS"] = str(min(total + 1, MOST_LINES))
    return data


def with_seen(data: QueryDict, suggestion: Suggestion) -> QueryDict:
    """What was typed, beside the suggestion that the page shows by now."""
    data = data.copy()
    data["seen"] = suggestion.digest
    return data


def shown(suggestion: Suggestion) -> tuple[tuple[Line, ...], tuple[str, ...], str]:
    """What the page begins with: the charged lines, unless they are outdated."""
    sheet: ChargeSheet | None = suggestion.sheet
    if sheet is None or suggestion.is_outdated:
        return suggestion.lines, suggestion.diagnoses, ""
    return lines_of(sheet), tuple(sheet.diagnoses), sheet.reason
