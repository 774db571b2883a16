"""Charted content, and the post that the note page makes of it."""

from html.parser import HTMLParser

from notes.content import EMPTY, site_key
from notes.forms import ContentForm

HTMX = {"HX-Request": "true"}


def make_site(muscle="upper-trapezius", name="Upper trapezius", side="right", **rest) -> dict:
    """A muscle with all that is asked at a site; by name alone where `muscle` is empty."""
    return {
        "key": site_key(muscle or f"~{name}", side),
        "muscle": muscle,
        "name": name,
        "side": side,
        "needles": 2,
        "twitch": True,
        "taut_band": True,
        "jump_sign": False,
        "tenderness": True,
        "refers_to": "",
        "rationale": "",
    } | rest


def make_levator(**rest) -> dict:
    return make_site("levator-scapulae", "Levator scapulae", **rest)


def trapezius(*rationales: str) -> list[dict]:
    """Right upper, middle and lower trapezius, each with its rationale."""
    parts = zip(["Upper", "Middle", "Lower"], rationales or ("", "", ""), strict=True)
    return [
        make_site(f"{part.lower()}-trapezius", f"{part} trapezius", rationale=rationale)
        for part, rationale in parts
    ]


def worked_example() -> list[dict]:
    return [
        make_site(needles=10),
        make_site(side="left", needles=8),
        make_levator(needles=6),
    ]


def make_content(**changes) -> dict:
    """A visit with everything on record, of the worked example; any part may be given."""
    return (
        EMPTY
        | {
            "sites": worked_example(),
            "functional_limitation": "Cannot look over the shoulder when driving",
            "goal": "Drive for 30 minutes with safe shoulder checks",
            "medical_necessity": "Trigger points keep rotation at 50 degrees.",
            "diagnoses": [{"code": "M54.2", "label": "Cervicalgia"}],
            "needle_rows": [{"gauge": "0.25", "length": "40", "in": 24, "out": 24}],
            "position": "Prone",
            "skin_prepared": True,
            "sharps_disposed": True,
            "current": False,
            "contraindications_screened": True,
            "lung_precaution": True,
            "tolerance": "Soreness 2/10 for ten minutes, then gone.",
            "reactions": [{"kind": "bruising", "label": "Bruising"}],
            "reaction_detail": "One spot of 1 cm at the right shoulder",
            "pain_before": 7,
            "pain_after": 0,
            "measures": [
                {
                    "name": "Cervical rotation",
                    "side": "right",
                    "unit": "°",
                    "before": "50",
                    "after": "70",
                }
            ],
            "services": [{"code": "97110", "minutes": 15, "text": "Deep neck flexors"}],
            "plan": "Twice weekly for three weeks.",
            "after_care": "Heat; gentle rotation.",
        }
        | changes
    )


def post_of(content: dict, *, revision: int | str = 0, **fields) -> dict:
    """What the page posts when this content stands on it; `fields` are added or replace."""
    form = ContentForm(content=content)
    rows = [form.injections, form.needle_rows, form.measures, form.services]
    parts = [form.once, *form.sites.forms.values(), *(row for each in rows for row in each)]
    posted = {
        "revision": str(revision),
        "needled": list(form.sites.forms),
        "diagnosis": [each["code"] for each in content["diagnoses"]],
        "copied": content["copied"],
    }
    for field in (field for part in parts for field in part):
        value = field.value()
        if value or (value == 0 and value is not False):
            posted[field.html_name] = "on" if value is True else value
    return posted | fields


class Page(HTMLParser):
    """What a browser without script would post of the note page as it was sent."""

    def __init__(self, html: str):
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._open: str | None = None
        self._select: str | None = None
        self._template = False
        self.feed(html)

    def _add(self, name: str | None, value: str) -> None:
        if name and not self._template:
            self.fields.setdefault(name, []).append(value)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "template":
            self._template = True
        elif tag == "input" and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            self._add(has.get("name"), has.get("value") or ("on" if "checked" in has else ""))
        elif tag == "textarea":
            self._open = has.get("name")
            self._add(self._open, "")
        elif tag == "select":
            self._select = has.get("name")
        elif tag == "option" and self._select and "selected" in has:
            self._add(self._select, has.get("value", ""))

    def handle_data(self, data):
        if self._open:
            self.fields[self._open][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "template":
            self._template = False
        elif tag in ("textarea", "select"):
            self._open = self._select = None
