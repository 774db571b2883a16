"""The rows of the today list.

Drawn here and not in a template, which takes many times as long: a day has hundreds of rows, and
the list renews itself every 15 seconds on every screen of the clinic.
"""

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import slugify

from emr.addresses import addresses
from emr.markup import fill
from emr.models import VisitState
from emr.templatetags.chips import drawn
from emr.worklists import STEP_STATES, VisitRow

register = template.Library()

FORMS = {state.value: f"from-{slugify(state)}" for state in STEP_STATES}
STATES = dict(VisitState.choices)

ROW = """
<tr{kind}>
<td class="num"><span class="time">{time}</span>{said}</td>
<th scope="row"><a class="patient-link" id="chart-{id}" href="{chart}">{name}</a>
<span class="small num">{born}</span><span class="small narrow-only">{therapist} · {payer}</span></th>
<td class="wide-only">{therapist}, {profession}{place}</td>
<td class="wide-only">{payer}</td>
{chips}
<td class="steps">{step}{more}</td>
</tr>"""
KINDS = {
    VisitState.IN_PROGRESS.value: SafeString(' class="now"'),
    VisitState.CANCELLED.value: SafeString(' class="gone"'),
    VisitState.NO_SHOW.value: SafeString(' class="gone"'),
}
CELL = '<td data-title="{title}">{chip}</td>'  # a phone shows the title beside its chip
SMALL = '<span class="small">{text}</span>'
LATE = SafeString('<span class="small late">not here yet</span>')

OPEN = '<a class="btn btn-outline-secondary" id="step-{id}" href="{url}">Open note</a>'
START = (
    '<button type="submit" class="btn {look}" id="step-{id}" form="note-start"'
    ' formaction="{url}">{word}<span class="visually-hidden">: {name}</span></button>'
)
MOVE = (
    '<button type="submit" class="btn btn-outline-secondary" id="step-{id}" form="{form}"'
    ' formaction="{url}?{query}" name="to" value="{to}">{word}'
    '<span class="visually-hidden">: {name}</span></button>'
)
MORE = (
    '<a class="btn btn-link more-button" id="menu-{id}" href="{url}?{query}" hx-boost="true"'
    ' aria-label="More steps: {name}">⋯</a>'
)


@register.simple_tag
def visit_rows(rows: Iterable[VisitRow], query: str) -> SafeString:
    """Every row with its next step; `query` leads back to the list as it is."""
    query = escape(query)
    names = ("emr:chart", "notes:start", "emr:move-visit", "emr:visit-steps")
    chart, start, move, steps = map(addresses, names)

    def drawn_row(row: VisitRow) -> SafeString:
        visit, patient, provider = row.visit, row.visit.patient, row.visit.provider
        id, name = visit.pk, escape(patient)
        step = more = ""
        if row.note_url:
            step = fill(OPEN, id=id, url=row.note_url)
        elif row.start_word:
            look = "btn-outline-secondary" if visit.state == VisitState.DONE else "btn-primary"
            step = fill(START, id=id, url=start(id), look=look, word=row.start_word, name=name)
        elif row.step:
            to, word = row.step
            form, url = FORMS[visit.state], move(id)
            step = fill(
                MOVE, id=id, form=form, url=url, query=query, to=to.value, word=word, name=name
            )
        if row.has_menu:
            more = fill(MORE, id=id, url=steps(id), query=query, name=name)
        return fill(
            ROW,
            id=id,
            kind=KINDS.get(visit.state, ""),
            time=row.time,
            said=LATE if row.late else _state(visit),
            chart=chart(visit.patient_id),
            name=name,
            born=patient.birth_date.isoformat(),
            therapist=provider.user.last_name,
            profession=provider.profession,
            place=fill(SMALL, text=visit.place) if visit.place else "",
            payer=visit.payer_name or "No coverage",
            chips=_cells(row),
            step=step,
            more=more,
        )

    return SafeString("".join(map(drawn_row, rows)))


def _state(visit) -> str:
    """The state, but for the one that a visit begins with."""
    return "" if visit.state == VisitState.PLANNED else fill(SMALL, text=STATES[visit.state])


def _cells(row: VisitRow) -> SafeString:
    return SafeString(
        "".join(
            fill(CELL, title=title, chip=drawn(chip) if chip else "") for title, chip in row.chips
        )
    )
