"What users install: the wheel in an empty environment, without nbdev."
import os, subprocess, sys, venv
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
    venv.create(tmp_path/"env", with_pip=True)
    python = tmp_path/"env"/"bin"/"python"
    run(python, "-m", "pip", "install", f"torch=={torch.__version__.split('+')[0]}")   # the one that is here already: others are gigabytes
    run(python, "-m", "pip", "install", wheel)
    installed = run(python, "-m", "pip", "list").lower()
    assert not [p for p in ("nbdev", "fastcore", "execnb", "jupyterlab ") if p in installed]
    clean = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    modules = [f"nas3dunet.{p.stem}" for p in (ROOT/"nas3dunet").glob("*.py") if not p.stem.startswith("_")]
    run(python, "-c", "import " + ", ".join(modules), cwd=tmp_path, env=clean)
    out = run(tmp_path/"env"/"bin"/"nas3dunet", "phantom", tmp_path/"cases", "--n", "1", "--shape", "24,24,16", cwd=tmp_path, env=clean)
    assert "1 cases" in out


def test_nothing_imports_backwards():
    "Data flows 00 → 18: a notebook imports earlier ones only, inside functions too."
    import ast, json
    order = {}
    for number, nb in enumerate(sorted((ROOT/"nbs").glob("[0-9]*.ipynb"))):
        source = "".join("".join(c["source"]) + "\n" for c in json.loads(nb.read_text())["cells"] if c["cell_type"] == "code")
        module = next(l.split()[-1] for l in source.splitlines() if l.startswith("#| default_exp"))
        order[module] = number
    assert len(order) >= 19
    for module, number in order.items():
        for node in ast.walk(ast.parse((ROOT/"nas3dunet"/f"{module.replace('.', '/')}.py").read_text())):
            if isinstance(node, ast.ImportFrom) and node.level and node.module:
                assert order[node.module] < number, f"{module} imports {node.module}"
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [n for n in names if n.split(".")[0] in ("nbdev", "fastcore", "execnb")], module
