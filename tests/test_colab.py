"The set-up cell of the lessons that open in Colab, as a plain script on a machine that has neither the package nor this folder; what the package needs is lent, as in `test_packaging`."
import json, re, subprocess, venv
from pathlib import Path

from test_packaging import CLEAN, ROOT, lend, run


def lessons():
    "Those that can be opened in Colab: name → the sources of their cells."
    found = {}
    for path in (ROOT/"nbs"/"tutorials").glob("*.ipynb"):
        cells = ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
        if any("colab.research" in text for text in cells): found[path.name] = cells
    return found


def setup_cell():
    "The code that fetches the package; all lessons have the same."
    cells = [next(text for text in cells if "google.colab" in text and "clone" in text) for cells in lessons().values()]
    assert len(cells) >= 2 and len(set(cells)) == 1
    return cells[0]


def test_each_badge_opens_its_own_lesson():
    for name, cells in lessons().items():
        assert set(re.findall(r"colab\.research\S+/(\w+\.ipynb)", "\n".join(cells))) == {name}


def lend_tools(site, *names):
    "Link what pip needs to build without a network."
    from importlib.metadata import distribution
    for name in names:
        found = distribution(name)
        for top in {file.parts[0] for file in found.files} - {"..", "__pycache__"}:
            if not (site/top).exists(): (site/top).symlink_to(Path(found.locate_file(top)).resolve())


def test_setup_cell(tmp_path):
    env = tmp_path/"env"
    venv.create(env)
    python = env/"bin"/"python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    lend(site)
    lend_tools(site, "pip", "setuptools", "wheel")
    source = next(line for line in setup_cell().splitlines() if "clone" in line).split('"')[-2]
    ours = {"GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": f"url.{ROOT.as_uri()}.insteadOf", "GIT_CONFIG_VALUE_0": source,
            "GIT_CONFIG_KEY_1": "safe.directory", "GIT_CONFIG_VALUE_1": "*", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "1", "PIP_NO_INDEX": "1"}
    (tmp_path/"content").mkdir()
    script = setup_cell() + "\nimport nas3dunet; print(nas3dunet.__file__); print(os.getcwd()); print(os.path.isdir('recorded_search'))"
    done = subprocess.run([python, "-c", script], cwd=tmp_path/"content", env={**CLEAN, **ours}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    where, folder, recorded = done.stdout.split("\n")[-4:-1]
    assert where.startswith(str(site)) and folder.endswith("content/nas3dunet/nbs/tutorials") and recorded == "True"
