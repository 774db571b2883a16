"""What somebody who calls a patient writes down: one form with two buttons."""

from django import forms

from notes.models import CallAttempt

REACHED = {"yes": True, "no": False}


class CallForm(forms.Form):
    reached = forms.TypedChoiceField(
        choices=[("yes", "Reached"), ("no", "Not reached")],
        coerce=REACHED.__getitem__,
        error_messages={
            "required": "Say whether the patient was reached.",
            "invalid_choice": "Say whether the patient was reached.",
        },
    )
    words = forms.CharField(
        max_length=CallAttempt._meta.get_field("words").max_length, required=False
    )
