"The share of a search's time that it waits for data: 64³ patches of whole cases."
import tempfile
import time

from bench.gpu_sections.measuring import DEVICE, exact
from bench.gpu_sections.stores import small_store
from nas3dunet.backend import place
from nas3dunet.fast import FastCell
from nas3dunet.turn import Turn
from nas3dunet.losses import DiceLoss
from nas3dunet.machine import seed_everything
from nas3dunet.steps import patch_batches
from nas3dunet.supernet import SuperNet

WARM = 10   # steps that are not counted


def _turns(depth):
    "The two steps of a search, as functions of (x, y)."
    seed_everything(0)
    net = place(SuperNet(depth=depth, cell=FastCell), DEVICE)
    groups = (net.alphas(), net.kernels())
    return [Turn("", net, list(some), None, 1e-3, DiceLoss()).descend for some in groups]


def _batches(store, size, steps, workers):
    "Two endless rows of batches, one for each of the two steps."
    from nas3dunet.dataset import PatchDataset
    per_case = -(-steps // len(store.ids))
    found = []
    for seed in range(2):
        data = PatchDataset(store, store.ids, size, per_case=per_case, seed=seed)
        found.append(patch_batches(data, 1, 1, DEVICE, workers // 2))
    return found


def _share(turns, batches, steps, args):
    "The share of the time spent waiting, and the milliseconds of a step."
    waited = 0.
    begin = None
    for i in range(steps):
        start = time.perf_counter()
        got = [next(b) for b in batches]
        if i >= WARM or args.tiny: waited += time.perf_counter() - start
        for step, (x, y) in zip(turns, got): step(x, y)
        if i == WARM - 1: begin = time.perf_counter()
        if i > 20 and time.monotonic() > args.until: break
    seconds = time.perf_counter() - (begin or start)
    return waited / seconds, seconds / max(1, i - WARM + 1) * 1e3


def load(args):
    "Waiting with 0, 4 and 12 workers."
    from nas3dunet.store import Store
    exact()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        whole = not args.tiny and (args.data/"whole").exists()
        store = Store(args.data/"whole") if whole else small_store(args, tmp)
        size, depth, steps = (64, 4, 60) if whole else (8, 1, 2)
        turns = _turns(depth)
        for workers in (0,) if args.tiny else (0, 4, 12):
            if time.monotonic() > args.until: break
            batches = _batches(store, size, steps, workers)
            share, ms = _share(turns, batches, steps, args)
            for b in batches: b.close()
            what = f"share of the time spent waiting, {workers} workers"
            rows.append(dict(what=what, value=share, most=.05, ms_a_step=ms))
    return rows
