"""The monthly bulletin as a Word document that prints on A4: 黑体 headings, 宋体 text, table heads repeated, pages numbered."""
from pathlib import Path
from typing import Any

from sanyi.reports.bulletin_parts import Bulletin, Part
from sanyi.tables.shown import written

SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
PAGE_MM = 164  # what A4 leaves between the margins


def write_word(path: Path, bulletin: Bulletin) -> None:
    """Write the bulletin to a .docx file."""
    import docx  # slow to read, and only this needs it
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(23)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    _font(document.styles["Normal"], SONG, 10.5)
    _font(document.styles["Title"], HEI, 18)
    _font(document.styles["Heading 1"], HEI, 13)
    document.core_properties.title, document.core_properties.author = bulletin.title, "三医 Sanyi"
    document.core_properties.comments = ""
    document.add_paragraph(bulletin.title, style="Title").alignment = WD_ALIGN_PARAGRAPH.CENTER
    under = document.add_paragraph(bulletin.subtitle)
    under.alignment = WD_ALIGN_PARAGRAPH.CENTER
    summary = document.add_paragraph(bulletin.summary)
    summary.paragraph_format.first_line_indent, summary.paragraph_format.line_spacing = Pt(21), 1.5
    for place, part in enumerate(bulletin.parts, 1):
        document.add_heading(f"{place}. {part.title}（{len(part.rows)}）" if part.name != "by_lead" else f"{place}. {part.title}", level=1)
        _table(document, part) if part.rows else document.add_paragraph(part.nothing)
    _page_numbers(section)
    document.save(str(path))


def _font(style: Any, name: str, size: float) -> None:
    """A Latin and a Chinese font: Word keeps them apart, and the styles' theme fonts would win over either."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)


def _table(document: Any, part: Part) -> None:
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=len(part.columns), style="Table Grid")
    table.autofit = False
    whole = sum(column.width for column in part.columns)
    widths = [Mm(PAGE_MM * column.width // whole) for column in part.columns]
    for place, column in enumerate(part.columns):
        table.columns[place].width = widths[place]  # the grid too, or some readers set every column alike
        _write(table.rows[0].cells[place], column.title, widths[place], is_head=True)
    _repeat(table.rows[0])
    for row in part.rows:
        cells = table.add_row().cells
        for place, column in enumerate(part.columns):
            _write(cells[place], shown(column.kind, row[place]), widths[place], is_number=column.kind in ("whole", "share"))
    for row in table.rows:
        _keep_whole(row)


def shown(kind: str, value: Any) -> str:
    """A value as the bulletin prints it; what is empty stays empty."""
    return "" if value is None or value == "" else written(kind, value)


def _write(cell: Any, text: str, width: Any, is_head: bool = False, is_number: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    cell.width = width
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size = Pt(9)
    if is_head:
        run.bold = True
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEI)
    if is_number or is_head:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if is_number else WD_ALIGN_PARAGRAPH.CENTER


def _repeat(row: Any) -> None:
    """The head of a table stands on every page that the table runs over."""
    _mark(row, "w:tblHeader")


def _keep_whole(row: Any) -> None:
    """A row is not cut by the end of a page."""
    _mark(row, "w:cantSplit")


def _mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _page_numbers(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        made = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            made.set(qn("w:fldCharType"), kind)
        else:
            made.text = text
        run._r.append(made)
