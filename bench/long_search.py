"""The end of the section `growth`: what a long search holds.

A search of 2,000 steps, with processes of its own that fetch the patches, must hold no more
memory, open files and processes at its end than early on.
"""
import multiprocessing
import os
from pathlib import Path

from bench.measure import row
from nas3dunet.fit import StopRun
from nas3dunet.search import search
from nas3dunet.prepare import prepare

NAME = "a long search"


def _memory():
    "GB that this process holds now; None where the system has no such count."
    pages = Path("/proc/self/statm")
    if not pages.exists(): return None
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e9


def _held():
    "What this process holds now: memory in GB (on Linux), open files, child processes."
    files = Path("/dev/fd")
    return dict(
        memory=_memory(),
        files=len(os.listdir(files)) if files.exists() else None,
        processes=len(multiprocessing.active_children()),
    )


class _Watch:
    "A callback that notes what is held every so many steps, and ends the search after the last."
    def __init__(self, every, last):
        self.every = every
        self.last = last
        self.steps = 0
        self.seen = []

    def on_step(self, _):
        self.steps += 1
        if self.steps % self.every == 0: self.seen.append(dict(x=self.steps, **_held()))
        if self.steps == self.last: raise StopRun


def _watched(tmp, cases, tiny):
    "What a search held, from early on to its end."
    watch = _Watch(1, 8) if tiny else _Watch(50, 2000)
    search(
        prepare(cases, tmp/"long-store", workers=1),
        tmp/"long",
        depth=1,
        width=2,
        patch=8,
        epochs=10**6,
        count=10**6,
        per_case=1 if tiny else 25,
        workers=1,
        callbacks=[watch],
        show=False,
        device="cpu",
    )
    return watch.seen


def _point(held):
    "The row of one moment, which is a point of the figure."
    more = {k: v for k, v in held.items() if k != "memory"}
    work = f"{NAME}: {held['x']:,} steps"
    return row(work, held["memory"], unit="GB", series=NAME, x_unit="steps", **more)


def long_search(
    tmp,   # folder for the store and the run
    cases, # `Case`s with labels
    tiny,  # 8 steps?
)->list:
    "Rows: what a search of 2,000 steps held on its way, and how much more at its end than halfway."
    seen = _watched(tmp, cases, tiny)
    early = seen[len(seen) // 2 - 1]
    end = seen[-1]
    limits = {
        "memory, times that": (end["memory"] and end["memory"] / early["memory"], 1.05),
        "files open, more than": (end["files"] and end["files"] - early["files"], 0),
        "processes, more than": (end["processes"] - early["processes"], 0),
    }
    found = [_point(held) for held in seen[1::2]]
    for what, (value, most) in limits.items():
        work = f"{NAME}: {what} after {early['x']:,} of {end['x']:,} steps"
        found.append(row(work, value, unit="", most=most))
    return found
