"""What is filled in to send claims: which, to whom, and where a sheet prints."""

import re
from decimal import Decimal

from django import forms

from billing.models import Claim, ClaimSubmitter
from emr.forms import helper_of, two

MOST_MILLIMETRES = 15
A_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
NOT_THERE = "One of these claims is not there."


class ClaimsField(forms.ModelMultipleChoiceField):
    default_error_messages = {
        "required": "Tick at least one claim.",
        "invalid_choice": NOT_THERE,
        "invalid_pk_value": NOT_THERE,
    }

    def clean(self, value):
        """A number that no database can hold is no claim."""
        if not all(A_NUMBER.fullmatch(each) for each in value or []):
            raise forms.ValidationError(NOT_THERE)
        return super().clean(value)


class SendForm(forms.Form):
    """The claims that were ticked."""

    claim = ClaimsField(Claim.objects.all())


class SubmitterForm(forms.ModelForm):
    class Meta:
        model = ClaimSubmitter
        fields = [
            "name",
            "identifier",
            "contact_name",
            "contact_phone",
            "receiver_name",
            "receiver_identifier",
            "usage",
        ]
        labels = {
            "name": "Name of who sends",
            "identifier": "Submitter id",
            "contact_name": "Whom to ask",
            "contact_phone": "Their telephone",
            "receiver_name": "Name of the clearing house",
            "receiver_identifier": "Receiver id",
            "usage": "What the files are for",
        }
        help_texts = {
            "identifier": "Given by the clearing house, at most 15 letters and digits.",
            "receiver_identifier": "As the clearing house wants to be addressed.",
            "usage": "A test file changes nothing: its claims stay ready. Change to production"
            " once the clearing house has passed your tests.",
        }
        widgets = {"usage": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.helper = helper_of(
            two("name", "identifier", "contact_name", "contact_phone"),
            two("receiver_name", "receiver_identifier"),
            "usage",
        )

    def clean_contact_phone(self) -> str:
        phone = self.cleaned_data["contact_phone"]
        if sum(sign.isdecimal() for sign in phone) != 10:
            raise forms.ValidationError("Give ten digits, such as 970-555-0142.")
        return phone


def millimetres(**kwargs) -> forms.DecimalField:
    return forms.DecimalField(
        min_value=-MOST_MILLIMETRES,
        max_value=MOST_MILLIMETRES,
        max_digits=4,
        decimal_places=1,
        required=False,
        **kwargs,
    )


class NudgeForm(forms.Form):
    """How far a printer misses the boxes of the red form."""

    right = millimetres(label="Move right by", help_text="Millimetres; with a minus, to the left.")
    down = millimetres(label="Move down by", help_text="Millimetres; with a minus, up.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["step"] = "0.5"
        self.helper = helper_of(two("right", "down"))

    def clean(self) -> dict[str, Decimal]:
        cleaned = super().clean()
        return {name: cleaned.get(name) or Decimal(0) for name in self.fields}
