"""Candidates for a form's person field, as one types; asked by POST, so that no name stands in an address."""
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from sanyi.web.access import allowed
from sanyi.web.picking import FINDERS, look
from sanyi.web.trailed import reads


@allowed(*FINDERS)
@require_POST
@reads("person_pick")
def person_pick(request: HttpRequest) -> JsonResponse:
    """At most ten who may be meant, masked."""
    return JsonResponse({"rows": [vars(each) for each in look(request, request.POST.get("q", ""))]})
