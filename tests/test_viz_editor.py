"The genotype editor in a browser: what a click and a key ask for, and what is shown when Python has answered."
import numpy as np

from nas3dunet.table import Table
from nas3dunet.viz.editor import Editor
from nas3dunet.viz.genotype import kept


def answer(page, editor):
    "Be the kernel: hear what the page has set, and give it all that follows."
    for name in ("selected", "ask"): setattr(editor, name, page.evaluate("name => document.getElementById('w0').model.get(name)", name))
    page.evaluate("""traits => { const m = document.getElementById('w0').model; for (const [k, v] of Object.entries(traits)) m.set(k, v);
        return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))); }""", {k: v for k, v in editor.state().items() if k not in ("plan", "dots")})


def shown(page): return page.evaluate("Object.fromEntries([...document.querySelectorAll('.edge')].filter(e => e.dataset.kept).map(e => [e.dataset.edge, e.dataset.kept]))")


LETTERS = """() => Math.min(...[...document.querySelectorAll('.cell svg')].map((svg) => {
    const { a } = svg.getScreenCTM();
    return a * Math.min(...[...svg.querySelectorAll('text')].map((text) => parseFloat(getComputedStyle(text).fontSize))); }))"""


def readable(page):
    "On both screens: letters that can be read, the hint in view, the message whole."
    for width, height in ((860, 720), (1000, 900), (1280, 720), (1440, 900)):     # the narrow ones: beside a file browser
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(LETTERS) >= 11, width
        place = page.locator(".help").bounding_box()
        assert place and place["y"] < 100 and "Click an edge" in page.inner_text(".help")
        assert page.evaluate("(() => { const m = document.querySelector('.message'); return m.scrollWidth <= m.clientWidth; })()")


def test_an_edge_is_clicked_and_replaced_and_it_is_undone(show):
    table = Table()
    start = table.cells[0].genotype
    editor = Editor(start, table)
    page = show(editor)
    assert shown(page) == kept(start) and page.inner_text(".badge") == "measured" and page.is_disabled("[data-act=undo]")
    edge = next(e for e in kept(start) if e.startswith("up:1"))
    page.locator(f"[data-edge='{edge}'].edge .pill").click(force=True)
    answer(page, editor)
    assert page.locator("[data-choice]").count() == len(editor.choices) > 4
    choice = next(c for c in editor.choices if not c["now"])
    button = page.locator(f"[data-choice='{choice['group']}:{choice['edge']}:{choice['op']}:{choice['source']}']")
    button.focus()
    page.keyboard.press("Enter")
    answer(page, editor)
    assert shown(page) == kept(editor.genotype) != kept(start) and page.inner_text(".badge") == "predicted"
    assert page.evaluate("document.activeElement.dataset.choice") == button.get_attribute("data-choice")       # the focus stays
    assert [e["edge"] for e in page.evaluate("[...document.querySelectorAll('.edge')].filter(e => e.dataset.change).map(e => ({...e.dataset}))")] == [edge]
    readable(page)
    for fact in editor.facts: assert fact["value"] in page.inner_text(f"[data-fact={fact['key']}]")
    page.keyboard.press("Control+z")
    answer(page, editor)
    assert shown(page) == kept(start) and page.inner_text(".badge") == "measured"
    page.keyboard.press("Control+Shift+Z")
    answer(page, editor)
    assert shown(page) != kept(start) and page.is_disabled("[data-act=redo]")
    page.locator("[data-act=shuffle]").click()
    answer(page, editor)
    for _ in range(2): page.keyboard.press("Control+z")         # before Python has heard the first
    answer(page, editor)
    assert shown(page) == kept(start) and editor.steps == [0, 2]


def test_by_keys_alone_a_grey_edge_takes_a_place_and_a_narrow_dark_page_has_room(show, page):
    page.set_viewport_size({"width": 480, "height": 900})
    editor = Editor()
    page = show(editor, dark=True)
    first = page.locator(".edge[tabindex='0']")
    first.focus()
    while page.evaluate("document.activeElement.dataset.kept"): page.keyboard.press("ArrowDown")
    answer(page, editor)
    grey = editor.selected
    assert grey not in kept(editor.genotype) and page.locator("[data-choice]").count() == 2 and "in place of" in page.inner_text(".choices")
    page.locator("[data-choice]").first.press(" ")
    answer(page, editor)
    assert grey in shown(page) == kept(editor.genotype)
    page.keyboard.press("Escape")
    answer(page, editor)
    assert "Click an edge" in page.inner_text(".choices")
    assert page.evaluate("document.documentElement.scrollWidth") <= 480
    sizes = page.evaluate("[...document.querySelectorAll('.n3 button, .n3 td, .n3 .small, .n3 .about')].map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert np.min(sizes) >= 10.5
