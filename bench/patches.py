"""Section `patches`: patches a second, from the disk and from the page cache, and their memory.

Everybody reads the same places: case after case, at random inside of the brain cube. A contender's
answer is the last patch it read, and the megabytes that it had from the disk. The race from the
page cache has the same readers, but all files are read beforehand and nothing is dropped: there,
unpacking is what counts. The goal is for the disk, against the file as the paper's authors keep it.

Nothing is kept between patches, so memory should not grow with the cases. To see it, a store is
given 335 names for its two cases (hard links, so the disk needs no room), and a process of its own
reads as many patches from 5, 50 and 335 of them. What grows is only the table of contents. As in
the section `growth`, the figure to look at is the exponent: 0 is flat, 1 is linear.
"""
import os
import tempfile
from itertools import cycle, islice
from pathlib import Path
from shutil import copytree

import numpy as np

from bench.cache import CAN_EMPTY, Stopwatch, disk_bytes, empty_cache, files_of
from bench.growth import exponent
from bench.measure import Peer, extra_memory, race, row
from bench.rivals import H5, PER_CASE, cached, h5_reader, queued
from nas3dunet.cases import find_cases
from nas3dunet.checksums import sealed
from nas3dunet.files import read_json, write_json
from nas3dunet.machine import rng_for
from nas3dunet.anatomy import FOV
from nas3dunet.phantom import write_phantoms
from nas3dunet.store import Store
from nas3dunet.prepare import prepare


def places(
    store,  # a `Store`
    side,   # voxels of a patch along each axis; no brain cube may be smaller
    seed=0, # the same seed, the same places
):
    "Yields (case id, first voxel in cube coordinates) without end: case after case, at random."
    rng = rng_for(seed)
    for id in cycle(store.ids):
        about = store.cases[id]
        lengths = [stop - start for start, stop in zip(about["start"], about["stop"])]
        yield id, tuple(int(rng.integers(length - side + 1)) for length in lengths)


def reading(
    read,       # (case id, first voxel) → image [4,side,side,side] and label [side,side,side]
    root,       # its file or folder
    where,      # iterator over places
    n,          # patches in a call
    watch=None, # the `Stopwatch`: the cache is emptied before each patch; without, it is filled
):
    "A contender: reads the next `n` patches; answers with the last one, and MB a patch from disk."
    if watch is None:
        for file in files_of(root): file.read_bytes()
    def work():
        before = disk_bytes()
        for id, at in islice(where, n):
            if watch:
                with watch: empty_cache(root)
            patch = read(id, at)
        return *patch, (disk_bytes() - before) / n / 1e6
    return work


def compared(
    cold, # were the patches to come from the disk?
):
    "A function that says how two answers of `reading` compare."
    def differs(ours, theirs):
        equal = all(np.array_equal(a, b) for a, b in zip(ours[:2], theirs[:2]))
        words = "the same patches"
        if not equal: words = f"OTHER PATCHES, by up to {abs(ours[0] - theirs[0]).max():.0e}"
        if not cold: return words
        if not CAN_EMPTY: return f"{words}; the page cache was not emptied: this system cannot"
        return f"{words}; {ours[2]:.2f} against {theirs[2]:.2f} MB a patch from the disk"
    return differs


def many_cases(
    store, # a `Store`
    n,     # how many cases
    root,  # new folder
)->Path:
    "A store of `n` cases: those of `store` under many names, with hard links to their files."
    root = Path(root)
    about = read_json(store.root/"store.json")
    ids = [f"C{i:04d}" for i in range(n)]
    real = dict(zip(ids, cycle(store.ids)))
    for id in ids: copytree(store.root/real[id], root/id, copy_function=os.link)
    cases = {id: about["cases"][real[id]] for id in ids}
    write_json(root/"store.json", sealed({**about, "train": ids, "cases": cases}))
    return root


def read_patches(
    root, # folder of a store
    side, # voxels of a patch along each axis
    n,    # how many
)->int:
    "Open a store and read patches, case after case; returns the number of cases."
    store = Store(root)
    for id, at in islice(places(store, side), n): store.patch(id, at, side)
    return len(store.cases)


def _several(values):
    "a, b and c."
    return f"{', '.join(values[:-1])} and {values[-1]}"


def _memory_row(tmp, store, side, counts):
    "The exponent of memory in the number of cases."
    roots = [many_cases(store, n, tmp/f"many-{n}") for n in counts]
    before = "from bench.patches import read_patches\n"
    before += f"read_patches({str(roots[0])!r}, 8, 2)"
    peaks = [
        extra_memory(before, f"read_patches({str(root)!r}, {side}, {counts[-1]})")
        for root in roots
    ]
    mb = _several([f"{peak * 1000:.1f}" for peak in peaks])
    note = f"0 is flat; {mb} MB for {_several(list(map(str, counts)))} cases"
    k = exponent(counts, np.maximum(peaks, 1e-4))
    work = "memory of reading patches: exponent in cases"
    return row(work, k, unit="", most=0.1, note=note)


def _h5_peers(tmp, store, side, n, goals, watch=None):
    "h5py with each setting of the number types in `goals`, as peers."
    def make(kind, chunk, level):
        path = tmp/f"{kind}-{chunk}-{level}.h5"
        read = h5_reader(store, path, kind, chunk, level, side)
        return reading(read, path, places(store, side), n, watch)
    peers = []
    for kind, goal in goals.items():
        for chunk, level in H5[kind]:
            name = f"h5py {kind}: {chunk}³ chunks, gzip {level}"
            contender = lambda how=(kind, chunk, level): make(*how)
            peers.append(Peer(name, "h5py", contender, goal, compared(watch is not None)))
    return peers


def _case_peers(cases, side, shape, watch):
    "Those that load whole cases."
    gb = 20 * np.prod(shape) / 1e9  # of a case in memory: four modalities and the label, float32
    other = f"theirs not normalised, {PER_CASE} from a case at a time"
    note = lambda *_: other
    keeps = lambda *_: f"{other}; keeps {gb:.2g} GB for each case in memory"
    queue = f"torchio Queue, {PER_CASE} a case"
    half = "MONAI CacheDataset, half of the cases in memory"
    full = "MONAI CacheDataset, all cases in memory"
    return [
        Peer(queue, "torchio", lambda: queued(cases, side, watch), None, note),
        Peer(half, "monai", lambda: cached(cases, side, watch, 0.5), None, keeps),
        Peer(full, "monai", lambda: cached(cases, side, watch, 1), None, keeps),
    ]


def _fastest(raced, n):
    "As patches a second; of the settings of h5py with one number type, the one that was fastest."
    groups = {}
    for r in raced: groups.setdefault(r["against"].split(":")[0], []).append(r)
    found = []
    for group in groups.values():
        r = max(group, key=lambda r: -(r["theirs"] or 0))
        theirs = r["theirs"] and n / r["theirs"]
        note = r["note"]
        if len(group) > 1 and theirs: note += f"; the fastest of {len(group)} settings"
        found.append(
            row(
                r["work"],
                n / r["ours"],
                r["against"],
                theirs,
                "patches/s",
                r["goal"],
                more=True,
                note=note,
            )
        )
    return found


def rows(
    tiny=False, # small patches of small cases?
)->list:
    "Patches with their label a second, against h5py, torchio and MONAI; memory over the cases."
    side = 16 if tiny else 64
    shape = (60, 60, 39) if tiny else FOV
    rounds = 1 if tiny else 3
    n = 2 * PER_CASE
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as tmp:
        tmp = Path(tmp)
        write_phantoms(tmp/"cases", n=2, shape=shape)
        cases = find_cases(tmp/"cases")
        store = prepare(cases, tmp/"store", workers=1)

        def ours(watch=None):
            read = lambda id, at: store.patch(id, at, side)
            return reading(read, store.root, places(store, side), n, watch)
        goals = dict(float32=3, int16=None)
        peers = _h5_peers(tmp, store, side, n, goals, watch)
        peers += _case_peers(cases, side, shape, watch)
        cold = race(f"patches of {side}³ from the disk", ours(watch), peers, rounds, watch)
        peers = _h5_peers(tmp, store, side, n, dict(float32=None))
        warm = race(f"patches of {side}³ from the page cache", ours(), peers, rounds)
        counts = (2, 4) if tiny else (5, 50, 335)
        memory = _memory_row(tmp, store, side, counts)
        return [*_fastest(cold, n), *_fastest(warm, n), memory]
