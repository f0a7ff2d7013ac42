"""Serving the pages until stopped."""
import os
import sys
from pathlib import Path

from sanyi.runs.packs import DEMO_REGION
from sanyi.runs.results import Results


def serve(results: Path, var: Path, plan_id: str | None = None, region: str | None = DEMO_REGION,
          host: str = "127.0.0.1", port: int = 8000, anchors: Path | None = None, backups: Path | None = None) -> None:
    """Serve the pages of a results folder until stopped; does not return, prints nothing. The plan is the run's own unless named.

    The server takes this process's place (same process id, same signals): its workers are forked, and a process
    that has run an engine or Django must not be forked. Raises NoResults where the folder holds none; the database
    in `var` must have been prepared.
    """
    Results(results)
    told = {"DJANGO_SETTINGS_MODULE": "sanyi.web.settings", "SANYI_VAR": str(Path(var).resolve()),
            "SANYI_RESULTS": str(Path(results).resolve()), "SANYI_PLAN": plan_id or "", "SANYI_REGION": region or "",
            "SANYI_HOST": host, "SANYI_PORT": str(port), **{name: str(Path(folder).resolve()) for name, folder in (("SANYI_ANCHORS", anchors), ("SANYI_BACKUPS", backups)) if folder}}
    house = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, [house, os.environ.get("PYTHONPATH", "")]))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, "-m", "sanyi.web.server"], {**os.environ, **told, "PYTHONPATH": path})
