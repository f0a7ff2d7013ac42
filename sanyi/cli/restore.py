"""`sanyi restore`: a backup into an empty place, with every proof made again."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.progress import progress
from sanyi.store.trail.anchors import anchors_in


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("restore", help="从备份恢复到空的位置 / restore a backup into an empty place")
    parser.add_argument("--from", dest="source", type=Path, required=True, metavar="FOLDER|FILE.tar")
    parser.add_argument("--var", type=Path, required=True, help="空文件夹；PostgreSQL 另须 SANYI_DATABASE 指向空数据库 / an empty folder; for PostgreSQL, SANYI_DATABASE names an empty database too")
    parser.add_argument("--keys", type=Path, default=None, metavar="FOLDER", help="另存密钥的文件夹 / where the keys were kept apart")
    parser.add_argument("--anchors", type=Path, default=None, metavar="FOLDER", help="数据库外的审计链锚定 / the trail's anchors kept outside")
    parser.add_argument("--with-faults", action="store_true", help="数据自身不符也恢复，并写明 / restore what does not fit itself all the same, and say so")
    parser.set_defaults(act=act)


def act(chosen) -> int:
    """Restore and say what was proved; 1 where it was restored with faults."""
    from sanyi.store.backups.restoring import restore_backup
    anchors = anchors_in(chosen.anchors) if chosen.anchors else []
    with progress("恢复 restore") as report:
        done = restore_backup(chosen.source, chosen.var, datetime.now(timezone.utc), chosen.keys, anchors, chosen.with_faults, report)
    said = done.manifest
    print(f"{chosen.var}：已恢复 {said.made_at} 的备份 restored the backup of that moment\n  {sum(said.rows.values()):,} 行 rows，{len(said.files):,} 个文件 files 与清单相符 as listed\n"
          f"  审计链 trail {done.events:,} 条事件 events，账簿 books {done.books}：" + ("均相符 all hold" if not done.faults else "不符 faults"))
    for line in (*done.faults, *(f"佐证在备份时已缺失或损坏 evidence was missing or damaged before: {each}" for each in said.missing)):
        print(f"  {line}")
    if done.migrated:
        print(f"  已升级到本版本 brought forward: {'、'.join(done.migrated)}")
    if done.later_anchors:
        print(f"  锚定中有 {done.later_anchors} 条晚于此备份：其后的事件没有恢复 / {done.later_anchors} anchors are younger than it: what came after is not here")
    if chosen.anchors:
        print("  今后请锚定到新的文件夹，旧的留作证据 / anchor into a new folder from now on, and keep the old one as evidence")
    return 1 if done.faults else 0
