"Two processes share a search and a training (gloo): the same α, genotype, losses and network as one process with the whole batch."
import json, os, subprocess, sys

import numpy as np
import pytest

from nas3dunet.core import read_csv, read_json

SCRIPT = """import sys
from nas3dunet.search import search
from nas3dunet.team import Team
from nas3dunet.train import searched_spec, train
print(f"member {Team().rank} of {Team().size}\\n", end="", flush=True)
store, run = sys.argv[1:]
settings = dict(patch=16, batch=3, seed=1, device="cpu")     # 7 patches an epoch: a last batch of 1, which one of the two has nothing of
search(store, run + "/search", depth=1, epochs=2, per_case=2, lr_alpha=.05, **settings)
train(store, run + "/train", searched_spec(run + "/search"), epochs=2, **settings)
"""


def test_two_processes_compute_what_one_does(tmp_path, store):
    pytest.importorskip("accelerate", reason="accelerate is not installed (pip install 'nas3dunet[distributed]'), so two processes were not tried")
    (tmp_path/"run.py").write_text(SCRIPT)
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    two = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    for name, launcher, members in (("one", [sys.executable], 1), ("two", two, 2)):
        done = subprocess.run([*launcher, str(tmp_path/"run.py"), str(store), str(tmp_path/name)], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert all(f"member {i} of {members}" in done.stdout for i in range(members)), done.stdout
    one, two = tmp_path/"one", tmp_path/"two"
    assert read_json(one/"search"/"genotype.json") == read_json(two/"search"/"genotype.json")
    with np.load(one/"search"/"alphas.npz") as a, np.load(two/"search"/"alphas.npz") as b:
        for k in a.files: np.testing.assert_allclose(a[k], b[k], atol=2e-3)     # α has moved by 0.2; Adam makes rounding larger
    for part in ("search", "train"):
        losses = [[r["loss"] for r in read_csv(run/part/"history.csv")] for run in (one, two)]
        np.testing.assert_allclose(*losses, atol=1e-4)
    assert json.loads((two/"search"/"config.json").read_text()) == json.loads((one/"search"/"config.json").read_text())
