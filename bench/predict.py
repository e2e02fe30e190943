"""Section `predict`: a whole volume against MONAI's sliding window, and a case from file to label.

One volume, one network (a seeded random genotype at the default size), one patch size. MONAI's
sliding window covers the whole volume with an overlap of a quarter; auto-fit covers the brain
(section 2.3 of the paper). That is most of the difference, and it is the paper's idea. MONAI runs
with whichever batch and memory format is fastest on a slab of the same volume; we run with our
default. So that it is clear how much is due to the idea, a second row gives MONAI the brain's box
only, which is something its user would have to think of. The note has the number of patches,
which explains most of the ratio.

A third row asks what a whole case costs, from four NIfTI files to a label, and how much of that
is the network. What is not the network is reading, normalising, stitching.
"""
import tempfile
import time
from copy import deepcopy

import numpy as np
import torch

from bench.measure import Peer, measure, race, row
from nas3dunet.cases import find_cases, load_case
from nas3dunet.core import MODALITIES
from nas3dunet.genotype import DerivedNet, random_genotype
from nas3dunet.machine import rng_for
from nas3dunet.normalize import brain_normalize, modality_stats
from nas3dunet.patching import brain_cube, patch_starts
from nas3dunet.anatomy import FOV
from nas3dunet.phantom import write_phantoms
from nas3dunet.one_case import predict_case
from nas3dunet.stitching import predict_volume

FORMATS = {"contiguous": torch.contiguous_format, "channels last": torch.channels_last_3d}


def _sweep(net, image, patch, batch, form):
    "A contender: MONAI's sliding window over `image`; answers with the number of patches."
    from monai.inferers import sliding_window_inference
    # the network itself changes its format, or its weights would decide that of what follows
    net = deepcopy(net).to(memory_format=FORMATS[form])
    volume = torch.from_numpy(image)[None]

    @torch.inference_mode()
    def sweep():
        patches = 0
        def predictor(x):
            nonlocal patches
            patches += len(x)
            return net(x.to(memory_format=FORMATS[form]))
        sliding_window_inference(volume, (patch,) * 3, batch, predictor, overlap=0.25)
        return patches
    return sweep


def _best_way(net, image, patch, tiny):
    "The batch and memory format with which MONAI is fastest on a slab through the middle."
    start = (image.shape[3] - patch) // 2
    slab = np.ascontiguousarray(image[..., start:start + patch])
    ways = [(batch, form) for batch in ((2,) if tiny else (1, 2, 4)) for form in FORMATS]
    results = measure(*(_sweep(net, slab, patch, *way) for way in ways), rounds=1)
    return ways[int(np.argmin([r["seconds"] for r in results]))]


def _volume_rows(net, image, patch, tiny):
    "The prediction of a volume, against MONAI's on all of it and on the brain's box."
    start, stop = brain_cube(image)
    box = (slice(None), *map(slice, start, stop))
    inside = np.ascontiguousarray(image[box])
    best = []  # filled when a peer is made: only then is MONAI there

    def way():
        if not best: best.extend(_best_way(net, image, patch, tiny))
        return best

    def note(ours, theirs):
        return f"{ours} patches against {theirs}; its best: batch {best[0]}, {best[1]}"

    def ours():
        predict_volume(net, image, patch)
        return len(patch_starts(image, patch))
    everywhere = lambda: _sweep(net, image, patch, *way())
    box_only = lambda: _sweep(net, inside, patch, *way())
    peers = [
        Peer("MONAI sliding window", "monai", everywhere, 1.5, note),
        Peer("the same, brain's box only", "monai", box_only, None, note),
    ]
    work = f"predict {'×'.join(map(str, image.shape[1:]))}, patch {patch}"
    return race(work, ours, peers, 1 if tiny else 3)


class _Watched(torch.nn.Module):
    "A network that knows how long it was busy."
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.seconds = 0.

    def forward(self, x):
        start = time.perf_counter()
        out = self.net(x)
        self.seconds += time.perf_counter() - start
        return out


def _case_row(net, config, case, rounds):
    "What a case costs, and the share of the network."
    watched = _Watched(net)
    def work():
        watched.seconds = 0.
        predict_case(watched, config, case)
    (result,) = measure(work, rounds=rounds)
    share = watched.seconds / result["seconds"]
    return row(
        "a case, from NIfTI to label",
        result["seconds"],
        peak=result["peak"],
        note=f"{share:.0%} of it in the network",
    )


def rows(
    tiny=False, # a small volume and network?
)->list:
    "A volume against MONAI's sliding window (overlap 0.25); and what a case costs."
    shape = (48, 46, 31) if tiny else FOV
    patch = 16 if tiny else 64
    net = DerivedNet(random_genotype(rng_for(0)), depth=1 if tiny else 4)
    net = net.to(memory_format=torch.channels_last_3d).eval()
    with tempfile.TemporaryDirectory() as tmp:
        write_phantoms(f"{tmp}/case", n=1, shape=shape)
        (case,) = find_cases(f"{tmp}/case")
        image = load_case(case).image
        stats = modality_stats([image])
        config = dict(
            modalities=list(MODALITIES), scheme="brats", stats=stats.to_dict(), patch=[patch] * 3
        )
        return [
            *_volume_rows(net, brain_normalize(image, stats), patch, tiny),
            _case_row(net, config, case, 1 if tiny else 3),
        ]
