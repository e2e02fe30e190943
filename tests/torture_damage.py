"""Damage the files of a small store, run, study and data set in every way that comes to mind, and read them again.

In each try one file is changed, one reader is called, and the file is put back. Where a checksum guards the file, a reader that takes
it must give what it gave before, to the bit; else the try counts as lost.
"""
import gzip, hashlib, json, shutil, signal, sys, traceback, warnings
from collections import defaultdict
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from nas3dunet.cases import find_cases, load_case
from nas3dunet.cli import app
from nas3dunet.core import InputError
from nas3dunet.genotype import Genotype
from nas3dunet.phantom import write_phantoms
from nas3dunet.prepare import prepare
from nas3dunet.runs import open_search, read_run
from nas3dunet.search import search
from nas3dunet.store import Store
from nas3dunet.study import study, study_rows
from nas3dunet.study_page import read_units
from nas3dunet.table import Table
from nas3dunet.train import load_network, train
from nas3dunet.networks import searched_spec

TINY = dict(patch=4, batch=2, show=False, device="cpu")


# ---- what is damaged

def make_world(root):
    "A folder of cases, a store, a search, a training, predictions, a study, an MSD data set, a table: a few hundred kB."
    write_phantoms(root/"cases", n=4, shape=(24, 24, 16), seed=1)
    store = prepare(find_cases(root/"cases"), root/"store")
    search(store, root/"search", depth=1, width=1, nodes=1, epochs=3, **TINY)
    train(store, root/"train", searched_spec(root/"search"), epochs=1, **TINY)
    run("predict", root/"train", root/"cases", root/"pred", "--device", "cpu")
    study(root/"store", root/"study", methods=("unet",), folds=2, seeds=1, network=dict(depth=1, width=1), unet=dict(width=1), training=dict(patch=4, batch=2, epochs=1), device="cpu")
    make_msd(root/"msd", root/"cases")
    shutil.copy(Path(sys.modules["nas3dunet.table"].__file__).parent/"table.json", root/"table.json")


def make_msd(folder, cases):
    "Two of the cases as the Medical Segmentation Decathlon has them."
    import nibabel as nib
    (folder/"imagesTr").mkdir(parents=True)
    (folder/"labelsTr").mkdir()
    names = []
    for case in find_cases(cases)[:2]:
        parts = [nib.load(case.images[m]) for m in ("flair", "t1", "t1ce", "t2")]
        whole = np.stack([np.asarray(p.dataobj) for p in parts], -1)
        nib.save(nib.Nifti1Image(whole, parts[0].affine), folder/"imagesTr"/f"{case.id}.nii.gz")
        label = np.asarray(nib.load(case.label).dataobj)
        label = np.select([label == 4, label == 1, label == 2], [3, 2, 1]).astype(np.uint8)
        nib.save(nib.Nifti1Image(label, parts[0].affine), folder/"labelsTr"/f"{case.id}.nii.gz")
        names.append(f"{case.id}.nii.gz")
    (folder/"dataset.json").write_text(json.dumps({
        "modality": {"0": "FLAIR", "1": "T1w", "2": "t1gd", "3": "T2w"}, "labels": {"0": "background", "1": "edema", "2": "non-enhancing tumor", "3": "enhancing tumour"},
        "training": [{"image": f"./imagesTr/{n}", "label": f"./labelsTr/{n}"} for n in names], "test": []}))


# ---- who reads it

def run(*words):
    "The command line, in this process."
    done = CliRunner().invoke(app, [str(w) for w in words])
    if done.exit_code == 2: raise InputError(done.output)
    if done.exit_code: raise RuntimeError(f"exit code {done.exit_code}: {done.output[-500:]}") from done.exception


def read_store(w):
    store = Store(w/"store")
    found = [store.manifest(), store.stats_of(store.ids)]
    for id in store.ids:
        found += [store.image(id).tobytes(), store.patch(id, (0, 0, 0), 4)[0].tobytes()]
        if store.about(id)["has_label"]: found.append(store.whole_label(id).tobytes())
        for region, n in store.about(id).get("voxels", {}).items():
            if n: found.append(store.voxel(id, region, n - 1).tolist())
    return found


def read_cases(w):
    for case in find_cases(w/"cases"): load_case(case)


def prepare_again(w): prepare(find_cases(w/"cases"), w/"store")


def read_study(w): return study_rows(w/"study"), read_units(w/"study")


def read_network(w):
    net, config = load_network(w/"train", "cpu")
    return [t.numpy().tobytes() for t in net.state_dict().values()], config


def read_search(w):
    view = read_run(w/"search")
    return view.config, view.genotypes, view.counts, view.changes, [a.tobytes() for k in ("down", "up") for a in view.alphas[k]], [c.tobytes() for c in view.history.values()]


def go_on(w): search(w/"store", w/"search", depth=1, width=1, nodes=1, epochs=3, resume=True, **TINY)


def train_on(w): train(w/"store", w/"train", searched_spec(w/"search"), epochs=1, resume=True, **TINY)


def study_on(w):
    study(w/"store", w/"study", methods=("unet",), folds=2, seeds=1, network=dict(depth=1, width=1), unet=dict(width=1), training=dict(patch=4, batch=2, epochs=1), device="cpu")


TARGETS = {   # folder → what reads it; those that may write get a copy
    "store": (["store.json", "*/case.json", "*/*.b2nd", "config.json"], [read_store], [prepare_again]),
    "cases": (["*/*.nii.gz"], [read_cases], []),
    "search": (["config.json", "history.csv", "alphas.npz", "genotypes.jsonl", "genotype.json", "checkpoint.pt"],
               [read_search, lambda w: open_search(w/"search", w/"store", "cpu"), lambda w: searched_spec(w/"search"), lambda w: Genotype.load(w/"search/genotype.json")], [go_on]),
    "train": (["config.json", "history.csv", "model.safetensors", "checkpoint.pt"], [read_network], [train_on]),
    "pred": (["config.json", "history.csv", "*.nii.gz"], [lambda w: run("evaluate", w/"pred", w/"cases")], [lambda w: run("predict", w/"train", w/"cases", w/"pred", "--device", "cpu", "--resume")]),
    "study": (["config.json", "cases.json", "unet/*/*/*.json", "unet/*/*/scores.csv", "unet/*/*/train/*.json", "unet/*/*/train/history.csv"], [read_study], [study_on]),
    "msd": (["dataset.json", "imagesTr/*.nii.gz"], [lambda w: [load_case(c) for c in find_cases(w/"msd")]], []),
    "table.json": ([], [lambda w: Table.load(w/"table.json")], []),
}


# files that a checksum guards, and the readers that must not be deceived
GUARDED = {read_store: ("store.json", ".b2nd"), read_search: ("config.json", "history.csv", "alphas.npz", "genotypes.jsonl"), read_network: ("config.json", "model.safetensors"), read_study: ("scores.csv", "unit.json")}


# ---- how it is damaged

ODD = [None, True, False, 0, -1, 1, 2**31, 2**62, 10**17, 1.5, -0.0, 1e308, float("nan"), float("inf"), "", "x", "a/../../b", "\x00", "ü\n", "1", "1e5", "$x^2$", [], {}, [1], [[]], [None], {"a": 1}, "x" * 300]


def places(data, path=()):
    "All paths to a value in a JSON structure."
    yield path
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside: yield from places(value, (*path, key))


def change_json(rng, raw):
    "One value replaced, removed, doubled or renamed."
    data = json.loads(raw)
    path = rng.choice(list(places(data)))
    if not path: return json.dumps(rng.choice(ODD)).encode()
    parent = data
    for key in path[:-1]: parent = parent[key]
    how, key = rng.randrange(5), path[-1]
    if how == 0: del parent[key]
    elif how == 1 and isinstance(parent, dict): parent[rng.choice(["x", "", "$a$", "../up"])] = parent.pop(key)
    elif how == 1: parent.append(parent[key])
    elif how == 2 and isinstance(parent[key], (int, float)): parent[key] = parent[key] * rng.choice([-1, 10, 1e9, .5]) + rng.choice([0, 1])
    elif how == 3: parent[key] = [parent[key]]
    else: parent[key] = rng.choice(ODD)
    return json.dumps(data).encode()


def change_lines(rng, raw):
    "The same to one line of a file of JSON lines."
    lines = raw.split(b"\n")[:-1]
    i = rng.randrange(len(lines))
    if rng.random() < .3: lines.insert(i, rng.choice(lines))
    elif rng.random() < .3: del lines[i]
    else: lines[i] = change_json(rng, lines[i])
    return b"\n".join(lines) + b"\n"


def change_csv(rng, raw):
    "A cell, a line or a column."
    rows = [line.split(b",") for line in raw.split(b"\n")]
    row = rng.choice(rows)
    how, i = rng.randrange(5), rng.randrange(len(row))
    if how == 0: rows.remove(row)
    elif how == 1: rows.insert(rng.randrange(len(rows)), list(row))
    elif how == 2:
        for r in rows: r[i:i + 1] = []
    else: row[i] = rng.choice([b"", b"-1", b"nan", b"inf", b"1e999", b"0x1", b"9" * 30, b"alpha", b'"', b"\x00", b"\xff", b"1.5", b"-7", b"1_0", rng.choice(row)])
    return b"\n".join(b",".join(r) for r in rows)


def change_npz(rng, raw):
    "An array of another kind, size or content."
    with np.load(BytesIO(raw)) as f: arrays = dict(f)
    name = rng.choice(list(arrays))
    a = arrays[name]
    arrays[name] = rng.choice([a[:0], a.astype(int), a.astype("U8"), a * np.nan, a[..., None], a.ravel(), a[:, :1], np.float64(1), a.astype(complex), a[::-1], a * 1e30, np.zeros((0, 5)), a.astype(np.float16)])
    if rng.random() < .2: arrays.pop(name)
    if rng.random() < .2: arrays[rng.choice(["down_9", "x", "up_0"])] = a
    out = BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def change_nifti(rng, raw):
    "Bytes of the header, or of the end."
    data = bytearray(gzip.decompress(raw))
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.choice([rng.randrange(352), rng.choice([40, 42, 44, 46, 48, 70, 72, 76, 80, 108, 112, 116, 252, 254, 280, 344])])
        data[at] = rng.choice([0, 1, 127, 128, 255, data[at] ^ (1 << rng.randrange(8))])
    if rng.random() < .1: data = data[:rng.randrange(len(data))]
    return gzip.compress(bytes(data), 1)


def change_bytes(rng, raw):
    "A bit, a cut, a hole, something foreign: what any file can suffer."
    data = bytearray(raw)
    at = rng.randrange(len(data)) if data else 0
    how = rng.randrange(7)
    if how <= 2 and data: data[at] ^= 1 << rng.randrange(8)
    elif how == 3: data = data[:at]
    elif how == 4: data[at:at + rng.randrange(64)] = bytes(rng.randrange(64))
    elif how == 5: data[at:at] = rng.randbytes(rng.randrange(1, 9))
    else: data = bytearray(rng.choice([b"", b"\0" * 100, b"PK\3\4", b"[]", b"{}", b"null", b"\xff\xfe", b"\x1f\x8b", bytes(data) * 2]))
    return bytes(data)


CHANGES = {".json": change_json, ".jsonl": change_lines, ".csv": change_csv, ".npz": change_npz, ".gz": change_nifti}


def damaged(rng, file, raw):
    "Other bytes for a file."
    own = CHANGES.get(file.suffix)
    change = own if own and rng.random() < .7 else change_bytes
    return change(rng, raw)


# ---- a try

class Slow(BaseException): "Raised by the alarm."


def outcome(reader, world):
    "How a reader ends, and what it said."
    def ring(*_): raise Slow
    signal.signal(signal.SIGALRM, ring)
    signal.alarm(20)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            found = reader(world)
    except InputError as e: return "refused", str(e)
    except Slow: return "slow", ""
    except Exception as e: return "foreign", "".join(traceback.format_exception(e)[-3:])
    finally: signal.alarm(0)
    return "survived", hashlib.sha256(repr(found).encode()).hexdigest() if reader in GUARDED else ""


def attempt(rng, world):
    "One file, one change, one reader; returns folder, outcome and what was said."
    name = rng.choice(list(TARGETS))
    patterns, readers, writers = TARGETS[name]
    reader = rng.choice([*readers, *writers[:rng.random() < .2]])
    files = sorted(f for p in patterns for f in (world/name).glob(p)) or [world/name]
    kinds = defaultdict(list)
    for f in files: kinds[f.suffix, f.stem if f.suffix == ".json" else ""].append(f)
    file = rng.choice(kinds[rng.choice(sorted(kinds))])
    place = world
    if reader in writers:
        place = world.with_name("copy")
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(world, place)
        file = place/file.relative_to(world)
    raw = file.read_bytes()
    file.write_bytes(damaged(rng, file, raw))
    try: result, said = outcome(reader, place)
    finally: file.write_bytes(raw)
    if result == "survived" and file.name.endswith(GUARDED.get(reader, ("nothing",))):
        if said != outcome(reader, place)[1]: return name, "lost", f"{file.name}: another value, without a word"
    return name, result, f"{file.name}: {said}"


def damage(root, tally, rng, tries):
    "So many tries."
    world = root/"world"
    world.mkdir()
    with redirect_stdout(StringIO()): make_world(world)
    for _ in range(tries):
        name, result, said = attempt(rng, world)
        tally.add(f"damaged: {name}", result, said)
