"""The contracts' daily work, soon after midnight: what was signed begins, what is over expires."""
from datetime import datetime, time

from sanyi.store.contracts.daily import daily_work
from sanyi.store.jobs.kinds import JobKind, Report


def _work(arguments: list, now: datetime, report: Report) -> str:
    done = daily_work(now, report)
    return f"生效 begun {done['start']}，到期 expired {done['expire']}，邀请失效 lapsed {done['lapse']}，申请逾期 requests lapsed {done['lapse_request']}，死亡终止 ended by death {done['died']}" if any(done.values()) else ""


DAILY = JobKind("contracts_daily", "签约每日办理", "daily work of contracts", ("office", "system_admin"), _work, at=time(0, 5))
