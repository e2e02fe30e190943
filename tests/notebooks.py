"""Run the notebooks, each in a fresh process.

    python tests/notebooks.py               test the shipped module: every export cell is replaced by an import of the
                                            names it defines from the package, then all the notebook's own checks run
    python tests/notebooks.py --save        run the notebooks as they stand and store their outputs (`make outputs`)
    python tests/notebooks.py 03 tutorials  only the notebooks whose path contains one of the words

An exception, or a traceback printed in any output, is a failure. So is a stored output whose words are not what the
cell prints now. What differs between machines is left out of the comparison (`MASKS`): numbers, durations, sizes,
temporary paths, devices, the steps of a progress line and the operations of a genotype that was found; a cell with a
comment that starts with `# output varies` is left out whole, and one with `# output exact` is compared to the letter.
Two notebooks run at a time, and heads of phantoms are made once for all of them. The last line is the tally.
"""
import argparse, ast, difflib, gc, json, multiprocessing, os, pickle, re, sys, tempfile, time
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from multiprocessing.connection import wait
from pathlib import Path

from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage, print_coverage

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT/"nas3dunet"
OMIT = [f"{PACKAGE}/_modidx.py"]   # an index
OMIT += [f"{PACKAGE}/{name}.py" for name in ("triton_conv", "triton_norm", "fused_loops")]   # what Triton and numba read and compile, whose lines Python itself never runs
# they take longest and so begin first: what begins late keeps one core waiting for another
LONG = "115_yardstick 310_search 608_method watch_a_search 508_study_page the_paper_settled bring_your_own 804_fast 721_viz.lab 504_study. 114_phantom 601_ 413_ 515_cli 506_report".split()
COVERED = 90   # per cent of the package's lines that the notebooks must run
ENV = dict(PLOTLY_RENDERER="plotly_mimetype", MPLBACKEND="agg", OMP_NUM_THREADS="1", PYTHONHASHSEED="0", IN_TEST="1")


def notebooks(words):
    "The notebooks whose path contains one of the words, the longest first and then as they are read."
    found = [p for p in sorted((ROOT / "nbs").rglob("*.ipynb")) if not any(part.startswith((".", "_")) for part in p.parts)]
    chosen = [p for p in found if not words or any(w in str(p.relative_to(ROOT / "nbs")) for w in words)]
    return sorted(chosen, key=lambda p: next((i for i, word in enumerate(LONG) if word in p.name), len(LONG)))


def directives(source):
    "The `#| word` lines that open a cell, as a set of words."
    return {line[2:].split()[0] for line in source.splitlines() if line.startswith("#|") and line[2:].split()}


def names(source):
    "All names that a cell binds at its top level."
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)): found.append(node.name)
        if isinstance(node, (ast.Import, ast.ImportFrom)): found += [(a.asname or a.name).split(".")[0] for a in node.names]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found += [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(found))


def ship(nb):
    "Replace every export cell of `nb` by an import of its names from the package."
    module = None
    for cell in nb.cells:
        if cell.cell_type != "code": continue
        for line in cell.source.splitlines():
            if line.startswith("#| default_exp"): module = "nas3dunet." + line.split()[-1]
        if directives(cell.source) & {"export", "exporti", "exports"}:
            bound = [n for n in names(cell.source) if n != "annotations"]
            cell.source = f"from {module} import {', '.join(bound)}" if bound else "pass"


PROGRESS = re.compile(r"^(\S.*?) \d+/\d+, \d+:\d\d(?:, [^,]*loss [\d.]+)*(, about .* left)?$")   # see `machine.progress`
MASKS = (
    (re.compile(r"(?:/\S*?tmp\w*)+"), "PATH"),
    (re.compile(r"0x[0-9a-f]+"), "#"),
    (re.compile(r"[-+−]?(?:\d+(?:[.,:]\d+)*|\.\d+)(?:e[-+]?\d+)?"), "#"),
    (re.compile(r"#–#"), "#"),
    (re.compile(r"# (?:ms|s|min|h)\b(?: # (?:s|min)\b)?"), "# s"),
    (re.compile(r"# [kMG]?i?B\b"), "# B"),
    (re.compile(r"# (\w+)–# \1\b"), r"# \1"),   # a range, or one value
    (re.compile(r"\b(?:cpu|cuda|mps)\b"), "DEVICE"),
    (re.compile(r"\b(?:x#_#|arm#|aarch#)\b"), "MACHINE"),
    (re.compile(r"\s+"), " "),
)
SEARCHED = re.compile(r"search|demo|study|compare")   # a cell with such a word may show a genotype that was found
OPERATION = re.compile(r"\w+(?= *\((?:X#|node #)\))")
VARIES = "# output varies"
EXACT = "# output exact"


def printed(output):
    "The text of one output; of a picture or a widget, what stands in for it."
    if output["output_type"] == "stream": return "".join(output["text"])
    data = output.get("data", {})
    text = "".join(data.get("text/plain", ""))
    return "" if "application/vnd.jupyter.widget-view+json" in data or any(k.startswith("image/") for k in data) else text + "\n"


def words_of(source, outputs):
    "The lines that a cell's outputs must have on every machine; of an exact one, all of them."
    if EXACT in source: return "".join(map(printed, outputs)).splitlines()
    lines = []
    for line in "".join(map(printed, outputs)).splitlines():
        step = PROGRESS.match(line)
        if step and step[2]: continue   # whether there is a line on the way is a matter of seconds
        if step: line = step[1] + " …"
        for pattern, word in MASKS: line = pattern.sub(word, line)
        if SEARCHED.search(source): line = OPERATION.sub("OPERATION", line)
        if line.strip() and not (step and lines[-1:] == [line.strip()]): lines.append(line.strip())
    return lines


def drift(cell, stored):
    "How the words of a cell's outputs differ from those of its stored ones; empty if they don't."
    if VARIES in cell.source: return ""
    return "\n".join(difflib.unified_diff(words_of(cell.source, stored), words_of(cell.source, cell.outputs), "stored", "printed now", lineterm="", n=1))


ABOUT_HEADS = ("109_", "110_", "111_", "112_", "113_", "114_")   # these notebooks make every head anew


def kept(function, folder):
    "The same function; what it returned once, to whichever notebook, it reads from a file in `folder`."
    def call(*args):
        file = folder/"_".join(map(str, [function.__name__, *args]))
        if file.exists(): return pickle.loads(file.read_bytes())
        result, part = function(*args), file.with_name(f"{file.name}.{os.getpid()}")
        part.write_bytes(pickle.dumps(result))
        part.replace(file)
        return result
    return call


def share_heads(path, folder):
    """From here on this notebook shares the heads and tumours of its phantoms, which follow from seed and number, with the others of this run.

    The shipped module computes them, each once: half of the time of a small phantom, and dozens of notebooks begin with some. Says whether it's done."""
    phantom = sys.modules.get("nas3dunet.phantom")
    if phantom is None or path.name.startswith(ABOUT_HEADS): return False
    for name in ("_head", "_arrival"): setattr(phantom, name, lru_cache(2)(kept(getattr(phantom, name).__wrapped__, folder)))
    return True


def run_one(path, save, heads):
    "Run one notebook in this process; the exit code tells how it went. What phantoms share lies in the folder `heads`."
    from execnb.nbio import read_nb, write_nb
    from execnb.shell import CaptureShell
    nb = read_nb(path)
    if not save: ship(nb)
    shell, changed, shared = CaptureShell(path, mpl_format="png"), [], False
    os.chdir(path.parent)
    for cell in nb.cells:
        if cell.cell_type != "code": continue
        flags = directives(cell.source)
        if flags & {"slow", "cuda"} or "#| eval: false" in cell.source: continue
        stored, cell.outputs = cell.outputs, []
        shared = shared or share_heads(path, heads)
        shell.cell(cell)
        text = str(cell.outputs)
        if shell.exc or "Traceback (most recent call last)" in text:
            print("".join(o.get("text", [""])[0] for o in cell.outputs if o["output_type"] == "stream")[-2000:])
            print(shell.prettytb(path.name) if shell.exc else f"{path.name}: a traceback in an output:\n{text}")
            print(f"in the cell:\n{cell.source}")
            return 1
        if save and VARIES in cell.source and "not installed" in text: cell.outputs = stored   # better seen with than without
        if not save and (difference := drift(cell, stored)): changed.append(f"{difference}\nin the cell {cell.get('id', '')}:\n{cell.source}")
    if changed:
        print(f"{path.name}: stored outputs are not what the code prints (make outputs stores them anew):\n" + "\n\n".join(changed))
        return 1
    if save:
        for output in (o for cell in nb.cells if cell.cell_type == "code" for o in cell.outputs):
            data = output.get("data", {})   # a widget without its kernel is an error message; what stays is the still picture under it
            if any(k.startswith("image/") for k in data): data.pop("application/vnd.jupyter.widget-view+json", None)
        write_nb(nb, path)
    return 0


class Probes(Slipcover):
    "A probe in each line of the package, which tells that it ran. Putting them in takes longer than importing the package, so a fork finds it done."
    ready = {}   # file → code with probes

    def __init__(self): super().__init__(immediate=True)

    def instrument(self, code, parent=None):
        if parent: return super().instrument(code, parent)
        file = code.co_filename
        if file not in self.ready: self.ready[file] = super().instrument(code)
        return self.ready[file]

    def prepare(self):
        for file in PACKAGE.rglob("*.py"):
            if str(file) not in OMIT: self.instrument(SourceFileLoader(file.stem, str(file)).get_code(file.stem))
        return self


def child(path, save, log, covered, lines):
    "The process of one notebook: its output goes to the file `log`, the lines that it runs to the file `covered`."
    with open(log, "a") as f: os.dup2(f.fileno(), 1), os.dup2(f.fileno(), 2)
    sys.stdin = open(os.devnull)
    if save: sys.exit(run_one(path, save, covered.parent))
    lines = lines or Probes()   # Python 3.11 takes nearly twice as long when a tracer looks on
    try:
        with ImportManager(lines, FileMatcher([PACKAGE], OMIT)): code = run_one(path, save, covered.parent)
    finally:
        os.chdir(ROOT)   # names of files are counted from there
        covered.write_text(json.dumps(lines.get_coverage()))
    sys.exit(code)


def run_all(paths, save, folder, at_once=2):
    """Run every notebook in a process of its own; yields path, exit code, seconds and output as they end.

    On Linux they are forks of this one, which has loaded what all of them need. What they write lies in `folder`, which belongs to this run alone."""
    import anywidget, execnb.shell, matplotlib.pyplot, nilearn, numba, plotly.graph_objects, scipy.ndimage, scipy.spatial, scipy.stats, torch, torch._dynamo  # noqa: F401
    fork, waiting, running = sys.platform == "linux", list(paths), {}
    context = multiprocessing.get_context("fork" if fork else "spawn")
    lines = Probes().prepare() if fork and not save else None
    if fork: gc.freeze()   # what is loaded here lives for ever: no child need look through it for garbage
    while waiting or running:
        while waiting and len(running) < at_once:
            path, log = waiting.pop(0), tempfile.NamedTemporaryFile("w+", dir=folder)
            process = context.Process(target=child, args=(path, save, log.name, folder/f"{path.parent.name}-{path.stem}.json", lines))
            process.start()
            running[process.sentinel] = path, process, time.time(), log
        for ended in wait(list(running)):
            path, process, start, log = running.pop(ended)
            process.join()
            log.seek(0)
            yield path, process.exitcode, time.time() - start, log.read()
            log.close()


def coverage_of(folder):
    "Print which lines of the package no notebook ran; returns the per cent that ran."
    whole = Slipcover(source=[str(PACKAGE)], omit=OMIT).get_coverage()   # of all files no line
    for file in sorted(folder.glob("*.json")): merge_coverage(whole, json.loads(file.read_text()))
    print_coverage(whole, skip_covered=True, missing_width=80)
    summary = whole["summary"]
    percent = summary["percent_covered"]
    print(f"\ncoverage: {summary['covered_lines']} of {summary['covered_lines'] + summary['missing_lines']} lines, {percent:.1f} %")
    return percent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--save", action="store_true")
    args = parser.parse_args()
    if any(os.environ.get(k) != v for k, v in ENV.items()): os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ENV})   # some count only from the start
    paths, failed, percent = notebooks(args.words), 0, 100
    with tempfile.TemporaryDirectory() as folder:
        for path, code, seconds, output in run_all(paths, args.save, Path(folder)):
            print(f"{'ok    ' if code == 0 else 'FAILED'} {seconds:6.1f} s  {path.relative_to(ROOT)}", flush=True)
            if code: print(output, flush=True)
            failed += code != 0
        if not args.save: percent = coverage_of(Path(folder))
    if percent < COVERED and not args.words:
        print(f"FAILED: the notebooks must run {COVERED} % of the package's lines")
        failed += 1
    print(f"{len(paths) - failed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__": sys.exit(main())
