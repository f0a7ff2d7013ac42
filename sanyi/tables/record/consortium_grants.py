"""Money of other sources that a consortium gets beside its package, kept apart by source."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, fen, text, whole

CONSORTIUM_GRANTS = Table(
    "consortium_grants", "医联体统筹经费", "Grants to consortia", key=("grant_id",),
    columns=(
        text("grant_id", "经费编码", "grant code"),
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("source_code", "经费来源", "source", codes.GRANT_SOURCE),
        fen("amount_fen", "金额", "amount"),
        text("document_number", "文号", "document number"),
    ),
)
