"""`sanyi backup`: one moment of an installation, taken while it runs."""
from datetime import datetime, timezone
from pathlib import Path

from sanyi.cli.ledger import check_there
from sanyi.cli.progress import progress


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("backup", help="备份：平台运行时也可进行 / a backup, taken while the platform runs")
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True, metavar="FOLDER|FILE.tar", help="新的文件夹或 .tar 文件，最好在另一台存储上 / a new folder or .tar file, on other storage if possible")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--keys", type=Path, default=None, metavar="FOLDER", help="密钥另存到此文件夹，不放入备份 / put the keys into this folder, not into the backup")
    keys.add_argument("--without-keys", action="store_true", help="不带密钥（须另有保管，否则不能恢复）/ leave the keys out; without them nothing can be restored")
    parser.set_defaults(act=act)


def act(chosen) -> int:
    """Take it and say what it holds; 1 where evidence was already missing."""
    check_there(chosen.var)
    from sanyi.store import configure
    configure(chosen.var)  # no migration: a backup is what one makes before an upgrade
    from sanyi.store.backups.manifest import KEYS
    from sanyi.store.backups.taking import take_backup
    with progress("备份 backup") as report:
        taken = take_backup(chosen.var, chosen.to, datetime.now(timezone.utc), not chosen.without_keys, chosen.keys, report)
    said = taken.manifest
    print(f"{taken.place}\n  摘要 digest  {taken.digest}\n  {said.database}，{sum(said.rows.values()):,} 行 rows，{len(said.files):,} 个文件 files，"
          f"审计链 trail: 第 {said.head[0]} 块 block {said.head[0]}，{said.head[1]:,} 条 events（未封存 unsealed {said.waiting:,}）")
    names = "、".join(said.keys)
    print(f"  密钥 keys    {names} → {taken.keys}，请像保管密码一样保管 / guard them like passwords" if taken.keys else
          f"  密钥 keys    未包含 {'、'.join(KEYS)}：没有它们不能恢复 / left out; without them nothing can be restored")
    for sha256 in said.missing:
        print(f"  佐证缺失或损坏 evidence missing or damaged: {sha256}")
    return 1 if said.missing else 0
