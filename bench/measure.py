"""How to measure fairly: contenders are called in turn after a warm-up, and the median counts.

A time alone says little: it is of one machine, on one afternoon. A ratio of two times travels
better, if both were measured under the same conditions: in turn, in one process, with the same
threads and the same input, and with answers that are compared.
"""
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Callable, NamedTuple

from nas3dunet.machine import peak_memory, reset_peak_memory

ROOT = Path(__file__).resolve().parent.parent
INSTALL = "pip install 'nas3dunet[peers]'"


def measure(
    *contenders,             # functions without parameters, whose answers are small
    rounds=5,                # how often each is called, after its warm-up
    clock=time.perf_counter, # seconds; another one for tests
)->list:
    "For each function a dict: `seconds` (the median), `peak` (GB, of its warm-up) and `answer`."
    results = []
    times = [[] for _ in contenders]
    for contender in contenders:
        reset_peak_memory()
        results.append(dict(answer=contender(), peak=peak_memory()))
    for _ in range(rounds):
        # in turn: who comes second must not pay alone for a machine that gets slower
        for contender, mine in zip(contenders, times):
            start = clock()
            contender()
            mine.append(clock() - start)
    return [{**r, "seconds": statistics.median(t)} for r, t in zip(results, times)]


def _ratio(ours, theirs, more):
    "How many times better ours is; None without both amounts."
    if not ours or not theirs: return None
    return ours / theirs if more else theirs / ours


def _met(ours, ratio, goal, most):
    "Are the ratio's goal and the amount's limit kept? None when there is nothing to meet."
    kept = []
    if goal is not None and ratio is not None: kept.append(ratio >= goal)
    if most is not None and ours is not None: kept.append(ours <= most)
    return all(kept) if kept else None


def row(
    work:str,        # what was done, with its size
    ours,            # our amount; None if there is none
    against="",      # whom we compare with
    theirs=None,     # their amount
    unit="s",        # of both amounts
    goal=None,       # the ratio to reach
    most=None,       # the amount that ours must not pass
    more=False,      # is more better?
    peak=None,       # our peak memory, GB
    their_peak=None, # theirs
    note="",         # a few words
    **extra,         # whatever a section wants to keep, such as where the row lies in a plot
)->dict:
    "One row of the table, with `ratio` (how many times better ours is) and `met`."
    ratio = _ratio(ours, theirs, more)
    return dict(
        work=work,
        ours=ours,
        against=against,
        theirs=theirs,
        unit=unit,
        ratio=ratio,
        goal=goal,
        most=most,
        met=_met(ours, ratio, goal, most),
        peak=peak,
        their_peak=their_peak,
        note=note,
        **extra,
    )


class Peer(NamedTuple):
    "Somebody to race against."
    name: str                # for the table, such as MONAI and its options
    module: str              # the package it needs; our own readable version needs `nas3dunet`
    make: Callable           # → its contender; imports what it needs
    goal: float = None       # the ratio that we mean to reach
    differs: Callable = None # (our answer, theirs) → a few words

    def note(self, mine, theirs):
        "How the answers compare, or how to get the package; `theirs` is empty without it."
        if not theirs: return f"{self.module} is not installed: {INSTALL}"
        return self.differs(mine["answer"], theirs["answer"]) if self.differs else ""


def race(
    work:str,                # what is done, with its size
    ours:Callable,           # our contender
    peers,                   # the `Peer`s
    rounds=5,                # how often everyone is called, after a warm-up
    clock=time.perf_counter, # seconds; another one can stand still for what is not to be counted
)->list:
    "A row for each peer: medians of calls in turn. A peer whose package is missing says so."
    there = [p for p in peers if find_spec(p.module)]
    mine, *results = measure(ours, *(p.make() for p in there), rounds=rounds, clock=clock)
    found = {p.name: r for p, r in zip(there, results)}
    rows = []
    for p in peers:
        theirs = found.get(p.name, {})
        rows.append(
            row(
                work,
                mine["seconds"],
                p.name,
                theirs.get("seconds"),
                goal=p.goal,
                peak=mine["peak"],
                their_peak=theirs.get("peak"),
                note=p.note(mine, theirs),
            )
        )
    return rows


def fresh(
    code:str, # Python, which prints its figures last
)->list:
    "The numbers on the last line that a new interpreter prints, started in the repository's root."
    words = [sys.executable, "-c", code]
    text = subprocess.check_output(words, text=True, cwd=ROOT)
    return [float(number) for number in text.splitlines()[-1].split()]


def extra_memory(
    before:str, # code that loads and compiles what there is to load and compile
    work:str,   # the code whose memory counts
    reset=True, # forget the peak of `before`, where the system can?
)->float:
    "GB by which a process of its own grows at most during `work`."
    code = f"""
from nas3dunet.machine import peak_memory, reset_peak_memory
{before}
if {reset}: reset_peak_memory()
before = peak_memory()
{work}
print(peak_memory() - before)
"""
    (more,) = fresh(code)
    return more
