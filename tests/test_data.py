"Data that are not BraTS', from outside: names, numberings, backgrounds, voxel sizes, and what is said about them."
import json

import nibabel as nib
import numpy as np
import pytest

BRATS = ("_t1", "_t1ce", "_t2", "_flair", "_seg")
SHAPE = (24, 22, 20)
DISTANCE = np.sqrt(sum(((np.arange(n) - n // 2)**2).reshape([-1 if a == i else 1 for a in range(3)]) for i, n in enumerate(SHAPE)))


def write_case(root, id, names=BRATS, values=(4, 1, 2), background=0, affine=np.eye(4)):
    "A head with a tumour of three nested balls, numbered with `values`; a name of None leaves that file out."
    rng = np.random.default_rng(len(id))
    (root/id).mkdir(parents=True)
    label = np.select([DISTANCE < 2, DISTANCE < 3.5, DISTANCE < 5], values).astype(np.uint8)
    for name in names[:4]:
        scan = np.where(DISTANCE < 9, rng.normal(500, 60, SHAPE), background).astype(np.float32)
        if name: nib.save(nib.Nifti1Image(scan, affine), root/id/f"{id}{name}.nii.gz")
    if names[4]: nib.save(nib.Nifti1Image(label, affine), root/id/f"{id}{names[4]}.nii.gz")


def test_own_names_numbers_and_background(here, tmp_path):
    "One folder with everything strange about it goes in when each thing is stated, and says what was taken for what."
    own = ("-pre", "-post", "-water", "-dark", "-roi")
    for id in ("A", "B"): write_case(tmp_path/"cases", id, own, values=(4, 3, 2), background=-3.7)
    words = ["prepare", tmp_path/"cases", tmp_path/"store"]
    names = ["--names", "t1=-pre,t1ce=-post,t2=-water,flair=-dark,seg=-roi"]
    done = here(*words)
    assert done.returncode == 2 and "A-dark.nii.gz" in done.stderr and "--names" in done.stderr
    done = here(*words, *names)
    assert done.returncode == 2 and "background -3.7" in done.stderr
    done = here(*words, *names, "--background", "auto")
    assert done.returncode == 2 and "brats2015: 2 outside" in done.stderr and "ped: 2 core" in done.stderr and " ml" in done.stderr
    done = here(*words, *names, "--background", "auto", "--regions", "ET=4,TC=3+4,WT=2+3+4")
    assert done.returncode == 0, done.stderr
    assert "labels are read as ET=4,TC=3+4,WT=2+3+4: 2 = outside of the core" in done.stdout and "t1 -3.7" in done.stdout
    about = json.loads((tmp_path/"store/store.json").read_text())
    assert about["scheme"] == "ET=4,TC=3+4,WT=2+3+4" and about["background"] == "auto"
    assert about["cases"]["A"]["voxels"] == {r: int((DISTANCE < d).sum()) for r, d in (("ET", 2), ("TC", 3.5), ("WT", 5))}


def test_incomplete_and_passed_over(here, tmp_path):
    "Nothing is left out without a word."
    write_case(tmp_path/"cases", "A")
    write_case(tmp_path/"cases", "B", ("_t1", None, "_t2", "_flair", "_seg"))
    write_case(tmp_path/"cases", "C", ("_t1", "_t1ce", "_t2", "_flair", "Segm"), affine=np.diag([1, 1, 3, 1]))
    words = ["prepare", tmp_path/"cases", tmp_path/"store"]
    done = here(*words)
    assert done.returncode == 2 and "case B has no t1ce" in done.stderr and "--skip-incomplete" in done.stderr
    done = here(*words, "--skip-incomplete")
    assert done.returncode == 0, done.stderr
    for said in ("B (no t1ce)", "1 image file was passed over: CSegm.nii.gz", "case C has no label, but CSegm.nii.gz", "mixed voxel sizes", "not cubes"): assert said in done.stdout


@pytest.mark.parametrize("words, says", [
    (["--scheme", "ped", "--regions", "ET=1,TC=1,WT=1"], "give one of them"),
    (["--regions", "ET=1,TC=2,WT=1"], "not nested"),
    (["--names", "ct=_ct"], "names are"),
    (["--background", "grey"], "background is"),
])
def test_bad_statements(here, tmp_path, words, says):
    write_case(tmp_path/"cases", "A")
    done = here("prepare", tmp_path/"cases", tmp_path/"store", *words)
    assert done.returncode == 2 and says in done.stderr and not (tmp_path/"store").exists()


def test_dicom(here, tmp_path):
    (tmp_path/"scans").mkdir()
    (tmp_path/"scans/IM0001").write_bytes(bytes(128) + b"DICM")
    done = here("prepare", tmp_path/"scans", tmp_path/"store")
    assert done.returncode == 2 and "dcm2niix" in done.stderr
