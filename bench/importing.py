"""Section `import`: how long a user waits for it, on top of torch, which all of us pay for anyway.

A new interpreter for each measurement, because a second import in the same one is free. The note
also gives the seconds that the processor was busy for us: where they are far fewer than those
that passed, the machine was doing other things, and the row should be measured again.
"""
import statistics

from bench.measure import fresh, row

IMPORTS = (
    "nas3dunet",
    "nas3dunet.search",
    "nas3dunet.train",
    "nas3dunet.predict",
    "nas3dunet.report",
    "nas3dunet.cli",
)  # what people import
_WATCH = """
from time import perf_counter as now, process_time as busy
start = now()
import torch
loaded = now()
used = busy()
import {}
print(loaded - start, now() - loaded, busy() - used)
"""


def _row(module, times):
    "The row of a module from the (torch, ours, busy) seconds of each interpreter."
    torch_s, ours, busy = (statistics.median(column) for column in zip(*times[-5:]))
    note = f"on top of torch's own {torch_s:.2f} s; {busy:.2f} s of it computing"
    return row(f"import {module}", ours, most=0.3, note=note)


def rows(
    tiny=False, # two modules, once?
)->list:
    "Seconds of our imports on top of torch's own; medians of five interpreters after a warm-up."
    modules = IMPORTS[::5] if tiny else IMPORTS
    times = {m: [] for m in modules}
    for _ in range(1 if tiny else 6):
        for m in modules: times[m].append(fresh(_WATCH.format(m)))
    return [_row(m, times[m]) for m in modules]
