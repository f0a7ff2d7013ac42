"""Why a part of a consortium's overrun is held to be reasonable, and what was decided about it."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole

OVERRUN_EVIDENCE = Table(
    "overrun_evidence", "合理超支证据", "Evidence of reasonable overruns", key=("evidence_id",),
    note="合理超支须有证据文件并经认定（CON-7）；待认定的，超支暂不分担。"
         " A part of an overrun is reasonable only by an evidence file and a decision; while one waits, the overrun is held.",
    columns=(
        text("evidence_id", "证据编码", "evidence code"),
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        code("cause_code", "原因", "cause", codes.OVERRUN_CAUSE),
        fen("amount_fen", "涉及金额", "amount it explains"),
        code("state_code", "认定", "decision", {
            "recognised": ("已认定", "recognised"), "pending": ("待认定", "waits for a decision"), "rejected": ("未认定", "rejected")}),
        text("document_number", "证据文件号", "number of the evidence file"),
    ),
)
