"""A folder whose database cannot be used is told in one line, never with a trace."""
import subprocess
import sys

import pytest


@pytest.mark.parametrize("what", ["a file", "a damaged database"])
def test_a_folder_that_cannot_be_used_is_told(what, tmp_path, checkout):
    folder = tmp_path / "var"
    if what == "a file":
        folder.write_text("no folder")
    else:
        folder.mkdir()
        (folder / "sanyi.sqlite3").write_bytes(b"no database" * 500)
    done = subprocess.run([sys.executable, "-m", "sanyi", "ledger", "show", "--var", str(folder)], cwd=checkout, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.startswith("sanyi: ") and "cannot be used" in done.stderr and "Traceback" not in done.stderr
