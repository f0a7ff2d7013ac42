"""Serving the pages until stopped."""
import os
from pathlib import Path

from sanyi.runs.packs import DEMO_REGION
from sanyi.runs.results import Results

WORKERS = 2
THREADS = 2


def serve(results: Path, var: Path, plan_id: str | None = None, region: str | None = DEMO_REGION,
          host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the pages of a results folder; blocks, prints nothing. The plan is the run's own unless named.

    Raises NoResults where the folder holds none; the database in `var` must have been prepared.
    """
    Results(results)
    _tell_workers(results, var, plan_id, region, host)
    from granian import Granian
    from granian.constants import Interfaces

    Granian("sanyi.web.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=WORKERS,
            blocking_threads=THREADS, respawn_failed_workers=True, log_enabled=False, websockets=False).serve()


def _tell_workers(results: Path, var: Path, plan_id: str | None, region: str | None, host: str) -> None:
    """The workers are processes of their own: they are told by their environment."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "sanyi.web.settings", "SANYI_VAR": str(Path(var).resolve()),
                   "SANYI_RESULTS": str(Path(results).resolve()), "SANYI_PLAN": plan_id or "",
                   "SANYI_REGION": region or "", "SANYI_HOST": host}
