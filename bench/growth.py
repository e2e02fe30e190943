"""Section `growth`: do time and memory grow as they should?

A program that is fast on five cases can still be unusable on 335: because it keeps them all, or
looks each one up in all others. So 5, 50 and 335 cases on a small grid are prepared, predicted
and scored, and time must be linear in their number, memory flat. A search step must be linear in
the voxels of its patch and in the number of hybrid modules.

In a plot with logarithmic axes, what grows like xᵏ is a line of slope k. So the figure to look at
is k, by least squares: 1 is linear, 0 is flat. Under 1 is welcome, and usual where something is
paid once, as on toy sizes.

The cases are five phantoms under many names: the files are read anew each time, but the disk needs
no room for 335 of them. A small untrained U-Net predicts them; what is timed is the way from file
to file.
"""
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from bench.long_search import long_search
from bench.measure import measure, row
from nas3dunet.cases import find_cases, load_case
from nas3dunet.scores import case_pairs, score
from nas3dunet.core import MODALITIES
from nas3dunet.fast import FastCell
from nas3dunet.files import write_json
from nas3dunet.losses import DiceLoss
from nas3dunet.machine import peak_memory, reset_peak_memory
from nas3dunet.normalize import modality_stats
from nas3dunet.phantom import write_phantoms
from nas3dunet.predict import predict_cases
from nas3dunet.prepare import prepare
from nas3dunet.supernet import SuperNet
from nas3dunet.networks import build_network


def exponent(
    x, # what grows, such as the number of cases
    y, # what it costs
)->float:
    "k of y ∝ xᵏ, by least squares in logarithms: 1 is linear, 0 is flat."
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def _series(name, unit, xs, results, flat=False):
    "A row for each size, then one for the exponent of time, and of memory if that should be flat."
    found = [
        row(f"{name}: {x:,} {unit}", r["seconds"], peak=r["peak"], series=name, x=x, x_unit=unit)
        for x, r in zip(xs, results)
    ]
    k = exponent(xs, [r["seconds"] for r in results])
    work = f"{name}: exponent of time in {unit}"
    found.append(row(work, k, unit="", most=1.15, note="1 is linear"))
    if flat and results[0]["peak"]:
        k = exponent(xs, [r["peak"] for r in results])
        work = f"{name}: exponent of memory in {unit}"
        found.append(row(work, k, unit="", most=0.1, note="0 is flat"))
    return found


def _untrained_run(folder, stats, patch):
    "A finished training, as far as `predict_cases` can tell: an untrained U-Net."
    torch.manual_seed(0)
    spec = dict(kind="unet", in_channels=4, width=4, depth=2)
    config = dict(
        task="train",
        network=spec,
        modalities=MODALITIES,
        scheme="brats",
        patch=[patch] * 3,
        train_cases=[],
        stats=stats.to_dict(),
    )
    write_json(folder/"config.json", config)
    weights = {k: v.contiguous() for k, v in build_network(spec).state_dict().items()}
    save_file(weights, folder/"model.safetensors")
    return folder


def _once(work):
    "Seconds and peak memory of one call."
    reset_peak_memory()
    start = time.perf_counter()
    work()
    return dict(seconds=time.perf_counter() - start, peak=peak_memory())


def _many(few, n):
    "`n` cases that are those of `few` under many names."
    originals = [few[i % len(few)] for i in range(n)]
    return [replace(case, id=f"{case.id}-{i:03d}") for i, case in enumerate(originals)]


def _by_cases(tmp, tiny):
    "The series over the number of cases, and a long search on the first few."
    shape = (24, 24, 16) if tiny else (80, 80, 52)
    counts = (1, 2, 4) if tiny else (5, 50, 335)
    write_phantoms(tmp/"cases", n=min(counts[-1], 5), shape=shape, seed=1)
    few = find_cases(tmp/"cases")
    stats = modality_stats(load_case(case).image for case in few)
    run = _untrained_run(tmp/"run", stats, 16 if tiny else 32)
    many = _many(few, counts[-1])

    def preparing(n): prepare(many[:n], tmp/f"store-{n}", workers=1)
    def predicting(n): predict_cases(run, many[:n], tmp/f"out-{n}", device="cpu")
    def scoring(n): score(case_pairs(tmp/f"out-{n}", many[:n]))

    found = _series("prepare", "cases", counts, [_once(lambda: preparing(n)) for n in counts], True)
    predict_cases(run, few[:1], tmp/"warm", device="cpu")
    times = [_once(lambda: predicting(n)) for n in counts]
    found += _series("predict", "cases", counts, times, True)
    found += _series("evaluate", "cases", counts, [_once(lambda: scoring(n)) for n in counts], True)
    return found + long_search(tmp, few, tiny)


def _step(patch, nodes, depth):
    "A contender: forward and backward of the supernet on two patches, as `search` makes them."
    torch.manual_seed(0)
    layout = torch.channels_last_3d
    net = SuperNet(nodes=nodes, depth=depth, cell=FastCell).to(memory_format=layout)
    image = torch.rand(2, 4, patch, patch, patch).to(memory_format=layout)
    target = (image[:, :3] > .5).float()
    return lambda: DiceLoss()(net(image), target).backward()


def _by_steps(tiny):
    "The series over the voxels of a patch and over the hybrid modules of a cell."
    depth = 1 if tiny else 3
    patches = (8, 12, 16) if tiny else (32, 48, 64)
    nodes = (2, 3) if tiny else (2, 3, 4)
    by_patch = [_step(patch, 3, depth) for patch in patches]
    by_cell = [_step(patches[0], n, depth) for n in nodes]
    times = measure(*by_patch, *by_cell, rounds=1 if tiny else 3)
    voxels = [patch ** 3 for patch in patches]
    modules = [sum(2 + j for j in range(n)) for n in nodes]  # node j has 2 + j hybrid modules
    k = len(patches)
    return [
        *_series("search step by patch", "voxels", voxels, times[:k]),
        *_series("search step by cell", "modules in a cell", modules, times[k:]),
    ]


def rows(
    tiny=False, # few cases, small patches?
)->list:
    "Series by cases, voxels and hybrid modules, each with its exponent; and a long search."
    with tempfile.TemporaryDirectory() as tmp:
        return _by_cases(Path(tmp), tiny) + _by_steps(tiny)
