"Two processes share a search and a training (gloo): the same α, genotype, losses and network as one process with the whole batch."
import json, os, subprocess, sys

import numpy as np
import pytest

from nas3dunet.files import STEPS, read_csv, read_json

WORK = """from pathlib import Path
from nas3dunet.search import search
from nas3dunet.processes import Team
from nas3dunet.train import train
from nas3dunet.networks import searched_spec

def work(store, run):
    Path(f"{run}-{Team().rank}-of-{Team().size}").touch()     # forked processes print into a kernel in pieces, so the members say by a file that they were there
    settings = dict(patch=16, batch=3, seed=1, device="cpu")     # 7 patches an epoch: a last batch of 1, which one of the two has nothing of
    search(store, run + "/search", depth=1, nodes=1, epochs=2, per_case=2, lr_alpha=.05, **settings)
    train(store, run + "/train", searched_spec(run + "/search"), epochs=2, **settings)
"""
TWO = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
ENV = {**os.environ, "OMP_NUM_THREADS": "1"}


def script(store, run, launcher):
    file = run.parent/"run.py"
    file.write_text(f"{WORK}\nif __name__ == '__main__': work({str(store)!r}, {str(run)!r})\n")
    done = subprocess.run([*launcher, str(file)], env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=run.parent)
    assert done.returncode == 0, done.stdout + done.stderr


def notebook(store, run):
    "The same from a cell, in a kernel."
    import nbformat
    from nbclient import NotebookClient
    launch = f"from accelerate import notebook_launcher\nnotebook_launcher(work, ({str(store)!r}, {str(run)!r}), num_processes=2)"
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in (WORK, launch)])
    NotebookClient(nb, timeout=300, kernel_name="python3").execute(env=ENV)


def members(run): return sorted(f.name for f in run.parent.glob(f"{run.name}-*"))


@pytest.fixture(scope="module")
def one(tmp_path_factory, store):
    run = tmp_path_factory.mktemp("one")/"run"
    script(store, run, [sys.executable])
    assert members(run) == ["run-0-of-1"]
    return run


@pytest.mark.parametrize("start", ["torchrun", "notebook_launcher"])
def test_two_processes_compute_what_one_does(tmp_path, store, one, start):
    pytest.importorskip("accelerate", reason="accelerate is not installed (pip install 'nas3dunet[distributed]'), so two processes were not tried")
    two = tmp_path/"two"
    if start == "torchrun": script(store, two, TWO)
    else: notebook(store, two)
    assert members(two) == ["two-0-of-2", "two-1-of-2"]
    assert read_json(one/"search"/"genotype.json") == read_json(two/"search"/"genotype.json")
    with np.load(one/"search"/"alphas.npz") as a, np.load(two/"search"/"alphas.npz") as b:
        for k in a.files: np.testing.assert_allclose(a[k], b[k], atol=2e-3)     # α has moved by 0.2; Adam makes rounding larger
    for part in ("search", "train"):
        losses = [[r["loss"] for r in read_csv(run/part/"history.csv", STEPS)] for run in (one, two)]
        np.testing.assert_allclose(*losses, atol=1e-4)
    assert json.loads((two/"search"/"config.json").read_text()) == json.loads((one/"search"/"config.json").read_text())


def test_a_refused_folder_ends_all_processes(tmp_path, store):
    pytest.importorskip("accelerate", reason="accelerate is not installed")
    run = tmp_path/"run"
    (run/"search").mkdir(parents=True)
    (run/"search"/"thesis.txt").write_text("not a run")
    file = tmp_path/"run.py"
    file.write_text(f"{WORK}\nfrom nas3dunet.core import InputError\nif __name__ == '__main__':\n    try: work({str(store)!r}, {str(run)!r})\n    except InputError as e: Path(f'{run}-{{Team().rank}}-said').write_text(str(e))\n")
    done = subprocess.run([*TWO, str(file)], env=ENV, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    said = {f.name: f.read_text() for f in tmp_path.glob("run-*-said")}
    assert len(said) == 2 and all("already holds files" in s for s in said.values()), said
    assert [p.name for p in (run/"search").iterdir()] == ["thesis.txt"]
