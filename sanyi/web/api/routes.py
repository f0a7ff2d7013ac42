"""The addresses that programs call."""
from django.urls import path

from sanyi.web.api import docs, organisation as api_organisation, persons as api_persons, work as api_work
from sanyi.web.fhir import transactions, views as fhir

for_programs = [
    path("api/", docs.api_docs, name="api_docs"),
    path("api/openapi.json", docs.openapi, name="openapi"),
    path("api/work/", api_work.work_kinds, name="api_work"),
    path("api/work/<str:work>/", api_work.work_list, name="api_list"),
    path("api/work/<str:work>/<int:work_id>/", api_work.work_one, name="api_one"),
    path("api/work/<str:work>/<int:work_id>/log/", api_work.work_log, name="api_log"),
    path("api/work/<str:work>/<int:work_id>/steps/", api_work.work_steps, name="api_steps"),
    path("api/work/<str:work>/<int:work_id>/steps/<str:step>/", api_work.work_step, name="api_step"),
    path("api/organisation/<str:kind>/", api_organisation.organisation_list, name="api_organisation"),
    path("api/organisation/<str:kind>/<int:row_id>/", api_organisation.organisation_one, name="api_organisation_one"),
    path("api/persons/", api_persons.person_list, name="api_persons"),
    path("api/persons/find/", api_persons.person_find, name="api_person_find"),
    path("api/persons/<int:person_id>/", api_persons.person_one, name="api_person"),
    path("fhir/", transactions.transaction, name="fhir_transaction"),
    path("fhir/metadata", fhir.metadata, name="fhir_metadata"),
    path("fhir/<str:type>", fhir.resources, name="fhir_resources"),
    path("fhir/<str:type>/_search", fhir.search_posted, name="fhir_search"),
    path("fhir/<str:type>/<str:id>", fhir.resource, name="fhir_resource"),
]
