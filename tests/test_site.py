"The site: it builds with no broken link, in a browser it asks nobody for anything, and a reader finds the way from its front page."
import subprocess, sys, threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *words): pass


def chapter(name):
    "The place of a chapter on the site, whatever its number is."
    return next((ROOT/"_docs").glob(f"[0-9]_*/[0-9]*_{name}.html")).relative_to(ROOT/"_docs").as_posix()


@pytest.fixture(scope="module")
def site():
    "The address of the built site. The build fails when a link of it leads nowhere."
    pytest.importorskip("smalldocs", reason="NO SITE: smalldocs needs Python 3.11")
    done = subprocess.run([sys.executable, "docs/build.py"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " min  tutorials/watch_a_search.ipynb" in done.stdout
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(ROOT/"_docs")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def test_every_chapter_is_in_the_book(site):
    book = (ROOT/"_docs/book.html").read_text(encoding="utf-8")
    chapters = [p.relative_to(ROOT/"_docs").as_posix() for p in (ROOT/"_docs").glob("[0-9]_*/*.html")]
    assert len(chapters) > 130 and not [c for c in chapters if f'href="{c}"' not in book.split("<main", 1)[1]]


def test_from_the_front_page(site, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(site)
    live = page.frame_locator("iframe.live")
    live.locator("b.n3-epoch", has_text="1 / 9").wait_for()            # the end is not given away
    live.locator(".n3-play", has_text="play").wait_for()
    assert [name.strip() for name in page.locator("#quarto-sidebar .sidebar-menu-container > ul > li > .sidebar-item-container").all_inner_texts()] == [
        "Begin here", "Lessons", "Recorded searches", "The book", "API: all modules", "About"]
    live.locator(".n3-clock input[type=range]").fill("3")
    live.locator("b.n3-epoch", has_text="3 / 9").wait_for()
    page.locator("nav.navbar >> text=Lessons").click()
    page.locator("td >> text=Watch a search").click()
    assert page.locator("h1").inner_text() == "Watch a search"
    assert "To run it" in page.inner_text(".said-first") and page.locator(".said-first a >> text=Colab").count() == 1
    page.locator("input[type=search]").first.fill("auto-fit")
    page.locator(".search-result").first.wait_for()
    assert "patch" in page.locator(".smalldocs-search-results").first.inner_text().lower()
    page.goto(site + chapter("normalize"))
    assert "For whoever brings scans" in page.inner_text(".said-first") and page.locator(".said-first a").count() == 2
    assert page.locator("math").count() > 10 and page.locator("math merror").count() == 0
    page.locator("a >> text=Reference of normalize").click()
    page.locator("a >> text=The chapter that explains it").click()
    assert page.locator("h1").inner_text() == "normalize"


def test_what_moves_stands_in_its_lesson(site, page):
    page.goto(site + "tutorials/a_search_in_five_minutes.html")
    page.locator("h2:has-text('A longer one') ~ * iframe.live").scroll_into_view_if_needed()
    page.frame_locator("iframe.live").locator(".n3-clock input[type=range]").wait_for()
    page.goto(site + "tutorials/collapse_laboratory.html")
    page.locator("iframe.live").scroll_into_view_if_needed()
    live = page.frame_locator("iframe.live")
    live.locator(".n3-says", has_text="At epoch 10").wait_for()
    live.locator(".n3-clock input[type=range]").fill("3")
    live.locator(".n3-says", has_text="At epoch 3").wait_for()


def test_live_pictures_follow_light_and_dark(site, page):
    grounds = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(site + chapter("viz.genotype"))
        frame = page.frame_locator("iframe.live")
        frame.locator(".n3-genotype[data-ready]").wait_for(state="attached")
        grounds[scheme] = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert grounds == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 26, 33)"}
    page.emulate_media(color_scheme="light")
    page.goto(site + chapter("viz.genotype"))
    page.locator(".quarto-color-scheme-toggle").first.click()
    page.wait_for_function("() => document.documentElement.classList.contains('quarto-dark')")
    assert page.evaluate("() => getComputedStyle(document.querySelector('iframe.live')).colorScheme") == "dark"


def test_plotly_draws_with_the_sites_own_copy(site, page):
    page.goto(site + chapter("viz.plotly"))
    page.locator(".plotly-graph-div .main-svg").first.wait_for()
