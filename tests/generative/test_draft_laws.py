"""Laws that drafting keeps on any text: places lie inside it, words are found at their places, nothing is invented, nothing raises."""

from datetime import date
import re

from hypothesis import given, settings, strategies as st

from sanyi.plans import check_pack
from sanyi.plans.draft import DraftError, NoPlan, draft_plan, read_document, write_pack
from sanyi.plans.draft.dates import deadlines_in, recurring_in
from sanyi.plans.draft.figures import figures_in
from sanyi.plans.draft.lines import ONE_FOR_ONE

PIECES = (
    "一、",
    "（一）",
    "1.",
    "2．",
    "(1)",
    "①",
    "一是",
    "二是",
    "第一条",
    "第二章",
    "## ",
    "\n",
    "\n\n",
    "　　",
    "主要任务",
    "工作目标",
    "保障措施",
    "推进医联体建设",
    "。",
    "，",
    "；",
    "：",
    "到2025年",
    "2022年底前",
    "20xx年",
    "每季度",
    "三个月内",
    "政策出台后三个月内",
    "达到90%以上",
    "不低于1.8张",
    "每千常住人口",
    "控制在5%以内",
    "3—5个",
    "1:2左右",
    "三分之一",
    "0:0",
    "0分之一",
    "全覆盖",
    "“五大中心”",
    "二级甲等",
    "（责任单位：市卫健委、市财政局）",
    "［卫生局负责，财政局配合］",
    "【县医保局】",
    "（",
    "）",
    "《",
    "》",
    "“",
    "责任单位：县卫生局",
    "完成时限：2024年10月底",
    "序号\n任务内容\n责任单位\n完成时限\n",
    "1\n",
    "2\n",
    "类别\n指标\n现状\n2018年\n2020年\n",
    "≥85\n",
    "——\n",
    "严禁挤占",
    "制定实施方案",
    "附件1\n",
    "— 3 —\n",
    "2018年6月13日",
    "国办发〔2021〕18号",
    "\x0c",
    "\t",
    "2023年2月30日前",
    "99999999999999年",
    "13月底前",
    "9" * 30 + "%",
)
plan_like = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=60).map("".join)
any_text = st.one_of(plan_like, st.text(max_size=400))


def read(folder, text):
    path = folder / "plan.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return read_document(path)


def draft_or_none(folder, text):
    try:
        return draft_plan(read(folder, text), (("IND-41", "县域内住院率", "ppm"),))
    except DraftError:
        return None


def bare(text):
    """Without white space and without the difference between Latin and Chinese stops."""
    return "".join(text.translate(ONE_FOR_ONE).translate(str.maketrans("，：；", ",:;")).split())


def places_of(draft):
    for item in draft.items():
        yield item.place
        if getattr(item, "due", None):
            yield item.due.place
        if getattr(item, "responsibility", None):
            who = item.responsibility
            yield from (one.place for one in (*who.leads, *who.partners, *who.leaders))
    yield from (left.place for left in draft.leftovers)


@settings(max_examples=150)
@given(text=any_text)
def test_any_text_is_drafted_or_refused_and_every_place_lies_inside_it(tmp_path_factory, text):
    draft = draft_or_none(tmp_path_factory.mktemp("any"), text)
    for place in places_of(draft) if draft else ():
        assert 0 <= place.start < place.end <= len(draft.text)


@settings(max_examples=100)
@given(text=plan_like)
def test_names_and_words_stand_at_their_places(tmp_path_factory, text):
    draft = draft_or_none(
        tmp_path_factory.mktemp("words"),
        "一、主要任务\n1.甲事。做好。（市财政局负责）\n2.乙事。做好。（市卫生局负责）\n" + text,
    )
    if draft is None:
        return
    for item in draft.items():
        who = getattr(item, "responsibility", None)
        for named in (*who.leads, *who.partners, *who.leaders) if who else ():
            assert bare(draft.words(named.place)).endswith(bare(named.name)) or bare(named.name) in bare(
                draft.words(named.place)
            )
    for target in draft.targets:
        if target.clause != "指标表":
            assert set(bare(target.measured)) <= set(bare(draft.text))
    for task in draft.tasks:
        assert set(bare(task.words)) <= set(bare(draft.text))


@settings(max_examples=60)
@given(text=plan_like)
def test_drafting_is_deterministic_and_what_is_written_passes_the_check(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("twice")
    text = "一、主要任务\n1.甲事。到2025年达到90%以上。（市财政局负责）\n2.乙事。做好。（市卫生局负责）\n" + text
    draft = draft_or_none(folder, text)
    assert draft == draft_or_none(folder, text)
    if draft:
        written = write_pack(draft, folder / "pack")
        assert check_pack(written) == ()
        assert all(
            bare(quote) in bare(draft.text)
            for path in written.glob("*.toml")
            for quote in re.findall(r'^quote = "((?:[^"\\]|\\.)*)"$', path.read_text("utf-8"), re.M)
            if "\\" not in quote
        )


@given(text=st.one_of(plan_like, st.text(max_size=200)), year=st.sampled_from((0, 2018, 2025)))
def test_deadlines_and_figures_lie_in_their_text_and_do_not_overlap(text, year):
    for found in (deadlines_in(text, year), recurring_in(text), figures_in(text)):
        assert all(0 <= one.start < one.end <= len(text) for one in found)
        assert all(one.end <= other.start for one, other in zip(found, found[1:]))
    assert all(one.due is None or date(2000, 1, 1) <= one.due <= date(2099, 12, 31) for one in deadlines_in(text, year))


@settings(max_examples=60)
@given(content=st.binary(max_size=600), name=st.sampled_from(("a.txt", "a.docx", "a.pdf", "a.html", "a.md")))
def test_any_bytes_are_read_or_refused_kindly(tmp_path_factory, content, name):
    path = tmp_path_factory.mktemp("bytes") / name
    path.write_bytes(content)
    try:
        draft_plan(read_document(path))
    except DraftError as refused:
        assert refused.zh and refused.en


def test_a_text_of_nothing_but_tasks_is_a_plan_and_its_halves_are_not(tmp_path):
    assert draft_or_none(tmp_path, "一、任务\n1.甲。（市财政局负责）\n2.乙。（市卫生局负责）\n").tasks
    try:
        draft_plan(read(tmp_path, "1.甲事做好。\n"))
        raise AssertionError("one line is no plan")
    except NoPlan:
        pass
