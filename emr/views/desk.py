"""The worklists: all of them with their counts, each by itself, and many documents at once."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from emr import audit, bulk_print, desk, prices
from emr.access import desk_required, staff_required
from emr.actions import Refused
from emr.desk import Counter, Group
from emr.models import DocumentEvent
from emr.views.documents import PDF_POLICY
from emr.worklists import may_edit

LONGEST_ID = 18  # digits; more fit no database


@staff_required
@require_GET
def desk_page(request):
    """Every worklist that the reader may open, with how many wait on it today."""
    day = timezone.localdate()
    counted = [
        (counter, number, counter.chip(number))
        for counter in desk.counters(request.user)
        for number in [counter.count(day, request.user)]
    ]
    groups = [(group, [each for each in counted if each[0].group == group]) for group in Group]
    context = {
        "groups": [(group, members) for group, members in groups if members],
        "day": day,
        "now": timezone.localtime(),
        "may_edit": may_edit(request.user),
        "priced": bool(prices.cash_prices_on(day)),
    }
    return render(request, "emr/desk.html", context)


@staff_required
@require_GET
def desk_total(request):
    """How much is open on all of them, for the link beside today's list."""
    total = desk.open_total(timezone.localdate(), request.user)
    return render(request, "emr/_desk_total.html", {"total": total})


@staff_required
@require_GET
def worklist(request, key: str):
    return _render_list(request, _counter(request, key))


@desk_required
@require_POST
def print_documents(request, key: str):
    """One file of all that are ticked, to print from; that they were printed is written down."""
    counter = _counter(request, key)
    chosen, refusal = _record(request, counter, DocumentEvent.What.PRINTED)
    if refusal:
        return refusal
    pdf = bulk_print.for_printing([bytes(document.content) for document in chosen])
    name = f"for-printing-only-{len(chosen)}-documents.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": PDF_POLICY,
        },
    )


@desk_required
@require_POST
def hand_over(request, key: str):
    """The copies that are ticked were given to their patients on paper."""
    counter = _counter(request, key)
    if not counter.gives_copies:
        raise Http404
    chosen, refusal = _record(request, counter, DocumentEvent.What.PAPER_COPY)
    if refusal:
        return refusal
    copies = "copy is" if len(chosen) == 1 else "copies are"
    messages.success(request, f"{len(chosen)} {copies} on record as handed over.")
    return redirect(counter.url)


def _record(request, counter: Counter, what: DocumentEvent.What):
    """The documents of which it is now on record, or the page that says why it is not."""
    rows = counter.rows(timezone.localdate(), request.user)
    try:
        found = bulk_print.record_bulk(rows=rows, ids=_ids(request), what=what, by=request.user)
    except ValidationError as error:
        words = " ".join(error.messages)
        return [], _render_list(request, counter, status=422, conflict=words)
    except Refused as error:
        return [], _render_list(request, counter, status=409, conflict=str(error))
    return found, None


def _ids(request) -> set[int]:
    typed = request.POST.getlist("document")
    if not all(each.isascii() and each.isdigit() and len(each) <= LONGEST_ID for each in typed):
        raise Http404
    return {int(each) for each in typed}


def _counter(request, key: str) -> Counter:
    counter = desk.counter_of(key, request.user)
    if counter is None or counter.url_name:
        raise Http404
    return counter


def _render_list(request, counter: Counter, *, status: int = 200, conflict: str = ""):
    """The list as it stands; with a day in the address, what holds up the close of that day."""
    today = timezone.localdate()
    day = day_in(request.GET.get("day"))
    rows = counter.rows_of(day, request.user) if day else counter.rows(today, request.user)
    if rows:
        audit.record(
            "worklist read", request.user, by=request.user, list=counter.key, rows=len(rows)
        )
    edits = may_edit(request.user)
    context = {
        "counter": counter,
        "rows": rows,
        "day": day,
        "may_edit": edits,
        "may_step": request.user.has_role(*counter.steps_by),
        "conflict": conflict,
        "prints": edits and any(row.document for row in rows),
        "most": bulk_print.MOST,
    }
    return render(request, "emr/desk_list.html", context, status=status)


def day_in(typed: str | None) -> date | None:
    """A day in an address, if there is one; what is no day is not found."""
    if typed is None:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError as error:
        raise Http404 from error
    if not 2000 <= day.year <= 2100:
        raise Http404
    return day
