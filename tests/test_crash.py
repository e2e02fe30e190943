"Killed at the worst moment, and resumed."
import os, signal, subprocess, sys, time
from pathlib import Path

import numpy as np
import pytest
import torch

from nas3dunet.files import STEPS, read_csv

SEARCH = ["--patch", 8, "--batch", 2, "--depth", 1, "--nodes", 2, "--epochs", 4, "--lr-alpha", .05, "--per-case", 2, "--device", "cpu", "--seed", 5]


def start(store, run, *more):
    command = [Path(sys.executable).parent/"nas3dunet", "search", store, run, *SEARCH, *more]
    return subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def wait_for(file, process):
    while not file.exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(.01)


def test_killed_search_resumes_to_the_same_result(cli, tmp_path, store):
    done = cli("search", store, tmp_path/"whole", *SEARCH)
    assert done.returncode == 0, done.stderr
    process = start(store, tmp_path/"cut")
    wait_for(tmp_path/"cut"/"checkpoint.pt", process)
    time.sleep(.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (tmp_path/"cut"/"genotype.json").exists()
    done = cli("search", store, tmp_path/"cut", *SEARCH, "--resume")
    assert done.returncode == 0, done.stderr
    assert (tmp_path/"cut"/"genotype.json").read_text() == (tmp_path/"whole"/"genotype.json").read_text()
    with np.load(tmp_path/"cut"/"alphas.npz") as a, np.load(tmp_path/"whole"/"alphas.npz") as b:
        for k in b.files: np.testing.assert_array_equal(a[k], b[k])


@pytest.mark.parametrize("name, code", [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_saves_and_says_how_to_go_on(tmp_path, store, name, code):
    "The process ends after its step, and all steps that it has made are in the folder."
    process = start(store, tmp_path/"run", "--epochs", 500)   # more than any machine is through before the signal comes
    wait_for(tmp_path/"run"/"checkpoint.pt", process)
    time.sleep(.2)
    process.send_signal(getattr(signal, name))
    message = process.communicate(timeout=60)[1]
    assert process.returncode == code and "--resume" in message and len(message.strip().splitlines()) == 1
    stands = torch.load(tmp_path/"run"/"checkpoint.pt")["at"]
    last = read_csv(tmp_path/"run"/"history.csv", STEPS)[-1]
    assert (stands["epoch"], stands["step"]) == (last["epoch"], last["step"])


def test_a_full_disk_behind_the_output():
    "What could not be handed over is said, once."
    command = f"{Path(sys.executable).parent/'nas3dunet'} --version >/dev/full"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode == 1 and "No space left" in done.stderr and len(done.stderr.strip().splitlines()) == 1
