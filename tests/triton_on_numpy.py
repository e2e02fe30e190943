"""Triton's routines on numpy, one program after the other: enough of its language to check 805 and 806 where there is no Triton.

`launched(routine)[grid](…)` runs a routine, `stand_in()` is what `launch.SWITCHES.stand_in` takes. Slow, and
stricter than a GPU: an address outside of its tensor is an error here, unless it is masked.
"""
from itertools import product
from types import SimpleNamespace

import numpy as np
import torch

from nas3dunet import triton_conv, triton_norm


class Tile(np.ndarray):
    "A block of numbers; a single one has no axes."
    def to(self, dtype): return tile(self.astype(dtype))


def tile(x): return np.asarray(x).view(Tile)


class Pointer:
    "Addresses in the memory of a tensor."
    def __init__(self, memory, at):
        self.memory = memory
        self.at = at
        self.dtype = SimpleNamespace(element_ty=memory.dtype)

    def __add__(self, far): return Pointer(self.memory, self.at + far)

    def __getitem__(self, axes): return Pointer(self.memory, self.at[axes])


def pointer(t):
    "To the first number of a tensor, however it lies in its memory."
    memory = torch.empty(0, dtype=t.dtype).set_(t.detach().untyped_storage())
    return Pointer(memory.numpy(), tile(t.storage_offset()))


def addresses(p, mask):
    "The addresses that are asked for, and which of them are not masked."
    at, there = np.broadcast_arrays(p.at, mask)
    inside = (at >= 0) & (at < len(p.memory))
    if not inside[there].all(): raise IndexError("an address outside of its tensor")
    return at, there


def load(p, mask=True, other=0):
    at, there = addresses(p, mask)
    return tile(np.where(there, p.memory[np.where(there, at, 0)], other).astype(p.memory.dtype))


def store(p, value, mask=True):
    at, there = addresses(p, mask)
    p.memory[at[there]] = np.broadcast_to(value, at.shape)[there]


LANGUAGE = dict(
    float32=np.float32,
    int64=np.int64,
    arange=lambda first, end: tile(np.arange(first, end)),
    zeros=lambda shape, dtype: tile(np.zeros(shape, dtype)),
    where=lambda condition, a, b: tile(np.where(condition, a, b)),
    minimum=lambda a, b: tile(np.minimum(a, b)),
    sqrt=lambda x: tile(np.sqrt(x)),
    sum=lambda x, axis: tile(np.sum(x, axis)),
    trans=np.transpose,
    static_range=range,
    load=load,
    store=store,
)  # what the routines use of `triton.language`


def speak(routine):
    "Give a routine numpy's words for Triton's; returns what it calls `tl`."
    tl = routine.__globals__["tl"]
    for name, meaning in LANGUAGE.items(): setattr(tl, name, meaning)
    return tl


class OnNumpy:
    "A routine as `routine[grid](…)`."
    def __init__(self, routine):
        self.routine = routine
        self.tl = speak(routine)

    def __getitem__(self, grid):
        def launch(*args, num_warps=4, **options):
            args = [pointer(a) if torch.is_tensor(a) else a for a in args]
            for place in product(*map(range, grid)):
                self.tl.program_id = lambda axis: tile(place[axis])
                self.routine(*args, **options)
        return launch


def launched(
    routine, # of `triton_conv` or `triton_norm`
):
    "The routine as it is where there is Triton, else on numpy."
    return routine if triton_conv.triton else OnNumpy(routine)


def stand_in():
    "All routines on numpy by name; None where there is Triton."
    if triton_conv.triton: return None
    parts = (triton_conv, triton_norm)
    found = {name: getattr(part, name) for part in parts for name in part.__all__}
    kernels = {name: OnNumpy(f) for name, f in found.items() if callable(f) and hasattr(f, "__globals__")}
    return SimpleNamespace(**{**found, **kernels, "interpreted": lambda: True})
