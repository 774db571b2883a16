"""What an owner fills in about fees and cash prices."""

import re
from datetime import date, timedelta
from decimal import Decimal

from crispy_forms.bootstrap import PrependedText
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from emr.forms import DayInput, helper_of, two
from emr.models import CashPrice, Fee, Payer
from emr.models.fee import A_CODE
from emr.prices import first_last_day
from emr.rules.code_labels import codes, label_of

A_YEAR = timedelta(days=366)
FIRST_DAY = date(2000, 1, 1)
A_SUM = re.compile(r"(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+", re.ASCII)
A_VISIT_LABEL = "One visit of dry needling"


class MoneyField(forms.DecimalField):
    """Dollars and cents as people write them: 65, 65.50, $1,250.00."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "invalid": "Give dollars and cents in digits, such as 65 or 65.50.",
        "max_decimal_places": "Cents have two places, such as 65.50.",
        "max_digits": "This is more than a price can be: at most $999,999.99.",
        "max_whole_digits": "This is more than a price can be: at most $999,999.99.",
    }

    def __init__(self, **kwargs):
        super().__init__(max_digits=8, decimal_places=2, **kwargs)

    def to_python(self, value) -> Decimal | None:
        typed = str(value or "").strip().removeprefix("$").strip()
        if typed and not A_SUM.fullmatch(typed):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(typed.replace(",", ""))


class CodeField(forms.CharField):
    """A code in capitals; the page offers those that we have words for."""

    def __init__(self, **kwargs):
        attrs = {"list": "codes", "autocomplete": "off", "autocapitalize": "characters"}
        super().__init__(
            max_length=5, validators=[A_CODE], widget=forms.TextInput(attrs=attrs), **kwargs
        )

    def to_python(self, value) -> str:
        return super().to_python(value).upper()


class PriceForm(forms.Form):
    amount = MoneyField(label="Price")
    starts_on = forms.DateField(
        label="First day",
        widget=DayInput(min=FIRST_DAY.isoformat()),
        help_text="From today on: past visits keep what they cost. Only a first price may reach back in this year."
        " The price before it ends the day before.",
    )

    def clean_starts_on(self) -> date:
        return check_day(self.cleaned_data["starts_on"])

    @staticmethod
    def known_codes():
        """For the list that the page offers while a code is typed."""
        today = timezone.localdate()
        return [each for each in codes() if each.valid(on=today)]


class FeeForm(PriceForm):
    payer = forms.ModelChoiceField(
        Payer.objects.none(),
        label="For whom",
        required=False,
        empty_label="Everybody without a fee of their own",
        help_text="A payer's own fee goes before the practice's.",
    )
    code = CodeField(help_text="Begin to type: the codes that we know are offered.")

    field_order = ["payer", "code", "amount", "starts_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = Payer.objects.filter(active=True)
        self.helper = helper_of("payer", "code", two(PrependedText("amount", "$"), "starts_on"))


class CashPriceForm(PriceForm):
    code = CodeField(
        required=False, help_text="Leave it empty for one price that covers the whole visit."
    )
    label = forms.CharField(
        label="What it is, in plain words",
        max_length=120,
        required=False,
        help_text="As it stands on the wall sign: say what the price includes."
        " Empty: our own words for the code.",
    )

    field_order = ["code", "label", "amount", "starts_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper_of("code", "label", two(PrependedText("amount", "$"), "starts_on"))

    def clean(self) -> dict:
        cleaned = super().clean()
        code = cleaned.get("code")
        if code is not None and not cleaned.get("label"):
            cleaned["label"] = label_of(code) if code else A_VISIT_LABEL
        if code and not cleaned["label"]:
            self.add_error("label", "We have no words for this code: say what it is.")
        return cleaned


class EndPriceForm(forms.Form):
    ends_on = forms.DateField(label="Last day", widget=DayInput())

    def __init__(self, *args, price: Fee | CashPrice, **kwargs):
        super().__init__(*args, auto_id=f"end_{price._meta.model_name}_{price.pk}_%s", **kwargs)
        self.price = price
        self.helper = helper_of("ends_on")

    def clean_ends_on(self) -> date:
        day = check_day(self.cleaned_data["ends_on"])
        if day < self.price.starts_on:
            raise ValidationError("It cannot end before its first day.")
        if day < first_last_day():
            raise ValidationError("Past visits keep what they cost: give yesterday or later.")
        return day


def check_day(day: date) -> date:
    if not FIRST_DAY <= day <= timezone.localdate() + 2 * A_YEAR:
        raise ValidationError("Check the year: from 2000 to two years ahead.")
    return day
