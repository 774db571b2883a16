"""What an owner fills in about a clinician; a therapist, about their own training."""

from copy import copy
from datetime import date, timedelta

from crispy_forms.layout import Div
from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone

from emr.models import Licence, Provider, ScopeOverride, TrainingRecord
from emr.staff_forms import STATE_CHOICES, day_input, laid_out, refuse_end_before_start

A_YEAR = timedelta(days=366)
# So that a note of the last weeks can still be signed.
REACHES_BACK = timedelta(days=31)

MOST_SESSIONS = 9_999  # of one course; what is more is a slip of the finger

NO_END = "Empty if it does not end."
NO_ENDORSEMENT = "Only where the state asks for one. Empty if there is none."

CERTIFICATE_MEGABYTES = 10
# How a file of each kind begins, whatever its name says.
CERTIFICATE_KINDS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


class ProviderForm(forms.ModelForm):
    class Meta:
        model = Provider
        fields = ["profession", "credentials", "npi", "taxonomy", "acupuncture_credential"]

    helper = laid_out(
        Div("profession", "credentials", css_class="two"),
        Div("npi", "taxonomy", css_class="two"),
        "acupuncture_credential",
    )


class LicenceForm(forms.ModelForm):
    state = forms.ChoiceField(choices=STATE_CHOICES)

    class Meta:
        model = Licence
        fields = ["state", "number", "issued_on", "expires_on", "endorsed_on"]
        labels = {"issued_on": "First good day", "expires_on": "Last good day"}
        help_texts = {"expires_on": NO_END, "endorsed_on": NO_ENDORSEMENT}
        widgets = dict.fromkeys(["issued_on", "expires_on", "endorsed_on"], day_input())

    helper = laid_out(
        Div("state", "number", "issued_on", "expires_on", css_class="two"), "endorsed_on"
    )

    def clean(self):
        super().clean()
        refuse_end_before_start(self, "issued_on", "expires_on")
        check_endorsement(self, issued_on=self.cleaned_data.get("issued_on"))
        same = self.instance.provider.licences.filter(
            state=self.cleaned_data.get("state"), number=self.cleaned_data.get("number")
        )
        if same.exists():
            self.add_error("number", "This licence is already listed.")


class EditLicenceForm(forms.ModelForm):
    class Meta:
        model = Licence
        fields = ["expires_on", "endorsed_on"]
        labels = {"expires_on": "Last good day"}
        help_texts = {"expires_on": NO_END, "endorsed_on": NO_ENDORSEMENT}
        widgets = dict.fromkeys(["expires_on", "endorsed_on"], day_input())

    helper = laid_out()

    def __init__(self, *args, licence: Licence, **kwargs):
        # On a copy: a form writes its answers into its instance, wrong ones too.
        super().__init__(*args, auto_id=f"id_{licence.pk}_%s", instance=copy(licence), **kwargs)
        self.licence = licence

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < self.licence.issued_on:
            raise forms.ValidationError("A licence ends on or after its first good day.")
        return day

    def clean(self):
        super().clean()
        # Both may be empty, so that half a form would wipe what it leaves out.
        for name in self.fields.keys() - self.data.keys():
            self.add_error(name, "This is missing: send the whole form again.")
        check_endorsement(self, issued_on=self.licence.issued_on)


class TrainingForm(forms.ModelForm):
    certificate = forms.FileField(
        required=False,
        help_text=f"PDF, JPEG or PNG, at most {CERTIFICATE_MEGABYTES} MB.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    class Meta:
        model = TrainingRecord
        fields = [
            "course",
            "completed_on",
            "hours_in_person",
            "hours_online",
            "supervised_sessions",
            "certificate",
        ]
        widgets = {"completed_on": day_input()}

    helper = laid_out(
        "course",
        Div("completed_on", "supervised_sessions", css_class="two"),
        Div("hours_in_person", "hours_online", css_class="two"),
        "certificate",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ["hours_in_person", "hours_online"]:
            self.fields[name].widget.attrs |= {"min": 0, "step": "0.5"}
            self.fields[name].min_value = 0
        sessions = self.fields["supervised_sessions"]
        sessions.validators.append(MaxValueValidator(MOST_SESSIONS))
        sessions.widget.attrs["max"] = MOST_SESSIONS

    def clean_completed_on(self):
        day = self.cleaned_data["completed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("A course is recorded when it is completed.")
        return day

    def clean_hours_in_person(self):
        return not_negative(self.cleaned_data["hours_in_person"])

    def clean_hours_online(self):
        return not_negative(self.cleaned_data["hours_online"])

    def clean_certificate(self):
        """The file, with its `kind` as its first bytes tell it."""
        upload = self.cleaned_data["certificate"]
        if not upload:
            return None
        if upload.size > CERTIFICATE_MEGABYTES * 1_000_000:
            raise forms.ValidationError(
                f"This file is larger than {CERTIFICATE_MEGABYTES} MB. Scan it with less detail."
            )
        start = upload.read(8)
        upload.seek(0)
        for beginning, kind in CERTIFICATE_KINDS.items():
            if start.startswith(beginning):
                upload.kind = kind
                return upload
        raise forms.ValidationError("This is not a PDF, JPEG or PNG file, whatever its name says.")


class OverrideForm(forms.ModelForm):
    """The owner's reason why somebody needles although the table of states stops it."""

    class Meta:
        model = ScopeOverride
        fields = ["about", "reason", "starts_on", "ends_on"]
        labels = {"about": "What is overridden"}
        help_texts = {
            "reason": "Such as what the board wrote, and when. It stands on every note meanwhile.",
            "ends_on": "Empty: until you end it.",
        }
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    helper = laid_out("about", "reason", Div("starts_on", "ends_on", css_class="two"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="override_%s", **kwargs)
        self.fields["about"].choices = ScopeOverride.About.choices

    def clean_starts_on(self) -> date:
        day, today = self.cleaned_data["starts_on"], timezone.localdate()
        if not today - REACHES_BACK <= day <= today + A_YEAR:
            raise forms.ValidationError("From a month ago to a year ahead.")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        refuse_end_before_start(self, "starts_on", "ends_on")
        last = cleaned.get("ends_on")
        if last and last < timezone.localdate():
            self.add_error("ends_on", "This day is over: give today or later.")
        return cleaned


def check_endorsement(form: forms.Form, *, issued_on: date | None) -> None:
    """The endorsement begins within the days of its licence."""
    day, last = form.cleaned_data.get("endorsed_on"), form.cleaned_data.get("expires_on")
    if day and ((issued_on and day < issued_on) or (last and day > last)):
        form.add_error("endorsed_on", "This is not within the days of the licence.")


def not_negative(hours):
    if hours < 0:
        raise forms.ValidationError("Hours cannot be less than zero.")
    return hours
