"""Build the site into _docs/: notebooks with their stored outputs, an API page for each module, replays that move. Nothing is run, nothing is fetched.

    python docs/build.py            what `make docs` does
    python docs/build.py --serve    the same, and serve it on this machine
"""
import argparse, os, shutil, sys, time
from configparser import ConfigParser
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import plotly
import yaml
from smalldocs.config import load

import book, links, notebooks, replays
from offline import Offline

ROOT = Path(__file__).resolve().parent.parent
NBS, PAGES, PROC = ROOT/"nbs", ROOT/"docs"/"pages", ROOT/"_proc"
COPIED = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md", "MODEL_CARD.md": "model_card.md", "RELIABILITY.md": "reliability.md", "NOTICE": "NOTICE"}
NAVBAR = {"Lessons": "lessons.md", "Recorded searches": "gallery.md", "The book": "book.md", "API": "reference.md"}


def settings():
    "What settings.ini says."
    config = ConfigParser()
    config.read(ROOT/"settings.ini", encoding="utf-8")
    return config["DEFAULT"]


def elsewhere(said, target):
    "The address of a file of the repository: a page of the site if it has one."
    if target in COPIED: return "/" + COPIED[target]
    return f"{said['git_url']}/{'tree' if (ROOT/target).is_dir() else 'blob'}/{said['branch']}/{target}"


def page_text(text, folder, said):
    "Markdown from a folder of the repository, with the links that it has as a page in the root of the site."
    def moved(found):
        target = os.path.normpath(os.path.join(folder, found[1]))
        return "/" + target.removeprefix("nbs/") if target.startswith("nbs/") else elsewhere(said, target)
    return notebooks.LINK.sub(moved, text)


def dump(path, data): path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


def project(said):
    "What _quarto.yml leaves to settings.ini."
    return {
        "project": {"output-dir": f"../{said['doc_path']}"},
        "website": {
            "site-url": said["doc_host"] + said["doc_baseurl"], "description": said["description"],
            "navbar": {"left": [{"text": text, "href": href} for text, href in NAVBAR.items()], "right": [{"icon": "github", "text": "Source", "href": said["git_url"]}]},
            "repo-url": said["git_url"], "repo-branch": said["branch"], "repo-subdir": said["nbs_path"],
        },
        "smalldocs": {"linkify": True, "api": {"packages": [said["lib_name"]], "out": "api", "source": f"{said['git_url']}/blob/{said['branch']}", "root": ".."}},
    }


def module_of(source):
    "The module of a chapter, by its name; of a lesson its name."
    return source.stem.lstrip("0123456789_")


def write_sources(said):
    "Everything that the site is made of, into _proc/."
    shutil.rmtree(PROC, ignore_errors=True)
    shutil.copytree(NBS, PROC, ignore=shutil.ignore_patterns("*.ipynb", ".ipynb_checkpoints", "recorded_*"))
    live, gallery = replays.write(PROC/"live", NBS)
    (PROC/"gallery.md").write_text(gallery, encoding="utf-8")
    (course, beside), heads = book.lessons(NBS/"index.ipynb"), {}
    chapters = {module_of(source): source.relative_to(NBS).as_posix() for source in NBS.glob("[0-9]_*/[!.]*.ipynb")}
    for source in sorted(NBS.glob("[!.]*/[!.]*.ipynb")) + [NBS/"index.ipynb"]:
        place = source.relative_to(NBS).as_posix()
        moving = live.pop(module_of(source), None)
        number = course.index(place) + 1 if place in course else None
        heads[place] = notebooks.page(source, PROC/place, place, partial(elsewhere, said), moving, number, chapters)
    assert not live, f"no notebook is called {', '.join(live)}"
    notebooks.shorten(PROC/"index.ipynb")
    for name, page in COPIED.items():
        text = (ROOT/name).read_text(encoding="utf-8")
        (PROC/page).write_text(page_text(text, "", said) if page.endswith(".md") else text, encoding="utf-8")
    shutil.copytree(PAGES, PROC, dirs_exist_ok=True)
    shutil.copy(Path(plotly.__file__).parent/"package_data"/"plotly.min.js", PROC)
    unlisted = {place for place in heads if place.startswith("tutorials/")} - {*course, *beside}
    assert not unlisted, f"index.ipynb lists no {', '.join(unlisted)}"
    contents = book.contents(NBS/"index.ipynb")
    (PROC/"book.md").write_text(book.page(page_text(contents, "nbs", said)), encoding="utf-8")
    dump(PROC/"sidebar.yml", book.sidebar(book.parts(contents), course + beside))
    dump(PROC/"nbdev.yml", project(said))
    return heads


def build():
    "The whole site; returns its folder."
    said, start = settings(), time.monotonic()
    heads = write_sources(said)
    site = Offline(load(PROC))
    site.chapters = {head["reference"]: place for place, head in heads.items() if "reference" in head}
    pages = site.build()
    broken = [*site.warnings, *links.broken(site.out)]
    for line in broken: print(line)
    for place, head in heads.items():
        if "minutes" in head: print(f"{head['minutes']:3} min  {place}")
    print(f"{pages} pages in {os.path.relpath(site.out, ROOT)}, {len(broken)} things to mend, {time.monotonic() - start:.0f} s")
    return site.out, broken


def serve(folder, port):
    "Show the site on this machine."
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=str(folder)))
    print(f"http://127.0.0.1:{port}/ (Ctrl-C to stop)", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", action="store_true", help="then serve it on this machine")
    parser.add_argument("--port", type=int, default=4200)
    options = parser.parse_args()
    folder, broken = build()
    if options.serve: serve(folder, options.port)
    sys.exit(bool(broken))
