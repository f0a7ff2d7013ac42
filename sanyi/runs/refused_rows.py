"""The rows that intake refused, as a table beside the record: where each stood, why, what was seen and expected."""
from pathlib import Path

from sanyi.intake.reasons import REASONS
from sanyi.tables.record_tables import record_tables
from sanyi.tables.table import Table, code, text, whole

REFUSED_ROWS = Table(
    "refused_rows", "退回的数据行", "Refused rows", key=("batch_number", "table_name", "file", "line", "column_name", "reason_code"),
    note="接收加退回等于来源申报的行数。Accepted plus refused is what the source declared.",
    columns=(
        whole("batch_number", "批次", "batch", minimum=1),
        text("file", "来源文件", "source file"),
        whole("line", "行号", "line of the file", minimum=0),
        code("table_name", "表", "table", {table.name: (table.zh, table.en) for table in record_tables().values()}),
        text("column_name", "列", "column"),
        code("reason_code", "原因", "reason", REASONS),
        text("seen", "所见值", "value seen", nullable=True),
        text("expected", "应为", "what was expected", nullable=True),
        text("row_key", "行主键", "key of the row", nullable=True),
    ),
)


def refused_file(records: Path) -> list[Path]:
    """The file of refused rows in a records folder; none where nothing came through intake."""
    path = records / f"{REFUSED_ROWS.name}.parquet"
    return [path] if path.is_file() else []
