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
    assert report.stat().st_size < 8e6
    page.goto(report.as_uri())
    for part in ("genotype", "alphas", "overlay"): page.wait_for_selector(f".n3-{part}[data-ready]", state="attached")
    page.wait_for_function("() => document.querySelectorAll('.js-plotly-plot .main-svg').length >= 2")
    epoch = lambda: page.evaluate("() => document.getElementById('genotype').model.get('epoch')")
    assert epoch() == 4
    page.locator(".n3-genotype [data-edge]").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => document.getElementById('genotype').model.get('epoch') === 3")
    before = page.evaluate("() => document.querySelector('canvas[data-plane=axial]').toDataURL()")
    page.locator("canvas[data-plane=axial]").focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("before => document.querySelector('canvas[data-plane=axial]').toDataURL() !== before", arg=before)
    assert page.evaluate("() => window.hacked") is None
