"""What family-doctor contracts earn an institution: due by the service packages signed, and received, by who pays."""
from sanyi.tables.table import Table, code, fen, text, whole

CONTRACT_FEES = Table(
    "contract_fees", "签约服务费", "Contract fees", key=("institution_id", "year", "payer_code"),
    columns=(
        text("institution_id", "机构编码", "institution code", references="institutions.institution_id"),
        whole("year", "年度", "year", "year", minimum=1900),
        code("payer_code", "付费方", "who pays", {"insurance_fund": ("医保基金", "insurance fund"), "public_health": ("基本公共卫生经费", "public-health funds"),
                                                "resident": ("签约居民", "the resident"), "account": ("个人账户", "personal account"), "treasury": ("财政、扶贫、残联等", "treasury and other offices")}),
        fen("due_fen", "应到金额", "due"),
        fen("received_fen", "实到金额", "received"),
    ),
)
