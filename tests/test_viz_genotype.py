"The genotype graph in a browser: what it shows of each epoch, what it does when it is clicked, and that it stands still."
import numpy as np
import pytest

from nas3dunet.genotype import derive
from nas3dunet.layout import edge_name
from nas3dunet.menus import cell_edges, hm_names
from nas3dunet.viz.genotype import GenotypeGraph, graph_svg
from nas3dunet.runs import RunView, shares


def walk(epochs, nodes=3, seed=0):
    "A view of a search whose α are random walks."
    rng = np.random.default_rng(seed)
    alphas = {kind: [.16 * rng.standard_normal((epochs, len(hm_names(kind, s)))).cumsum(0) for _, s in cell_edges(nodes)] for kind in ("down", "up")}
    found = [derive({kind: [a[e].tolist() for a in v] for kind, v in alphas.items()}, nodes) for e in range(epochs)]
    return RunView("walk", dict(nodes=nodes, count=12), "unfinished", {kind: [shares(a) for a in v] for kind, v in alphas.items()}, tuple(found), tuple(found[:e + 1].count(g) for e, g in enumerate(found)))


def truth(view, epoch):
    "{edge: kept operation or ''} by a loop over the genotype."
    return {f"{kind}:{n}:{s}": next((op for op, source in getattr(view.genotypes[epoch - 1], kind)[n] if source == s), "") for kind in ("down", "up") for n, s in cell_edges(view.nodes)}


def edges(page): return {e["edge"]: e for e in page.evaluate("[...document.querySelectorAll('[data-edge].edge')].map(e => ({...e.dataset, label: e.getAttribute('aria-label')}))")}


def places(page): return page.evaluate("[...document.querySelectorAll('svg rect, svg path, svg text')].map(e => ['x', 'y', 'width', 'height', 'd'].map(k => e.getAttribute(k)).join())")


def seek(page, **traits):
    "Set traits of the model; whatever is to be drawn has been drawn two frames later."
    page.evaluate("""traits => { const m = document.getElementById('w0').model; for (const [k, v] of Object.entries(traits)) m.set(k, v);
        return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))); }""", traits)


def test_edges_are_those_of_each_epoch_and_stand_still(show):
    view = walk(30)
    page = show(GenotypeGraph(view))
    still = places(page)
    for epoch in (30, 1, 2, 17, 18):
        if epoch != 30: seek(page, epoch=epoch)
        found, kept = edges(page), truth(view, epoch)
        before = truth(view, epoch - 1) if epoch > 1 else kept
        assert {k: e["kept"] for k, e in found.items()} == kept
        expected = {k: "" if kept[k] == before[k] else "gone" if not kept[k] else "op" if before[k] else "new" for k in kept}
        assert {k: e["change"] for k, e in found.items()} == expected
        for kind in ("down", "up"):
            for (n, s), a in zip(cell_edges(3), view.alphas[kind]):
                e = found[f"{kind}:{n}:{s}"]
                assert e["best"] == list(hm_names(kind, s))[int(a[epoch - 1].argmax())] and abs(float(e["share"]) - a[epoch - 1].max()) < 1e-4
                assert edge_name(n, s) in e["label"] and ("is kept" in e["label"]) == bool(kept[f"{kind}:{n}:{s}"])
        assert places(page) == still
        text = page.inner_text(".head")
        assert f"epoch {epoch}\n" in text and f"on top in {view.counts[epoch - 1]} epoch" in text and "stops at N_C = 12" in text and f"{view.weight_free()[epoch - 1]} of 12" in text
        assert ("changed" in page.inner_text(".news")) == any(expected.values())


def test_width_and_colour_are_what_the_still_picture_has(show):
    view = walk(12, seed=2)
    page, svg = show(GenotypeGraph(view)), graph_svg(view)
    lines = page.evaluate("[...document.querySelectorAll('.edge')].filter(e => e.dataset.kept).map(e => e.querySelector('.line')).map(p => [p.getAttribute('d'), p.getAttribute('stroke')])")
    assert len(lines) == 12
    for d, stroke in lines: assert f'<path d="{d}" stroke="{stroke}"' in svg
    for e in page.evaluate("[...document.querySelectorAll('.edge')].map(e => [e.dataset.share, e.dataset.kept, e.querySelector('.line').getAttribute('stroke-width')])"):
        if e[1]: assert abs(max(3, 7 * float(e[0])) - float(e[2])) < .01


def bars(page): return page.evaluate("[...document.querySelectorAll('.panel [data-op]')].map(e => [e.dataset.op, Number(e.dataset.share)])")


@pytest.mark.parametrize("by", ["click", "Enter"])
def test_an_edge_shows_how_its_operations_compete(show, by):
    view = walk(9)
    page = show(GenotypeGraph(view))
    assert bars(page) == [] and "Click an edge" in page.inner_text(".panel")
    words = page.evaluate("Object.fromEntries([...document.querySelectorAll('[data-box]')].map(b => [b.dataset.box, b.textContent]))")
    assert "reads first" in words["X0"] and "reads second" in words["X1"] and words["node 1"] == ""
    target = page.locator("[data-edge='up:1:1'].edge")
    if by == "click": target.locator(".pill").click(force=True)
    else:
        target.focus()
        page.keyboard.press("Enter")
    page.wait_for_selector(".panel[data-edge='up:1:1']")
    assert page.evaluate("document.getElementById('w0').model.get('selected')") == "up:1:1"
    for epoch in (9, 4):
        if epoch != 9: seek(page, epoch=epoch)
        assert [op for op, _ in bars(page)] == ["u_conv", "u_dil_conv", "u_dep_conv", "u_se_conv"]      # Table 1's order
        rivals = page.evaluate("[...document.querySelectorAll('[data-rival]')].map(e => e.dataset.rival)")
        scores = {s: (a[epoch - 1].max() * a.shape[1]) for (n, s), a in zip(cell_edges(3), view.alphas["up"]) if n == 1}
        assert rivals == [f"up:1:{s}" for s in sorted(scores, key=lambda s: -scores[s])] and {r for r in rivals[:2]} == {k for k, op in truth(view, epoch).items() if op and k.startswith("up:1:")}
        chips = page.locator(".rivals .key")
        assert chips.evaluate_all("chips => chips.map(c => c.classList.contains('unkept'))") == [i > 1 for i in range(chips.count())]
        grounds = chips.evaluate_all("chips => chips.map(c => getComputedStyle(c).backgroundColor)")
        assert all((g == "rgba(0, 0, 0, 0)") == (i > 1) for i, g in enumerate(grounds))     # hollow, so no grey that could be identity's
        state = truth(view, epoch)["up:1:1"]
        place = 1 + rivals.index("up:1:1")
        assert page.inner_text(".panel .state").strip() == ("· kept" if state else f"· not kept, place {place} of 3")
        assert page.inner_text(".panel .even-name") == "even share .25"
        assert "softmax" in page.locator(".panel .n3-term").first.get_attribute("title")
        np.testing.assert_allclose([share for _, share in bars(page)], view.alphas["up"][3][epoch - 1], atol=1e-6)
    page.keyboard.press("Escape")
    page.wait_for_selector(".panel[data-edge='']")


def test_keys_move_through_epochs_and_nothing_jumps(show):
    page = show(GenotypeGraph(walk(5), selected="down:0:0"))
    height = page.evaluate("document.querySelector('.n3').offsetHeight")
    page.locator("[data-edge='down:2:3'].edge").focus()
    for key, epoch in (("ArrowRight", 5), ("ArrowLeft", 4), ("ArrowLeft", 3), ("ArrowRight", 4)):
        page.keyboard.press(key)
        page.wait_for_function("n => document.getElementById('w0').model.get('epoch') === n && document.querySelector('.n3').dataset.epoch == n", arg=epoch)
    seek(page, selected="up:1:1")                                   # four operations instead of six
    assert page.evaluate("document.querySelector('.n3').offsetHeight") == height
    page.locator("input[type=range]").focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.n3').dataset.epoch === '1'")
    seek(page, scrub=False)
    assert not page.is_visible("input[type=range]")


@pytest.mark.parametrize("nodes", [1, 5])
def test_before_the_first_epoch_and_other_sizes(show, nodes):
    page = show(GenotypeGraph(RunView("<b>begun</b>", dict(nodes=nodes), "empty")))
    assert "waiting for the first epoch" in page.inner_text(".head") and not any(e["kept"] for e in edges(page).values())
    still, newer = places(page), GenotypeGraph(walk(3, nodes))
    state = {k: v for k, v in newer.state().items() if k in ("records", "epoch")}
    page.evaluate("data => { const m = document.getElementById('w0').model; for (const [k, v] of Object.entries(data)) m.set(k, new DataView(Uint8Array.from(v).buffer)); }",
                  {"down": list(newer.down), "up": list(newer.up)})
    seek(page, **state)
    assert {k: e["kept"] for k, e in edges(page).items()} == truth(walk(3, nodes), 3) and places(page) == still


def test_narrow_and_dark(show, page):
    page.set_viewport_size({"width": 480, "height": 1000})
    show(GenotypeGraph(walk(8)), dark=True)
    assert page.evaluate("Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll('svg')].map(e => e.getBoundingClientRect().right))") <= 480
    assert page.evaluate("getComputedStyle(document.querySelector('.box + text')).fill") == "rgb(228, 232, 238)"


def test_200_epochs_are_drawn_in_time(show):
    page = show(GenotypeGraph(walk(200)))
    spent = page.evaluate("""async () => { const m = document.getElementById('w0').model, times = [], box = document.querySelector('.n3');
      for (let e = 1; e <= 30; e++) { const was = box.dataset.drawn, start = performance.now(); m.set('epoch', e * 3);
        while (box.dataset.drawn === was) await new Promise(requestAnimationFrame); times.push(performance.now() - start); }
      return times.sort((a, b) => a - b)[15]; }""")
    print(f"median {spent:.0f} ms per epoch of 200")
    assert spent < 150
