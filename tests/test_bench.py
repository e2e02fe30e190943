"The benchmark's command, in tiny form: it runs, prints one table and writes whole JSON. Nothing here is timed."
import json, os, subprocess, sys


def bench(*words, **env):
    done = subprocess.run([sys.executable, "-m", "nas3dunet.bench", *map(str, words)], capture_output=True, text=True, env={**os.environ, **env})
    return done.returncode, done.stdout, done.stderr


def test_tiny_table(tmp_path):
    code, out, err = bench("import", "scores", "--tiny", "--json", tmp_path/"bench.json")
    assert code == 0, out + err
    result = json.loads((tmp_path/"bench.json").read_text(encoding="utf-8"))
    assert [p.name for p in tmp_path.iterdir()] == ["bench.json"]
    assert [(r["section"], r["against"]) for r in result["rows"]] == [("import", "")] * 2 + [("scores", "MedPy"), ("scores", "MONAI")]
    for r in result["rows"]:
        assert r["ours"] > 0 and r["work"] in out
        assert r["section"] == "import" or r["ratio"] or "pip install 'nas3dunet[peers]'" in r["note"]   # a peer, or how to get it
    assert "TINY" in out and result["machine"]["cpu"] in out


def test_a_failing_section_is_a_row_and_an_exit_code(tmp_path):
    (tmp_path/"nilearn").mkdir()
    (tmp_path/"nilearn"/"__init__.py").write_text("raise ImportError('no phantoms today')")   # the scores need phantoms
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    code, out, err = bench("scores", "--tiny", PYTHONPATH=path)
    assert code == 1 and "FAILED" in out and "no phantoms today" in out, out + err


def test_unknown_section():
    code, out, err = bench("speed")
    assert code == 2 and "no section 'speed'" in err and "scores" in err


def test_importing_loads_nothing_heavy():
    "What draws, or computes with a part of scipy, fetches that when it is used."
    heavy = {"matplotlib", "plotly", "nilearn", "sklearn", "IPython", "ipywidgets", "scipy.ndimage", "scipy.spatial", "scipy.special", "scipy.stats", "scipy.linalg", "blosc2", "numba", "ray", "accelerate"}
    modules = "search train predict phantom figures folders compare study appendix cli".split()
    code = f"import sys, {', '.join('nas3dunet.' + m for m in modules)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "nas3dunet.metrics" in loaded and not heavy & set(loaded)
