"""What can go wrong with the database; why a step was refused stands in `sanyi.workflows.errors`.

StoreError
├── UnsafeDatabase   the database would not keep what it has acknowledged
├── NoDatabase       the folder or the database in it cannot be used now: locked, damaged, or no folder
├── OtherFolder      this process already works in another folder
├── BadAnchors       a file of anchors that cannot be written or read
├── BrokenTrail      the audit trail was touched after it was sealed
├── BadBackup        a backup that cannot be made, or is damaged, foreign or newer, or has no empty place to go to
└── BadAccount       no such role or unit, or a name that is kept back
"""


class StoreError(Exception):
    """Anything that keeps the database from being used."""


class UnsafeDatabase(StoreError):
    """The database is in a mode that can lose what it has acknowledged."""


class NoDatabase(StoreError):
    """The folder or the database in it cannot be used now."""


class OtherFolder(StoreError):
    """One process works in one folder."""


class BadAccount(StoreError):
    """An account that cannot be made as asked."""


class BadAnchors(StoreError):
    """A file of anchors that cannot be written or read."""


class BrokenTrail(StoreError):
    """The chain is broken: `block` and `position` (of the event, 0 where the whole block is meant), and why in two languages."""

    def __init__(self, zh: str, en: str, block: int = 0, position: int = 0) -> None:
        self.zh, self.en, self.block, self.position = zh, en, block, position
        where_zh = (f"第 {block} 块" if block else "") + (f"第 {position} 条事件" if position else "")
        where_en = ", ".join(filter(None, [f"block {block}" if block else "", f"event {position}" if position else ""]))
        super().__init__(f"{where_zh}：{zh} / {where_en}: {en}" if where_zh else f"{zh} / {en}")


class BadBackup(StoreError):
    """A backup that cannot be made as asked, or that is damaged, foreign or newer, or has no empty place to go to."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(f"{zh} / {en}")
