"""ServiceRequest: referrals and orders of examinations, told apart by their category; each by its own area's rights and door."""
from sanyi.store.exams.rules import KINDS
from sanyi.web.fhir.joined import joined
from sanyi.web.fhir.naming import listed
from sanyi.web.fhir.resource import SUBJECT, Json
from sanyi.web.fhir.resources.exam_order import START, exam_orders
from sanyi.web.fhir.resources.referral import referrals


def _which(body: Json) -> str:
    """An order where the category is a kind of examination, else a referral."""
    category = next((each.get("code") for one in listed(body, "category") for each in listed(one, "coding")), "")
    return START if isinstance(category, str) and category in KINDS else ""


SERVICE_REQUEST = joined({"": referrals(), START: exam_orders()}, "authoredOn", _which, ("authored",),
                         {**SUBJECT, "requester": ("requester", "Organization"), "performer": ("performer", "Organization")})
