"The demo's search (twice) and training with its own settings, on a prepared store."
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.gpu_sections.measuring import DEVICE, exact
from bench.gpu_sections.stores import small_store
from nas3dunet.search import search


def _settings(tiny):
    "Of the network, the search and the training."
    from nas3dunet.demo import DEMO
    if tiny:
        network = dict(depth=1, width=2)
        return network, dict(patch=8, epochs=1, per_case=1), dict(patch=8, epochs=1)
    return DEMO["network"], dict(DEMO["searching"]), dict(DEMO["training"])


def _search_twice(store, folder, settings, workers):
    "Rows of two searches with one seed: their times, and whether they found the same."
    names = ("first", "again")
    rows = []
    found = []
    for i, name in enumerate(names):
        start = time.perf_counter()
        run = folder/f"search-{i}"
        how = dict(device=DEVICE.type, show=False, workers=workers)
        found.append(search(store, run, **settings, **how))
        rows.append(dict(what=f"the demo's search, {name}, s", value=time.perf_counter() - start))
    one, two = (dict(np.load(folder/f"search-{i}"/"alphas.npz")) for i in range(2))
    apart = max(float(np.abs(one[k] - two[k]).max()) for k in one)
    same = float(found[0] == found[1])
    rows.append(dict(what="the same genotype twice", value=same, least=1, alphas_differ=apart))
    return rows


def _train(store, folder, settings, workers):
    "Rows of a training of what was found."
    from nas3dunet.train import train
    from nas3dunet.networks import searched_spec
    start = time.perf_counter()
    spec = searched_spec(folder/"search-0")
    train(store, folder/"train", spec, **settings, device=DEVICE.type, workers=workers)
    seconds = time.perf_counter() - start
    last = (folder/"train"/"history.csv").read_text().splitlines()[-1]
    return [
        dict(what="the demo's training of the found network, s", value=seconds),
        dict(what="its last loss", value=float(last.split(",")[2])),
    ]


def demo(args):
    "Two searches and a training."
    exact()
    with tempfile.TemporaryDirectory() as tmp:
        store = small_store(args, tmp)
        network, searching, training = _settings(args.tiny)
        few, more = (0, 0) if args.tiny else (4, 6)
        rows = _search_twice(store, Path(tmp), network | searching, few)
        return rows + _train(store, Path(tmp), training, more)
