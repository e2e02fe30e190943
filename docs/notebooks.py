"""Notebooks as pages: nbdev's processors tidy them, with the outputs that are stored; no cell is run."""
import posixpath, re
from functools import partial
from pathlib import Path

import plotly.io
from execnb.nbio import mk_cell, read_nb, write_nb
from nbdev.process import NBProcessor
from nbdev.processors import clean_magics, hide_, hide_line, populate_language, strip_ansi
import yaml

PACKAGE = Path(__file__).resolve().parent.parent/"nas3dunet"
PLOTLY = "application/vnd.plotly.v1+json"
MODULE = re.compile(r"^#\| default_exp (\S+)", re.M)
NOTE = re.compile(r"^minutes: (\d+) · for: (.+)$", re.M)     # what a lesson says of itself
SITE = re.compile(r" \[All of it as a site\].*$", re.M)
PICTURE = re.compile(r"^!\[.*?\]\(.+?\)$", re.M | re.S)
STILLS = ("Lab(", "SideBySide(")   # how the text of what was a widget begins; its still picture gives way to what moves
COLAB = re.compile(r"https://colab\.research\.google\.com/[^)\s]+")
IMPORT = re.compile(r"^from nas3dunet\.(\S+) import", re.M)
READERS = {     # part → for whom its chapters are
    "0_ground": "whoever changes the code, or has met one of its messages",
    "1_data": "whoever brings scans, or asks what a network gets to see",
    "2_network": "whoever wants to know what is searched",
    "3_search": "whoever wants to know how a search decides, or to change it",
    "4_evaluation": "whoever scores predictions or compares methods",
    "5_study": "whoever runs a whole experiment, or uses the command line",
    "6_exploring": "whoever asks what is more than luck, or has a search method of their own",
    "7_widgets": "whoever wants to see a search, or to show another one",
    "8_speed": "whoever wants it faster; nobody needs it to understand the rest",
}
BEFORE = 4      # chapters that a reader is sent back to, at most
LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)\s]+)(?=\))")


def default_exp_(cell, *where):
    "The name of the module is in the page's head already."
    del cell["source"]


def figures(cell, offset):
    "A plotly figure, which draws itself with the site's copy of plotly.js."
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if PLOTLY not in data: continue
        figure = {key: data[PLOTLY][key] for key in ("data", "layout")}
        script = f"{offset}plotly.min.js"
        data["text/html"] = plotly.io.to_html(figure, include_plotlyjs=script, full_html=False, validate=False)


def links(cell, folder, elsewhere):
    "A link to a file that is not on the site leads to the repository."
    def moved(found):
        target = posixpath.normpath(posixpath.join("nbs", folder, found[1]))
        return found[1] if target.startswith("nbs/") else elsewhere(target)
    if cell.cell_type == "markdown": cell.source = LINK.sub(moved, cell.source)


def front(text):
    "The head of a page, read from a notebook's first cell, and what is left of the cell."
    title = re.search(r"^# (.+)\n?", text, re.M)
    said = re.search(r"^> (.+(?:\n> .+)*)\n?", text, re.M)
    head = {"title": title[1], "description": re.sub(r"\n> ", " ", said[1]).replace("*", "") if said else ""}
    note = NOTE.search(text)
    if note:
        reader = note[2].replace("*", "")
        head.update(minutes=int(note[1]), reader=reader, subtitle=f"{note[1]} minutes, for {reader}")   # the filter of the lessons reads the subtitle
    for part in filter(None, (title, said)): text = text.replace(part[0], "", 1)
    return head, NOTE.sub("", text).strip()


def how_to_run(text, place):
    "What a lesson's page says of running it; `text` is that of the notebook."
    colab = COLAB.search(text)
    either = f"[in Google Colab]({colab[0]}), or " if colab else ""
    lab = f"in JupyterLab (`make lab` in a clone, then `{place}`)"
    return f"Here is only what this lesson printed and drew. To run it, and to press its buttons, open it {either}{lab}."


def for_whom(code, place, chapters):
    """For whom a chapter is, and which chapters it builds on, the nearest first.

    `code` is all that it exports, `place` its path, `chapters` the places of all by their modules."""
    found = {chapters[module] for module in IMPORT.findall(code) if module in chapters} - {place}
    names = [f"[{posixpath.basename(other).removesuffix('.ipynb')}](../{other})" for other in sorted(found, reverse=True)[:BEFORE]]
    before = f"Read before: {', '.join(names)}." if names else "No other chapter need be read before."
    return f"For {READERS[posixpath.dirname(place)]}. {before}"


def said_first(notebook, place, head, chapters):
    "The line below the title that the notebook itself does not have; the home page needs none."
    def of(kind): return [cell.source for cell in notebook.cells if cell.cell_type == kind]
    if "minutes" in head: line = how_to_run("\n".join(of("markdown")), place)
    elif "reference" in head: line = for_whom("\n".join(code for code in of("code") if code.startswith("#| export")), place, chapters)
    else: return ""
    return f"::: {{.said-first}}\n{line}\n:::\n\n"


def with_live(text, live):
    "The first cell with what moves in the place of its first picture, or after it; where that stands low, after the first paragraph."
    if not live: return text
    picture = PICTURE.search(text)
    if not picture: return f"{text}\n\n{live}"
    if text[:picture.start()].count("\n\n") <= 3: return PICTURE.sub(lambda found: f"\n{live}\n", text, count=1)
    lead, _, rest = PICTURE.sub("", text, count=1).partition("\n\n")
    return f"{lead}\n\n{live}\n\n{rest}"


def live_below(notebook, live):
    "In a lesson that does not begin with a picture, what moves in the place of the first still of a lab or of runs side by side; returns what is left to be placed elsewhere."
    def still(cell): return any("".join(output.get("data", {}).get("text/plain", "")).startswith(STILLS) for output in cell.get("outputs", []))
    cell = next(filter(still, notebook.cells), None)
    if not cell or PICTURE.search(notebook.cells[0].source): return live
    cell.outputs = []
    notebook.cells.insert(notebook.cells.index(cell) + 1, mk_cell(live, "markdown"))


def reference(module):
    "The page of a module such as viz.genotype; two modules of one last name have pages of their full names."
    last = module.split(".")[-1]
    alone = len(list(PACKAGE.rglob(f"{last}.py"))) == 1
    return f"/api/{last if alone else f'{PACKAGE.name}.{module}'}.qmd"


def ways(place, module, elsewhere):
    "Links beside a page: to the notebook itself and to the reference of its module."
    found = [{"text": "This notebook on GitHub", "href": elsewhere(f"nbs/{place}"), "icon": "journal-code"}]
    if module: found.append({"text": f"Reference of {module}", "href": reference(module), "icon": "braces"})
    return found


def page(source, target, place, elsewhere, live=None, number=None, chapters={}):
    """Write the notebook `source` as a page; returns its head.

    `place` is its path below nbs/, `elsewhere` makes the address of a file that is in the repository and not on the site, `live` is Markdown that takes the place of
    the first picture of the page's first cell, or follows that cell, `number` is that of a lesson, `chapters` the places of all chapters by their modules."""
    notebook = read_nb(source)
    module = MODULE.search("\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code"))
    offset = "../" * place.count("/")
    unread = read_nb(source)    # the steps take lines away that are read below
    steps = [populate_language, strip_ansi, hide_line, hide_, default_exp_, clean_magics,
             partial(figures, offset=offset), partial(links, folder=posixpath.dirname(place), elsewhere=elsewhere)]
    NBProcessor(nb=notebook, procs=steps).process()
    head, rest = front(notebook.cells[0].source)
    head["other-links"] = ways(place, module and module[1], elsewhere)
    if number: head["number"] = number
    if module: head["reference"] = reference(module[1])
    if live and "minutes" in head: live = live_below(notebook, live)
    notebook.cells[0].source = said_first(unread, place, head, chapters) + with_live(rest, live)
    notebook.cells.insert(0, mk_cell(f"---\n{yaml.safe_dump(head, allow_unicode=True)}---\n", "raw"))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_nb(notebook, target)
    return head


def shorten(target):
    "The home page without its last cell, the contents of the book, which have a page of their own, and without the way to the site."
    notebook = read_nb(target)
    for cell in notebook.cells: cell.source = SITE.sub("", cell.source)
    notebook.cells[-1].source = "[All chapters](book.md) · Apache-2.0"
    write_nb(notebook, target)
