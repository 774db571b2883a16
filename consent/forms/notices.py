"""Forms of financial notices: the draft with its rows, and each small step afterwards."""

import re
from dataclasses import replace

from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from consent.actions.notices import SAY_WHY_REPLACED
from consent.models import Kind, Language, Notice, NoticeLine
from consent.review.blanks import blanks_of, problems_of
from emr.forms import DayInput, helper_of, treating
from emr.models import Practice
from emr.models.fee import A_CODE
from emr.price_forms import MoneyField
from emr.rules.abn import (
    OUR_NUMBER_ONLY,
    BlankProblem,
    holds_government_number,
)
from emr.rules.folding import says_something
from emr.told_days import told_day

MOST_LINES = 6  # more do not fit on the one page of the form
ROWS = "line"
NO_REASON = "Say in plain words why the plan is expected not to pay for this service."


def dress(form: forms.BaseForm) -> None:
    """The classes that crispy would give, for fields that stand in a layout of their own."""
    looks = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select"}
    for field in form.fields.values():
        field.widget.attrs["class"] = looks.get(type(field.widget), "form-control")


class ChooserForm(forms.Form):
    """Which notice is made, in which language, for the visits with whom."""

    kind = forms.ChoiceField(choices=Kind.choices)
    language = forms.ChoiceField(choices=Language.choices, initial=Language.ENGLISH)
    provider = forms.ModelChoiceField(None, label="Therapist", empty_label="Choose")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["provider"].queryset = treating()
        dress(self)


class NoticeForm(forms.ModelForm):
    """The blanks of a draft beside its rows. Nobody ticks an option here: there is no such field."""

    class Meta:
        model = Notice
        fields = [
            "language",
            "identification",
            "service_word",
            "repetitive",
            "frequency",
            "duration",
            "visits",
            "ends_on",
            "additional",
            "replaces",
            "replaced_because",
        ]
        labels = {
            "replaces": "Takes the place of",
            "replaced_because": "Why",
            "service_word": "Word for the service",
            "repetitive": "One notice for a course of visits",
            "frequency": "How often",
            "duration": "How long",
            "visits": "Number of visits",
            "ends_on": "Last day",
        }
        widgets = {
            "ends_on": DayInput(),
            "additional": forms.Textarea(attrs={"rows": 3}),
            "replaced_because": forms.TextInput(
                attrs={"list": "why-replaced", "autocomplete": "off"}
            ),
        }
        help_texts = {
            "replaces": "",
            "replaced_because": "Pick one or say it in your words. It is written on the older notice once the"
            " patient has answered this one. Both are kept.",
        }

    def __init__(self, data=None, *, standing=None, **kwargs):
        super().__init__(data, **kwargs)
        replaces = self.fields["replaces"]
        replaces.queryset = Notice.objects.none() if standing is None else standing
        replaces.empty_label, replaces.label_from_instance = "No other notice", words_of_notice
        dress(self)

    def clean_identification(self) -> str:
        number = self.cleaned_data["identification"]
        if holds_government_number(number):
            raise ValidationError(OUR_NUMBER_ONLY)
        return number

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("replaces"):
            cleaned["replaced_because"] = ""
        elif not says_something(cleaned.get("replaced_because", "")):
            self.add_error("replaced_because", SAY_WHY_REPLACED)
        return cleaned

    @property
    def blanks(self) -> dict:
        return {name: self.cleaned_data[name] for name in self._meta.fields}


def words_of_notice(notice: Notice) -> str:
    """Of the same kind as the draft, so that the kind need not be said."""
    return f"{told_day(notice.issued_on)}, {notice.state_label.lower()}"


class LineForm(forms.Form):
    """One row of the blanks D, E and F. A row in which nothing stands is no row."""

    code = forms.CharField(
        max_length=5,
        required=False,
        validators=[A_CODE],
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    service = forms.CharField(
        max_length=160, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    estimate = MoneyField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)

    def clean_code(self) -> str:
        return self.cleaned_data["code"].upper()

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.says_something and not (cleaned.get("service") or "service" in self.errors):
            self.add_error("service", "Name the service in plain words.")
        return cleaned

    @property
    def says_something(self) -> bool:
        return any(str(self[name].value() or "").strip() for name in self.fields)

    @property
    def values(self) -> dict:
        """What stands in the row now, as far as it can be read."""
        read = self.cleaned_data if self.is_bound else self.initial
        empty = {"code": "", "service": "", "reason": "", "estimate": None}
        return empty | {name: read[name] for name in empty if read.get(name) is not None}


class BaseLineForms(forms.BaseFormSet):
    def clean(self) -> None:
        if not self.forms:
            raise ValidationError("A notice has at least one row.")


LineForms = forms.formset_factory(
    LineForm,
    formset=BaseLineForms,
    extra=0,
    min_num=1,
    max_num=MOST_LINES,
    absolute_max=MOST_LINES + 1,
    validate_max=True,
    can_delete=False,
)


class NoticeSheet:
    """A draft as its page shows it: the form, the rows, and what still keeps it from being issued.

    Reading posted data into it changes the notice in memory alone.
    """

    def __init__(self, notice: Notice, *, practice: Practice, data=None, **form):
        self.notice, self.practice = notice, practice
        self.form = NoticeForm(data, instance=notice, **form)
        lines = list(notice.lines.values("code", "service", "reason", "estimate"))
        self.rows = LineForms(data, prefix=ROWS, initial=None if data else lines)
        # Both are read, so that each says what is wrong with it.
        self.can_be_saved = data is not None and all([self.form.is_valid(), self.rows.is_valid()])
        self._judge()

    @property
    def filled_rows(self) -> list[LineForm]:
        return [row for row in self.rows.forms if row.says_something]

    @property
    def lines(self) -> list[dict]:
        return [row.values for row in self.filled_rows]

    @property
    def language(self) -> str:
        return self.form["language"].value()

    @property
    def has_one_row(self) -> bool:
        return len(self.rows.forms) == 1

    @property
    def may_grow(self) -> bool:
        return len(self.rows.forms) < MOST_LINES

    def _judge(self) -> None:
        """Say beside each blank what the rules say of it."""
        for row in self.rows.forms:
            row.said = {"D": [], "E": [], "F": []}
        filled = self.filled_rows
        lines = [NoticeLine(**values) for values in self.lines]
        blanks = blanks_of(self.notice, lines, practice=self.practice)
        if "identification" in self.form.errors:  # which the notice did not take over
            blanks = replace(blanks, identification=self.form["identification"].value())
        found = problems_of(self.notice, lines, practice=self.practice, blanks=blanks)
        self.problems = [in_words_of(self.notice.kind, problem) for problem in found]
        for problem in self.problems:
            if problem.line is not None:
                filled[problem.line].said[problem.blank].append(problem)

    def said_of(self, blank: str) -> list[BlankProblem]:
        """What is wrong with a blank as a whole, not with one of its rows."""
        return [each for each in self.problems if each.blank == blank and each.line is None]

    @property
    def said(self) -> dict[str, list[BlankProblem]]:
        return {blank: self.said_of(blank) for blank in "ABCDEF"}


def in_words_of(kind: str, problem: BlankProblem) -> BlankProblem:
    """Outside an ABN it is not Medicare that will not pay."""
    if kind == Kind.AGREEMENT and problem.blank == "E":
        return BlankProblem(blank="E", line=problem.line, message=NO_REASON)
    return problem


# Rows that come and go without script


def with_row_added(data: QueryDict) -> QueryDict:
    data = data.copy()
    data[f"{ROWS}-TOTAL_FORMS"] = str(min(_total(data) + 1, MOST_LINES))
    return data


def with_row_removed(data: QueryDict, place: str) -> QueryDict:
    """Without the row at a place, counted from nought; the rows after it move up."""
    data, total = data.copy(), _total(data)
    if not re.fullmatch("[0-9]{1,3}", place) or int(place) >= total:
        return data
    for to in range(int(place), total):
        for name in LineForm.base_fields:
            data[f"{ROWS}-{to}-{name}"] = data.get(f"{ROWS}-{to + 1}-{name}", "")
    data[f"{ROWS}-TOTAL_FORMS"] = str(total - 1)
    data[f"{ROWS}-INITIAL_FORMS"] = "0"
    return data


def _total(data: QueryDict) -> int:
    typed = data.get(f"{ROWS}-TOTAL_FORMS", "")
    return min(int(typed), MOST_LINES) if re.fullmatch("[0-9]{1,3}", typed) else 0


# Steps


class StepForm(forms.Form):
    """One step of an issued notice; `id` keeps the fields of several on one page apart."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id=f"{type(self).__name__.lower()}_%s", **kwargs)
        self.helper = helper_of(*(Field(name, autocomplete="off") for name in self.fields))


class VoidForm(StepForm):
    reason = forms.CharField(
        label="Why it does not count",
        max_length=400,
        help_text="Such as: made for another patient.",
    )


class AnnotationForm(StepForm):
    text = forms.CharField(
        label="What is added",
        max_length=400,
        help_text="It stands on the notice with today's date, beside what was signed.",
    )


# Written on an estimate with one tap.
PRICE_DISCUSSED = "The price was talked through with the patient."


class RefusalForm(StepForm):
    reason = forms.CharField(label="What the patient said", max_length=400)
    witness = forms.CharField(
        label="Who was there",
        max_length=160,
        help_text="Somebody else than you, who saw that the patient did not sign.",
    )
