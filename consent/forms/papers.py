"""The form with which staff bring a signed paper back in, and key in what stands on it."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.core.exceptions import ValidationError

from consent.actions import Hand
from consent.forms.room import LONGEST_NAME, LONGEST_REASON, LONGEST_RELATION
from consent.models import Language, Scan
from consent.room import Answer, Shown
from consent.words.room import ENGLISH
from emr.documents import normalise_code
from emr.forms import DayInput, helper_of, two
from emr.scans import MEGABYTES, ScanError, page_pngs, read_scan
from emr.validators import validate_person_name

NO_CODE = "A code has twelve letters and digits in three groups, such as H7KQ-2M4T-9XWC."
INTENT = "Signed by hand on the printed form."
ON_PAPER = {
    "consent": {Answer.AGREE: "Agrees to dry needling", Answer.DECLINE: "Does not agree"},
    "abn": {
        Answer.OPTION_1: "Option 1 is ticked",
        Answer.OPTION_2: "Option 2 is ticked",
        Answer.OPTION_3: "Option 3 is ticked",
    },
    "agreement": {Answer.AGREE: "Agrees to pay", Answer.DECLINE: "Does not agree"},
    "estimate": {Answer.AGREE: "Received it, and signed"},
}


def a_name(label: str, **options) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_NAME,
        required=False,
        validators=[validate_person_name],
        **options,
    )


class CodeForm(forms.Form):
    """Which paper it is: by its code alone, never by a name."""

    code = forms.CharField(
        label="Code printed on the paper",
        max_length=40,
        help_text="At the foot of each page.",
        widget=forms.TextInput(
            attrs={"placeholder": "H7KQ-2M4T-9XWC", "autocomplete": "off", "spellcheck": "false"}
        ),
        error_messages={"required": "Type the code that is printed on the paper."},
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper_of("code")

    def clean_code(self) -> str:
        code = normalise_code(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(NO_CODE)
        return code


class PaperForm(CodeForm):
    """The scan of one paper form, and what the patient wrote on it."""

    file = forms.FileField(
        label="The signed paper",
        help_text=f"PDF, JPEG or PNG, at most {MEGABYTES} MB.",
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"required": "Choose the scan, or take a photograph of the paper."},
    )
    answer = forms.ChoiceField(
        label="What stands on the paper",
        widget=forms.RadioSelect,
        error_messages={"required": "Key in what the patient ticked."},
    )
    language = forms.ChoiceField(label="Language of the paper", choices=Language)
    signed_on = forms.DateField(
        label="Date on the paper",
        widget=DayInput(),
        error_messages={"required": "Give the day that the patient wrote beside the signature."},
    )
    reason = forms.CharField(
        label="Reason, if the patient wrote one", max_length=LONGEST_REASON, required=False
    )
    representative = a_name("Name of who signed")
    relation = forms.CharField(
        label="What they are to the patient", max_length=LONGEST_RELATION, required=False
    )
    ground = forms.ChoiceField(
        label="Why they may sign",
        required=False,
        choices=[("", "–"), *((each, each) for each in ENGLISH["grounds"])],
    )
    interpreter = a_name("Interpreter")
    witness = a_name("Witness")

    def __init__(self, *args, shown: Shown, code: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.shown, self.expected = shown, code
        answers = [(each.value, words) for each, words in ON_PAPER[shown.kind].items()]
        self.fields["answer"].choices = answers
        known = [(each, Language(each).label) for each in shown.languages]
        self.fields["language"].choices = known
        for name in ("reason", "representative", "relation", "interpreter", "witness"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if shown.kind != "consent":
            del self.fields["reason"]
        self.helper = helper_of(
            "code",
            "file",
            "answer",
            two("signed_on", "language"),
            *(["reason"] if shown.kind == "consent" else []),
            HTML('<h2 class="mt-3">If somebody signed for the patient</h2>'),
            "representative",
            two("relation", "ground"),
            HTML('<h2 class="mt-3">If they were there</h2>'),
            two("interpreter", "witness"),
        )

    def clean_code(self) -> str:
        code = super().clean_code()
        if code != self.expected:
            raise ValidationError("This is the code of another paper: look at the sheet once more.")
        return code

    def clean_answer(self) -> Answer:
        return Answer(self.cleaned_data["answer"])

    def clean_file(self):
        """The file as paper; `pages` of the cleaned data are its drawings."""
        try:
            scan = read_scan(self.cleaned_data["file"])
            self.cleaned_data["pages"] = page_pngs(scan)
        except ScanError as error:
            raise ValidationError(str(error)) from error
        return scan

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        own = ["representative", "relation", "ground"]
        if any(cleaned.get(name) for name in own):
            for name in own:
                if not (cleaned.get(name) or name in self.errors):
                    self.add_error(name, "Needed when somebody signed for the patient.")
        return cleaned

    def hand(self, scan: Scan, *, place: str) -> Hand:
        given = self.cleaned_data
        return Hand(
            signer_name=given["representative"] or self.shown.patient_name,
            intent=INTENT,
            scan=scan,
            relation=given["relation"],
            ground=given["ground"],
            interpreter=given["interpreter"],
            witness=given["witness"],
            place=place,
            signed_on=given["signed_on"],
        )
