"""Everything that CI runs; the last line is the tally.

1. nbdev_export and nbdev_clean leave the tree as it is; README.md is what nbs/index.ipynb says; every file names the repository's address of settings.ini; cells that only draw or check are collapsed; ruff and oxlint find nothing
2. tests/notebooks.py: every notebook over the shipped module, its stored outputs compared with what it prints, and the coverage
3. pytest: what cannot live in a notebook (command line, crashes, packaging, the demo, the browser)

Since 1 shows that the package is what the notebooks say, running them once is enough; the workflow has a job that runs them by nbdev_test as well.
The demo and the rest of 3 take minutes and one core, so they run beside the notebooks, which leave them that core; what looks at a browser's milliseconds comes last, alone.
"""
import hashlib, os, re, shutil, signal, subprocess, sys, tempfile, threading, time
from contextlib import contextmanager
from pathlib import Path

from browser import chromium_program

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ENV = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PLOTLY_RENDERER": "plotly_mimetype", "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
LAB = ROOT/"tests"/"test_lab.py"
BROWSER = [*sorted((ROOT/"tests").glob("test_viz_*.py")), ROOT/"tests"/"test_site.py", LAB]
REST = [p for p in sorted((ROOT/"tests").glob("test_*.py")) if p not in BROWSER]
POLITE = ["nice", "-n", "5"] if shutil.which("nice") else []   # tests with time limits go first
TIMED = "steer or quick"   # of test_lab; they ask for milliseconds by the clock on the wall


def tree():
    "A fingerprint of all files that git tracks or would track."
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return {f: hashlib.sha256((ROOT/f).read_bytes()).hexdigest() for f in files if f and (ROOT/f).is_file()}


def start(command, **kwargs): return subprocess.Popen([str(c) for c in command], cwd=ROOT, env=ENV, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, text=True, **kwargs)


def run(command):
    "Run a command, show its output as it comes, return exit code and output."
    process, lines = start(command, stdout=subprocess.PIPE), []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    return process.wait(), "".join(lines)


def unchanged(command):
    "Does the command leave every file as it was?"
    before = tree()
    code, _ = run(command)
    after = tree()
    changed = sorted(f for f in before.keys() | after.keys() if before.get(f) != after.get(f))
    for f in changed: print(f"{command[0]} changed {f}")
    return (0, 1, 0) if code or changed else (1, 0, 0)


def tally(code, output):
    "Passed, failed and skipped from the last tally line in `output`."
    lines = [l for l in output.splitlines() if re.search(r"\d+ (passed|failed|errors?|skipped)\b", l)]
    number = lambda words: sum(int(n) for n in re.findall(rf"(\d+) (?:{words})\b", lines[-1])) if lines else 0
    passed, failed, skipped = number("passed"), number("failed|errors?"), number("skipped")
    return passed, failed or int(code not in (0, 5)), skipped


def pytest(files, which): return [sys.executable, "-m", "pytest", "-q", "-rs", "-s", "--durations=5", "-k", which, *files]


@contextmanager
def beside(files, which):
    "Run tests beside what the block does; yields a function that waits, shows their output and returns it with the exit code."
    with tempfile.TemporaryFile("w+") as log:
        process = start(pytest(files, which), stdout=log)
        def end():
            code = process.wait()
            log.seek(0)
            output = log.read()
            print(output, flush=True)
            return code, output
        try: yield end
        finally: process.kill()


def install_chromium():
    "On CI, where nobody is disturbed by it, bring the browser; elsewhere its tests are skipped, loudly."
    if not os.environ.get("CI") or chromium_program() or not shutil.which("apt-get"): return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for words in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-liberation"]):
        subprocess.run([*sudo, "apt-get", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main():
    begin, total = time.time(), [0, 0, 0]
    # a shell that starts this in the background ignores interrupts, and so would all processes whose interrupts are tested
    signal.signal(signal.SIGINT, signal.default_int_handler)
    def count(name, numbers):
        for i, n in enumerate(numbers): total[i] += n
        print(f"--- {name}: {numbers[0]} passed, {numbers[1]} failed" + f", {numbers[2]} SKIPPED" * bool(numbers[2]) + f", {time.time() - begin:.0f} s since the start\n", flush=True)

    count("nbdev_export leaves the tree unchanged", unchanged([BIN/"nbdev_export"]))
    count("nbdev_clean leaves the tree unchanged", unchanged([BIN/"nbdev_clean"]))
    count("README.md is nbs/index.ipynb", unchanged([sys.executable, ROOT/"tests"/"readme.py"]))
    count("one address of the repository", unchanged([sys.executable, ROOT/"tests"/"address.py"]))
    count("what only draws or checks is collapsed", unchanged([sys.executable, ROOT/"tests"/"collapse.py"]))
    count("ruff: names, imports and variables", unchanged([BIN/"ruff", "check"]))
    count("oxlint: the same in JavaScript", unchanged([BIN/"oxlint", "nas3dunet/viz/js"]))
    threading.Thread(target=install_chromium).start()     # it is not needed for minutes
    with beside([*REST, *BROWSER], f"not ({TIMED})") as rest:
        count("the notebooks, over the shipped module", tally(*run([*POLITE, sys.executable, ROOT/"tests"/"notebooks.py"])))
        count("the demo, command line, crashes, packaging, studies, widgets in a browser", tally(*rest()))
    count("what is timed in JupyterLab", tally(*run(pytest([LAB], TIMED))))
    print(f"{total[0]} passed, {total[1]} failed" + f", {total[2]} skipped" * bool(total[2]))
    return total[1] > 0


if __name__ == "__main__": sys.exit(main())
