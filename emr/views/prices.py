"""Fees and cash prices: everybody reads and prints them, the owner sets them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from emr import price_prints, prices
from emr.access import owner_required, staff_required
from emr.actions import Refused
from emr.models import CashPrice, Fee, Role
from emr.price_forms import CashPriceForm, EndPriceForm, FeeForm
from emr.price_list import laid_out
from emr.views.documents import PDF_POLICY


@staff_required
@require_safe
def price_page(request):
    return _render_prices(request)


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_fee(request):
    return _set(request, FeeForm, prices.set_fee, "emr/prices_set_fee.html")


@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def set_cash_price(request):
    return _set(request, CashPriceForm, prices.set_cash_price, "emr/prices_set_cash.html")


@owner_required
@require_POST
def end_fee(request, fee_id: int):
    fee = get_object_or_404(Fee, pk=fee_id)
    form = EndPriceForm(request.POST, price=fee)
    return _end(request, form, lambda **end: prices.end_fee(fee=fee, by=request.user, **end))


@owner_required
@require_POST
def end_cash_price(request, price_id: int):
    price = get_object_or_404(CashPrice, pk=price_id)
    form = EndPriceForm(request.POST, price=price)
    return _end(
        request, form, lambda **end: prices.end_cash_price(price=price, by=request.user, **end)
    )


@owner_required
@require_POST
def take_back_fee(request, fee_id: int):
    fee = get_object_or_404(Fee, pk=fee_id)
    return _take_back(request, lambda: prices.take_back_fee(fee=fee, by=request.user))


@owner_required
@require_POST
def take_back_cash_price(request, price_id: int):
    price = get_object_or_404(CashPrice, pk=price_id)
    return _take_back(request, lambda: prices.take_back_cash_price(price=price, by=request.user))


@staff_required
@require_safe
def wall_sign(request):
    """One page in very large type, in English or Spanish, of what holds today."""
    today = timezone.localdate()
    of_today = prices.cash_prices_on(today)
    if not of_today:
        return _nothing_to_print(request)
    language = "es" if request.GET.get("language") == "es" else "en"
    pdf = price_prints.wall_sign(of_today, practice=request.practice, language=language, day=today)
    return _inline(pdf, name=f"wall-sign-{language}.pdf")


@staff_required
@require_safe
def price_sheet(request):
    """Every cash price of today and those that are announced."""
    today = timezone.localdate()
    lines = laid_out(CashPrice.objects.all(), day=today).lines
    if not lines:
        return _nothing_to_print(request)
    pdf = price_prints.price_sheet(lines, practice=request.practice, day=today)
    return _inline(pdf, name="price-sheet.pdf")


def _set(request, form_class, set_price, template: str):
    """The page of one new price; a link to it may name what the price is of."""
    if request.method == "POST":
        form = form_class(request.POST)
        status = 422
        if form.is_valid():
            try:
                set_price(by=request.user, **form.cleaned_data)
            except Refused as error:
                form.add_error(None, str(error))
                status = 409
            else:
                messages.success(request, "The price is set.")
                return redirect("emr:prices")
        return render(request, template, {"form": form}, status=status)
    known = {name: request.GET.get(name, "") for name in ("payer", "code", "label")}
    form = form_class(initial=known | {"starts_on": timezone.localdate()})
    return render(request, template, {"form": form})


def _end(request, form: EndPriceForm, end):
    if not form.is_valid():
        return _render_prices(request, ending=form, status=422)
    try:
        end(**form.cleaned_data)
    except Refused as error:
        return _render_prices(request, conflict=str(error), status=409)
    messages.success(request, "The price has a last day now.")
    return redirect("emr:prices")


def _take_back(request, take_back):
    try:
        take_back()
    except Refused as error:
        return _render_prices(request, conflict=str(error), status=409)
    messages.success(request, "The price is taken back.")
    return redirect("emr:prices")


def _render_prices(request, *, status: int = 200, ending=None, conflict: str = ""):
    today = timezone.localdate()
    cash = laid_out(CashPrice.objects.all(), day=today)
    fees = laid_out(Fee.objects.select_related("payer"), day=today)
    context = {
        "today": today,
        "cash": cash,
        "fees": fees,
        "everybody": [line for line in fees.lines if line.payer is None],
        "of_payers": [line for line in fees.lines if line.payer is not None],
        "may_edit": request.user.has_role(Role.OWNER),
        "ending": ending,
        "conflict": conflict,
    }
    return render(request, "emr/prices.html", context, status=status)


def _nothing_to_print(request):
    messages.warning(request, "No cash price holds yet, so there is nothing to print.")
    return redirect("emr:prices")


def _inline(pdf: bytes, *, name: str) -> HttpResponse:
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": PDF_POLICY,
        },
    )
