"report.html in a browser: everything moves, nothing is asked of any network, and nothing from outside is run."
from dataclasses import replace

from nas3dunet.cases import find_cases
from nas3dunet.phantom import write_phantoms
from nas3dunet.search import search
from nas3dunet.prepare import prepare
from nas3dunet.report import write_report


def test_report(page, tmp_path):
    write_phantoms(tmp_path/"cases", n=3, shape=(40, 40, 26))
    cases = find_cases(tmp_path/"cases")
    search(prepare(cases, tmp_path/"store"), tmp_path/"run", depth=1, patch=16, batch=2, epochs=4, lr_alpha=.05, seed=1, show=False)
    evil = "</script><img src=x onerror='window.hacked = 1'>"
    evil_id = evil.removeprefix("</script>")     # with a slash in it no case can be made
    rows = [dict(case=f"{evil}{i}", method=m, region=g, dice=.5 + .1 * i, sens=.6, spec=.99, hd95=5. + i, empty="") for i in range(3) for m in ("NAS", evil) for g in ("ET", "TC", "WT")]
    report = write_report(tmp_path/"run", [replace(cases[0], id=evil_id)], rows=rows, title=evil, interactive=True)
    assert report.stat().st_size < 4e6
    page.add_init_script(LISTEN)
    page.goto(report.as_uri())
    for part in ("scores", "genotype", "alphas", "history", "overlay"): page.wait_for_selector(f".n3-{part}[data-ready]", state="attached")
    assert page.evaluate("() => ['scores', 'genotype', 'alphas', 'losses', 'patches'].map((id) => document.querySelectorAll(`#${id}`).length)") == [1] * 5   # each once
    epochs = "() => ['genotype', 'alphas', 'losses'].map((id) => document.getElementById(id).model.get('epoch'))"
    star = page.evaluate("() => document.getElementById('genotype').model.get('star')")
    assert star > 0 and page.evaluate(epochs) == [star] * 3           # it opens on the winner, which is marked
    assert page.locator(".n3-genotype .star").all_inner_texts() [0].startswith("★ winner")
    page.locator(".n3-genotype input[type=range]").focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.getElementById('losses').model.get('epoch') === 4")
    page.locator(".n3-genotype [data-edge]").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.getElementById('losses').model.get('epoch') === 3")
    assert page.evaluate(epochs) == [3, 3, 3]     # one clock
    before = page.evaluate("() => document.querySelector('canvas[data-plane=axial]').toDataURL()")
    page.locator("canvas[data-plane=axial]").focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("before => document.querySelector('canvas[data-plane=axial]').toDataURL() !== before", arg=before)
    links = page.locator("nav a")
    assert links.count() > 3 and links.all_inner_texts() == page.locator("h2").all_inner_texts()
    assert page.evaluate("() => window.hacked") is None
    for width in (1280, 400): fits(page, width)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})     # A4 without its margins
    assert page.evaluate("() => [...document.querySelectorAll('table')].every((t) => t.getBoundingClientRect().right <= innerWidth)")
    assert page.locator("nav").is_hidden()


# Every text on a canvas with its place, by canvas; what has been wiped out is forgotten.
LISTEN = """
window.said = new Map();
const draw = CanvasRenderingContext2D.prototype;
const { fillText, clearRect } = draw;
draw.clearRect = function (...box) { window.said.set(this.canvas, []); clearRect.apply(this, box); };
draw.fillText = function (text, x, y, ...more) {
  const wide = this.measureText(text).width;
  const left = x - { left: 0, start: 0, center: wide / 2, right: wide, end: wide }[this.textAlign];
  if (!window.said.has(this.canvas)) window.said.set(this.canvas, []);
  window.said.get(this.canvas).push({ text, y, left, right: left + wide });
  fillText.call(this, text, x, y, ...more);
};
"""

def fits(page, width):
    "Nothing is wider than the window, tables keep their first column, light and dark; the letters around a plane do not touch."
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(21, 26, 33)")):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == ground
    table = page.locator(".wide:has(table)").first
    table.evaluate("(box) => box.scrollTo(9999, 0)")
    first = table.locator("tbody td").first
    assert first.bounding_box()["x"] >= table.bounding_box()["x"] - 1, "the first column stays in sight"
    page.wait_for_function("""() => [...document.querySelectorAll("canvas[data-plane]")].every((canvas) => {
        const top = (window.said.get(canvas) || []).filter((t) => t.y < 20).sort((a, b) => a.left - b.left);
        return top.length > 1 && top.every((t, i) => !i || top[i - 1].right <= t.left);
    })""")
