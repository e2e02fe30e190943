"""The parts of the book as the home page lists them, and what stands beside every page of the site."""
import json, re
from pathlib import PurePosixPath

LESSON = re.compile(r"^\| \d+ \| \[.+?\]\((tutorials/\S+?\.ipynb)\)", re.M)
BESIDE = re.compile(r"^\| \[.+?\]\((tutorials/\S+?\.ipynb)\)", re.M)
PART = re.compile(r"^\*\*(.+?)\*\*$|\]\((\S+?\.ipynb)\)", re.M)


def contents(index):
    "The table of contents in `index`, the home page's notebook: what stands below *The book*, without the last line."
    cells = json.loads(index.read_text(encoding="utf-8"))["cells"]
    return "".join(cells[-1]["source"]).partition("## The book\n")[2].rpartition("\n\n")[0]


def lessons(index):
    "The lessons that the home page numbers, and those that it lists beside them, in its order."
    cells = json.loads(index.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    return LESSON.findall(text), BESIDE.findall(text)


def page(text):
    "The contents as a page of their own."
    text = re.sub(r"^\*\*(.+)\*\*$", r"## \1", text, flags=re.M)
    return f"---\ntitle: The book\ntoc: true\n---\n{text}\n"


def parts(text):
    "The book's parts, from its contents: [(title, [place of a chapter below nbs/, …]), …]."
    found = []
    for title, place in PART.findall(text):
        if title: found.append((title, []))
        else: found[-1][1].append(place)
    return found


def chapter(place):
    "A chapter in the sidebar, with the number by which others name it."
    number, name = PurePosixPath(place).stem.split("_", 1)
    return {"text": f"{number} {name}", "href": place}


def sidebar(chapters, lessons):
    "The sidebar: lessons, the book with its parts below it, the API."
    book = [{"section": title.split(":")[0], "contents": [chapter(place) for place in places]} for title, places in chapters]
    about = ["model_card.md", "contributing.md", "changelog.md"]
    return {"website": {"sidebar": {"style": "floating", "collapse-level": 1, "contents": [
        {"text": "Begin here", "href": "index.ipynb"},
        {"section": "Lessons", "href": "lessons.md", "contents": lessons},
        {"text": "Recorded searches", "href": "gallery.md"},
        {"section": "The book", "href": "book.md", "contents": book},
        {"text": "API: all modules", "href": "reference.md"},
        {"section": "About", "contents": about},
    ]}}}
