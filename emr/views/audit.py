"""The audit log: who did what to which record, when and from where. Reading it is logged, too."""

import csv
import re
from datetime import timedelta
from urllib.parse import urlencode

from crispy_forms.layout import Div
from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from emr import audit
from emr.access import role_required
from emr.models import AuditEntry, Patient, Role, User
from emr.staff_forms import day_input, laid_out, refuse_end_before_start

READERS = (Role.COMPLIANCE, Role.OWNER)
PAGE = 50
COLUMNS = ["when", "who", "what", "record", "patient", "from", "details"]


# Nothing else, so that no name that is typed here ends in an address or in the log.
validate_record = RegexValidator(
    r"\A\w+\.\w+ \d+\Z", "Give kind and number, such as emr.Visit 12.", flags=re.ASCII
)


def validate_year(day) -> None:
    """Nothing was logged in other years, and the day after the last of all cannot be named."""
    if not 2000 <= day.year <= 2100:
        raise forms.ValidationError("Check the year.")


class AuditFilterForm(forms.Form):
    """Sent as a post, so that no patient's record number ends in an address or a server's log."""

    person = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="Anybody")
    verb = forms.ChoiceField(label="What was done", required=False)
    record_number = forms.CharField(label="Patient's record number", max_length=20, required=False)
    record = forms.CharField(
        max_length=100, required=False, help_text="Kind and number: emr.Visit 12"
    )
    since = forms.DateField(
        label="From", required=False, widget=day_input(), validators=[validate_year]
    )
    until = forms.DateField(
        label="To", required=False, widget=day_input(), validators=[validate_year]
    )

    helper = laid_out(
        Div("person", "verb", "record_number", "record", "since", "until", css_class="three")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.order_by("first_name", "last_name")
        verbs = AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct()
        self.fields["verb"].choices = [("", "Anything"), *((verb, verb) for verb in verbs)]

    def clean_record_number(self) -> Patient | None:
        number = self.cleaned_data["record_number"].strip()
        if not number:
            return None
        patient = Patient.objects.filter(record_number__iexact=number).first()
        if patient is None:
            raise forms.ValidationError("No patient has this record number.")
        return patient

    def clean_record(self) -> str:
        record = " ".join(self.cleaned_data["record"].split())
        if record:
            validate_record(record)
        return record

    def clean(self):
        super().clean()
        refuse_end_before_start(self, "since", "until")

    def query(self) -> dict:
        """What was asked for, as an address may carry it: the patient by our own number."""
        asked = self.cleaned_data
        patient, person = asked["record_number"], asked["person"]
        query = {
            "person": person and person.pk,
            "verb": asked["verb"],
            "patient": patient and patient.pk,
            "record": asked["record"],
            "since": asked["since"],
            "until": asked["until"],
        }
        return {name: str(value) for name, value in query.items() if value}


class AuditQueryForm(forms.Form):
    """The same, read back from the address."""

    person = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    verb = forms.CharField(max_length=60, required=False)
    patient = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    record = forms.CharField(max_length=100, required=False, validators=[validate_record])
    since = forms.DateField(required=False, validators=[validate_year])
    until = forms.DateField(required=False, validators=[validate_year])
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def entries(self):
        asked = self.cleaned_data
        entries = AuditEntry.objects.all()
        if asked["person"]:
            entries = entries.filter(actor_id=asked["person"])
        if asked["verb"]:
            entries = entries.filter(verb=asked["verb"])
        if asked["patient"]:
            entries = entries.filter(patient_id=asked["patient"])
        if asked["record"]:
            kind, _, number = asked["record"].partition(" ")
            entries = entries.filter(subject_type__iexact=kind, subject_id=number)
        if asked["since"]:
            entries = entries.filter(at__gte=start_of(asked["since"]))
        if asked["until"]:
            entries = entries.filter(at__lt=start_of(asked["until"] + timedelta(days=1)))
        return entries


def start_of(day):
    """The first moment of a day in the zone that is active, which is the practice's."""
    return timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time()))


@role_required(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def entries(request):
    """Filters come as a post and go on as an address without a record number."""
    if request.method == "POST":
        form = AuditFilterForm(request.POST)
        if form.is_valid():
            return redirect(_address("emr:audit", form.query()))
        return _render_entries(request, form, {}, AuditEntry.objects.none(), status=422)

    query = AuditQueryForm(request.GET)
    if not query.is_valid():
        return redirect("emr:audit")
    asked = query.cleaned_data
    found = query.entries()
    audit.record(
        "viewed audit log",
        request.user,
        by=request.user,
        patient_id=asked["patient"],
        **_said(asked),
    )
    if asked["before"]:
        found = _older_than(found, asked["before"])
    return _render_entries(request, AuditFilterForm(initial=_initial(asked)), asked, found)


@role_required(*READERS)
@require_safe
def export(request):
    """The same entries, all of them, as a file for a spreadsheet."""
    query = AuditQueryForm(request.GET)
    if not query.is_valid():
        return redirect("emr:audit")
    asked = query.cleaned_data
    audit.record(
        "exported audit log",
        request.user,
        by=request.user,
        patient_id=asked["patient"],
        **_said(asked),
    )
    day = timezone.localdate()
    return StreamingHttpResponse(
        _lines(query.entries(), request.practice.zone),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="audit-{day:%Y-%m-%d}.csv"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def _render_entries(request, form, asked, found, *, status=200):
    page = list(found[: PAGE + 1])
    more = len(page) > PAGE
    page = page[:PAGE]
    patients = Patient.objects.in_bulk({entry.patient_id for entry in page if entry.patient_id})
    for entry in page:
        entry.patient = patients.get(entry.patient_id)
    query = {name: value for name, value in asked.items() if value}
    filters = {name: value for name, value in query.items() if name != "before"}
    context = {
        "form": form,
        "entries": page,
        "filtered": bool(filters) or form.is_bound,
        "older": more and _address("emr:audit", query | {"before": page[-1].pk}),
        "newest": "before" in query and _address("emr:audit", filters),
        "export": _address("emr:audit-export", filters),
    }
    return render(request, "emr/audit.html", context, status=status)


def _older_than(found, entry_id):
    """The next page starts where the last one ended, however many entries were added since."""
    last = AuditEntry.objects.filter(pk=entry_id).first()
    if last is None:
        return found
    return found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))


def _lines(found, zone):
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    # Record numbers are looked up a thousand entries at a time, so that memory stays flat.
    chunk = []
    for entry in found.iterator(chunk_size=1000):
        chunk.append(entry)
        if len(chunk) == 1000:
            yield from _rows(writer, chunk, zone)
            chunk = []
    yield from _rows(writer, chunk, zone)


def _rows(writer, chunk, zone):
    patients = Patient.objects.in_bulk({entry.patient_id for entry in chunk if entry.patient_id})
    for entry in chunk:
        patient = patients.get(entry.patient_id)
        details = "; ".join(f"{name}: {value}" for name, value in entry.details.items())
        row = [
            entry.at.astimezone(zone).isoformat(timespec="seconds"),
            entry.actor,
            entry.verb,
            f"{entry.subject_type} {entry.subject_id}",
            patient.record_number if patient else "",
            entry.address or "",
            details,
        ]
        yield writer.writerow([_inert(cell) for cell in row])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _address(name: str, query: dict) -> str:
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


def _said(asked: dict) -> dict:
    """The filters for the log itself; the patient has a column of their own there."""
    filters = {name: str(value) for name, value in asked.items() if value and name != "patient"}
    return {"filters": filters} if filters else {}


def _initial(asked: dict) -> dict:
    patient = Patient.objects.filter(pk=asked["patient"]).first() if asked["patient"] else None
    return asked | {"record_number": patient.record_number if patient else ""}
