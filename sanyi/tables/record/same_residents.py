"""Which residents of the record the person index has merged: what is counted over a person is counted over all of their codes."""
from sanyi.tables.table import Table, text

SAME_RESIDENTS = Table(
    "same_residents", "同一居民", "Same residents", key=("resident_id",),
    note="由 `sanyi export` 写入：人员索引已合并的居民编码，每个编码一行，指向保留的编码。"
         " Written by `sanyi export`: a row for each code that the person index has merged, naming the code that stays.",
    columns=(text("resident_id", "居民编码", "resident code", references="residents.resident_id"),
             text("same_as_id", "保留的居民编码", "code that stays", references="residents.resident_id")),
)
