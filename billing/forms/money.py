"""Forms of money: what a patient hands over, what is given back, and who referred them."""

import uuid
from decimal import Decimal

from django import forms

from billing.models import Payment
from billing.review.superbills import Referrer
from emr.forms import helper_of, three, two
from emr.validators import validate_no_card_number, validate_npi

REFERENCE_HELP = "Number of the card slip or the check. Never the number of a card."


class MoneyForm(forms.Form):
    """An amount, how it changes hands, and the number of the slip; `entry` lets it count once."""

    amount = forms.DecimalField(
        label="Amount in dollars",
        max_digits=8,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    method = forms.ChoiceField(label="How", choices=[("", "Choose"), *Payment.Method.choices])
    reference = forms.CharField(
        label="Slip or check number",
        max_length=40,
        required=False,
        validators=[validate_no_card_number],
        help_text=REFERENCE_HELP,
    )
    entry = forms.UUIDField(widget=forms.HiddenInput)

    layout: tuple = (three("amount", "method", "reference"), "entry")

    def __init__(self, data=None, *, initial=None, **kwargs):
        super().__init__(data, initial={"entry": uuid.uuid4()} | (initial or {}), **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.helper = helper_of(*self.layout)

    def clean(self) -> dict:
        cleaned = super().clean()
        by_paper = cleaned.get("method") in (Payment.Method.CARD, Payment.Method.CHEQUE)
        if by_paper and not cleaned.get("reference") and "reference" not in self.errors:
            self.add_error("reference", "Give the number of the card slip or the check.")
        return cleaned


class PaymentForm(MoneyForm):
    in_advance = forms.BooleanField(
        label="Paid in advance: more than there is to ask for now", required=False
    )

    layout = (three("amount", "method", "reference"), "in_advance", "entry")

    def __init__(self, *args, for_visit: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not for_visit:
            del self.fields["in_advance"]
            self.helper = helper_of(*MoneyForm.layout)


class RefundForm(MoneyForm):
    reason = forms.CharField(
        label="Why it is given back", max_length=400, validators=[validate_no_card_number]
    )

    layout = (three("amount", "method", "reference"), "reason", "entry")


class SuperbillForm(forms.Form):
    referrer_name = forms.CharField(
        label="Referred by",
        max_length=100,
        required=False,
        validators=[validate_no_card_number],
    )
    referrer_npi = forms.CharField(
        label="Their NPI", max_length=10, required=False, validators=[validate_npi]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.helper = helper_of(two("referrer_name", "referrer_npi"))

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("referrer_npi") and not cleaned.get("referrer_name"):
            self.add_error("referrer_name", "Say who referred the patient.")
        return cleaned

    @property
    def referrer(self) -> Referrer:
        return Referrer(
            name=self.cleaned_data["referrer_name"], npi=self.cleaned_data["referrer_npi"]
        )
