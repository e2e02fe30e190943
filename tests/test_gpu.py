"The GPU bench in tiny form on whatever device there is: every section runs, the JSON is whole. Nothing is timed."
import importlib.util, json, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_tiny(tmp_path):
    done = subprocess.run([sys.executable, ROOT/"bench"/"gpu.py", "--tiny", "--json", tmp_path/"gpu.json"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads((tmp_path/"gpu.json").read_text())
    assert [p.name for p in tmp_path.iterdir()] == ["gpu.json"]
    rows = {r["what"]: r for s in result["sections"] for r in s["rows"]}
    assert not [what for what in rows if "FAILED" in what]
    assert rows["supernet, kernels: gradients"]["value"] < 1e-4 and rows["the same genotype twice"]["value"] == 1
    assert "kernels as a graph, batch 1" in rows and "ours, readable cells" in rows and "hours for the paper's five folds, ours" in rows


def test_a_failing_section_is_recorded_and_the_next_one_runs(tmp_path, monkeypatch, capsys):
    spec = importlib.util.spec_from_file_location("bench_gpu", ROOT/"bench"/"gpu.py")
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    monkeypatch.setitem(bench.SECTIONS, "agree", (lambda a: 1 / 0, 1))
    rc = bench.main(["agree", "environment", "--tiny", "--json", str(tmp_path/"gpu.json")])
    assert rc == 1 and "ZeroDivisionError" in capsys.readouterr().out
    sections = json.loads((tmp_path/"gpu.json").read_text())["sections"]
    assert [s["name"] for s in sections] == ["agree", "environment"]
