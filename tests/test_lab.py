"""The widget notebooks in a real JupyterLab: run all cells, press, drag, reload, interrupt, and look.

One JupyterLab on this machine for all tests, with its token; Chromium as the reader."""
import json, os, platform, re, secrets, signal, shutil, socket, statistics, subprocess, sys, time
from contextlib import contextmanager
from pathlib import Path

import pytest

from browser import SHOTS

ROOT = Path(__file__).resolve().parent.parent
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
             "@jupyterlab/docmanager-extension:plugin": {"autosave": False}}

SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"   # of all open notebooks


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port, process, log):
    "Wait until a server of this machine accepts connections."
    end = time.monotonic() + 60
    while True:
        try: return socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError: assert process.poll() is None and time.monotonic() < end, log.read_text()
        time.sleep(.1)


def machine():
    import anywidget, ipykernel, ipywidgets, jupyterlab, torch
    versions = " ".join(f"{m.__name__} {m.__version__}" for m in (jupyterlab, ipykernel, ipywidgets, anywidget, torch))
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {versions}"


def end_process(process):
    "Ask a server or a command to end; it ends its kernels first, one after the other. What doesn't end in time fails the test and is killed, so that nothing stays behind."
    process.terminate()
    try:
        process.wait(90)
    finally:
        process.kill()


@contextmanager
def jupyterlab(home):
    "JupyterLab over a copy of the notebooks in a fresh folder, listening on 127.0.0.1 with a token."
    work, port, token = home/"work", free_port(), secrets.token_hex(16)
    shutil.copytree(ROOT/"nbs", work, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "[0-689]_*"))
    settings = home/"share"/"lab"/"settings"
    settings.mkdir(parents=True)
    (settings/"overrides.json").write_text(json.dumps(OVERRIDES))
    env = {**os.environ, "OMP_NUM_THREADS": "1", "JUPYTER_CONFIG_DIR": str(home/"config"), "JUPYTER_DATA_DIR": str(home/"data"), "JUPYTER_RUNTIME_DIR": str(home/"runtime"),
           "JUPYTERLAB_SETTINGS_DIR": str(home/"user-settings"), "JUPYTERLAB_WORKSPACES_DIR": str(home/"workspaces"), "IPYTHONDIR": str(home/"ipython")}
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}",
               f"--ServerApp.root_dir={work}", "--LabApp.expose_app_in_browser=True", f"--LabApp.app_settings_dir={settings}",
               "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with open(home/"log", "w") as log: process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env)
    try:
        answers(port, process, home/"log")
        yield dict(url=f"http://127.0.0.1:{port}", token=token, work=work, log=home/"log")
    finally: end_process(process)


@pytest.fixture(scope="module")
def server(tmp_path_factory, chromium):
    print("machine:", machine(), "|", chromium.version)
    with jupyterlab(tmp_path_factory.mktemp("lab")) as running: yield running


class Notebook:
    "A notebook in JupyterLab, through the page."
    def __init__(self, page, server, path):
        self.page, self.server, self.path = page, server, path
        page.goto(f"{server['url']}/lab/tree/{path}?reset&token={server['token']}")
        self.attached()

    def attached(self):
        self.page.wait_for_selector(f"{SHOWN} .jp-Cell", timeout=60_000)
        self.page.wait_for_function("window.jupyterapp && window.jupyterapp.shell.currentWidget && window.jupyterapp.shell.currentWidget.sessionContext"
                                    " && window.jupyterapp.shell.currentWidget.sessionContext.session && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
                                    " && window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'", timeout=60_000)

    def open(self, path):
        "Show another notebook in the same JupyterLab; one that is open already comes to the front."
        self.page.evaluate("path => { window.jupyterapp.commands.execute('docmanager:open', {path}); }", path)
        self.page.wait_for_function("path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=path)
        self.attached()

    def command(self, name): return self.page.evaluate("name => { window.jupyterapp.commands.execute(name); }", name)

    def run_all(self, wait=True, seconds=120):
        self.command("notebook:run-all-cells")
        if wait: self.idle(seconds)

    def idle(self, seconds=120):
        "All cells have run: none shows [*] and every code cell has a number."
        self.page.wait_for_function("""() => { const cells = [...window.jupyterapp.shell.currentWidget.content.widgets].filter(c => c.model.type === 'code' && c.model.sharedModel.source.trim());
            return cells.every(c => c.model.executionCount !== null && !c.promptNode?.textContent.includes('*')); }""", polling=200, timeout=seconds * 1000)

    def python(self, code):
        "Run code in the notebook's kernel, beside its cells; returns what it printed."
        return self.page.evaluate("""code => new Promise((done, fail) => {
            const future = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code, store_history: false});
            let text = ''; future.onIOPub = m => { if (m.header.msg_type === 'stream') text += m.content.text; if (m.header.msg_type === 'error') fail(new Error(m.content.evalue)); };
            future.done.then(() => done(text.trim())); })""", code)

    def until(self, expression, seconds=60):
        "Wait until a Python expression in the kernel is true."
        end = time.monotonic() + seconds
        while self.python(f"print(bool({expression}))") != "True":
            assert time.monotonic() < end, f"{expression} did not become true"
            time.sleep(.05)   # each question costs the page and the kernel some milliseconds

    def scroll_to_widget(self):
        "Show the first widget; what a notebook put out while it was hidden is drawn when it is looked at."
        self.page.evaluate("""() => { const nb = window.jupyterapp.shell.currentWidget.content;
            nb.scrollToItem(nb.widgets.findIndex(c => c.model.type === 'code' && c.model.outputs.toJSON().some(o => o.data && 'application/vnd.jupyter.widget-view+json' in o.data)), 'start'); }""")

    def interrupt(self): self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()")

    def errors(self):
        return self.page.evaluate("""() => [...window.jupyterapp.shell.currentWidget.content.widgets].filter(c => c.model.type === 'code').flatMap(c => c.model.outputs.toJSON())
            .filter(o => o.output_type === 'error').map(o => o.ename + ': ' + o.evalue)""")

    def shot(self, name, selector=None):
        SHOTS.mkdir(exist_ok=True)
        (self.page.locator(selector).first if selector else self.page).screenshot(path=SHOTS/f"{name}.png")


@pytest.fixture
def notebook(page, server):
    "`notebook(path)` opens one of nbs/; `notebook(path, cells)` a new one with these code cells. Kernels end with the test."
    opened = []
    def call(path, cells=None):
        if cells: (server["work"]/path).write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "cells": [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": c, "outputs": [], "execution_count": None} for i, c in enumerate(cells)]}))
        opened.append(Notebook(page, server, path))
        return opened[-1]
    yield call
    for nb in opened: nb.page.evaluate("() => window.jupyterapp.serviceManager.sessions.shutdownAll()")


TINY = """import tempfile, torch
from pathlib import Path
from nas3dunet.cases import find_cases, load_case
from nas3dunet.phantom import write_phantoms
from nas3dunet.prepare import prepare
from nas3dunet.viz.control import Control
from nas3dunet.viz.lab import Lab
from nas3dunet.viz.preview import Preview
torch.set_num_threads(1)
folder = Path(tempfile.mkdtemp())
write_phantoms(folder/"cases", n=4, shape=(48, 48, 32))
watched, *cases = find_cases(folder/"cases")
store = prepare(cases, folder/"store")
control = Control(store, folder/"run", callbacks=[Preview(watched)], depth=1, patch=16, batch=2, per_case=3, epochs=400, lr_alpha=.03, seed=3)
lab = Lab(control)
lab"""


def button(page, name): return page.locator(".jp-OutputArea button", has_text=re.compile(f"^\\s*{name}\\s*$")).first


def test_steer_a_search(notebook, page):
    "Start, pause, one epoch, scrub, reload while it runs, interrupt the kernel between cells."
    nb = notebook("steer.ipynb", [TINY])
    nb.run_all()
    page.wait_for_selector(".n3-genotype[data-ready]", state="attached")
    button(page, "Start").click()
    nb.until("lab.view.epochs >= 3")
    page.wait_for_selector("[data-state=running]", state="attached")

    delays, page_says = [], []
    for _ in range(3):     # from the click to a search that stands still, by one clock
        clicked = page.evaluate("() => { const b = [...document.querySelectorAll('.jp-OutputArea button')].find(b => b.textContent.trim() === 'Pause'); const t = Date.now() / 1000; b.click(); return t; }")
        page.wait_for_selector("[data-state=paused]", state="attached")
        page_says.append(time.time() - clicked)
        stood, longest = map(float, nb.python("h = [0] + [r['seconds'] for r in control.search.history][-40:]; print(control.since, max(b - a for a, b in zip(h[1:], h[3:])))").split())
        delays.append((stood - clicked, longest))
        steps = nb.python("print(len(control.search.history))")
        assert nb.python("import time; time.sleep(.3); print(len(control.search.history))") == steps
        button(page, "Go on").click()
        page.wait_for_selector("[data-state=running]", state="attached")
    print(f"pause, ms from the click to a search that stands still (and the longest of the last steps): {', '.join(f'{1000 * d:.0f} ({1000 * s:.0f})' for d, s in delays)}; "
          f"to the page saying so: {', '.join(f'{1000 * t:.0f}' for t in page_says)}")
    assert statistics.median(d - s for d, s in delays) <= .1, delays

    button(page, "Pause").click()
    page.wait_for_selector("[data-state=paused]", state="attached")
    before = int(nb.python("print(len(control.search.genotypes))"))
    button(page, "One epoch").click()
    nb.until(f"control.state == 'paused' and len(control.search.genotypes) == {before + 1}")

    nb.until(f"lab.epoch.max == {before + 1}")
    def within_the_lab():
        found = page.evaluate(SEEN)["places"]
        return {name: [v - found["bar"][i % 2] for i, v in enumerate(place)] for name, place in found.items()}
    places = within_the_lab()                                        # other settings: what is said of them moves nothing, and leaves
    page.click(".n3-gear")
    button(page, "Change").click()
    page.wait_for_selector(".n3-place-foot [role=status]:has-text('Nothing has been changed')")
    assert within_the_lab() == places
    page.click(".n3-gear")
    slider = page.locator(".n3-clock input[type=range]").first      # all panels follow the scrubber
    slider.focus()
    page.keyboard.press("Home")
    nb.until("lab.epoch.value == 1 and lab.alphas.epoch == lab.genotype.epoch == lab.history.epoch == 1 and lab.case.shown == 1")
    page.wait_for_function("() => document.querySelector('.n3-genotype').dataset.epoch === '1' && document.querySelector('.n3-clock').dataset.epoch === '1'")
    nb.until("len(lab.case.overlay.course['WT']) >= lab.view.epochs - 1")            # the Dice of every epoch that has been predicted

    page.locator('.n3-genotype [data-edge="up:1:1"]').first.dispatch_event('click')    # an edge shows its operations
    nb.until("lab.genotype.selected == 'up:1:1'")
    page.wait_for_function("() => /u_dil_conv/.test(document.querySelector('.n3-genotype').textContent)")

    button(page, "Go on").click()
    nb.until("control.state == 'running'")
    page.locator(".n3-place-foot [role=status]").wait_for(state="detached")
    page.click(".n3-play")                                           # a replay during the search: from the first epoch, and nothing freezes
    nb.until("lab.epoch.playing and lab.epoch.value >= 2 and lab.genotype.epoch == lab.epoch.value")
    slider.focus()
    end = time.monotonic() + 20
    while nb.python("print(lab.epoch.playing, lab.epoch.value == lab.view.epochs)") != "False True":      # at the newest it follows again
        page.keyboard.press("End")
        assert time.monotonic() < end
    nb.until("control.state == 'running' and lab.epoch.value == lab.view.epochs == lab.history.epoch")
    nb.command("docmanager:save")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    count = int(nb.python("print(len(control.search.history))"))
    page.reload()                                                    # a page that is closed and opened again shows the current state
    nb.attached()
    page.wait_for_selector(".n3-genotype[data-ready]", state="attached", timeout=30_000)
    page.wait_for_selector("[data-state=running]", state="attached")
    nb.until(f"len(control.search.history) > {count} and control.state == 'running'")

    nb.interrupt()                                                   # no cell is running
    nb.until("control.state == 'stopped'", 20)
    assert nb.python("print((folder/'run'/'checkpoint.pt').exists(), (folder/'run'/'genotype.json').exists())") == "True False"


def test_drawing_costs_little(notebook, page):
    "At most 3 % of the search's time, measured by the processor time of the drawing thread while a page shows everything."
    nb = notebook("cost.ipynb", [TINY.replace("lr_alpha=.03", "lr_alpha=.03, lr_kernel=3e-3"), "control.start()"])
    nb.run_all()
    nb.until("lab.watched > 6", 60)
    share = float(nb.python("print(lab.drawing / lab.watched)"))
    print(f"drawing: {100 * share:.2f} % of the search's time")
    nb.shot("lab")
    nb.python("control.stop(); control.wait()")
    assert share <= .03


FULL = """import nibabel, numpy as np
from nas3dunet.phantom import make_phantom
from nas3dunet.cases import Volume
from nas3dunet.viz.overlay import Overlay
case = make_phantom(0)
volume = Volume(id=case.id, image=case.image, label=case.label, affine=case.affine, spacing=(1., 1., 1.), modalities=("t1", "t1ce", "t2", "flair"), scheme="brats")
prediction = np.roll(case.label, 3, 0)"""

LATENCY = """async () => {
  const canvas = document.querySelector('canvas[data-plane=axial]'), ctx = canvas.getContext('2d'), times = [];
  const look = () => { const d = ctx.getImageData(0, 0, canvas.width, canvas.height).data; let h = 0; for (let i = 0; i < d.length; i += 404) h = (h * 31 + d[i]) | 0; return h; };
  canvas.focus();
  for (let k = 0; k < 40; k++) {
    await new Promise(r => setTimeout(r, 30));
    const before = look(), start = performance.now();
    canvas.dispatchEvent(new KeyboardEvent('keydown', {key: k % 20 < 10 ? 'PageUp' : 'PageDown', bubbles: true, cancelable: true}));
    while (look() === before && performance.now() - start < 1000) await new Promise(r => setTimeout(r));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[20];
}"""


def test_overlay_is_quick(notebook, page):
    "240×240×155: visible soon after Run All, and a key press changes pixels within 10 ms, also while the kernel is busy."
    nb = notebook("overlay.ipynb", [FULL, "Overlay(volume, prediction)"])
    nb.page.evaluate("() => { const nb = window.jupyterapp.shell.currentWidget.content; nb.activeCellIndex = 0; window.jupyterapp.commands.execute('notebook:run-cell'); }")
    nb.until("'prediction' in globals()", 90)
    start = time.monotonic()
    nb.page.evaluate("() => { const nb = window.jupyterapp.shell.currentWidget.content; nb.activeCellIndex = 1; window.jupyterapp.commands.execute('notebook:run-cell'); }")
    page.wait_for_selector(".n3-overlay[data-ready]", state="attached")
    visible = time.monotonic() - start
    idle = page.evaluate(LATENCY)
    page.evaluate("() => { window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code: 'import time; time.sleep(6)'}); }")
    busy = page.evaluate(LATENCY)
    nb.shot("overlay")
    print(f"overlay of 240×240×155: visible after {visible:.2f} s; key to pixels {idle:.1f} ms, {busy:.1f} ms while the kernel is busy (medians of 40)")
    assert visible <= 5 and idle <= 10 and busy <= 10     # the goal for `visible` is 2.5 s on a machine that does nothing else


SIZES = ((1440, 900), (1280, 720))
SEEN = """() => { const [nb] = [...document.querySelectorAll('.jp-WindowedPanel-outer')].filter(e => e.offsetParent).map(e => e.getBoundingClientRect());
  const rect = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom].map(Math.round); };
  const parts = {bar: '.n3-place-bar', graph: '.cells', edge: '.panel', alpha: '.n3-place-alpha', head: '.n3-place-head', loss: '.n3-place-loss', news: '.news', foot: '.n3-place-foot'};
  const found = Object.entries(parts).map(([k, s]) => [k, document.querySelector('.n3-screen ' + s)]);
  return {view: [nb.left, nb.top, nb.right, nb.bottom].map(Math.round), places: Object.fromEntries(found.map(([k, e]) => [k, rect(e)])),
          shown: found.filter(([, e]) => getComputedStyle(e).visibility === 'visible').map(([k]) => k)}; }"""


def all_in_view(page, what=""):
    "All panels lie in the notebook's viewport, none over another; returns their places."
    seen = page.evaluate(SEEN)
    left, top, right, bottom = seen["view"]
    shown = {k: seen["places"][k] for k in seen["shown"]}
    assert {"bar", "graph", "head", "loss", "news", "foot"} <= set(shown) and set(shown) & {"edge", "alpha"}, (what, shown)
    for name, (x0, y0, x1, y1) in shown.items():
        assert left <= x0 < x1 <= right and top <= y0 + 2 and y1 <= bottom + 2 and y1 - y0 > 20, (what, name, seen)
        for other, (u0, v0, u1, v1) in shown.items():
            if name != other: assert x1 <= u0 + 1 or u1 <= x0 + 1 or y1 <= v0 + 1 or v1 <= y0 + 1, (what, name, other, seen)
    share = {k: (x1 - x0) * (y1 - y0) / ((right - left) * (bottom - top)) for k, (x0, y0, x1, y1) in shown.items()}
    assert share["graph"] > .15 and share["head"] > .1 and share["loss"] > .06 and max(share.get(k, 0) for k in ("edge", "alpha")) > .12, (what, share)
    return seen["places"]


def test_watch_a_search(notebook, page, server):
    "The tutorial: after Run All the lab is what one sees, a recorded search moves in it, and the search starts, runs and ends there, without a scroll and without a jump; begun at one size, ended at the other."
    page.set_viewport_size({"width": 1280, "height": 720})
    nb = notebook("tutorials/watch_a_search.ipynb")
    nb.command("application:toggle-left-area")
    start = time.monotonic()
    nb.run_all()
    for panel in ("genotype", "alphas", "overlay", "history", "clock"): page.wait_for_selector(f".n3-{panel}[data-ready]", state="attached", timeout=60_000)
    print(f"watch_a_search: {time.monotonic() - start:.0f} s from Run All to the lab")
    assert not nb.errors() and page.locator(".n3-screen").count() == 1          # one lab on the page
    page.wait_for_selector(".n3-clock[data-playing=true]", state="attached")    # a recorded search moves before any is started
    page.wait_for_function("() => Number(document.querySelector('.n3-clock').dataset.epoch) >= 3 && document.querySelector('.n3-genotype').dataset.epoch === document.querySelector('.n3-clock').dataset.epoch")
    assert nb.python("print(control.state, lab.case.run.name)") == "ready recorded_search"
    before = all_in_view(page, "recorded")
    button(page, "Start").click()
    page.wait_for_selector("[data-state=running]", state="attached")
    nb.until("lab.view.epochs >= 3 and lab.view.name == 'run' and lab.case.shown")
    assert all_in_view(page, "running") == before                               # nothing jumps
    nb.interrupt()                                                              # no cell is running: the search stops and saves
    page.wait_for_selector("[data-state=stopped]", state="attached", timeout=30_000)
    page.set_viewport_size({"width": 1440, "height": 900})
    button(page, "Go on").click()                                               # and the page goes to the lab
    page.wait_for_selector("[data-state=running]", state="attached")
    page.wait_for_timeout(300)
    before = all_in_view(page, "going on")
    page.wait_for_selector("[data-state=finished]", state="attached", timeout=120_000)
    nb.until("lab.epoch.value == lab.epoch.star > 0 and not lab.painter.alive")
    page.wait_for_function("() => !document.querySelector('.n3-genotype .star').hidden && document.querySelector('.n3-clock').dataset.star === document.querySelector('.n3-clock').dataset.epoch")
    assert all_in_view(page, "finished") == before
    print("an epoch takes", nb.python("h = control.search.history[-1]; print(round(h['seconds'] / control.search.epoch, 1), 's; drawing', round(100 * lab.drawing / lab.watched, 1), '%')"))
    nb.shot("watch_a_search")


RECORDED = """from nas3dunet.viz.lab import Lab
lab = Lab('tutorials/recorded_search')
lab"""
WORDS_SAID = {   # where a word stands: what its tooltip says
    ".n3-note": "ends as soon as", ".panel .n3-term": "ᾱ times", ".race .n3-term": "softmax", ".legend .n3-term": "softmax", "[data-box=X0]": "reads first", "[data-box=X1]": "reads second",
    ".cells .star": "ended with", ".n3-history .n3-term": "above 0", ".n3-free": "no weights", "[data-dice=WT] .n3-term": "whole tumour", "[data-dice=TC] .n3-term": "tumour core",
    "[data-dice=ET] .n3-term": "contrast agent", ".n3-dice > .n3-term": "overlap", ".n3-more button[data-value='3']": "oedema is bright", ".n3-tab[data-tab=alpha]": "share of each operation"}
ACTIVE = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
CELLS = "() => [...window.jupyterapp.shell.currentWidget.content.widgets].map(c => c.model.sharedModel.source)"


@pytest.fixture
def replay(notebook, page):
    "`replay(name, size)`: a notebook of three cells, the first of them a lab on the recorded search, that fills the window."
    def call(name, size):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        nb = notebook(f"{name}.ipynb", [RECORDED, "2", "3"])
        nb.command("application:toggle-left-area")
        nb.run_all()
        for panel in ("genotype", "alphas", "overlay", "history", "clock"): page.wait_for_selector(f".n3-{panel}[data-ready]", state="attached", timeout=60_000)
        page.evaluate("() => document.querySelector('.n3-screen').scrollIntoView({block: 'start'})")
        page.wait_for_function("() => document.querySelector('.n3-overlay').dataset.drawn > 1")
        return nb
    return call


def frames(page): page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_one_screen(replay, page):
    "At both sizes, light and dark: every panel in view, none over another, enlarged on demand; no text smaller than 10.5 px; few tab stops; nothing moves when epochs, edges and tabs change."
    nb = replay("screen", SIZES[0])
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        for size in SIZES:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.evaluate("() => document.querySelector('.n3-screen').scrollIntoView({block: 'start'})")
            page.wait_for_timeout(200)
            before = all_in_view(page, (theme, size))
            for epoch in (1, 4): nb.python(f"lab.goto({epoch}); lab.choose('up:1:{epoch - 1 if epoch == 1 else 2}')")
            page.wait_for_function("() => document.querySelector('.n3-genotype').dataset.epoch === '4'")
            for tab in ("numbers", "alpha"): page.locator(f".n3-tab[data-tab={tab}]:visible").first.click()
            frames(page)
            assert all_in_view(page, (theme, size, "moved")) == before
            nb.shot(f"lab_{size[0]}_{theme.split()[1]}")
            seen = page.inner_text(".n3-screen")                        # the epoch is stated once, and the parameters are called weights
            assert re.findall(r"\bepoch 4\b|\b4 / 9\b", seen) == ["4 / 9"] and "kernel" not in seen.lower(), seen
            small = page.evaluate("""() => { const svg = document.querySelector('.cells svg'), scale = svg.getScreenCTM().a;
                const sizes = [...document.querySelectorAll('.n3-screen *')].filter(e => e.offsetParent && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => parseFloat(getComputedStyle(e).fontSize));
                return Math.min(...sizes, scale * Math.min(...[...svg.querySelectorAll('text')].map(e => parseFloat(getComputedStyle(e).fontSize)))); }""")
            assert small >= 10.5, (size, small)
    stops = page.evaluate("() => [...document.querySelectorAll('.n3-screen button, .n3-screen input, .n3-screen select, .n3-screen [tabindex=\"0\"]')].filter(e => e.tabIndex >= 0 && !e.disabled && e.getClientRects().length && getComputedStyle(e).visibility === 'visible').length")
    print("tab stops:", stops)
    assert stops <= 36
    whole = page.evaluate("""() => [...document.querySelectorAll('.n3-screen :is(.n3-whole, .panel .title) > :first-child, .n3-course-name, .n3-read, .n3-legend')].filter(e => getComputedStyle(e).visibility === 'visible' && e.offsetParent)
        .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth || e.getBoundingClientRect().right > e.closest('.cell, .panel, .n3-fit').getBoundingClientRect().right).map(e => e.textContent)""")
    assert not whole, f"cut off: {whole}"                              # at the narrow size, where we are
    assert page.inner_text(".n3-outline") == "truth"                   # around the prediction, and nowhere else
    page.locator(".n3-overlay button[data-value=truth]").click()
    page.locator(".n3-outline").wait_for(state="detached")
    page.locator(".n3-overlay button[data-value=prediction]").click()
    curves, labels = (set(page.evaluate(f"() => [...document.querySelectorAll('{s}')].map(e => getComputedStyle(e).{p})")) for s, p in ((".n3-course-plot path[stroke-linecap]", "stroke"), (".n3-overlay .n3-chip", "backgroundColor")))
    assert len(labels) == 3 and curves and not curves & labels          # a region is no label: no curve of its Dice has a label's colour
    assert page.inner_text(".n3-course-scale").split() == ["1", ".5", "0"]
    for selector, means in WORDS_SAID.items():                          # every word is explained where it stands
        found = page.locator(f".n3-screen {selector}").first
        assert means in (found.get_attribute("title") or found.text_content()), selector
    page.click(".n3-keys")                                              # and all of them behind "?"
    said = page.inner_text(".n3-glossary")
    assert all(word in said for word in ("ᾱ", "N_C", "X0", "X1", "genotype", "gap", "weight-free", "WT", "TC", "ET", "FLAIR"))
    page.keyboard.press("Escape")
    page.locator(".n3-glossary").wait_for(state="hidden")
    page.set_viewport_size({"width": 1440, "height": 900})
    nb.python("lab.goto(99); lab.choose('up:2:1')")                     # what if? An edge that is not kept, and says so
    page.wait_for_selector(".panel[data-edge='up:2:1'] [data-state=hint]")
    assert "not kept" in page.inner_text(".panel .title")
    for op in ("u_se_conv", "u_dil_conv"): page.locator(".panel button.op", has_text=op).click()
    page.wait_for_selector(".what-if[data-state=answer]", timeout=60_000)
    then = float(nb.python("print(round(lab.genotype.answer['after']['ET'], 2))"))
    says = page.inner_text(".what-if")
    assert says.startswith("u_dil_conv alone: ET") and f"→ {then:.2f}".replace("0.", ".") in says and "network of epoch 9" in says
    for name, place in dict(graph="graph", edge="edge", alpha="alpha", loss="loss", head="head").items():
        if name == "edge": page.set_viewport_size({"width": 1440, "height": 900})
        page.locator(f".n3-screen {dict(graph='.cells', edge='.panel', alpha='.n3-place-alpha', loss='.n3-place-loss', head='.n3-place-head')[name]} .n3-grow").last.click()
        page.wait_for_function("n => document.querySelector('.n3-screen').dataset.big === n", arg=name)
        frames(page)
        x0, y0, x1, y1 = page.evaluate(SEEN)["places"][place]
        assert x1 - x0 > 1000 and y1 - y0 > 400, name
        if name == "head": page.wait_for_function("() => { const planes = [...document.querySelectorAll('.n3-overlay canvas')].map(e => e.getBoundingClientRect()); return planes.length === 3 && planes.every(r => r.width > 150); }")
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('.n3-screen').dataset.big")


def test_keys_end_at_the_widget(replay, page):
    "With the focus on an edge, a button, the slider, the plots, the head or the losses no key reaches the notebook: d d deletes no cell, b and a insert none, an arrow leaves none. And a wheel over the head scrolls the page until the head has been clicked."
    nb = replay("keys", SIZES[0])
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("() => document.querySelector('.n3-screen').scrollIntoView({block: 'start'})")
        source = page.evaluate(CELLS)
        for what in ("[data-edge='down:1:1'].edge", ".n3-play", ".n3-clock input[type=range]", ".n3-tab >> visible=true", ".n3-history svg[role=slider]", *[".n3-alphas .n3-stage"] * (size == SIZES[0]), ".n3-overlay canvas[data-plane=axial]"):
            page.locator(f".n3-screen {what}").first.focus()
            for key in ("d", "d", "b", "a", "x", "ArrowDown", "ArrowUp", "c", "v", "m", "y"): page.keyboard.press(key)
            assert page.evaluate(CELLS) == source, what
            assert page.evaluate("() => document.querySelector('.n3-screen').contains(document.activeElement)"), what
            assert page.evaluate(ACTIVE) == 0, what                      # the lab's own cell
        page.set_viewport_size({"width": size[0] - 60, "height": size[1]})   # a new layout leaves the head its focus
        page.wait_for_timeout(200)
        assert page.evaluate("() => document.activeElement.dataset.plane") == "axial"
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.locator("[data-edge='up:1:1'].edge .pill").first.click(force=True)      # a click gives the focus as well
        for key in "ddb": page.keyboard.press(key)
        assert page.evaluate(CELLS) == source
        page.evaluate("() => document.activeElement.blur()")
        at = lambda: page.evaluate("() => document.querySelector('.n3-screen').getBoundingClientRect().top")
        head, top, slice = page.locator(".n3-overlay canvas[data-plane=axial]"), at(), nb.python("print(lab.case.overlay.cursor)")
        head.hover()
        page.mouse.wheel(0, -60)
        page.wait_for_timeout(200)
        assert at() != top and nb.python("print(lab.case.overlay.cursor)") == slice
        page.evaluate("() => document.querySelector('.n3-screen').scrollIntoView({block: 'start'})")
        head.click()
        page.mouse.wheel(0, 60)
        nb.until(f"lab.case.overlay.cursor != {slice}")


def test_one_clock(replay, page):
    "A replay goes on from the epoch shown, one by one, in all panels, and ends at the newest; whoever moves the epoch by hand ends it."
    nb = replay("clock", SIZES[1])
    assert nb.python("print(lab.epoch.value == lab.epoch.star == lab.epoch.max == 9)") == "True"       # a finished run opens on its winner
    nb.python("seen = []; lab.epoch.observe(lambda c: seen.append(c['new']), 'value'); lab.goto(4)")
    page.wait_for_function("() => document.querySelector('.n3-clock').dataset.epoch === '4'")
    page.click(".n3-play")
    page.wait_for_function("() => document.querySelector('.n3-clock').dataset.epoch === '9' && document.querySelector('.n3-clock').dataset.playing === 'false'", timeout=15_000)
    nb.until("lab.genotype.epoch == lab.alphas.epoch == lab.history.epoch == 9")
    assert nb.python("print(seen)") == "[4, 5, 6, 7, 8, 9]"
    page.click(".n3-play")                                            # at the end: from the first again
    page.wait_for_function("() => document.querySelector('.n3-clock').dataset.epoch === '3'", timeout=15_000)
    page.locator(".n3-clock input[type=range]").focus()
    page.keyboard.press("End")
    page.wait_for_selector(".n3-clock[data-playing=false]", state="attached")
    page.click(".n3-star")
    nb.until("lab.epoch.value == lab.epoch.star and not lab.epoch.playing")
    nb.python("lab.goto(1); lab._hide('guess'); lab._tell()")                  # a guess first: it starts the replay, and no curve says more than the replay has shown
    page.locator(".n3-guess button", has_text="d_dil_conv").click()
    page.wait_for_function("() => Number(document.querySelector('.n3-clock').dataset.epoch) >= 2")
    assert page.locator(".n3-star").is_hidden() and page.locator(".cells .star").first.is_hidden() and "hidden" in page.inner_text(".n3-line")
    reach = "() => { const d = document.querySelector('.race [data-race]').getAttribute('d'); return d.split('L').length === Number(document.querySelector('.n3-genotype').dataset.epoch); }"
    page.wait_for_function(reach)
    page.locator(".n3-clock input[type=range]").focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.querySelector('.n3-guess').textContent.includes('You said d_dil_conv, but d_se_conv won')")
    page.locator(".n3-star").wait_for()
    said, foot = page.locator(".n3-guess").bounding_box(), page.locator(".n3-place-foot").bounding_box()
    assert said["x"] + said["width"] <= foot["x"] + foot["width"] + 1 and said["y"] + said["height"] <= foot["y"] + foot["height"] + 1      # all of the sentence is seen


UNHURRIED = """import sys, time
from nas3dunet.search import search
from nas3dunet.store import Store
class Rest:
    "Leaves the core to the page that looks on."
    def on_epoch(self, s): time.sleep(.4)
search(Store(sys.argv[1]), sys.argv[2], patch=16, batch=2, depth=1, epochs=500, lr_alpha=.03, device="cpu", callbacks=[Rest()])"""


def test_follow_another_process(page, tmp_path, chromium):
    """`nas3dunet lab --run` on a search that another process is writing: its own JupyterLab, with token, on this machine only.

    The run folder may have come from somebody else: nothing that lies in it is executed. And what the command starts ends with it."""
    from nas3dunet.cases import find_cases
    from nas3dunet.phantom import write_phantoms
    from nas3dunet.prepare import prepare
    program, port, token = str(Path(sys.executable).parent/"nas3dunet"), free_port(), secrets.token_hex(16)
    write_phantoms(tmp_path/"cases", n=3, shape=(40, 40, 26))
    prepare(find_cases(tmp_path/"cases"), tmp_path/"store")
    env = {**os.environ, "OMP_NUM_THREADS": "1", "JUPYTER_CONFIG_DIR": str(tmp_path/"config"), "JUPYTER_RUNTIME_DIR": str(tmp_path/"runtime"), "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path/"workspaces"),
           "XDG_CONFIG_HOME": str(tmp_path/"settings")}
    (tmp_path/"config").mkdir()
    (tmp_path/"config"/"jupyter_server_config.json").write_text(json.dumps({"ServerApp": {"allow_root": True, "open_browser": False, "port": port}, "IdentityProvider": {"token": token},
                                                                           "LabApp": {"expose_app_in_browser": True, "news_url": None, "check_for_updates_class": "jupyterlab.NeverCheckForUpdate"}}))
    words = [sys.executable, "-c", UNHURRIED, str(tmp_path/"store"), str(tmp_path/"run")]
    with open(tmp_path/"log", "w") as log:
        search = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)
        end = time.monotonic() + 60
        while not (tmp_path/"run"/"config.json").exists():
            assert search.poll() is None and time.monotonic() < end
            time.sleep(.1)
        traps = plant_traps(tmp_path/"run", tmp_path/"sprung")
        lab = subprocess.Popen([program, "lab", "--run", "."], cwd=tmp_path/"run", stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env)
    try:
        answers(port, lab, tmp_path/"log")
        nb = Notebook(page, dict(url=f"http://127.0.0.1:{port}", token=token), "lab.ipynb")
        nb.run_all()
        page.wait_for_selector("[data-state=following]", state="attached", timeout=60_000)
        page.wait_for_selector(".n3-genotype[data-ready]", state="attached")
        epoch = "Number(document.querySelector('.n3-genotype').dataset.epoch)"
        page.wait_for_function(f"() => {epoch} >= 2", timeout=60_000)
        seen = page.evaluate(epoch)
        page.wait_for_function(f"seen => {epoch} > seen + 1", arg=seen, timeout=60_000)          # it follows
        search.send_signal(signal.SIGINT)
        search.wait(30)
        kernel = int(nb.python("import os; print(os.getpid())"))
        assert str(tmp_path/"run") != nb.python("import os; print(os.getcwd())")
        page.goto("about:blank")     # else it would complain that its server is gone
    finally:
        try: end_process(search)
        finally: end_process(lab)
    assert not (tmp_path/"sprung").exists(), (tmp_path/"sprung").read_text()
    assert all(trap.exists() for trap in traps) and socket.socket().connect_ex(("127.0.0.1", port))
    end = time.monotonic() + 20
    while alive(kernel): assert time.monotonic() < end, "the kernel outlives the command"


def alive(pid):
    "Is there such a process?"
    try: os.kill(pid, 0)
    except ProcessLookupError: return False
    return True


def plant_traps(run, mark):
    "Files that a careless start would execute; each would write to `mark`."
    code = f"open({str(mark)!r}, 'a').write(__name__ + ' was executed')"
    notebook = {"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "source": code, "outputs": [], "execution_count": None}],
                "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    names = ["jupyter.py", "jupyterlab.py", "ipykernel_launcher.py", "torch.py", "nas3dunet/__init__.py", "jupyter_server_config.py", "jupyter_lab_config.py"]
    for name in names:
        (run/name).parent.mkdir(exist_ok=True)
        (run/name).write_text(code)
    (run/"lab.ipynb").write_text(json.dumps(notebook))
    return [run/name for name in [*names, "lab.ipynb"]]


WIDGETS = {"7_widgets/706_viz.overlay": ".n3-overlay", "7_widgets/708_viz.alphas": ".n3-alphas", "7_widgets/709_viz.genotype": ".n3-genotype", "7_widgets/710_viz.history": ".n3-history", "7_widgets/713_viz.scores": ".n3-scores",
           "7_widgets/726_viz.editor": ".n3-editor", "7_widgets/727_viz.metrics": ".n3-metrics", "7_widgets/730_viz.side_by_side": ".n3-difference", "7_widgets/711_viz.patches": ".n3-overlay"}


def edit_an_edge(box, page):
    "The editor: an edge is clicked and gets another operation; cells, numbers and the way the score was found follow."
    edge = box.locator(".edge[data-kept^='u_'], .edge[data-edge^='up'][data-kept$='conv']").first
    name, before = edge.get_attribute("data-edge"), edge.get_attribute("data-kept")
    price = box.locator("[data-fact=macs] b").inner_text()
    edge.locator(".pill").click(force=True)
    box.locator(f"[data-choice^='op:{name}:']:not([aria-current])").last.click()
    box.locator(f"[data-edge='{name}'].edge:not([data-kept='{before}'])").wait_for(state="attached")
    assert box.locator("[data-fact=macs] b").inner_text() != price and box.locator(".badge").inner_text() == "predicted"
    box.evaluate("box => { for (const act of ['shuffle', 'shuffle', 'undo', 'undo', 'undo']) box.querySelector(`[data-act=${act}]`).click(); }")
    box.locator(f"[data-edge='{name}'].edge[data-kept='{before}']").wait_for(state="attached")     # quicker than Python hears, and none is lost


def erase_a_piece(box, page):
    "The playground: what is erased at the crosshair is missing from the scores."
    dice = box.locator("[data-region=WT] [data-score=dice] b")
    before = dice.inner_text()
    box.locator("[data-brush='0']").click()
    box.locator("select[aria-label='width of the brush']").select_option("15")
    box.locator("canvas[data-plane=axial]").press(" ")
    page.wait_for_function("([box, before]) => box.querySelector('[data-region=WT] [data-score=dice] b').textContent !== before", arg=[box.element_handle(), before])
    assert float(dice.inner_text()) < float(before)


def move_both(box, page):
    "Side by side: one slider moves both runs, and the sentence follows."
    screen = page.locator(f"{SHOWN} .n3-beside").first
    screen.locator(".n3-clock input[type=range]").focus()
    for key, epoch in (("Home", "1"), ("End", "20")):
        page.keyboard.press(key)
        for run in (0, 1): screen.locator(".n3-run").nth(run).locator(f".n3-genotype[data-epoch='{epoch}']").wait_for(state="attached")
        screen.locator(".n3-says", has_text=f"At epoch {epoch}").wait_for()
    assert "of 12 edges differ" in screen.locator(".n3-says").inner_text()


PLAYED = {".n3-editor": edit_an_edge, ".n3-metrics": erase_a_piece, ".n3-difference": move_both}


def test_widget_notebooks(notebook, page):
    """All of them, in one JupyterLab, run in the real thing: no error in any cell, and the widget is there.

    One after the other, as a reader does: six kernels that start at once leave the browser less than the two seconds
    in which anywidget wants a model to be ready.
    """
    nb = notebook(f"{next(iter(WIDGETS))}.ipynb")
    for name, ready in WIDGETS.items():
        nb.open(f"{name}.ipynb")
        nb.run_all(wait=False)
        nb.idle()
        nb.scroll_to_widget()
        page.wait_for_selector(f"{SHOWN} {ready}[data-ready]", state="attached", timeout=30_000)
        assert not nb.errors(), name
        if ready in PLAYED: PLAYED[ready](page.locator(f"{SHOWN} {ready}").first, page)
    nb.until("planner.patch == (32, 32, 32)")     # a slider lays the patches anew
    cells = len(page.evaluate(CELLS))
    page.locator(f"{SHOWN} .jp-OutputArea [role=slider]").nth(1).focus()
    for key in "ddb": page.keyboard.press(key)                 # a slider of Jupyter's own, beside a widget of ours
    page.keyboard.press("ArrowRight")
    nb.until("planner.patch == (32, 40, 32) and str(len(planner.starts)) in planner.table.value")
    assert len(page.evaluate(CELLS)) == cells
    assert page.locator(f"{SHOWN} .jp-OutputArea >> text=patch size along each axis, voxels").count()
    for width in (1440, 1280):                                 # all three planes, whole
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("""shown => { const stage = document.querySelector(`${shown} .n3-stage`).getBoundingClientRect(), view = document.querySelector(`${shown} .jp-WindowedPanel-outer`).getBoundingClientRect();
            const planes = [...document.querySelectorAll(`${shown} .n3-stage canvas`)].map(e => e.getBoundingClientRect());
            return stage.right <= view.right && planes.length === 3 && planes.every(r => r.width > 90 && r.right <= stage.right + 1); }""", arg=SHOWN)
