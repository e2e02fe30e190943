"""What users install: the wheel in an empty environment, without nbdev.

What the wheel needs is lent from the environment of the tests, each package with what it names in turn and nothing else;
with WHOLE=1 pip fetches all of it, which takes minutes."""
import os, subprocess, sys, venv, zipfile
from importlib.metadata import distribution
from pathlib import Path

import torch
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
WHOLE = bool(os.environ.get("WHOLE"))
CLEAN = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}   # else the package that is worked on is found, too
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check"]


def run(*command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, env=CLEAN, **kwargs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def needed(name, extras=("",)):
    "The distributions that one asks for, and that those ask for: what pip would install beside it."
    found, waiting = {}, [(name, extra) for extra in extras]
    while waiting:
        name, extra = waiting.pop()
        for requirement in map(Requirement, distribution(name).requires or ()):
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}): continue
            asked = [(requirement.name, e) for e in ("", *requirement.extras)]
            waiting += [a for a in asked if a not in found]
            found.update(dict.fromkeys(asked, distribution(requirement.name)))
    return {d.metadata["Name"]: d for d in found.values()}.values()


def lend(site):
    "Link what the package needs into another environment's folder of packages."
    for found in needed("nas3dunet"):
        tops = {file.parts[0] for file in found.files} - {"..", "__pycache__"}
        for top in tops:
            if not (site/top).exists(): (site/top).symlink_to(Path(found.locate_file(top)).resolve())


def install(env, wheel):
    "The wheel in a new environment, by pip."
    venv.create(env)
    python = env/"bin"/"python"
    into = [*PIP, "--python", python]
    if WHOLE:
        here = torch.__version__.split("+")[0]   # the one that is here already: others are gigabytes
        run(*into, "install", "--no-compile", f"torch=={here}")
        run(*into, "install", "--no-compile", wheel)
    else:
        site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
        lend(Path(site))
        run(*into, "install", "--no-compile", "--no-deps", wheel)
    run(*into, "check")   # all that the wheel asks for is there, in versions that it takes
    return python, run(*into, "list").lower()


def test_wheel_in_an_empty_environment(tmp_path):
    run(sys.executable, "-m", "build", "--outdir", tmp_path/"dist", ROOT)     # the sdist, and the wheel from the sdist
    wheel, = (tmp_path/"dist").glob("*.whl")
    assert len(list((tmp_path/"dist").glob("*.tar.gz"))) == 1
    with zipfile.ZipFile(wheel) as parts: names = parts.namelist()
    folders = {Path(name).parts[0] for name in names}
    assert "nas3dunet/watch_a_search.ipynb" in names   # what `nas3dunet lab` opens
    assert "nas3dunet" in folders and not folders & {"bench", "docs", "nbs", "tests"}   # what is not for users stays here
    python, installed = install(tmp_path/"env", wheel)
    assert "nas3dunet" in installed and "torch" in installed
    assert not [p for p in ("nbdev", "fastcore", "execnb", "jupyterlab ") if p in installed]
    modules = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in (ROOT/"nas3dunet").rglob("*.py") if not p.stem.startswith("_")]
    look = "; ".join([
        "import " + ", ".join(modules),
        "from nas3dunet.viz.bridge import asset",
        "assert len(asset('overlay.js')) > 5000",   # the browser's part is there
        "print(nas3dunet.__file__)",
    ])
    where = run(python, "-c", look, cwd=tmp_path).strip()
    assert Path(where).is_relative_to(tmp_path/"env")   # the installed one is looked at, not the one that is worked on
    out = run(tmp_path/"env"/"bin"/"nas3dunet", "phantom", tmp_path/"cases", "--n", "1", "--shape", "24,24,16", cwd=tmp_path)
    assert "1 cases" in out


def test_nothing_imports_backwards():
    """Data flows in the order of the numbers: a notebook imports earlier ones only, inside functions too.

    What a later part offers is fetched late, inside a function, and in five places alone: the fast code by `backend`, pictures that move by `report`, the table of trained cells by the command that shows it, what is left out of a lab or to be guessed, and the page that is made of it, by that lab; the page of runs side by side, by these."""
    import ast, json
    late = {"report": {"viz.report"}, "cli": {"table"}, "viz.lab": {"viz.hiding", "viz.share", "viz.guess"}, "viz.side_by_side": {"viz.share_beside"}}   # `backend` names what it fetches in calls of `_module`
    order = {}
    for number, nb in enumerate(sorted((ROOT/"nbs").glob("[0-9]_*/[0-9]*.ipynb"))):
        source = "".join("".join(c["source"]) + "\n" for c in json.loads(nb.read_text())["cells"] if c["cell_type"] == "code")
        for line in source.splitlines():   # a notebook that only shows something has no module
            if line.startswith("#| default_exp"):
                order[line.split()[-1]] = number
    assert len(order) >= 90
    for module, number in order.items():
        tree = ast.parse((ROOT/"nas3dunet"/f"{module.replace('.', '/')}.py").read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.ImportFrom) or not (node.level or (node.module or "").startswith("nas3dunet.")): continue
            wanted = (node.module or "").removeprefix("nas3dunet.")
            if node.level == 1 and "." in module: wanted = f"{module.rpartition('.')[0]}.{wanted}"
            if wanted not in order: continue   # the package itself
            allowed = wanted in late.get(module, ()) and node not in tree.body
            assert order[wanted] < number or allowed, f"{module} imports {wanted}"


def test_every_cell_has_a_name_of_its_own():
    "What edits a notebook finds a cell by its id; of two with one id it would write one over the other."
    import json
    for path in (ROOT/"nbs").rglob("*.ipynb"):
        if ".ipynb_checkpoints" in path.parts: continue
        ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        assert len(ids) == len(set(ids)), path


def test_a_chapter_shows_its_widget():
    "Who opens the chapter of a widget sees its picture before a cell is run; the one of the scores shows the boxes whose dots open a case, too."
    import json
    shown = {}
    for path in (ROOT/"nbs"/"7_widgets").glob("[0-9]*.ipynb"):
        cells = [c for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]
        pictures = [c for c in cells for o in c["outputs"] if any(k.startswith("image/") for k in o.get("data", {}))]
        if any("def picture(self)" in "".join(c["source"]) for c in cells): shown[path.stem[4:]] = pictures
    assert len(shown) >= 11 and [name for name, pictures in shown.items() if not pictures] == ["viz.bridge"]   # which has none of its own
    assert any("CaseScores(" in "".join(c["source"]) for c in shown["viz.scores"])


def test_readme_shows_before_it_explains():
    "On the first screen: what has come out, said plainly, and about ten seconds of a search that moves and can be read; the table of notebooks comes after it."
    from PIL import Image, ImageSequence
    said = (ROOT/"README.md").read_text(encoding="utf-8")
    picture, code, notebooks = said.index("(nbs/lab.gif)"), said.index("```sh"), said.index("728_viz.guess")
    assert "has not paid off" in said[:picture] and picture < code < notebooks
    film = Image.open(ROOT/"nbs"/"lab.gif")
    seconds = sum(frame.info["duration"] for frame in ImageSequence.Iterator(film)) / 1000
    assert 8 <= seconds <= 13 and film.width >= 1000, (seconds, film.size)


def test_make_installs_quietly():
    said = run("make", "-n", "-B", "demo", "lab", "test", cwd=ROOT)
    pips = [line for line in said.splitlines() if "pip install" in line]
    assert pips and all("pip install -q " in line for line in pips)
    assert said.count("echo") >= 3     # and one line says what happens
