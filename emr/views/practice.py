"""The practice's own page: where it is, its numbers, how it counts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from emr import staff
from emr.access import owner_required
from emr.models import Practice
from emr.rules.diagnoses import find_release_problems
from emr.staff_forms import PracticeForm


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def practice(request):
    """Sets it up the first time; there is one, and it is never removed."""
    # Not request.practice: a form writes its answers into its instance, wrong ones too.
    stored = Practice.objects.filter(pk=1).first()
    form = PracticeForm(request.POST if request.method == "POST" else None, instance=stored)
    if form.is_valid():
        staff.edit_practice(by=request.user, **form.cleaned_data)
        messages.success(request, "Saved." if stored else "The practice is set up.")
        return redirect("emr:practice")
    context = {
        "form": form,
        "new": stored is None,
        "old_lists": find_release_problems(timezone.localdate()),
    }
    return render(request, "emr/practice.html", context, status=422 if form.is_bound else 200)
