"""Forms about consent."""

from django import forms

from emr.forms import DayInput, helper_of


class ConsentForm(forms.Form):
    signed_on = forms.DateField(label="Signed on", widget=DayInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="consent_%s", **kwargs)
        self.helper = helper_of("signed_on")


class WithdrawalForm(forms.Form):
    withdrawn_on = forms.DateField(label="Withdrawn on", widget=DayInput())
    reason = forms.CharField(max_length=240, help_text="In the patient's words.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="withdrawal_%s", **kwargs)
        self.fields["reason"].widget.attrs["autocomplete"] = "off"
        self.helper = helper_of("withdrawn_on", "reason")
