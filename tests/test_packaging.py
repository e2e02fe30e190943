"What users install: the wheel in an empty environment, without nbdev."
import os, subprocess, sys, venv, zipfile
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent


def run(*command, **kwargs):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **kwargs)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_wheel_in_an_empty_environment(tmp_path):
    run(sys.executable, "-m", "build", "--outdir", tmp_path/"dist", ROOT)     # the sdist, and the wheel from the sdist
    wheel, = (tmp_path/"dist").glob("*.whl")
    assert len(list((tmp_path/"dist").glob("*.tar.gz"))) == 1
    with zipfile.ZipFile(wheel) as parts: folders = {Path(name).parts[0] for name in parts.namelist()}
    assert "nas3dunet" in folders and not folders & {"bench", "nbs", "tests"}   # what is not for users stays here
    venv.create(tmp_path/"env", with_pip=True)
    python = tmp_path/"env"/"bin"/"python"
    run(python, "-m", "pip", "install", "--no-compile", f"torch=={torch.__version__.split('+')[0]}")   # the one that is here already: others are gigabytes
    run(python, "-m", "pip", "install", "--no-compile", wheel)
    installed = run(python, "-m", "pip", "list").lower()
    assert not [p for p in ("nbdev", "fastcore", "execnb", "jupyterlab ") if p in installed]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    modules = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in (ROOT/"nas3dunet").rglob("*.py") if not p.stem.startswith("_")]
    run(python, "-c", "import " + ", ".join(modules), cwd=tmp_path, env=clean)
    run(python, "-c", "from nas3dunet.viz.bridge import asset; assert len(asset('overlay.js')) > 5000", cwd=tmp_path, env=clean)   # the browser's part is there
    out = run(tmp_path/"env"/"bin"/"nas3dunet", "phantom", tmp_path/"cases", "--n", "1", "--shape", "24,24,16", cwd=tmp_path, env=clean)
    assert "1 cases" in out


def test_nothing_imports_backwards():
    """Data flows in the order of the numbers: a notebook imports earlier ones only, inside functions too.

    What a later part offers is fetched late, inside a function, and in two places alone: the fast code by `backend`, pictures that move by `report`."""
    import ast, json
    late = {"report": {"viz.report"}}   # `backend` names what it fetches in calls of `_module`
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
