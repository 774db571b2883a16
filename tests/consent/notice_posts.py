"""What the pages of notices send."""

from consent.forms.notices import NoticeForm
from consent.models import Notice


def draft_of(notice: Notice, **changes) -> dict:
    """Every field of a draft's page as it stands, with some changed; `line-0-reason` is a row's."""
    values = {name: getattr(notice, name) for name in NoticeForm.Meta.fields}
    values["replaces"] = notice.replaces_id
    lines = list(notice.lines.all())
    values |= {"line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": len(lines)}
    for place, line in enumerate(lines):
        for name in ("code", "service", "reason", "estimate"):
            values[f"line-{place}-{name}"] = getattr(line, name)
    posted = {name: "" if value is None else value for name, value in (values | changes).items()}
    return {name: value for name, value in posted.items() if value is not False}
