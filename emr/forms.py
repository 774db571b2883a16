"""Forms about patients, who pays for them, and their visits."""

import hashlib
import re
from datetime import date, datetime, timedelta

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.forms.utils import from_current_timezone
from django.utils import timezone

from emr.models import (
    AlertKind,
    FunctionalGoal,
    Patient,
    PatientAlert,
    Payer,
)
from emr.models.provider import Provider
from emr.validators import validate_person_name

OLDEST_BIRTH = date(1900, 1, 1)
A_STATE = RegexValidator(r"^[A-Z]{2}$", "Give the two letters of a state, such as CO.")
A_POSTAL_CODE = RegexValidator(r"^\d{5}(-\d{4})?$", "Give a ZIP code, such as 80521.")


QMB_LABEL = "Qualified Medicare beneficiary (QMB): owes no cost sharing"
NAMES = ["last_name", "first_name", "middle_name", "preferred_name"]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs):
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs):
        super().__init__(attrs=attrs, format="%H:%M")


def helper_of(*fields) -> FormHelper:
    """The form's fields alone: its tag, token and buttons stand in the template."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


def two(*fields) -> Div:
    return Div(*fields, css_class="two")


def three(*fields) -> Div:
    return Div(*fields, css_class="three")


def check_birth_date(day: date) -> date:
    if day > timezone.localdate():
        raise ValidationError("A birth date cannot be in the future.")
    if day < OLDEST_BIRTH:
        raise ValidationError("Check the year of this birth date.")
    return day


class PatientForm(forms.ModelForm):
    """A new patient, or the facts of one; `seen` tells whether somebody else changed them since."""

    another_person = forms.BooleanField(
        label="This is another person: register them as well", required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Patient
        fields = [
            "last_name",
            "first_name",
            "middle_name",
            "preferred_name",
            "birth_date",
            "sex",
            "record_number",
            "phone",
            "email",
            "street",
            "city",
            "state",
            "postal_code",
        ]
        labels = {"postal_code": "ZIP code", "preferred_name": "Called"}
        help_texts = {"preferred_name": "If they go by another name."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.fields[name].validators.append(validate_person_name)
        self.fields["birth_date"].widget = DayInput(min="1900-01-01")
        self.fields["state"].validators.append(A_STATE)
        self.fields["postal_code"].validators.append(A_POSTAL_CODE)
        number = self.fields["record_number"]
        if not self.instance.pk:
            number.required = False
            number.help_text = "Leave it empty and the next one is assigned."
        self.same: list[Patient] = []
        self.initial["seen"] = self.face
        self.helper = helper_of(
            HTML("<h2>Person</h2>"),
            two("last_name", "first_name"),
            two("middle_name", "preferred_name"),
            three("birth_date", "sex", "record_number"),
            HTML('<h2 class="mt-3">Contact</h2>'),
            two("phone", "email"),
            "street",
            three("city", "state", "postal_code"),
            "seen",
        )

    @property
    def face(self) -> str:
        """A digest of the facts as they are in the record."""
        facts = repr([str(self.initial.get(name)) for name in self._meta.fields])
        return hashlib.sha256(facts.encode()).hexdigest()[:16]

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in self._meta.fields}

    def clean_birth_date(self):
        return check_birth_date(self.cleaned_data["birth_date"])

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk and {"last_name", "birth_date"} <= cleaned.keys():
            find_same(self, cleaned)
        return cleaned

    def _clean_fields(self):
        self.data = upper_state(self.data, self.add_prefix("state"))
        super()._clean_fields()


def upper_state(data, name: str):
    data = data.copy()
    if data.get(name):
        data[name] = data[name].strip().upper()
    return data


def find_same(form: forms.Form, cleaned: dict) -> None:
    """Keeps who already has this name and birth date; they must be said to be somebody else."""
    known = Patient.objects.filter(
        last_name__iexact=cleaned["last_name"], birth_date=cleaned["birth_date"]
    )
    form.same = list(known[:5])
    if form.same and not cleaned.get("another_person"):
        form.add_error("another_person", "Somebody of this name and birth date is known already.")


class WalkInForm(forms.Form):
    """A new patient who is here now: the least that a visit needs; the rest can follow."""

    last_name = forms.CharField(max_length=80, validators=[validate_person_name])
    first_name = forms.CharField(max_length=80, validators=[validate_person_name])
    birth_date = forms.DateField(widget=DayInput(min="1900-01-01"))
    phone = forms.CharField(max_length=30, required=False)
    provider = forms.ModelChoiceField(Provider.objects.none(), label="Therapist")
    place = forms.CharField(max_length=80, required=False)
    payer = forms.ModelChoiceField(
        Payer.objects.none(),
        label="Who pays",
        empty_label="Not asked yet",
        required=False,
        help_text="From today on. Somebody who is not in the list is added on the chart.",
    )
    member_number = forms.CharField(
        label="Number on their card",
        max_length=40,
        required=False,
        help_text="Medicare needs it.",
    )
    qmb = forms.BooleanField(label=QMB_LABEL, required=False)
    another_person = forms.BooleanField(
        label="This is another person: register them as well", required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = treating()
        self.fields["provider"].empty_label = "Choose"
        self.fields["payer"].queryset = Payer.objects.filter(active=True)
        self.fields["member_number"].widget.attrs["autocomplete"] = "off"
        self.same: list[Patient] = []
        self.helper = helper_of(
            two("last_name", "first_name"),
            two("birth_date", "phone"),
            two("provider", "place"),
            two("payer", "member_number"),
            "qmb",
        )

    def clean_birth_date(self):
        return check_birth_date(self.cleaned_data["birth_date"])

    def clean(self):
        cleaned = super().clean()
        if {"last_name", "birth_date"} <= cleaned.keys():
            find_same(self, cleaned)
        card = cleaned.get("member_number") or cleaned.get("qmb")
        if card and not cleaned.get("payer") and "payer" not in self.errors:
            self.add_error("payer", "Say whose card this is.")
        return cleaned


def treating():
    return Provider.objects.filter(active=True, user__is_active=True).select_related("user")


class VisitForm(forms.Form):
    """When, with whom and where; the hours are those on the practice's wall."""

    day = forms.DateField(widget=DayInput())
    time = forms.TimeField(widget=TimeInput(step="300"))
    provider = forms.ModelChoiceField(Provider.objects.none(), label="Therapist")
    place = forms.CharField(max_length=80, required=False, help_text="Such as Room 2.")
    here = forms.BooleanField(label="The patient is here already", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = treating()
        self.fields["provider"].empty_label = "Choose"
        self.helper = helper_of(two("day", "time"), two("provider", "place"), "here")

    def clean_day(self):
        day, today = self.cleaned_data["day"], timezone.localdate()
        if not today - timedelta(days=366) <= day <= today + timedelta(days=731):
            raise ValidationError("Check the year: from one year back to two years ahead.")
        return day

    def clean(self):
        cleaned = super().clean()
        if {"day", "time"} <= cleaned.keys():
            try:
                moment = datetime.combine(cleaned["day"], cleaned["time"])
                cleaned["start"] = from_current_timezone(moment)
            except ValidationError:
                self.add_error("time", "The clocks change then: this hour does not exist once.")
            if cleaned.get("here") and cleaned["day"] != timezone.localdate():
                self.add_error("here", "Only today's patients can be here already.")
        return cleaned


class AlertForm(forms.ModelForm):
    class Meta:
        model = PatientAlert
        fields = ["kind", "detail"]
        help_texts = {"detail": "The drug, the side, the implant…"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="alert_%s", **kwargs)
        self.fields["kind"].choices = [("", "Choose"), *AlertKind.choices]
        self.helper = helper_of("kind", "detail")


class GoalForm(forms.ModelForm):
    class Meta:
        model = FunctionalGoal
        fields = ["text"]
        labels = {"text": "What the patient wants to do again"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="goal_%s", **kwargs)
        self.helper = helper_of("text")


def as_searched(typed: str) -> str:
    """What was typed with American birth dates written as the record has them."""
    return re.sub(
        r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b",
        lambda m: f"{m[3]}-{int(m[1]):02}-{int(m[2]):02}",
        typed[:200],
    )
