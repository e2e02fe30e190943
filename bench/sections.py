"""What there is to measure: each section is a module with a function `rows(tiny)`.

Each runs in a process of its own, so that none sees another's memory. A section that fails
becomes a row that says why, and the others go on.
"""
import subprocess
import sys
import tempfile
from importlib import import_module

from bench.measure import ROOT, row
from nas3dunet.files import read_json

SECTIONS = {
    "import": "importing",
    "supernet": "supernet",
    "derived": "derived",
    "scores": "scores",
    "predict": "predict",
    "growth": "growth",
    "prepare": "prepare",
    "patches": "patches",
    "loading": "loading",
}  # section → its module in this folder


def section(
    name:str,   # a key of `SECTIONS`
    tiny=False, # toy sizes?
)->list:
    "The rows of a section, measured in this process."
    return import_module(f"bench.{SECTIONS[name]}").rows(tiny)


def run_section(
    name:str,     # a key of `SECTIONS`
    tiny=False,   # toy sizes?
    threads=None, # torch's threads; default what torch takes
)->list:
    "The rows of a section, measured in a process of its own; one row that says why if it fails."
    with tempfile.TemporaryDirectory() as tmp:
        file = f"{tmp}/rows.json"
        words = [sys.executable, "-m", "bench", name, "--inside", "--json", file]
        if tiny: words.append("--tiny")
        if threads: words += ["--threads", str(threads)]
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
        )
        if not done.returncode: return [{"section": name, **r} for r in read_json(file)]
    why = (done.stdout.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
    return [{"section": name, **row("FAILED", None, note=why), "met": False, "failed": True}]
