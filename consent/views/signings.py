"""What the desk does about a signing: start it, watch it, take it back, print its paper."""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from consent import actions, printing, room
from consent.models import ConsentForm, Language, Method, Notice, Scan, Signing
from consent.progress import progress_of
from emr import audit, documents
from emr.access import desk_required, staff_required
from emr.banner import banner_of
from emr.http import ClinicRequest
from emr.models import Patient, Provider, Visit, VisitState
from emr.views.documents import PDF_POLICY
from emr.worklists import may_edit

PARTIES = (
    "patient",
    "started_by",
    "form",
    "notice",
    "consent__signature__scan",
    "step__signature__scan",
)


class StartForm(forms.Form):
    """By which way, and with whom the patient will be."""

    method = forms.ChoiceField(choices=Method)
    visit = forms.ModelChoiceField(Visit.objects.none(), required=False)

    def __init__(self, *args, patient: Patient, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visit"].queryset = Visit.objects.filter(patient=patient).select_related(
            "provider__user"
        )


@desk_required
@require_POST
def start_signing(request: ClinicRequest, patient_id: int) -> HttpResponse:
    """Put the current consent form before the patient."""
    patient = get_object_or_404(Patient, pk=patient_id)
    form = StartForm(request.POST, patient=patient)
    if not form.is_valid():
        return _refused(request, patient, "Choose the tablet, the phone or paper.", status=422)
    provider = _clinician(form.cleaned_data["visit"], patient)
    current = ConsentForm.objects.current()
    method = form.cleaned_data["method"]
    return _start(request, patient, method=method, form=current, provider=provider)


@desk_required
@require_POST
def start_signing_notice(request: ClinicRequest, notice_id: int) -> HttpResponse:
    """Put an issued notice before the patient."""
    notice = get_object_or_404(Notice.objects.select_related("patient"), pk=notice_id)
    form = StartForm(request.POST, patient=notice.patient)
    if not form.is_valid():
        reason = "Choose the tablet, the phone or paper."
        return _refused(request, notice.patient, reason, status=422)
    return _start(request, notice.patient, method=form.cleaned_data["method"], notice=notice)


def _clinician(visit: Visit | None, patient: Patient) -> Provider | None:
    """The one of the visit; without a visit, of today's first one."""
    if visit is None:
        start, end = _today()
        visits = Visit.objects.filter(patient=patient, start__range=(start, end))
        coming = visits.exclude(state__in=[VisitState.CANCELLED, VisitState.NO_SHOW])
        visit = coming.select_related("provider__user").order_by("start").first()
    return visit.provider if visit else None


def _today() -> tuple[datetime, datetime]:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight + timedelta(days=1)


def _start(request: ClinicRequest, patient: Patient, *, method: str, **of) -> HttpResponse:
    practice = request.practice
    place = "" if method == Method.PHONE else f"{practice.name}, {practice.city}"
    try:
        started = actions.start_signing(
            method=method, patient=patient, practice=practice, place=place, by=request.user, **of
        )
    except actions.Refused as refusal:
        return _refused(request, patient, str(refusal), status=409)
    if method == Method.KIOSK:
        room.enter(request, started.signing, kind=Method.KIOSK)
        return redirect("consent:room")
    if method == Method.PHONE:
        return _page(request, started.signing, token=started.token)
    return redirect("consent:signing", started.signing.pk)


def _refused(request, patient: Patient, reason: str, *, status: int) -> HttpResponse:
    context = {"patient": patient, "reason": reason}
    return render(request, "consent/signing/refused.html", context, status=status)


# Watching


@staff_required
@require_safe
def signing(request: ClinicRequest, signing_id: int) -> HttpResponse:
    return _page(request, _signing(signing_id))


@staff_required
@require_safe
def signing_state(request: ClinicRequest, signing_id: int) -> HttpResponse:
    """The part that renews itself; 204 while it says what the page says already."""
    found = _signing(signing_id)
    context = _context(request, found)
    if request.GET.get("seen") == context["face"]:
        return HttpResponse(status=204)
    return render(request, "consent/signing/_state.html", context)


@desk_required
@require_POST
def cancel_signing(request: ClinicRequest, signing_id: int) -> HttpResponse:
    found = _signing(signing_id)
    actions.cancel_signing(signing=found, by=request.user)
    return redirect("consent:signing", found.pk)


def _signing(signing_id: int) -> Signing:
    return get_object_or_404(Signing.objects.select_related(*PARTIES), pk=signing_id)


def _page(request: ClinicRequest, signing: Signing, *, token: str = "") -> HttpResponse:
    """`token` is known only in the answer that follows the making of a link, and is kept nowhere."""
    patient = signing.patient
    audit.opened(patient, request=request, part="signing")
    context = _context(request, signing) | banner_of(patient, day=timezone.localdate())
    if token:
        link = settings.PUBLIC_URL + reverse("consent:link", args=[token])
        context |= {"qr": documents.qr(link)}
    return render(request, "consent/signing/signing.html", context)


def _context(request: ClinicRequest, signing: Signing) -> dict:
    """All that the page says below its title; it is the same when it renews itself."""
    progress = progress_of(signing)
    notice = signing.notice
    again = "consent:start-signing-notice" if notice else "consent:start-signing"
    back = "consent:notice" if notice else "consent:of-patient"
    return {
        "signing": signing,
        "what": notice.get_kind_display() if notice else "Consent to dry needling",
        "progress": progress,
        "face": f"{progress.chip.word}|{progress.words}",
        "start_url": reverse(again, args=[notice.pk if notice else signing.patient_id]),
        "back_url": reverse(back, args=[notice.pk if notice else signing.patient_id]),
        "pdf_url": _pdf_url(signing),
        "languages": [Language(each) for each in room.shown_by(signing).languages],
        "scans": _scans_of(signing) if may_edit(request.user) else [],
        "may_edit": may_edit(request.user),
    }


def _pdf_url(signing: Signing) -> str:
    """Of what was signed; empty without an answer."""
    if signing.consent_id:
        return reverse("consent:pdf", args=[signing.consent_id])
    return reverse("consent:notice-pdf", args=[signing.notice_id]) if signing.step_id else ""


def _scans_of(signing: Signing) -> list[Scan]:
    """The files of a paper that came back, in the order of its pages."""
    answered = signing.consent or signing.step
    scan = answered.signature.scan if answered and answered.signature else None
    return [scan, *scan.following.order_by("pk")] if scan else []


# Paper


@desk_required
@require_safe
def blank_pdf(request: ClinicRequest, signing_id: int) -> HttpResponse:
    """The form to sign by hand, with the code that brings its scan back to this patient."""
    found = _signing(signing_id)
    if found.method != Method.PAPER or found.ended_at:
        raise Http404
    shown = room.shown_by(found)
    language = shown.in_language(request.GET.get("language", ""))
    draw = printing.blank_notice_pdf if found.notice else printing.blank_consent_pdf
    pdf = draw(shown.content, language=language, code=found.code)
    audit.record("paper form printed", found, by=request.user, patient_id=found.patient_id)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="form-{found.code}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": PDF_POLICY,
        },
    )
