"""Forms about remittances: a file, which claim an answer is to, and what is decided of an amount."""

from django import forms

from billing.models import CollectionDecision
from billing.remittances.segments import MEGABYTES
from emr.forms import helper_of

COLLECT_FIRST = [
    (CollectionDecision.Decision.COLLECT, "Collect from the patient"),
    (CollectionDecision.Decision.DO_NOT_COLLECT, "Do not collect: write it off"),
]
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

    def __init__(self, *args, amount, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = COLLECT_FIRST if amount > 0 else AS_RECONCILED
