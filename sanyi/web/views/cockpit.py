from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from sanyi.web.views.consortia import budget_chart


def cockpit(request: HttpRequest) -> HttpResponse:
    return render(request, "cockpit.html", {"chart": budget_chart(request)})
