"""The form into which an owner pastes the wording of an ABN edition, one field a part."""

from datetime import date

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from consent import demonstration
from consent.models import Language
from consent.wording import LONGEST_PART, PARTS
from emr.forms import helper_of
from emr.rules.editions import Edition, editions
from emr.scans import Scan, ScanError, read_scan

LINES = {"opening": 5, "what_to_do": 6, "option_1": 6, "footer": 5, "option_1_last": 2}


class WordingForm(forms.Form):
    edition = forms.ChoiceField(
        label="Edition",
        help_text="The expiry that is printed on the form, in its lower corner.",
    )
    language = forms.ChoiceField(choices=Language.choices, label="Language of the form")
    pdf = forms.FileField(
        label="The form as CMS publishes it (PDF)",
        required=False,
        help_text="Kept beside the wording with its fingerprint, to compare later.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    is_demonstration = forms.BooleanField(
        label="This is not CMS's wording but an invented one, for the demonstration",
        required=False,
    )

    def __init__(self, *args, day: date, **kwargs):
        super().__init__(*args, auto_id="wording_%s", **kwargs)
        known = sorted(editions(), key=lambda each: each.printed_expiry, reverse=True)
        choices = [(each.printed_expiry.isoformat(), described(each, day=day)) for each in known]
        self.fields["edition"].choices = [("", "Choose"), *choices]
        if not settings.DEMO:
            del self.fields["is_demonstration"]
        for part in PARTS:
            rows = LINES.get(part.id, 4 if part.long else 1)
            self.fields[f"part_{part.id}"] = forms.CharField(
                label=part.label,
                help_text=part.help,
                required=part.required,
                max_length=LONGEST_PART,
                widget=forms.Textarea(attrs={"rows": rows}) if part.long else forms.TextInput(),
                error_messages={"required": "Paste this part of the form."},
            )
            self.fields[f"part_{part.id}"].widget.attrs |= {"autocomplete": "off"}
        self.helper = helper_of()

    @staticmethod
    def values_of(parts: dict[str, str]) -> dict[str, str]:
        """A wording as the form's initial values."""
        return {f"part_{id}": text for id, text in parts.items()}

    def clean_edition(self) -> date:
        return date.fromisoformat(self.cleaned_data["edition"])

    def clean_pdf(self) -> Scan | None:
        upload = self.cleaned_data["pdf"]
        if not upload:
            return None
        try:
            scan = read_scan(upload)
        except ScanError as error:
            raise ValidationError(str(error)) from error
        if scan.kind != "pdf":
            raise ValidationError("Choose the PDF of the form, not a picture of it.")
        return scan

    def wording(self) -> dict:
        """What was posted, as `install_wording` takes it."""
        cleaned = self.cleaned_data
        return {
            "edition_expires": cleaned["edition"],
            "language": cleaned["language"],
            "pdf": cleaned["pdf"],
            "is_demonstration": cleaned.get("is_demonstration", False),
            "parts": {part.id: cleaned[f"part_{part.id}"] for part in PARTS},
        }

    def add_errors_of(self, error: ValidationError) -> None:
        """Puts what the action found beside the parts."""
        for id, messages in error.message_dict.items():
            name = f"part_{id}"
            self.add_error(name if name in self.fields else None, messages)


def described(edition: Edition, *, day: date) -> str:
    """An edition by its printed expiry, and whether it may be used on the day."""
    expiry = f"{edition.printed_expiry:%m/%d/%Y}"
    if edition.usable_to and edition.usable_to < day:
        return f"{expiry}, obsolete since {edition.usable_to:%m/%d/%Y}"
    if day < edition.usable_from:
        return f"{expiry}, from {edition.usable_from:%m/%d/%Y} on"
    return f"{expiry}, may be used today"


def demonstration_values(language: str) -> dict[str, str]:
    """The invented wording, to fill the form of the demonstration clinic."""
    return WordingForm.values_of(demonstration.WORDINGS[Language(language)])
