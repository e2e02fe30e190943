"""All routines that the other sections want, compiled ahead and in parallel.

Triton compiles a routine when it is first launched, some hundred one after the other. So processes
run the networks with something in the routines' place that only notes what would be launched, and
each compiles its share of that. The others find the results in Triton's cache.
"""
import os
import subprocess
import sys
import time

import torch

from bench.gpu_sections.measuring import COMMAND, CUDA, DEVICE, exact
from nas3dunet.fast import FastCell, FastDerivedCell
from nas3dunet.genotype import DerivedNet, random_genotype
from nas3dunet.gpu import equip
from nas3dunet.launch import SWITCHES, routines
from nas3dunet.machine import precision, rng_for
from nas3dunet.supernet import SuperNet

MOST_PROCESSES = 14
LIMIT = 100   # seconds for all of them


class Noted:
    "Stands for the routines and notes what would be launched."
    NAMES = ("conv", "conv_weight", "moments", "finish", "mix", "sums", "coefficients",
             "spread_back", "fold", "take", "put")

    def __init__(self, real):
        self.calls = {}
        for name in self.NAMES:
            routine = NotedRoutine(name, getattr(real, name), self.calls)
            setattr(self, name, routine)


class NotedRoutine:
    "Stands for one of them: `routine[grid](…)` is noted, once for what Triton compiles once."
    def __init__(self, name, kernel, calls):
        self.name = name
        self.kernel = kernel
        self.calls = calls

    def __getitem__(self, grid):
        def call(*args, **options):
            key = repr(self._key(args, options))
            self.calls.setdefault(key, (self.kernel, grid, args, options))
        return call

    def _key(self, args, options):
        "What Triton specialises on: types and alignment, numbers that are 1 or a multiple of 16."
        kernel = self.kernel
        key = [self.name]
        for p, value in zip(kernel.params, args):
            if torch.is_tensor(value): key.append((str(value.dtype), value.data_ptr() % 16 == 0))
            elif not p.do_not_specialize: key.append((value == 1, value % 16 == 0))
        names = kernel.arg_names
        runtime = lambda k: k in names and not kernel.params[names.index(k)].is_constexpr
        return key + sorted((k, v) for k, v in options.items() if not runtime(k))


def _run(net, batch, size, amp):
    "Forward and backward once, for all parameters."
    x = torch.randn(batch, 4, size, size, size, device=DEVICE).requires_grad_()
    with precision(DEVICE, amp): y = net(x)
    torch.autograd.grad(y.float().sum(), [x, *net.parameters()])
    for p in net.parameters(): p.requires_grad_(True)


def _run_networks(tiny):
    "Everything that the sections will run: supernets on 64³ and 32³, derived networks on 128³."
    size, large, depth = (16, 32, 1) if tiny else (64, 128, 4)
    half = size // 2
    net = equip(SuperNet(depth=depth, cell=FastCell).to(DEVICE))
    for amp, batch, n in (
        (False, 1, size),
        (False, 4, size),
        (True, 1, size),
        (False, 1, half),
        (False, 2, half),
        (True, 1, half),
    ):
        _run(net, batch, n, amp)
    for i in range(3):
        net = DerivedNet(random_genotype(rng_for(i)), depth=depth, cell=FastDerivedCell)
        net = equip(net.to(DEVICE))
        for amp, batch in ((False, 1), (True, 1), (False, 2)): _run(net, batch, large, amp)


def compile_part(
    part,  # 0 … parts − 1
    parts, # processes
    tiny,  # small networks?
):
    "Compile every `parts`-th of the routines that the sections will want."
    noted = Noted(routines())
    SWITCHES.stand_in = noted
    SWITCHES.trust = True
    _run_networks(tiny)
    exact()
    # convolutions take longest and come first, so that the shares are alike
    rank = lambda item: (not item[0].startswith("['conv"), item[0])
    order = sorted(noted.calls.items(), key=rank)
    mine = order[part::parts]
    for _, (kernel, grid, args, options) in mine: kernel.warmup(*args, grid=grid, **options)
    print(f"{len(order)} kernels, {len(mine)} here", flush=True)


def _start(part, parts, tiny):
    "The process of a part."
    words = [sys.executable, COMMAND, "--compile", "--parts", str(parts), "--part", str(part)]
    if tiny: words.append("--tiny")
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _end(process, seconds):
    "Its exit code and last lines; it is killed if it takes longer."
    try: out, _ = process.communicate(timeout=max(1, seconds))
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
    return process.returncode, out.strip().splitlines()[-3:]


def compile_all(args):
    "Compile everything in parallel; how long that took, and how many processes failed."
    if not CUDA: return [dict(what="no GPU, nothing to compile", value=0)]
    parts = min(MOST_PROCESSES, os.cpu_count() or 1)
    start = time.monotonic()
    running = [_start(i, parts, args.tiny) for i in range(parts)]
    tails = [_end(p, LIMIT - (time.monotonic() - start)) for p in running]
    bad = [tail for tail in tails if tail[0]]
    what = "seconds to compile all kernels, in parallel"
    seconds = time.monotonic() - start
    says = (bad or tails)[0][1]
    return [dict(what=what, value=seconds, processes=parts, failed=len(bad), says=says)]
