"""Why rows and files are refused: one catalogue, each reason with what was expected, in Chinese and English."""
from collections.abc import Mapping

REASONS: Mapping[str, tuple[str, str]] = {
    # cells
    "required": ("必填，不能为空", "must not be empty"),
    "not_whole": ("应为整数", "a whole number"),
    "has_fraction": ("应为整数，不带小数", "a whole number without a fraction"),
    "not_money": ("应为金额（元，最多两位小数）", "an amount in yuan with at most two decimals"),
    "too_large": ("数值超出 64 位整数范围", "a number within 64 bits"),
    "thousands_separator": ("数字中不应有千位分隔符", "digits without thousands separators"),
    "full_width_digits": ("应使用半角数字", "half-width digits"),
    "scientific_notation": ("编码或数字被表格软件改写为科学计数法，请按文本导出",
                            "plain digits; a spreadsheet turned this into scientific notation: export it as text"),
    "not_a_date": ("日期格式不符或日期不存在", "an existing date in the agreed format"),
    "date_serial": ("日期被表格软件改写为序列号，请按日期文本导出", "a date, not a spreadsheet's day number: export it as text"),
    "date_out_of_range": ("日期应在 1880 年至 2199 年之间", "a date between 1880 and 2199"),
    "not_a_flag": ("应为 是/否、true/false 或 1/0", "true/false, 1/0 or 是/否"),
    "control_character": ("不应含有控制字符", "text without control characters"),
    "too_long": ("文本不超过 4000 字", "text of at most 4,000 characters"),
    "outer_spaces": ("首尾不应有空格", "no spaces at either end"),
    "bad_encoding": ("含有无法解码的字节", "bytes that are valid in the file's encoding"),
    "code_not_allowed": ("不在允许的代码之内", "one of the allowed codes"),
    "below_minimum": ("小于允许的最小值", "a number not below the minimum"),
    "not_a_month": ("应为 YYYYMM 年月", "a month as YYYYMM"),
    "formula": ("单元格是公式，应为数值", "a value, not a formula"),
    "merged_cells": ("单元格被合并，无法确定归属的行", "cells that are not merged"),
    # rows
    "column_count": ("该行列数与表头不符", "as many fields as the header has"),
    "quote_not_closed": ("引号没有配对", "quotation marks in pairs"),
    "line_too_long": ("该行过长", "a line of at most 1 MB"),
    "key_repeated": ("主键与本批次另一行重复", "a key that stands once in the batch"),
    "key_in_other_month": ("同一主键已在其他月份", "a key that no other month holds"),
    "reference_missing": ("引用的上级记录不存在（分月的表须同月）", "a reference to an accepted row (of the same month)"),
    "reference_refused": ("引用的上级记录在本批次被拒收", "a reference to an accepted row; the parent was refused in this batch"),
    "law_total": ("总费用应等于各支付部分之和", "total = fund + catastrophic + aid + account + cash"),
    "law_dates": ("结束日期不应早于开始日期", "an end that is not before the start"),
    "law_months": ("起始月应不晚于终止月，且终止月不超过 12", "first month ≤ last month ≤ 12"),
    "law_in_scope": ("政策范围内费用不应大于总费用", "an amount in scope that is not above the total"),
    # files
    "file_empty": ("文件为空", "a file with a header"),
    "file_type": ("文件内容与扩展名不符或格式不支持", "CSV, Parquet or XLSX, as the file's name says"),
    "file_broken": ("文件已损坏或被截断", "a whole file"),
    "file_link": ("不接受符号链接和特殊文件", "a plain file inside the source folder"),
    "file_encoding": ("无法识别文字编码，应为 UTF-8、GB18030 或带 BOM 的 UTF-16",
                      "UTF-8, GB18030 or UTF-16 with a byte-order mark"),
    "file_unmapped": ("没有表对应该文件", "a file that the mapping gives to a table"),
    "file_undeclared": ("对账文件未列出该文件", "a file listed in control.json"),
    "file_missing": ("对账文件列出但实际缺少", "every file that control.json lists"),
    "columns_missing": ("缺少列", "all columns that the mapping asks for"),
    "columns_repeated": ("表头列名重复", "each column once in the header"),
    "column_type": ("列的数据类型不支持", "columns of plain text, numbers, dates or flags"),
    "sheet_hostile": ("表格文件含外部实体、宏、加密或异常压缩内容", "a plain workbook without entities, macros or oversized parts"),
    "sheet_full": ("工作表已达行数上限，很可能被截断", "fewer rows than a sheet can hold"),
    "sheet_missing": ("找不到工作表", "the sheet that the mapping names"),
    "control_broken": ("对账文件无法读取", "a readable control.json"),
    "rows_differ": ("行数与申报不一致", "as many rows as declared"),
    "fen_differ": ("金额合计与申报不一致", "the declared sum"),
}


def expected(reason: str, more: str = "") -> str:
    """What was expected, in Chinese and English, with the particulars (codes, minimum, parent) after it."""
    zh, en = REASONS[reason]
    return f"{zh} / {en}" + (f": {more}" if more else "")
