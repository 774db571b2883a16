"""What a biller says of a claim: its details, and why a step is taken."""

from crispy_forms.layout import Field
from django import forms

from billing.models import Claim
from billing.models.claim import Frequency
from emr.forms import A_STATE, OLDEST_BIRTH, DayInput, helper_of, two, upper_state
from emr.validators import validate_no_card_number, validate_npi


class ReasonForm(forms.Form):
    """One step of a claim that asks why; `about` keeps the fields of several on one page apart."""

    reason = forms.CharField(label="Why", max_length=400, validators=[validate_no_card_number])

    def __init__(self, *args, about: str, label: str = "Why", **kwargs):
        super().__init__(*args, auto_id=f"{about}_%s", **kwargs)
        self.fields["reason"].label = label
        self.helper = helper_of(*(Field(name, autocomplete="off") for name in self.fields))


class CorrectForm(ReasonForm):
    payer_control_number = forms.CharField(
        label="Payer's own number of this claim",
        max_length=50,
        required=False,
        help_text="From the remittance or the payer's portal. A rejected first claim has none.",
    )

    field_order = ["reason", "payer_control_number"]


class DetailsForm(forms.ModelForm):
    """What a claim says beside its lines."""

    class Meta:
        model = Claim
        fields = [
            "onset_on",
            "accident",
            "accident_state",
            "referrer_last_name",
            "referrer_first_name",
            "referrer_npi",
            "authorization_number",
            "payer_control_number",
        ]
        widgets = {"onset_on": DayInput(min="1900-01-01")}
        labels = {
            "onset_on": "Symptoms began on",
            "accident": "Because of an accident",
            "accident_state": "State of an auto accident",
            "referrer_last_name": "Referred by, last name",
            "referrer_first_name": "First name",
            "payer_control_number": "Payer's own number of the claim it replaces",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["accident_state"].validators.append(A_STATE)
        self.fields["referrer_npi"].validators.append(validate_npi)
        if self.instance.frequency == Frequency.ORIGINAL:
            del self.fields["payer_control_number"]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        last = ["payer_control_number"] if "payer_control_number" in self.fields else []
        self.helper = helper_of(
            two("onset_on", "authorization_number"),
            two("accident", "accident_state"),
            two("referrer_last_name", "referrer_first_name"),
            two("referrer_npi", *last),
        )

    def _clean_fields(self):
        self.data = upper_state(self.data, self.add_prefix("accident_state"))
        super()._clean_fields()

    def clean(self) -> dict:
        cleaned = super().clean()
        by_car = cleaned.get("accident") == Claim.Accident.AUTO
        state = cleaned.get("accident_state")
        if by_car and not state and "accident_state" not in self.errors:
            self.add_error("accident_state", "Say in which state the auto accident was.")
        elif state and not by_car:
            self.add_error("accident_state", "Only an auto accident names its state.")
        last, npi = cleaned.get("referrer_last_name"), cleaned.get("referrer_npi")
        if (npi or cleaned.get("referrer_first_name")) and not last:
            self.add_error("referrer_last_name", "Say who referred the patient.")
        onset = cleaned.get("onset_on")
        if onset and onset < OLDEST_BIRTH:
            self.add_error("onset_on", "Check the year.")
        elif onset and onset > self.instance.note.date_of_service:
            self.add_error("onset_on", "The symptoms began before the visit.")
        return cleaned

    @property
    def details(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.fields}
