"""Five tabs of JupyterLab, in a real browser, follow one search; by hand, because it takes minutes and a browser.

    python tests/five_tabs.py [STEPS]

Prints what search, kernels and pages hold at a quarter of the search and at its end, and fails unless the pages are
still within a tenth of it, all of them show the last epoch, and the browser's console has stayed empty.
"""
import os, shutil, sys, tempfile, time
from pathlib import Path
from types import SimpleNamespace

import nbformat
from playwright.sync_api import sync_playwright

from browser import QUIET, chromium_program
from nas3dunet.cases import find_cases
from nas3dunet.phantom import write_phantoms
from nas3dunet.prepare import prepare
from test_lab import Notebook, jupyterlab
from torture_tabs import held, long_search

HEAP = "() => performance.memory.usedJSHeapSize / 1e6"
EPOCH = "() => Number(document.querySelector('.n3-genotype').dataset.epoch)"


def kernels():
    "Processes of ipykernel on this machine."
    numbers = [n for n in os.listdir("/proc") if n.isdigit()]
    return [int(n) for n in numbers if b"ipykernel_launcher" in Path(f"/proc/{n}/cmdline").read_bytes()]


def open_tab(context, server, run, number, said):
    "A notebook in a page of its own, whose lab follows the run."
    cell = nbformat.v4.new_code_cell(f"from nas3dunet.viz.lab import Lab\nlab = Lab({str(run)!r})\nlab")
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata=dict(kernelspec=dict(name="python3", display_name="python3")))
    nbformat.write(notebook, server["work"]/f"tab{number}.ipynb")
    page = context.new_page()
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    tab = Notebook(page, server, f"tab{number}.ipynb")
    tab.run_all()
    page.wait_for_selector(".n3-genotype[data-ready]", state="attached", timeout=120_000)
    return tab


def look(tabs, search):
    "Go from tab to tab, as a reader does, and see what everybody holds."
    for tab in tabs:
        tab.page.bring_to_front()
        tab.page.wait_for_timeout(300)
    seen = SimpleNamespace(epochs=[tab.page.evaluate(EPOCH) for tab in tabs], pages=[round(tab.page.evaluate(HEAP)) for tab in tabs])
    seen.kernels = [held(pid) for pid in kernels()]
    seen.search = held(search.pid) if search.poll() is None else None
    return seen


def follow(tabs, search, run):
    "Until the search ends: all that was seen, and what every tab shows then."
    seen = []
    while search.poll() is None:
        seen.append(look(tabs, search))
        time.sleep(3)
    epochs = len((run/"genotypes.jsonl").read_text().splitlines())
    for tab in tabs:
        tab.page.bring_to_front()
        tab.page.wait_for_selector("[data-state=replay]", state="attached", timeout=120_000)
        tab.until(f"lab.view.epochs == lab.epoch.value == {epochs}")
        tab.page.wait_for_function(f"{EPOCH.removeprefix('() => ')} === {epochs}")
    return [s for s in seen if s.search], epochs


def main(steps=2010):
    home, said = Path(tempfile.mkdtemp()), []
    write_phantoms(home/"cases", n=3, shape=(24, 24, 16))
    prepare(find_cases(home/"cases"), home/"store")
    run = home/"long"
    search = long_search(home, run, steps)
    try:
        with jupyterlab(home/"lab") as server, sync_playwright() as p:
            browser = p.chromium.launch(executable_path=chromium_program(), args=[*QUIET, "--enable-precise-memory-info"])
            context = browser.new_context(viewport=dict(width=1280, height=720))
            while not (run/"history.csv").exists(): time.sleep(.1)
            tabs = [open_tab(context, server, run, i, said) for i in range(5)]
            seen, epochs = follow(tabs, search, run)
            browser.close()
    finally:
        search.kill()
        shutil.rmtree(home)
    early, late = seen[len(seen) // 4], seen[-1]
    print(f"{epochs} epochs; exit code {search.returncode}; on the consoles: {said}")
    for name in ("epochs", "search", "kernels", "pages"): print(f"{name}: {getattr(early, name)} → {getattr(late, name)}")
    flat = sum(late.pages) < 1.1 * sum(early.pages) and max(k["memory"] for k in late.kernels) < 1.1 * max(k["memory"] for k in early.kernels)
    return int(search.returncode != 0 or bool(said) or not flat)


if __name__ == "__main__": sys.exit(main(*map(int, sys.argv[1:])))
