"""What can go wrong with a plan.

PlanError
├── UnknownPlan     no pack of that name
├── BadPack         packs that do not pass the check; carries every Problem found
├── BadChoice       a value that chooses between ways says a way that there is not
├── BadChange       a change to try that does not fit its value's unit or range
└── UnknownValue    a value the plan does not hold, or not on that day (also a KeyError)
"""
from dataclasses import dataclass

WORDINGS = {
    "missing_file": ("缺少文件 {seen}；计划包必须有 {expected}", "the file {seen} is missing; a pack must have {expected}"),
    "bad_toml": ("TOML 语法错误：{seen}", "this is not valid TOML: {seen}"),
    "wrong_encoding": ("文件不是 UTF-8 编码（{seen}）；请另存为 {expected}", "this file is not UTF-8 text ({seen}); save it as {expected}"),
    "other_name": ("计划包编号 {seen} 与文件夹名 {expected} 不同；复制计划包后请一并改名", "the pack's id {seen!r} is not its folder's name {expected!r}; rename both when you copy a pack"),
    "unknown_pack": ("找不到计划包“{seen}”；现有：{expected}", "there is no pack {seen!r}; existing packs: {expected}"),
    "circular_uses": ("计划包互相引用成环：{seen}", "packs use each other in a circle: {seen}"),
    "circular_extends": ("计划包互相扩展成环：{seen}", "packs extend each other in a circle: {seen}"),
    "drops_nothing": ("drops 只能与 extends 同用：{seen}；需要 {expected}", "drops goes with extends only: {seen}; it needs {expected}"),
    "lent_extends": ("被借用的计划包 {seen} 不能扩展别的计划包；请改用 {expected}", "the pack {seen} is only borrowed from, so it cannot extend another; write {expected}"),
    "unknown_drop": ("drops 中的 {seen} 在所扩展的计划包中不存在；相近：{expected}",
                     "{seen} in drops is not in the pack that is extended; near names: {expected}"),
    "unknown_kind": ("未知的条目种类 {seen}；可用：{expected}", "unknown kind of entry {seen!r}; known kinds: {expected}"),
    "unknown_key": ("{entry}：未知的键 {seen}；可用：{expected}", "{entry}: unknown key {seen!r}; known keys: {expected}"),
    "missing_key": ("{entry}：缺少 {seen}（应为{expected}）", "{entry}: the key {seen!r} is missing; it holds {expected}"),
    "missing_source": ("{entry}：缺少出处 {seen}；每个条目都要有 document、clause、obligation",
                       "{entry}: the source lacks {seen}; every entry needs document, clause and obligation"),
    "bad_obligation": ("{entry}：义务编号 {seen} 不合规范；应如 {expected}",
                       "{entry}: {seen!r} is not an obligation number; write it like {expected}"),
    "bad_confidence": ("{entry}：可信度 {seen} 未知；可用：{expected}",
                       "{entry}: unknown confidence {seen!r}; known: {expected}"),
    "bad_name": ("{entry}：名称 {seen} 不合规范；应为{expected}", "{entry}: the name {seen!r} is not well formed; use {expected}"),
    "wrong_key_type": ("{entry}：{seen}；应为{expected}", "{entry}: {seen}; expected {expected}"),
    "unknown_unit": ("{entry}：未知的单位 {seen}；可用：{expected}", "{entry}: unknown unit {seen!r}; known units: {expected}"),
    "wrong_value": ("{entry}：值 {seen} 与单位不符；应为{expected}",
                    "{entry}: the value {seen} does not fit its unit; expected {expected}"),
    "wrong_unit": ("{entry}：名称与单位 {seen} 不一致；应为 {expected}",
                   "{entry}: the unit {seen} does not go with the name; expected {expected}"),
    "unit_clash": ("{entry}：单位 {seen} 与 {expected} 不一致", "{entry}: its unit {seen} differs from {expected}"),
    "unknown_word": ("{entry}：{seen} 不在允许的取值中；可用：{expected}", "{entry}: {seen} is not allowed; allowed: {expected}"),
    "date_order": ("{entry}：日期先后颠倒：{seen}；应为{expected}", "{entry}: dates out of order: {seen}; expected {expected}"),
    "half_due": ("{entry}：{seen} 必须与另一半同时给出：{expected}", "{entry}: {seen} needs its other half: {expected}"),
    "two_dues": ("{entry}：期限给了两种：{seen}；只能取一种：{expected}", "{entry}: two deadlines: {seen}; give one of: {expected}"),
    "claim_without_test": ("{entry}：{seen}，但没有写明由什么实现、哪个测试证明；需要 {expected}",
                           "{entry}: {seen}, but nothing says what realises it and which test shows it; needed: {expected}"),
    "lack_unsaid": ("{entry}：{seen}；请用 {expected} 写明还缺什么", "{entry}: {seen}; say what is lacking in {expected}"),
    "overlapping_dates": ("{entry}：{seen} 与 {expected} 的日期重叠", "{entry}: its dates {seen} overlap {expected}"),
    "gap_in_dates": ("{entry}：{seen} 之前有一段没有取值；上一段为 {expected}",
                     "{entry}: no value holds just before {seen}; the one before is {expected}"),
    "clause_clash": ("{entry}：同一条款给出不同的值：{seen}；另一处为 {expected}",
                     "{entry}: the same clause is cited for different values: {seen}; the other is {expected}"),
    "unknown_indicator": ("{entry}：没有指标 {seen}；相近：{expected}", "{entry}: there is no indicator {seen}; near names: {expected}"),
    "twice": ("{entry}：出现两次；第一次在 {expected}", "{entry}: given twice; first at {expected}"),
    "given_and_open": ("{entry}：既给了值又列为缺口；值在 {expected}",
                       "{entry}: both given a value and listed as a gap; the value is at {expected}"),
    "unknown_body": ("{entry}：{seen} 未在组织机构中登记；相近：{expected}",
                     "{entry}: {seen} is not a unit of this pack's organisation; near names: {expected}"),
    "unknown_task": ("{entry}：没有任务 {seen}；相近：{expected}", "{entry}: there is no task {seen}; near names: {expected}"),
    "unknown_target": ("{entry}：没有目标 {seen}；相近：{expected}", "{entry}: there is no target {seen}; near names: {expected}"),
    "unknown_milestone": ("{entry}：没有里程碑 {seen}；相近：{expected}", "{entry}: there is no milestone {seen}; near names: {expected}"),
    "unknown_entry": ("{entry}：计划包中没有 {seen}；相近：{expected}", "{entry}: the pack has no {seen}; near names: {expected}"),
    "circular_tasks": ("{entry}：任务互相等待或互为上级（{expected}）", "{entry}: tasks wait for each other in a circle ({expected})"),
    "circular_entries": ("{entry}：互为上级或互相等待成环（{expected}）", "{entry}: in a circle with itself ({expected})"),
    "unknown_setting": ("{entry}：设置 {seen} 不存在；相近：{expected}",
                        "{entry}: there is no setting {seen!r}; near names: {expected}"),
}


class PlanError(Exception):
    """Something about a plan that a person has to put right."""


@dataclass(frozen=True)
class Problem:
    """One fault in a pack: where it stands, what was seen, what was expected."""

    kind: str
    file: str
    line: int
    entry: str = ""
    seen: str = ""
    expected: str = ""

    def words(self, language: str = "zh") -> str:
        """Say the fault in Chinese or in English, with file and line."""
        wording = WORDINGS[self.kind][0 if language == "zh" else 1]
        text = wording.format(entry=self.entry, seen=self.seen, expected=self.expected)
        return f"{self.file}:{self.line}: {text}" if self.line else f"{self.file}: {text}"

    def __str__(self) -> str:
        return f"{self.words('zh')} / {WORDINGS[self.kind][1].format(**vars(self))}"


def problem_of(kind: str, entry, seen, expected) -> Problem:
    """A problem of one entry, at the place where it stands."""
    return Problem(kind, f"{entry.place.pack}/{entry.place.file}", entry.place.line, entry.id, str(seen), str(expected))


class UnknownPlan(PlanError):
    """No pack of that name lies in the folders searched."""


class BadPack(PlanError):
    """A plan that does not pass its check; `problems` holds every fault found."""

    def __init__(self, problems):
        self.problems = tuple(problems)
        count = len(self.problems)
        super().__init__("\n".join([f"计划包有 {count} 处问题 / the plan has {count} problem(s)", *map(str, self.problems)]))


class BadChoice(PlanError):
    """A plan value that chooses between ways of doing a thing names a way that there is not."""

    def __init__(self, name, seen, allowed):
        ways = ", ".join(map(str, allowed))
        super().__init__(f"{name} 为 {seen!r}；可用：{ways} / {name} is {seen!r}; it may be one of: {ways}")


class BadChange(PlanError):
    """A change to be tried that does not fit its value's unit or range, or stands twice."""


class UnknownValue(PlanError, KeyError):
    """The plan holds no such value, or none on that day."""

    def __str__(self) -> str:
        return str(self.args[0])
