"""The server process: a few workers, each with a few threads; told what to serve by its environment."""
import os

from granian import Granian
from granian.constants import Interfaces

WORKERS = 2
THREADS = 2

if __name__ == "__main__":
    Granian("sanyi.web.wsgi:application", address=os.environ["SANYI_HOST"], port=int(os.environ["SANYI_PORT"]),
            interface=Interfaces.WSGI, workers=WORKERS, blocking_threads=THREADS, respawn_failed_workers=True,
            log_enabled=False, websockets=False).serve()
