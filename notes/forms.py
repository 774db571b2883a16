"""The note page's form: one post with everything, read into one content document."""

from urllib.parse import quote

from django import forms
from django.core.validators import RegexValidator

from notes import content as note_content
from notes.models import AddendumKind, ReactionKind, Side

PAIN = [(str(n), str(n)) for n in range(11)]
MOST_LINES = 60
YES_NO = [("yes", "Yes"), ("no", "No")]
POSITIONS = ["Prone", "Supine", "Side-lying right", "Side-lying left", "Seated"]


def at_most_lines(typed: str) -> None:
    """A sheet has two pages; thousands of empty lines would make it two hundred."""
    if typed.count("\n") >= MOST_LINES:
        raise forms.ValidationError(f"Write at most {MOST_LINES} lines here.")


def text(label, *, rows=2, max_length=4000, **kwargs):
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label,
        required=False,
        max_length=max_length,
        widget=widget,
        validators=[at_most_lines],
        **kwargs,
    )


def line(label, *, max_length=120, **kwargs):
    return forms.CharField(label=label, required=False, max_length=max_length, **kwargs)


def number(label, *, largest, **kwargs):
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "min": 0, "max": largest})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=largest, widget=widget, **kwargs
    )


def scale(label):
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=PAIN,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )


def yes_no(label):
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )


class NoteForm(forms.Form):
    """What is said once in a note."""

    functional_limitation = text("Functional limitation")
    goal = text("Goal it serves", max_length=240)
    medical_necessity = text("Why needling was needed today")
    technique = text("Technique", rows=3)
    position = line("Position", widget=forms.TextInput(attrs={"list": "positions"}))
    skin_prepared = forms.BooleanField(label="Skin prepared", required=False)
    sharps_disposed = forms.BooleanField(label="Sharps disposed", required=False)
    current = yes_no("Electrical current through the needles")
    contraindications_screened = forms.BooleanField(
        label="Contraindications screened today", required=False
    )
    lung_precaution = forms.BooleanField(
        label="Precaution taken: needle directed away from the lung", required=False
    )
    tolerance = text("How it was tolerated", rows=3)
    reactions = forms.MultipleChoiceField(
        label="Adverse reactions",
        required=False,
        choices=ReactionKind,
        widget=forms.CheckboxSelectMultiple,
    )
    reaction_detail = line("About the reaction", max_length=400)
    pain_before = scale("Pain before")
    pain_after = scale("Pain after")
    low_back = forms.BooleanField(
        label="Claim Medicare’s low-back benefit for this visit", required=False
    )
    low_back_weeks = number("Weeks that the low back has hurt", largest=5000)
    low_back_improving = forms.BooleanField(
        label="The patient improves under this treatment", required=False
    )
    plan = text("Plan")
    after_care = text("After-care given")


class SiteForm(forms.Form):
    """What was found and done at one muscle on one side."""

    needles = number("Needles", largest=99)
    twitch = yes_no("Local twitch")
    taut_band = forms.BooleanField(label="Taut band", required=False)
    jump_sign = forms.BooleanField(label="Jump sign", required=False)
    tenderness = forms.BooleanField(label="Tender", required=False)
    refers_to = line("Refers to")
    rationale = line("Own rationale", max_length=240)


class RowForm(forms.Form):
    """One of several alike; `has_content` says whether anything stands in it."""

    @property
    def has_content(self) -> bool:
        return any(field.value() not in ("", None) for field in self)


class InjectionForm(RowForm):
    name = line("Muscle", max_length=80, widget=forms.TextInput(attrs={"list": "muscle-names"}))
    side = forms.ChoiceField(label="Side", required=False, choices=[("", "–"), *Side.choices])
    drug = line(
        "Drug code",
        max_length=5,
        validators=[RegexValidator(r"^[A-Za-z]\d{4}$", "Give an HCPCS code such as J3301.")],
    )


class NeedleRowForm(RowForm):
    gauge = line("Diameter, mm", max_length=8)
    length = line("Length, mm", max_length=8)
    put_in = number("In", largest=500)
    taken_out = number("Out", largest=500)


class MeasureForm(RowForm):
    name = line("Measure", max_length=80, widget=forms.TextInput(attrs={"list": "measure-names"}))
    side = forms.ChoiceField(
        label="Side",
        required=False,
        choices=[("", "–"), ("right", "right"), ("left", "left"), ("both", "both")],
    )
    unit = line("Unit", max_length=12)
    before = line("Before", max_length=20)
    after = line("After", max_length=20)


class ServiceForm(RowForm):
    code = line(
        "Code",
        max_length=5,
        validators=[RegexValidator(r"^[A-Za-z0-9]\d{3}[A-Za-z0-9]$", "Give a code such as 97110.")],
    )
    minutes = number("Minutes", largest=480)
    text = line("What was done", max_length=400)


class Rows:
    """Up to `most` rows of one form under `prefix-0`, `prefix-1`…; empty ones are no rows.

    A form is made only for a row with something in it, for the page is posted at every pause; to
    be drawn it always shows all of them. Django's formset makes them all.
    """

    def __init__(self, form, *, prefix, most, data=None, stored=()):
        self.form, self.prefix, self.most = form, prefix, most
        if data is None:
            self.filled = {
                at: form(prefix=f"{prefix}-{at}", initial=row)
                for at, row in enumerate(stored[:most])
            }
        else:
            self.filled = {
                at: form(data, prefix=f"{prefix}-{at}")
                for at in range(most)
                if self._posted(data, at)
            }

    def _posted(self, data, at: int) -> bool:
        names = self.form.base_fields
        return any(data.get(f"{self.prefix}-{at}-{name}", "").strip() for name in names)

    def __iter__(self):
        for at in range(self.most):
            yield self.filled.get(at) or self.form(prefix=f"{self.prefix}-{at}")

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.filled.values())

    def cleaned(self) -> list[dict]:
        return [form.cleaned_data for form in self.filled.values()]


class SitesForm:
    """The ticked muscles and, for each, a SiteForm; also used for a corrected list.

    Ticks come as `needled` values (see content.site_key); keys that name nothing are dropped, and
    more than MAX_SITES is an error.
    """

    def __init__(self, data=None, *, sites=()):
        self.data = data
        self.errors: dict[str, list[str]] = {}
        stored = {site["key"]: site for site in sites}
        keys = list(stored) if data is None else list(dict.fromkeys(data.getlist("needled")))
        if data is not None:
            keys += self._typed_keys(data)
        if len(keys) > note_content.MAX_SITES:
            self.errors["needled"] = [f"At most {note_content.MAX_SITES} muscles fit in one note."]
            keys = keys[: note_content.MAX_SITES]
        self.forms: dict[str, SiteForm] = {}
        self.named: dict[str, dict] = {}
        for key in keys:
            named = note_content.read_site_key(key)
            if named is None:
                continue
            key = note_content.site_key(named["muscle"] or f"~{named['name']}", named["side"])
            self.named[key] = named
            # Quoted, for an id with a blank in it is two ids to whatever points at it.
            prefix = f"site-{quote(key, safe='~:')}"
            self.forms[key] = SiteForm(data, prefix=prefix, initial=_site_initial(stored.get(key)))

    @staticmethod
    def _typed_keys(data) -> list[str]:
        name = data.get("other_name", "").strip()
        side = data.get("other_side", "")
        sides = ["right", "left"] if side == "both" else [side]
        return [note_content.site_key(f"~{name}", each) for each in sides] if name else []

    def is_valid(self) -> bool:
        return all([not self.errors, *[form.is_valid() for form in self.forms.values()]])

    def cleaned(self) -> list[dict]:
        sites = []
        for key, form in self.forms.items():
            sites.append({"key": key, **self.named[key], **form.cleaned_data})
        return sites

    def messages(self) -> list[str]:
        """Every error in words, for a page that shows none at the fields."""
        told = list(self.errors.get("needled", []))
        for _, named, form in self.rows():
            for name, errors in form.errors.items():
                told.append(f"{named['side']} {named['name']}, {form[name].label}: {errors[0]}")
        return told

    def rows(self):
        """(key, named, form) for the template."""
        return [(key, self.named[key], form) for key, form in self.forms.items()]


def _site_initial(site: dict | None) -> dict:
    if site is None:
        return {}
    return site | {"twitch": _as_yes_no(site["twitch"]), "needles": site["needles"]}


def _as_yes_no(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


class ContentForm:
    """All forms of the note page as one: `is_valid()`, `content`, `errors()`."""

    def __init__(self, data=None, *, content, diagnoses=None):
        self.data = data
        self.once = NoteForm(
            data,
            initial=content
            | {
                "current": _as_yes_no(content["current"]),
                "reactions": [each["kind"] for each in content["reactions"]],
            },
        )
        self.sites = SitesForm(data, sites=content["sites"])
        needles = [
            {**row, "put_in": row["in"], "taken_out": row["out"]} for row in content["needle_rows"]
        ]
        self.injections = Rows(
            InjectionForm, prefix="injection", most=4, data=data, stored=content["injections"]
        )
        self.needle_rows = Rows(NeedleRowForm, prefix="needles", most=4, data=data, stored=needles)
        self.measures = Rows(
            MeasureForm, prefix="measure", most=6, data=data, stored=content["measures"]
        )
        self.services = Rows(
            ServiceForm, prefix="service", most=5, data=data, stored=content["services"]
        )
        self.diagnoses = content["diagnoses"] if data is None else (diagnoses or [])

    @property
    def _rows(self):
        return [self.injections, self.needle_rows, self.measures, self.services]

    @property
    def has_injections(self) -> bool:
        return bool(self.injections.filled)

    def is_valid(self) -> bool:
        return all(each.is_valid() for each in [self.once, self.sites, *self._rows])

    @property
    def is_whole(self) -> bool:
        """Whether a page was posted: what says only a tick or nothing must not empty a draft."""
        return any(name in self.data for name in self.once.fields)

    @property
    def content(self) -> dict:
        labels = dict(ReactionKind.choices)
        return {
            **self.once.cleaned_data,
            "reactions": [
                {"kind": kind, "label": labels[kind]}
                for kind in self.once.cleaned_data["reactions"]
            ],
            "sites": self.sites.cleaned(),
            "diagnoses": self.diagnoses,
            "copied": self._copied(),
            "injections": [_injection(row) for row in self.injections.cleaned()],
            "needle_rows": [
                {
                    "gauge": row["gauge"],
                    "length": row["length"],
                    "in": row["put_in"],
                    "out": row["taken_out"],
                }
                for row in self.needle_rows.cleaned()
            ],
            "measures": self.measures.cleaned(),
            "services": self.services.cleaned(),
        }

    def _copied(self) -> list[str]:
        known = {*note_content.CARRIED, *self.sites.forms}
        return [name for name in dict.fromkeys(self.data.getlist("copied")) if name in known]

    def errors(self) -> list[dict]:
        """Each error with the id of its field and the words for it."""
        found = [
            {"id": "muscle-search", "label": "Muscles", "message": message}
            for message in self.sites.errors.get("needled", [])
        ]
        forms_ = [self.once, *self.sites.forms.values()]
        for rows in self._rows:
            forms_ += rows.filled.values()
        for form in forms_:
            for name, messages in form.errors.items():
                field = form[name]
                found.append(
                    {
                        "id": field.id_for_label or field.auto_id,
                        "label": field.label,
                        "message": messages[0],
                    }
                )
        return found


def _injection(row: dict) -> dict:
    named = note_content.read_site_key(note_content.site_key(f"~{row['name']}", "right")) or {}
    return {
        "muscle": named.get("muscle", ""),
        "name": named.get("name", row["name"]),
        "side": row["side"],
        "drug": row["drug"].upper(),
    }


class PasswordAgainForm(forms.Form):
    """The password of whoever is signed in, typed again before anything is signed."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError("This is not your password. Nothing was signed.")
        return password


class SignForm(PasswordAgainForm):
    attest = forms.BooleanField(
        label="I performed this service and this note is mine.",
        error_messages={"required": "Tick this to sign."},
    )
    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reviewed = forms.CharField(max_length=64, widget=forms.HiddenInput)


class AddendumForm(PasswordAgainForm):
    kind = forms.ChoiceField(
        label="What is it?",
        choices=AddendumKind,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what kind of addendum it is."},
    )
    text = forms.CharField(
        label="What is added, and why",
        max_length=4000,
        validators=[at_most_lines],
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what is added and why."},
    )
    field_order = ["kind", "text", "password"]


class DiscardForm(forms.Form):
    reason = forms.CharField(
        label="Why is this draft discarded?",
        max_length=240,
        error_messages={"required": "Say why, so that nobody wonders later."},
    )
