"""A remittance that came on paper, typed in line by line from our own charges."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from billing.models import Charge, Claim, Group
from billing.remittances.balance import expected_total, unexplained
from billing.remittances.values import (
    AdjustmentSaid,
    ClaimSaid,
    LineSaid,
    ProviderAdjustmentSaid,
    RemittanceSaid,
)
from billing.review.line_numbers import line_number
from emr.forms import DayInput
from emr.models import Payer

ROWS = 2  # amounts of a line to begin with
MOST_ROWS = 12
A_CODE = RegexValidator(r"^[A-Za-z0-9]{1,5}\Z", "A code has at most five letters and digits.")
REMARKS = RegexValidator(
    r"^[A-Za-z0-9]{1,8}([ ,]+[A-Za-z0-9]{1,8})*[ ,]*\Z", "Give codes with a blank between them."
)
METHODS = [("CHK", "Check"), ("ACH", "Transfer to the bank"), ("NON", "No payment")]
STATUSES = [("1", "Paid or applied"), ("4", "Denied"), ("2", "As second payer")]
HELD_BACK = [("", "–"), ("WO", "Overpayment taken back"), ("L6", "Interest"), ("CS", "Adjustment")]


def _money(**kwargs) -> forms.DecimalField:
    field = forms.DecimalField(
        max_digits=10, decimal_places=2, required=False, localize=False, **kwargs
    )
    field.widget = forms.TextInput(
        attrs={"inputmode": "decimal", "autocomplete": "off", "class": "form-control num text-end"}
    )
    return field


def _select(choices, **kwargs) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(choices=choices, widget=widget, **kwargs)


def _text(**kwargs) -> forms.CharField:
    attrs = {"class": "form-control num", "autocomplete": "off"}
    return forms.CharField(widget=forms.TextInput(attrs=attrs), **kwargs)


@dataclass(frozen=True, kw_only=True)
class EnteredLine:
    """The fields of one line, for the page."""

    charge: Charge
    paid: forms.BoundField
    remarks: forms.BoundField
    rows: Sequence[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]
    count: int  # of the rows, which the page sends back


class EnteredRemittanceForm(forms.Form):
    trace_number = _text(label="Number of the check or transfer", max_length=50)
    method = _select(METHODS, label="Came by")
    paid_on = forms.DateField(label="Paid on", widget=DayInput())
    amount = _money(label="Amount of the whole remittance")
    held_back = _money(label="Held back for other reasons", help_text="Added, if below zero.")
    held_back_reason = _select(HELD_BACK, label="Reason", required=False)

    def __init__(self, *args, claims: Sequence[Claim], payer: Payer, more: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.claims, self.payer = claims, payer
        self.fields["amount"].required = True
        self.fields["paid_on"].widget.attrs["class"] = "form-control"
        typed = self.data if self.is_bound else self.initial
        self.charges = {claim.pk: claim.lines for claim in claims}
        self.rows = {
            charge.pk: _count(typed.get(f"rows-{charge.pk}")) + (more == str(charge.pk))
            for charges in self.charges.values()
            for charge in charges
        }
        for claim in claims:
            self._add_claim(claim)

    def _add_claim(self, claim: Claim) -> None:
        number = claim.control_number
        self.fields[f"status-{claim.pk}"] = _select(STATUSES, label=f"The payer says of {number}")
        self.fields[f"number-{claim.pk}"] = _text(
            label="Payer’s own number", required=False, max_length=50
        )
        for charge in self.charges[claim.pk]:
            self.fields[f"paid-{charge.pk}"] = _money(label="Paid")
            self.fields[f"remarks-{charge.pk}"] = _text(
                label="Remarks (RARC)", required=False, max_length=80, validators=[REMARKS]
            )
            for row in range(min(self.rows[charge.pk], MOST_ROWS)):
                at = f"{charge.pk}-{row}"
                groups = [("", "–"), *[(each.value, each.value) for each in Group]]
                self.fields[f"group-{at}"] = _select(groups, label="Group", required=False)
                self.fields[f"reason-{at}"] = _text(
                    label="Reason (CARC)", required=False, validators=[A_CODE]
                )
                self.fields[f"less-{at}"] = _money(label="Not paid", min_value=Decimal("0.01"))

    def head_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.base_fields]

    def entered(self) -> list[tuple[Claim, forms.BoundField, forms.BoundField, list[EnteredLine]]]:
        """Claim by claim, as the page shows them."""
        return [
            (
                claim,
                self[f"status-{claim.pk}"],
                self[f"number-{claim.pk}"],
                [self._line(charge) for charge in self.charges[claim.pk]],
            )
            for claim in self.claims
        ]

    def _line(self, charge: Charge) -> EnteredLine:
        count = min(self.rows[charge.pk], MOST_ROWS)
        return EnteredLine(
            charge=charge,
            paid=self[f"paid-{charge.pk}"],
            remarks=self[f"remarks-{charge.pk}"],
            rows=[
                tuple(self[f"{name}-{charge.pk}-{row}"] for name in ("group", "reason", "less"))
                for row in range(count)
            ],
            count=count,
        )

    def clean_paid_on(self):
        day = self.cleaned_data["paid_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day is still to come.")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("held_back") and not cleaned.get("held_back_reason"):
            self.add_error("held_back_reason", "Say why.")
        for charges in self.charges.values():
            for charge in charges:
                self._check_rows(charge)
        self.typed = self._said(cleaned)  # an error below takes its field out of what is cleaned
        if not self.errors:
            self._check_balance()
        return cleaned

    def _check_rows(self, charge: Charge) -> None:
        for row in range(min(self.rows[charge.pk], MOST_ROWS)):
            names = [f"{name}-{charge.pk}-{row}" for name in ("group", "reason", "less")]
            given = [bool(self.cleaned_data.get(name)) for name in names]
            if any(given) and not all(given) and not any(name in self.errors for name in names):
                missing = names[given.index(False)]
                self.add_error(missing, "Give group, reason and amount together.")

    def _check_balance(self) -> None:
        said = self.typed
        for line, charge in self._lines_of(said):
            rest = unexplained(line)
            if rest:
                self.add_error(
                    f"paid-{charge.pk}",
                    f"Charged ${line.charge:.2f}: ${abs(rest):.2f}"
                    f" {'is not explained' if rest > 0 else 'too much is explained'}.",
                )
        total = expected_total(said)
        if total != said.amount and not self.errors:
            self.add_error("amount", f"Its claims come to ${total:.2f}.")

    def _lines_of(self, said: RemittanceSaid) -> list[tuple[LineSaid, Charge]]:
        return [
            pair
            for claim, answered in zip(self.claims, said.claims, strict=True)
            for pair in zip(answered.lines, self.charges[claim.pk], strict=True)
        ]

    def balance(self) -> list[tuple[Charge, Decimal]]:
        """What of each line is not explained yet, of whatever can be read so far."""
        return [(charge, unexplained(line)) for line, charge in self._lines_of(self.typed)]

    def _said(self, cleaned: dict) -> RemittanceSaid:
        """What was typed; where a field is wrong or empty, nothing."""
        held_back = cleaned.get("held_back")
        return RemittanceSaid(
            payer_name=self.payer.name[:60],
            payer_identifier=f"payer {self.payer.pk}",
            trace_number=cleaned.get("trace_number") or "",
            method=cleaned.get("method") or "",
            paid_on=cleaned.get("paid_on"),
            amount=cleaned.get("amount") or Decimal(0),
            claims=tuple(self._claim_said(claim) for claim in self.claims),
            provider_adjustments=(
                (
                    ProviderAdjustmentSaid(
                        reason=cleaned.get("held_back_reason") or "", amount=held_back
                    ),
                )
                if held_back
                else ()
            ),
        )

    def _claim_said(self, claim: Claim) -> ClaimSaid:
        lines = tuple(self._line_said(charge, claim) for charge in self.charges[claim.pk])
        of_patient = sum(
            (each.amount for line in lines for each in line.adjustments if each.group == "PR"),
            Decimal(0),
        )
        return ClaimSaid(
            control_number=claim.control_number,
            status=self.cleaned_data.get(f"status-{claim.pk}") or "1",
            charge=sum((line.charge for line in lines), Decimal(0)),
            paid=sum((line.paid for line in lines), Decimal(0)),
            patient_responsibility=of_patient,
            payer_control_number=self.cleaned_data.get(f"number-{claim.pk}") or "",
            lines=lines,
        )

    def _line_said(self, charge: Charge, claim: Claim) -> LineSaid:
        cleaned = self.cleaned_data
        rows = [
            tuple(cleaned.get(f"{name}-{charge.pk}-{row}") for name in ("group", "reason", "less"))
            for row in range(min(self.rows[charge.pk], MOST_ROWS))
        ]
        remarks = (cleaned.get(f"remarks-{charge.pk}") or "").replace(",", " ").upper()
        return LineSaid(
            code=charge.code,
            modifiers=charge.modifiers,
            units=Decimal(charge.units),
            charge=charge.amount,
            paid=cleaned.get(f"paid-{charge.pk}") or Decimal(0),
            service_on=claim.note.date_of_service,
            line_control_number=line_number(charge),
            adjustments=tuple(
                AdjustmentSaid(group=group, reason=reason.upper(), amount=amount)
                for group, reason, amount in rows
                if group and reason and amount
            ),
            remarks=tuple(remarks.split()),
        )


def _count(typed: object) -> int:
    text = str(typed or "")
    return (
        min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 3 else ROWS
    )
