"""Fetch the browser files the pages ship (charts, style) by `npm pack`, and write their VENDOR.json.

For maintainers, on a machine with npm: `python3 requirements/vendor.py`. Nothing at install or run time needs Node.
"""
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "sanyi" / "web" / "static" / "vendor"
PACKAGES = (  # package, licence, {file in the package: file here}
    ("echarts@6", "Apache-2.0 (parts BSD-3-Clause)", {
        "dist/echarts.min.js": "echarts.min.js", "LICENSE": "echarts-LICENSE", "NOTICE": "echarts-NOTICE",
        "licenses/LICENSE-d3": "echarts-LICENSE-d3"}),
    ("@tabler/core@1", "MIT", {"dist/css/tabler.min.css": "tabler.min.css"}),
)
SOURCE_MAP = re.compile(rb"\n?(/\*#\s*sourceMappingURL=[^*]*\*/|//#\s*sourceMappingURL=\S*)\s*$")


def unpack(package, folder):
    answer = subprocess.run(["npm", "pack", package, "--json", "--pack-destination", folder],
                            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    packed = json.loads(answer.stdout)
    return packed[0] if isinstance(packed, list) else next(iter(packed.values()))


def fetch(package, licence, files, folder):
    packed = unpack(package, folder)
    entries = []
    with tarfile.open(Path(folder) / Path(packed["filename"].replace("@", "").replace("/", "-")).name) as archive:
        for inside, here in files.items():
            # the source map is not shipped, and a link to it stops Django's static file storage
            content = SOURCE_MAP.sub(b"\n", archive.extractfile("package/" + inside).read())
            (VENDOR / here).write_bytes(content)
            entries.append({"file": here, "sha256": hashlib.sha256(content).hexdigest(), "from": inside})
    return {"name": packed["name"], "version": packed["version"], "licence": licence, "files": entries}


def main():
    with tempfile.TemporaryDirectory() as folder:
        vendored = [fetch(package, licence, files, folder) for package, licence, files in PACKAGES]
    (VENDOR / "VENDOR.json").write_text(json.dumps(vendored, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
