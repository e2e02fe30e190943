"""Section `scores`: four scores of three regions, from label to figures, against MedPy and MONAI.

That is the work of `nas3dunet.metrics.evaluate` at 240×240×155. The references are tumours of the
embedded heads, the predictions the same tumours moved by a smooth random field of about 2 mm,
which gives Dice scores as a fair network has them.

Both peers take masks, so they are given the regions that our own `label_to_regions` makes, in the
number type that is fastest for them (MONAI: float32; bool takes it half as long again, and then
its sensitivity is wrong). MONAI's functions take all three regions at once, and its confusion
matrix is made once for two scores. Each answer is compared with ours, MedPy's HD95 with our
pooled one: for MedPy the difference is 0 (the same arithmetic in float64), for MONAI it is what
float32 leaves.
"""
import warnings

import numpy as np
import scipy  # fetches its parts when they are first used
import torch

from bench.measure import Peer, race
from nas3dunet.cases import label_to_regions
from nas3dunet.machine import rng_for
from nas3dunet.metrics import evaluate
from nas3dunet.anatomy import FOV
from nas3dunet.phantom import make_phantom

SCORES = ("dice", "sens", "spec", "hd95")


def bent(
    label,  # label [S,C,A]
    seed=0, # of the field
    mm=2.,  # standard deviation of the displacement on each axis, voxels
)->np.ndarray:
    "The label as a fair prediction would have it: moved by a smooth random field."
    found = scipy.ndimage.find_objects((label > 0).astype(np.int8))[0]
    box = tuple(slice(max(s.start - 8, 0), s.stop + 8) for s in found)
    part = label[box]
    places = np.indices(part.shape).astype(float)
    for axis in range(3):
        noise = rng_for(seed, axis).normal(size=part.shape)
        field = scipy.ndimage.gaussian_filter(noise, 6)
        places[axis] += mm * field / field.std()
    out = np.zeros_like(label)
    out[box] = scipy.ndimage.map_coordinates(part, places, order=0)
    return out


def _ours(pairs, hd95):
    "Our four scores: [pairs, regions, scores]."
    scores = lambda p, t: [[r[k] for k in SCORES] for r in evaluate(p, t, hd95=hd95)]
    return np.array([scores(p, t) for p, t in pairs])


def _medpy(pairs):
    "A contender: MedPy's four scores of each region, as it is used."
    from medpy.metric import binary as b
    def score(p, t):
        return [b.dc(p, t), b.sensitivity(p, t), b.specificity(p, t), b.hd95(p, t)]

    def regions(p, t):
        return [score(a, c) for a, c in zip(label_to_regions(p), label_to_regions(t))]
    return lambda: np.array([regions(p, t) for p, t in pairs])


def _monai(pairs):
    "A contender: MONAI's four scores, all regions in one call."
    from monai import metrics
    as_batch = lambda label: torch.from_numpy(label_to_regions(label)).float()[None]
    rate = metrics.compute_confusion_matrix_metric

    def score(p, t):
        warnings.filterwarnings("ignore", category=FutureWarning, module="monai")  # of itself
        p = as_batch(p)
        t = as_batch(t)
        counts = metrics.get_confusion_matrix(p, t)
        scores = [
            metrics.compute_dice(p, t),
            rate("sensitivity", counts),
            rate("specificity", counts),
            metrics.compute_hausdorff_distance(p, t, include_background=True, percentile=95),
        ]
        return torch.stack(scores, -1)[0].numpy()
    return lambda: np.array([score(p, t) for p, t in pairs])


def rows(
    tiny=False, # one small volume?
)->list:
    "Four scores × three regions against MedPy and MONAI; three embedded tumours at 240×240×155."
    shape = (60, 60, 39) if tiny else FOV
    indices = (0,) if tiny else (0, 2, 3)
    truths = [make_phantom(i, shape=shape).label for i in indices]
    pairs = [(bent(t, i), t) for i, t in zip(indices, truths)]
    pooled = _ours(pairs, "pooled")
    mm3 = np.prod(np.divide(FOV, shape))  # of a voxel: the field of view is 240×240×155 mm
    ml = ", ".join(str(round(np.count_nonzero(t) * mm3 / 1000)) for t in truths)
    same = lambda ours, theirs: f"largest difference {abs(ours - theirs).max():.0e}"
    peers = [
        Peer("MedPy", "medpy", lambda: _medpy(pairs), 10, lambda _, theirs: same(pooled, theirs)),
        Peer("MONAI", "monai", lambda: _monai(pairs), 3, same),
    ]
    work = f"scores, {len(pairs)} × {'×'.join(map(str, shape))}, tumours of {ml} ml"
    return race(work, lambda: _ours(pairs, "directed"), peers, 1 if tiny else 3)
