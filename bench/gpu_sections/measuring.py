"Seconds, memory and launches on a GPU; on a CPU the same calls work, and some tell nothing."
import gc
import statistics
import time
import traceback
from pathlib import Path

import torch

CUDA = torch.cuda.is_available()
DEVICE = torch.device("cuda" if CUDA else "cpu")
START = time.monotonic()
ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = ROOT/"bench"/"gpu.py"


def sync():
    "Wait until the device is at rest."
    if CUDA: torch.cuda.synchronize()


def exact(
    tf32=False, # may the matrix units round to 10 bits?
):
    "float32 as it is written, or with tf32."
    torch.backends.cudnn.allow_tf32 = tf32
    torch.backends.cuda.matmul.allow_tf32 = tf32


def timed(work, times):
    "Seconds of each of some calls; each ends with the device at rest."
    found = []
    for _ in range(times):
        sync()
        start = time.perf_counter()
        work()
        sync()
        found.append(time.perf_counter() - start)
    return found


def race(
    works,  # name → function
    rounds, # in which all are called in turn
    times,  # calls of each in a round
    until,  # no round begins later (by `time.monotonic`), but for the first
)->dict:
    "name → seconds of one call (median, least, most); all in turn, round by round."
    found = {name: [] for name in works}
    for r in range(rounds):
        if r and time.monotonic() > until: break
        for name, work in works.items(): found[name] += timed(work, times)
    return {name: _summary(seconds) for name, seconds in found.items()}


def _summary(seconds):
    return dict(
        seconds=statistics.median(seconds),
        least=min(seconds),
        most=max(seconds),
        calls=len(seconds),
    )


def peak_of(work):
    "Peak memory that `work` needs on top of what is there, GB; None without a GPU."
    if not CUDA:
        work()
        return None
    gc.collect()   # else networks of earlier sections, freed meanwhile, would count as won
    torch.cuda.empty_cache()
    sync()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    sync()
    return (torch.cuda.max_memory_allocated() - before) / 1e9


def profile(work, top=14):
    "Launches and busy time of one call, and its longest kernels; nothing without a GPU."
    if not CUDA: return {}
    from torch.profiler import ProfilerActivity
    work()
    sync()
    with torch.profiler.profile(activities=[ProfilerActivity.CUDA]) as p:
        work()
        sync()
    kernels = [e for e in p.events() if str(e.device_type).endswith("CUDA")]
    total = 0.
    sums = {}   # name → launches, µs
    for e in kernels:
        n, t = sums.get(e.name, (0, 0.))
        sums[e.name] = (n + 1, t + e.time_range.elapsed_us())
        total += e.time_range.elapsed_us()
    longest = sorted(sums.items(), key=lambda item: -item[1][1])[:top]
    table = [(name[:70], n, round(t / 1e3, 3)) for name, (n, t) in longest]
    return dict(launches=len(kernels), busy_ms=total / 1e3, longest=table)


def failure(name):
    "The row of something that has just raised."
    says = traceback.format_exc().strip().splitlines()[-4:]
    return dict(what=f"FAILED {name}", value=None, says=says)
