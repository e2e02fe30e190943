"""Section `prepare`: a case from NIfTI into a store, against plain nibabel and numpy.

The rival is what one would write in an afternoon: nibabel reads the four files, numpy cuts the
brain cube and applies eqs. (1) and (2) of the paper, `np.save` writes float32. It is kept short,
but not slow: whatever can be done on the whole array at once is. Our `prepare` does more (it
checks the files, measures the label, packs), and it keeps the numbers as they were scanned, which
is less to write. Both give the same numbers, up to float32: the rival takes μ and σ from this case
alone, and so does a store of one case.

Memory is counted in cases, because that says how many can be prepared at a time: one case is its
four whole volumes as float32, 143 MB at 240×240×155. Each way is measured in a process of its own,
from before it begins, after a toy case that pays for what is loaded once.

Also projected: what 335 cases (the training set of BraTS 2019) would take, from the one that was
measured. The disk is that of the phantoms. Real scans pack better or worse, as their own
`.nii.gz` files show: the note has the size of the phantoms' files, and a case of yours takes more
or less in about the same proportion.
"""
import tempfile
from itertools import count
from pathlib import Path

import nibabel as nib
import numpy as np

from bench.cache import files_of
from bench.measure import Peer, extra_memory, race, row
from nas3dunet.cases import find_cases
from nas3dunet.anatomy import FOV
from nas3dunet.phantom import write_phantoms
from nas3dunet.store import Store
from nas3dunet.prepare import prepare

BRATS = 335  # training cases of BraTS 2019, the paper's data
PLAIN = "nibabel + numpy"


def _normalised(x):
    "Eqs. (1) and (2) on one modality: ξ = 100, λ = 0.1, background stays 0."
    out = np.zeros_like(x)
    inside = x != 0
    hat = (x[inside] - x[inside].mean()) / x[inside].std()
    out[inside] = 100 * ((hat - hat.min()) / (hat.max() - hat.min()) + .1)
    return out


def plain_prepare(
    case,   # a `Case` with a label
    folder, # new folder for `image.npy` and `label.npy`
):
    "A case prepared with nibabel and numpy alone: load, crop, eqs. (1) and (2), save."
    scans = [np.asarray(nib.load(path).dataobj, np.float32) for path in case.images.values()]
    image = np.stack(scans)
    label = np.asarray(nib.load(case.label).dataobj).astype(np.uint8)
    brain = (image != 0).any(0)
    spans = [np.flatnonzero(brain.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1))]
    cube = tuple(slice(s[0], s[-1] + 1) for s in spans)
    image = image[(slice(None), *cube)]
    Path(folder).mkdir(parents=True)
    np.save(f"{folder}/image.npy", np.stack([_normalised(x) for x in image]))
    np.save(f"{folder}/label.npy", label[cube])


WAYS = {
    "ours": lambda case, folder: prepare([case], folder, workers=1),
    PLAIN: plain_prepare,
}  # name → function of a case and a new folder


def prepare_first(
    way,    # a key of `WAYS`
    root,   # folder of scans, whose first case is taken
    folder, # new folder
):
    "Prepare one case in one of the ways."
    WAYS[way](find_cases(root)[0], folder)


def _contender(tmp, way, names):
    "Prepares the first case, into a new folder each time; answers with the folder."
    case = find_cases(tmp/"cases")[0]
    def work():
        folder = tmp/f"{way}-{next(names)}"
        WAYS[way](case, folder)
        return folder
    return work


def _cases_of_memory(tmp, way, shape):
    "Peak memory of a way, in cases."
    def call(name):
        folder = tmp/f"memory-{name}-{way}"
        return f"prepare_first({way!r}, {str(tmp/name)!r}, {str(folder)!r})"
    before = f"from bench.prepare import prepare_first\n{call('toy')}"
    return extra_memory(before, call("cases")) / _case_gb(shape)


def _case_gb(shape):
    "GB of a case: four modalities as float32."
    return 16 * np.prod(shape) / 1e9


def _gb(folder):
    "GB that its files take on the disk."
    return sum(f.stat().st_size for f in files_of(folder)) / 1e9


def _time_row(tmp, shape, rounds):
    "The race, and the GB on disk of our case, of theirs and of the scans."
    sizes = []
    names = count()

    def differs(ours, theirs):
        sizes.extend(_gb(folder) for folder in (ours, theirs, tmp/"cases"))
        store = Store(ours)
        apart = abs(store.image(store.ids[0]) - np.load(theirs/"image.npy")).max()
        return f"largest difference {apart:.0e}"
    work = f"prepare a case, {'×'.join(map(str, shape))}"
    peer = Peer(PLAIN, "nibabel", lambda: _contender(tmp, PLAIN, names), 2, differs)
    (r,) = race(work, _contender(tmp, "ours", names), [peer], rounds)
    # `_memory_row` has the peaks, each from a process of its own
    r["peak"] = None
    r["their_peak"] = None
    return r, sizes


def _memory_row(tmp, shape):
    "The memory of each way."
    ours, theirs = (_cases_of_memory(tmp, way, shape) for way in WAYS)
    work = "memory of that, in cases as float32"
    note = f"a case is {1000 * _case_gb(shape):.0f} MB"
    return row(work, ours, PLAIN, theirs, "cases", most=1.5, note=note)


def _projected(what, ours, theirs, unit, note):
    "A row for as many cases as BraTS has, from one."
    work = f"{BRATS} cases, projected: {what}"
    return row(work, BRATS * ours, PLAIN, BRATS * theirs, unit, note=note)


def rows(
    tiny=False, # a small volume?
)->list:
    "A case from NIfTI against nibabel and numpy, in seconds, memory and disk; 335, projected."
    shape = (60, 60, 39) if tiny else FOV
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        write_phantoms(tmp/"toy", n=1, shape=(24, 24, 16))
        write_phantoms(tmp/"cases", n=1, shape=shape)
        timed, sizes = _time_row(tmp, shape, 1 if tiny else 5)
        memory = _memory_row(tmp, shape)
    ours, theirs, scans = sizes
    minutes = (timed["ours"] / 60, timed["theirs"] / 60)
    packed = f"ours packed, theirs .npy; the scans themselves, .nii.gz: {BRATS * scans:.3g} GB"
    return [
        timed,
        memory,
        _projected("time", *minutes, "min", "one case at a time"),
        _projected("disk", ours, theirs, "GB", packed),
    ]
