"""The server process: a few workers, each with a few threads; told what to serve by its environment."""
import os
import subprocess
import sys

from granian import Granian
from granian.constants import Interfaces

WORKERS = 2
THREADS = 8  # of each: two compute at once (`store.turns`), the others wait for the disk together
SWITCH_SECONDS = 0.0001  # a thread that comes back from the database waits this long for its turn, not fifty times as long while it holds a lock


def preload() -> None:
    """Read code and plan once, before the workers are forked from this process; nothing here opens an engine."""
    import sanyi.web.wsgi  # noqa: F401
    from django.db import connections

    import sanyi.web.urls  # noqa: F401
    from sanyi.runs.steps import all_steps
    from sanyi.store.safety import check_database
    from sanyi.web.opened import plan, results

    sys.setswitchinterval(SWITCH_SECONDS)
    check_database()
    connections.close_all()
    results()
    plan()
    all_steps()


def start_worker() -> None:
    """Start the process that looks after the worker of background jobs; it ends with this one."""
    subprocess.Popen([sys.executable, "-m", "sanyi.web.worker"], stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    preload()
    start_worker()
    Granian("sanyi.web.wsgi:application", address=os.environ["SANYI_HOST"], port=int(os.environ["SANYI_PORT"]),
            interface=Interfaces.WSGI, workers=WORKERS, blocking_threads=THREADS, respawn_failed_workers=True,
            log_enabled=False, websockets=False).serve()
