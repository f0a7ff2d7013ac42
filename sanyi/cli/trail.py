"""`sanyi trail seal | anchor | export | verify`: the audit trail's chain."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there
from sanyi.cli.progress import progress
from sanyi.store.errors import BadAnchors
from sanyi.store.trail.anchors import Anchor, anchors_in, printed
from sanyi.store.trail.chain import ALGORITHMS
from sanyi.store.trail.verifying import Proved, verify_file


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("trail", help="审计轨迹 / the audit trail").add_subparsers(dest="trail_command", required=True)
    sealed = parts.add_parser("seal", help="把已记录的事件封入哈希链 / seal what is recorded into the hash chain")
    anchored = parts.add_parser("anchor", help="封存并把链首锚定到数据库之外 / seal, and note the head outside the database")
    anchored.add_argument("--anchors", type=Path, required=True, metavar="FOLDER", help="最好在另一台存储上 / on other storage, if at all possible")
    exported = parts.add_parser("export", help="导出可自证的文件 / export to a file that proves itself")
    exported.add_argument("file", type=Path)
    exported.add_argument("--from-block", type=int, default=1)
    verified = parts.add_parser("verify", help="校验导出文件（--export，无需数据库）或数据库（--var）/ prove an export, without a database, or the database")
    verified.add_argument("--export", type=Path)
    verified.add_argument("--anchors", type=Path, help="锚定文件夹或文件 / the folder of anchors, or its file")
    verified.add_argument("--from-block", type=int, default=1, help="导出自第几块起 / the block that the export begins with")
    verified.add_argument("--paper", default="", metavar="'BLOCK HASH'", help="纸上抄录的块号与哈希 / a block's number and hash as printed on paper")
    for part in (sealed, anchored):
        part.add_argument("--algorithm", choices=ALGORITHMS, default="sha256", help="只在第一次封存时起作用 / matters at the very first seal only")
    for part, act in ((sealed, act_seal), (anchored, act_anchor), (exported, act_export), (verified, act_verify)):
        part.add_argument("--var", type=Path, required=part is not verified)
        part.set_defaults(act=act)


def act_seal(chosen) -> None:
    """Seal and say how much."""
    _prepared(chosen.var)
    from sanyi.store.trail.sealing import head_now, seal
    with progress("封存 seal") as report:
        count = seal(_now(), chosen.algorithm, report)
    print(f"封存 sealed {count:,}；{_words(head_now().number, head_now().hash)}")


def act_anchor(chosen) -> None:
    """Seal, note the head outside, and print it for paper."""
    _prepared(chosen.var)
    from sanyi.store.trail.anchoring import anchor
    with progress("封存 seal") as report:
        made = anchor(chosen.anchors, _now(), chosen.algorithm, report)
    print(f"{_words(made.block, made.hash)}\n共 {made.events:,} 条事件 events  {made.at}" if made else "还没有事件 / nothing has been recorded yet")


def act_export(chosen) -> None:
    """Export what is sealed; the export leaves an event itself."""
    _prepared(chosen.var)
    from sanyi.store.trail.exporting import export
    from sanyi.store.trail.recording import actor_named, record
    from sanyi.workflows.facts import SYSTEM
    record("export", actor_named(SYSTEM), subject="audit_trail")
    with progress("导出 export") as report:
        count = export(chosen.file, _now(), chosen.from_block, report)
    print(f"{chosen.file}: {count:,} 条事件 events")


def act_verify(chosen) -> int:
    """Prove and say what was proved; 1 with the first thing that is broken."""
    anchors = [*(anchors_in(chosen.anchors) if chosen.anchors else []), *_on_paper(chosen.paper)]
    if (chosen.export is None) == (chosen.var is None):
        print("请给出 --export 文件或 --var 文件夹之一 / give either --export FILE or --var FOLDER")
        return 2
    with progress("校验 verify") as report:
        proved = verify_file(chosen.export, anchors, report, chosen.from_block) if chosen.export else _verify_database(chosen.var, anchors, report)
    print(f"链完整 the chain holds: {proved.events:,} 条事件 events；{_words(proved.blocks, proved.hash)}")
    print(f"与 {proved.anchors} 个锚定相符，覆盖到第 {proved.anchored_events:,} 条 / {proved.anchors} anchors agree, the last covers event {proved.anchored_events:,}"
          if anchors else "没有锚定可比：整链改写无从发现 / without an anchor a chain that was rewritten as a whole cannot be told")
    return 0


def _verify_database(var: Path, anchors: list[Anchor], report) -> Proved:
    _prepared(var)
    from sanyi.store.trail.anchoring import verify_database
    return verify_database(anchors, _now(), report)


def _on_paper(text: str) -> list[Anchor]:
    if not text:
        return []
    block, _, hash = text.strip().partition(" ")
    hash = "".join(hash.split()).lower()
    if not block.isdigit() or len(hash) != 64:
        raise BadAnchors("--paper 应为块号加 64 位哈希 / must be a block's number and its hash of 64 digits")
    return [Anchor(int(block), 0, hash, "paper")]


def _words(block: int, hash: str) -> str:
    return f"第 {block} 块 block {block}: {printed(hash)}"


def _prepared(var: Path) -> None:
    check_there(var)
    from sanyi.store import prepare_database
    prepare_database(var)


def _now() -> datetime:
    return datetime.now(timezone.utc)
