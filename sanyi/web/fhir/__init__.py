"""FHIR R4: one file a resource, found by folder; what nobody declared is not answered."""
from functools import cache

from sanyi.terms.registry import find
from sanyi.web.fhir.resource import Resource


@cache
def all_resources() -> dict[str, Resource]:
    """Every resource by its type."""
    return {resource.type: resource for resource in find("sanyi.web.fhir.resources", Resource)}
