"Options of a training beside the paper's: the losses on this device against those on the CPU."
import tempfile
from pathlib import Path

import numpy as np

from bench.gpu_sections.measuring import CUDA, DEVICE, exact
from bench.gpu_sections.stores import small_store

OPTIONS = (
    dict(average=.98),
    dict(loss="dice+ce"),
    dict(average=.98, loss="dice+ce", schedule="warmup", init="named"),
)
WAYS = {"readable": dict(fast=False), "fast": {}}
if CUDA: WAYS["fast, bfloat16"] = dict(amp=True)   # a CPU refuses to learn that way


def losses_of(store, device, epochs, **own):
    "The loss of each step of a short training of convolution cells."
    from nas3dunet.files import STEPS, read_csv
    from nas3dunet.reliability import named_cell
    from nas3dunet.train import train
    spec = dict(
        kind="nas",
        genotype=named_cell("conv").to_dict(),
        in_channels=len(store.modalities),
        depth=2,
        width=4,
    )
    settings = dict(patch=24, batch=4, epochs=epochs, per_case=2, lr=8e-3, pool=True)
    data = dict(normalize="zscore", augment=False)
    with tempfile.TemporaryDirectory() as tmp:
        run = Path(tmp)/"run"
        cases = store.labelled[:8]
        train(store, run, spec, cases=cases, device=device, show=False, **settings, **data, **own)
        return np.array([r["loss"] for r in read_csv(run/"history.csv", STEPS)])


def options(args):
    "The largest difference of a loss, for each set of options and way to compute."
    exact()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        store = small_store(args, tmp)
        epochs = 1 if args.tiny else 6
        for own in OPTIONS[-1:] if args.tiny else OPTIONS:
            name = ", ".join(f"{k} {v}" for k, v in own.items())
            expected = losses_of(store, "cpu", epochs, **own)
            for label, how in WAYS.items():
                found = losses_of(store, DEVICE.type, epochs, **how, **own)
                apart = float(abs(found - expected).max())
                most = 5e-3 if "amp" in how else 2e-4
                what = f"{name}; {label}"
                rows.append(dict(what=what, value=apart, most=most, steps=len(found)))
    return rows
