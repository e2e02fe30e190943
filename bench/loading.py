"""Section `loading`: how long the step of a search waits for its patches.

A fast store is a means. What counts is whether a search ever waits: reading, normalising and
augmenting must be done by the time the network has digested the batch before. The section runs
the very loop of a search, with its network, its `patch_batches` and two worker processes for each
of the two streams, and takes the time between asking for a batch and having it. The network warms
up first; starting the workers is part of the waiting, as it is in every epoch of a search. On a
single core there is nobody to do the work meanwhile, so what the workers compute makes the steps
longer, not the waiting: that is why the note also gives what a patch costs.
"""
import tempfile
import time
import warnings

import numpy as np
import torch

from bench.measure import row
from nas3dunet.cases import find_cases
from nas3dunet.fast import FastCell
from nas3dunet.steps import adam, gradient_step, patch_batches
from nas3dunet.machine import seed_everything
from nas3dunet.anatomy import FOV
from nas3dunet.phantom import write_phantoms
from nas3dunet.dataset import PatchDataset
from nas3dunet.prepare import prepare
from nas3dunet.supernet import SuperNet

CPU = torch.device("cpu")


def _turns(data, workers, depth):
    "A function of a batch and an iterator over batches, for α and for the kernels; warmed up."
    seed_everything(0)
    net = SuperNet(depth=depth, cell=FastCell).to(memory_format=torch.channels_last_3d)
    turns = []
    for kind, part in (("alpha", net.alphas()), ("kernel", net.kernels())):
        parameters = list(part)
        optimizer = adam(parameters)
        step = lambda x, y, p=parameters, o=optimizer: gradient_step(net, p, o, x, y)
        turns.append((step, patch_batches(data[kind], 1, 1, CPU, workers)))
    for step, _ in turns: step(*next(patch_batches(data["kernel"], 0, 1, CPU)))
    return turns


def waiting(
    data:dict,  # `alpha` and `kernel`: a `PatchDataset` each, of equal length
    workers=2,  # processes for each of them
    depth=4,    # down cells of the network
)->tuple:
    "Seconds waited for each batch, and seconds of each step, over one epoch of a search."
    turns = _turns(data, workers, depth)
    # more workers than there are cores, on purpose
    warnings.filterwarnings("ignore", message="This DataLoader will create")
    waits = []
    steps = []
    for _ in range(len(data["kernel"])):
        for step, batches in turns:
            start = time.perf_counter()
            x, y = next(batches)
            got = time.perf_counter()
            step(x, y)
            waits.append(got - start)
            steps.append(time.perf_counter() - got)
    return waits, steps


def _seconds_a_patch(data):
    "Seconds that an augmented patch takes in this process."
    start = time.perf_counter()
    for i in range(len(data)): data[i]
    return (time.perf_counter() - start) / len(data)


def rows(
    tiny=False, # a small network on a few small patches?
)->list:
    "The share of its time that a search waits for patches, with two worker processes."
    side = 16 if tiny else 64
    n = 3 if tiny else 10
    with tempfile.TemporaryDirectory() as tmp:
        write_phantoms(f"{tmp}/cases", n=2, shape=(60, 60, 39) if tiny else FOV)
        store = prepare(find_cases(f"{tmp}/cases"), f"{tmp}/store", workers=1)
        data = {
            kind: PatchDataset(store, [id], side, per_case=n)
            for kind, id in zip(("alpha", "kernel"), store.ids)
        }
        waits, steps = waiting(data, depth=1 if tiny else 4)
        patch = _seconds_a_patch(data["kernel"])
    note = (
        f"of {len(steps)} steps of {np.median(steps):.2f} s (median), with the start of the "
        f"workers ({sum(waits[:2]):.2f} s); an augmented patch takes {1000 * patch:.0f} ms"
    )
    work = f"search step at {side}³, 2 workers: time spent waiting for patches"
    share = 100 * sum(waits) / (sum(waits) + sum(steps))
    return [row(work, share, unit="%", most=5, note=note)]
