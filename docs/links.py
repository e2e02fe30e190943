"""Is there anything behind every link of a built site? Pages, files and anchors; other sites are not asked."""
import os
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Reader(HTMLParser):
    "The names that a page can be entered at, and where it leads."

    def __init__(self):
        super().__init__()
        self.names, self.targets = {"", "top"}, set()

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("id", "name") and value: self.names.add(value)
            if key in ("href", "src") and value: self.targets.add(value)


@cache
def read(path):
    "A page, read."
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


@cache
def fault(file, fragment):
    "What is wrong with a place in a file; empty if nothing is. Most links stand on every page."
    if os.path.isdir(file): file = os.path.join(file, "index.html")
    if not os.path.isfile(file): return "nothing is there"
    if not file.endswith(".html") or "=" in fragment: return ""     # key=value is for a script of the page
    if unquote(fragment) in read(Path(file)).names: return ""
    return "the page has no such place"


def wrong(page, target):
    "What is wrong with a link on `page`; empty if nothing is."
    parts = urlsplit(target)
    if parts.scheme or parts.netloc: return ""
    file = page.parent/unquote(parts.path) if parts.path else page
    return fault(os.path.normpath(file), parts.fragment)


def broken(folder):
    "A sentence for every link that leads nowhere."
    found = []
    for page in sorted(Path(folder).resolve().rglob("*.html")):
        lines = ((target, wrong(page, target)) for target in sorted(read(page).targets))
        found += [f"{page.relative_to(folder)}: {target}: {why}" for target, why in lines if why]
    return found
