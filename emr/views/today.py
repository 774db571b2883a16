"""The first page: who comes in today, what each still lacks, and the next step."""

import hashlib
from collections import Counter
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from emr import actions, chips
from emr.access import desk_required, staff_required
from emr.models import Visit, VisitState
from emr.worklists import STEP_STATES, may_edit, rows_of, rows_of_day, was_charted

PART, PAGE = "emr/_today_rows.html", "emr/today.html"
STEPS_PART, STEPS_PAGE = "emr/_visit_steps.html", "emr/visit_steps.html"


@staff_required
@require_GET
def today(request):
    context = list_of(request)
    if request.htmx and request.GET.get("seen") == context["face"]:
        # Nothing changed: only the clock moves, and what somebody holds open stays as it is.
        response = render(request, "emr/_refreshed.html", context)
        response["HX-Reswap"] = "none"
        return response
    return render(request, PART if request.htmx else PAGE, context)


@desk_required
@require_GET
def visit_steps(request, visit_id: int):
    """The steps of one visit beside the next one: the menu of its row, asked for when opened."""
    visit = get_object_or_404(Visit.objects.select_related("patient"), pk=visit_id)
    [row] = rows_of([visit], request.user)
    context = {"row": row, "visit": visit, "query": request.GET.urlencode()}
    response = render(request, STEPS_PART if request.htmx else STEPS_PAGE, context)
    response["HX-Push-Url"] = "false"  # a menu is no place to come back to
    return response


@desk_required
@require_POST
def move_visit(request, visit_id: int):
    """One step of one visit; the answer is the whole list, for its counts changed as well."""
    visit = get_object_or_404(Visit, pk=visit_id)
    _day(request.GET.get("day"))  # a list that cannot be shown must not be found out afterwards
    to, seen = (_state(request.POST.get(name, "")) for name in ("to", "seen"))
    back = visit.state == VisitState.IN_PROGRESS and to == VisitState.ARRIVED
    try:
        if back and was_charted(visit, request.user):
            raise actions.Refused("A note was begun for this visit: discard the note first.")
        actions.move_visit(visit=visit, to=to, seen=seen, by=request.user)
    except actions.Refused as error:
        context = list_of(request) | {"conflict": str(error), "conflict_visit": visit}
        return render(request, PART if request.htmx else PAGE, context, status=409)
    if not request.htmx:
        return redirect(f"{reverse('emr:today')}?{request.GET.urlencode()}")
    return render(request, PART, list_of(request))


def list_of(request) -> dict:
    """The context of the list: which day, whose visits, which of them."""
    day = _day(request.GET.get("day"))
    rows = rows_of_day(day, request.user)
    mine = [row for row in rows if row.visit.provider.user_id == request.user.pk]
    treats = request.user.is_therapist
    who = request.GET.get("who") if request.GET.get("who") in ("mine", "everybody") else None
    who = who or ("mine" if treats else "everybody")
    listed = mine if who == "mine" else rows
    needy = [row for row in listed if row.lacks]
    show = request.GET.get("show") if request.GET.get("show") in ("needs", "all") else None
    show = show or ("needs" if needy and not treats else "all")

    now = timezone.localtime()
    view = {"day": day.isoformat(), "show": show, "who": who}
    shown = needy if show == "needs" else listed
    tiles = _tiles(listed)
    face = repr(([row.face for row in shown], tiles, len(listed), len(needy), len(rows), len(mine)))
    return {
        "day": day,
        "is_today": day == now.date(),
        "now": now,
        "treats": treats,
        "may_edit": may_edit(request.user),
        "view": view,
        "query": urlencode(view),
        "rows": shown,
        "titles": [title for title, _ in chips.columns()],
        "step_states": STEP_STATES,
        "tiles": tiles,
        "count_all": len(listed),
        "count_needs": len(needy),
        "face": hashlib.sha256(face.encode()).hexdigest()[:16],
        "links": {
            "before": _link(view, day=(day - timedelta(days=1)).isoformat()),
            "after": _link(view, day=(day + timedelta(days=1)).isoformat()),
            "today": _link(view, day=now.date().isoformat()),
            "needs": _link(view, show="needs"),
            "all": _link(view, show="all"),
            "mine": _link(view, who="mine", show="all"),
            "everybody": _link(view, who="everybody"),
        },
    }


def _link(view: dict, **changes) -> str:
    return f"{reverse('emr:today')}?{urlencode(view | changes)}"


def _tiles(rows) -> list[tuple[int, str]]:
    """How far the day is, then what each column of chips still asks for."""
    counts = [
        (VisitState.PLANNED, "to come"),
        (VisitState.ARRIVED, "waiting"),
        (VisitState.IN_PROGRESS, "in treatment"),
        (VisitState.DONE, "done"),
    ]
    states = Counter(row.visit.state for row in rows)
    lacking = Counter(title for row in rows for title in row.lacks)
    tiles = [(states[state.value], word) for state, word in counts]
    return tiles + [(lacking[title], f"{title.lower()} open") for title, _ in chips.columns()]


def _day(typed: str | None) -> date:
    """The day in the address, or today; one that is no day is not found."""
    if typed is None:
        return timezone.localdate()
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise Http404 from error
    if not 2000 <= day.year <= 2100:
        raise Http404
    return day


def _state(typed: str) -> VisitState:
    try:
        return VisitState(typed)
    except ValueError as error:
        raise Http404 from error
