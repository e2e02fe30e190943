"The box plots in a bare page: where boxes and dots stand, what pointing, clicking and the keys do, and how many dots it bears."
import re

import numpy as np
import pytest

from nas3dunet.core import REGIONS
from nas3dunet.score_rows import METRICS
from nas3dunet.viz.boxes import box_stats
from nas3dunet.viz.scores import ScoreBoxes


def scores(cases=12, methods=("nas", "u-net"), seed=0, only=None):
    rng = np.random.default_rng(seed)
    return [{"method": m, "case": f"case-{i:03}", "region": g, "dice": .5 + .5 * rng.random(), "sens": rng.random(), "spec": 1 - .01 * rng.random(), "hd95": 20 * rng.random(), "empty": ""}
            for i in range(cases) for m in methods for g in REGIONS if not (only and m == only[0] and g != only[1])]


def chart(page, k): return page.locator(".n3-scores svg").nth(k)

def dots(page, k):
    "Pixel coordinates in the page of the dots of chart k: {box: [[x, y], …]}, boxes in the order of method and region."
    box = chart(page, k).bounding_box()
    return [[(box["x"] + float(x), box["y"] + float(y)) for x, y in re.findall(r"M([\d.]+) ([\d.]+)h0", p.get_attribute("d"))] for p in chart(page, k).locator(".n3-dots").all()]

def picked(page, **wanted): page.wait_for_function("w => Object.entries(w).every(([k, v]) => document.getElementById('w0').model.get(k) === v)", arg=wanted)

def says(page, text): page.wait_for_function("t => document.querySelector('.n3-read').textContent.includes(t)", arg=text)


def test_places(show):
    "Every dot of the Dice chart lies where its value belongs, read off the axis's own ticks; so do the boxes."
    rows = scores()
    page = show(ScoreBoxes(rows))
    svg = chart(page, 0)
    labels = [(float(t.get_attribute("y")) - 4, float(t.text_content())) for t in svg.locator("text[text-anchor=end]").all()]
    slope, start = np.polyfit([y for y, _ in labels], [v for _, v in labels], 1)
    top = svg.bounding_box()["y"]
    values = [[r["dice"] for r in rows if r["method"] == m and r["region"] == g] for m in ("nas", "u-net") for g in REGIONS]
    for box, wanted in zip(dots(page, 0), values, strict=True): np.testing.assert_allclose([start + slope * (y - top) for _, y in box], wanted, atol=.003)
    rects = svg.locator("rect").all()
    for rect, v in zip(rects, [values[i] for i in (0, 1, 2, 3, 4, 5)], strict=True):
        y, height, s = float(rect.get_attribute("y")), float(rect.get_attribute("height")), box_stats(v)
        np.testing.assert_allclose([start + slope * (y + height), start + slope * y], [s["q1"], s["q3"]], atol=.002)
    assert page.locator(".n3-scores svg").count() == len(METRICS)
    first = dots(page, 0)
    assert dots(show(ScoreBoxes(rows)), 0) == first                               # spread the same way each time


def test_click(show):
    page = show(ScoreBoxes(scores()))
    x, y = dots(page, 0)[4][7]                                                    # u-net, TC, the 8th case
    page.mouse.move(x + 1, y)
    says(page, "case-007 u-net, TC: Dice 0.")
    picked(page, case="", method="", region="")                                   # looking is not choosing
    page.mouse.click(x, y)
    picked(page, case="case-007", method="u-net", region="TC")
    says(page, "Selected: case-007 (u-net, TC: Dice")
    page.wait_for_function("document.querySelectorAll('.n3-picked').length === 4 * 3 * 2")   # in every box
    for k in range(4):
        rings = [tuple(map(float, (c.get_attribute("cx"), c.get_attribute("cy")))) for c in chart(page, k).locator(".n3-picked").all()]
        box = chart(page, k).bounding_box()
        mine = [b[7] for b in dots(page, k)]
        np.testing.assert_allclose(sorted(rings), sorted((x - box["x"], y - box["y"]) for x, y in mine), atol=.2)
    page.mouse.click(chart(page, 0).bounding_box()["x"] + 3, chart(page, 0).bounding_box()["y"] + 100)
    picked(page, case="", method="", region="")                                   # beside everything: let go
    page.wait_for_function("document.querySelectorAll('.n3-picked').length === 0")


def test_keys(show):
    rows = scores()
    page = show(ScoreBoxes(rows))
    page.keyboard.press("Tab")
    says(page, "case-000 nas, ET")
    page.keyboard.press("ArrowRight")
    says(page, "case-000 u-net, ET")
    page.keyboard.press("ArrowRight")
    says(page, "case-000 nas, TC")
    page.keyboard.press("ArrowUp")
    ranked = sorted((r["dice"], r["case"]) for r in rows if r["method"] == "nas" and r["region"] == "TC")
    after = ranked[[c for _, c in ranked].index("case-000") + 1][1]
    says(page, f"{after} nas, TC")
    page.keyboard.press("Enter")
    picked(page, case=after, method="nas", region="TC")
    page.keyboard.press("Tab")                                                    # the next chart begins where the selection is
    says(page, f"{after} nas, TC")
    page.keyboard.press("Escape")
    picked(page, case="")


def test_box(show):
    "Pointing at a box, away from its dots, tells its numbers; a method without a region has no box there."
    rows = [{**r, "dice": .9 if r["case"] < "case-006" else .5} for r in scores(methods=("nas", "flair"), only=("flair", "WT"))]
    rows += [{**r, "case": "case-100", "dice": float("nan"), "empty": "both"} for r in rows[:1]]
    page = show(ScoreBoxes(rows))
    assert [len(b) for b in dots(page, 0)] == [12, 12, 12, 0, 0, 12] and chart(page, 0).locator("rect").count() == 4
    high, low = dots(page, 0)[0][0], dots(page, 0)[0][6]
    page.mouse.move((high[0] + low[0]) / 2, (high[1] + low[1]) / 2)
    says(page, "nas, ET, Dice: median 0.700, quartiles 0.500 and 0.900, mean 0.700; 12 cases, 1 undefined")
    assert "Undefined, so not drawn: nas Dice of ET in 1." in page.locator(".n3-note").inner_text()


def test_kernel_selects(show):
    "A selection that comes from Python is drawn, and one dot is chosen among its fellows."
    boxes = ScoreBoxes(scores())
    boxes.select("case-002", "nas", "WT")
    page = show(boxes)
    assert page.locator(".n3-picked").count() == 24 and page.locator(".n3-picked[r='7']").count() == 4
    page.evaluate("document.getElementById('w0').model.set('case', 'case-005')")
    says(page, "Selected: case-005")
    page.mouse.move(*dots(page, 0)[4][11])
    says(page, "case-011 u-net, TC: Dice 0.")
    other = ScoreBoxes(scores(3, ("a",))).state()                                # other data: what was pointed at is not there any more
    page.evaluate("""([names, boxes, values]) => { const m = document.getElementById('w0').model; m.set('values', new DataView(Uint8Array.from(values).buffer));
        m.set('names', names); m.set('boxes', boxes); }""", [other["names"], other["boxes"], list(other["values"])])
    says(page, "Point at a dot")
    assert "a; 3 cases" in chart(page, 0).get_attribute("aria-label")


@pytest.mark.parametrize("dark", [False, True])
def test_many(show, dark):
    "100 cases, 3 methods: 3,600 dots. Names from outside are text."
    methods = ("nas", "<img src=x onerror=alert(1)>", "flair")
    page = show(ScoreBoxes(scores(100, methods)), dark=dark)
    assert sum(len(b) for k in range(4) for b in dots(page, k)) == 3600 and page.locator(".n3-scores img").count() == 0
    x, y = dots(page, 1)[3][50]
    page.mouse.move(x, y)
    says(page, "<img src=x onerror=alert(1)>, ET")
    took = page.evaluate("""async ([x, y]) => { const svg = document.querySelectorAll('.n3-scores svg')[1], box = document.querySelector('.n3-scores'), times = [];
        for (let i = 0; i < 20; i++) { const start = performance.now(), n = box.dataset.drawn; svg.dispatchEvent(new PointerEvent('pointermove', {clientX: x + i, clientY: y, bubbles: true}));
          while (box.dataset.drawn === n) await new Promise(requestAnimationFrame); times.push(performance.now() - start); } return times; }""", [x, y])
    assert np.median(took) < 60
