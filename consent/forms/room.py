"""The form under the document: the answer, who signs, and the mark. Its words are consent.words.room."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from consent.actions import Hand
from consent.models import Consent, PatientSignature
from consent.room import Answer, Shown
from emr.rules.ink import MOST_BYTES, InkError, judge_ink, read_ink
from emr.search import fold, words_in
from emr.validators import validate_person_name

PATIENT, REPRESENTATIVE = "patient", "representative"
DRAWN, TYPED = "drawn", "typed"
LONGEST_NAME = 160
LONGEST_TYPED_NAME = PatientSignature._meta.get_field("typed_name").max_length
LONGEST_RELATION = 80
LONGEST_REASON = Consent._meta.get_field("declined_reason").max_length


class AnswerForm(forms.Form):
    """What the patient answers and signs; the same form again carries it from the review on.

    Nothing is chosen beforehand. `ink` is what the pad sent, as it was sent.
    """

    answer = forms.CharField(max_length=10, required=False)
    reason = forms.CharField(required=False)
    who = forms.CharField(max_length=20, required=False)
    representative = forms.CharField(required=False)
    relation = forms.CharField(required=False)
    ground = forms.CharField(required=False)
    interpreter = forms.CharField(required=False)
    witness = forms.CharField(required=False)
    mark = forms.CharField(max_length=10, required=False)
    ink = forms.CharField(required=False, strip=False)
    typed_name = forms.CharField(required=False)
    is_my_signature = forms.BooleanField(required=False)

    LONGEST = {
        "reason": LONGEST_REASON,
        "representative": LONGEST_NAME,
        "relation": LONGEST_RELATION,
        "interpreter": LONGEST_NAME,
        "witness": LONGEST_NAME,
        "typed_name": LONGEST_TYPED_NAME,
    }

    def __init__(self, data=None, *, shown: Shown, say: dict, minor: bool) -> None:
        super().__init__(data, initial={"who": PATIENT, "mark": DRAWN})
        self.shown, self.say, self.minor = shown, say, minor
        for name, longest in self.LONGEST.items():
            validator = MaxLengthValidator(longest, message=say["too_long"])
            self.fields[name].validators.append(validator)
            self.fields[name].widget.attrs["maxlength"] = longest

    # What the template asks

    @property
    def chosen(self) -> str:
        return self["answer"].value() or ""

    @property
    def by_representative(self) -> bool:
        return self.minor or self["who"].value() == REPRESENTATIVE

    @property
    def typed(self) -> bool:
        return self["mark"].value() == TYPED

    def intent(self, answer: Answer) -> str:
        """What a signature under this answer means."""
        kind = "option" if answer.option else self.shown.kind
        return self.say.get(f"intent_{kind}_{answer.value}") or self.say[f"intent_{kind}"]

    # What is checked

    def clean_answer(self) -> Answer | None:
        possible = self.shown.answers
        value = self.cleaned_data["answer"]
        if len(possible) == 1:
            return possible[0]
        if value not in possible:
            raise ValidationError(self.say["choose_one"])
        return Answer(value)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("answer") != Answer.DECLINE or self.shown.kind != "consent":
            cleaned["reason"] = ""
        self._check_who(cleaned)
        self._check_mark(cleaned)
        for name in ("representative", "interpreter", "witness", "typed_name"):
            self._check_name(name, cleaned.get(name))
        if cleaned.get("typed_name"):
            self._check_typed_name(cleaned["typed_name"], cleaned.get("representative"))
        return cleaned

    def _check_who(self, cleaned: dict[str, Any]) -> None:
        own = {"representative", "relation", "ground"}
        if not self.by_representative:
            cleaned.update(dict.fromkeys(own, ""))
            return
        for name in ("representative", "relation"):
            if name in cleaned and not cleaned[name]:
                self.add_error(name, self.say["needed"])
        if cleaned.get("ground") not in self.say["grounds"]:
            self.add_error("ground", self.say["choose_ground"])

    def _check_mark(self, cleaned: dict[str, Any]) -> None:
        if self.typed:
            cleaned["drawn"] = None
            if "typed_name" in cleaned and not cleaned["typed_name"]:
                self.add_error("typed_name", self.say["needed"])
            if not cleaned.get("is_my_signature"):
                self.add_error("is_my_signature", self.say["tick_needed"])
            return
        cleaned["typed_name"] = ""
        cleaned["drawn"] = self._read_ink(cleaned.get("ink", ""))

    def _read_ink(self, sent: str) -> dict | None:
        try:
            ink = read_ink(sent)
        except InkError as error:
            problem = error.problem
        else:
            problem = judge_ink(ink)
            if problem is None:
                return ink.canonical()
        self.add_error("ink", self.say[problem])
        return None

    def _check_name(self, name: str, value: str | None) -> None:
        if not value:
            return
        try:
            validate_person_name(value)
        except ValidationError:
            self.add_error(name, self.say["odd_name"])

    def _check_typed_name(self, typed: str, representative: str | None) -> None:
        """It is the name of who signs, and no other; what is drawn may look as it likes."""
        signer = representative if self.by_representative else self.shown.patient_name
        if not signer or "typed_name" in self.errors or "representative" in self.errors:
            return
        if self.by_representative and not is_full_name(signer):
            self.add_error("representative", self.say["full_name"])
        elif not is_name_of(signer, typed):
            self.add_error("typed_name", self.say["other_name"].format(name=signer))

    # What comes of it

    @property
    def ink_value(self) -> str:
        """The strokes for the pad to draw again; what no pad can have sent is not sent back."""
        sent = self["ink"].value() or ""
        return sent if len(sent) <= MOST_BYTES else ""

    def carried(self) -> list[tuple[str, str]]:
        """The fields as they were sent, for the page that asks whether all is right."""
        return [(name, self[name].value()) for name in self.fields if self[name].value()]

    def hand(self, **where: Any) -> Hand:
        """Who signed and how; `where` holds place, device and address."""
        given = self.cleaned_data
        return Hand(
            signer_name=given["representative"] or self.shown.patient_name,
            intent=self.intent(given["answer"]),
            ink=given["drawn"],
            typed_name=given["typed_name"],
            relation=given["relation"],
            ground=given["ground"],
            interpreter=given["interpreter"],
            witness=given["witness"],
            disclosure=tuple(self.say["electronic"]),
            **where,
        )


# After a name, of which they are no part that everybody types.
SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


def is_full_name(name: str) -> bool:
    """Whether there is more to it than initials; in some scripts one letter is a word."""
    return any(len(word) > 1 or not word.isascii() for word in words_in(name))


def is_name_of(signer: str, typed: str) -> bool:
    """Whether first and last name of the signer are both in what was typed, in any order.

    Case, accents and middle names do not matter; a name that is written in one word counts as well.
    """
    wanted, given = _names_in(signer), _names_in(typed)
    if not wanted:
        return fold(signer) == fold(typed)
    if {wanted[0], wanted[-1]} <= set(given):
        return True
    return "".join(given) in ("".join(wanted), "".join(reversed(wanted)))


def _names_in(text: str) -> list[str]:
    return [word for word in words_in(text) if word not in SUFFIXES]


class BirthDateForm(forms.Form):
    """The second check of a link: month, day and year, as one says them."""

    month = forms.IntegerField(min_value=1, max_value=12)
    day = forms.IntegerField(min_value=1, max_value=31)
    year = forms.IntegerField(min_value=1900, max_value=2200)

    def __init__(self, data=None, *, say: dict) -> None:
        super().__init__(data)
        self.say = say

    def clean(self) -> dict[str, Any]:
        """Adds `birth_date`."""
        cleaned = super().clean()
        try:
            cleaned["birth_date"] = date(cleaned["year"], cleaned["month"], cleaned["day"])
        except (KeyError, ValueError):
            raise ValidationError(self.say["no_day"]) from None
        return cleaned
