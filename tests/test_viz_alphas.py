"The α explorer in a real browser: what it says and paints against the numbers, clicks, keys, speed."
import re, statistics
from dataclasses import replace

import numpy as np
import pytest

from nas3dunet.drawing import OP_COLOURS
from nas3dunet.genotype import derive
from nas3dunet.layout import edge_name
from nas3dunet.menus import OPS, cell_edges, hm_names
from nas3dunet.ops import NORMAL_OPS
from nas3dunet.viz.alphas import AlphaExplorer
from nas3dunet.runs import RunView, shares

# every point of a canvas on a grid of `step` pixels: where it is, and what the tip says there
SCAN = """([which, step]) => {
  const canvas = document.querySelectorAll("canvas:not(.n3-free canvas)")[which], tip = document.querySelector(".n3-tip"), r = canvas.getBoundingClientRect(), found = [];
  for (let y = 2; y < r.height; y += step) for (let x = 2; x < r.width; x += step) {
    canvas.dispatchEvent(new PointerEvent("pointermove", { clientX: r.left + x, clientY: r.top + y, bubbles: true }));
    if (!tip.hidden) found.push([x, y, tip.textContent]);
  }
  return found;
}"""
PIXEL = """([which, points]) => { const c = document.querySelectorAll("canvas:not(.n3-free canvas)")[which].getContext("2d");
  return points.map(([x, y]) => [...c.getImageData(x, y, 1, 1).data]); }"""
GRID, HEAT = 0, 1


def walk(epochs, nodes=3, seed=0, name="walk", pace=.05, ops=None):
    "A finished run whose α walks at random."
    rng = np.random.default_rng(seed)
    walks = {kind: [np.cumsum(rng.normal(0, pace, (epochs, len(hm_names(kind, s, ops)))), 0) for _, s in cell_edges(nodes)] for kind in ("down", "up")}
    genotypes = tuple(derive({k: [a[e].tolist() for a in v] for k, v in walks.items()}, nodes, ops=ops) for e in range(epochs))
    return RunView(name, dict(nodes=nodes, ops=ops), "finished", {k: [shares(a) for a in v] for k, v in walks.items()}, genotypes, (1,) * epochs)


def model(page, name): return page.evaluate("name => document.getElementById('w0').model.get(name)", name)
def put(page, **traits):
    "Set traits as the kernel would, and wait for the picture."
    before = page.evaluate("document.querySelector('#w0 .n3').dataset.drawn")
    page.evaluate("traits => { for (const [k, v] of Object.entries(traits)) document.getElementById('w0').model.set(k, v); }", traits)
    page.wait_for_function("n => document.querySelector('#w0 .n3').dataset.drawn !== n", arg=before)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))")   # and nothing is left to draw
def becomes(page, name, value): page.wait_for_function("([k, v]) => document.getElementById('w0').model.get(k) === v", arg=[name, value])


def truth(view, kind):
    "Edge's name → operation → ᾱ over the epochs."
    return {edge_name(*edge): dict(zip(hm_names(kind, edge[1], view.ops), view.alphas[kind][i].T)) for i, edge in enumerate(cell_edges(view.nodes))}


@pytest.mark.parametrize("nodes, epochs", [(3, 60), (1, 1), (5, 4)])
def test_hover_tells_the_numbers(show, nodes, epochs):
    view = walk(epochs, nodes)
    page, true = show(AlphaExplorer(view)), truth(view, "down")
    edges, seen_epochs = set(), set()
    for _, _, text in page.evaluate(SCAN, [GRID, 14]):
        edge, op, value, epoch = re.fullmatch(r"(.+)\n(\w+)  ᾱ (\S+)\nepoch (\d+)", text).groups()
        assert abs(float(value) - true[edge][op][int(epoch) - 1]) < 6e-4
        edges.add(edge); seen_epochs.add(int(epoch))
    assert edges == set(true) and {1, epochs} <= seen_epochs <= set(range(1, epochs + 1))
    cells = {tuple(re.split(r"\n|  ᾱ ", t)[:2]) for _, _, t in page.evaluate(SCAN, [HEAT, 9]) if "ᾱ" in t}
    assert cells == {(edge, op) for edge, ops in true.items() for op in ops}         # each operation has its place, and nothing else has one


def test_menus_of_one_operation_and_with_one_of_ones_own(show, monkeypatch):
    monkeypatch.setitem(OPS["normal"], "borders", None)
    view = walk(12, 2, ops={"down": ["max_pool"], "normal": [*NORMAL_OPS, "borders"]})
    page, true = show(AlphaExplorer(view)), truth(view, "down")
    put(page, selected=0)
    said = page.inner_text("#w0")
    assert "X0 → node 1, epoch 12: max_pool leads with ᾱ 1.00 (ᾱ·N_O 1.00); entropy 0.00, margin 1.00" in said
    places = {}   # of the columns of the heat map: operation → the points that say it
    for x, _, text in page.evaluate(SCAN, [HEAT, 6]):
        if "ᾱ" in text: places.setdefault(re.split(r"\n|  ᾱ ", text)[1], []).append(x)
    assert set(places) == {op for ops in true.values() for op in ops}
    numbers = page.evaluate("() => document.querySelectorAll('canvas:not(.n3-free canvas)')[1].getBoundingClientRect().width") - 2 * 54
    assert max(places["borders"]) < numbers, "the last column lies before the numbers"


def test_heat_map_pixels(show):
    "Each cell of the heat map is its operation's colour, as strong as ᾱ, on white."
    view = walk(60)
    page, kind, epoch = show(AlphaExplorer(view, cell="up")), "up", 37
    put(page, epoch=epoch)
    corners = {}
    for x, y, text in page.evaluate(SCAN, [HEAT, 6]):
        if "ᾱ" in text: corners.setdefault(tuple(re.split(r"\n|  ᾱ ", text)[:2]), (x, y))
    true, expected, points = truth(view, kind), [], []
    highest = next(t for t in (.25, .3, .4, .5, .6, .8, 1) if t > max(a.max() for a in view.alphas[kind]))
    assert highest >= .3                                                              # so the scale begins at 0
    for (edge, op), (x, y) in corners.items():
        share = true[edge][op][epoch - 1]
        if share == max(ops[epoch - 1] for ops in true[edge].values()): continue      # has a frame
        rgb = [int(OP_COLOURS[re.sub("^[du]_", "", op)][i:i + 2], 16) for i in (1, 3, 5)]
        strength = .08 + .92 * share / highest
        expected.append([255 + strength * (c - 255) for c in rgb]); points.append((x + 2, y + 1))
    assert len(points) == sum(len(ops) - 1 for ops in true.values())
    rgba = np.array(page.evaluate(PIXEL, [HEAT, points]))
    np.testing.assert_allclose(255 + (rgba[:, :3] - 255) * rgba[:, 3:] / 255, expected, atol=2)


def test_words_and_count(show):
    view = walk(30)
    page = show(AlphaExplorer(view))
    for epoch in (1, 12, 30):
        put(page, epoch=epoch, selected=4)
        assert page.locator(".n3-free b").inner_text() == f"{view.weight_free()[epoch - 1]} of 12"
        assert page.locator(".n3-epoch").inner_text() == f"epoch {epoch} of 30"
        kept = any(s == 2 for _, s in view.genotypes[epoch - 1].down[1])               # edge 4 is node 1 → node 2
        assert page.locator(".n3-said").inner_text().startswith("node 1 → node 2, epoch") and ("not kept" in page.locator(".n3-said").inner_text()) != kept
    assert page.locator(".n3-keys").inner_text().split() == list(OP_COLOURS)
    ends = "() => [...document.querySelectorAll('.n3-curve')].map(p => parseFloat(p.getAttribute('d').split(' ').at(-1)))"     # x of the last point, of 100
    spark = "() => { const c = document.querySelector('.n3-free canvas'), ink = c.getContext('2d').getImageData(c.width / 2, 0, c.width / 2, c.height).data; return ink.filter((v, i) => i % 4 === 3 && v > 200).length; }"
    whole = page.evaluate(spark)
    assert min(page.evaluate(ends)) == 100
    put(page, ahead=False, epoch=12, selected=-1)        # a winner that is hidden: nothing tells what comes after the epoch shown
    assert max(page.evaluate(ends)) < 100 * 11 / 29 + .1 and page.evaluate(spark) < whole
    assert max(int(text.split()[-1]) for _, _, text in page.evaluate(SCAN, [GRID, 14])) == 12


def test_clicks(show):
    page = show(AlphaExplorer(walk(60)))
    tall = page.locator(".n3").bounding_box()["height"]
    points = page.evaluate(SCAN, [GRID, 15])
    x, y, text = [p for p in points if p[2].startswith("X1 → node 3")][-5]               # low in the plot, below its name
    page.locator("canvas").nth(1).click(position=dict(x=x, y=y))                   # the first canvas is the small curve of the count
    becomes(page, "selected", 6); becomes(page, "epoch", int(text.split()[-1]))
    put(page, epoch=21)
    assert page.locator(".n3").bounding_box()["height"] == tall                        # nothing jumps
    box = page.locator("canvas").nth(1).bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 100); page.mouse.down(); page.mouse.move(box["x"] + 55, box["y"] + 100, steps=3); page.mouse.up()
    page.wait_for_function("document.getElementById('w0').model.get('epoch') < 6")      # dragged in the large plot
    page.get_by_text("all edges").click(); becomes(page, "selected", -1)
    page.get_by_text("up cell").click(); becomes(page, "cell", "up")
    page.locator("canvas").nth(2).click(position=dict(x=30, y=40)); becomes(page, "selected", 0)
    page.locator("canvas").nth(2).click(position=dict(x=30, y=40)); becomes(page, "selected", -1)


def test_keys(show):
    page = show(AlphaExplorer(walk(60)))
    page.locator(".n3-stage").focus()
    for key, name, value in (("ArrowLeft", "epoch", 59), ("ArrowRight", "epoch", 60), ("ArrowRight", "epoch", 60), ("Shift+ArrowLeft", "epoch", 50), ("Home", "epoch", 1), ("ArrowLeft", "epoch", 1),
                             ("ArrowDown", "selected", 0), ("ArrowDown", "selected", 1), ("ArrowUp", "selected", 0), ("ArrowUp", "selected", -1), ("ArrowDown", "selected", 0), ("Escape", "selected", -1)):
        page.keyboard.press(key)
        assert model(page, name) == value, key


def test_waiting_then_growing(show):
    "An empty view says that it waits; the picture comes without a jump. A run's name is text, whatever it is."
    name = "<img src=x onerror=alert(1)>"
    view = replace(walk(4, name=name), state="unfinished")
    begun, later = AlphaExplorer(replace(view, alphas={"down": [], "up": []}, genotypes=(), counts=(), state="empty")), AlphaExplorer(view)
    page = show(begun, dark=True)
    assert page.locator(".n3-message").inner_text() == f"Waiting for the first epoch of {name} …" and page.locator(".n3 img").count() == 0
    tall = page.locator(".n3").bounding_box()["height"]
    bytes_ = {k: list(v) for k, v in later.state().items() if isinstance(v, bytes)}
    page.evaluate("""([all, rest]) => { const m = document.getElementById('w0').model;
      for (const [k, v] of Object.entries(all)) m.set(k, new DataView(Uint8Array.from(v).buffer));
      for (const [k, v] of Object.entries(rest)) m.set(k, v); }""", [bytes_, {"epoch": 4, "horizon": 5}])
    page.wait_for_function("document.querySelector('.n3-epoch').textContent === 'epoch 4 of 4'")
    assert not page.locator(".n3-message").is_visible() and page.locator(".n3").bounding_box()["height"] == tall
    assert any("X0 → node 1" in t for _, _, t in page.evaluate(SCAN, [GRID, 20]))


@pytest.mark.parametrize("width", [620, 400])
def test_narrow(show, page, width):
    page.set_viewport_size(dict(width=width, height=900))
    show(AlphaExplorer(walk(60)))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    left, right = [page.locator("canvas").nth(i).bounding_box() for i in (1, 2)]
    assert (left["y"] == right["y"]) == (width == 620)                                 # beside each other, or below
    page.evaluate("() => { document.getElementById('w0').style.width = `${innerWidth - 16.5}px`; return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))); }")
    left, right = [page.locator("canvas").nth(i).bounding_box() for i in (1, 2)]
    assert (left["y"] == right["y"]) == (width == 620)                                 # half a pixel less changes nothing of it


def test_speed(show):
    "Both cells at 200 epochs, 18 HMs, drawn anew for each epoch."
    view = walk(200)
    page = show(AlphaExplorer(view, cell="down"), AlphaExplorer(view, cell="up"))
    found = page.evaluate("""async () => {
      const frame = () => new Promise(requestAnimationFrame), ms = [], gaps = [], boxes = [...document.querySelectorAll(".n3")];
      let last = await frame();
      for (let e = 1; e <= 60; e++) {
        for (const id of ["w0", "w1"]) document.getElementById(id).model.set("epoch", 3 * e);
        await frame(); const t = await frame();                       // the first frame draws, the second comes when it is on the screen
        ms.push(boxes.reduce((sum, b) => sum + Number(b.dataset.ms), 0)); gaps.push((t - last) / 2); last = t;
      }
      return [ms, gaps];
    }""")
    ms, gap = map(statistics.median, found)
    print(f"\nα explorer, 200 epochs × 18 HMs: {ms:.1f} ms to draw, {gap:.1f} ms a frame (medians)")
    assert ms <= 33 and gap <= 50
