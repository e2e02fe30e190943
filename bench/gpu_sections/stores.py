"The data: the stores that bench/gpu_data.py has written, or something small in their place."
from pathlib import Path

import numpy as np


def whole_image(args):
    "A normalised 240×240×155 volume: a brain cube in its place."
    from nas3dunet.store import Store
    if args.tiny or not (args.data/"whole").exists():
        image = np.zeros((4, 48, 46, 31), np.float32)
        brain = np.random.default_rng(0).random((4, 34, 36, 25), np.float32) + .1
        image[:, 6:40, 5:41, 3:28] = brain
        return image
    store = Store(args.data/"whole")
    id = store.ids[0]
    about = store.cases[id]
    image = np.zeros((len(store.modalities), 240, 240, 155), np.float32)
    cube = map(slice, about["start"], about["stop"])
    image[(slice(None), *cube)] = store.image(id)
    return image


def small_store(args, tmp):
    "The carried demo store, or a few phantoms in the folder `tmp`."
    from nas3dunet.prepare import prepare
    from nas3dunet.store import Store
    if not args.tiny and (args.data/"demo").exists(): return Store(args.data/"demo")
    from nas3dunet.cases import find_cases
    from nas3dunet.phantom import write_phantoms
    folder = Path(tmp)
    write_phantoms(folder/"cases", n=2, shape=(24, 24, 16), seed=1)
    return prepare(find_cases(folder/"cases"), folder/"store", workers=1)
