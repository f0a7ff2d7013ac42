"""Ledger work in words: lines, states, deadlines, targets, steps and events, as every page of the ledger says them."""
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from sanyi.indicators import indicators
from sanyi.indicators.status import STATUS
from sanyi.store.items import KINDS
from sanyi.store.organisation.lists import account_people, institution_names
from sanyi.terms.fen import yuan
from sanyi.web import clock
from sanyi.web.amounts import amount_words
from sanyi.web.scope_words import scope_word
from sanyi.web.words import say
from sanyi.workflows import workflow_of
from sanyi.workflows.facts import ROLES, SYSTEM
from sanyi.workflows.guards import EVIDENCE
from sanyi.workflows.lines import LINES

LINE_TONES = {"overdue": "bad", "red": "bad", "yellow": "fair", "green": "good", "waiting": "none", "undated": "none", "settled": "good"}
STATE_TONES = {"verified": "good", "done": "good", "closed": "good", "in_progress": "fair", "assigned": "fair", "acknowledged": "fair", "answered": "good",
               "solved": "good", "extended": "fair", "paid": "good", "posted": "good", "approved": "fair", "reviewed": "fair", "reopening": "fair", "reopened": "fair",
               "upheld": "fair", "rejected": "good", "submitted": "watch", "recorded": "watch", "filing_asked": "watch", "down_offered": "watch", "accepted": "fair", "certified": "fair",
           "arrived": "fair", "treated": "fair", "taken_over": "fair", "declined": "bad", "expired": "bad", "no_show": "bad"}
STATUS_TONES = {"met": "good", "near": "fair", "missed": "bad"}
STATUS_WORDS = {**STATUS, "no_judgement": ("文件未定数值", "no number in the text"), "not_computable": ("尚无数值", "no value yet")}
EVERY = {"month": ("每月", "every month"), "quarter": ("每季度", "every quarter"), "half_year": ("每半年", "every half-year"), "year": ("每年", "every year")}
LABELS = {"due": ("期限", "deadline"), "reason": ("理由", "reason"), "note": ("说明", "note"), "unit": ("单位", "unit"), "text": ("内容", "text"),
          "answer": ("答复", "answer"), "name": ("名称", "name"), "kind": ("类型", "kind"), "size": ("字节", "bytes"), "link": ("链接", "link"),
          "owner": ("经办人", "looked after by"), "measures": ("措施", "measures"), "zh": ("中文", "Chinese"), "en": ("英文", "English"),
          "start": ("开始", "start"), "number": ("编号", "number"), "lead": ("牵头", "lead"),
          "quote": ("原文", "quote"), "clause": ("条款", "clause"), "bodies": ("单位分工", "bodies"), "needs": ("前置", "needs"), "targets": ("目标", "targets")}


LABELS |= {"amount_fen": ("金额（元）", "amount in yuan"), "final_fen": ("应支付（元）", "to pay, in yuan"), "period": ("期间", "period"), "run": ("核算摘要", "run"),
           "lines": ("内容摘要", "digest of its lines"), "fund": ("基金", "fund"), "institution": ("机构", "institution"), "batch": ("批次", "batch")}
LABELS |= {"direction": ("方向", "direction"), "urgency": ("缓急", "urgency"), "department": ("科室", "department"), "criterion": ("指征", "criterion"), "to": ("转入", "to"),
           "alternative": ("建议机构", "another institution"), "expected_at": ("预计到诊", "expected"), "slot": ("号源", "slot"), "diagnosis": ("诊断", "diagnosis"),
           "treatment": ("诊疗", "treatment"), "outcome": ("转归", "outcome"), "ending": ("不转回理由", "why not sent back"), "effect": ("待遇影响", "effect"), "way": ("方式", "how"),
           "certificate": ("备案编号", "certificate"), "valid_to": ("有效期至", "valid to"), "moved_at": ("到诊时间", "arrived"), "replaces": ("改自", "replaces")}
LABELS |= {"team": ("团队", "team"), "package": ("服务包", "package"), "from_on": ("自", "from"), "to_on": ("至", "to"), "years": ("年数", "years"), "told_to": ("已通知", "told"), "centre": ("诊断中心", "centre"),
           "place": ("号别", "place"), "channel": ("渠道", "channel"), "experts": ("受邀机构", "experts of"), "person": ("人员", "person"), "line": ("第几行", "line"), "quantity": ("数量", "quantity"),
           "content": ("内容摘要", "digest of what it says"), "item": ("项目", "item"), "pharmacy": ("药房", "pharmacy"), "receiver": ("转入机构", "receiver"), "at": ("时间", "at")}
HOUSED, STAFFED = ("centre", "experts", "institution", "expert_institution", "to", "alternative", "pharmacy", "receiver"), ("told_to", "told")  # fields of the log that hold an institution's code, an account
Choices = Mapping[str, Mapping[str, tuple[str, str]]]  # of a field of the log: the words of its codes
UNSAID = ("sha256", "evidence", "item", "part", "digest")  # of the log's fields: what says nothing to a reader


def pair(request: HttpRequest, row: Mapping[str, Any], name: str = "") -> str:
    """The reader's word of a row's pair such as lead_zh and lead_en."""
    start = f"{name}_" if name else ""
    return say(request, row[f"{start}zh"], row[f"{start}en"])


def badge(request: HttpRequest, words: tuple[str, str], tone: str) -> dict[str, str]:
    """A word with its colour."""
    return {"words": say(request, *words), "tone": tone}


def line_badge(request: HttpRequest, line: str, days_late: int = 0) -> dict[str, str]:
    """Where a deadline stands today, with the days it is late."""
    zh, en = LINES[line]
    if days_late:
        zh, en = f"{zh} {days_late:,} 天", f"{en} by {days_late:,} day{'s' * (days_late > 1)}"
    return badge(request, (zh, en), LINE_TONES[line])


def state_badge(request: HttpRequest, kind: str, state: str) -> dict[str, str]:
    """The state of a piece of work."""
    named = workflow_of(kind).state(state)
    return badge(request, (named.zh, named.en), STATE_TONES.get(state, "none"))


def kind_words(request: HttpRequest, kind: str) -> str:
    """Task, document, milestone or part."""
    return say(request, *KINDS[kind])


def scope_words(request: HttpRequest, scope: str) -> str:
    """What an indicator is measured over."""
    return scope_word(scope, request.language)


def due_words(request: HttpRequest, row: Mapping[str, Any], milestones: Mapping[str, Mapping[str, Any]]) -> str:
    """Where a deadline is from; a relative one names its event and, when it is known, the event's day."""
    if row["due_after"]:
        event = milestones.get(row["due_after"])
        title, months = pair(request, event) if event else row["due_after"], row["due_after_months"]
        known = event and event["on"]
        on = say(request, f"（{known}）", f" ({known})") if known else say(request, "（日期尚未登记）", " (no date recorded yet)")
        return say(request, f"“{title}”{on}后 {months} 个月内", f"within {months} months of: {title}{on}")
    if row["every"]:
        return say(request, f"{EVERY[row['every']][0]}，本期末；第 {row['round']} 期", f"{EVERY[row['every']][1]}, by the end of the period; round {row['round']}")
    given = {"plan": ("方案规定", "set by the plan"), "given": ("子任务自定", "set with the part")}
    return say(request, *given.get(row["due_source"], ("方案未定期限", "the plan sets no deadline"))) if row["due"] or not row["due_source"] else ""


def target_line(request: HttpRequest, row: Mapping[str, Any]) -> dict[str, Any]:
    """A target with its latest reading: what is aimed at, what was read, how it stands, and the page of its indicator."""
    language, unit = request.language, row["unit"]
    is_computed = row["indicator"] in {each.code for each in indicators()}
    page = reverse("indicator", args=[row["indicator"]]) if is_computed else ""
    return {"id": row["id"], "title": pair(request, row), "indicator": pair(request, row, "indicator"), "code": row["indicator"], "indicator_address": page,
            "aim": say(request, row["aim"], row["aim_en"]), "scope": row["scope"], "scope_words": scope_words(request, row["scope"]), "due": row["due"],
            "value": amount_words(row["reading"], unit, language), "period": row["period"], "is_computed": row["origin"] == "computed",
            "status": badge(request, STATUS_WORDS[row["status"]], STATUS_TONES.get(row["status"], "none")), "is_above": row["is_above"], "is_on_line": row["is_on_line"],
            "is_soft": row["is_striven_for"], "baseline": amount_words(row["baseline"], unit, language), "clause": row["clause"], "unit": unit,
            "is_reported": row["is_reported"]}


def evidence_line(request: HttpRequest, row: Mapping[str, Any]) -> dict[str, Any]:
    """One proof: its name with the way to it, its kind, size, and who added it when."""
    is_file = bool(row["sha256"])
    size = f"{-(-row['size'] // 1024):,} KB" if is_file else ""
    return {**row, "by": person(request, row["by"]), "kind_words": say(request, *EVIDENCE[row["kind"]]), "size_words": size, "is_file": is_file,
            "address": reverse("evidence", args=[row["id"]]) if is_file else row["link"]}


def evidence_choices(request: HttpRequest, asked: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The kinds of proof, those the plan asks for first."""
    return [(kind, say(request, *EVIDENCE[kind])) for kind in sorted(EVIDENCE, key=lambda kind: kind not in asked)]


def person(request: HttpRequest, name: str) -> str:
    """An account's name; the command line and the demo act as the system."""
    return say(request, "系统", "the system") if name == SYSTEM else name


def staff_member(request: HttpRequest, name: str) -> str:
    """Who an account is: the member of staff with the account beside it; asked once a page."""
    known = request.__dict__.setdefault("people_known", {})
    if name not in known:
        known.update({name: ""} | account_people({name}))
    return f"{known[name]}（{name}）" if known[name] and request.language == "zh" else f"{known[name]} ({name})" if known[name] else person(request, name)


def joined(request: HttpRequest, words: Iterable[str]) -> str:
    """Words in a row, with the reader's comma."""
    return say(request, "、", ", ").join(words)


def event_line(request: HttpRequest, event: Mapping[str, Any], kind: str, units: Iterable[Mapping[str, Any]] = (), choices: Choices = {}) -> dict[str, Any]:
    """One line of the log: when, who, which step, from where to where, and what was given; units by their names, the codes of `choices` by their words."""
    named = {"unit": {unit["entry"]: pair(request, unit) for unit in units}, "kind": {code: say(request, *words) for code, words in EVIDENCE.items()}}
    flow = workflow_of(kind)
    states = {state.name: say(request, state.zh, state.en) for state in flow.states}
    asked = {field.name: field for step in flow.steps for field in step.fields} | {field.name: field for step in flow.steps if step.name == event.get("step") for field in step.fields}
    moved = event["before"] != event["after"] and event["before"]
    return {"at": event["at"], "by": staff_member(request, event["by"]), "step": pair(request, event, "step"), "version": event["version"],
            "before": states.get(event["before"], "") if moved else "", "after": states.get(event["after"], "") if moved else "",
            "given": say(request, "；", "; ").join(
                f"{say(request, *_label(name, asked))}: {named[name].get(value, value) if name in named and isinstance(value, str) and value in named[name] else _worded(request, value, name, asked, choices)}"
                for name, value in event["given"].items() if value not in (None, "", [], {}) and name not in UNSAID)}


def _label(name: str, asked: Mapping[str, Any]) -> tuple[str, str]:
    return LABELS[name] if name in LABELS else (asked[name].zh, asked[name].en) if name in asked else (name, name)


def _worded(request: HttpRequest, value: Any, name: str, asked: Mapping[str, Any], choices: Choices) -> str:
    """What was given as people say it: a choice by its words, a moment by the clock on the wall, an institution and an account by their names."""
    field = asked.get(name)
    if not isinstance(value, str):
        return _given(value, name)
    words = choices.get(name) or (field.choices if field else {})
    if value in words:
        return say(request, *words[value])
    if field and field.kind == "moment" or name == "at":
        return clock.local(datetime.fromisoformat(value)).strftime("%Y-%m-%d %H:%M")
    return staff_member(request, value) if name in STAFFED else institution_names({value}).get(value, value) if name in HOUSED else value


def _given(value: Any, name: str = "") -> str:
    """A changed field as before → after, money in yuan, anything else as it is."""
    if isinstance(value, list) and len(value) == 2:
        return " → ".join(_given(each, name) or "–" for each in value)
    if name.endswith("_fen") and isinstance(value, int):
        return yuan(value)
    return "、".join(str(each) for each in value) if isinstance(value, list) else "" if value is None else str(value)


def steps_of(request: HttpRequest, kind: str, state: str, allowed: list[dict[str, Any]], units: list[dict[str, Any]]) -> dict[str, Any]:
    """The steps this person may take now, each with its form; and those of others, with who takes them."""
    names = {step["name"] for step in allowed}
    others = [{"title": say(request, step.zh, step.en), "who": _who(request, step.roles)}
              for step in workflow_of(kind).steps_from(state) if step.name not in names]
    return {"mine": [_step(request, step, units) for step in allowed], "others": others}


def _choices(request: HttpRequest, field: dict[str, Any], units: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """What a field may be set to: the units or periods there are, or the choices that the step itself declares."""
    if field["kind"] in ("unit", "period"):
        return [(unit["entry"], pair(request, unit)) for unit in units]
    return [(code, say(request, *words)) for code, words in field["choices"].items()]


def _step(request: HttpRequest, step: dict[str, Any], units: list[dict[str, Any]]) -> dict[str, Any]:
    fields = [{**field, "title": pair(request, field), "choices": _choices(request, field, units),
               "typed": request.POST.get(f"given.{field['name']}", "") if request.POST.get("step") == step["name"] else ""} for field in step["fields"]]
    return {"name": step["name"], "title": pair(request, step), "fields": fields, "is_blocked": step["is_blocked"],
            "is_open": request.POST.get("step") == step["name"], "blocks": [say(request, *block) for block in step["blocks"]]}


def _who(request: HttpRequest, roles: tuple[str, ...]) -> str:
    who = " / ".join(say(request, *ROLES[role]) for role in roles)
    if request.actor.role == "lead" and "lead" in roles:
        return say(request, "本项的牵头或配合单位", "the units that lead or co-lead this")
    return who
