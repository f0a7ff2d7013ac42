"""A voucher: made by one person with its reason, approved by another, and posted with the approval. Source: R11, DIP-27."""
from sanyi.workflows.hands import not_the_maker
from sanyi.workflows.task import NOTE, REASON
from sanyi.workflows.workflow import State, Step, Workflow

VOUCHER = Workflow(
    "voucher", "记账凭证", "voucher", "drafted",
    states=(State("drafted", "已制单", "drafted"), State("posted", "已审批入账", "approved and posted", True),
            State("refused", "已退回", "refused", True)),
    steps=(
        Step("approve", "审批入账", "approve and post", ("drafted",), "posted", ("bureau",), (NOTE,), (not_the_maker,), needs_factor=True),
        Step("refuse", "退回", "refuse", ("drafted",), "refused", ("bureau",), (REASON,)),
    ),
)
