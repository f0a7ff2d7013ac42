"""The lists of the posted ledger as tables: their columns with words and units, so that they filter, sort and export like any other."""
from sanyi.payment.books.accounts import ACCOUNTS, CLASS, FUND
from sanyi.payment.books.differences import KIND
from sanyi.payment.books.vouchers import VOUCHERS
from sanyi.store.drafting import KINDS
from sanyi.tables.table import Table, code, date, fen, flag, text, whole
from sanyi.workflows import workflow_of

ACCOUNT_WORDS = {account.code: (f"{account.code} {account.zh}", f"{account.code} {account.en}") for account in ACCOUNTS.values()}
VOUCHER_WORDS = {kind.code: (kind.zh, kind.en) for kind in VOUCHERS.values()}


def state_words(kind: str) -> dict[str, tuple[str, str]]:
    """The words of a workflow's states."""
    return {state.name: (state.zh, state.en) for state in workflow_of(kind).states}


def _sum(name: str, zh: str, en: str):
    return fen(name, zh, en, minimum=None, nullable=True)


PERIODS = Table("settlement_periods", "结算期间", "Settlement periods", key=("period",), columns=(
    text("period", "期间", "period"), code("state_code", "期间状态", "state", state_words("settlement_period")), date("due", "应办结", "due", nullable=True),
    whole("round", "轮次", "round"), whole("batch", "批次", "batch", nullable=True), code("batch_state_code", "批次状态", "batch", state_words("settlement_batch"), nullable=True),
    whole("difference_count", "差额更正笔数", "differences", nullable=True), _sum("final_fen", "应支付", "to pay"), whole("id", "序号", "row")))
BATCHES = Table("settlement_batches", "结算批次", "Settlement batches", key=("id",), columns=(
    whole("id", "批次", "batch"), text("period", "期间", "period"), code("kind_code", "类别", "kind", KINDS), whole("number", "版本", "version"),
    code("state_code", "状态", "state", state_words("settlement_batch")), whole("difference_count", "差额更正笔数", "differences"), _sum("final_fen", "应支付", "to pay"),
    text("reason", "理由", "reason", nullable=True), text("run", "核算摘要", "run"), text("made_by", "制单", "made by")))
SHEETS = Table("settlement_sheets", "结算单", "Settlement sheets", key=("institution_id", "fund_code"), columns=(
    text("institution_id", "机构编码", "institution code"), text("name", "机构", "institution"), code("fund_code", "基金", "fund", FUND),
    whole("case_count", "例数", "cases", "cases", nullable=True), _sum("declared_fen", "申报额", "declared"), whole("ratio_ppm", "拨付比例", "ratio paid", "ppm", nullable=True),
    _sum("payable_fen", "应拨付", "payable"), _sum("self_fen", "个人自付", "paid by patients"), _sum("refused_fen", "拒付", "refused"), _sum("receivable_fen", "应收合计", "receivable in all"),
    _sum("fund_pay_fen", "基金应付", "payable by the fund"), whole("factor_ppm", "考核系数", "appraisal factor", "ppm", nullable=True), _sum("deducted_fen", "审核扣款", "deducted by audit"),
    _sum("prepaid_fen", "已预付", "prepaid"), _sum("cleared_fen", "本批结算额", "settled by the run"), _sum("adjustment_fen", "调整", "adjustment"),
    _sum("retained_fen", "暂留", "retained"), _sum("reserve_fen", "提取调剂金", "set aside"), _sum("final_fen", "实付", "paid in the end")))
ENTRIES = Table("settlement_entries", "明细账", "Entries", key=("entry", "account_code", "party"), columns=(
    whole("entry", "分录号", "entry"), text("period", "入账期间", "posted in"), text("for_period", "所属期间", "period it concerns"), date("posted_on", "日期", "posted on"),
    code("fund_code", "基金", "fund", FUND), code("kind_code", "类型", "kind", KIND), text("what", "摘要", "text"), code("account_code", "科目", "account", ACCOUNT_WORDS),
    text("party", "往来对象", "party"), _sum("debit_fen", "借方", "debit"), _sum("credit_fen", "贷方", "credit"), text("reason", "理由", "reason", nullable=True),
    text("clause", "依据", "clause"), whole("batch", "批次", "batch", nullable=True)))
BALANCES = Table("settlement_balances", "科目余额", "Balances", key=("fund_code", "account_code", "party"), columns=(
    code("fund_code", "基金", "fund", FUND), code("account_code", "科目", "account", ACCOUNT_WORDS), text("party", "往来对象", "party"), code("class_code", "类别", "class", CLASS),
    flag("is_sub_ledger", "是否明细", "sub-ledger row"), _sum("debit_fen", "借方", "debits"), _sum("credit_fen", "贷方", "credits"), _sum("balance_fen", "余额（借减贷）", "balance, debit less credit")))
VOUCHERS_LIST = Table("settlement_vouchers", "记账凭证", "Vouchers", key=("number",), columns=(
    whole("number", "编号", "no."), text("period", "期间", "period"), code("kind_code", "类型", "kind", VOUCHER_WORDS), code("fund_code", "基金", "fund", FUND),
    text("institution_id", "机构编码", "institution", nullable=True), _sum("amount_fen", "金额", "amount"), text("reason", "理由", "reason"),
    code("state_code", "状态", "state", state_words("voucher")), text("made_by", "制单", "made by"), date("made_on", "制单日期", "made on"),
    whole("settled_by", "结算批次", "settled by batch", nullable=True), whole("id", "序号", "row")))
