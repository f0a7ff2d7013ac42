"""Binary: the bytes of a Media, in base64, for whoever may read its report. Read by its id alone. Source: NG-01."""
import base64
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from sanyi.store.files import file_path
from sanyi.store.findings.formats import MEDIA as TYPES
from sanyi.web.fhir.naming import reference, whole_id
from sanyi.web.fhir.resource import Found, Resource, Sorting, Where
from sanyi.web.fhir.resources.diagnostic_report import READERS
from sanyi.web.fhir.resources.media import files_seen
from sanyi.workflows.errors import BadField


def _read(request: HttpRequest, id: str) -> Found | None:
    row = files_seen(request.actor).filter(pk=whole_id(id)).first()  # type: ignore[attr-defined]
    path = file_path(Path(settings.VAR), row.sha256) if row else None
    if row is None or path is None or not path.is_file():
        return None
    body = {"id": str(row.pk), "contentType": TYPES[row.format], "securityContext": reference("Media", row.pk), "data": base64.b64encode(path.read_bytes()).decode()}
    return Found([body], [(str(row.exam.person_id), (row.exam.institution, row.exam.centre))])


def _search(request: HttpRequest, where: Where, start: int, size: int, sorting: Sorting = ()) -> Found:
    """The one that is named. Errors: BadField without its id."""
    ids = where.get("_id", ())
    if len(ids) != 1:
        raise BadField("Binary 只能按编号（_id）读取，请先检索 Media", "a Binary is read by its _id alone: search Media first", "_id")
    found = _read(request, str(ids[0]))
    return found.first(size) if found and not start else Found([])


BINARY = Resource("Binary", READERS, {}, _search, lambda request, where: len(_search(request, where, 0, 1).rows), _read)
