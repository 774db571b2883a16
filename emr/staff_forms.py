"""What an owner fills in about people and the practice."""

import zoneinfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms

from emr.models import Practice, Profession, Role, User
from emr.validators import validate_npi, validate_person_name, validate_taxonomy

STATES = """
AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE Delaware;
DC District of Columbia;FL Florida;GA Georgia;GU Guam;HI Hawaii;ID Idaho;IL Illinois;IN Indiana;
IA Iowa;KS Kansas;KY Kentucky;LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI Michigan;
MN Minnesota;MS Mississippi;MO Missouri;MT Montana;NE Nebraska;NV Nevada;NH New Hampshire;
NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;ND North Dakota;OH Ohio;OK Oklahoma;
OR Oregon;PA Pennsylvania;PR Puerto Rico;RI Rhode Island;SC South Carolina;SD South Dakota;
TN Tennessee;TX Texas;UT Utah;VT Vermont;VA Virginia;VI Virgin Islands;WA Washington;
WV West Virginia;WI Wisconsin;WY Wyoming
"""
STATE_CHOICES = [("", "Choose a state")] + [
    tuple(state.strip().split(" ", 1)) for state in STATES.split(";")
]

US_ZONES = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona (no summer time)",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Puerto Rico and Virgin Islands",
    "Pacific/Guam": "Guam",
}


def zone_choices() -> list:
    elsewhere = sorted(zoneinfo.available_timezones() - set(US_ZONES))
    return [
        ("United States", list(US_ZONES.items())),
        ("Elsewhere", [(name, name.replace("_", " ")) for name in elsewhere if "/" in name]),
    ]


def laid_out(*layout) -> FormHelper:
    """Fields in the order of the form, or as laid out; the tag and the token are the page's."""
    plain = FormHelper()
    plain.form_tag = False
    plain.disable_csrf = True
    if layout:
        plain.layout = Layout(*layout)
    return plain


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RolesField(forms.MultipleChoiceField):
    def __init__(self, **kwargs):
        super().__init__(
            choices=Role.choices,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Tick at least one role."},
            **kwargs,
        )


class PersonForm(forms.ModelForm):
    first_name = forms.CharField(max_length=150, validators=[validate_person_name])
    last_name = forms.CharField(max_length=150, validators=[validate_person_name])

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]

    helper = laid_out(Div("first_name", "last_name", css_class="two"), "email")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()


class AddPersonForm(PersonForm):
    roles = RolesField()
    profession = forms.ChoiceField(choices=[("", "–"), *Profession.choices], required=False)
    credentials = forms.CharField(
        max_length=60, required=False, help_text="As printed after the name, such as PT, DPT."
    )
    npi = forms.CharField(label="NPI", max_length=10, required=False, validators=[validate_npi])

    class Meta(PersonForm.Meta):
        fields = ["first_name", "last_name", "username", "email"]
        labels = {"username": "User name"}
        help_texts = {
            "username": "What they type to sign in. Small letters and digits.",
            "email": "They may sign in with this, too.",
        }

    helper = laid_out(
        Div("first_name", "last_name", "username", "email", css_class="two"),
        Field("roles"),
        Fieldset(
            "For a therapist",
            HTML('<p class="form-text mt-0">Leave this empty for anybody who does not treat.</p>'),
            Div("profession", "credentials", "npi", css_class="three"),
            css_class="apart",
        ),
    )

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()

    def clean(self):
        super().clean()
        if Role.THERAPIST in self.cleaned_data.get("roles", []):
            for name in ["profession", "credentials", "npi"]:
                if name not in self.errors and not self.cleaned_data.get(name):
                    self.add_error(name, "A therapist needs this.")
        elif self.cleaned_data.get("profession"):
            self.add_error("roles", "Whoever has a profession needs the role of a therapist.")


class RolesForm(forms.Form):
    roles = RolesField(label="What this person does here")

    helper = laid_out()


class PracticeForm(forms.ModelForm):
    state = forms.ChoiceField(choices=STATE_CHOICES)
    time_zone = forms.ChoiceField(
        choices=zone_choices,
        help_text="Which day a visit belongs to, and every time that is printed.",
    )

    class Meta:
        model = Practice
        fields = [
            "name",
            "letterhead",
            "street",
            "city",
            "state",
            "postal_code",
            "phone",
            "tax_id",
            "npi",
            "time_zone",
            "taxonomy",
            "sides_count_apart",
            "divisions",
            "modifier_for_distinct_muscles",
            "necessity_denials",
            "tty",
            "takes_assignment",
            "consent_months",
            "link_minutes",
        ]
        labels = {
            "name": "Name of the practice",
            "postal_code": "ZIP code",
            "tax_id": "Tax id (EIN)",
            "npi": "NPI of the practice",
            "taxonomy": "Taxonomy code of the practice",
            "modifier_for_distinct_muscles": "Modifier when other muscles were injected the same day",
            "necessity_denials": "Medicare finds needling not necessary, and a valid ABN is on file",
            "sides_count_apart": "Right and left of one muscle count as two muscles",
            "divisions": "Fibre divisions of one muscle on one side",
            "takes_assignment": "The practice takes part in Medicare (accepts assignment)",
            "consent_months": "Months that a signed consent holds",
            "link_minutes": "Minutes that a link to a patient's phone holds",
        }
        help_texts = {
            "name": "At the head of every note, notice and receipt.",
            "phone": "Patients are told to call this number.",
            "tax_id": "Printed on superbills; nine digits.",
            "npi": "The organization's own, if it has one; ten digits.",
            "taxonomy": "What the practice is to the payers; ten signs, such as 225100000X. Claims carry it.",
            "modifier_for_distinct_muscles": (
                "An injection and needling on one day are a pair that only a modifier parts. Medicare"
                " prefers XS because it says why; some payers know only 59."
            ),
            "necessity_denials": (
                "The old billing guide says never to collect after such a denial; Medicare’s own rule"
                " says that a valid ABN makes the patient owe it. Until you choose, a person looks at"
                " each."
            ),
            "sides_count_apart": (
                "On: both soleus muscles make two, so a third muscle on either side makes the visit"
                " 20561. Off: they make one, and the same visit may stay at 20560. Leave this on"
                " unless a payer has told you otherwise in writing."
            ),
            "divisions": (
                "“Once” counts upper, middle and lower trapezius as one muscle, unless the note gives"
                " each a rationale of its own: the careful reading. “Each” counts them as three, which"
                " may turn 20560 into 20561 and is what an auditor asks about first."
            ),
            "tty": "For callers who cannot hear; printed on notices and on the wall sign. 711 is the"
            " relay service.",
            "takes_assignment": (
                "On: Medicare's payment counts as payment in full. Off: the ABN has to strike a"
                " sentence of option 1 and say what Medicare pays to the patient instead."
            ),
            "consent_months": (
                "Afterwards the desk is told that a new one is due. Empty: it holds until the patient"
                " withdraws it or a new version asks for it. Your state or insurer may want less."
            ),
            "link_minutes": "From 2 to 120. Short is safer: whoever has the link may try to open it.",
        }
        widgets = {
            "divisions": forms.RadioSelect,
            "modifier_for_distinct_muscles": forms.RadioSelect,
            "necessity_denials": forms.RadioSelect,
        }

    def clean_taxonomy(self) -> str:
        code = self.cleaned_data["taxonomy"].upper()
        if code:
            validate_taxonomy(code)
        return code

    helper_address = laid_out(
        "name",
        "letterhead",
        "street",
        Div("city", "state", "postal_code", css_class="three"),
        Div("phone", "time_zone", css_class="two"),
    )
    helper_numbers = laid_out(Div("tax_id", "npi", "taxonomy", css_class="three"))
    helper_counting = laid_out("sides_count_apart", "divisions")
    helper_claims = laid_out("modifier_for_distinct_muscles", "necessity_denials")
    helper_desk = laid_out(
        "takes_assignment", Div("consent_months", "link_minutes", css_class="two"), "tty"
    )


def refuse_end_before_start(form: forms.Form, first: str, last: str) -> None:
    start, end = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if start and end and end < start:
        form.add_error(last, "This is before the first day.")
