"""The password that a server makes is shown to a terminal, and to nobody who reads its log."""
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

CODE = "import sys; from pathlib import Path; from sanyi.cli.told_once import told; print(told(Path(sys.argv[1]), 'admin', 'S3cret-of-mine'))"


def said(folder: Path, output: int) -> None:
    subprocess.run([sys.executable, "-c", CODE, str(folder)], stdout=output, check=True)


def test_a_terminal_is_shown_it_and_no_file_is_left(tmp_path):
    mine, its = pty.openpty()
    said(tmp_path, its)
    os.close(its)
    assert b"S3cret-of-mine" in os.read(mine, 200) and not list(tmp_path.iterdir())
    os.close(mine)


def test_a_log_gets_the_path_of_a_file_that_its_owner_alone_reads(tmp_path):
    kept, strangers = tmp_path / "admin.password", tmp_path / "elsewhere"
    strangers.write_text("as it was", "utf-8")
    kept.symlink_to(strangers)
    with (tmp_path / "log").open("wb") as log:
        said(tmp_path, log.fileno())
    assert (tmp_path / "log").read_text("utf-8").strip() == f"见 see {kept}"
    assert kept.read_text("utf-8") == "S3cret-of-mine\n" and stat.S_IMODE(kept.stat().st_mode) == 0o600 and not kept.is_symlink()
    assert strangers.read_text("utf-8") == "as it was" and len(list(tmp_path.iterdir())) == 3
