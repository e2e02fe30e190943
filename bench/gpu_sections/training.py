"A step of a training on 128³: the derived network in several ways, and the 3-D U-Net."
import time
from functools import partial

from bench.gpu_sections.measuring import CUDA, exact, failure, profile, race
from bench.gpu_sections.stepping import ROUTINES, begun, training_step

BASE = "derived, readable"
GRAPH = "derived, kernels as a graph"
VARIANTS = {
    BASE: ("nas", "readable", False),
    "derived, readable as a graph": ("nas", "readable_graph", False),
    "derived, kernels": ("nas", "kernels", False),
    GRAPH: ("nas", "graph", False),
    "derived, kernels as a graph, bfloat16": ("nas", "graph", True),
    "U-Net": ("unet", "readable", False),
    "U-Net, channels last": ("unet", "channels_last", False),
    "U-Net, channels last, bfloat16": ("unet", "channels_last", True),
}   # name → kind, way, mixed precision?; see `training_step`


def _begin_all(size, depth, args):
    "Warm steps and their peak memory by name, while there is time, and rows of what failed."
    works = {}
    peaks = {}
    errors = []
    for name, (kind, way, amp) in VARIANTS.items():
        if time.monotonic() > args.until: break
        if amp and not CUDA: continue   # on a CPU these gradients can be wrong
        make = partial(training_step, kind, way, size, depth, amp)
        routines = CUDA and way in ROUTINES
        first = partial(training_step, kind, "kernels", size, depth, amp) if routines else None
        try: works[name], peaks[name] = begun(make, first, 1 if args.tiny else 4)
        except Exception: errors.append(failure(name))
    return works, peaks, errors


def _row(name, f, base, peak):
    return dict(
        what=name,
        value=f["seconds"] * 1e3,
        unit="ms a step",
        times=base and base / f["seconds"],
        peak_gb=peak,
        least=f["least"] * 1e3,
        most=f["most"] * 1e3,
    )


def train(args):
    "Milliseconds and memory of a training step, and a profile."
    exact()
    size, depth = (8, 1) if args.tiny else (128, 4)
    works, peaks, rows = _begin_all(size, depth, args)
    found = race(works, 1 if args.tiny else 5, 1 if args.tiny else 3, args.until)
    base = found.get(BASE, {}).get("seconds")
    rows += [_row(name, f, base, peaks[name]) for name, f in found.items()]
    if GRAPH in works:
        rows.append(dict(what=f"profile: {GRAPH}", value=None, **profile(works[GRAPH])))
    return rows
