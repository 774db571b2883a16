"""What the desk or the biller fills in about the benefits of a coverage."""

from datetime import date, timedelta

from crispy_forms.bootstrap import InlineRadios
from django import forms
from django.utils import timezone

from emr.forms import DayInput, helper_of, two
from emr.models import Answer, Authorization, ConservativeCare, Verification
from emr.payer_forms import bound, check_limit
from emr.price_forms import check_day

QUESTIONS = ("covered", "authorization", "limit", "investigational")
# An older answer is stale before it is written down, and so worth nothing.
OLDEST_ANSWER = timedelta(days=366)


class VerificationForm(forms.ModelForm):
    """The four questions, and who answered them when."""

    class Meta:
        model = Verification
        fields = [
            "verified_on",
            "way",
            "spoke_with",
            "reference",
            *QUESTIONS,
            "limit_visits",
            "limit_days",
            "remarks",
        ]
        labels = {
            "covered": "1. Is dry needling (20560, 20561) covered?",
            "authorization": "2. Is authorization needed first?",
            "limit": "3. Is there a limit on visits?",
            "limit_visits": "So many visits",
            "limit_days": "in so many days",
            "investigational": "4. Does the plan call it investigational?",
            "verified_on": "Answered on",
            "way": "By",
            "spoke_with": "Who answered",
            "reference": "Reference number",
        }
        help_texts = {
            "spoke_with": "A name, or the page of the portal.",
            "remarks": "About this patient; not taken over for others on the plan.",
        }
        widgets = {"verified_on": DayInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in QUESTIONS:
            self.fields[name] = forms.ChoiceField(
                label=self.fields[name].label, choices=Answer.choices, widget=forms.RadioSelect
            )
        bound(self, "limit_visits", "limit_days")
        self.helper = helper_of(
            *(InlineRadios(name) for name in QUESTIONS[:3]),
            two("limit_visits", "limit_days"),
            InlineRadios(QUESTIONS[3]),
            two("spoke_with", "reference"),
            two("verified_on", "way"),
            "remarks",
        )

    def clean_verified_on(self) -> date:
        day, today = self.cleaned_data["verified_on"], timezone.localdate()
        if day > today:
            raise forms.ValidationError("An answer is written down when it is given.")
        if day < today - OLDEST_ANSWER:
            raise forms.ValidationError("This is more than a year ago: ask the plan again.")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("limit") == Answer.YES:
            check_limit(self, cleaned)
        elif "limit" in cleaned:
            for name in ("limit_visits", "limit_days"):
                if cleaned.get(name) is not None:
                    self.add_error(name, "Only if there is a limit.")
        return cleaned


class AuthorizationForm(forms.ModelForm):
    class Meta:
        model = Authorization
        fields = ["number", "starts_on", "ends_on", "visits", "used_elsewhere"]
        labels = {
            "visits": "Visits allowed",
            "used_elsewhere": "Of these used elsewhere",
        }
        help_texts = {"ends_on": "Empty if none.", "visits": "Empty if any number."}
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="authorization_%s", **kwargs)
        bound(self, "visits", "used_elsewhere")
        self.fields["used_elsewhere"].required = False
        self.helper = helper_of(
            "number", two("starts_on", "ends_on"), two("visits", "used_elsewhere")
        )

    def clean_starts_on(self) -> date:
        return check_day(self.cleaned_data["starts_on"])

    def clean_used_elsewhere(self) -> int:
        return self.cleaned_data["used_elsewhere"] or 0

    def clean(self) -> dict:
        cleaned = super().clean()
        check_end(self, cleaned)
        visits, used = cleaned.get("visits"), cleaned.get("used_elsewhere")
        if visits == 0:
            self.add_error("visits", "At least 1, or empty.")
        elif visits is not None and used is not None and used > visits:
            self.add_error("used_elsewhere", "These are more than are allowed.")
        return cleaned


class ConservativeCareForm(forms.ModelForm):
    class Meta:
        model = ConservativeCare
        fields = ["what", "starts_on", "ends_on"]
        labels = {"what": "What was tried"}
        help_texts = {
            "what": "Such as exercise and manual therapy, home programme.",
            "ends_on": "Empty while it goes on.",
        }
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="care_%s", **kwargs)
        self.helper = helper_of("what", two("starts_on", "ends_on"))

    def clean_starts_on(self) -> date:
        day = check_day(self.cleaned_data["starts_on"])
        if day > timezone.localdate():
            raise forms.ValidationError("Write it down once it has begun.")
        return day

    def clean(self) -> dict:
        cleaned = super().clean()
        check_end(self, cleaned)
        return cleaned


def check_end(form: forms.Form, cleaned: dict) -> None:
    starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        form.add_error("ends_on", "It cannot end before its first day.")
