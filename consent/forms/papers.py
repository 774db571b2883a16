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
from emr.signing import digest
from emr.validators import validate_person_name

NO_CODE = "A code has twelve letters and digits in three groups, such as H7KQ-2M4T-9XWC."
INTENT = "Signed by hand on the printed form."
MOST_PHOTOGRAPHS = 10
NO_FILE = "Choose the scan, or take a photograph of the paper."
TOO_MANY = f"At most {MOST_PHOTOGRAPHS} photographs at once. Scan more pages to one PDF."
MIXED = "Choose one PDF, or the photographs of all pages: not several PDFs, and not both."
TWICE = "One photograph was chosen twice."
OTHER_PAGES = "These are other pages than those that you looked at. Look at them first."
UNSEEN = "Without it the paper is no answer: photograph it again, or have it signed."
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


class PapersInput(forms.FileInput):
    allow_multiple_selected = True


class PapersField(forms.FileField):
    """One file or several; cleaned, always a list of them."""

    widget = PapersInput

    def clean(self, data, initial=None) -> list:
        files = data if isinstance(data, list) else [data]
        cleaned = []
        for file in files or [None]:
            cleaned.append(super().clean(file, initial))
        return cleaned


class PaperForm(forms.Form):
    """The scan of one paper form, and what the patient wrote on it.

    Nothing of it is kept before whoever brings it in has looked at its pages as they were drawn,
    and says what is on them: `is_confirmed`. The files come with both requests, so that none lies
    about in between.
    """

    file = PapersField(
        label="The signed paper, all pages of it",
        help_text=(
            f"One PDF, or up to {MOST_PHOTOGRAPHS} photographs (JPEG or PNG) chosen together in the"
            f" order of the pages. At most {MEGABYTES} MB each."
        ),
        error_messages={"required": NO_FILE},
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
    looked_at = forms.CharField(required=False, max_length=64)
    shows_code = forms.BooleanField(required=False)
    shows_tick = forms.BooleanField(
        label="The box that I keyed in is ticked by hand, and no other", required=False
    )
    shows_signature = forms.BooleanField(
        label="The signature is on it, and the day that I keyed in", required=False
    )

    def __init__(self, *args, shown: Shown, code: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.shown = shown
        self.is_first_look, self.conflict = False, ""
        self.fields["shows_code"].label = f"The code {code} stands on it"
        answers = [(each.value, words) for each, words in ON_PAPER[shown.kind].items()]
        self.fields["answer"].choices = answers
        known = [(each, Language(each).label) for each in shown.languages]
        self.fields["language"].choices = known
        for name in ("reason", "representative", "relation", "interpreter", "witness"):
            self.fields[name].widget.attrs["autocomplete"] = "off"
        if shown.kind != "consent":
            del self.fields["reason"]
        if shown.kind == "estimate":
            del self.fields["shows_tick"]
        self.helper = helper_of(
            "answer",
            two("signed_on", "language"),
            *(["reason"] if shown.kind == "consent" else []),
            HTML('<h2 class="mt-3">If somebody signed for the patient</h2>'),
            "representative",
            two("relation", "ground"),
            HTML('<h2 class="mt-3">If they were there</h2>'),
            two("interpreter", "witness"),
        )

    def clean_answer(self) -> Answer:
        return Answer(self.cleaned_data["answer"])

    def clean_file(self) -> list:
        """The files as paper; `pages` of the cleaned data are their drawings."""
        files = self.cleaned_data["file"]
        if len(files) > MOST_PHOTOGRAPHS:
            raise ValidationError(TOO_MANY)
        scans, pages = [], []
        for number, file in enumerate(files, 1):
            try:
                scans.append(read_scan(file))
                pages += page_pngs(scans[-1])
            except ScanError as error:
                which = f"Photograph {number}: " if len(files) > 1 else ""
                raise ValidationError(f"{which}{error}") from error
        if len(scans) > 1 and any(each.kind == "pdf" for each in scans):
            raise ValidationError(MIXED)
        if len({each.sha256 for each in scans}) < len(scans):
            raise ValidationError(TWICE)
        self.cleaned_data["pages"] = pages
        return scans

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        own = ["representative", "relation", "ground"]
        if any(cleaned.get(name) for name in own):
            for name in own:
                if not (cleaned.get(name) or name in self.errors):
                    self.add_error(name, "Needed when somebody signed for the patient.")
        return cleaned

    # What was seen on it

    @property
    def digest(self) -> str:
        """Of all the files in their order."""
        return digest(" ".join(each.sha256 for each in self.cleaned_data["file"]).encode())

    @property
    def sights(self) -> list[forms.BoundField]:
        """What must be seen on the pages."""
        return [self[name] for name in self.fields if name.startswith("shows_")]

    def is_confirmed(self) -> bool:
        """Whether these very pages were looked at, with all on them that must be; says what is not."""
        looked_at = self.cleaned_data["looked_at"]
        if looked_at != self.digest:
            self.is_first_look = True
            self.conflict = OTHER_PAGES if looked_at else ""
            return False
        unseen = [each.name for each in self.sights if not self.cleaned_data[each.name]]
        for name in unseen:
            self.add_error(name, UNSEEN)
        return not unseen

    def hand(self, scans: tuple[Scan, ...], *, place: str) -> Hand:
        given = self.cleaned_data
        return Hand(
            signer_name=given["representative"] or self.shown.patient_name,
            intent=INTENT,
            scan=scans[0],
            more_scans=scans[1:],
            relation=given["relation"],
            ground=given["ground"],
            interpreter=given["interpreter"],
            witness=given["witness"],
            place=place,
            signed_on=given["signed_on"],
        )
