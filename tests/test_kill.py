"Killed before each file that is written, once and twice, and resumed: the result is that of the run which nobody killed. (A real SIGKILL is in test_crash.)"
import os, shutil
from contextlib import contextmanager

import pytest
import torch

from nas3dunet.files import STEPS, read_csv
from nas3dunet.search import search
from nas3dunet.store import Store
from nas3dunet.train import train

class Slower:
    "Changes a setting in the first epoch; it comes into force in the second."
    def on_step(self, s):
        if (s.epoch, s.step) == (1, 1): s.change(lr_kernel=1e-4)


@contextmanager
def snapshots(run, folder, monkeypatch, most=99):
    """Copies of a run's folder in each of the first moments before a file becomes visible: what a kill in that moment would leave.

    What the process still holds in memory is not in them, as after a SIGKILL, and half-written files are."""
    taken = []
    def replace(source, target, real=os.replace):
        if len(taken) < most and not str(target).endswith(".writer"):   # the note of who writes is no result
            taken.append(folder/f"{run.name}-{len(taken) + 1}")
            if run.exists(): shutil.copytree(run, taken[-1])
        real(source, target)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        yield taken


def result(run):
    "Everything but the seconds."
    files = ("genotype.json", "genotypes.jsonl", "changes.jsonl", "alphas.npz", "model.safetensors", "config.json")
    said = {f: (run/f).read_bytes() for f in files if (run/f).exists()}
    said["history"] = [{k: v for k, v in r.items() if k != "seconds"} for r in read_csv(run/"history.csv", STEPS)]
    said["checkpoint"] = repr(torch.load(run/"checkpoint.pt"))
    return said


SAME = dict(patch=4, batch=2, seed=3, device="cpu", resume=True)
SEARCH = dict(SAME, depth=1, width=1, nodes=1, show=False)
RUNS = {   # name → (what to do, files that are written)
    "count":  (lambda s, run, **more: search(s, run, **SEARCH, **more, epochs=4, count=2, lr_alpha=0), 21),       # config; an epoch: 4 files, the manifest, 4 public names; at the end the result too
    "epochs": (lambda s, run, **more: search(s, run, **SEARCH, **more, epochs=2, lr_alpha=.05, callbacks=[Slower()]), 34),  # the change is a file from epoch 2 on
    "train":  (lambda s, run, **more: train(s, run, dict(kind="unet", in_channels=4, depth=1, width=2), **SAME, **more, epochs=2), 18),
}


@pytest.mark.parametrize("name", RUNS)
def test_killed_before_any_file(tmp_path, store, monkeypatch, name):
    prepared = Store(store)
    work, files = RUNS[name]
    do = lambda run: work(prepared, run, cases=prepared.labelled[:3])
    with snapshots(tmp_path/"whole", tmp_path/"once", monkeypatch) as once: do(tmp_path/"whole")
    assert len(once) == files, "other files are written than were thought of"
    whole = result(tmp_path/"whole")
    def ends_the_same(run):
        found = result(run)
        assert found == whole, (run.name, [k for k in whole if found.get(k) != whole[k]])
    for point, run in enumerate(once, 1):
        with snapshots(run, tmp_path/"twice", monkeypatch, most=1) as twice: do(run)
        ends_the_same(run)
        if point > files // 2 and twice:   # killed a second time, before the first file that the resumed run writes
            do(twice[0])
            ends_the_same(twice[0])
