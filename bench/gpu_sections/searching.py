"A step of the search on 64³, in all the ways there are to compute it."
import time
from functools import partial
from typing import NamedTuple

import torch

from bench.gpu_sections.measuring import CUDA, exact, failure, profile, race
from bench.gpu_sections.stepping import ROUTINES, begun, search_step
from nas3dunet.ops import count_macs
from nas3dunet.supernet import SuperNet


class Variant(NamedTuple):
    "A way to compute a step, see `search_step`."
    way: str
    batch: int = 1
    amp: bool = False


BASE = "readable, batch 1"
GRAPH = "kernels as a graph, batch 1"
TF32 = "readable, batch 1, tf32"
VARIANTS = {
    BASE: Variant("readable"),
    "readable, batch 1, channels last": Variant("channels_last"),
    "readable as a graph, batch 1": Variant("readable_graph"),
    "fast, PyTorch's operations, batch 1": Variant("fast"),
    "kernels, batch 1": Variant("kernels"),
    GRAPH: Variant("graph"),
    "kernels as a graph, batch 4": Variant("graph", 4),
    "readable, batch 1, bfloat16": Variant("readable", amp=True),
    "kernels as a graph, batch 1, bfloat16": Variant("graph", amp=True),
}
PROFILED = (GRAPH, BASE, "kernels, batch 1")


def _variants(args):
    "Those that are wanted."
    few = (BASE, GRAPH) if args.tiny else VARIANTS
    wanted = args.only or VARIANTS
    return {name: v for name, v in VARIANTS.items() if name in few and name in wanted}


def _begin_all(variants, size, depth, tiny):
    "Warm steps and their peak memory by name, and rows of what failed."
    works = {}
    peaks = {}
    errors = []
    for name, v in variants.items():
        make = partial(search_step, v.way, v.batch, size, depth, v.amp)
        routines = CUDA and v.way in ROUTINES
        first = partial(search_step, "kernels", v.batch, size, depth, v.amp) if routines else None
        try: works[name], peaks[name] = begun(make, first, 1 if tiny else 4)
        except Exception: errors.append(failure(name))
    return works, peaks, errors


def _with_tf32(size, depth, args):
    "The readable step again, with matrix units that round."
    rounds = 1 if args.tiny else 3
    exact(True)
    work = search_step("readable", 1, size, depth)
    for _ in range(1 if args.tiny else 4): work()
    return race({TF32: work}, rounds, rounds, args.until)


def _row(name, f, batch, base, peak, base_peak):
    "Times as fast as `base` and share of its memory, of each sample."
    return dict(
        what=name,
        value=f["seconds"] * 1e3,
        unit="ms a step",
        samples=batch / f["seconds"],
        times=base and base / f["seconds"] * batch,
        peak_gb=peak,
        peak_share=peak / batch / base_peak if peak and base_peak else None,
        least=f["least"] * 1e3,
        most=f["most"] * 1e3,
        calls=f["calls"],
    )


def _profiles(works, until):
    "Rows of where the time of some steps goes, and rows of what failed."
    rows = []
    errors = []
    for name in PROFILED:
        if name not in works or time.monotonic() >= until + 10: continue
        try: rows.append(dict(what=f"profile: {name}", value=None, **profile(works[name])))
        except Exception as e:
            errors.append(dict(what=f"FAILED profile {name}", value=None, says=[str(e)]))
    return rows, errors


def _operations(size, depth):
    "Two for each product and sum, in five passes."
    # forward twice; backward once for α (the states), twice for the kernels (states and kernels)
    macs = count_macs(SuperNet(depth=depth), torch.zeros(1, 4, size, size, size))
    what = "floating-point operations of a search step as Table 1 counts them, G"
    return dict(what=what, value=2 * macs * 5 / 1e9)


def step(args):
    "Milliseconds and memory of a search step, its profile, and its operations."
    exact()
    size, depth = (8, 1) if args.tiny else (64, 4)
    works, peaks, errors = _begin_all(_variants(args), size, depth, args.tiny)
    found = race(works, 1 if args.tiny else 7, 1 if args.tiny else 3, args.until)
    if not args.only or TF32 in args.only:
        try: found |= _with_tf32(size, depth, args)
        except Exception: errors.append(failure(TF32))
    exact()
    base = found.get(BASE, {}).get("seconds")
    rows = []
    for name, f in found.items():
        batch = VARIANTS[name].batch if name in VARIANTS else 1
        rows.append(_row(name, f, batch, base, peaks.get(name), peaks.get(BASE)))
    profiles, more = _profiles(works, args.until)
    return rows + profiles + [_operations(size, depth)] + errors + more
