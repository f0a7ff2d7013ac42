"""A plan document dropped into the pages: a draft to look at and to take away, or a kind refusal; nothing half-made is left."""
import io
import os
import zipfile

import pytest
from web_results import invent

PLAN = """甲县深化医药卫生体制改革实施方案

一、总体目标
到2025年，县域内就诊率达到90%以上。

二、重点任务
（一）推进县域医共体建设
1.组建紧密型医共体。由县人民医院牵头组建紧密型医共体。（责任单位：县卫生健康局、县财政局）
2.改革医保支付方式。2024年底前全面实行按病种付费。（责任单位：县医疗保障局、县卫生健康局）
3.完善家庭医生签约服务。重点人群签约率达到75%以上。（责任单位：县卫生健康局）
"""


@pytest.fixture(scope="module")
def browsers(site_folder, tmp_path_factory):
    """An office worker's browser and a reader's, over invented results."""
    told = {"SANYI_RESULTS": str(invent(tmp_path_factory.mktemp("draft"))), "SANYI_PLAN": "", "SANYI_REGION": "region-demo"}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    from django.test import Client

    from sanyi.store.accounts import make_account
    made = {}
    for role in ("office", "reader"):
        make_account(site_folder, f"draft-{role}", "a long enough password", role)
        made[role] = Client()
        made[role].post("/sign-in/", {"name": f"draft-{role}", "password": "a long enough password"})
    yield made
    for name, value in before.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


def dropped(content, name="方案.txt"):
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return {"document": file}


def made_in(folder):
    return sorted(path.name for path in (folder / "drafts").glob("*")) if (folder / "drafts").is_dir() else []


def test_a_document_becomes_a_draft_that_can_be_read_and_taken_away(browsers, site_folder):
    answer = browsers["office"].post("/draft/", dropped(PLAN))
    assert answer.status_code == 302
    page = browsers["reader"].get(answer.headers["Location"]).content.decode()
    for words in ("组建紧密型医共体", "县医疗保障局", "2024-12-31", "起草报告", "方案.txt"):
        assert words in page
    taken = browsers["reader"].get(answer.headers["Location"] + "pack.zip")
    names = zipfile.ZipFile(io.BytesIO(taken.content)).namelist()
    assert any(name.endswith("/tasks.toml") for name in names) and any(name.endswith("/draft-report.md") for name in names)
    before = made_in(site_folder)
    assert browsers["office"].post("/draft/", dropped(PLAN)).headers["Location"] == answer.headers["Location"] and made_in(site_folder) == before
    assert "方案.txt" in browsers["reader"].get("/draft/").content.decode()


@pytest.mark.parametrize("content, name, words", [
    ("今天天气很好，我们去公园散步。", "方案.txt", "方案.txt"), (b"%PDF-1.4 broken", "方案.pdf", ""), ("x", "方案.exe", ".docx"), (b"", "方案.txt", "选择文件"),
    (b"\xff\xfe\x00\x01\x02\x03" * 50, "方案.txt", "")])
def test_what_is_no_plan_is_refused_kindly_and_leaves_nothing(browsers, site_folder, content, name, words):
    before = made_in(site_folder)
    answer = browsers["office"].post("/draft/", dropped(content, name))
    page = answer.content.decode()
    assert answer.status_code == 422 and 'role="alert"' in page and words in page and "Traceback" not in page and str(site_folder) not in page
    assert made_in(site_folder) == before


def test_a_reader_may_look_and_not_draft(browsers, site_folder):
    before = made_in(site_folder)
    answer = browsers["reader"].post("/draft/", dropped(PLAN + "4.另一任务。（责任单位：县财政局）"))
    assert answer.status_code == 422 and "医改办" in answer.content.decode() and made_in(site_folder) == before
    assert 'type="file"' not in browsers["reader"].get("/draft/").content.decode()


@pytest.mark.parametrize("key", ["0" * 16, "../../../../etc", "ABCDEF0123456789", "%2e%2e"])
def test_a_draft_that_is_not_there_is_not_found(browsers, key):
    assert browsers["office"].get(f"/draft/{key}/").status_code == 404
