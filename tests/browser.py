"Chromium for the tests: fixtures that skip loudly where there is none, and leave a screenshot where a test fails."
import shutil
from pathlib import Path

import pytest

SHOTS = Path(__file__).resolve().parent.parent/"screenshots"
# Chromium of its own accord asks the network for much; a test page must ask for nothing
QUIET = ("--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync "
         "--disable-default-apps --disable-extensions --force-color-profile=srgb").split()


def chromium_program():
    "Where Chromium is; None where it is not installed."
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def chromium():
    "A running headless Chromium."
    program = chromium_program()
    if not program: pytest.skip("NO BROWSER: Chromium is not installed (apt-get install chromium), so nothing was seen")
    try: from playwright.sync_api import sync_playwright
    except ImportError: pytest.skip("NO BROWSER: playwright is not installed (pip install playwright), so nothing was seen")
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, request):
    "A fresh page. Afterwards: no error on its console, no request that left this machine; a screenshot if the test failed."
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    page, said, asked = context.new_page(), [], []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: asked.append(r.url) if not r.url.startswith(("http://127.0.0.1", "http://localhost", "ws://127.0.0.1", "data:", "blob:", "file:", "about:")) else None)
    page.said, page.asked = said, asked
    yield page
    if getattr(request.node, "failed", False):
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS/f"{request.node.name}.png", full_page=True)
    context.close()
    assert not asked, f"the page asked for {asked[:3]}"
    assert not said, f"the page's console says {said[:3]}"


@pytest.fixture
def show(page, tmp_path):
    "`show(widget)`: a `viz` widget in a bare page without kernel or network; returns the Playwright page. `dark=True` sets JupyterLab's dark colours."
    def call(*widgets, dark=False):
        colours = "--jp-ui-font-color1:#e4e8ee;--jp-ui-font-color2:#9aa6b5;--jp-border-color2:#38424f;--jp-layout-color0:#111;--jp-layout-color2:#1f2630;--jp-brand-color1:#64b5f6"
        style = f"<style>html{{{colours if dark else ''};background:{'#111' if dark else '#fff'}}}</style>"
        body = "".join(w.standalone(f"w{i}") for i, w in enumerate(widgets))
        (tmp_path/"page.html").write_text(f'<!doctype html><html lang="en"><head><meta charset="utf-8">{style}</head><body>{body}</body></html>', encoding="utf-8")
        page.goto((tmp_path/"page.html").as_uri())
        page.wait_for_function("n => document.querySelectorAll('[data-ready]').length >= n", arg=len(widgets))
        return page
    return call
