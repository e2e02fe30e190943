"""The pictures of the lab in the README and in the tutorial, taken in a real JupyterLab: nbs/lab.png at the winner, and nbs/lab.gif, ten seconds of a recorded search.

    python tests/picture.py     (`make picture`)"""
import io, json, tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from browser import QUIET
from test_lab import RECORDED, ROOT, Notebook, jupyterlab

WIDE, NARROW = (1440, 900), (1240, 740)   # of the window; the lab is 180 pixels narrower
PACE = 760                                # milliseconds for which an epoch is shown
READ = 1900                               # and those that are to be read
SHADES = 200                              # colours of a frame
ASKED = ("up:2:1", "u_dil_conv")          # what if this edge had that operation alone?


def open_lab(page, server):
    "The lab on the recorded search, in a notebook of its own."
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": RECORDED, "outputs": [], "execution_count": None}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}
    (server["work"]/"picture.ipynb").write_text(json.dumps(book))
    nb = Notebook(page, server, "picture.ipynb")
    nb.command("application:toggle-left-area")
    nb.run_all()
    for panel in ("genotype", "alphas", "overlay", "history", "clock"): page.wait_for_selector(f".n3-{panel}[data-ready]", state="attached")
    return nb


def at(nb, epoch):
    "Go to an epoch, and wait until the page shows it."
    nb.python(f"lab.goto({epoch})")
    shown = "document.querySelector('.n3-genotype').dataset.epoch === document.querySelector('.n3-clock').dataset.epoch"
    nb.page.wait_for_function(f"epoch => document.querySelector('.n3-clock').dataset.epoch === String(epoch) && {shown}", arg=epoch)
    nb.page.wait_for_timeout(350)     # lines change their width within 150 ms


def taken(page, size):
    "The lab as it is, at a window of that size."
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => document.querySelector('.n3-screen').scrollIntoView({block: 'start'})")
    page.mouse.move(2, 2)
    page.wait_for_timeout(500)
    return Image.open(io.BytesIO(page.locator(".n3-screen").screenshot())).convert("RGB")


def film(nb):
    "(picture, milliseconds) of each epoch, of the winner, and of a question with its answer."
    last = int(nb.python("print(lab.epoch.star)"))
    frames = []
    for epoch in range(1, last + 1):
        at(nb, epoch)
        frames.append((taken(nb.page, NARROW), PACE if epoch < last else READ))
    nb.python(f"lab.choose({ASKED[0]!r})")
    nb.page.locator(".panel button.op", has_text=ASKED[1]).click()
    nb.page.wait_for_selector(".what-if[data-state=answer]", timeout=60_000)
    return [*frames, (taken(nb.page, NARROW), READ)]


def of_few_colours(picture, shades):
    "Smaller, with the colours of the legend as they are; Pillow's first choice makes yellow orange."
    return picture.quantize(shades, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def save_film(frames, path):
    "An animated GIF that begins again when it is over."
    pictures = [of_few_colours(picture, SHADES) for picture, _ in frames]
    times = [time for _, time in frames]
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=times, loop=0, optimize=True)
    print(f"{path.relative_to(ROOT)}: {len(frames)} pictures, {sum(times) / 1000:.1f} s, {path.stat().st_size / 1e6:.2f} MB")


def main():
    with sync_playwright() as p, tempfile.TemporaryDirectory() as home, jupyterlab(Path(home)) as server:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        page = browser.new_page(viewport=dict(width=WIDE[0], height=WIDE[1]))
        nb = open_lab(page, server)
        at(nb, int(nb.python("print(lab.epoch.star)")))
        of_few_colours(taken(page, WIDE), 256).save(ROOT/"nbs"/"lab.png", optimize=True)
        save_film(film(nb), ROOT/"nbs"/"lab.gif")
        browser.close()


if __name__ == "__main__": main()
