"""Patients, visits and fees from a CSV file: uploaded, looked at, confirmed, written with progress.

No name and no line of a file stands in an address; whose import it is not does not find it.
"""

from collections.abc import Collection

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from emr import audit
from emr.access import desk_required
from emr.imports import reading, steps
from emr.imports.reading import Unreadable
from emr.imports.verdicts import Outcome, Verdict
from emr.models import ImportFile, ImportState, Role, User

ROWS_A_PAGE = 50
MOST_ENDED = 8
# What asks for a person first.
GROUPS = [
    (Outcome.REFUSED, "refused"),
    (Outcome.CHANGED, "to change"),
    (Outcome.NEW, "new"),
    (Outcome.SAME, "as on record"),
]
WRITTEN_GROUPS = [
    (outcome, "changed" if outcome == Outcome.CHANGED else word) for outcome, word in GROUPS
]


class ImportForm(forms.Form):
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    file = forms.FileField(
        error_messages={
            "required": "Choose a CSV file.",
            "empty": "This file is empty.",
            "missing": "Choose a CSV file.",
        }
    )

    def __init__(self, *args, kinds: Collection[ImportFile.Kind], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]

    def clean_file(self):
        if self.cleaned_data["file"].size > reading.MEGABYTES * 1_000_000:
            raise forms.ValidationError(
                f"This file is larger than {reading.MEGABYTES} MB. Split it into several."
            )
        return self.cleaned_data["file"]


@desk_required
@require_http_methods(["GET", "POST"])
def imports(request):
    """Where a file is handed in, and what became of earlier ones."""
    steps.expire_imports()
    posted = request.method == "POST"
    kinds = _kinds(request.user)
    wanted = request.GET.get("kind")
    filled = (request.POST, request.FILES) if posted else ()
    kind = wanted if wanted in kinds else ImportFile.Kind.PATIENTS
    form = ImportForm(*filled, kinds=kinds, initial={"kind": kind})
    if posted and form.is_valid():
        facts = form.cleaned_data
        try:
            file = steps.upload_file(raw=facts["file"].read(), kind=facts["kind"], by=request.user)
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("emr:import", file.pk)
    mine = ImportFile.objects.seen_by(request.user).defer("content", "verdicts")
    mine = mine.select_related("uploaded_by")
    context = {
        "form": form,
        "kinds": [(kind, steps.KINDS[kind].COLUMNS) for kind in kinds],
        "open": mine.open(),
        "ended": mine.exclude(ended_at=None)[:MOST_ENDED],
        "megabytes": reading.MEGABYTES,
        "most_rows": reading.MOST_ROWS,
        "days_kept": steps.DAYS_KEPT,
    }
    return render(request, "emr/imports.html", context, status=422 if posted else 200)


@desk_required
@require_GET
def template(request, kind: str):
    """An empty table with the names of its columns, to be filled in."""
    if kind not in _kinds(request.user):
        raise Http404
    titles = [column.title for column in steps.KINDS[kind].COLUMNS if column.example]
    return _csv(reading.written([titles], separator=","), name=f"{kind}.csv")


@desk_required
@require_GET
def import_file(request, import_id: int):
    file = _mine(request, import_id)
    if file.ended:
        return render(request, "emr/import_ended.html", {"file": file})
    if file.state == ImportState.RUNNING:
        context = {"file": file, "drives": file.confirmed_by_id == request.user.pk}
        return render(request, "emr/import_running.html", context)
    context = {"file": file} | _rows_shown(request, file)
    _write_down("viewed import", file, context["page"], by=request.user)
    return render(request, "emr/import.html", context)


def _rows_shown(request, file: ImportFile) -> dict:
    """The rows of one group, a page of them; and the groups with their counts."""
    words = GROUPS if file.state == ImportState.PREVIEW else WRITTEN_GROUPS
    groups = [(outcome, word, getattr(file, outcome)) for outcome, word in words]
    full = [outcome for outcome, _, count in groups if count]
    if file.state == ImportState.LEFT_OVER:
        full = [Outcome.REFUSED]
    asked = request.GET.get("show")
    show = Outcome(asked) if asked in full else full[0]
    found = steps.verdicts_of(file, show)
    sheet = steps.sheet_of(file.content, file.kind)
    return {
        "groups": groups,
        "show": show,
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "ignored": sheet.ignored,
        "separator": reading.SEPARATORS[sheet.separator],
        "writes": file.new + file.changed,
    }


@desk_required
@require_POST
def confirm(request, import_id: int):
    steps.confirm_import(file=_mine(request, import_id), by=request.user)
    return redirect("emr:import", import_id)


@desk_required
@require_POST
def write(request, import_id: int):
    """The next rows. The page asks for them again and again, or a person does, without script."""
    file = steps.write_next_rows(file=_mine(request, import_id), by=request.user)
    if not request.htmx:
        return redirect("emr:import", file.pk)
    if file.state != ImportState.RUNNING:
        return HttpResponseClientRedirect(reverse("emr:import", args=[file.pk]))
    return render(request, "emr/_import_progress.html", {"file": file, "drives": True})


@desk_required
@require_POST
def discard(request, import_id: int):
    steps.discard_import(file=_mine(request, import_id), by=request.user)
    return redirect("emr:import", import_id)


@desk_required
@require_POST
def finish(request, import_id: int):
    steps.finish_import(file=_mine(request, import_id), by=request.user)
    return redirect("emr:import", import_id)


@desk_required
@require_GET
def refused_rows(request, import_id: int):
    """The rows that were refused, as they came and with the reason, to be mended and sent again."""
    file = _mine(request, import_id)
    if file.ended or not file.refused:
        raise Http404
    sheet = steps.sheet_of(file.content, file.kind)
    raw = {row.line: row.raw for row in sheet.rows}
    refused = steps.verdicts_of(file, Outcome.REFUSED)
    rows = [(*reading.OURS, *sheet.header)]
    rows += [(each.line, each.reason, *raw[each.line]) for each in refused]
    _write_down("refused rows downloaded", file, refused, by=request.user)
    day = timezone.localdate()
    text = reading.written(rows, separator=sheet.separator)
    return _csv(text, name=f"{file.kind}-refused-{day:%Y-%m-%d}.csv")


def _write_down(verb: str, file: ImportFile, shown: Collection[Verdict], *, by: User) -> None:
    """One entry about the file, and one for each patient on record of whom the rows tell."""
    patients = {each.patient for each in shown} - {None}
    audit.rows_viewed(verb, file, by=by, rows=len(shown), patient_ids=patients, part="import")


def _kinds(user: User) -> list[ImportFile.Kind]:
    """What this person may hand in: prices are the owner's."""
    return [
        kind
        for kind in ImportFile.Kind
        if kind != ImportFile.Kind.FEES or user.has_role(Role.OWNER)
    ]


def _mine(request, import_id: int) -> ImportFile:
    return get_object_or_404(ImportFile.objects.seen_by(request.user), pk=import_id)


def _csv(text: str, *, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
