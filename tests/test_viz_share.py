"A shared lab in a browser: one clock, one lit edge, an address that leads there, and nothing from outside is run or fetched."
import shutil
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from nas3dunet.viz.lab import Lab
from nas3dunet.viz.side_by_side import SideBySide

RECORDED = "nbs/tutorials/recorded_search"
EVIL = "<img src=x onerror='window.hacked = 1'>"
STATE = """() => ({
    epochs: ['graph', 'alpha', 'loss'].map((id) => document.getElementById(id).model.get('epoch')),
    clock: document.getElementById('clock').model.get('value'),
    edge: document.getElementById('graph').model.get('selected'),
    plot: [document.getElementById('alpha').model.get('cell'), document.getElementById('alpha').model.get('selected')],
    said: document.getElementById('head').model.get('caption'), hash: location.hash})"""


@pytest.fixture
def shared(tmp_path):
    shutil.copytree(RECORDED, tmp_path/EVIL)
    return Lab(tmp_path/EVIL).share(tmp_path/"search.html").as_uri()


def opened(page, address):
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("body[data-ready]", state="attached")
    for part in ("clock", "genotype", "alphas", "history", "overlay"): page.wait_for_selector(f".n3-{part}[data-ready]", state="attached")
    return page.evaluate(STATE)


def test_one_clock_and_an_address(page, shared):
    page.set_viewport_size({"width": 1280, "height": 720})
    at = opened(page, shared)
    assert at["epochs"] == [9, 9, 9] and at["clock"] == 9 and at["hash"].startswith("#epoch=9&edge=")
    painted = "() => document.querySelector('canvas[data-plane=axial]').toDataURL()"
    before = page.evaluate(painted)
    page.locator(".n3-clock input[type=range]").fill("3")
    page.wait_for_function("() => location.hash.startsWith('#epoch=3')")
    at = page.evaluate(STATE)
    assert at["epochs"] == [3, 3, 3] and at["said"] == "painted by the network of epoch 3"
    page.wait_for_function(f"before => ({painted})() !== before", arg=before)
    page.evaluate("() => { location.hash = '#epoch=5&edge=up:1:0' }")
    page.wait_for_function("() => document.getElementById('clock').model.get('value') === 5")
    at = page.evaluate(STATE)
    assert at["edge"] == "up:1:0" and at["plot"] == ["up", 2] and at["epochs"] == [5, 5, 5]
    keys = "keys => { const stage = document.querySelector('.n3-alphas .n3-stage'); for (const key of keys) stage.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})); }"
    page.evaluate(keys, ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "Escape"])
    assert page.evaluate(STATE)["edge"] == "up:0:0"     # the first: in a lab one edge is always chosen
    page.locator(".n3-tab[data-tab=numbers] >> visible=true").first.click()
    for _ in range(2): page.locator(".n3-alphas .n3-stage canvas").nth(1).click(position=dict(x=20, y=80))
    assert page.evaluate(STATE)["plot"][1] > 0          # nor does a second click let go of it
    assert opened(page, shared + "#epoch=2&edge=down:2:3") | {"said": ""} == {"epochs": [2, 2, 2], "clock": 2, "edge": "down:2:3", "plot": ["down", 8], "said": "", "hash": "#epoch=2&edge=down:2:3"}
    assert opened(page, shared + "#epoch=99&edge=left:1:2")["clock"] == 9     # what is not there changes nothing
    assert page.evaluate("() => window.hacked") is None
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight")


def test_replay_plays(page, shared):
    file = Path(unquote(urlparse(shared).path))
    text, clock = file.read_text(encoding="utf-8"), 'document.getElementById("clock")'
    twice = f"{clock});\nwidget.render({{model: {clock}.model, el: document.body.appendChild(document.createElement('div'))}});"     # a second view of the clock
    assert text.count(f"{clock});") == 1
    file.write_text(text.replace(f"{clock});", twice), encoding="utf-8")
    opened(page, shared + "#epoch=1")
    page.evaluate("() => { const clock = document.getElementById('clock').model; window.ticks = []; clock.on('change:value', () => window.ticks.push(performance.now())); }")
    page.locator(".n3-clock .n3-play").first.click()
    page.wait_for_function("() => location.hash.startsWith('#epoch=3')")
    page.locator(".n3-clock .n3-play").first.click()
    assert page.evaluate("() => document.getElementById('clock').model.get('playing')") is False
    first, second = page.evaluate("window.ticks")
    assert second - first > 500                          # at one pace, however many views it has


def test_hidden_panels_leave_their_room(page, tmp_path):
    "What is hidden is not in the page; the others fill the screen, in wide and in narrow windows."
    box = "(name) => { const b = document.querySelector(name).getBoundingClientRect(); return [b.left, b.right, b.top, b.bottom]; }"
    for hide, seen, gone in (("race", ".n3-screen .panel", "#head"), (["cells", "edge"], ".n3-place-alpha", ".cells"), (["edge", "alpha"], ".n3-screen .cells", "#alpha")):
        Lab(RECORDED, hide=hide).share(tmp_path/"some.html")
        for width in (1280, 1000):
            page.set_viewport_size({"width": width, "height": 720})
            page.goto("about:blank")
            page.goto((tmp_path/"some.html").as_uri())
            page.wait_for_selector("body[data-ready]", state="attached")
            assert page.locator(gone).count() == 0 or not page.locator(gone).first.is_visible(), (hide, width)
            left, right, top, bottom = page.evaluate(box, seen)
            screen = page.evaluate(box, ".n3-screen")
            assert right - left > 300 and bottom > screen[3] - 90, (hide, width)
    assert "What if" not in page.locator("body").inner_text()


def test_runs_side_by_side(page, tmp_path):
    "One clock for all; a run that has ended says why its last epoch has no losses; where a column has room for one cell, two buttons choose it."
    folder = "nbs/tutorials/recorded_collapse"
    runs = SideBySide(*(f"{folder}/{name}" for name in ("plain", "eigenvalue", "warm-up")))
    shared = runs.share(tmp_path/"runs.html").as_uri()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(shared + "#epoch=10&edge=up:1:0")
    page.wait_for_selector("body[data-ready]", state="attached")
    epochs = "() => ['graph', 'alpha', 'loss'].map((name) => [0, 1, 2].map((i) => document.getElementById(`${name}-${i}`).model.get('epoch')))"
    assert page.evaluate(epochs) == [[10, 9, 10]] * 3 and page.locator(".n3-says", has_text="At epoch 10").count() == 1
    for epoch in (4, 12, 9):
        page.locator(".n3-clock input[type=range]").fill(str(epoch))
        page.wait_for_function("epoch => location.hash.startsWith(`#epoch=${epoch}&`)", arg=epoch)
        runs.goto(epoch)
        marked = "Object.fromEntries([...document.querySelectorAll('#graph-1 .edge')].filter((e) => e.dataset.change).map((e) => [e.dataset.edge, e.dataset.change]))"
        page.wait_for_function(f"keys => Object.keys({marked}).sort().join() === keys", arg=",".join(sorted(runs.columns[1].genotype.records[min(epoch, 9) - 1]["was"])))
        assert runs.difference.rest in page.inner_text(".n3-says")
        assert ("★ winner" if epoch == 9 else "winner: epoch 9") in page.inner_text("#graph-0")
    assert page.locator("#loss-1 .n3-why").inner_text() == "epoch 9: cells read off, not trained" and page.locator("#loss-0 .n3-value-alpha").is_visible()
    for kind, other in (("down", "up"), ("up", "down")):
        page.locator(f"[data-kind={kind}]").click()
        page.wait_for_function("kind => location.hash.includes(`edge=${kind}:1:0`)", arg=kind)
        assert page.locator(f"#graph-2 [aria-label='{kind} cell']").is_visible() and not page.locator(f"#graph-2 [aria-label='{other} cell']").is_visible()
    page.evaluate("document.getElementById('graph-0').model.set('selected', '')")        # no edge: the cell turns all the same
    page.locator("[data-kind=down]").click()
    page.locator("#graph-2 [aria-label='down cell']").wait_for()
    assert not page.locator("#graph-2 [aria-label='up cell']").is_visible()
