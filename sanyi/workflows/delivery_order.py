"""A delivery of what a pharmacy gave out: ordered, packed, handed over, delivered, received or returned. Source: HK-19."""
from sanyi.workflows.facts import Given
from sanyi.workflows.guards import Block
from sanyi.workflows.prescription_facts import DeliveryFacts
from sanyi.workflows.task import NOTE
from sanyi.workflows.workflow import Field, State, Step, Workflow

RETURNED = {"not_found": ("无人签收", "nobody there"), "refused": ("居民拒收", "refused"), "damaged": ("药品破损或温控不合格", "spoiled"),
            "wrong": ("药品不符", "not what was ordered"), "other": ("其他", "other")}
CARRIER = Field("carrier", "text", "配送单位", "carrier")
WAYBILL = Field("waybill", "text", "运单号", "waybill", is_required=False)


def there_are_goods(facts: DeliveryFacts, given: Given) -> Block:
    """Only what was given out is packed."""
    return None if facts.has_goods else ("处方尚未发药，没有可配送的药品", "nothing has been given out yet, so there is nothing to deliver")


def handed_over_now(facts: DeliveryFacts, given: Given) -> dict:
    """Keep who carries it."""
    return {"carrier": given["carrier"], "waybill": given.get("waybill", "")}


def finished_now(facts: DeliveryFacts, given: Given) -> dict:
    """Keep who confirmed it, and when."""
    return {"done_by": facts.actor.name, "done_at": facts.now}


DELIVERY_ORDER = Workflow(
    "delivery_order", "药品配送单", "delivery order", "ordered",
    states=(State("ordered", "已下单", "ordered"), State("packed", "已装箱", "packed"), State("handed_over", "已交接", "handed over"),
            State("delivered", "已送达", "delivered"), State("received", "已签收", "received", True), State("returned", "已退回", "returned", True),
            State("cancelled", "已取消", "cancelled", True)),
    steps=(
        Step("pack", "装箱核对", "pack", ("ordered",), "packed", ("pharmacist",), (NOTE,), (there_are_goods,), side="pharmacy"),
        Step("hand_over", "交配送单位", "hand over", ("packed",), "handed_over", ("pharmacist",), (CARRIER, WAYBILL), (), handed_over_now, side="pharmacy"),
        Step("deliver", "登记送达", "record the delivery", ("handed_over",), "delivered", ("pharmacist",), (NOTE,), side="pharmacy"),
        Step("receive", "签收", "confirm receipt", ("delivered",), "received", ("resident",), (), (), finished_now),
        Step("record_receipt", "代记签收", "record the receipt", ("delivered",), "received", ("family_doctor", "nurse", "pharmacist"),
             (Field("signed_by", "text", "签收人", "signed by"),), (), finished_now),
        Step("return", "退回药房", "return", ("handed_over", "delivered"), "returned", ("pharmacist",),
             (Field("reason", "choice", "退回原因", "reason", choices=RETURNED), NOTE), (), finished_now, side="pharmacy"),
        Step("cancel", "取消", "cancel", ("ordered", "packed"), "cancelled", ("pharmacist", "resident"), (NOTE,), (), finished_now),
    ),
    facts=DeliveryFacts,
)
