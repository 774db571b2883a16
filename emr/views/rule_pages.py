"""The pages of the rules, for whoever wants to see why: no patient stands on them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from emr.access import staff_required
from emr.rule_pages import PATHS, rule_pages
from emr.rule_pages import rule_page as page_of


@staff_required
@require_safe
def rule_page(request: HttpRequest, name: str) -> HttpResponse:
    if name not in PATHS:
        raise Http404
    context = {"page": page_of(name), "pages": rule_pages()}
    return render(request, "emr/rule_page.html", context)
