"""What is written is on the disk, not only on its way there."""
import os
from pathlib import Path


def sync_path(path: Path) -> None:
    """A file or folder is on the disk when this returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
