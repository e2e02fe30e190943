"""The live pictures of the site: recorded searches and single widgets, each in a page of its own that needs no kernel."""
import html, json

from nas3dunet.page import write_page
from nas3dunet.runs import read_run
from nas3dunet.viz.alphas import AlphaExplorer
from nas3dunet.viz.genotype import GenotypeGraph
from nas3dunet.viz.history import LossHistory
from nas3dunet.viz.lab import Lab
from nas3dunet.viz.overlay import Overlay
from nas3dunet.viz.preview import preview_case, preview_label
from nas3dunet.viz.side_by_side import SideBySide

FIRST = "recorded_search"      # the one that the chapters about widgets show
COMPARED, NAMES, EPOCH = "recorded_collapse", ("plain", "sigmoid", "beta", "warm-up"), 10    # what the lesson about collapse shows side by side
STYLE = "<style>h1, .sub { display: none; } body { max-width: none; padding: .4rem; }</style>"
SETTINGS = {"relax": "method", "regularise": "regulariser", "stop": "stopped by", "lr_alpha": "rate for α", "count": "N_C", "warmup": "warm-up epochs", "seed": "seed"}
USUAL = (None, 0, "none", "count")   # not worth a word


def painted(run):
    "The viewer of a run's case, painted by its last network."
    label, epoch = preview_label(run, 10**6)
    return Overlay(preview_case(run), label, modality=3, title="the watched head", caption=f"painted by the network of epoch {epoch}")


def widgets(run):
    "Chapter → (what stands in it, its height in pixels)."
    view = read_run(run)
    return {
        "viz.overlay": (painted(run), 560),
        "viz.alphas": (AlphaExplorer(view), 620),
        "viz.genotype": (GenotypeGraph(view), 760),
        "viz.history": (LossHistory(view), 420),
    }


def frame(file, height, title, offset):
    "A page within a page, and the way to see it alone."
    source = f"{offset}live/{file}"
    inside = f'<iframe class="live" src="{source}" title="{html.escape(title)}" height="{height}" loading="lazy"></iframe>'
    return f'```{{=html}}\n{inside}\n<p class="live-way"><a href="{source}">Open it alone</a>: it is one file that needs no kernel.</p>\n```'


def facts(run):
    "What a recorded search was, in a line."
    view = read_run(run)
    said = [f"{name} {view.config[key]}" for key, name in SETTINGS.items() if view.config.get(key) not in USUAL]
    return f"{view.epochs} epochs, {view.state}; " + ", ".join(said)


def recorded(nbs):
    "The run folders that lie among the notebooks: those whose name begins with recorded_, and those in such a folder."
    found = (path.parent for path in nbs.glob("**/recorded_*/**/genotypes.jsonl"))
    return sorted(found, key=lambda run: (not run.name.startswith("recorded_"), run))


def name_of(run):
    "What its page is called, without an ending."
    return run.name if run.name.startswith("recorded_") else f"{run.parent.name}_{run.name}"


def title_of(run):
    "Its heading: `recorded_search` is a recorded search, `recorded_collapse/beta` is collapse: beta."
    if run.name.startswith("recorded_"): return run.name.replace("_", " ").capitalize()
    return f"{run.parent.name.removeprefix('recorded_').capitalize()}: {run.name}"


def gallery(runs):
    "The page of all recorded searches."
    head = {"title": "Recorded searches", "description": "Searches that have been run already: move the epochs, click an edge, look at the head.", "toc": False, "page-layout": "full"}
    parts = [f"---\n{json.dumps(head)}\n---\n", "A link keeps where you are: the address of a page that is open alone ends with the epoch and the edge.\n"]
    for run in runs:
        lab = frame(f"{name_of(run)}.html", 720, title_of(run), "")
        parts.append(f"## {title_of(run)}\n\n{facts(run)}\n\n{lab}\n")
    return "\n".join(parts)


def wide(text):
    "Markdown that takes more than the width of a page's text."
    return f"::: {{.column-page}}\n{text}\n:::"


def beside(runs):
    "What the lesson about collapse compares, at the epoch of which it speaks."
    folder = next(run.parent for run in runs if run.parent.name == COMPARED)
    page = SideBySide(*(folder/name for name in NAMES))
    page.goto(EPOCH)
    return page


def write(folder, nbs):
    "All live pages into `folder`; returns name of a notebook without its number → what moves in it, and the page of all recorded searches."
    folder.mkdir(parents=True, exist_ok=True)
    runs = recorded(nbs)
    for run in runs:
        lab = Lab(run, hide=() if (run/"preview").is_dir() else ["head"])   # some have watched no head
        lab.goto(1)
        lab.genotype.ahead = lab.alphas.ahead = False   # a reader may guess: nothing is drawn that comes after the epoch shown
        lab.share(folder/f"{name_of(run)}.html", title_of(run))
    found = {}
    first = next(run for run in runs if run.name == FIRST)
    for chapter, (widget, height) in widgets(first).items():
        file = f"{chapter.removeprefix('viz.')}.html"
        write_page(folder/file, chapter, [], [], [STYLE, widget.standalone("here")])
        found[chapter] = frame(file, height, f"{chapter}, on a recorded search", "../")
    lab = [wide(frame(f"{FIRST}.html", 720, "A recorded search", offset)) for offset in ("", "../")]
    beside(runs).share(folder/"beside.html", "Side by side")
    several = wide(frame("beside.html", 760, "One search and three rescues, side by side", "../"))
    labs = {"index": lab[0], "a_search_in_five_minutes": lab[1], "watch_a_search": lab[1], "viz.lab": lab[1], "viz.share": lab[1]}
    return {**found, **labs, "viz.side_by_side": several, "viz.share_beside": several, "collapse_laboratory": several}, gallery(runs)
