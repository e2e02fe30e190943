"The metric playground in a browser: what a brush paints and tells, and that nothing is lost while Python is busy."
import numpy as np

from nas3dunet.cases import find_cases, load_case
from nas3dunet.tiny import tiny_case
from nas3dunet.viz.metrics import Playground


def model(page, name): return page.evaluate("name => document.getElementById('w0').model.get(name)", name)


def answer(page, play):
    "Be the kernel: hear what the page has set, and give it what follows; the prediction itself only when Python has changed it."
    before = play.label
    for name in ("cursor", "ask", "stroke"): setattr(play, name, model(page, name))
    state = {k: getattr(play, k) for k in ("scores", "caption", "message", "steps", "done", "heard")}
    data = list(play.prediction) if play.label is not before and "at" not in (model(page, "stroke") or {}) else None
    page.evaluate("""([traits, data]) => { const m = document.getElementById('w0').model; if (data) m.set('prediction', new DataView(Uint8Array.from(data).buffer));
        for (const [k, v] of Object.entries(traits)) m.set(k, v); return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))); }""", [state, data])


def painted(page): return page.evaluate("(() => { const v = document.getElementById('w0').model.get('prediction'); return [...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)]; })()")


def test_a_brush_paints_python_scores_and_nothing_is_lost(show, tmp_path):
    tiny_case(tmp_path, "head", 1)
    play = Playground(load_case(find_cases(tmp_path)[0]))
    page = show(play)
    assert page.inner_text("[data-region=ET] [data-score=dice]").strip() == "1.000" and page.is_disabled(".tools [data-act=undo]")
    for palette in ("safe", "paper"):                    # what a brush paints and what the difference means: one legend, no colour in both
        page.locator("select", has=page.locator("option[value=safe]")).select_option(palette)
        page.wait_for_function("() => document.querySelectorAll('.n3-legend .n3-chip').length === 7")
        page.wait_for_function("() => { const of = (which) => [...document.querySelectorAll(which)].map((chip) => getComputedStyle(chip).backgroundColor).join(); return of('.n3-legend .brush') === of('.tools .brush'); }")
        chips = [page.evaluate("which => [...document.querySelectorAll(which)].map(chip => getComputedStyle(chip).backgroundColor)", of) for of in
                 (".n3-legend .brush", ".tools .brush", ".n3-legend .n3-chip:not(.brush)")]
        assert chips[0] == chips[1] and len({*chips[0], *chips[2]}) == 7
    assert "a brush paints a label" in page.inner_text(".n3-legend") and "whether it is right" in page.inner_text(".n3-legend")
    page.click("[data-brush='2']")
    place = page.locator("[data-plane=axial]").bounding_box()
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    first = model(page, "stroke")
    assert first["n"] == 1
    page.mouse.move(x + 40, y + 40, steps=6)
    page.mouse.up()
    assert model(page, "stroke") == first                # Python has not answered: the rest waits
    answer(page, play)
    assert model(page, "stroke")["n"] == 2               # and goes in one message
    answer(page, play)
    assert model(page, "done") == 2 and play.steps == 1
    assert painted(page) == list(play.prediction)        # both have the same picture of it
    once = play.label
    lost = play.opened != once
    assert lost.any() and len(np.unique(np.argwhere(lost)[:, 2])) == 1            # a disc in one slice
    for row, cells in zip(play.rows(), play.scores): assert f"{row['dice']:.3f}" in page.inner_text(f"[data-region={cells['region']}] [data-score=dice]")
    strokes, before = model(page, "stroke"), painted(page)
    page.mouse.move(place["x"] - 30, y)                  # a drag that begins beside the planes and comes in
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.up()
    assert model(page, "stroke") == strokes and painted(page) == before
    page.evaluate("(() => { const m = document.getElementById('w0').model; m.set('stroke', {...m.get('stroke'), id: 7}); })()")     # another view has painted meanwhile
    page.mouse.click(x - 40, y + 40)
    assert model(page, "stroke")["id"] == 8              # a stroke of its own, so that one undo takes back one
    page.click("[data-move=left]")
    page.locator("[data-plane=axial]").press("Control+z")
    page.locator("[data-plane=axial]").press("Control+z")
    assert model(page, "ask") == []                      # Python is busy with the stroke
    answer(page, play)
    assert [(wish["act"], wish["n"]) for wish in model(page, "ask")] == [("move", 1), ("undo", 2), ("undo", 3)]     # none was lost
    answer(page, play)
    assert play.heard == 3 and play.steps == 1 and (play.label == once).all()    # the move and the newest stroke are undone
    page.click("[data-move=left]")
    assert [(wish["act"], wish["n"]) for wish in model(page, "ask")] == [("move", 4)]
