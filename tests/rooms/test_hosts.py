"""Nothing that is committed names a package index, a mirror or this machine; locks and browser files are what they claim."""
import hashlib
import json
import re
import shutil
import subprocess
import tomllib

import pytest

HOST = re.compile(
    r"(?i)(?:[\w-]+\.)*(?:pypi|pythonhosted|npmjs|npmmirror|yarnpkg|jsdelivr|unpkg|cdnjs|googleapis|gstatic)"
    r"\.(?:org|com|net|io|cn|dev)\b"
    r"|\b(?:deb|security|archive|ports|snapshot)\.(?:debian|ubuntu)\.\w+"
    r"|\b(?:mirrors?|registry|pypi)\.[\w-]+\.\w+"
    r"|https?://[^\s\"'<>{}]+/simple\b")
MACHINE_PATH = re.compile(r"(?<![\w.~/\-])/(?:work|root)/\w")
BINARY_ENDINGS = {".png", ".xlsx", ".parquet", ".ico", ".woff2", ".mo"}


def tracked_files(checkout):
    if not shutil.which("git") or not (checkout / ".git").exists():
        pytest.skip("no git here to list the committed files")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, text=True, check=True)
    paths = (checkout / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and path.suffix not in BINARY_ENDINGS]


def lines_with(pattern, paths, checkout):
    return [f"{path.relative_to(checkout)}:{number}: {found.group(0)}" for path in paths
            for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
            for found in pattern.finditer(line)]


def test_no_file_names_a_package_index(checkout):
    assert lines_with(HOST, tracked_files(checkout), checkout) == []


def test_no_file_names_a_path_of_one_machine(checkout):
    assert lines_with(MACHINE_PATH, tracked_files(checkout), checkout) == []


@pytest.mark.parametrize("parts", ["py pi.org", "files.python hosted.org", "registry.npm js.org", "mirrors. example.cn",
                                   "deb. debian.org", "https://packages.example/ simple/"])  # apart: this file is read too
def test_the_pattern_knows_an_index_when_it_sees_one(parts):
    assert HOST.search("from %s we fetch" % parts.replace(" ", ""))


LOCKS = ["run.txt", "postgres.txt", "test.txt", "linkage.txt", "build.txt", "spark.txt"]


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_each_requirement_by_version_and_hash(checkout, lock):
    text = (checkout / "requirements" / lock).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    pin = re.compile(r"[\w.-]+==[\w.]+(?: ; [^\n\\]+)? \\(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+")
    assert [entry.splitlines()[0] for entry in entries if not pin.fullmatch(entry)] == []


def test_locks_hold_all_that_pyproject_asks_for(checkout):
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = project["dependencies"] + extras["postgres"] + extras["test"] + extras["build"] + extras["spark"]
    locks = "".join((checkout / "requirements" / lock).read_text("utf-8") for lock in LOCKS)
    pinned = set(re.findall(r"^([\w.-]+)==", locks, flags=re.MULTILINE))
    assert {re.match(r"[\w.-]+", need).group(0) for need in asked} - pinned == set()


def test_browser_files_are_the_ones_vendored(checkout):
    folder = checkout / "sanyi" / "web" / "static" / "vendor"
    vendored = json.loads((folder / "VENDOR.json").read_text("utf-8"))
    claimed = {file["file"]: file["sha256"] for package in vendored for file in package["files"]}
    seen = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in claimed}
    assert seen == claimed
    others = {path.name for path in folder.iterdir()} - set(claimed)
    assert others == {"VENDOR.json", "tabler-LICENSE"}


def test_styles_and_scripts_load_nothing_from_elsewhere(checkout):
    static = checkout / "sanyi" / "web" / "static"
    loads = re.compile(r"@import\b|url\(\s*[\"']?(?:https?:)?//|sourceMappingURL=|importScripts\(|\bimport\(")
    paths = [path for path in static.rglob("*") if path.suffix in (".css", ".js")]
    assert paths and lines_with(loads, paths, checkout) == []
