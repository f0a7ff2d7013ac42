"""A settlement batch: drafted from a run, reviewed, approved, posted to the ledger, paid; each hand another person's. Source: DIP-26, DIP-27, R11."""
from sanyi.workflows.book_facts import BookFacts
from sanyi.workflows.hands import amount_is_final, neither_maker_nor_approver, neither_maker_nor_reviewer, not_the_maker, nothing_is_open
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import Field, State, Step, Workflow

AMOUNT = Field("amount_fen", "fen", "支付总额（元）", "sum to pay, in yuan")
BUREAU = ("bureau",)

SETTLEMENT_BATCH = Workflow(
    "settlement_batch", "结算批次", "settlement batch", "drafted",
    states=(State("drafted", "已制单", "drafted"), State("reviewed", "已复核", "reviewed"), State("approved", "已审批", "approved"),
            State("posted", "已过账", "posted"), State("paid", "已支付", "paid", True), State("withdrawn", "已撤回", "withdrawn", True),
            State("reversed", "已冲销", "reversed", True)),
    steps=(
        Step("review", "复核", "review", ("drafted",), "reviewed", BUREAU, (NOTE,), (not_the_maker,), needs_factor=True),
        Step("approve", "审批", "approve", ("reviewed",), "approved", BUREAU, (NOTE,), (neither_maker_nor_reviewer, nothing_is_open), needs_factor=True),
        Step("post", "过账", "post", ("approved",), "posted", BUREAU, (), (nothing_is_open,), needs_factor=True),
        Step("pay", "支付", "pay", ("posted",), "paid", BUREAU, (AMOUNT,), (neither_maker_nor_approver, nothing_is_open, amount_is_final), needs_factor=True),
        Step("withdraw", "撤回", "withdraw", ("drafted", "reviewed", "approved"), "withdrawn", BUREAU, (REASON,)),
        Step("reverse", "冲销", "reverse", ("posted",), "reversed", BUREAU, (REASON,), (neither_maker_nor_approver,), needs_factor=True),
    ),
    facts=BookFacts,
)
