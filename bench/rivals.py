"""Whom the section `patches` races against: h5py, torchio and MONAI, each at its best.

**h5py with gzip** is what the paper's authors use, with the normalised cube as float32. A rival at
its best has a good chunk size and the right level of compression, so several are tried, and the
row shows the fastest. And so that the row does not owe everything to the smaller numbers, a second
one gives h5py our idea: the int16 as scanned (with the byte shuffle that helps them), normalised
after reading.

**torchio's `Queue` and MONAI's `CacheDataset`** load whole cases and cut patches from them.
Torchio keeps a queue of patches, MONAI whole cases in memory, all of them or as many as fit. Both
cut 8 patches from a case that they have loaded, so as to load less often; the price is that 8 in a
row come from the same case. Their patches are at places of their own choice and not normalised
yet, so only the speeds are compared. MONAI fills its cache beforehand, which is not counted. These
rows have no goal: who has the memory for all cases should take it.
"""
import warnings

from bench.cache import empty_cache
from nas3dunet.chunks import open_blocks
from nas3dunet.normalize import rescale

PER_CASE = 8  # patches that torchio and MONAI cut from a case when they have loaded it
H5 = {
    "float32": ((16, 4), (32, 4), (16, 1)),
    "int16": ((16, 4), (32, 4), (16, 1)),
}  # number type → (side of a chunk, level of gzip)


def _write_h5(store, path, normalised, chunk, level):
    "All cases of a store in one HDF5 file."
    import h5py
    with h5py.File(path, "w") as f:
        for id in store.ids:
            scanned = open_blocks(store.root/id/"image.b2nd")
            image = store.image(id) if normalised else scanned[...]
            for name, x in (("image", image), ("label", store.label(id))):
                f.create_dataset(
                    f"{id}/{name}",
                    data=x,
                    chunks=(*x.shape[:-3], *(min(n, chunk) for n in x.shape[-3:])),
                    compression="gzip",
                    compression_opts=level,
                    shuffle=not normalised,
                )


def h5_reader(
    store,   # a `Store` of whole numbers
    path,    # file to write
    kind,    # `float32`: normalised before; `int16`: as scanned, normalised after reading
    chunk,   # side of a chunk
    level,   # of gzip
    side,    # voxels of a patch along each axis
):
    "Write all cases into one HDF5 file and return a function that reads a patch of it."
    import h5py
    normalised = kind == "float32"
    _write_h5(store, path, normalised, chunk, level)
    def read(id, at):
        box = tuple(slice(a, a + side) for a in at)
        with h5py.File(path) as f:
            image = f[f"{id}/image"][(slice(None), *box)]
            label = f[f"{id}/label"][box]
        if not normalised: image = rescale(image, store.summary(id), store.stats)
        return image, label
    return read


def _forget(cases, watch):
    "Drop the cases from the page cache, while the clock stands still."
    with watch:
        for case in cases: empty_cache(case.label.parent)


def queued(
    cases, # `Case`s with labels
    side,  # voxels of a patch along each axis
    watch, # the `Stopwatch`
):
    "A contender: torchio's `Queue`, from its start, `PER_CASE` patches of each case."
    warnings.filterwarnings("ignore", module="torchio")
    import torchio as tio
    def subject(case):
        scans = {m: tio.ScalarImage(path) for m, path in case.images.items()}
        return tio.Subject(**scans, label=tio.LabelMap(case.label))
    subjects = tio.SubjectsDataset([subject(case) for case in cases])
    sampler = tio.UniformSampler(side)
    kept = 2 * PER_CASE

    def work():
        _forget(cases, watch)
        queue = tio.Queue(subjects, kept, PER_CASE, sampler, num_workers=0, shuffle_patches=False)
        patches = (queue[i] for i in range(len(queue)))
        return sum(p[m].data.numel() for p in patches for m in cases[0].images)
    return work


def cached(
    cases, # `Case`s with labels
    side,  # voxels of a patch along each axis
    watch, # the `Stopwatch`
    share, # of the cases that fit into memory
):
    "A contender: MONAI's `CacheDataset` with a share of the cases in memory."
    warnings.filterwarnings("ignore", category=FutureWarning, module="monai")
    from monai import data
    from monai import transforms as t
    keys = [*cases[0].images, "label"]
    both = ["image", "label"]
    steps = [
        t.LoadImaged(keys),
        t.EnsureChannelFirstd(keys),
        t.ConcatItemsd(keys[:-1], "image"),
        t.SelectItemsd(both),
        t.RandSpatialCropSamplesd(both, side, PER_CASE, random_size=False),
    ]
    items = [{m: str(p) for m, p in (*c.images.items(), ("label", c.label))} for c in cases]
    loaded = data.CacheDataset(
        items,
        t.Compose(steps),
        cache_num=round(share * len(items)),
        progress=False,
        num_workers=1,
        copy_cache=False,
    )

    def work():
        _forget(cases, watch)
        return sum(patch["image"].numel() for i in range(len(items)) for patch in loaded[i])
    return work
