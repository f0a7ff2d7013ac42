"""What drafting finds in plans of places that do not exist: tasks, leads, deadlines, targets, and what it does not understand."""

from datetime import date
from fractions import Fraction

import pytest

from sanyi.plans.draft import draft_plan, read_document
from sanyi.plans.draft.amounts import plan_amount
from sanyi.plans.draft.dates import deadlines_in, recurring_in
from sanyi.plans.draft.figures import figures_in
from sanyi.plans.draft.likeness import likeliest
from sanyi.plans.draft.markers import marker_of
from sanyi.plans.draft.numerals import number_of

from draft_documents import ARTICLES, MARKDOWN, NOTICE


def drafted(tmp_path, text, name="plan.txt"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return draft_plan(read_document(path))


def numbered(draft):
    return [task for task in draft.tasks if task.number]


def test_a_notice_says_what_it_is(tmp_path):
    identity = drafted(tmp_path, NOTICE).identity
    assert identity.title == "望舒县深化医药卫生体制改革2023年重点工作任务"
    assert (identity.number, identity.body, identity.issued_on) == (
        "望政办发〔2023〕17号",
        "望舒县人民政府办公室",
        date(2023, 3, 15),
    )
    assert [(parent.title, parent.number) for parent in identity.parents] == [
        ("云岫省人民政府办公厅关于推动公立医院高质量发展的实施意见", "云政办发〔2022〕8号")
    ]


def test_tasks_with_their_leads_in_every_bracket(tmp_path):
    tasks = numbered(drafted(tmp_path, NOTICE))
    assert [(task.number, task.heading, task.responsibility.lead.name) for task in tasks] == [
        ("1", "健全医共体治理机制", "县卫生健康局"),
        ("2", "推进人员统筹使用", "县卫生健康局"),
        ("3", "实行总额付费", "县医保局"),
        ("4", "开展病种付费", "县社会事务局（社保局）"),
        ("5", "落实集中采购", "县医保局"),
        ("6", "充实药学力量", "县卫生健康局"),
    ]
    partners = {task.number: [one.name for one in task.responsibility.partners] for task in tasks}
    assert partners["1"] == ["县委编办", "县财政局"] and partners["2"] == ["县人力资源和社会保障局", "县财政局"]
    assert partners["3"] == ["县卫生健康局"] and partners["6"] == ["各乡镇人民政府"]
    assert [one.name for one in tasks[5].responsibility.leaders] == ["王某某"]
    assert tasks[2].chapter == "深化医保支付方式改革" and tasks[4].due.due == date(2023, 9, 30)


def test_dated_and_recurring_parts_of_tasks(tmp_path):
    parts = {task.words: task for task in drafted(tmp_path, NOTICE).tasks if task.is_part}
    assert parts["2023年6月底前完成理事会组建"].due.due == date(2023, 6, 30)
    assert parts["2023年6月底前完成理事会组建"].parent == "1"
    assert parts["每月至少召开一次调度会"].due.every == "month"
    relative = next(task for task in parts.values() if task.due.event)
    assert (relative.due.event, relative.due.months, relative.parent) == ("省级办法出台", 3, "3")


@pytest.mark.parametrize("text, day, event", [
    ("［县医疗保障局负责，县财政局、县卫生健康局配合］市级文件出台后三个月内完成。", None, "市级文件出台"),
    ("（县医疗保障局牵头，县财政局、县卫生健康局配合）2023年7月底前完成。", date(2023, 7, 31), "")])
def test_a_deadline_alone_after_the_bracket_is_the_tasks(text, day, event, tmp_path):
    lines = ["甲县医药卫生体制改革实施方案", "二、重点任务", "1.健全分级诊疗。完善转诊标准。（责任单位：县卫生健康局）", f"2.实行总额付费。对医共体实行打包付费。{text}", "3.保障药品供应。配齐药品。（责任单位：县卫生健康局）"]
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(lines), "utf-8")
    draft = draft_plan(read_document(path))
    task = next(one for one in draft.tasks if one.number == "2")
    assert [one.words for one in draft.tasks if "配合" in one.words] == [] and task.responsibility.lead.name == "县医疗保障局"
    assert (task.due.due, event in task.due.event) == (day, True)


def test_targets_with_comparator_unit_and_governing_deadline(tmp_path):
    targets = {target.measured: target for target in drafted(tmp_path, NOTICE).targets}
    said = {name: (one.comparator, one.value, one.unit, one.due.due if one.due else None) for name, one in targets.items()}
    end_2023 = date(2023, 12, 31)
    assert said["县域内住院率"] == ("≥", 88, "%", end_2023)
    assert said["基层诊疗人次占比"] == ("=", 62, "%", end_2023)
    assert said["每千常住人口床位数"] == ("=", Fraction("6.2"), "张", end_2023)
    assert said["孕产妇死亡率"] == ("≤", 12, "/10万", end_2023)
    assert said["医护比"] == ("≥", Fraction("1.2"), ":", end_2023)
    assert said["人均预期寿命"] == ("=", Fraction("79.5"), "岁", date(2025, 12, 31))
    assert said["按病种付费的基金占比"] == ("=", Fraction(200, 3), "%", end_2023)
    assert said["住院次均费用增幅"] == ("≤", 5, "%", end_2023) and targets["住院次均费用增幅"].is_striven_for
    assert said["基本药物配备使用金额比例"] == ("≥", 60, "%", date(2023, 9, 30))
    assert {(one.value, one.unit) for name, one in targets.items() if "中心药房" in name or "药师" in name} == {
        (2, "家"),
        (30, "名"),
    }


def test_documents_prohibitions_and_safeguards(tmp_path):
    draft = drafted(tmp_path, NOTICE)
    assert [issue.words for issue in draft.issues] == ["望舒县医共体章程"]
    assert [one.words for one in draft.prohibitions] == ["严禁挤占挪用"]
    assert [task.heading for task in draft.tasks if task.is_safeguard] == ["加强组织领导", "强化宣传引导"]
    assert draft.leftovers == ()


def test_a_plan_in_articles(tmp_path):
    draft = drafted(tmp_path, ARTICLES)
    assert [(task.number, task.heading) for task in numbered(draft)] == [
        ("2", "提升专科能力"),
        ("3", "改革薪酬制度"),
        ("4", "提升服务效率"),
    ]
    assert [one.name for one in numbered(draft)[1].responsibility.leads] == [
        "市人力资源社会保障局",
        "市财政局",
        "各县（市、区）人民政府",
    ]
    specialties = draft.targets[0]
    assert (specialties.value, specialties.upper, specialties.unit) == (3, 5, "个")
    assert [
        (one.value, one.due.due if one.due else None) for one in draft.targets if one.measured == "人员支出占业务支出比例"
    ] == [(45, None), (50, date(2025, 12, 31))]


def test_a_plan_in_markdown_with_phases(tmp_path):
    draft = drafted(tmp_path, MARKDOWN, "plan.md")
    assert [(task.number, task.responsibility.lead.name) for task in numbered(draft)] == [
        ("1", "区卫生健康局"),
        ("2", "区卫生健康局"),
        ("二.1", "区财政局"),
        ("二.2", "区卫生健康局"),
    ]
    assert [(one.due.since, one.due.due) for one in draft.milestones] == [
        (date(2022, 3, 1), date(2022, 6, 30)),
        (date(2022, 7, 1), date(2024, 9, 30)),
        (date(2024, 10, 1), date(2024, 12, 31)),
    ]


def test_a_heading_glued_into_a_paragraph_opens_its_own_item(tmp_path):
    text = "一、重点任务\n（一）强化基层\n1.建好卫生院。达到标准。［卫生局负责，财政局配合］（二）深化改革\n2.改革薪酬。落实政策。［财政局、卫生局负责］\n3.改革人事。总量管理。［编办负责］\n"
    tasks = numbered(drafted(tmp_path, text))
    assert [(task.number, task.chapter, task.responsibility.lead.name) for task in tasks] == [
        ("1", "强化基层", "卫生局"),
        ("2", "深化改革", "财政局"),
        ("3", "深化改革", "编办"),
    ]


def test_broken_lines_and_page_numbers_are_repaired(tmp_path):
    text = (
        "一、主要任务\n1.健全制度。各级公立医院要落实院长负责制，完善内部决策机\n— 3 —\n制，并于 2024 年底前完成章程修订工作。（责任单位：市卫\n生健康局、市财政局）\n"
        "2.加强监管。建立信息化平台，实现对医疗费用的实时监测和智能审\n核。（责任单位：市医保局）\n"
    )
    draft = drafted(tmp_path, text)
    assert [task.responsibility.lead.name for task in numbered(draft)] == ["市卫生健康局", "市医保局"]
    assert [task.due.due for task in draft.tasks if task.due] == [date(2024, 12, 31)]


def test_a_flattened_table_of_tasks_is_rebuilt(tmp_path):
    text = (
        "望舒市卫生健康委任务清单\n序\n号\n任务内容\n责任\n领导\n牵头科室 责任单位\n完成\n时限\n1\n健全制度。完善运行机制，形成高效的改革决策和推进\n机制。\n张三丰 医政科\n各县卫生健康局，市\n属各医疗单位\n"
        "2023年\n6月底\n2\n加强监测。做好数据汇总，及时通报情况。\n李四\n张三丰\n规划信息与\n财务科\n医政科\n各县卫生健康局，市\n属各医疗单位\n2023年\n底\n"
        "3\n强化宣传。挖掘经验，每季度报送信息。\n李四 办公室\n各县卫生健康局，市\n属各医疗单位\n2023年\n底\n"
    )
    tasks = numbered(drafted(tmp_path, text))
    assert [(task.heading, task.responsibility.lead.name, task.due.due) for task in tasks] == [
        ("健全制度", "医政科", date(2023, 6, 30)),
        ("加强监测", "规划信息与财务科", date(2023, 12, 31)),
        ("强化宣传", "办公室", date(2023, 12, 31)),
    ]
    assert [one.name for one in tasks[1].responsibility.leaders] == ["李四", "张三丰"]
    assert [one.name for one in tasks[1].responsibility.leads] == ["规划信息与财务科", "医政科"]
    assert [one.name for one in tasks[0].responsibility.partners] == ["各县卫生健康局", "市属各医疗单位"]


def test_a_flattened_table_of_figures_is_rebuilt(tmp_path):
    text = (
        "附件 1\n主要指标\n\t类别\n\t指标\n\t现状\n\t2024年\n\t2025年\n\t服务能力\n\t县域内住院率（%）\n\t81.5\n\t≥85\n\t≥88\n\t婴儿死亡率（‰）\n\t3.2\n\t<3\n\t<2.8\n"
        "\t费用\n\t平均住院日（天）\n\t——\n\t——\n\t8 左右\n"
    )
    targets = drafted(tmp_path, text).targets
    assert [(one.measured, one.comparator, one.value, one.baseline, one.due.due.year, one.group) for one in targets] == [
        ("县域内住院率", "≥", 85, Fraction("81.5"), 2024, "服务能力"),
        ("县域内住院率", "≥", 88, Fraction("81.5"), 2025, "服务能力"),
        ("婴儿死亡率", "<", 3, Fraction("3.2"), 2024, "服务能力"),
        ("婴儿死亡率", "<", Fraction("2.8"), Fraction("3.2"), 2025, "服务能力"),
        ("平均住院日", "open", None, None, 2024, "费用"),
        ("平均住院日", "≈", 8, None, 2025, "费用"),
    ]


def test_blanked_years_are_listed_and_not_guessed(tmp_path):
    text = "一、主要任务\n1.强化基层。到20xx年，诊疗量占比进一步提升。（市卫生健康局负责）\n2.改革薪酬。落实政策。（市财政局负责）\n"
    draft = drafted(tmp_path, text)
    assert [left.words for left in draft.leftovers] == ["到20xx年，诊疗量占比进一步提升。"]
    assert not [task for task in draft.tasks if task.due]


@pytest.mark.parametrize(
    "words, day",
    [
        ("2018年底前完成", date(2018, 12, 31)),
        ("到2025年，建成", date(2025, 12, 31)),
        ("2022年6月底完成", date(2022, 6, 30)),
        ("2018.4月底", date(2018, 4, 30)),
        ("2024年2月底前", date(2024, 2, 29)),
        ("2022年10月份搬迁", date(2022, 10, 31)),
        ("力争在2023年前开展", date(2022, 12, 31)),
        ("2023年上半年完成", date(2023, 6, 30)),
        ("2023年第三季度前", date(2023, 9, 30)),
        ("于7月10日前报送", date(2021, 7, 10)),
        ("年底前运行", date(2021, 12, 31)),
        ("年内建成中医馆", date(2021, 12, 31)),
        ("在2018—2019年期间，投入", date(2019, 12, 31)),
        ("到“十四五”末，形成", date(2025, 12, 31)),
    ],
)
def test_deadlines(words, day):
    assert [one.due for one in deadlines_in(words, 2021)] == [day]


@pytest.mark.parametrize(
    "words",
    [
        "根据《关于2022年工作的意见》",
        "国办发〔2021〕18号",
        "落实行动计划（2016—2018年）",
        "2021年度绩效考核",
        "让2021年已建成的项目运行",
        "2019年以来，成效明显",
    ],
)
def test_years_that_are_no_deadlines(words):
    assert deadlines_in(words, 2022) == ()


def test_recurring_words():
    assert [one.every for one in recurring_in("每季度报送，每年评估，每半年公开，每月调度；每人每年120元")] == [
        "quarter",
        "year",
        "half_year",
        "month",
    ]


@pytest.mark.parametrize(
    "words, comparator, value, unit",
    [
        ("住院率达到90%以上", "≥", 90, "%"),
        ("增幅不超过9%", "≤", 9, "%"),
        ("比重降低到27%以下", "≤", 27, "%"),
        ("报销比例稳定在75%左右", "≈", 75, "%"),
        ("比例不低于15%", "≥", 15, "%"),
        ("增长率低于10%", "<", 10, "%"),
        ("收入占比≥33%", "≥", 33, "%"),
        ("卫生材料费≤20元", "≤", 20, "元"),
        ("医护比达到1:2左右", "≈", 2, ":"),
        ("死亡率下降到3‰以内", "≤", 3, "‰"),
        ("建成5个以上重点专科", "≥", 5, "个"),
        ("服务能力实现全覆盖", "=", 100, "%"),
        ("电子病历应用水平达五级", "=", 5, "级"),
        ("建设急救“五大中心”", "=", 5, "个"),
        ("市中医院达到二级甲等水平", "=", 1, "flag"),
    ],
)
def test_figures(words, comparator, value, unit):
    assert [(one.comparator, one.value, one.unit) for one in figures_in(words)] == [(comparator, value, unit)]


def test_figures_in_lists_share_what_governs_them():
    assert [(one.comparator, one.value) for one in figures_in("微创手术占比分别达到30%、25%左右")] == [("≈", 30), ("≈", 25)]
    assert [(one.comparator, one.value) for one in figures_in("每年至少招聘3名研究生、培养5名骨干及10名青年医师")] == [
        ("≥", 3),
        ("≥", 5),
        ("≥", 10),
    ]
    nurses = figures_in("每千常住人口医师数达到2.8人、注册护士数3.5人")[1]
    assert (nurses.value, nurses.per) == (Fraction("3.5"), "每千常住人口")


@pytest.mark.parametrize(
    "words",
    [
        "二级以上公立医院要参与",
        "落实“6个统一”和“三个转变”",
        "按7:3比例分配",
        "《“健康云”3年行动计划》",
        "党的十九届五中全会",
        "“1+1+1”组合",
        "拨打120急救",
        "第五代移动通信5g",
    ],
)
def test_numbers_that_are_no_targets(words):
    assert figures_in(words) == ()


@pytest.mark.parametrize(
    "text, style, number",
    [
        ("一、总体要求", "chinese", 1),
        ("（十二）宣传", "bracketed", 12),
        ("(三) 网格", "bracketed", 3),
        ("1.推进", "arabic", 1),
        ("12．改革", "arabic", 12),
        ("3、加强", "arabic", 3),
        ("（4）统一", "arabic_bracketed", 4),
        ("②下派", "circled", 2),
        ("三是提高", "is", 3),
        ("第二条 强化", "article", 2),
        ("第三章 保障", "chapter", 3),
        ("第二部分：重点任务", "part", 2),
        ("### （五）创新", "bracketed", 5),
        ("1.2 完善", "decimal", 2),
    ],
)
def test_markers(text, style, number):
    assert (marker_of(text).style, marker_of(text).number) == (style, number)


def test_numbers_and_amounts():
    assert [number_of(words) for words in ("3.36", "十二", "两", "三分之一", "1,200", "无")] == [
        Fraction("3.36"),
        12,
        2,
        Fraction(1, 3),
        1200,
        None,
    ]
    assert plan_amount(Fraction(90), "%", "率") == (900_000, "ppm")
    assert plan_amount(Fraction("1.8"), "张", "每千常住人口床位数") == (18_000, "per_1000_e4")
    assert plan_amount(Fraction(10), "/10万", "孕产妇死亡率") == (100_000, "per_100000_e4")
    assert plan_amount(Fraction("51.6"), "元", "人均经费") == (5_160, "fen")
    assert plan_amount(Fraction(5), "个", "重点专科") == (5, "count")


def test_the_indicator_most_alike_is_named_and_none_that_speaks_of_something_else():
    known = (
        ("IND-41", "县域内住院率", "ppm"),
        ("IND-14", "物耗支出占业务支出比例", "ppm"),
        ("IND-60", "每千常住人口床位数", "per_1000_e4"),
    )
    assert likeliest("全市县域内住院率", "ppm", known) == "IND-41"
    assert likeliest("人员支出占业务支出比例", "ppm", known) == ""
    assert likeliest("县域内住院率", "count", known) == ""


def test_without_brackets_the_body_that_is_said_to_act_leads_with_low_confidence(tmp_path):
    text = "一、主要任务\n（一）改革支付方式。医保部门对医联体实行总额付费，超支自付。\n（二）强化基层建设。完善设施设备，提高服务能力，补齐短板弱项。\n（三）统一药品目录。实行零差率销售，保障供应。\n（四）推进互联互通。建设平台。\n"
    tasks = numbered(drafted(tmp_path, text))
    assert [(task.responsibility.lead.name if task.responsibility else "") for task in tasks] == ["医保部门", "", "", ""]
    assert tasks[0].confidence.tenths == 5


def test_paragraphs_of_one_is_and_two_is_are_tasks_only_where_the_first_opens_the_paragraph(tmp_path):
    text = "望舒区2022年医改重点任务\n一是完善协同机制。6月底前出台方案。（区卫健局、区财政局）二是振兴中医药。年内建成中医馆。（区卫健局）三是强化监管。查处违法行为。（区市场监管局）\n"
    assert [(task.number, task.responsibility.lead.name) for task in numbered(drafted(tmp_path, text))] == [
        ("1", "区卫健局"), ("2", "区卫健局"), ("3", "区市场监管局")]
    inside = "一、主要任务\n1.完善机制。一是抓协同。二是抓监测。（区卫健局、区财政局）\n2.强化监管。一是抓整治。（区市场监管局）\n"
    assert [task.number for task in numbered(drafted(tmp_path, inside))] == ["1", "2"]


def test_plans_that_forget_nothing_of_a_labelled_line(tmp_path):
    text = ("望舒县人民政府办公室关于印发《望舒县薪酬制度改革实施方案》的通知\n一、改革目标\n到2024年，人员支出占比力争达到45％左右，满意度保持在85％以上。\n二、改革内容\n"
            "1.核定总量。责任单位：县人社局、县财政局；完成时限：2023年6月。\n2.调整机制，每年核定一次。牵头单位：县人社局 责任单位：县卫健局；完成时限：长期。\n"
            "3.规范收入。（县卫健局牵头，县医保局等部门配合，2023年9月底前完成）\n三、组织保障\n（一）加强领导。成立领导小组，统筹推进各项改革工作。\n")
    draft = drafted(tmp_path, text)
    assert (draft.identity.title, draft.identity.body, draft.identity.parents) == ("望舒县薪酬制度改革实施方案", "望舒县人民政府办公室", ())
    assert [(task.due.due, task.due.every) for task in numbered(draft)] == [(date(2023, 6, 30), ""), (None, "year"), (date(2023, 9, 30), "")]
    second, third = numbered(draft)[1:]
    assert [one.name for one in second.responsibility.partners] == ["县卫健局"] and [one.name for one in third.responsibility.partners] == ["县医保局"]
    assert [(one.value, one.is_striven_for) for one in draft.targets] == [(45, True), (85, False)]


def test_what_has_been_reached_is_no_target_and_a_past_column_is_the_baseline(tmp_path):
    text = ("望舒县“十四五”深化医药卫生体制改革规划\n第一章 规划背景\n“十三五”期间，人均预期寿命由76.3岁提高到78.1岁。\n第二章 主要指标\n"
            "序号 指标 2020年 2025年 属性\n1 人均预期寿命（岁） 78.1 ≥79 预期性\n2 孕产妇死亡率（/10万） 8.2 ≤10 预期性\n第三章 主要任务\n第一节 完善体系\n建设县疾控中心，到2023年达到国家标准。\n"
            "第二节 优化服务\n提升服务能力，改善就医体验。\n")
    targets = drafted(tmp_path, text).targets
    assert [(one.measured, one.comparator, one.value, one.baseline, one.due.due.year) for one in targets] == [
        ("人均预期寿命", "≥", 79, Fraction("78.1"), 2025), ("孕产妇死亡率", "≤", 10, Fraction("8.2"), 2025)]


def test_tables_whose_rows_stand_on_one_line_each(tmp_path):
    text = ("望舒市医改任务清单\n| 序号 | 重点任务 | 责任单位 | 完成时限 |\n|---|---|---|---|\n| 1 | 制定支付方案 | 市医保局、市财政局 | 2024年6月底前 |\n| 2 | 开展满意度调查 | 市卫生健康委 | 每年 |\n\n"
            "序号\t指标\t2025年\t2027年\n1\t县域内住院率（%）\t≥88\t≥90\n2\t平均住院日（天）\t8.5\t≤8\n")
    draft = drafted(tmp_path, text)
    assert [(task.heading, task.responsibility.lead.name, task.due.due or task.due.every) for task in numbered(draft)] == [
        ("制定支付方案", "市医保局", date(2024, 6, 30)), ("开展满意度调查", "市卫生健康委", "year")]
    assert [(one.measured, one.value, one.due.due.year) for one in draft.targets] == [
        ("县域内住院率", 88, 2025), ("县域内住院率", 90, 2027), ("平均住院日", Fraction("8.5"), 2025), ("平均住院日", 8, 2027)]
