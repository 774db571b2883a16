"""Forms of a maintenance series: planning it, and ending it."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone

from emr.forms import DayInput, TimeInput, helper_of, three, treating, two
from emr.models import Provider
from emr.validators import validate_no_card_number

MOST_VISITS, MOST_DAYS_APART = 52, 92


class SeriesForm(forms.Form):
    discharged_on = forms.DateField(label="Discharged on", widget=DayInput(min="2000-01-01"))
    provider = forms.ModelChoiceField(Provider.objects.none(), label="Therapist")
    place = forms.CharField(max_length=80, required=False, validators=[validate_no_card_number])
    day = forms.DateField(label="First visit", widget=DayInput())
    time = forms.TimeField(widget=TimeInput(step="300"))
    visits = forms.IntegerField(label="How many visits", min_value=1, max_value=MOST_VISITS)
    every_days = forms.IntegerField(
        label="Days from one to the next",
        min_value=1,
        max_value=MOST_DAYS_APART,
        help_text="28 is every fourth week, on the same day of the week.",
    )
    price = forms.DecimalField(
        label="Price of one visit in dollars",
        max_digits=8,
        decimal_places=2,
        min_value=Decimal("0.01"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="The cash price, or what was agreed.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = treating()
        self.fields["provider"].empty_label = "Choose"
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.helper = helper_of(
            three("discharged_on", "provider", "place"),
            two("day", "time"),
            three("visits", "every_days", "price"),
        )

    def clean_discharged_on(self):
        day = self.cleaned_data["discharged_on"]
        if day > timezone.localdate():
            raise ValidationError("Maintenance begins after discharge: this day lies ahead.")
        if day.year < timezone.localdate().year - 10:
            raise ValidationError("Check the year.")
        return day

    def clean_day(self):
        day, today = self.cleaned_data["day"], timezone.localdate()
        if not today <= day <= today + timedelta(days=366):
            raise ValidationError("From today to one year ahead.")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        day, discharged = cleaned.get("day"), cleaned.get("discharged_on")
        if day and discharged and day <= discharged:
            self.add_error("day", "The first visit comes after the day of discharge.")
        if day and cleaned.get("time") is not None:
            try:
                moment = datetime.combine(day, cleaned["time"])
                cleaned["starts_at"] = from_current_timezone(moment)
            except ValidationError:
                self.add_error("time", "The clocks change then: this hour does not exist once.")
        return cleaned

    @property
    def facts(self) -> dict:
        """What `plan_series` takes."""
        names = ("provider", "place", "starts_at", "visits", "every_days", "price", "discharged_on")
        return {name: self.cleaned_data[name] for name in names}


class EndForm(forms.Form):
    reason = forms.CharField(
        label="Why it ends",
        max_length=240,
        validators=[validate_no_card_number],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Say why it ends."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = helper_of("reason")
