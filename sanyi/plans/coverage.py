"""How far a plan is realised: its obligations counted by kind and by state."""
from collections import Counter
from collections.abc import Iterable

from sanyi.plans.entries import OBLIGATION_KINDS, STATES, Obligation

STATE_WORDS = {"works": ("已实现", "works"), "partly": ("部分实现", "partly"), "not_yet": ("未实现", "not yet")}
KIND_WORDS = {"S": ("系统能力", "system"), "P": ("参数与目标", "parameter or target"), "F": ("公式与规则", "formula or rule"),
              "O": ("组织与职责", "organisation"), "T": ("任务与期限", "task or date"), "B": ("禁止", "prohibition"),
              "X": ("文本缺口", "gap in the text")}
PART_WORDS = {
    "step": ("计算步骤", "step"), "indicator": ("指标", "indicator"), "reported": ("填报指标", "reported indicator"), "rule": ("审核规则", "audit rule"),
    "workflow": ("流程", "workflow"), "guard": ("防护", "guard"), "table": ("数据表", "table"), "page": ("页面", "page"), "command": ("命令", "command"),
    "task": ("台账任务", "ledger task"), "document": ("应发文件", "document due"), "milestone": ("阶段", "milestone"), "target": ("目标", "target"),
    "goal": ("愿景", "goal"), "value": ("数值", "value"), "unit": ("机构", "body"), "duty": ("职责", "duty"), "post": ("岗位", "post"),
    "prohibition": ("禁止", "prohibition"),
}


def counted(register: Iterable[Obligation]) -> dict[str, dict[str, int]]:
    """Count obligations by kind and state, with a line `all`: kind → state → number, every state present."""
    tally = Counter((kind, obligation.state) for obligation in register for kind in (obligation.kind, "all"))
    kinds = [kind for kind in OBLIGATION_KINDS if any(tally[kind, state] for state in STATES)]
    return {kind: {state: tally[kind, state] for state in STATES} for kind in (*kinds, "all")}


def part_words(part: str, language: str) -> str:
    """Say what realises an obligation: the word of its kind, then its name."""
    word, _, name = part.partition(":")
    return f"{PART_WORDS[word][0 if language == 'zh' else 1]} {name}"
