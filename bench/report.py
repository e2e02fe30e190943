"""What was measured, as text: the machine, then a line for each row."""
import os
import platform
from importlib import metadata
from pathlib import Path

import torch

PACKAGES = "nas3dunet torch numpy scipy monai medpy torchio h5py zarr blosc2".split()
TITLES = ["section", "work", "ours", "against", "theirs", "ratio", "goal", "", "peak", "note"]
HOW = (
    "Medians of calls in turn, after a warm-up; the ratio says how many times better ours is; "
    "peak memory in GB, ours / theirs."
)
TINY = "TINY: toy sizes, which show only that everything runs. The figures mean nothing."


def _cpu():
    "The processor's name, as far as the system tells it."
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        if line.startswith("model name"): return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def _versions():
    "package → version, of those that are there."
    found = {}
    for package in PACKAGES:
        try: found[package] = metadata.version(package)
        except metadata.PackageNotFoundError: pass
    return {package: version for package, version in found.items() if version}


def machine(
    threads=None, # torch's threads; default what torch would take
)->dict:
    "Processor, cores, threads, load and versions, for the head of the table."
    allowed = hasattr(os, "sched_getaffinity")
    return dict(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if allowed else os.cpu_count(),
        threads=threads or torch.get_num_threads(),
        # tells whether somebody else was using the machine at the time
        load=round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        versions=_versions(),
    )


def _amount(value, unit):
    if value is None: return "–"
    if unit != "s": return f"{value:.3g} {unit}"
    return f"{value * 1000:.3g} ms" if value < .1 else f"{value:.3g} s"


def _goal(r):
    if r["goal"] is not None: return f"≥ {r['goal']:g}×"
    if r["most"] is not None: return f"≤ {_amount(r['most'], r['unit'])}"
    return ""


def _cells(r):
    "The texts of a row, in the order of `TITLES`."
    peaks = [f"{p:.2f}" for p in (r["peak"], r["their_peak"]) if p is not None]
    return [
        r["section"],
        r["work"],
        _amount(r["ours"], r["unit"]),
        r["against"],
        _amount(r["theirs"], r["unit"]),
        f"{r['ratio']:.2f}×" if r["ratio"] else "–",
        _goal(r),
        {True: "met", False: "MISSED", None: ""}[r["met"]],
        " / ".join(peaks),
        r["note"],
    ]


def _head(m):
    "The line that names the machine."
    versions = ", ".join(f"{package} {version}" for package, version in m["versions"].items())
    return (
        f"{m['cpu']}, {m['cores']} cores, {m['threads']} threads, load {m['load']}, "
        f"{m['system']}; Python {m['python']}, {versions}"
    )


def table(
    result:dict, # `machine`, `tiny` and `rows`, each with its `section`, as the command writes them
)->str:
    "The table as text: what it was measured on, then a line for each row."
    lines = [TITLES, *map(_cells, result["rows"])]
    widths = [max(map(len, column)) for column in zip(*lines)]
    head = [_head(result["machine"]), HOW]
    if result["tiny"]: head.append(TINY)
    body = ["  ".join(c.ljust(w) for c, w in zip(line, widths)).rstrip() for line in lines]
    return "\n".join([*head, "", *body])
