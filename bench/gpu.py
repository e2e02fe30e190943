"""What a GPU makes of the book: one script, some minutes, a table, and JSON that is written after each section.

python bench/gpu.py [section …] [--tiny] [--json FILE] [--data FOLDER] [--seconds N]

Sections: environment compile probe agree step train predict load demo options hours torch_compile. A section that fails is recorded and the next one goes on.
`--tiny` runs every section in small, on whatever device there is. The data are two stores, `demo` and `whole`, which bench/gpu_data.py writes.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))   # for `bench`, wherever the script is started from

from bench.gpu_sections.agreement import agree  # noqa: E402
from bench.gpu_sections.compiling import compile_all, compile_part  # noqa: E402
from bench.gpu_sections.demonstration import demo  # noqa: E402
from bench.gpu_sections.environment import environment  # noqa: E402
from bench.gpu_sections.hours import hours  # noqa: E402
from bench.gpu_sections.measuring import CUDA, START  # noqa: E402
from bench.gpu_sections.options import options  # noqa: E402
from bench.gpu_sections.predicting import predict  # noqa: E402
from bench.gpu_sections.probing import probe  # noqa: E402
from bench.gpu_sections.searching import step  # noqa: E402
from bench.gpu_sections.torch_compile import torch_compile  # noqa: E402
from bench.gpu_sections.training import train  # noqa: E402
from bench.gpu_sections.waiting import load  # noqa: E402

SECTIONS = {
    "environment": (environment, 15),
    "compile": (compile_all, 110),
    "probe": (probe, 25),
    "agree": (agree, 40),
    "step": (step, 60),
    "train": (train, 35),
    "predict": (predict, 25),
    "load": (load, 25),
    "demo": (demo, 60),
    "options": (options, 60),
    "hours": (hours, 1),
    "torch_compile": (torch_compile, 100),
}   # name → its function, and the seconds that it may take


def text(value):
    "A value for the table."
    if isinstance(value, float): return f"{value:.4g}"
    return "–" if value is None else str(value)


def _met(row):
    "Is a row's limit kept? Timings have a `most` as well, but it is no limit."
    if "most" not in row or row["value"] is None or "calls" in row or "times" in row: return ""
    return "  ok" if row["value"] <= row["most"] else f"  ABOVE {row['most']:g}"


def _line(row):
    "A row of the table."
    met = _met(row)
    apart = ["what", "value", "unit", "longest"]
    if met: apart.append("most")
    rest = {k: v for k, v in row.items() if k not in apart and v is not None}
    more = " ".join(f"{k}={text(v)}" for k, v in rest.items())
    amount = f"{text(row['value']):>10} {row.get('unit', '')}"
    return f"{row['what'][:64]:64} {amount}{met}  {more}"


def show(section):
    "Print what a section has found."
    failed = ", FAILED" if "error" in section else ""
    print(f"\n== {section['name']}, {section['seconds']:.1f} s{failed}")
    for line in section.get("error", []): print("   ", line)
    for row in section.get("rows", []):
        print(_line(row))
        for name, n, t in row.get("longest", []): print(f"      {t:9.3f} ms {n:5d} × {name}")
    sys.stdout.flush()


def write(file, result):
    "The result as JSON, whole or not at all."
    if not file: return
    part = Path(file).with_suffix(".part")
    part.write_text(json.dumps(result, indent=1, default=str) + "\n", encoding="utf-8")
    part.replace(file)


def _parser():
    described = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=described)
    out = os.environ.get("OUT")
    left_out = "for everything; sections that would begin later are left out"
    only = "of the section `step`: these variants alone"
    add = parser.add_argument
    add("sections", nargs="*")
    add("--tiny", action="store_true", help="every section in small")
    add("--json", type=Path, default=Path(out)/"gpu.json" if out else None)
    add("--data", type=Path, default=ROOT/".gpu")
    add("--seconds", type=float, default=330, help=left_out)
    add("--only", nargs="*", default=[], help=only)
    # the processes of the section `compile`
    add("--compile", action="store_true", help=argparse.SUPPRESS)
    add("--part", type=int, default=0, help=argparse.SUPPRESS)
    add("--parts", type=int, default=1, help=argparse.SUPPRESS)
    return parser


def _arguments(words):
    "The command line, checked; a wrong one ends the process with exit code 2."
    parser = _parser()
    args = parser.parse_args(words)
    unknown = [s for s in args.sections if s not in SECTIONS]
    if unknown and not args.compile:
        known = ", ".join(SECTIONS)
        parser.error(f"there is no section {unknown[0]!r}; the sections are {known}")
    return args


def run_section(name, args):
    "A section's name, rows or error, and seconds."
    begin = time.monotonic()
    section = dict(name=name)
    work, budget = SECTIONS[name]
    args.until = min(begin + budget * .7, args.deadline)
    if begin > args.deadline - 3: section["error"] = ["no time was left"]
    else:
        try: section["rows"] = work(args)
        except Exception: section["error"] = traceback.format_exc().strip().splitlines()[-6:]
    section["seconds"] = time.monotonic() - begin
    return section


def run_rest(names, args):
    "The remaining sections in a fresh process, because this one has lost the GPU."
    print("\nthe GPU's context is lost; the remaining sections in a new process", flush=True)
    seconds = max(1, args.deadline - time.monotonic())
    with tempfile.TemporaryDirectory() as tmp:
        file = Path(tmp)/"rest.json"
        words = [sys.executable, __file__, *names, "--json", str(file)]
        words += ["--data", str(args.data), "--seconds", str(seconds)]
        if args.tiny: words.append("--tiny")
        subprocess.run(words)
        if file.exists(): args.result["sections"] += json.loads(file.read_text())["sections"]
    write(args.json, args.result)


def run_all(names, args):
    "Run sections one after the other; what was found is in `args.result` and in the file."
    for i, name in enumerate(names):
        section = run_section(name, args)
        args.result["sections"].append(section)
        write(args.json, args.result)
        show(section)
        left = names[i + 1:]
        lost = "CUDA error" in json.dumps(section, default=str)   # nothing will run here any more
        if lost and left: return run_rest(left, args)
        if CUDA: torch.cuda.empty_cache()


def main(words=None):
    "The command; 0, or 1 when a section has failed."
    args = _arguments(words)
    if args.compile:
        compile_part(args.part, args.parts, args.tiny)
        return 0
    args.deadline = START + args.seconds
    args.result = dict(
        device=torch.cuda.get_device_name() if CUDA else "cpu",
        torch=torch.__version__,
        tiny=args.tiny,
        sections=[],
    )
    run_all(list(args.sections or SECTIONS), args)
    return int(any("error" in s for s in args.result["sections"]))


if __name__ == "__main__": sys.exit(main())
