"""`sanyi check`: walls, glossary, dictionary and stale pages, in seconds."""
import subprocess
import sys
from pathlib import Path

import sanyi

ROOMS = Path(sanyi.__file__).parents[1] / "tests" / "rooms"


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("check", help="几秒钟的检查 / walls, glossary, dictionary and stale pages")
    parser.set_defaults(act=act)


def act(_chosen) -> int:
    """Run the room checks of the checkout; they need the test requirements (`bootstrap.py check` brings them)."""
    if not ROOMS.is_dir():
        print("检查只能在源码目录中进行 / the checks are run in a checkout", file=sys.stderr)
        return 1
    return subprocess.run([sys.executable, "-m", "pytest", "-q", str(ROOMS)], cwd=ROOMS.parents[1], check=False).returncode
