"""What the desk does with a notice that was issued. What the patient answers comes from elsewhere:
nothing here takes an option."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from consent import actions, drafting
from consent.forms.notices import AnnotationForm, RefusalForm, VoidForm
from consent.models import ABN_KINDS, Notice
from consent.views.notices import find_notice, render_notice
from emr.access import desk_required
from emr.filing import record_document_event
from emr.models import DocumentEvent


@desk_required
@require_POST
def void_notice(request, notice_id: int):
    notice, form = find_notice(notice_id), VoidForm(request.POST)
    return _step(request, notice, "void", form, actions.void_notice, "The notice is void.")


@desk_required
@require_POST
def annotate_notice(request, notice_id: int):
    notice, form = find_notice(notice_id), AnnotationForm(request.POST)
    said = "It is written on the notice, with today's date."
    return _step(request, notice, "annotation", form, actions.annotate_notice, said)


@desk_required
@require_POST
def refuse_notice(request, notice_id: int):
    """The patient wants the service and does not sign."""
    notice, form = find_notice(notice_id), RefusalForm(request.POST)
    said = "The refusal is on record, with who was there."
    return _step(
        request,
        notice,
        "refusal",
        form,
        actions.record_refusal,
        said,
        practice=request.practice,
    )


@desk_required
@require_POST
def give_notice(request, notice_id: int):
    notice = find_notice(notice_id)
    return _step(
        request,
        notice,
        "",
        None,
        actions.give_notice,
        "It is on record that the patient has it.",
        practice=request.practice,
    )


@desk_required
@require_POST
def replace_notice(request, notice_id: int):
    """A new draft that says the same; the older one stands until the new one is answered."""
    notice = find_notice(notice_id)
    older = Notice.objects.filter(pk=notice.pk).in_state(*drafting.REPLACEABLE)
    if not older.exists():
        conflict = "Only a notice that was issued and still stands is replaced."
        return render_notice(request, notice, status=409, conflict=conflict)
    visit = drafting.next_visit(notice.patient)
    draft = actions.draft_notice(by=request.user, **drafting.copied(notice, visit=visit))
    return redirect("consent:edit-notice", draft.pk)


@desk_required
@require_POST
def record_copy(request, notice_id: int):
    """The patient was given a copy of what they signed, or it was printed for them."""
    notice = find_notice(notice_id)
    what = request.POST.get("what", "")
    if what not in DocumentEvent.What.values:
        raise BadRequest("Say how the copy was given.")
    steps = notice.steps.filter(document__isnull=False).select_related("document")
    answer = steps.order_by("pk").last()
    if answer is None:
        conflict = "There is no signed document yet of which a copy could be given."
        return render_notice(request, notice, status=409, conflict=conflict)
    record_document_event(
        document=answer.document,
        what=DocumentEvent.What(what),
        patient_id=notice.patient_id,
        by=request.user,
    )
    said = f"{DocumentEvent.What(what).label}: it is on record."
    if notice.kind in ABN_KINDS and what != DocumentEvent.What.PAPER_COPY:
        said += " A copy on paper is owed as well."
    messages.success(request, said)
    return redirect("consent:notice", notice.pk)


def _step(request, notice: Notice, name: str, form, action, said: str, **facts):
    """Takes a step and comes back to the notice; a refused form comes back as it was typed."""
    if form is not None:
        if not form.is_valid():
            return render_notice(request, notice, status=422, **{name: form})
        facts |= form.cleaned_data
    try:
        action(notice=notice, by=request.user, **facts)
    except ValidationError as error:
        if form is None:
            return render_notice(request, notice, status=422, conflict=" ".join(error.messages))
        form.add_error(None, " ".join(error.messages))
        return render_notice(request, notice, status=422, **{name: form})
    except actions.Refused as error:
        return render_notice(request, notice, status=409, conflict=str(error))
    messages.success(request, said)
    return redirect("consent:notice", notice.pk)
