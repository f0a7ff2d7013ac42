"""Keeping one worker of background jobs alive as long as the server lives: it is started again when it dies."""
import os
import subprocess
import sys
import time

PAUSE_SECONDS = 1
AGAIN_AFTER_SECONDS = 5


def watch() -> None:
    """Start a worker, start it again when it has died, and end it when the server is gone."""
    server, command = os.getppid(), [sys.executable, "-m", "sanyi", "jobs", "work", "--with-parent", "--var", os.environ["SANYI_VAR"]]
    worker, started = subprocess.Popen(command), time.monotonic()
    while os.getppid() == server:
        time.sleep(PAUSE_SECONDS)
        if worker.poll() is not None and time.monotonic() - started > AGAIN_AFTER_SECONDS:
            worker, started = subprocess.Popen(command), time.monotonic()
    worker.terminate()


if __name__ == "__main__":
    watch()
