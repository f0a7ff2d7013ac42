"""What a message says: never a name, an institution, a department, an item or a diagnosis; who wants to know more signs in."""
from collections.abc import Mapping

MORE = "登录“我的”查看。"
WORDS: Mapping[str, tuple[str, str, str]] = {  # kind: title, title in English, text
    "code": ("验证码", "one-time code", "验证码 {code}，用于本人签约或确认，{until} 前有效。请勿告诉他人。"),
    "reminder": ("预约提醒", "reminder", "您预约在 {when}，请按时前往；不能来请提前取消。" + MORE),
    "displaced": ("停诊", "cancelled session", "您 {when} 的预约因停诊取消，已优先列入候补。" + MORE),
    "offered": ("候补有号", "a place is held", "有 {when} 的号为您保留到 {until}，请确认。" + MORE),
    "lapsed": ("保留失效", "the held place lapsed", "为您保留的号逾期未确认，已失效。" + MORE),
    "expired": ("候补期满", "the wait is over", "您的候补已期满。" + MORE),
    "cancelled": ("预约取消", "appointment cancelled", "您 {when} 的预约已被取消。" + MORE),
    "moved": ("预约改期", "appointment moved", "您的预约已改到 {when}。" + MORE),
    "missed": ("爽约", "missed", "您 {when} 的预约未按时就诊，已记录。" + MORE),
    "referral": ("转诊进展", "news of a referral", "您的转诊有新进展。" + MORE),
    "result": ("结果已出", "a result is ready", "您有一份结果已出。" + MORE),
}
STATES = {"waiting": ("待发送", "waiting"), "sending": ("发送中", "being sent"), "sent": ("已发送", "sent"), "dropped": ("未发送", "not sent"), "unsure": ("不确定", "not known")}
REASONS = {"opted_out": ("本人不接收", "the resident wants none"), "no_phone": ("无电话", "no phone"), "died": ("已去世", "has died"), "late": ("已过时效", "too late"),
           "failed": ("多次失败", "failed too often"), "lost": ("发送中断，不再重发", "broken off while it was sent, not sent again"), "merged": ("人员已合并", "merged away"),
           "restored": ("备份恢复前的，不再发送", "of before a backup was restored, not sent again")}
