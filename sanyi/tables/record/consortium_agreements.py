"""What a consortium's own agreement says about sharing its result."""
from sanyi.tables.table import Table, text, whole

CONSORTIUM_AGREEMENTS = Table(
    "consortium_agreements", "医联体分配协议", "Consortium agreements", key=("consortium_id", "year"),
    columns=(
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        whole("lead_share_ppm", "牵头医院所得比例", "lead hospital's share of a surplus", "ppm", minimum=0),
        whole("overrun_lead_share_ppm", "牵头医院分担超支比例", "lead hospital's share of an overrun", "ppm", minimum=0),
        text("document_number", "协议文号", "number of the agreement"),
    ),
)
