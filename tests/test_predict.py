"`nas3dunet predict` from outside: what is asked for on the command line is what lies in the folder."
import shutil
from zipfile import ZipFile

import nibabel as nib
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from nas3dunet.cases import find_cases, load_case, regions_to_label
from nas3dunet.files import read_json, write_json
from nas3dunet.normalize import modality_stats
from nas3dunet.networks import build_network

NETWORK = dict(kind="unet", in_channels=4, width=2, depth=1)


@pytest.fixture(scope="module")
def run(tmp_path_factory, cases):
    "An untrained network in the files of a training."
    folder = tmp_path_factory.mktemp("run")/"net"
    volume = load_case(find_cases(cases)[0])
    torch.manual_seed(1)
    stats = modality_stats([volume.image]).to_dict()
    write_json(folder/"config.json", dict(task="train", network=NETWORK, modalities=volume.modalities, scheme="brats", patch=[16] * 3,
                                          train_cases=["Phantom_001"], stats=stats, spacing=[2 * s for s in volume.spacing]))
    save_file({k: v.contiguous() for k, v in build_network(NETWORK).state_dict().items()}, folder/"model.safetensors")
    return folder


def test_what_a_challenge_wants(here, tmp_path, cases, run):
    "Other numbers, the voxel size of the network, probabilities, a zip; nothing outside of the brain."
    done = here("predict", run, cases, tmp_path/"out", "--scheme", "brats2023", "--resample", "--probabilities", "--zip", "--largest-of", "TC", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert "1 of 8 cases were trained on" in done.stdout and "Phantom_001" in done.stdout
    with ZipFile(tmp_path/"out"/"upload.zip") as z: assert z.namelist() == [f"Phantom_{i:03d}.nii.gz" for i in range(8)]
    for case in find_cases(cases)[:2]:
        volume, label = load_case(case), nib.load(tmp_path/"out"/f"{case.id}.nii.gz")
        prob = np.moveaxis(np.asarray(nib.load(tmp_path/"out"/f"{case.id}_prob.nii.gz").dataobj), -1, 0)
        values = np.asarray(label.dataobj)
        assert (label.affine == volume.affine).all() and set(np.unique(values)) <= {0, 1, 2, 3}
        outside = (volume.image == 0).all(0)
        assert (values[outside] == 0).all() and (prob[:, outside] == 0).all()
        assert ((values > 0) == (regions_to_label(prob) > 0)).all()   # WT was left as it is
    scored = here("evaluate", tmp_path/"out", cases, "--out", tmp_path/"scores.csv")
    assert scored.returncode == 0 and "_prob" not in scored.stdout + scored.stderr, scored.stdout
    assert len((tmp_path/"scores.csv").read_text().splitlines()) == 1 + 8 * 3
    again = here("evaluate", tmp_path/"out", cases, "--labels", "--predicted", "brats2023")
    assert again.returncode == 0 and "_prob" not in again.stdout + again.stderr, again.stdout + again.stderr


def test_the_voxel_size_is_looked_at(here, tmp_path, cases, run):
    "Every case is named with both sizes; a run that knows none says so, and does not resample."
    (tmp_path/"few").mkdir()
    for id in ("Phantom_000", "Phantom_002"): shutil.copytree(cases/id, tmp_path/"few"/id)
    done = here("predict", run, tmp_path/"few", tmp_path/"out", "--device", "cpu")
    said = [line for line in done.stdout.splitlines() if line.startswith("note:")]
    assert len(said) == 2 and all("5×5×4.84 mm" in line and "10×10×9.69 mm" in line and "--resample" in line for line in said), said
    shutil.copytree(run, tmp_path/"old")
    config = read_json(run/"config.json")
    config.pop("spacing")
    write_json(tmp_path/"old"/"config.json", config)
    done = here("predict", tmp_path/"old", tmp_path/"few", tmp_path/"plain", "--device", "cpu")
    assert done.returncode == 0 and done.stdout.count("note:") == 1 and "voxel size" in done.stdout
    refused = here("predict", tmp_path/"old", tmp_path/"few", tmp_path/"other", "--resample", "--device", "cpu")
    assert refused.returncode == 2 and "--spacing" in refused.stderr and not (tmp_path/"other").exists()
    told = here("predict", tmp_path/"old", tmp_path/"few", tmp_path/"other", "--resample", "--spacing", "10,10,9.69", "--device", "cpu")
    known = here("predict", run, tmp_path/"few", tmp_path/"known", "--resample", "--device", "cpu")
    assert told.returncode == known.returncode == 0, told.stderr + known.stderr
    for id in ("Phantom_000", "Phantom_002"):
        a, b = (np.asarray(nib.load(tmp_path/f/f"{id}.nii.gz").dataobj) for f in ("other", "known"))
        assert (a == b).all()


def test_a_part_of_the_cases(here, tmp_path, cases, run):
    "By name, by a file of names, and what a fold holds out."
    from nas3dunet.splits import split_folds
    (tmp_path/"ids.txt").write_text("Phantom_003\nPhantom_005\n")
    ids = [f"Phantom_{i:03d}" for i in range(8)]
    held, fold = split_folds(ids, 4, 3)[1], ["--fold", "2/4", "--seed", 3]
    refused = here("predict", run, cases, tmp_path/"seen", *fold, "--device", "cpu")
    assert refused.returncode == 2 and f"has seen case {held[0]}" in refused.stderr and not (tmp_path/"seen").exists()
    shutil.copytree(run, tmp_path/"net")
    write_json(tmp_path/"net"/"config.json", {**read_json(run/"config.json"), "train_cases": [i for i in ids if i not in held]})
    for words, expected in ((["--cases", "Phantom_002"], ["Phantom_002"]), (["--cases", tmp_path/"ids.txt"], ["Phantom_003", "Phantom_005"]), (fold, held)):
        done = here("predict", tmp_path/"net", cases, tmp_path/f"out{len(expected)}{words[0]}", *words, "--device", "cpu")
        assert done.returncode == 0, done.stderr
        assert [p.name for p in sorted((tmp_path/f"out{len(expected)}{words[0]}").glob("*.nii.gz"))] == [f"{i}.nii.gz" for i in expected]


def test_a_background_that_is_not_zero(here, tmp_path, cases, run):
    "z-scored scans with a constant background: refused, or predicted as if it were 0, and nothing is marked there."
    (tmp_path/"zscored"/"P1").mkdir(parents=True)
    for file in (cases/"Phantom_002").glob("*[!g].nii.gz"):
        image = nib.load(file)
        x = np.asarray(image.dataobj, np.float32)
        x = np.where(x == 0, -3.7, (x - x[x > 0].mean()) / x[x > 0].std()).astype(np.float32)
        nib.save(nib.Nifti1Image(x, image.affine), tmp_path/"zscored"/"P1"/file.name.replace("Phantom_002", "P1"))
    refused = here("predict", run, tmp_path/"zscored", tmp_path/"no", "--device", "cpu")
    assert refused.returncode == 2 and "background" in refused.stderr, refused.stderr
    done = here("predict", run, tmp_path/"zscored", tmp_path/"out", "--background", "auto", "--device", "cpu")
    assert done.returncode == 0, done.stderr
    ours = np.asarray(nib.load(tmp_path/"out"/"P1.nii.gz").dataobj)
    here("predict", run, cases, tmp_path/"plain", "--cases", "Phantom_002", "--device", "cpu")
    plain = np.asarray(nib.load(tmp_path/"plain"/"Phantom_002.nii.gz").dataobj)
    assert (plain > 0).any() and np.mean(ours != plain) < 1e-4
