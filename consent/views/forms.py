"""The consent form of the practice: its versions, the draft, and what the state asks of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from consent import actions, form_preview
from consent.clauses import asked_of, check_clauses, problems_of, warnings_of
from consent.forms.consents import ConsentTextForm, PublishForm
from consent.models import ConsentForm, ConsentText, Language
from consent.readability import reading_of
from consent.shipped import shipped_text
from consent.versions import versions
from emr.access import owner_required, staff_required
from emr.views.documents import PDF_POLICY

CHECK = "consent/_form_check.html"


@staff_required
@require_safe
def versions_of_form(request):
    """Every version: in use, earlier, and the draft."""
    return _render_versions(request)


@owner_required
@require_POST
def draft_form(request):
    try:
        form = actions.draft_form(by=request.user)
    except actions.Refused as error:
        return _render_versions(request, status=409, conflict=str(error))
    return redirect("consent:form", form.pk)


@staff_required
@require_safe
def consent_form(request, form_id: int):
    """One version as the patient reads it; of a draft, what is still missing, too."""
    return _render_form(request, get_object_or_404(ConsentForm, pk=form_id))


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_text(request, form_id: int, language: str):
    """The editor of one language of the draft: one field for each clause."""
    draft = _draft_or_404(form_id, language)
    if request.method != "POST":
        form = ConsentTextForm(initial=ConsentTextForm.values_of(_text_of(draft, language)))
        return _render_editor(request, draft, language, form)
    form = ConsentTextForm(request.POST)
    if not form.is_valid():
        return _render_editor(request, draft, language, form, status=422)
    try:
        actions.edit_form_text(
            form=draft,
            language=language,
            title=form.cleaned_data["title"],
            sections=form.sections(),
            by=request.user,
        )
    except ValidationError as error:
        form.add_error(None, error)
        return _render_editor(request, draft, language, form, status=422)
    except actions.Refused as error:
        return _render_versions(request, status=409, conflict=str(error))
    messages.success(request, f"The {Language(language).label} text is saved.")
    return redirect("consent:form", draft.pk)


@owner_required
@require_POST
def check_text(request, form_id: int, language: str):
    """What is typed so far against what the state asks, and how easy it reads; nothing is kept."""
    draft = _draft_or_404(form_id, language)
    form = ConsentTextForm(request.POST)
    form.is_valid()
    return render(request, CHECK, _check(request, draft, language, form.sections()))


@owner_required
@require_POST
def drop_text(request, form_id: int, language: str):
    draft = _draft_or_404(form_id, language)
    try:
        actions.drop_form_text(form=draft, language=language, by=request.user)
    except actions.Refused as error:
        return _render_form(request, draft, status=409, conflict=str(error))
    return redirect("consent:form", draft.pk)


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish_form(request, form_id: int):
    """Asks once more, and whether earlier consents must be signed again; then it is in use."""
    draft = get_object_or_404(ConsentForm.objects.drafts(), pk=form_id)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"draft": draft, "form": form, "current": ConsentForm.objects.current()}
        context |= _judged(request, draft)
        status = 422 if form.is_bound else 200
        return render(request, "consent/form_publish.html", context, status=status)
    try:
        actions.publish_form(
            form=draft,
            practice=request.practice,
            must_renew=form.cleaned_data["must_renew"] == PublishForm.YES,
            by=request.user,
        )
    except actions.Refused as error:
        return _render_form(request, draft, status=409, conflict=str(error))
    messages.success(request, f"Version {draft.version} is in use from now on.")
    return redirect("consent:forms")


@owner_required
@require_POST
def discard_form(request, form_id: int):
    draft = get_object_or_404(ConsentForm, pk=form_id)
    try:
        actions.discard_draft_form(form=draft, by=request.user)
    except actions.Refused as error:
        return _render_versions(request, status=409, conflict=str(error))
    messages.success(request, "The draft is discarded.")
    return redirect("consent:forms")


@staff_required
@require_safe
def form_pdf(request, form_id: int, language: str):
    """The blank form on paper, for an invented patient: how it will look, never to be signed."""
    form = get_object_or_404(ConsentForm, pk=form_id)
    get_object_or_404(ConsentText, form=form, language=language)
    pdf = form_preview.sample_pdf(form, language=language, practice=request.practice)
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="consent-form-{form.version}-{language}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": PDF_POLICY,
        },
    )


def _draft_or_404(form_id: int, language: str) -> ConsentForm:
    if language not in Language.values:
        raise Http404
    return get_object_or_404(ConsentForm.objects.drafts(), pk=form_id)


def _text_of(draft: ConsentForm, language: str) -> dict:
    """The draft's own text; where this language has none yet, the one that ships."""
    text = draft.texts.filter(language=language).first()
    return {"title": text.title, "sections": text.sections} if text else shipped_text(language)


def _check(request, draft: ConsentForm, language: str, sections: list[dict]) -> dict:
    asked = asked_of(request.practice, on=timezone.localdate())
    present = [section["clause"] for section in sections if section["text"]]
    reading = reading_of("\n".join(section["text"] for section in sections), language=language)
    return {
        "draft": draft,
        "language": language,
        "asked": asked,
        "checks": check_clauses(present, asked),
        "reading": reading,
    }


def _render_versions(request, *, status: int = 200, conflict: str = ""):
    context = {"versions": versions(), "conflict": conflict}
    return render(request, "consent/forms.html", context, status=status)


def _judged(request, form: ConsentForm) -> dict:
    """What the state asks; of a draft what stops it, and what is worth a look before it is used."""
    asked = asked_of(request.practice, on=timezone.localdate())
    if form.published_at:
        return {"asked": asked}
    problems, warnings = problems_of(form, asked), warnings_of(form, asked)
    return {"asked": asked, "problems": problems, "warnings": warnings}


def _render_form(request, form: ConsentForm, *, status: int = 200, conflict: str = ""):
    texts = list(form.texts.all())
    context = {
        "form": form,
        "texts": texts,
        "absent": [each for each in Language if each not in {text.language for text in texts}],
        "conflict": conflict,
    } | _judged(request, form)
    return render(request, "consent/form.html", context, status=status)


def _render_editor(request, draft, language: str, form: ConsentTextForm, *, status: int = 200):
    sections = form.sections() if form.is_bound else _text_of(draft, language)["sections"]
    context = _check(request, draft, language, sections)
    context |= {"form": form, "language_name": Language(language).label}
    return render(request, "consent/form_text.html", context, status=status)
