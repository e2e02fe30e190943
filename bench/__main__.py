"The command: python -m bench [SECTIONS] [--tiny] [--json FILE] [--threads N]."
import argparse
import sys
import time
from pathlib import Path

import torch

from bench.measure import INSTALL
from bench.report import machine, table
from bench.sections import SECTIONS, run_section, section
from nas3dunet.files import write_json
from nas3dunet.machine import show_any_text


def _parser():
    parser = argparse.ArgumentParser(
        "python -m bench",
        description="Benchmarks as ratios against peers, in one table.",
        epilog=f"The peers: {INSTALL}",
    )
    add = parser.add_argument
    add("sections", nargs="*", metavar="section", help=f"{', '.join(SECTIONS)}; default all")
    add("--tiny", action="store_true", help="toy sizes: shows in seconds that everything runs")
    add(
        "--json",
        type=Path,
        help="file to write the figures to, after each section, whole or not at all",
    )
    add("--threads", type=int, help="torch's threads; default what torch takes")
    add("--inside", action="store_true", help=argparse.SUPPRESS)  # the process of one section
    return parser


def _arguments(words):
    "The command line, checked; a wrong one ends the process with exit code 2."
    parser = _parser()
    args = parser.parse_args(words)
    unknown = [name for name in args.sections if name not in SECTIONS]
    if unknown:
        known = ", ".join(SECTIONS)
        parser.error(f"there is no section {unknown[0]!r}; the sections are {known}")
    if args.threads is not None and args.threads < 1:
        parser.error(f"--threads is {args.threads}, but it must be at least 1")
    return args


def _inside(args):
    "The process of one section: its rows as JSON."
    if args.threads: torch.set_num_threads(args.threads)
    write_json(args.json, section(args.sections[0], args.tiny))
    return 0


def main(
    words=None, # the command line; default that of this process
)->int:
    "Run sections and print the table; 0, or 1 when a section failed. A missed goal is no failure."
    show_any_text()
    args = _arguments(words)
    if args.inside: return _inside(args)
    result = dict(machine=machine(args.threads), tiny=args.tiny, rows=[])
    for name in args.sections or SECTIONS:
        start = time.monotonic()
        result["rows"] += run_section(name, args.tiny, args.threads)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
        if args.json: write_json(args.json, result)
    print(table(result))
    return int(any(r.get("failed") for r in result["rows"]))


if __name__ == "__main__": sys.exit(main())
