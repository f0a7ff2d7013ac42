"""Make run.txt and test.txt anew: versions and SHA-256 from pyproject.toml, and no address of any package index.

Run it with uv in the environment: `.venv/bin/python requirements/lock.py [--upgrade]`. test.txt holds only what the tests
need beyond run.txt, so that no pin stands twice.
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
    run, test = HERE / "run.txt", HERE / "test.txt"
    compile_lock(run, arguments)
    compile_lock(test, ["--extra", "test", "--constraint", str(run)])
    already = set(pins(run.read_text("utf-8")))
    test.write_text("".join(pin for pin in pins(test.read_text("utf-8")) if pin not in already), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
