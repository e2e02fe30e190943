"Killed before each file that is written, once and twice, and resumed: the result is that of the run which nobody killed. (A real SIGKILL is in test_crash.)"
import os, shutil

import pytest
import torch

from nas3dunet.files import STEPS, read_csv
from nas3dunet.search import search
from nas3dunet.store import Store
from nas3dunet.train import train

REPLACE = os.replace


class Killed(BaseException):
    "Nothing in the package catches this, as nothing can catch a SIGKILL."


class Slower:
    "Changes a setting in the first epoch; it comes into force in the second."
    def on_step(self, s):
        if (s.epoch, s.step) == (1, 1): s.change(lr_kernel=1e-4)


def killed(work, at, monkeypatch):
    "Do the work, and die before the `at`-th file becomes visible; was it killed, or did it end?"
    left = [at]
    def dies(*args):
        left[0] -= 1
        if left[0] == 0: raise Killed
        REPLACE(*args)
    monkeypatch.setattr(os, "replace", dies)
    try: work()
    except Killed: return True
    return False


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
    "count":  (lambda s, run, **more: search(s, run, **SEARCH, **more, epochs=4, count=2, lr_alpha=0), 10),       # config, 4 an epoch, 4 at the end, the result
    "epochs": (lambda s, run, **more: search(s, run, **SEARCH, **more, epochs=2, lr_alpha=.05, callbacks=[Slower()]), 16),  # the change is a file from epoch 2 on
    "train":  (lambda s, run, **more: train(s, run, dict(kind="unet", in_channels=4, depth=1, width=2), **SAME, **more, epochs=2), 6),
}


@pytest.mark.parametrize("name", RUNS)
def test_killed_before_any_file(tmp_path, store, monkeypatch, name):
    prepared = Store(store)
    work, files = RUNS[name]
    do = lambda run: lambda: work(prepared, run, cases=prepared.labelled[:3])
    assert not killed(do(tmp_path/"whole"), 0, monkeypatch)
    whole = result(tmp_path/"whole")
    for point in range(1, files + 1):
        once, twice = tmp_path/f"once-{point}", tmp_path/f"twice-{point}"
        assert killed(do(once), point, monkeypatch)
        if point > files // 2: shutil.copytree(once, twice)   # killed a second time, before the first file that the resumed run writes
        if twice.exists(): killed(do(twice), 1, monkeypatch)
        for run in filter(os.path.exists, (once, twice)):
            assert not killed(do(run), 0, monkeypatch)
            found = result(run)
            assert found == whole, (point, run.name, [k for k in whole if found.get(k) != whole[k]])
    assert not killed(do(tmp_path/"last"), files + 1, monkeypatch), "more files are written than were tried"
