"Every hybrid of some networks by itself, against PyTorch's operations: what `gpu_checked` finds."
import time

import torch

from bench.gpu_sections.measuring import CUDA, DEVICE, exact
from nas3dunet.fast import FastCell, FastDerivedCell
from nas3dunet.genotype import DerivedNet, random_genotype
from nas3dunet.gpu import equip
from nas3dunet.gpu_checked import TRIED
from nas3dunet.machine import precision, rng_for
from nas3dunet.supernet import SuperNet


def _network(kind, depth):
    "An equipped network on the device."
    if kind == "supernet": net = SuperNet(depth=depth, cell=FastCell)
    else: net = DerivedNet(random_genotype(rng_for(3)), depth=depth, cell=FastDerivedCell)
    return equip(net.to(DEVICE))


def _tried(kind, n, depth, batch, amp, seen):
    "kind of call → error, of all that are new in one forward pass."
    net = _network(kind, depth)
    with precision(DEVICE, amp): net(torch.randn(batch, 4, n, n, n, device=DEVICE))
    return {key: error for key, error in TRIED.items() if key not in seen}


def _row(name, errors, amp):
    worst = sorted(errors, key=errors.get, reverse=True)[:4]
    describe = lambda k: f"{errors[k]:.2g} {k.plan.convs} taps={k.plan.taps} on {k.shapes[0]}"
    return dict(
        what=f"{name}: worst of {len(errors)} hybrids",
        value=max(errors.values(), default=0.),
        most=.15 if amp else 5e-3,
        says=[describe(k) for k in worst],
    )


def probe(args):
    "The worst errors of the hybrids of some networks."
    exact()
    if not CUDA: return [dict(what="no GPU, nothing to probe", value=0)]
    size, depth = (8, 1) if args.tiny else (64, 4)
    half = size // 2
    runs = [
        ("supernet", size, 1, False),
        ("supernet", size, 1, True),
        ("supernet", half, 1, False),
        ("supernet", half, 2, False),
        ("derived", size, 1, False),
        ("derived", size, 1, True),
    ]
    rows = []
    seen = set()
    for kind, n, batch, amp in runs:
        if time.monotonic() > args.until: break
        new = _tried(kind, n, depth, batch, amp, seen)
        seen |= set(new)
        name = f"{kind}, {n}³, batch {batch}{', bfloat16' if amp else ''}"
        rows.append(_row(name, new, amp))
    return rows
