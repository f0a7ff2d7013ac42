"""Plan documents of places that do not exist, and small writers of Word, PDF and HTML for the tests of drafting."""

import io

from docx import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

NOTICE = """望政办发〔2023〕17号
望舒县人民政府办公室关于印发望舒县
深化医药卫生体制改革2023年重点工作任务的通知
各乡镇人民政府，县政府各部门：
《望舒县深化医药卫生体制改革2023年重点工作任务》已经县政府同意，现印发给你们，请认真贯彻执行。
望舒县人民政府办公室
2023年3月15日
望舒县深化医药卫生体制改革2023年重点工作任务
为深入贯彻《云岫省人民政府办公厅关于推动公立医院高质量发展的实施意见》（云政办发〔2022〕8号）精神，制定本任务。
一、工作目标
到2023年底，县域内住院率达到88%以上，基层诊疗人次占比提高到62%，每千常住人口床位数达到6.2张，孕产妇死亡率控制在12/10万以内，医护比不低于1:1.2。到2025年，人均预期寿命达到79.5岁。
二、重点任务
（一）推进紧密型县域医共体建设
1、健全医共体治理机制。制定《望舒县医共体章程》，2023年6月底前完成理事会组建。（牵头单位：县卫生健康局；配合单位：县委编办、县财政局）
2、推进人员统筹使用。全年下派医师不少于60人次，每月至少召开一次调度会。（县卫生健康局牵头，县人力资源和社会保障局、县财政局配合）
（二）深化医保支付方式改革
3、实行总额付费。省级办法出台后三个月内制定实施细则，医保基金结余按规定留用，严禁挤占挪用。【县医保局、县财政局负责，县卫生健康局配合】
4、开展病种付费。年底前按病种付费的基金占比达到三分之二，力争住院次均费用增幅控制在5%以内。〔责任单位：县社会事务局（社保局）、县医保局〕
（三）加强药品供应保障
5、落实集中采购。基本药物配备使用金额比例不低于60％。
责任单位：县医保局、县市场监管局
完成时限：2023年9月底
6、充实药学力量。建设中心药房两家，培训药师30名。
牵头责任单位：县卫生健康局
主要协作单位：各乡镇人民政府
责任领导：王某某
三、保障措施
（一）加强组织领导。各部门要明确专人负责，建立台账，每季度通报一次进展。
（二）强化宣传引导。广泛宣传改革成效。
"""

ARTICLES = """云岫市推动公立医院高质量发展实施方案

第一章 总则
第一条 为推动公立医院高质量发展，根据有关规定，制定本方案。
第二章 主要任务
第二条 提升专科能力。到2024年，建成3—5个省级重点专科，三级公立医院四级手术占比达到20%左右。（责任单位：市卫生健康委）
第三条 改革薪酬制度。人员支出占业务支出比例不低于45%，2025年底前达到50%。（责任单位：市人力资源社会保障局、市财政局，各县（市、区）人民政府）
第四条 提升服务效率。三级公立医院平均住院日降至8.0天以下，门诊次均费用增幅不超过5%。（责任单位：市卫生健康委、市医保局）
第三章 附则
第五条 本方案自2023年1月1日起施行。
"""

MARKDOWN = """# 星槎区家庭医生签约服务三年行动方案（2022—2024年）

## 一、总体目标
2024年底重点人群签约率达到80%以上，续约率稳定在90%左右。

## 二、重点任务
### （一）扩大服务供给
1．组建团队。①每个社区卫生服务中心至少组建5个团队。②二级医院派出专科医师不少于20名。（区卫生健康局、区财政局）
2．丰富服务内容。一是开展用药指导，二是提供上门服务。（区卫生健康局）
### （二）完善保障
(1) 落实经费。签约服务费标准提高到每人每年120元。（区财政局、区医保局）
(2) 强化考核。2022年12月底前出台考核办法。（区卫生健康局）

## 三、进度安排
第一阶段（2022年3月至6月）：动员部署。
第二阶段（2022年7月至2024年9月）：组织实施。
第三阶段（2024年10月至12月）：总结评估。
"""

TASK_ROWS = (
    ("序号", "重点任务", "牵头单位", "配合单位", "完成时限"),
    ("1", "组建医共体理事会。明确章程和议事规则。", "县卫生健康局", "县委编办、县财政局", "2023年6月底"),
    ("2", "推行总额付费。结余留用，合理超支分担。", "县医保局", "县财政局", "2023年底"),
    ("3", "建设远程影像中心。覆盖全部乡镇卫生院。", "县卫生健康局（信息中心）", "各乡镇人民政府", "2024年3月底"),
)
FIGURE_ROWS = (
    ("类别", "指标", "现状", "2024年", "2025年"),
    ("服务", "县域内住院率（%）", "81.5", "≥85", "≥88"),
    ("服务", "婴儿死亡率（‰）", "3.2", "≤3", "≤2.8"),
    ("费用", "百元医疗收入中卫生材料消耗（元）", "22.4", "<20", "18左右"),
)


def word_file(paragraphs=(), tables=(), numbered=()) -> bytes:
    """A Word file; `numbered` are paragraphs with automatic numbers （一）, （二）."""
    word = WordDocument()
    for text in paragraphs:
        word.add_paragraph(text)
    if numbered:
        numbering = word.part.numbering_part.element
        abstract = parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl></w:abstractNum>'
        )
        numbering.insert(0, abstract)
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for text in numbered:
            _numbered(word.add_paragraph(text))
    for rows in tables:
        table = word.add_table(len(rows), len(rows[0]))
        for at, row in enumerate(rows):
            for column, words in enumerate(row):
                table.cell(at, column).text = words
    content = io.BytesIO()
    word.save(content)
    return content.getvalue()


def _numbered(paragraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    number = OxmlElement("w:numPr")
    for tag, value in (("w:ilvl", "0"), ("w:numId", "77")):
        part = OxmlElement(tag)
        part.set(qn("w:val"), value)
        number.append(part)
    properties.append(number)


def pdf_file(pages, rules=()) -> bytes:
    """A PDF of pages of (x, y, text), drawn in a Chinese font that is not embedded; `rules` are (page, x0, y0, x1, y1) lines."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{' '.join(f'{5 + 2 * at} 0 R' for at in range(len(pages)))}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /DW 1000"
        " /FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /Ascent 880 /Descent -120 /CapHeight 880 /ItalicAngle 0"
        " /StemV 93 /FontBBox [0 -120 1000 880] >> >>",
    ]
    for at, page in enumerate(pages):
        drawn = [f"BT /F1 10 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET" for x, y, text in page]
        drawn += [f"{x0} {y0} m {x1} {y1} l S" for where, x0, y0, x1, y1 in rules if where == at]
        stream = "\n".join(drawn)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {6 + 2 * at} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
            f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        ]
    body, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n".encode(
        "latin-1"
    )


def pdf_pages(text, width=40, height=30, foot="— {} —"):
    """A text hard-wrapped to `width` characters and cut into pages, each with a page number at its foot and a running head."""
    lines = [line[at : at + width] for line in text.splitlines() if line.strip() for at in range(0, len(line), width)]
    pages = [lines[at : at + height] for at in range(0, len(lines), height)]
    return [
        [
            (60, 800, "望舒县医改文件汇编"),
            *((60, 770 - 18 * row, line) for row, line in enumerate(page)),
            (280, 40, foot.format(number)),
        ]
        for number, page in enumerate(pages, 1)
    ]


def ruled_table(rows, top=740, left=40, wide=105, high=44):
    """The texts and rules of a drawn table, as pdf_file takes them; words too long for a cell go on in its next line."""
    texts = [
        (left + 3 + wide * column, top - high * row - 13 * (line + 1), words[10 * line : 10 * line + 10])
        for row, cells in enumerate(rows)
        for column, words in enumerate(cells)
        for line in range(-(-len(words) // 10))
    ]
    across = [(0, left, top - high * row, left + wide * len(rows[0]), top - high * row) for row in range(len(rows) + 1)]
    down = [(0, left + wide * column, top, left + wide * column, top - high * len(rows)) for column in range(len(rows[0]) + 1)]
    return texts, [*across, *down]


def html_page(text, tables=()) -> str:
    """A web page with a menu, a foot and the text as paragraphs."""
    grid = "".join(
        "<table>" + "".join("<tr>" + "".join(f"<td><p>{cell}</p></td>" for cell in row) + "</tr>" for row in rows) + "</table>"
        for rows in tables
    )
    menu = "".join(
        f'<li><a href="/{at}">{words}</a></li>' for at, words in enumerate(("首页", "政务公开", "办事服务", "互动交流"))
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>文件</title><script>var a = "责任单位：县脚本局";</script></head><body>'
        f'<div class="nav"><ul>{menu}</ul></div><div class="content">'
        + "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())
        + grid
        + '</div><div class="footer">主办单位：望舒县人民政府办公室 网站地图</div></body></html>'
    )
