"""What the settlement list says of the care in a stay beyond its charges: nursing, ward, ventilator."""
from sanyi.tables.table import Table, flag, month, text, whole

STAY_CARE = Table(
    "stay_care", "住院护理与呼吸机", "Care in stays", key=("encounter_id",), partition="month",
    note="结算清单：特级护理天数、重症监护病房、呼吸机使用时长；没有的住院不必列。Only stays that have any of these need a row.",
    columns=(
        text("encounter_id", "就诊编码", "encounter code", references="encounters.encounter_id"),
        whole("special_nursing_days", "特级护理天数", "days of special-grade nursing", "days", minimum=0),
        flag("has_intensive_ward", "曾住重症监护病房", "was on an intensive-care ward"),
        whole("ventilation_hours", "呼吸机使用时长", "hours on a ventilator", "hours", minimum=0),
        month(),
    ),
)
