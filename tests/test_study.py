"A study from outside: three layouts, a process killed in the middle of an epoch, and a worker of Ray's killed."
import json, os, shutil, signal, subprocess, sys, time
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

STUDY = ["--folds", 2, "--seeds", 1, "--patch-search", 16, "--patch-train", 16, "--epochs-search", 1, "--epochs-train", 1, "--depth", 1, "--unet-width", 2, "--batch", 2, "--device", "cpu"]
SLOW = [*STUDY, "--folds", 1, "--epochs-train", 20, "--methods", "unet"]   # long enough to be killed in the middle


def scores(out): return (out/"scores.csv").read_text()


# --- three layouts

NAMES_2023 = {"t1": "t1n", "t1ce": "t1c", "t2": "t2w", "flair": "t2f"}
MSD = {"flair": "FLAIR", "t1": "T1w", "t1ce": "T1gd", "t2": "T2w"}


def relabel(file, to, values):
    "Copy a label with other values; its grid and header stay."
    label = nib.load(file)
    old = np.asarray(label.dataobj)
    new = np.zeros_like(old)
    for a, b in values.items(): new[old == a] = b
    to.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(new, label.affine, label.header), to)


def brats2019(cases, root):
    for i, case in enumerate(cases): shutil.copytree(case, root/("HGG", "LGG")[i % 2]/case.name)


def brats2023(cases, root):
    for case in cases:
        relabel(case/f"{case.name}_seg.nii.gz", root/case.name/f"{case.name}-seg.nii.gz", {1: 1, 2: 2, 4: 3})
        for m, new in NAMES_2023.items(): shutil.copy(case/f"{case.name}_{m}.nii.gz", root/case.name/f"{case.name}-{new}.nii.gz")


def msd(cases, root):
    (root/"imagesTr").mkdir(parents=True)
    for case in cases:
        relabel(case/f"{case.name}_seg.nii.gz", root/"labelsTr"/f"{case.name}.nii.gz", {1: 2, 2: 1, 4: 3})
        images = [nib.load(case/f"{case.name}_{m}.nii.gz") for m in MSD]
        nib.save(nib.Nifti1Image(np.stack([np.asarray(i.dataobj) for i in images], -1), images[0].affine), root/"imagesTr"/f"{case.name}.nii.gz")
    about = {"modality": {str(i): name for i, name in enumerate(MSD.values())}, "test": [],
             "training": [{"image": f"./imagesTr/{c.name}.nii.gz", "label": f"./labelsTr/{c.name}.nii.gz"} for c in cases]}
    (root/"dataset.json").write_text(json.dumps(about))


def test_three_layouts_give_the_same_scores(here, tmp_path, cases):
    heads, found = sorted(p for p in cases.iterdir() if p.is_dir())[:4], {}
    for write in (brats2019, brats2023, msd):
        root, out = tmp_path/write.__name__, tmp_path/f"{write.__name__}-study"
        write(heads, root)
        done = here("compare", root, out, *STUDY)
        assert done.returncode == 0, done.stderr
        found[json.loads((out/"store"/"store.json").read_text())["scheme"]] = scores(out)
        assert "No significant difference" in (out/"report.html").read_text()
    assert set(found) == {"brats", "brats2023", "msd"} and len(set(found.values())) == 1
    assert len(found["msd"].splitlines()) == 1 + 3 * 4 * 3   # methods, heads, regions


# --- killed

def start(*words):
    command = [str(Path(sys.executable).parent/"nas3dunet"), *map(str, words)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})


def steps(unit, *epochs): return [line for line in (unit/"train"/"history.csv").read_text().splitlines()[1:] if int(line.split(",")[0]) in epochs]


def begun(unit, process, epochs=3):
    "Wait until a unit's training has a checkpoint and some epochs."
    end = time.time() + 120
    while not (unit/"train"/"checkpoint.pt").exists() or len(steps(unit, epochs)) == 0:
        assert process.poll() is None and time.time() < end, process.stderr.read()
        time.sleep(.02)
    assert not (unit/"unit.json").exists()


@pytest.fixture(scope="module")
def whole(cli, tmp_path_factory, store):
    "The scores of the study when nobody kills it."
    out = tmp_path_factory.mktemp("whole")/"study"
    done = cli("compare", store, out, *SLOW)
    assert done.returncode == 0, done.stderr
    return scores(out)


def test_killed_study_goes_on_to_the_same_scores(cli, tmp_path, store, whole):
    process, unit = start("compare", store, tmp_path/"cut", *SLOW), tmp_path/"cut"/"unet"/"fold-1"/"seed-0"
    begun(unit, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = steps(unit, 1, 2)   # of the three epochs or more on disk, these two have a checkpoint for sure
    assert not (unit/"unit.json").exists() and not (tmp_path/"cut"/"report.html").exists()
    done = cli("compare", store, tmp_path/"cut", *SLOW)
    assert done.returncode == 0, done.stderr
    assert kept and steps(unit, 1, 2) == kept   # they were not trained again: even their seconds are the same
    assert scores(tmp_path/"cut") == whole
    assert json.loads((unit/"unit.json").read_text())["starts"] == 2 and "1 was interrupted and taken up again" in (tmp_path/"cut"/"report.html").read_text()


def test_ray_finishes_what_a_killed_worker_had_begun(tmp_path, store, whole):
    pytest.importorskip("ray", reason="Ray is not installed (extra [distributed])")
    process, unit = start("compare", store, tmp_path/"ray", *SLOW, "--engine", "ray"), tmp_path/"ray"/"unet"/"fold-1"/"seed-0"
    begun(unit, process)
    worker = json.loads((unit/"start.json").read_text())["pid"]
    assert worker != process.pid
    os.kill(worker, signal.SIGKILL)
    assert process.wait(timeout=240) == 0, process.stderr.read()
    assert json.loads((unit/"unit.json").read_text())["starts"] == 2
    assert scores(tmp_path/"ray") == whole
