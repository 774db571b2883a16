"""Payers: everybody reads what they pay for; the biller keeps it."""

from copy import copy

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emr import actions
from emr.access import billing_required, staff_required
from emr.actions import Refused
from emr.benefits.policies import set_policy as set_payer_policy
from emr.benefits.policies import take_back_policy as take_back_payer_policy
from emr.benefits.policy_list import laid_out
from emr.models import CoverageKind, Payer, PayerPolicy, Role
from emr.payer_forms import NewPayerForm, PayerForm, PolicyForm
from emr.rules.payer_policy import THAT_AUTHORIZE

EDITORS = (Role.BILLER, Role.OWNER)


@staff_required
@require_safe
def payers(request):
    """Every payer with what it says today, plan by plan."""
    today = timezone.localdate()
    holding: dict[int, list[PayerPolicy]] = {}
    for policy in PayerPolicy.objects.in_force_on(today).order_by("plan"):
        holding.setdefault(policy.payer_id, []).append(policy)
    found = [
        {
            "payer": payer,
            "policies": holding.get(payer.pk, []),
            "asks": _asks(payer),
            "decides": _decides(payer),
        }
        for payer in Payer.objects.order_by("-active", "name")
    ]
    context = {"rows": found, "may_edit": request.user.has_role(*EDITORS)}
    return render(request, "emr/payers.html", context)


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_payer(request):
    form = NewPayerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        payer = actions.add_payer(by=request.user, **form.cleaned_data)
        messages.success(request, f"{payer} is added.")
        return redirect("emr:payer", payer.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "emr/payer_form.html", {"form": form}, status=status)


@staff_required
@require_safe
def payer(request, payer_id: int):
    return _render_payer(request, get_object_or_404(Payer, pk=payer_id))


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_payer(request, payer_id: int):
    payer = get_object_or_404(Payer, pk=payer_id)
    # On a copy: a form writes its answers into its instance, wrong ones too.
    form = PayerForm(request.POST or None, instance=copy(payer))
    if request.method == "POST" and form.is_valid():
        actions.edit_payer(payer=payer, by=request.user, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("emr:payer", payer.pk)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "payer": payer}
    return render(request, "emr/payer_form.html", context, status=status)


@billing_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_policy(request, payer_id: int):
    """The page of a new policy; it begins with what holds today for the plan that is named."""
    payer = get_object_or_404(Payer.objects.exclude(kind=CoverageKind.SELF_PAY), pk=payer_id)
    status = 200
    if request.method == "POST":
        form, status = PolicyForm(request.POST, payer=payer), 422
        if form.is_valid():
            try:
                set_payer_policy(payer=payer, by=request.user, **_decided(form))
            except Refused as error:
                form.add_error("starts_on", str(error))
                status = 409
            else:
                messages.success(request, "The policy is set.")
                return redirect("emr:payer", payer.pk)
    else:
        form = PolicyForm(payer=payer, initial=_as_today(payer, request.GET.get("plan", "")))
    context = {"form": form, "payer": payer, "decides": _decides(payer)}
    return render(request, "emr/policy_form.html", context, status=status)


@billing_required
@require_POST
def take_back_policy(request, policy_id: int):
    policy = get_object_or_404(PayerPolicy.objects.select_related("payer"), pk=policy_id)
    try:
        take_back_payer_policy(policy=policy, by=request.user)
    except Refused as error:
        return _render_payer(request, policy.payer, conflict=str(error), status=409)
    messages.success(request, "The policy is taken back.")
    return redirect("emr:payer", policy.payer_id)


def _decided(form: PolicyForm) -> dict:
    """A payer that decides by rules of its own is not asked what it says of needling."""
    return {"needling": "unknown", "notice_modifier": ""} | form.cleaned_data


def _as_today(payer: Payer, plan: str) -> dict:
    today = timezone.localdate()
    holding = PayerPolicy.objects.in_force_on(today).filter(payer=payer, plan__iexact=plan).first()
    now = {name: getattr(holding, name) for name in PolicyForm.Meta.fields} if holding else {}
    return now | {"plan": plan[:80], "starts_on": today}


def _render_payer(request, payer: Payer, *, conflict: str = "", status: int = 200):
    today = timezone.localdate()
    policies = PayerPolicy.objects.filter(payer=payer).select_related("recorded_by")
    context = {
        "payer": payer,
        "policies": laid_out(policies, day=today),
        "today": today,
        "asks": _asks(payer),
        "decides": _decides(payer),
        "may_edit": request.user.has_role(*EDITORS),
        "conflict": conflict,
    }
    return render(request, "emr/payer.html", context, status=status)


def _asks(payer: Payer) -> bool:
    """Whether there is anything that the payer may decide for itself."""
    return payer.kind != CoverageKind.SELF_PAY


def _decides(payer: Payer) -> bool:
    """Whether the payer's word on needling counts, and no rule of the nation or the plan."""
    return payer.kind in THAT_AUTHORIZE
