"""Section `supernet`: a step of a search, with the fast cells and with the readable ones.

Nobody else offers this search, so the rival is the plain way of computing it: the cells of
`nas3dunet.cells`, once at batch 1 with the channels first, which is how the original program
runs, and once with the batch and the memory layout that we use. One α step and one kernel step,
each forward, backward and Adam.
"""
import statistics

from bench.measure import Peer, extra_memory, race, row
from bench.steps import per_sample, search_step

ALONE = "readable cells, batch 1, contiguous"
ALIKE = "readable cells, the same batch and layout"


def step_memory(
    steps=3,    # how many; the heap needs a few until it has its final size
    **settings, # of `search_step`
)->float:
    "GB that a search step needs on top of the network, in a process of its own."
    # memory that a process has once held it rarely gives back: measured from the first step on
    small = settings | dict(size=8, depth=1)
    before = f"""
from bench.steps import search_step
search_step(**{small!r})()
step = search_step(**{settings!r})
"""
    return extra_memory(before, f"for _ in range({steps}): step()", reset=False)


def _memory_row(what, tiny):
    "The memory of a step, ours and the readable cells': medians of a few processes each."
    median = {}
    for fast in (True, False):
        found = [
            step_memory(1 if tiny else 3, fast=fast, **what) / 2 for _ in range(1 if tiny else 3)
        ]
        median[fast] = statistics.median(found)
    work = "memory of that step, per sample"
    return row(work, median[True], ALIKE, median[False], unit="GB", goal=2)


def rows(
    tiny=False, # a small network on a small patch?
)->list:
    "A search step of the paper's network on 64³, in samples per second, and its memory per sample."
    what = dict(size=16, depth=1) if tiny else dict(size=64)
    work = f"search step (α and kernels), {what['size']}³, batch 2"
    peers = [
        Peer(ALONE, "nas3dunet", lambda: search_step(False, 1, False, **what), 6),
        Peer(ALIKE, "nas3dunet", lambda: search_step(False, **what), 2),
    ]
    raced = race(work, search_step(True, **what), peers, rounds=1 if tiny else 9)
    return [*per_sample(raced, 2, (1, 2)), _memory_row(what, tiny)]
