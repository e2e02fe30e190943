"The loss history in a bare page: what is drawn where, what the pointer and the keys do, and what an update changes."
import re

import numpy as np
import pytest

from nas3dunet.figures import loss_names
from nas3dunet.viz.history import LossHistory
from nas3dunet.runs import RunView


def view(epochs=8, steps=100, trained=None, state="finished", changes=(), warmup=1, total=20, name="a run", alpha=.5, kernel=.4):
    "Constant losses but for one spike of the kernels in the middle of epoch 3; the 5th win of the last genotype ends it."
    trained = epochs - 1 if trained is None else trained
    e, s = (x.ravel() for x in np.meshgrid(np.arange(1 - warmup, trained + 1), np.arange(1, steps + 1), indexing="ij"))
    loss = np.stack([np.full(len(e), alpha), np.where((e == 3) & (s == steps // 2), .9, kernel)], 1).ravel()
    e, s, kind = np.repeat(e, 2), np.repeat(s, 2), np.tile(["alpha", "kernel"], len(e))
    keep = (e > 0) | (kind == "kernel")
    history = {"epoch": e[keep], "step": s[keep], "kind": kind[keep], "loss": loss[keep], "seconds": loss[keep]}
    return RunView(name, {"count": 5, "epochs": total, "lr_alpha": .001, "lr_kernel": .001}, state, genotypes=("g",) * epochs, counts=tuple([1] * (epochs - 1) + [5])[:epochs], history=history, changes=tuple(changes))


def plot(page): return page.locator(".n3-history svg")

def place(page, epoch, first=0, last=8, y=150):
    "Page coordinates of the middle of an epoch's stretch: margins of 54 and 18 pixels."
    box = plot(page).bounding_box()
    return box["x"] + 54 + (epoch - .5 - (first - 1)) * (box["width"] - 72) / (last - first + 1), box["y"] + y

def epoch_is(page, epoch): page.wait_for_function("e => document.getElementById('w0').model.get('epoch') === e", arg=epoch)

def says(page, what, text): page.wait_for_function("([w, t]) => document.querySelector('.n3-value-' + w).textContent === t", arg=[what, text])

def points(page, selector): return [tuple(map(float, p)) for p in re.findall(r"([\d.]+) ([\d.]+)", page.locator(selector).get_attribute("d"))]


def test_curves(show):
    page = show(LossHistory(view()))
    steps, means = points(page, ".n3-steps-kernel"), points(page, ".n3-means-kernel")
    assert len(steps) <= 400 and len(means) == 8                                   # epochs 0 … 7; the 8th is not trained
    box = plot(page).bounding_box()
    np.testing.assert_allclose([box["x"] + x for x, _ in means], [place(page, e)[0] for e in range(8)], atol=.2)
    top = min(steps, key=lambda p: p[1])                                           # the spike: half of epoch 3 is over
    assert abs(box["x"] + top[0] - place(page, 3)[0]) < .3
    assert len({y for x, y in points(page, ".n3-steps-alpha")}) == 1 and len(points(page, ".n3-means-alpha")) == 7
    assert page.inner_text(".n3-why") == "epoch 8: cells read off, not trained" and page.locator(".n3-value-alpha").is_hidden()    # it was only read off


def test_stop_and_flags(show):
    page = show(LossHistory(view(changes=[{"epoch": 4, "lr_alpha": .01}])))
    box, stop = plot(page).bounding_box(), page.locator(".n3-stop")
    assert abs(box["x"] + float(stop.get_attribute("x1")) - place(page, 7.5)[0]) < .2   # where epoch 8 begins
    assert plot(page).get_by_text("stopped in epoch 8: the genotype came out on top for the 5th time").count() == 1
    assert page.locator(".n3-warm").count() == 1
    tip = page.locator(".n3-tip")
    assert tip.is_hidden()
    page.locator(".n3-flag").focus()
    assert tip.inner_text() == "from epoch 4: learning rate of α 0.001 → 0.01"
    page.locator(".n3-flag").blur()
    page.mouse.move(place(page, 3.5)[0] + 3, box["y"] + 28)
    tip.wait_for(state="visible")
    page.set_viewport_size({"width": 400, "height": 900})                           # too narrow for the sentence: a short one, whole
    short = plot(page).get_by_text("the search ended here")
    short.wait_for()
    assert short.bounding_box()["x"] >= plot(page).bounding_box()["x"]
    assert "cases that trained its weights" in page.locator(".n3-history .n3-term", has_text="gap").get_attribute("title")


def test_pointer(show):
    page = show(LossHistory(view(), epoch=2))
    page.mouse.move(*place(page, 3))
    says(page, "epoch", "3"), says(page, "kernel", "0.405"), says(page, "alpha", "0.500"), says(page, "gap", "+0.095")
    epoch_is(page, 2)                                                              # looking is not choosing
    page.mouse.move(*place(page, 0))
    says(page, "epoch", "0"), says(page, "alpha", "–"), says(page, "kernel", "0.400")   # warm-up: kernels only
    page.mouse.click(*place(page, 0))
    epoch_is(page, 1)                                                              # cannot be chosen: it has no genotype
    page.mouse.move(*place(page, 5))
    page.mouse.down()
    epoch_is(page, 5)
    page.mouse.move(*place(page, 7), steps=4)
    epoch_is(page, 7)
    page.mouse.up()
    page.mouse.move(*place(page, 2))
    says(page, "epoch", "2"), epoch_is(page, 7)
    page.mouse.move(5, 900)
    says(page, "epoch", "7")


def test_keys(show):
    page = show(LossHistory(view(), epoch=4))
    plot(page).focus()
    for key, epoch in (("ArrowRight", 5), ("ArrowLeft", 4), ("ArrowLeft", 3), ("End", 8), ("ArrowRight", 8), ("Home", 1), ("PageUp", 8), ("ArrowDown", 7)):
        page.keyboard.press(key)
        epoch_is(page, epoch)
    page.wait_for_function("document.querySelector('.n3-history svg').getAttribute('aria-valuenow') === '7'")
    assert plot(page).get_attribute("aria-valuetext") == "epoch 7: α loss 0.500, weights loss 0.400"


def test_scale(show):
    page = show(LossHistory(view()))
    y = lambda: points(page, ".n3-means-alpha")[0][1]
    before = y()
    page.get_by_role("button", name="log").click()
    page.wait_for_function("document.getElementById('w0').model.get('scale') === 'log' && document.querySelector('.n3-history button[aria-pressed=true]').textContent === 'log'")
    top, bottom = 36, 330 - 44                                                     # 0.4 … 0.9: the axis has a tick at each tenth and ends there
    assert abs(y() - (top + (bottom - top) * np.log(.9 / .5) / np.log(.9 / .4))) < .2 and abs(before - (top + (bottom - top) * .8)) < .2
    page.get_by_role("button", name="linear").click()
    page.wait_for_function("document.querySelector('.n3-history button[aria-pressed=true]').textContent === 'linear'")
    assert y() == before


def test_update(show):
    "A widget that waits, and then gets the traits of later views, a hundred in a frame."
    later = [LossHistory(view(e, state="unfinished", trained=e, name="late")).standalone("x") for e in (2, 6)]
    states = [re.search(r"mount\(widget, (\{.*\}), document", html, re.S)[1] for html in later]
    page = show(LossHistory(RunView("late", {}, "empty")))
    assert plot(page).get_by_text("Waiting for the first epoch").count() == 1
    tall = page.locator(".n3-history").bounding_box()["height"]
    drawn = int(page.locator(".n3-history").get_attribute("data-drawn"))
    page.evaluate("""states => new Promise(done => { const model = document.getElementById('w0').model, decode = (v) => v && v.$bytes !== undefined ? new DataView(Uint8Array.from(atob(v.$bytes), (c) => c.charCodeAt(0)).buffer) : v;
        for (let i = 0; i < 100; i++) for (const [k, v] of Object.entries(states[i % 2])) model.set(k, decode(v));
        requestAnimationFrame(() => requestAnimationFrame(done)); })""", [__import__("json").loads(s) for s in states])
    assert len(points(page, ".n3-means-alpha")) == 6 and page.locator(".n3-stop").count() == 0
    assert int(page.locator(".n3-history").get_attribute("data-drawn")) <= drawn + 3
    epoch_is(page, 6), says(page, "epoch", "6")
    assert abs(page.locator(".n3-history").bounding_box()["height"] - tall) <= 1 + 20   # the caption may take a line more
    gap = page.locator(".n3-gap-figure")
    assert gap.is_visible() and page.locator(".n3-gap").count() == 1 and plot(page).get_by_text("Dice loss, eq. (3)").count() == 1
    page.evaluate("loss => { const m = document.getElementById('w0').model; m.set('facts', {...m.get('facts'), loss}); return new Promise(requestAnimationFrame); }", loss_names(dict(regularise="beta")))
    page.wait_for_function("document.querySelector('.n3-of-curve').textContent.trim() === 'α loss + λR'")      # a regulariser: no gap, and no Dice alone
    assert gap.is_hidden() and page.locator(".n3-gap").count() == 0 and plot(page).get_by_text("Dice loss").count() == 0


@pytest.mark.parametrize("dark", [False, True])
def test_colours(show, dark):
    "The two losses are seen as they are named, on the theme's own background."
    page = show(LossHistory(view(name="<img src=x onerror=alert(1)>")), dark=dark)
    assert page.locator(".n3-history img").count() == 0 and page.get_by_text("<img src=x").count() == 1
    from io import BytesIO
    from PIL import Image
    x, y = points(page, ".n3-means-alpha")[2]
    box = plot(page).bounding_box()
    pixels = np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB")).astype(int)
    at = pixels[round(box["y"] + y), round(box["x"] + x)]
    assert abs(at - (0xe0, 0x7b, 0x1a)).max() < 12
    assert abs(pixels[round(box["y"] + 5), round(box["x"] + 30)] - (17 if dark else 255)).max() < 3


def test_many(show):
    "200 epochs of 200 steps: the picture holds few points, and moving the epoch takes a frame."
    page = show(LossHistory(view(200, 200, total=400)))
    assert max(len(points(page, f".n3-steps-{k}")) for k in ("alpha", "kernel")) <= 400
    plot(page).focus()
    times = page.evaluate("""async () => { const svg = document.querySelector('.n3-history svg'), box = document.querySelector('.n3-history'), times = [];
        for (let i = 0; i < 30; i++) { const start = performance.now(), n = box.dataset.drawn; svg.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowLeft', bubbles: true}));
          while (box.dataset.drawn === n) await new Promise(requestAnimationFrame); times.push(performance.now() - start); } return times; }""")
    assert np.median(times) < 60
    epoch_is(page, 170)
