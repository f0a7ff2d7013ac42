"""A year's budget of each insurance fund as decided, and every change of it during the year."""
from sanyi.tables import codes
from sanyi.tables.table import Table, code, date, fen, text, whole

BUDGET_VERSIONS = Table(
    "budget_versions", "总额预算版本", "Budget versions", key=("insurance_code", "year", "version_number"),
    note="第 1 版为年初预算，以后各版为年中调整，从生效月起用。没有上年决算时填手工基数。"
         " Version 1 is the year's first budget; each later one is a change, used from its month on. A base by hand is given where "
         "there is no settled year before.",
    columns=(
        code("insurance_code", "险种", "insurance", codes.INSURANCE),
        whole("year", "年度", "year", "year", minimum=1900),
        whole("version_number", "版本", "version", minimum=1),
        whole("from_month", "生效月份", "first month it is used in", "yyyymm", minimum=190001),
        code("kind_code", "调整原因类别", "kind of reason", codes.BUDGET_CHANGE),
        fen("settled_last_year_fen", "上年决算", "last year's budget as settled", nullable=True),
        fen("manual_base_fen", "手工基数", "base by hand, where no year before is settled", nullable=True),
        fen("enrolment_change_fen", "参保变化", "for more or fewer insured", minimum=None),
        fen("price_change_fen", "价格变化", "for changed prices", minimum=None),
        fen("benefit_change_fen", "待遇变化", "for changed benefits", minimum=None),
        fen("reserves_fen", "扣除储备", "taken off for reserves"),
        text("reason", "调整理由", "reason, in words", nullable=True),
        text("document_number", "文号", "document number", nullable=True),
        date("decided_on", "决定日期", "decided on"),
    ),
)
