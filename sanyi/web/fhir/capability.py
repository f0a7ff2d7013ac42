"""The CapabilityStatement, made from the resources themselves."""
from collections.abc import Mapping

from sanyi import __version__
from sanyi.web.fhir.including import revincludes
from sanyi.web.fhir.resource import Json, Resource

DATE = "2026-11-30"


def capability(resources: Mapping[str, Resource]) -> Json:
    """What the server can do."""
    return {"resourceType": "CapabilityStatement", "status": "active", "date": DATE, "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
            "software": {"name": "Sanyi 三医", "version": __version__}, "implementation": {"description": "三医 FHIR R4"},
            "rest": [{"mode": "server", "security": {"description": "Authorization: Bearer 令牌（/tokens/ 建立） / a token made under /tokens/"},
                      "resource": [_resource(each) for each in resources.values()]}]}


def _resource(resource: Resource) -> Json:
    kinds = {"_id": "token", **resource.params}
    return {"type": resource.type, "interaction": [{"code": code} for code in ("read", "search-type", *(("create",) if resource.create else ()))], "versioning": "no-version",
            "searchParam": [{"name": name, "type": kind} for name, kind in kinds.items() if name.isidentifier() or name.replace("-", "_").isidentifier()],
            "searchInclude": [f"{resource.type}:{name}" for name in resource.refers], "searchRevInclude": revincludes(resource.type)}
