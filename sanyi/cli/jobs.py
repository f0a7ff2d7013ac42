"""`sanyi jobs work | list`: background work."""
import os
import signal
from pathlib import Path
from threading import Event

from sanyi.cli.ledger import check_there


def add(commands) -> None:
    """Add the commands to the parser."""
    parts = commands.add_parser("jobs", help="后台任务 / background work").add_subparsers(dest="jobs_command", required=True)
    work = parts.add_parser("work", help="处理后台任务，直到被停止 / do what is due until stopped")
    work.add_argument("--anchors", type=Path, metavar="FOLDER", help="审计链首的锚定文件夹 / where the audit trail's heads are anchored")
    work.add_argument("--backups", type=Path, metavar="FOLDER", help="每夜备份写到何处 / where the nightly backups go")
    work.add_argument("--with-parent", action="store_true", help="随启动它的进程结束 / end with the process that started it")
    listed = parts.add_parser("list", help="任务、进度与结果 / jobs, their progress and outcome")
    for part, act in ((work, act_work), (listed, act_list)):
        part.add_argument("--var", type=Path, required=True)
        part.set_defaults(act=act)


def act_work(chosen) -> None:
    """Work until told to stop; the job in hand is finished first."""
    for name, folder in (("SANYI_ANCHORS", chosen.anchors), ("SANYI_BACKUPS", chosen.backups)):
        if folder:
            os.environ[name] = str(folder.resolve())
    check_there(chosen.var)
    from sanyi.store import configure
    configure(chosen.var)
    from sanyi.store.jobs.working import work_until
    over, parent = Event(), os.getppid()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda *_: over.set())
    work_until(lambda: over.is_set() or chosen.with_parent and os.getppid() != parent)


def act_list(chosen) -> None:
    """Print every job, newest first."""
    check_there(chosen.var)
    from sanyi.store import prepare_database
    prepare_database(chosen.var)
    from sanyi.store.jobs.tables import STATES, BackgroundJob
    for row in BackgroundJob.objects.order_by("-asked_at", "-id"):
        print(f"{row.pk:>5}  {row.name:<16} {' '.join(STATES[row.state])}  {row.done_ppm // 10_000:>3}%  {row.text or row.reason}")
