"""Forms about consent: what staff record about a patient's, and the text that patients sign."""

from crispy_forms.layout import Field
from django import forms

from consent.models import ConsentText
from emr.forms import DayInput, helper_of
from emr.models import DocumentEvent
from emr.models.document import COPIES
from emr.rules.state_packs import CLAUSES

LONGEST_TITLE = ConsentText._meta.get_field("title").max_length
LONGEST_HEADING = 120
LONGEST_SECTION = 6000


class PaperConsentForm(forms.Form):
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


class CopyForm(forms.Form):
    """How the patient was given a copy."""

    what = forms.ChoiceField(
        choices=[(each.value, DocumentEvent.What(each).label) for each in COPIES]
    )


class ConsentTextForm(forms.Form):
    """The consent text in one language: a title, and a heading and a text for each clause."""

    title = forms.CharField(max_length=LONGEST_TITLE)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="text_%s", **kwargs)
        for clause, label in CLAUSES.items():
            self.fields[f"heading_{clause}"] = forms.CharField(
                label="Heading", max_length=LONGEST_HEADING, required=False
            )
            self.fields[f"text_{clause}"] = forms.CharField(
                label=f"Text: {label}",
                max_length=LONGEST_SECTION,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            )
        self.helper = helper_of("title")

    @staticmethod
    def values_of(text: dict) -> dict:
        """A stored text as the form's initial values."""
        values = {"title": text["title"]}
        for section in text["sections"]:
            values[f"heading_{section['clause']}"] = section["heading"]
            values[f"text_{section['clause']}"] = section["text"]
        return values

    def clauses(self) -> list[dict]:
        """For the page: each clause with its two fields."""
        return [
            {
                "clause": clause,
                "label": label,
                "heading": self[f"heading_{clause}"],
                "text": self[f"text_{clause}"],
            }
            for clause, label in CLAUSES.items()
        ]

    def sections(self) -> list[dict]:
        """What was posted, as consent.models.ConsentText keeps it; a heading alone says nothing."""
        return [
            {
                "clause": clause,
                "heading": self._posted(f"heading_{clause}"),
                "text": self._posted(f"text_{clause}"),
            }
            for clause in CLAUSES
        ]

    def clean(self):
        super().clean()
        for clause in CLAUSES:
            heading, text = f"heading_{clause}", f"text_{clause}"
            if self.cleaned_data.get(text) and not self.cleaned_data.get(heading, "missing"):
                self.add_error(heading, "Give this part a heading.")
        return self.cleaned_data

    def _posted(self, name: str) -> str:
        return self.cleaned_data.get(name, "").replace("\r\n", "\n")


class PublishForm(forms.Form):
    """Whether everybody signs anew: nothing is chosen beforehand."""

    NO, YES = "no", "yes"
    must_renew = forms.ChoiceField(
        label="Patients who signed an earlier version",
        choices=[
            (NO, "keep their consent; the new text is for those who sign from now on"),
            (YES, "must sign this version before their next visit"),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="publish_%s", **kwargs)
        self.helper = helper_of(Field("must_renew"))
