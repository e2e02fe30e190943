"""Everything that CI runs, in order; the last line is the tally.

1. nbdev_export and nbdev_clean leave the tree as it is; README.md is what nbs/index.ipynb says
2. nbdev_test: every notebook with its own copy of the code
3. tests/notebooks.py: every notebook with the shipped module, and its coverage
4. pytest: what cannot live in a notebook (command line, crashes, packaging, the demo)
"""
import hashlib, os, re, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ENV = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PLOTLY_RENDERER": "plotly_mimetype", "MPLBACKEND": "agg"}
sys.path.insert(0, str(ROOT/"tests"))
from notebooks import notebooks


def tree():
    "A fingerprint of all files that git tracks or would track."
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return {f: hashlib.sha256((ROOT/f).read_bytes()).hexdigest() for f in files if f and (ROOT/f).is_file()}


def run(command, **env):
    "Run a command, show its output as it comes, return exit code and output."
    process = subprocess.Popen([str(c) for c in command], cwd=ROOT, env={**ENV, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    return process.wait(), "".join(lines)


def unchanged(name, command):
    "Does the command leave every file as it was?"
    before = tree()
    code, _ = run(command)
    after = tree()
    changed = sorted(f for f in before.keys() | after.keys() if before.get(f) != after.get(f))
    for f in changed: print(f"{name} changed {f}")
    return (0, 1) if code or changed else (1, 0)


def tally(output, failed_if_missing):
    "Passed and failed from the last tally line in `output`."
    found = [(int((re.search(r"(\d+) passed", l) or [0, 0])[1]), sum(int(n) for n in re.findall(r"(\d+) (?:failed|errors?)\b", l)))
             for l in output.splitlines() if re.search(r"\d+ (passed|failed|errors?)\b", l)]
    return found[-1] if found else (0, failed_if_missing)


def main():
    start, passed, failed = time.time(), 0, 0
    def count(name, p, f):
        nonlocal passed, failed
        passed, failed = passed + p, failed + f
        print(f"--- {name}: {p} passed, {f} failed, {time.time() - start:.0f} s since the start\n", flush=True)

    count("nbdev_export leaves the tree unchanged", *unchanged("nbdev_export", [BIN/"nbdev_export"]))
    count("nbdev_clean leaves the tree unchanged", *unchanged("nbdev_clean", [BIN/"nbdev_clean"]))
    count("README.md is nbs/index.ipynb", *unchanged("tests/readme.py", [sys.executable, ROOT/"tests"/"readme.py"]))
    code, _ = run([BIN/"nbdev_test", "--n_workers", "2"], OMP_NUM_THREADS="1")
    count(f"nbdev_test, {len(notebooks([]))} notebooks", *((1, 0) if code == 0 else (0, 1)))
    code, output = run([sys.executable, ROOT/"tests"/"notebooks.py"])
    p, f = tally(output, 1)
    count("the shipped module under the notebooks", p, f or int(code != 0))
    code, output = run([sys.executable, "-m", "pytest", "-q", "-rs", "--durations=5", ROOT/"tests"])
    p, f = tally(output, 1)
    count("pytest", p, f or int(code not in (0, 5)))
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__": sys.exit(main())
