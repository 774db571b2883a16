"""Who pays for a patient, and what stands on the card."""

from crispy_forms.layout import HTML
from django import forms

from emr.forms import QMB_LABEL, DayInput, check_birth_date, helper_of, two
from emr.models import Coverage, CoverageKind, Payer, Relation, Sex
from emr.validators import validate_person_name

HOLDER = [
    "relation",
    "subscriber_last_name",
    "subscriber_first_name",
    "subscriber_birth_date",
    "subscriber_sex",
]
CARD = ["member_number", "plan", "group_number", *HOLDER]


class CardForm(forms.ModelForm):
    """Numbers, plan and holder as on the card."""

    class Meta:
        model = Coverage
        fields = CARD
        labels = {
            "relation": "What the patient is to the holder",
            "subscriber_last_name": "Holder’s last name",
            "subscriber_first_name": "Holder’s first name",
            "subscriber_birth_date": "Holder’s birth date",
            "subscriber_sex": "Holder’s sex",
        }
        help_texts = {
            "plan": "As on the card, such as PPO Gold: what a plan answers is kept for the next patient"
            " on it.",
            "relation": "Self: the patient holds the insurance, and the rest stays empty.",
        }
        widgets = {"subscriber_birth_date": DayInput(min="1900-01-01")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member_number"].widget.attrs["autocomplete"] = "off"
        self.fields["relation"].required = False
        self.fields["subscriber_sex"].required = False
        for name in ("subscriber_last_name", "subscriber_first_name"):
            self.fields[name].validators.append(validate_person_name)
        self.helper = helper_of("member_number", *self.card_layout())

    @staticmethod
    def card_layout() -> list:
        return [
            two("plan", "group_number"),
            HTML('<h2 class="mt-3">Who holds the insurance</h2>'),
            "relation",
            two("subscriber_last_name", "subscriber_first_name"),
            two("subscriber_birth_date", "subscriber_sex"),
        ]

    def clean_relation(self) -> str:
        return self.cleaned_data["relation"] or Relation.SELF

    def clean_subscriber_sex(self) -> str:
        return self.cleaned_data["subscriber_sex"] or Sex.UNKNOWN

    def clean_subscriber_birth_date(self):
        day = self.cleaned_data["subscriber_birth_date"]
        return check_birth_date(day) if day else None

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("relation") == Relation.SELF:
            cleaned |= dict.fromkeys(HOLDER[1:3], "")
            cleaned |= {"subscriber_birth_date": None, "subscriber_sex": Sex.UNKNOWN}
            return cleaned
        for name in ("subscriber_last_name", "subscriber_birth_date"):
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, "Claims ask for this of whoever holds the insurance.")
        return cleaned


class CoverageForm(CardForm):
    """Who pays from when; a payer that is not in the list yet is named and added with it."""

    new_payer = forms.CharField(
        label="or a payer that is not in the list", max_length=120, required=False
    )
    new_kind = forms.ChoiceField(
        label="Its kind", choices=[("", "Choose the kind"), *CoverageKind.choices], required=False
    )

    class Meta(CardForm.Meta):
        fields = ["payer", "rank", "qmb", "starts_on", "ends_on", *CARD]
        labels = CardForm.Meta.labels | {"rank": "Pays", "qmb": QMB_LABEL}
        help_texts = CardForm.Meta.help_texts | {"qmb": ""}
        widgets = CardForm.Meta.widgets | {"starts_on": DayInput(), "ends_on": DayInput()}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = Payer.objects.filter(active=True)
        self.fields["payer"].required = False
        self.fields["payer"].empty_label = "Choose from the list"
        self.helper = helper_of(
            "payer",
            two("new_payer", "new_kind"),
            two("rank", "member_number"),
            two("starts_on", "ends_on"),
            "qmb",
            *self.card_layout(),
        )

    def clean(self) -> dict:
        cleaned = super().clean()
        name, kind = cleaned.get("new_payer"), cleaned.get("new_kind")
        if bool(cleaned.get("payer")) == bool(name):
            self.add_error("payer", "Choose a payer, or name one that is not in the list.")
        elif name and not kind:
            self.add_error("new_kind", "Say what kind of payer this is.")
        elif name and Payer.objects.filter(name__iexact=name).exists():
            self.add_error("new_payer", "This payer is in the list.")
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "It cannot end before its first day.")
        return cleaned


class EndCoverageForm(forms.Form):
    ends_on = forms.DateField(label="Last day", widget=DayInput())

    def __init__(self, *args, coverage: Coverage, **kwargs):
        super().__init__(*args, auto_id=f"end_{coverage.pk}_%s", **kwargs)
        self.coverage = coverage
        self.helper = helper_of("ends_on")

    def clean_ends_on(self):
        if self.cleaned_data["ends_on"] < self.coverage.starts_on:
            raise forms.ValidationError("It cannot end before its first day.")
        return self.cleaned_data["ends_on"]
