"""The CapabilityStatement, made from the resources themselves."""
from collections.abc import Mapping

from sanyi import __version__
from sanyi.web.fhir.including import revincludes
from sanyi.web.fhir.resource import Json, Resource

DATE = "2026-11-30"
NO_UPDATE = ("修改由业务步骤办理（/api/work/…/steps/），须带所见版本和理由；资源的字段不足以表达一个步骤，故无 update、patch、delete / "
             "what is there is changed by the steps of its workflow (/api/work/…/steps/), with the version that was seen and a reason: no field of a resource says as much, so there is no update, patch or delete")
TOGETHER = ("只含新建（POST）的 transaction，全部办成或全不办；同一 groupIdentifier 的 MedicationRequest 为一张处方 / "
            "transactions of creations alone, all of them or none; MedicationRequests of one groupIdentifier are one prescription")


def capability(resources: Mapping[str, Resource]) -> Json:
    """What the server can do."""
    return {"resourceType": "CapabilityStatement", "status": "active", "date": DATE, "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
            "software": {"name": "Sanyi 三医", "version": __version__}, "implementation": {"description": "三医 FHIR R4"},
            "rest": [{"mode": "server", "security": {"description": "Authorization: Bearer 令牌（/tokens/ 建立） / a token made under /tokens/"},
                      "documentation": NO_UPDATE, "interaction": [{"code": "transaction", "documentation": TOGETHER}], "resource": [_resource(each) for each in resources.values()]}]}


def _resource(resource: Resource) -> Json:
    kinds = {"_id": "token", **resource.params}
    return {"type": resource.type, "interaction": [{"code": code} for code in ("read", "search-type", *(("create",) if resource.create else ()))], "versioning": "no-version",
            "readHistory": False, "updateCreate": False, "conditionalCreate": False, "conditionalUpdate": False, "conditionalDelete": "not-supported",
            "searchParam": [{"name": name, "type": kind} for name, kind in kinds.items() if name.isidentifier() or name.replace("-", "_").isidentifier()],
            "searchInclude": [f"{resource.type}:{name}" for name in resource.refers], "searchRevInclude": revincludes(resource.type)}
