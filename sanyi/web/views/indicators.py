"""Indicators: against their targets, month by month, and by institution."""
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from sanyi.web.opened import has


def of_institution(request: HttpRequest, institution_id: str):
    return []


def indicators(request: HttpRequest) -> HttpResponse:
    return render(request, "indicators.html", {"rows": []})


def indicator(request: HttpRequest, code: str) -> HttpResponse:
    raise Http404("")


def why(request: HttpRequest, code: str) -> HttpResponse:
    raise Http404("")
