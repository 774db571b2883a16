"""The page of one coverage: what counts today, and all that it rests on."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from emr import audit
from emr.access import BENEFITS
from emr.banner import banner_of
from emr.benefits import benefits_of
from emr.benefits.chips import benefit_chip
from emr.benefits.forms import AuthorizationForm, ConservativeCareForm
from emr.models import ConservativeCare, Coverage, CoverageKind
from emr.rules.payer_policy import DAYS_VERIFIED, THAT_AUTHORIZE


def find_coverage(coverage_id: int) -> Coverage:
    return get_object_or_404(Coverage.objects.select_related("patient", "payer"), pk=coverage_id)


def render_coverage(request, coverage: Coverage, *, status: int = 200, **changes):
    """A reading of the chart, also where it is shown because of an error."""
    patient, today = coverage.patient, timezone.localdate()
    audit.opened(patient, request=request, part="coverage")
    benefits = benefits_of(coverage, day=today)
    verifications = list(
        coverage.verifications.select_related("recorded_by", "based_on").order_by(
            "-verified_on", "-pk"
        )
    )
    authorizations = list(coverage.authorizations.select_related("ended_by"))
    for each in authorizations:
        each.used = benefits.used.get(each.pk)
        each.left = None if each.visits is None or each.used is None else each.visits - each.used
    kind = coverage.payer.kind
    context = banner_of(patient, day=today) | {
        "coverage": coverage,
        "benefits": benefits,
        "chip": benefit_chip(benefits),
        "decides": kind in THAT_AUTHORIZE,
        "is_self_pay": kind == CoverageKind.SELF_PAY,
        "days_verified": DAYS_VERIFIED,
        "verifications": verifications,
        "authorizations": authorizations,
        "cares": ConservativeCare.objects.filter(patient=patient).select_related("ended_by"),
        "authorization_form": AuthorizationForm(),
        "care_form": ConservativeCareForm(),
        "may_edit": request.user.has_role(*BENEFITS),
    }
    return render(request, "emr/coverage.html", context | changes, status=status)
