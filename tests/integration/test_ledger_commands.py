"""The ledger's commands ask before they make, and refuse in words that a person at the terminal can use."""
import subprocess
import sys

import pytest


def sanyi(*words):
    done = subprocess.run([sys.executable, "-m", "sanyi", *map(str, words)], capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("words", [("ledger", "show"), ("bulletin", "--plan", "haikou-2018", "--out", "b.docx")])
def test_a_question_makes_no_installation(words, tmp_path):
    done = sanyi(*words, "--var", tmp_path / "nowhere")
    assert done.returncode == 1 and "没有台账" in done.stderr and not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("words, said", [
    (("--month", "2026-13", "--out", "b.docx"), "2026-11"), (("--out", "b.pdf"), ".xlsx")])
def test_a_wrong_word_is_answered_in_both_languages(words, said, tmp_path):
    done = sanyi("bulletin", "--plan", "haikou-2018", "--var", tmp_path, *words)
    assert done.returncode == 2 and said in done.stderr and ("应" in done.stderr)


def test_the_manuals_example_runs_and_a_taken_name_keeps_its_password(tmp_path):
    assert sanyi("ledger", "open", "--plan", "jianghai-2018", "--var", tmp_path).returncode == 0
    dated = sanyi("ledger", "date", "city-policy-modern-hospital", "2018-11-30", "--plan", "jianghai-2018", "--var", tmp_path)
    assert dated.returncode == 0 and "2019-02-28" in dated.stdout  # three calendar months on, JH-147
    assert "jianghai-2018" in sanyi("ledger", "show", "--var", tmp_path).stdout
    assert sanyi("account", "add", "zhang", "--var", tmp_path).returncode == 0
    again = sanyi("account", "add", "zhang", "--var", tmp_path)
    assert again.returncode == 1 and "--new-password" in again.stderr
    assert sanyi("account", "add", "zhang", "--new-password", "--var", tmp_path).returncode == 0


def test_coverage_of_all_plans_hears_its_filters():
    done = sanyi("plan", "coverage", "--kind", "B", "--language", "en")
    assert "B prohibition" in done.stdout and "S system" not in done.stdout
