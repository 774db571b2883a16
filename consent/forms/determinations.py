"""Forms about what a Medicare Advantage plan was asked, and what it answered."""

from django import forms
from django.core.exceptions import ValidationError

from consent.models import OrganizationDetermination
from emr import scans
from emr.forms import DayInput, helper_of, two
from emr.models import Coverage, CoverageKind, Patient

SERVICE = "Dry needling"


class AskedForm(forms.Form):
    """What the plan was asked, and when."""

    service = forms.CharField(max_length=160, initial=SERVICE, help_text="As the plan was told.")
    requested_on = forms.DateField(label="Asked on", widget=DayInput())
    reference = forms.CharField(
        label="Reference",
        max_length=60,
        required=False,
        help_text="The plan's number for the call or letter.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    @property
    def asked(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("service", "requested_on", "reference")}


class RequestForm(AskedForm):
    coverage = forms.ModelChoiceField(None, label="Plan", empty_label=None)

    field_order = ["coverage", "service", "requested_on", "reference"]

    def __init__(self, *args, patient: Patient, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coverage"].queryset = plans_of(patient)
        self.helper = helper_of("coverage", "service", two("requested_on", "reference"))


def plans_of(patient: Patient):
    advantage = CoverageKind.MEDICARE_ADVANTAGE
    return Coverage.objects.filter(patient=patient, payer__kind=advantage).select_related("payer")


class AnswerForm(AskedForm):
    """The plan's answer, once it is known; until then what was asked can be corrected."""

    decision = forms.ChoiceField(
        label="The plan's decision",
        choices=OrganizationDetermination.Decision.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="Once it is saved, it cannot be changed.",
    )
    decided_on = forms.DateField(label="Decided on", required=False, widget=DayInput())
    notice_on = forms.DateField(
        label="Date of the denial notice",
        required=False,
        widget=DayInput(),
        help_text="Form CMS-10003, which the plan sends to the patient.",
    )
    holds_until = forms.DateField(
        label="Valid until", required=False, widget=DayInput(), help_text="If the plan says so."
    )
    copy = forms.FileField(
        label="Copy of the plan's letter",
        required=False,
        help_text=f"PDF, JPEG or PNG, at most {scans.MEGABYTES} MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper_of(
            "service",
            two("requested_on", "reference"),
            "decision",
            two("decided_on", "notice_on"),
            two("holds_until", "copy"),
        )

    def clean_copy(self) -> scans.Scan | None:
        upload = self.cleaned_data["copy"]
        if not upload:
            return None
        try:
            return scans.read_scan(upload)
        except scans.ScanError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict:
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision and not (cleaned.get("decided_on") or "decided_on" in self.errors):
            self.add_error("decided_on", "Give the day of the plan's decision.")
        if not decision and "decision" not in self.errors:
            for name in ("decided_on", "notice_on", "holds_until", "copy"):
                if cleaned.get(name):
                    self.add_error("decision", "Say what the plan decided.")
                    break
        if decision == OrganizationDetermination.Decision.APPROVED and cleaned.get("notice_on"):
            self.add_error("notice_on", "Only a denial comes with this notice.")
        return cleaned

    @property
    def decided(self) -> dict:
        names = ("decision", "decided_on", "notice_on", "holds_until", "copy")
        return {name: self.cleaned_data[name] for name in names}
