"""Every address of the site."""
from django.urls import path

from sanyi.web.views import (
    appraisal, audit, books, cases, cockpit, compare, consortia, coverage, indicators, institutions, obligation, plan, plans, refused, run_card,
    sign_in, tables,
)

handler404 = "sanyi.web.views.errors.not_found"

urlpatterns = [
    path("", cockpit.cockpit, name="cockpit"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/<str:code>/", sign_in.language, name="language"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<str:code>/", indicators.indicator, name="indicator"),
    path("indicators/<str:code>/why/", indicators.why, name="why_indicator"),
    path("consortia/", consortia.consortia, name="consortia"),
    path("consortia/<str:consortium_id>/", consortia.consortium, name="consortium"),
    path("consortia/<str:consortium_id>/why/", consortia.why, name="why_consortium"),
    path("institutions/", institutions.institutions, name="institutions"),
    path("institutions/<str:institution_id>/", institutions.institution, name="institution"),
    path("institutions/<str:institution_id>/why/", institutions.why, name="why_institution"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<str:encounter_id>/", cases.case, name="case"),
    path("audit/", audit.audit, name="audit"),
    path("audit/<str:rule_code>/", audit.rule, name="rule"),
    path("appraisal/", appraisal.appraisal, name="appraisal"),
    path("books/", books.books, name="books"),
    path("refused/", refused.refused, name="refused"),
    path("plan/", plan.plan_page, name="plan"),
    path("plans/", plans.plans, name="plans"),
    path("plans/<str:name>/", plan.plan_of, name="plan_of"),
    path("compare/", compare.compare_chosen, name="compare_chosen"),
    path("compare/<str:left>/<str:right>/", compare.compare_plans, name="compare_plans"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("coverage/<str:name>/<str:code>/", obligation.obligation, name="obligation"),
    path("run/", run_card.run_card, name="run"),
    path("dictionary/", tables.dictionary, name="dictionary"),
    path("dictionary/<str:name>/", tables.about_table, name="about_table"),
    path("tables/<str:name>/", tables.table, name="table"),
    path("tables/<str:name>/workbook.xlsx", tables.workbook, name="workbook"),
]
