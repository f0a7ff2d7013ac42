"""What was prescribed, as rows of the record table `prescriptions`: one a line, with the visit it belongs to."""
from collections.abc import Iterator
from datetime import date
from typing import Any

from sanyi.store.exports import RecordExport, Row
from sanyi.store.prescriptions.tables import PrescriptionLine
from sanyi.workflows.prescribing import USUAL
from sanyi.workflows.prescription import BEFORE_SIGNING

OWN = "RX"  # codes of what was prescribed here


def record_rows(from_on: date, to_on: date) -> Iterator[dict[str, Any]]:
    """Lines of signed prescriptions written in a span of days, oldest first; what names no visit of the record is left out, `unplaced` counts it."""
    found = _signed(from_on, to_on).exclude(prescription__encounter="").select_related("prescription", "drug").order_by("prescription_id", "position")
    for line in found.iterator():
        row = line.prescription
        yield {"prescription_id": f"{OWN}{row.pk}-{line.position}", "encounter_id": row.encounter, "item_code": line.drug.code, "quantity_e3": line.quantity * 1000,
               "supply_days": line.days, "is_long": row.kind != USUAL, "prescribed_on": row.prescribed_on, "settled_month": int(f"{row.prescribed_on:%Y%m}")}


def unplaced(from_on: date, to_on: date) -> int:
    """How many signed lines of a span of days name no visit, and so are not in the rows."""
    return _signed(from_on, to_on).filter(prescription__encounter="").count()


def _signed(from_on: date, to_on: date):
    return PrescriptionLine.objects.filter(prescription__prescribed_on__range=(from_on, to_on)).exclude(prescription__state__in=(*BEFORE_SIGNING, "revoked"))


def _is_own(row: Row, first: date, last: date) -> bool:
    return str(row["prescription_id"]).startswith(OWN) and first <= row["prescribed_on"] <= last


PRESCRIPTIONS = RecordExport("prescriptions", record_rows, _is_own, unplaced)
