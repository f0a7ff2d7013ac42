"""Make the locks anew: versions and SHA-256 from pyproject.toml, and no address of any package index.

Run it with uv in the environment: `.venv/bin/python requirements/lock.py [--upgrade]`. run.txt is what the product needs;
the others hold only what an extra needs beyond it and the extras before, so that no pin stands twice.
"""
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate",
           "--no-emit-index-url", "--quiet"]


def compile_lock(output, arguments):
    project = str(HERE.parent / "pyproject.toml")
    subprocess.run(["uv", "pip", "compile", project, *arguments, *OPTIONS, "--output-file", str(output)], check=True)


def pins(text):
    """The lock's entries, each one requirement with its hash lines."""
    return re.findall(r"^\w.*(?:\n    --hash.*)*\n", text, flags=re.MULTILINE)


def main(arguments):
    run = HERE / "run.txt"
    compile_lock(run, arguments)
    already = set(pins(run.read_text("utf-8")))
    for extra in ("postgres", "test", "linkage", "build", "spark"):
        lock = HERE / (extra + ".txt")
        compile_lock(lock, ["--extra", extra, "--constraint", str(run)])
        own = [pin for pin in pins(lock.read_text("utf-8")) if pin not in already]
        lock.write_text("".join(own), "utf-8")
        already.update(own)


if __name__ == "__main__":
    main(sys.argv[1:])
