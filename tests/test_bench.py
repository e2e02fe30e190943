"The benchmarks, in tiny form: the rules of a race, every section and the command. Nothing here is timed."
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))   # the benchmarks are no part of what is installed

from bench import (
    cache,
    figures,
    growth,
    loading,
    patches,
    prepare,
    rivals,
    scores,
    sections,
    steps,
)
from bench.__main__ import main
from bench.measure import Peer, measure, race, row
from bench.report import machine, table
from nas3dunet.cases import find_cases
from nas3dunet.files import read_json, write_json
from nas3dunet.metrics import evaluate
from nas3dunet.phantom import make_phantom, write_phantoms
from nas3dunet.dataset import PatchDataset
from nas3dunet.store import Store


def bench(*words, **env):
    done = subprocess.run(
        [sys.executable, "-m", "bench", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **env},
    )
    return done.returncode, done.stdout, done.stderr


def printed(name):
    "The rows of a section in tiny form, each with its section; they must also fit into a table."
    rows = [{"section": name, **r} for r in sections.section(name, tiny=True)]
    text = table(dict(machine=machine(), tiny=True, rows=rows))
    assert all(r["work"] in text for r in rows)
    return rows


# ---- the rules

def test_turns_are_fair():
    "On a make-believe machine that gets 2 % slower with each call, equals seem to differ by a third."
    now = 0
    calls = []

    def work():
        nonlocal now
        now += 1.02 ** len(calls)
        calls.append(now)

    clock = lambda: now
    (one,) = measure(work, rounds=15, clock=clock)
    (two,) = measure(work, rounds=15, clock=clock)
    assert two["seconds"] / one["seconds"] > 1.3
    calls.clear()
    one, two = measure(work, work, rounds=15, clock=clock)
    assert abs(two["seconds"] / one["seconds"] - 1.02) < 1e-6


def test_each_contender_has_its_own_peak():
    "A contender that fills 200 MB for a moment is seen, also after one that filled 400 (on Linux)."
    def fill(megabytes): return lambda: float(torch.ones(megabytes * 250_000).sum())
    large, small = measure(fill(400), fill(200), rounds=1)
    assert large["answer"] == 1e8
    assert sys.platform != "linux" or .1 < large["peak"] - small["peak"] < .3


def test_ratio_and_goal():
    faster = row("a", 2., "peer", 7., goal=3)
    slower = row("b", 2., "peer", 5., goal=3)
    assert (faster["ratio"], faster["met"], slower["ratio"], slower["met"]) == (3.5, True, 2.5, False)
    assert row("c", 90, "peer", 30, "patches/s", goal=3, more=True)["met"]
    assert row("d", .2, most=.3)["met"] and not row("e", .4, most=.3)["met"]
    assert row("f", 1.)["met"] is None
    alone = row("g", 1., "peer", goal=3)
    assert alone["met"] is None and alone["ratio"] is None


def sum_race():
    "Counting to a million, by arithmetic and one by one, and against a package that nobody has."
    million = 1_000_000
    apart = lambda a, b: f"answers differ by {abs(a - b)}"
    loop = Peer("loop", "nas3dunet", lambda: lambda: sum(range(million)), goal=10, differs=apart)
    nobody = Peer("nobody", "no_such_package", lambda: 1 / 0, goal=2)
    gauss = lambda: million * (million - 1) // 2
    return race("sum to a million", gauss, [loop, nobody], rounds=3)


def test_race():
    loop, nobody = sum_race()
    assert loop["met"] and loop["note"] == "answers differ by 0"
    assert loop["ratio"] == loop["theirs"] / loop["ours"]
    assert nobody["met"] is None and nobody["theirs"] is None and nobody["ours"] == loop["ours"]
    assert "pip install" in nobody["note"]


def test_table_and_json(tmp_path):
    short = row("import", .21, most=.3)
    missed = row("crawl", .4, "peer", .2, goal=2, peak=1.5, their_peak=.5)
    rows = [{"section": "example", **r} for r in (*sum_race(), short, missed)]
    result = dict(machine=machine(), tiny=True, rows=rows)
    last = table(result).splitlines()[-4:]
    assert "met" in last[0] and "not installed" in last[1] and "≤ 0.3 s" in last[2]
    assert all(word in last[3] for word in ("0.50×", "MISSED", "1.50 / 0.50"))
    write_json(tmp_path/"bench.json", result)   # nothing is lost on the way
    assert read_json(tmp_path/"bench.json") == result
    assert os.listdir(tmp_path) == ["bench.json"]


# ---- the command

def test_tiny_table(tmp_path):
    code, out, err = bench("import", "scores", "--tiny", "--json", tmp_path/"bench.json")
    assert code == 0, out + err
    result = json.loads((tmp_path/"bench.json").read_text(encoding="utf-8"))
    assert [p.name for p in tmp_path.iterdir()] == ["bench.json"]
    found = [(r["section"], r["against"]) for r in result["rows"]]
    assert found == [("import", "")] * 2 + [("scores", "MedPy"), ("scores", "MONAI")]
    for r in result["rows"]:
        assert r["ours"] > 0 and r["work"] in out
        help = "pip install 'nas3dunet[peers]'" in r["note"]
        assert r["section"] == "import" or r["ratio"] or help   # a peer, or how to get it
    assert "TINY" in out and result["machine"]["cpu"] in out and result["machine"]["cores"] >= 1
    plain, whole = result["rows"][:2]
    assert (plain["work"], whole["work"]) == ("import nas3dunet", "import nas3dunet.cli")
    assert plain["ours"] < whole["ours"] and plain["most"] == whole["most"] == .3


def test_a_failing_section_is_a_row_and_an_exit_code(tmp_path):
    (tmp_path/"nilearn").mkdir()
    broken = "raise ImportError('no phantoms today')"   # the scores need phantoms
    (tmp_path/"nilearn"/"__init__.py").write_text(broken)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    code, out, err = bench("scores", "--tiny", PYTHONPATH=path)
    assert code == 1 and "FAILED" in out and "no phantoms today" in out, out + err


def test_a_section_without_a_function_is_a_row(monkeypatch):
    monkeypatch.setitem(sections.SECTIONS, "broken", "measure")   # the other process has no such name
    (broken,) = sections.run_section("broken", tiny=True)
    assert broken["failed"] and broken["met"] is False and "broken" in broken["note"]


@pytest.mark.parametrize("words, said", [
    (["speed"], "no section 'speed'"),
    (["scores", "--threads", "0"], "--threads is 0, but it must be at least 1"),
])
def test_what_the_command_does_not_take(words, said, capsys):
    with pytest.raises(SystemExit) as ended: main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_record():
    "The record that the book shows is a full run, and its ratios follow from its amounts."
    record = read_json(ROOT/"nbs"/"8_speed"/"bench.json")
    assert not record["tiny"] and {r["section"] for r in record["rows"]} == set(sections.SECTIONS)
    for r in record["rows"]:
        amounts = dict(theirs=r["theirs"], goal=r["goal"], most=r["most"])
        again = row(r["work"], r["ours"], more=r["unit"].endswith("/s"), **amounts)
        assert (again["ratio"], again["met"]) == (r["ratio"], r["met"])


def test_importing_loads_nothing_heavy():
    "What draws, or computes with a part of scipy, fetches that when it is used."
    heavy = set(
        "matplotlib plotly nilearn sklearn IPython ipywidgets blosc2 numba ray accelerate "
        "scipy.ndimage scipy.spatial scipy.special scipy.stats scipy.linalg".split()
    )
    names = "search train predict phantom figures scores tables floors study report demo cli".split()
    code = f"import sys, {', '.join('nas3dunet.' + m for m in names)}; print(*sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(out.stdout.split())
    assert "nas3dunet.metrics" in loaded and not heavy & loaded


# ---- the sections

def test_networks_of_a_race_begin_alike():
    losses = [steps.search_step(fast, size=16, depth=1)() for fast in (True, False)]
    assert all(abs(a - b) < 1e-5 for a, b in zip(*losses))
    for make in (steps.training_step, steps.inference):
        a, b = (make(fast, 2, True, 16, depth=1)() for fast in (True, False))
        assert abs(a - b) < 1e-5


def test_networks():
    rows = printed("supernet") + printed("derived")
    assert len(rows) == 5 and all(r["ratio"] > 0 for r in rows)


def test_scores():
    truth = make_phantom(0, shape=(80, 80, 52)).label
    found = evaluate(scores.bent(truth), truth)
    assert all(.4 < r["dice"] < .95 for r in found) and (scores.bent(truth, mm=0) == truth).all()
    for r in printed("scores"):
        there = bool(find_spec(r["against"].lower()))
        assert (r["theirs"] is not None) == there
        assert float(r["note"].split()[-1]) < 1e-5 if there else "pip install" in r["note"]


def test_predict():
    """12 patches of 16 voxels cover the brain; MONAI needs 48 for the volume and 18 for the brain's box,
    because its windows overlap by at least a quarter where auto-fit takes only what is left over."""
    whole, box, case = printed("predict")
    assert whole["goal"] == 1.5 and "network" in case["note"]
    if find_spec("monai"):
        assert "12 patches against 48" in whole["note"] and "against 18" in box["note"]


def test_growth():
    assert np.isclose(growth.exponent([1, 2, 5], [3, 6, 15]), 1)
    assert np.isclose(growth.exponent([1, 2, 5], [7, 7, 7]), 0)
    assert np.isclose(growth.exponent([1, 10, 100], [2, 200, 20000]), 2)
    rows = printed("growth")
    xs = lambda series: [r["x"] for r in rows if r.get("series") == series]
    assert xs("predict") == [1, 2, 4] and xs("search step by cell") == [5, 9]
    assert len([r for r in rows if "exponent of time" in r["work"]]) == 5
    assert [r["ours"] for r in rows if "more than after 4 of 8 steps" in r["work"]] == [0, 0]
    figure = figures.growth(rows)
    by_cases = ["prepare", "predict", "evaluate", "a long search"]
    by_steps = ["search step by patch", "search step by cell"]
    assert [ax.get_title() for ax in figure.axes] == by_cases + by_steps
    assert len(figure.axes[0].lines) == 2 + bool(rows[0]["peak"])


def test_prepare(tmp_path):
    write_phantoms(tmp_path/"cases", n=2, shape=(60, 60, 39))
    for way, folder in (("ours", "a"), (prepare.PLAIN, "b")):
        prepare.prepare_first(way, tmp_path/"cases", tmp_path/folder)
    one = Store(tmp_path/"a")
    plain = np.load(tmp_path/"b/image.npy")
    np.testing.assert_allclose(one.image(one.ids[0]), plain, atol=1e-3)
    np.testing.assert_array_equal(one.label(one.ids[0]), np.load(tmp_path/"b/label.npy"))
    rows = printed("prepare")
    expected = [("s", 2, None), ("cases", None, 1.5), ("min", None, None), ("GB", None, None)]
    assert [(r["unit"], r["goal"], r["most"]) for r in rows] == expected
    assert float(rows[0]["note"].split()[-1]) < 1e-3
    assert all(r["ours"] > 0 and r["theirs"] > 0 for r in (rows[0], *rows[2:]))
    assert np.isclose(rows[2]["ours"], 335 * rows[0]["ours"] / 60)


def test_page_cache_and_stopwatch(tmp_path):
    "8 MB, read with an empty cache and once more; both are 0 where temporary files live in memory."
    file = tmp_path/"file"
    file.write_bytes(bytes(8_000_000))
    got = []
    for cold in (True, False):
        if cold: cache.empty_cache(file)
        before = cache.disk_bytes()
        file.read_bytes()
        got.append(cache.disk_bytes() - before)
    assert got == [0, 0] or got[0] >= 8_000_000 > 80_000 > got[1]

    watch = cache.Stopwatch()
    start = watch()
    real = time.perf_counter()
    with watch: time.sleep(.4)
    assert watch() - start < .3 < .4 <= time.perf_counter() - real


@pytest.fixture(scope="module")
def small():
    "Two small cases, and their store."
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        write_phantoms(tmp/"cases", n=2, shape=(60, 60, 39))
        cases = find_cases(tmp/"cases")
        yield cases, prepare.prepare(cases, tmp/"store", workers=1)


def test_rivals_read_the_same_patches(small, tmp_path):
    cases, store = small
    watch = cache.Stopwatch()
    where = list(islice(patches.places(store, 16), 4))
    assert [id for id, _ in where] == store.ids * 2 and len({at for _, at in where}) == 4
    our_way = lambda id, at: store.patch(id, at, 16)
    ours = patches.reading(our_way, store.root, patches.places(store, 16), 3, watch)()
    for kind in rivals.H5 if find_spec("h5py") else ():
        path = tmp_path/f"{kind}.h5"
        read = rivals.h5_reader(store, path, kind, 16, 1, 16)
        theirs = patches.reading(read, path, patches.places(store, 16), 3, watch)()
        assert patches.compared(True)(ours, theirs).startswith("the same patches")
        for a, b in zip(ours[:2], theirs[:2]): np.testing.assert_array_equal(a, b)
    assert "OTHER PATCHES, by up to 1e+00" in patches.compared(False)(ours, (ours[0] + 1, *ours[1:]))
    voxels = 2 * rivals.PER_CASE * 4 * 16**3
    if find_spec("torchio"): assert rivals.queued(cases, 16, watch)() == voxels
    if find_spec("monai"): assert rivals.cached(cases, 16, watch, .5)() == voxels


def test_patches(small, tmp_path):
    _, store = small
    many = patches.many_cases(store, 5, tmp_path/"many")
    assert patches.read_patches(many, 16, 6) == 5
    one = Store(many).patch("C0003", (1, 2, 3), 8)[0]
    np.testing.assert_array_equal(one, store.patch(store.ids[1], (1, 2, 3), 8)[0])
    rows = printed("patches")
    assert [r["goal"] for r in rows] == [3, *[None] * 6]
    assert [r["most"] for r in rows] == [*[None] * 6, .1]
    for r, package in zip(rows, ("h5py", "h5py", "torchio", "monai", "monai", "h5py")):
        assert r["unit"] == "patches/s"
        if not find_spec(package):
            assert r["theirs"] is None and "pip install" in r["note"]
        else:
            assert r["ratio"] == r["ours"] / r["theirs"]
            assert package != "h5py" or "the same patches" in r["note"]


def test_loading(small):
    (r,) = printed("loading")
    assert 0 < r["ours"] < 100 and "of 6 steps" in r["note"]
    assert (r["most"], r["unit"], r["theirs"]) == (5, "%", None)
    # without workers the waiting is the whole work of loading, and each batch has some
    _, store = small
    kinds = zip(("alpha", "kernel"), store.ids)
    data = {kind: PatchDataset(store, [id], 16, per_case=2) for kind, id in kinds}
    start = time.perf_counter()
    waits, spent = loading.waiting(data, workers=0, depth=1)
    assert len(waits) == len(spent) == 4 and min(waits) > 0
    assert sum(waits) + sum(spent) < time.perf_counter() - start
