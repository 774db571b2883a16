"""The page "ABN form": which edition may be used, which wording is installed, and installing one."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from consent import actions
from consent.forms.wordings import WordingForm, demonstration_values
from consent.models import AbnWording, Language
from consent.wording import PARTS, parts_without_service
from emr import audit
from emr.access import owner_required, staff_required
from emr.models import Role
from emr.rules.editions import current_edition, editions


@staff_required
@require_safe
def list_wordings(request):
    """What may be used today, and what is there; loud while an ABN is only a worksheet."""
    day = timezone.localdate()
    usable = actions.wordings_on(day)
    context = {
        "current": current_edition(day),
        "editions": [
            {"edition": each, "usable": each.usable(on=day), "to_come": day < each.usable_from}
            for each in reversed(editions())
        ],
        "wordings": AbnWording.objects.select_related("installed_by"),
        "usable": usable.values(),
        "missing": [each.label for each in Language if each not in usable],
        "may_install": request.user.has_role(Role.OWNER),
    }
    return render(request, "consent/wordings.html", context)


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def install_wording(request):
    day = timezone.localdate()
    if request.method != "POST":
        return _render_form(request, WordingForm(day=day, initial=_beginning(request, day)))
    form = WordingForm(request.POST, request.FILES, day=day)
    if form.is_valid():
        try:
            wording = actions.install_wording(by=request.user, **form.wording())
        except actions.Refused as refusal:
            form.add_error("edition" if "edition" in str(refusal) else None, str(refusal))
        except ValidationError as error:
            form.add_errors_of(error)
        else:
            messages.success(request, f"{wording} is installed. It holds from the next notice on.")
            return redirect("consent:wording", wording.pk)
    return _render_form(request, form)


def _beginning(request, day) -> dict:
    """The current edition; in the demonstration its invented wording, if it is asked for."""
    edition = current_edition(day)
    values = {"edition": edition.printed_expiry.isoformat() if edition else ""}
    language = request.GET.get("demonstration", "")
    if settings.DEMO and language in Language.values:
        values |= demonstration_values(language)
        values |= {"language": language, "is_demonstration": True}
    return values


def _render_form(request, form: WordingForm):
    context = {
        "form": form,
        "part": {part.id: form[f"part_{part.id}"] for part in PARTS},
        "languages": Language.choices if settings.DEMO else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "consent/wording_form.html", context, status=status)


@staff_required
@require_safe
def show_wording(request, wording_id: int):
    wording = get_object_or_404(AbnWording.objects.select_related("installed_by"), pk=wording_id)
    usable = actions.wordings_on(timezone.localdate())
    context = {
        "wording": wording,
        "parts": [(part, wording.parts[part.id]) for part in PARTS],
        "without_service": parts_without_service(wording.parts),
        "in_use": usable.get(wording.language) == wording,
        "may_install": request.user.has_role(Role.OWNER),
    }
    return render(request, "consent/wording.html", context)


@staff_required
@require_safe
def wording_pdf(request, wording_id: int):
    """The form as CMS publishes it, byte for byte as it was uploaded: to save, never to open here."""
    wording = get_object_or_404(AbnWording, pk=wording_id)
    if not wording.pdf:
        raise Http404
    audit.record("viewed", wording, by=request.user)
    response = FileResponse(
        wording.pdf.open(),
        as_attachment=True,
        filename=f"abn-{wording.edition_expires:%Y-%m-%d}-{wording.language}.pdf",
        content_type="application/pdf",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
