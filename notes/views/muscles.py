"""A clinician's favourite muscles."""

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from emr.access import therapist_required
from emr.http import ClinicRequest
from notes import actions
from notes.models import Muscle


@therapist_required
@require_POST
def star(request: ClinicRequest, muscle_id: str) -> HttpResponse:
    muscle = get_object_or_404(Muscle.objects.filter(retired_at=None), pk=muscle_id)
    wish = request.POST.get("starred")
    if wish not in ("yes", "no"):
        raise BadRequest("A star is given or taken away.")
    starred = actions.star_muscle(muscle=muscle, starred=wish == "yes", by=request.user)
    if not request.htmx:
        return redirect("emr:today")
    return render(request, "notes/_star.html", {"muscle": muscle, "starred": starred})
