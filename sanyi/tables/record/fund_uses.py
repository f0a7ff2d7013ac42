"""What institutions of a consortium want to spend of a kept surplus or of pooled money, and on what."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text, whole

FUND_USES = Table(
    "fund_uses", "结余和统筹经费使用", "Uses of surplus and pooled money", key=("use_id",),
    note="来源为留用结余的，按机构和险种使用；来源为统筹经费的，按医联体使用。跨来源使用须有批准文号。"
         " A kept surplus is used by institution and insurance, pooled money by consortium; money of one source for the purposes of another needs an approval.",
    columns=(
        text("use_id", "使用编码", "code of the use"),
        text("consortium_id", "医联体编码", "consortium code", references="consortia.consortium_id"),
        text("institution_id", "使用机构", "institution that spends it", references="institutions.institution_id"),
        whole("year", "资金所属年度", "year whose money it is", "year", minimum=1900),
        code("source_code", "资金来源", "source", codes.USE_SOURCE),
        code("insurance_code", "险种（留用结余）", "insurance, of a surplus", codes.INSURANCE, nullable=True),
        code("purpose_code", "用途", "purpose", codes.USE_PURPOSE),
        fen("amount_fen", "金额", "amount"),
        date("used_on", "使用日期", "used on"),
        text("approval_number", "批准文号", "number of the approval", nullable=True),
    ),
)
