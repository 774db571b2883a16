"""Forms about remittances: a file, which claim an answer is to, and what is decided of an amount."""

from decimal import Decimal

from django import forms

from billing.models import CollectionDecision
from billing.remittances.segments import MEGABYTES
from emr.forms import helper_of
from emr.validators import validate_no_card_number

COLLECT = (CollectionDecision.Decision.COLLECT, "Collect from the patient")
GIVE_UP = (CollectionDecision.Decision.DO_NOT_COLLECT, "Do not collect: write it off")
SETTLED_BEFORE = "settled"
AS_RECONCILED = [(CollectionDecision.Decision.DO_NOT_COLLECT, "It is reconciled by hand")]


class FileForm(forms.Form):
    file = forms.FileField(
        label="835 file",
        error_messages={
            "required": "Choose an 835 file.",
            "missing": "Choose an 835 file.",
            "empty": "This file is empty.",
        },
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload.size > MEGABYTES * 1_000_000:  # told before a byte of it is read
            raise forms.ValidationError(
                f"This file is larger than {MEGABYTES} MB. Ask for it in parts."
            )
        return upload


class SearchForm(forms.Form):
    typed = forms.CharField(
        label="Number of the claim, or the patient’s name, record number or birth date",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper_of("typed")


class WhyForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=200,
        validators=[validate_no_card_number],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper_of(*self.fields)


class DecisionForm(WhyForm):
    decision = forms.ChoiceField(
        label="What is done",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one."},
    )

    field_order = ["decision", "reason"]

    def __init__(
        self,
        *args,
        amount: Decimal,
        may_settle: bool = False,
        may_collect: bool = True,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        choices = [*([COLLECT] if may_collect else []), GIVE_UP] if amount > 0 else AS_RECONCILED
        settled = (SETTLED_BEFORE, "It was settled before this answer: post nothing")
        self.fields["decision"].choices = [*([settled] if may_settle else []), *choices]
