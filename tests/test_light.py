"A recorded search in a Python without PyTorch: read, drawn, scrubbed, compared and given away as it is with PyTorch; what needs a network says so in one sentence."
import json, os, subprocess, sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT/"nbs/tutorials/recorded_search"
NEEDS = "needs torch, which is not installed here: pip install torch"
WITHOUT = """
import json, sys
from importlib.machinery import PathFinder
find_spec = PathFinder.find_spec
def without(name, path=None, target=None):
    "Nothing is found of PyTorch and of what needs it, as where it is not installed."
    if name.split(".")[0] in ("torch", "torchvision", "monai", "accelerate") or name == "safetensors.torch": return None
    return find_spec(name, path, target)
PathFinder.find_spec = without
said = {}
"""
AT_END = """
said["torch"] = sorted(name for name, module in sys.modules.items() if module and name.split(".")[0] in ("torch", "monai", "accelerate"))
print(json.dumps(said))
"""


def without_torch(code, *words):
    "What a Python without PyTorch says after some code."
    env = {**os.environ, "MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", WITHOUT + code + AT_END, *map(str, words)], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said.pop("torch") == []
    return said


GENOTYPE = """
from nas3dunet.core import InputError
from nas3dunet.genotype import Genotype, derive
from nas3dunet.runs import read_run
run = sys.argv[1]
found = Genotype.load(run + "/genotype.json")
said["svg"] = found.svg()
view = read_run(run)
last = {kind: [share[-1] for share in view.alphas[kind]] for kind in ("down", "up")}
said["same"] = derive(last, strengths=True) == found == view.genotypes[-1]
said["steps"] = len(view.history["loss"])
said["weight_free"] = view.weight_free()
try: from nas3dunet.genotype import DerivedNet
except InputError as e: said["net"] = str(e)
try: read_run(sys.argv[2])
except InputError as e: said["other"] = str(e)
"""


def test_reads():
    from nas3dunet.genotype import Genotype
    from nas3dunet.runs import read_run
    said = without_torch(GENOTYPE, RECORDED, RECORDED.parent/"recorded_collapse/sigmoid")
    view = read_run(RECORDED)
    assert said["same"] and said["svg"] == Genotype.load(RECORDED/"genotype.json").svg()
    assert said["steps"] == len(view.history["loss"]) and said["weight_free"] == view.weight_free()
    assert said["net"] == f"DerivedNet {NEEDS}" and said["other"].endswith(NEEDS)


LAB = """
from importlib import import_module
from pkgutil import iter_modules
import nas3dunet.viz
from nas3dunet.core import InputError
from nas3dunet.viz.alphas import AlphaExplorer
from nas3dunet.viz.control import Control
from nas3dunet.viz.genotype import GenotypeGraph
from nas3dunet.viz.history import LossHistory
from nas3dunet.viz.lab import Lab
from nas3dunet.viz.side_by_side import SideBySide
run, folder = sys.argv[1:]
for module in iter_modules(nas3dunet.viz.__path__): import_module(f"nas3dunet.viz.{module.name}")
for Panel in (AlphaExplorer, GenotypeGraph, LossHistory):
    panel = Panel(run)
    for panel.epoch in range(1, 10): pass
    assert panel.picture()
lab = Lab(run)
said["epochs"] = []
for epoch in (0, 1, 5, 9, 99):
    lab.goto(epoch)
    said["epochs"].append([lab.epoch.value, *(panel.epoch for panel in lab.panels)])
lab.choose("up:1:1")
lab.share(folder + "/search.html")
assert lab.picture()
lab.genotype.wish = "up:2:1=u_dil_conv"
lab.what_if.thread.join(60)
said["what_if"] = lab.genotype.answer["why"]
beside = SideBySide(run, run, names=("a", "b"))
beside.goto(4)
said["beside"] = [column.genotype.epoch for column in beside.columns]
beside.share(folder + "/beside.html")
live = Lab(Control(folder + "/store", folder + "/run"), recorded=run)
live.goto(3)
live._press(live.control.start)
said["start"] = live.head.says.value
said["state"] = live.state
editor = nas3dunet.viz.editor.Editor(run)
editor.shuffle()
said["score"] = editor.score["how"]
try: nas3dunet.viz.editor.Editor(run, data=folder)
except InputError as e: said["train"] = str(e)
"""


def test_shows(tmp_path):
    from nas3dunet.viz.lab import Lab
    from nas3dunet.viz.side_by_side import SideBySide
    said = without_torch(LAB, RECORDED, tmp_path)
    assert said["epochs"] == [[epoch] * 4 for epoch in (1, 1, 5, 9, 9)] and said["beside"] == [4, 4]
    assert said["what_if"] == f"a what-if question {NEEDS}"
    assert f"a search {NEEDS}" in said["start"] and said["state"] == "ready" and not (tmp_path/"run").exists()
    assert said["score"] == "predicted" and said["train"] == f"training a cell {NEEDS}"
    lab = Lab(RECORDED)
    lab.choose("up:1:1")
    assert lab.share(tmp_path/"with.html").read_text() == (tmp_path/"search.html").read_text()
    beside = SideBySide(RECORDED, RECORDED, names=("a", "b"))
    beside.goto(4)
    assert beside.share(tmp_path/"with.html").read_text() == (tmp_path/"beside.html").read_text()
