"""The charges of a signed note: suggested beside chosen, judged as they are typed, and charged."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.actions.charges import CHANGED, charge_note
from billing.claim_chips import claim_chip
from billing.forms.lines import ChargesPage, shown, with_row_added, with_seen
from billing.models import ChargeSheet, Claim
from billing.review.changes import changes_between
from billing.review.lines import lines_of, total_of
from billing.review.sessions import session_of
from billing.review.suggestion import Choice, Suggestion, choose, set_aside_on, suggest
from billing.views.accounts import ACCOUNT_READERS
from emr import audit
from emr.access import billing_required, role_required, staff_required
from emr.actions import Refused
from emr.banner import banner_of
from emr.http import ClinicRequest, render_part
from emr.models import Practice, Role
from emr.rules.claim_states import CLOSED, ClaimState
from notes.models import Note

BILLING = (Role.BILLER, Role.OWNER)
CLAIM_READERS = (*BILLING, Role.COMPLIANCE)
READERS = (*CLAIM_READERS, Role.THERAPIST)
readers = role_required(*READERS)


def find_note(note_id: int) -> Note:
    """A signed note with all that the rules ask; a draft has no charges, whoever asks."""
    notes = Note.objects.signed().select_related("visit__patient", "visit__provider__user")
    return get_object_or_404(notes, pk=note_id)


@readers
@require_http_methods(["GET", "HEAD", "POST"])
def charges(request: ClinicRequest, note_id: int) -> HttpResponse:
    if request.method == "POST" and not request.user.has_role(*BILLING):
        raise Http404
    note = find_note(note_id)
    suggestion = suggest(note, practice=request.practice)
    if request.method != "POST":
        return _render(request, suggestion, ChargesPage.of(suggestion))
    if "add_line" in request.POST:
        page = ChargesPage.of(suggestion, with_row_added(request.POST))
        return _render(request, suggestion, page)
    page = ChargesPage.of(suggestion, request.POST)
    if not page.is_valid():
        return _render(request, suggestion, page, status=422)
    if page.form.cleaned_data["seen"] != suggestion.digest:
        return _conflict(request, note, CHANGED)
    choice = _choice(suggestion, page, practice=request.practice)
    if page.needs_reason(suggestion):
        return _render(request, suggestion, page, status=422, choice=choice)
    try:
        charge_note(
            note=note,
            lines=page.lines,
            diagnoses=page.diagnoses,
            reason=page.reason,
            seen=page.form.cleaned_data["seen"],
            claim_requested=page.claim_requested,
            set_aside=page.set_aside,
            practice=request.practice,
            by=request.user,
        )
    except Refused as error:
        return _conflict(request, note, str(error))
    return _after(request, note)


def _conflict(request: ClinicRequest, note: Note, words: str) -> HttpResponse:
    """What was typed beside what is suggested by now, which the next try is about."""
    suggestion = suggest(note, practice=request.practice)
    page = ChargesPage.of(suggestion, with_seen(request.POST, suggestion))
    return _render(request, suggestion, page, status=409, conflict=words)


@billing_required
@require_POST
def check_charges(request: ClinicRequest, note_id: int) -> HttpResponse:
    """What the rules say of the lines as they are typed, and the difference in money; saves nothing."""
    suggestion = suggest(find_note(note_id), practice=request.practice)
    page = ChargesPage.of(suggestion, request.POST)
    choice = _choice(suggestion, page, practice=request.practice)
    context = {"suggestion": suggestion, "choice": choice}
    return render(request, "billing/_charges_checked.html", context)


@staff_required
@require_safe
def of_note(request: ClinicRequest, note_id: int) -> HttpResponse:
    """The panel beside a signed note: its session in lines, and where its charges are."""
    note = find_note(note_id)
    patient = note.visit.patient
    audit.opened(patient, request=request, part="charges of a note")
    suggestion = suggest(note, practice=request.practice)
    context = {
        "may_read": request.user.has_role(*READERS),
        **_shared(request, suggestion),
    }
    if not request.htmx:
        context |= banner_of(patient, day=note.date_of_service)
    return render_part(
        request, part="billing/_of_note.html", page="billing/of_note.html", context=context
    )


def newest_claim(note: Note) -> Claim | None:
    claims = Claim.objects.filter(note=note).with_state().select_related("coverage__payer")
    return claims.order_by("-opened_at", "-pk").first()


def _shared(request: ClinicRequest, suggestion: Suggestion) -> dict:
    """What both the page and the panel show."""
    claim = newest_claim(suggestion.note)
    charged = lines_of(suggestion.sheet) if suggestion.sheet else ()
    return {
        "note": suggestion.note,
        "suggestion": suggestion,
        "session": session_of(suggestion),
        "charged": charged,
        "charged_total": total_of(charged),
        "claim": claim,
        "chip": claim_chip(claim.state) if claim else None,
        "may_read_claim": request.user.has_role(*CLAIM_READERS),
        "may_charge": request.user.has_role(*BILLING),
        "has_superbill": request.user.has_role(*ACCOUNT_READERS)
        and any(line.to_patient for line in charged),
    }


def _after(request: ClinicRequest, note: Note) -> HttpResponse:
    """On to the claim, or to the note's charges where the patient's account holds them."""
    claim = newest_claim(note)
    if claim and claim.state not in CLOSED:
        if claim.state == ClaimState.READY:
            messages.success(request, "Charged: the claim is ready to send.")
        else:
            messages.success(request, "Charged: the claim is held until what stops it is cleared.")
        return redirect("billing:claim", claim.pk)
    sheet = (
        ChargeSheet.objects.filter(note=note).order_by("-version").prefetch_related("charges")[0]
    )
    if sheet.charges.all():
        words = "Charged. No claim goes out: the patient's account bears it."
    else:
        words = "Kept: nobody is charged for this visit."
    messages.success(request, words)
    return redirect("billing:charges", note.pk)


def _choice(suggestion: Suggestion, page: ChargesPage, *, practice: Practice) -> Choice | None:
    """The typed lines as the rules see them; None while something typed cannot be read."""
    if not page.rows.is_bound:
        lines, diagnoses, reason = shown(suggestion)
        kept = set_aside_on(suggestion.sheet)
        return choose(suggestion, lines, diagnoses, reason=reason, set_aside=kept)
    if not page.is_valid():
        return None
    wish = page.claim_requested and suggestion.may_request_claim
    if wish != suggestion.claim_requested:
        suggestion = suggest(suggestion.note, practice=practice, claim_requested=wish)
    return choose(
        suggestion,
        page.lines,
        page.diagnoses,
        reason=page.reason,
        set_aside=page.set_aside,
    )


def _render(
    request: ClinicRequest,
    suggestion: Suggestion,
    page: ChargesPage,
    *,
    status: int = 200,
    conflict: str = "",
    choice: Choice | None = None,
) -> HttpResponse:
    note = suggestion.note
    patient = note.visit.patient
    audit.viewed(note, by=request.user, patient_id=patient.pk, part="charges")
    context = _shared(request, suggestion)
    charged = context["charged"]
    context |= {
        "charges_page": page,
        "choice": choice or _choice(suggestion, page, practice=request.practice),
        "changes": changes_between(charged, suggestion.lines) if suggestion.is_outdated else [],
        "conflict": conflict,
        **banner_of(patient, day=note.date_of_service),
    }
    return render(request, "billing/charges.html", context, status=status)
