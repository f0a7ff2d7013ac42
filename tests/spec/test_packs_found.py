"""Where packs are looked for: in a folder of one's own first, then those that ship."""
from test_plans_check import HEAD, SOUND, pack

from sanyi.runs.packs import open_plan, packs_folders, plan_names, problems_of


def test_packs_of_ones_own_are_found_beside_those_that_ship(tmp_path, monkeypatch):
    pack(tmp_path, HEAD + SOUND, "our-plan")
    assert "our-plan" not in plan_names()
    monkeypatch.setenv("SANYI_PACKS", str(tmp_path))
    assert packs_folders()[0] == tmp_path and {"our-plan", "haikou-2018"} <= set(plan_names())
    assert open_plan("our-plan").name == "our-plan" and problems_of("our-plan") == ()


def test_a_pack_of_ones_own_comes_before_one_that_ships(tmp_path, monkeypatch):
    pack(tmp_path, HEAD + SOUND, "haikou-2018")
    monkeypatch.setenv("SANYI_PACKS", str(tmp_path))
    assert open_plan("haikou-2018").identity.title_zh == "试验计划" and plan_names().count("haikou-2018") == 1


def test_a_folder_that_is_not_there_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setenv("SANYI_PACKS", str(tmp_path / "absent"))
    assert "haikou-2018" in plan_names()
