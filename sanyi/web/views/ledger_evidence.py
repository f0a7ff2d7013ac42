"""A kept file of evidence as a download, never shown inside the page."""
from django.http import Http404, HttpRequest, HttpResponse

from sanyi.store.evidence import evidence_file
from sanyi.web.access import RUN, allowed
from sanyi.web.trailed import reads
from sanyi.web.uploads import handed_out
from sanyi.workflows.errors import UnknownWork


@allowed(*RUN)
@reads("evidence", id="evidence_id", action="export")
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Hand the file out under the name it came with."""
    try:
        row, path = evidence_file(evidence_id)
    except UnknownWork as unknown:
        raise Http404(str(unknown)) from None
    return handed_out(row.name, path)
