"Each command from outside: exit codes, messages, files."
import json, shutil

import nibabel as nib
import numpy as np
import pytest
from typer.testing import CliRunner

from nas3dunet.cli import app

COMMANDS = "demo phantom prepare search decode train predict evaluate compare explore lab".split()
TINY = ["--patch", 16, "--batch", 2, "--epochs", 1, "--device", "cpu"]


def test_help(cli):
    top = cli("--help").stdout
    assert all(c in top for c in COMMANDS) and "…" not in top     # no summary is cut
    for c in COMMANDS:
        done = CliRunner().invoke(app, [c, "--help"])
        assert done.exit_code == 0 and "Usage" in done.stdout and len(done.stdout.splitlines()) > 5, c
        if c == "search": assert "Stop when a genotype has led this often" in " ".join(done.stdout.split())


def test_version(here):
    import nas3dunet
    assert here("--version").stdout.strip() == nas3dunet.__version__


def test_step_by_step(cli, tmp_path, cases, store):
    "search → decode → train → predict → evaluate, each as a command of its own."
    two = sorted(p for p in cases.iterdir() if p.is_dir())[:2]
    for case in two: shutil.copytree(case, tmp_path/"two"/case.name)
    for words in (["search", store, tmp_path/"search", "--depth", 1, "--nodes", 1, *TINY],
                  ["decode", tmp_path/"search", tmp_path/"cells.json", "--how", "zero-cost", "--store", store, "--device", "cpu"],
                  ["train", store, tmp_path/"train", "--search", tmp_path/"search", "--genotype", tmp_path/"cells.json", *TINY],
                  ["predict", tmp_path/"train", tmp_path/"two", tmp_path/"out", "--device", "cpu"],
                  ["evaluate", tmp_path/"out", tmp_path/"two", "--out", tmp_path/"scores.csv"]):
        done = cli(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    case = two[0].name
    ours, theirs = nib.load(tmp_path/"out"/f"{case}.nii.gz"), nib.load(cases/case/f"{case}_t1.nii.gz")
    assert ours.shape == theirs.shape and np.allclose(ours.affine, theirs.affine) and set(np.unique(ours.dataobj)) <= {0, 1, 2, 4}
    assert len((tmp_path/"scores.csv").read_text().splitlines()) == 1 + 2 * 3


def test_other_input_loss_and_weights(here, tmp_path, cases, store):
    "What the paper does not have: kept in the runs, and found there by the prediction."
    other = ["--normalize", "zscore", "--loss", "dice+ce"]
    for words in (["search", store, tmp_path/"search", "--depth", 1, "--nodes", 1, *other, *TINY],
                  ["train", store, tmp_path/"train", "--search", tmp_path/"search", *other, "--average", .9, *TINY],
                  ["predict", tmp_path/"train", cases, tmp_path/"out", "--device", "cpu"]):
        done = here(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
    searched, trained, predicted = (json.loads((tmp_path/name/"config.json").read_text()) for name in ("search", "train", "out"))
    assert searched["normalize"] == trained["normalize"] == trained["stats"]["normalize"] == predicted["stats"]["normalize"] == "zscore"
    assert searched["loss"] == trained["loss"] == "dice+ce" and trained["average"] == .9


def test_two_modalities_to_the_report(here, tmp_path, cases):
    "A data set with only t1ce and flair goes through to the report."
    for case in cases.iterdir():
        if not case.is_dir(): continue
        (tmp_path/"two"/case.name).mkdir(parents=True)
        for m in ("t1ce", "flair", "seg"): shutil.copy(case/f"{case.name}_{m}.nii.gz", tmp_path/"two"/case.name)
    words = ["compare", tmp_path/"two", tmp_path/"out", "--folds", 1, "--seeds", 1, "--patch-search", 16, "--patch-train", 16, "--epochs-search", 1,
             "--epochs-train", 1, "--depth", 1, "--batch", 2, "--normalize", "zscore", "--device", "cpu"]
    done = here(*words)
    assert done.returncode == 0, done.stderr
    plan = json.loads((tmp_path/"out"/"config.json").read_text())
    assert plan["searching"]["normalize"] == plan["training"]["normalize"] == "zscore" and "average" not in plan["training"]
    report = (tmp_path/"out"/"report.html").read_text()
    assert "NAS-3D-U-Net" in report and "Random cells" in report
    again = here(*words)
    assert again.returncode == 0 and "0 to do" in again.stdout
    other = here(*words, "--epochs-train", 2)
    assert other.returncode == 2 and "started with training" in other.stderr


def test_explore(cli, here, tmp_path):
    "What the shipped table says, printed and written; a wrong table or file is refused before the work."
    done = cli("explore", "--searches", 20, "--out", tmp_path/"found.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path/"found.json").read_text())
    assert "simulated data" in done.stdout and "simulated data" in found["caution"]
    for name in ("random search", "a second look", "evolution", "local search", "halving from 3 epochs"): assert name in done.stdout
    for name, agreement in found["agreements"].items():
        assert name in done.stdout and agreement["low"] <= agreement["tau"] <= agreement["high"]
    for word, value in (("--table", tmp_path/"none.json"), ("--out", tmp_path/"found.txt"), ("--searches", 3)):
        refusal = here("explore", word, value)
        assert refusal.returncode == 2 and len(refusal.stderr.strip().splitlines()) == 1, refusal.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["found.json"]


def test_hard_phantoms(here, tmp_path):
    "Hard cases are other ones than plain cases, say so in their headers, and are not mixed with them."
    words = ["phantom", "--n", 1, "--shape", "24,24,16"]
    for folder, more in (("plain", ()), ("hard", ("--hard",)), ("some", ("--distractors", "wmh, cysts"))):
        done = here(*words, tmp_path/folder, *more)
        assert done.returncode == 0, done.stderr
    heads = {folder: nib.load(tmp_path/folder/"Phantom_000/Phantom_000_t2.nii.gz") for folder in ("plain", "hard", "some")}
    notes = {folder: head.header["descrip"].item().decode() for folder, head in heads.items()}
    assert "hard" in notes["hard"] and "+wc" in notes["some"] and all("simulated" in note for note in notes.values())
    assert (heads["hard"].get_fdata() != heads["plain"].get_fdata()).any()
    mixed = here(*words, tmp_path/"plain", "--hard", "--resume")
    assert mixed.returncode == 2 and "distractors" in mixed.stderr


@pytest.mark.parametrize("words, says", [
    (["prepare", "{empty}", "{out}"], "{empty}"),
    (["prepare", "{none}", "{out}"], "{none}"),
    (["prepare", "{cases}", "{out}", "--modalities", "t1,dwi"], "dwi"),
    (["prepare", "{cases}", "{out}", "--scheme", "brats1999"], "brats1999"),
    (["search", "{store}", "{out}", "--patch", "50"], "50"),
    (["search", "{store}", "{out}", "--patch", "big"], "big"),
    (["search", "{none}", "{out}"], "{none}"),
    (["search", "{store}", "{out}", "--patch", "32", "--normalize", "z"], "paper or zscore"),
    (["search", "{store}", "{out}", "--patch", "32", "--loss", "ce"], "dice or dice+ce"),
    (["train", "{store}", "{out}", "--unet", "--normalize", "z"], "paper or zscore"),
    (["train", "{store}", "{out}", "--unet", "--average", "1"], "average is 1.0"),
    (["search", "{store}", "{cases}", "--patch", "32"], "nothing was overwritten"),
    (["search", "{store}", "{out}", "--patch", "32", "--device", "warp-drive"], "warp-drive"),
    (["train", "{store}", "{out}"], "--unet"),
    (["train", "{store}", "{out}", "--search", "{none}"], "{none}"),
    (["predict", "{none}", "{cases}", "{out}"], "{none}"),
    (["evaluate", "{empty}", "{cases}"], "{empty}"),
    (["phantom", "{cases}", "--n", "1"], "{cases}"),
    (["phantom", "{out}", "--n", "0"], "0"),
    (["phantom", "{out}", "--distractors", "wmh,cyst"], "'cyst'"),
    (["phantom", "{out}", "--hard", "--distractors", "wmh"], "give one of them"),
    (["demo", "--out", "{cases}"], "nothing was overwritten"),
    (["compare", "{store}", "{out}", "--methods", "nas,magic"], "magic"),
    (["compare", "{store}", "{out}", "--folds", "9"], "folds is 9"),
    (["compare", "{store}", "{out}", "--patch-train", "50"], "50"),
    (["compare", "{store}", "{out}", "--normalize", "z"], "paper or zscore"),
    (["compare", "{store}", "{out}", "--average", "1"], "average is 1.0"),
    (["compare", "{store}", "{out}", "--engine", "steam"], "steam"),
    (["compare", "{none}", "{out}"], "{none}"),
    (["compare", "{cases}", "{store}"], "store"),
    (["prepare"], "Missing argument"),
    (["serach"], "serach"),
])
def test_bad_input(here, tmp_path, cases, store, words, says):
    "One sentence that names the culprit, exit code 2, no foreign frames, nothing written."
    (tmp_path/"empty").mkdir()
    names = dict(empty=tmp_path/"empty", none=tmp_path/"none", out=tmp_path/"out", cases=cases, store=store)
    done = here(*[w.format(**names) for w in words])
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert says.format(**names) in done.stderr.replace("\n", " ") and "Traceback" not in done.stderr
    assert not (tmp_path/"out").exists() or not any((tmp_path/"out").iterdir())
