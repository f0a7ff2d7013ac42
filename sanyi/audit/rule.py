"""What an audit rule is: what it looks for, on whose authority, what follows, and how a hit is put in words."""
from collections.abc import Mapping
from dataclasses import dataclass

from sanyi.terms.source import Source
from sanyi.terms.step import Step

ACTION = {
    "prompt": ("提示", "prompt"), "hold": ("暂缓支付", "hold"),
    "refuse": ("拒付", "refuse"), "review": ("人工复核", "review"),
}
RULE_CLASS = {
    "policy": ("政策类", "policy"), "management": ("管理类", "management"),
    "medical": ("医疗类", "medical"), "quality": ("数据质量类", "data quality"),
}


@dataclass(frozen=True)
class Rule:
    """One rule; its step makes the hits.

    `evidence` holds per finding a sentence (zh, en) over {item}, {seen} and {allowed}; `value_unit` says what the
    seen and allowed values are (fen, times, sex, days, ppm, item, date). `national_code` is the code of the national
    rule library where its index confirms it. Only the action `refuse` stands for a definite violation.
    """

    code: str
    zh: str
    en: str
    what_zh: str
    what_en: str
    class_code: str
    action_code: str
    evidence: Mapping[str, tuple[str, str]]
    value_unit: str
    source: Source
    step: Step
    national_code: str = ""

    @property
    def is_definite(self) -> bool:
        """Whether a hit is a violation without anyone's review."""
        return self.action_code == "refuse"
