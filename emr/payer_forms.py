"""What a biller fills in about payers and their policies."""

from datetime import date

from crispy_forms.layout import HTML
from django import forms
from django.core.validators import MaxValueValidator

from emr.forms import A_POSTAL_CODE, A_STATE, DayInput, helper_of, three, two, upper_state
from emr.models import Payer, PayerPolicy
from emr.models.coverage import CoverageKind
from emr.price_forms import check_day
from emr.rules.payer_policy import THAT_AUTHORIZE

MOST = 999  # visits, days or weeks

CLAIMS = ["electronic_id", "phone", "street", "city", "state", "postal_code"]
CLAIMS_LAYOUT = (two("electronic_id", "phone"), "street", three("city", "state", "postal_code"))


class PayerForm(forms.ModelForm):
    """What claims need to know of a payer. Its kind is settled when it is added: past visits were
    judged by it."""

    class Meta:
        model = Payer
        fields = ["name", "active", *CLAIMS]
        labels = {"active": "Offered for new coverages", "postal_code": "ZIP code"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["state"].validators.append(A_STATE)
        self.fields["postal_code"].validators.append(A_POSTAL_CODE)
        self.helper = helper_of("name", *CLAIMS_LAYOUT, "active")

    def _clean_fields(self):
        self.data = upper_state(self.data, self.add_prefix("state"))
        super()._clean_fields()

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if Payer.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a payer of this name already.")
        return name


class NewPayerForm(PayerForm):
    class Meta(PayerForm.Meta):
        fields = ["name", "kind", *CLAIMS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Choose the kind"), *CoverageKind.choices]
        self.helper = helper_of(two("name", "kind"), *CLAIMS_LAYOUT)


class PolicyForm(forms.ModelForm):
    """A policy from a day on, for one payer; what its kind never asks is left out."""

    url = forms.URLField(
        label="Link", required=False, assume_scheme="https", help_text="Where the policy stands."
    )

    class Meta:
        model = PayerPolicy
        fields = [
            "needling",
            "plan",
            "starts_on",
            "source",
            "url",
            "limit_visits",
            "limit_days",
            "limit_per_region",
            "conservative_weeks",
            "needs_improvement",
            "waiver_allowed",
            "waiver_form",
            "unit_rule",
            "plan_modifier",
            "needling_with_97140",
            "notice_modifier",
        ]
        labels = {
            "needling": "Dry needling is",
            "limit_visits": "At most so many visits",
            "limit_days": "in so many days",
            "limit_per_region": "Each region of the body counts by itself",
            "conservative_weeks": "Weeks of other care first",
            "needs_improvement": "Goes on only while the patient improves",
            "waiver_allowed": "The contract lets the patient pay under a signed agreement",
            "waiver_form": "The form that it asks for",
            "unit_rule": "Minutes become units by",
            "plan_modifier": "Modifier of the therapy plan",
            "needling_with_97140": "Modifier beside 97140",
            "notice_modifier": "Modifier with a signed ABN",
        }
        help_texts = {
            "limit_days": "Such as 4 visits in 30 days.",
            "conservative_weeks": "Empty if none.",
            "waiver_allowed": "Not known: a person looks before the patient is asked to pay.",
        }
        widgets = {"starts_on": DayInput(min="2000-01-01")}

    def __init__(self, *args, payer: Payer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["waiver_allowed"].widget.choices = [
            ("unknown", "Not known"),
            ("true", "Yes"),
            ("false", "No"),
        ]
        self.fields["needling_with_97140"].choices = [("", "None"), ("59", "59"), ("XS", "XS")]
        self.fields["notice_modifier"].choices = [
            ("", "By the table: GA"),
            ("GA", "GA"),
            ("GX", "GX"),
        ]
        self.fields["starts_on"].help_text = (
            "From today on: past visits keep the policy of their day. Only a first policy may reach"
            " back. The one before it ends the day before."
        )
        bound(self, "limit_visits", "limit_days", "conservative_weeks")
        if payer.kind not in THAT_AUTHORIZE:
            del self.fields["needling"]
        if payer.kind != CoverageKind.MEDICARE:
            del self.fields["notice_modifier"]
        self.helper = helper_of(*self._layout())

    def _layout(self) -> list:
        decides = "needling" in self.fields
        return [
            two("needling", "plan") if decides else "plan",
            two("starts_on", "url"),
            "source",
            _heading("What it asks for"),
            three("limit_visits", "limit_days", "conservative_weeks"),
            "limit_per_region",
            "needs_improvement",
            _heading("If it does not pay"),
            two("waiver_allowed", "waiver_form"),
            _heading("How it wants its lines"),
            two("unit_rule", "plan_modifier"),
            two(
                "needling_with_97140",
                *(["notice_modifier"] if "notice_modifier" in self.fields else []),
            ),
        ]

    def clean_starts_on(self) -> date:
        return check_day(self.cleaned_data["starts_on"])

    def clean(self) -> dict:
        cleaned = super().clean()
        check_limit(self, cleaned)
        if cleaned.get("limit_per_region") and not cleaned.get("limit_visits"):
            self.add_error("limit_per_region", "Say how many visits in how many days.")
        if cleaned.get("conservative_weeks") == 0:
            self.add_error("conservative_weeks", "Leave it empty if none are asked for.")
        return cleaned


def bound(form: forms.Form, *names: str) -> None:
    """Counts of at most three digits; what is more is a slip of the finger."""
    for name in names:
        form.fields[name].validators.append(MaxValueValidator(MOST))
        form.fields[name].widget.attrs |= {"min": 0, "max": MOST}


def check_limit(form: forms.Form, cleaned: dict) -> None:
    """Visits and days go together, and neither is nothing."""
    names = ("limit_visits", "limit_days")
    if any(name in form.errors for name in names):
        return
    given = [name for name in names if cleaned.get(name) is not None]
    if len(given) == 1:
        [missing] = set(names) - set(given)
        form.add_error(missing, "Say how many visits in how many days, or leave both empty.")
    for name in given:
        if cleaned[name] < 1:
            form.add_error(name, "At least 1.")


def _heading(words: str) -> HTML:
    return HTML(f'<h2 class="mt-3">{words}</h2>')
