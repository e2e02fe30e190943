"""What a GPU makes of the book: one script, some minutes, a table, and JSON that is written after each section.

python bench/gpu.py [section …] [--tiny] [--json FILE] [--data FOLDER] [--seconds N]

Sections: environment compile probe agree step train predict load demo options hours torch_compile. A section that fails is recorded and the next one goes on.
`--tiny` runs every section in small, on whatever device there is. The data are two stores, `demo` and `whole`, which bench/gpu_data.py writes.
"""
import argparse
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import numpy as np
import torch

from nas3dunet.cells import SearchCell
from nas3dunet.fast import FastCell, FastDerivedCell
from nas3dunet.fit import Turn
from nas3dunet.steps import adam, gradient_step, patch_batches
from nas3dunet.genotype import DerivedCell, DerivedNet, random_genotype
from nas3dunet.backend import place
from nas3dunet.gpu import equip
from nas3dunet.launch import SWITCHES, routines
from nas3dunet.losses import DiceLoss
from nas3dunet.machine import precision, rng_for, seed_everything
from nas3dunet.ops import count_macs
from nas3dunet.cuda_graph import Recorded
from nas3dunet.search import search
from nas3dunet.supernet import SuperNet
from nas3dunet.gpu_checked import TRIED
from nas3dunet.unet import UNet3D

CUDA = torch.cuda.is_available()
DEVICE = torch.device("cuda" if CUDA else "cpu")
START = time.monotonic()


def sync():
    if CUDA: torch.cuda.synchronize()


def exact(tf32=False):
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


def race(works, rounds, times, until):
    "name → seconds of one call (median, least, most); all in turn, round by round, while there is time."
    found = {name: [] for name in works}
    for r in range(rounds):
        if r and time.monotonic() > until: break
        for name, work in works.items(): found[name] += timed(work, times)
    return {name: dict(seconds=statistics.median(t), least=min(t), most=max(t), calls=len(t)) for name, t in found.items()}


def peak_of(work):
    "Peak memory that `work` needs on top of what is there, GB."
    if not CUDA:
        work()
        return None
    gc.collect()      # else networks of earlier sections, freed meanwhile, would count as won
    torch.cuda.empty_cache()
    sync()
    before = torch.cuda.memory_allocated()
    torch.cuda.reset_peak_memory_stats()
    work()
    sync()
    return (torch.cuda.max_memory_allocated() - before) / 1e9


def profile(work, top=14):
    "Launches and busy time of one call, and its longest kernels."
    if not CUDA: return {}
    from torch.profiler import ProfilerActivity
    work()
    sync()
    with torch.profiler.profile(activities=[ProfilerActivity.CUDA]) as p:
        work()
        sync()
    kernels = [e for e in p.events() if str(e.device_type).endswith('CUDA')]
    total, sums = 0., {}
    for e in kernels:
        n, t = sums.get(e.name, (0, 0.))
        sums[e.name] = (n + 1, t + e.time_range.elapsed_us())
        total += e.time_range.elapsed_us()
    longest = sorted(sums.items(), key=lambda item: -item[1][1])[:top]
    return dict(launches=len(kernels), busy_ms=total / 1e3, longest=[(name[:70], n, round(t / 1e3, 3)) for name, (n, t) in longest])


# ---- sections

def section_environment(a):
    rows = [dict(what="python", value=sys.version.split()[0]), dict(what="torch", value=torch.__version__)]
    if not CUDA: return rows
    p = torch.cuda.get_device_properties(0)
    rows += [dict(what="card", value=p.name), dict(what="multiprocessors", value=p.multi_processor_count), dict(what="memory, GB", value=round(p.total_memory / 1e9, 1))]
    try:
        import triton
        rows.append(dict(what="triton", value=triton.__version__))
    except ImportError as e: rows.append(dict(what="triton", value=f"missing: {e}"))
    x = torch.randn(2**28, device=DEVICE)
    y = torch.empty_like(x)
    t = statistics.median(timed(lambda x=x, y=y: y.copy_(x), 10)[2:])
    rows.append(dict(what="copy, TB/s", value=2 * x.nbytes / t / 1e12))
    del x, y
    n = 8192
    for name, dtype, tf32 in (("float32", torch.float32, False), ("tf32", torch.float32, True), ("bfloat16", torch.bfloat16, False)):
        exact(tf32)
        m = torch.randn(n, n, device=DEVICE, dtype=dtype)
        t = statistics.median(timed(lambda: m @ m, 6)[2:])
        rows.append(dict(what=f"matrix product {name}, TFLOP/s", value=2 * n**3 / t / 1e12))
    exact()
    return rows


class Noted:
    "Stands for the kernels and notes what would be launched."
    NAMES = ("conv", "conv_weight", "moments", "finish", "mix", "sums", "coefficients",
             "spread_back", "fold", "take", "put")

    def __init__(self, real):
        self.calls = {}
        for name in self.NAMES: setattr(self, name, self.noting(getattr(real, name), name))

    def noting(self, kernel, name):
        calls = self.calls

        class Launch:
            def __getitem__(self, grid):
                def call(*args, **options):
                    names = kernel.arg_names
                    key = [name]
                    for p, value in zip(kernel.params, args):
                        if torch.is_tensor(value): key.append((str(value.dtype), value.data_ptr() % 16 == 0))
                        elif not p.do_not_specialize: key.append((value == 1, value % 16 == 0))
                    key += sorted((k, v) for k, v in options.items() if k not in names or kernel.params[names.index(k)].is_constexpr)
                    calls.setdefault(repr(key), (kernel, grid, args, options))
                return call
        return Launch()


def compile_part(part, parts, tiny):
    "Compile every `parts`-th of the kernels that the sections will want."
    noted = Noted(routines())
    SWITCHES.stand_in = noted
    SWITCHES.trust = True
    size, large = (16, 32) if tiny else (64, 128)

    def run(net, x, amp=False):
        x.requires_grad_()
        with precision(DEVICE, amp): y = net(x)
        torch.autograd.grad(y.float().sum(), [x, *net.parameters()])
        for p in net.parameters(): p.requires_grad_(True)

    net = equip(SuperNet(cell=FastCell).to(DEVICE))
    half = size // 2
    for amp, batch, n in ((False, 1, size), (False, 4, size), (True, 1, size), (False, 1, half), (False, 2, half),
                          (True, 1, half)):
        run(net, torch.randn(batch, 4, n, n, n, device=DEVICE), amp)
    for i in range(3):
        net = equip(DerivedNet(random_genotype(rng_for(i)), cell=FastDerivedCell).to(DEVICE))
        for amp, batch in ((False, 1), (True, 1), (False, 2)):
            run(net, torch.randn(batch, 4, large, large, large, device=DEVICE), amp)
    exact()
    order = sorted(noted.calls.items(), key=lambda item: (not item[0].startswith("['conv"), item[0]))
    for _, (kernel, grid, args, options) in order[part::parts]: kernel.warmup(*args, grid=grid, **options)
    print(f"{len(order)} kernels, {len(order[part::parts])} here", flush=True)


def section_compile(a):
    if not CUDA: return [dict(what="no GPU, nothing to compile", value=0)]
    parts = min(14, os.cpu_count() or 1)
    start = time.monotonic()
    words = [sys.executable, __file__, "--compile", "--parts", str(parts)] + ["--tiny"] * a.tiny
    running = [subprocess.Popen([*words, "--part", str(i)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for i in range(parts)]
    tails = []
    for p in running:
        try: out, _ = p.communicate(timeout=max(1, 100 - (time.monotonic() - start)))
        except subprocess.TimeoutExpired:
            p.kill()
            out, _ = p.communicate()
        tails.append((p.returncode, out.strip().splitlines()[-3:]))
    bad = [t for t in tails if t[0]]
    return [dict(what="seconds to compile all kernels, in parallel", value=time.monotonic() - start, processes=parts, failed=len(bad), says=(bad or tails)[0][1])]


def section_probe(a):
    "Every hybrid of the networks below by itself, against PyTorch's operations: the worst errors."
    exact()
    if not CUDA: return [dict(what="no GPU, nothing to probe", value=0)]
    size, depth = (8, 1) if a.tiny else (64, 4)
    half = size // 2
    runs = [("supernet", size, 1, False), ("supernet", size, 1, True), ("supernet", half, 1, False),
            ("supernet", half, 2, False), ("derived", size, 1, False), ("derived", size, 1, True)]
    rows, seen = [], set()
    for kind, n, batch, amp in runs:
        if time.monotonic() > a.until: break
        if kind == "supernet": net = SuperNet(depth=depth, cell=FastCell)
        else: net = DerivedNet(random_genotype(rng_for(3)), depth=depth, cell=FastDerivedCell)
        net = equip(net.to(DEVICE))
        with precision(DEVICE, amp): net(torch.randn(batch, 4, n, n, n, device=DEVICE))
        new = {key: error for key, error in TRIED.items() if key not in seen}
        seen |= set(new)
        worst = sorted(new, key=new.get, reverse=True)[:4]
        what = f"{kind}, {n}³, batch {batch}{', bfloat16' if amp else ''}"
        rows.append(dict(what=f"{what}: worst of {len(new)} hybrids", value=max(new.values(), default=0.),
                         most=.15 if amp else 5e-3,
                         says=[f"{new[k]:.2g} {k.plan.convs} taps={k.plan.taps} on {k.shapes[0]}" for k in worst]))
    return rows


def relative(a, b): return float((a.double().cpu() - b.double().cpu()).norm() / b.double().norm().clamp(min=1e-12))


def gradients(net, x, parameters, amp=False):
    with precision(x.device, amp): p = net(x)
    p = p.float() if p.dtype != torch.float64 else p
    ramp = torch.linspace(-1, 1, p.numel(), dtype=p.dtype, device=p.device).view_as(p)
    grads = torch.autograd.grad((p * ramp).mean() * 100, parameters)
    return p.detach(), torch.cat([g.flatten().double().cpu() for g in grads])


def one_step(net, x, y, which):
    "Where one step leads: all parameters, as one vector."
    parameters = list(getattr(net, which)())
    gradient_step(net, parameters, adam(parameters, .01), x, y)
    for p in net.parameters(): p.requires_grad_(True)
    return torch.cat([p.detach().flatten().double().cpu() for p in parameters])


def section_agree(a):
    exact()
    rows, size, depth = [], 8 if a.tiny else 32, 1 if a.tiny else 4
    genotype = random_genotype(rng_for(3))
    nets = dict(supernet=(lambda fast: SuperNet(depth=depth, cell=FastCell if fast else SearchCell), ("alphas", "kernels")),
                derived=(lambda fast: DerivedNet(genotype, depth=depth, cell=FastDerivedCell if fast else DerivedCell), ("parameters",)),
                unet=(lambda fast: UNet3D(width=4, depth=2 if a.tiny else 3), ("parameters",)))
    x = torch.randn(1, 4, size, size, size, generator=torch.Generator().manual_seed(1))
    y = (torch.rand(1, 3, size, size, size, generator=torch.Generator().manual_seed(2)) > .6).float()
    for name, (make, groups) in nets.items():
        seed_everything(0)
        first = make(False)
        for p in first.alphas() if hasattr(first, "alphas") else (): torch.nn.init.normal_(p)
        def fresh(fast, device, dtype=torch.float32, equipped=False):
            net = make(fast)
            net.load_state_dict(first.state_dict())
            net = net.to(device, dtype)
            return equip(net) if equipped else net
        truth = fresh(False, "cpu", torch.float64)
        out, grad = gradients(truth, x.double(), list(truth.parameters()))
        ways = dict(readable_cpu=(False, "cpu", False), readable=(False, DEVICE, False), fast=(True, DEVICE, False), kernels=(True, DEVICE, True))
        if a.tiny and not CUDA:
            del ways["readable"], ways["fast"]      # the same as readable_cpu, and as measured in `fast`
        if name == "unet": ways = dict(readable_cpu=(False, "cpu", False), readable=(False, DEVICE, False))
        for way, (fast, device, equipped) in ways.items():
            net = fresh(fast, device, equipped=equipped)
            o, g = gradients(net, x.to(device), list(net.parameters()))
            rows.append(dict(what=f"{name}, {way}: output", value=relative(o, out), most=1e-4), )
            rows.append(dict(what=f"{name}, {way}: gradients", value=relative(g, grad), most=1e-4))
            if device == "cpu": reference = {w: one_step(fresh(fast, device), x, y, w) for w in groups}
            else:
                for w in groups: rows.append(dict(what=f"{name}, {way}: parameters after one {w} step", value=relative(one_step(fresh(fast, device, equipped=equipped), x.to(device), y.to(device), w), reference[w]), most=1e-4))
                if way in ("readable", "kernels"):
                    half = fresh(fast, device, equipped=equipped)
                    o, g = gradients(half, x.to(device), list(half.parameters()), True)
                    rows.append(dict(what=f"{name}, {way}, bfloat16: output", value=relative(o, out), most=2e-2))
                    rows.append(dict(what=f"{name}, {way}, bfloat16: gradients", value=relative(g, grad), most=.3))
    return rows


def patches(batch, size):
    seed_everything(0)
    return torch.randn(batch, 4, size, size, size, device=DEVICE), (torch.rand(batch, 3, size, size, size, device=DEVICE) > .7).float()


def search_step(way, batch, size, depth=4, amp=False):
    "One α step and one kernel step as a function, and its network. `way`: readable, channels_last, fast, kernels, graph, readable_graph."
    seed_everything(0)
    x, y = patches(batch, size)
    net = SuperNet(depth=depth, cell=SearchCell if way in ("readable", "channels_last", "readable_graph") else FastCell).to(DEVICE)
    if way in ("channels_last", "fast"): net, x = net.to(memory_format=torch.channels_last_3d), x.contiguous(memory_format=torch.channels_last_3d)
    if way in ("kernels", "graph"): equip(net)
    loss, steps = DiceLoss(), []
    for parameters in (list(net.alphas()), list(net.kernels())):
        optimizer = adam(parameters)
        def plain(x, y, parameters=parameters, optimizer=optimizer): return gradient_step(net, parameters, optimizer, x, y, loss=loss, amp=amp)
        recorded = way.endswith("graph") and CUDA
        steps.append(Recorded(plain, net, parameters, optimizer, loss, lambda: precision(DEVICE, amp), warm=2) if recorded else plain)
    return lambda: [step(x, y) for step in steps]


def section_step(a):
    exact()
    size, depth = (8, 1) if a.tiny else (64, 4)
    variants = {"readable, batch 1": ("readable", 1, False), "readable, batch 1, channels last": ("channels_last", 1, False), "readable as a graph, batch 1": ("readable_graph", 1, False),
                "fast, PyTorch's operations, batch 1": ("fast", 1, False), "kernels, batch 1": ("kernels", 1, False), "kernels as a graph, batch 1": ("graph", 1, False),
                "kernels as a graph, batch 4": ("graph", 4, False),
                "readable, batch 1, bfloat16": ("readable", 1, True), "kernels as a graph, batch 1, bfloat16": ("graph", 1, True)}
    if a.tiny:
        few = ("readable, batch 1", "kernels as a graph, batch 1")
        variants = {name: v for name, v in variants.items() if name in few}
    works, rows, peaks, errors = {}, [], {}, []
    for name, (way, batch, amp) in variants.items():
        if a.only and name not in a.only: continue
        try:
            if CUDA and way in ("kernels", "graph"): search_step("kernels", batch, size, depth, amp)()     # what is done at first use only
            holder = []
            def begin():
                holder.append(search_step(way, batch, size, depth, amp))
                for _ in range(1 if a.tiny else 4): holder[0]()
            peaks[name] = peak_of(begin)
            works[name] = holder[0]
        except Exception: errors.append(dict(what=f"FAILED {name}", value=None, says=traceback.format_exc().strip().splitlines()[-4:]))
    found = race(works, 1 if a.tiny else 7, 1 if a.tiny else 3, a.until)
    exact(True)
    for name, (way, batch, amp) in (("readable, batch 1, tf32", ("readable", 1, False)),):
        if a.only and name not in a.only: continue
        try:
            work = search_step(way, batch, size, depth, amp)
            for _ in range(1 if a.tiny else 4): work()
            found[name] = race({name: work}, 1 if a.tiny else 3, 1 if a.tiny else 3, a.until)[name]
            variants[name] = (way, batch, amp)
        except Exception: errors.append(dict(what=f"FAILED {name}", value=None, says=traceback.format_exc().strip().splitlines()[-4:]))
    exact()
    base = found.get("readable, batch 1", {}).get("seconds")
    for name, f in found.items():
        batch = variants[name][1]
        rows.append(dict(what=name, value=f["seconds"] * 1e3, unit="ms a step", samples=batch / f["seconds"], times=base and base / f["seconds"] * batch, peak_gb=peaks.get(name), peak_share=None if not peaks.get(name) or not peaks.get("readable, batch 1") else peaks[name] / batch / peaks["readable, batch 1"],
                         least=f["least"] * 1e3, most=f["most"] * 1e3, calls=f["calls"]))
    for name in ("kernels as a graph, batch 1", "readable, batch 1", "kernels, batch 1"):
        if name in works and time.monotonic() < a.until + 10:
            try: rows.append(dict(what=f"profile: {name}", value=None, **profile(works[name])))
            except Exception as e: errors.append(dict(what=f"FAILED profile {name}", value=None, says=[str(e)]))
    macs = count_macs(SuperNet(depth=depth), torch.zeros(1, 4, size, size, size))
    rows.append(dict(what="floating-point operations of a search step as Table 1 counts them, G", value=2 * macs * 5 / 1e9))
    return rows + errors


def training_step(kind, way, size, depth=4, amp=False):
    seed_everything(0)
    x, y = patches(1, size)
    if kind == "unet": net = UNet3D(depth=max(depth, 2)).to(DEVICE)
    else: net = DerivedNet(random_genotype(rng_for(0)), depth=depth, cell=DerivedCell if way.startswith("readable") else FastDerivedCell).to(DEVICE)
    if way == "channels_last": net, x = net.to(memory_format=torch.channels_last_3d), x.contiguous(memory_format=torch.channels_last_3d)
    if way in ("kernels", "graph") and kind != "unet": equip(net)
    parameters, loss = list(net.parameters()), DiceLoss()
    optimizer = adam(parameters)
    def plain(x, y): return gradient_step(net, parameters, optimizer, x, y, loss=loss, amp=amp)
    step = Recorded(plain, net, parameters, optimizer, loss, lambda: precision(DEVICE, amp), warm=2) if way.endswith("graph") and CUDA else plain
    return lambda: step(x, y)


def section_train(a):
    exact()
    size, depth = (8, 1) if a.tiny else (128, 4)
    variants = {"derived, readable": ("nas", "readable", False), "derived, readable as a graph": ("nas", "readable_graph", False), "derived, kernels": ("nas", "kernels", False),
                "derived, kernels as a graph": ("nas", "graph", False), "derived, kernels as a graph, bfloat16": ("nas", "graph", True),
                "U-Net": ("unet", "readable", False), "U-Net, channels last": ("unet", "channels_last", False), "U-Net, channels last, bfloat16": ("unet", "channels_last", True)}
    works, peaks, rows = {}, {}, []
    for name, (kind, way, amp) in variants.items():
        if time.monotonic() > a.until: break
        try:
            if CUDA and way in ("kernels", "graph"): training_step(kind, "kernels", size, depth, amp)()
            holder = []
            def begin():
                holder.append(training_step(kind, way, size, depth, amp))
                for _ in range(1 if a.tiny else 4): holder[0]()
            peaks[name] = peak_of(begin)
            works[name] = holder[0]
        except Exception: rows.append(dict(what=f"FAILED {name}", value=None, says=traceback.format_exc().strip().splitlines()[-4:]))
    found = race(works, 1 if a.tiny else 5, 1 if a.tiny else 3, a.until)
    base = found.get("derived, readable", {}).get("seconds")
    rows += [dict(what=name, value=f["seconds"] * 1e3, unit="ms a step", times=base and base / f["seconds"], peak_gb=peaks[name], least=f["least"] * 1e3, most=f["most"] * 1e3) for name, f in found.items()]
    if "derived, kernels as a graph" in works: rows.append(dict(what="profile: derived, kernels as a graph", value=None, **profile(works["derived, kernels as a graph"])))
    return rows


def whole_image(a):
    "A normalised 240×240×155 volume: a brain cube in its place."
    from nas3dunet.store import Store
    if a.tiny or not (a.data/"whole").exists():
        image = np.zeros((4, 48, 46, 31), np.float32)
        image[:, 6:40, 5:41, 3:28] = np.random.default_rng(0).random((4, 34, 36, 25), np.float32) + .1
        return image
    store = Store(a.data/"whole")
    id = store.ids[0]
    about = store.cases[id]
    image = np.zeros((len(store.modalities), 240, 240, 155), np.float32)
    image[(slice(None), *map(slice, about["start"], about["stop"]))] = store.image(id)
    return image


def section_predict(a):
    from nas3dunet.stitching import predict_volume
    exact()
    image, rows = whole_image(a), []
    patch, depth = (16, 1) if a.tiny else (128, 4)
    seed_everything(0)
    plain = DerivedNet(random_genotype(rng_for(0)), depth=depth).to(DEVICE).eval()
    ours = DerivedNet(random_genotype(rng_for(0)), depth=depth, cell=FastDerivedCell)
    ours.load_state_dict(plain.state_dict())
    ours = place(ours, DEVICE).eval()
    works = {"ours": lambda: predict_volume(ours, image, patch), "ours, readable cells": lambda: predict_volume(plain, image, patch)}
    try:
        from monai.inferers import sliding_window_inference
        def monai(net, batch):
            with torch.inference_mode():
                x = torch.from_numpy(image)[None].to(DEVICE)
                return sliding_window_inference(x, (patch,) * 3, batch, net, overlap=.25)[0].cpu().numpy()
        works["MONAI, overlap 0.25, the same readable network"] = lambda: monai(plain, 2)
        works["MONAI, overlap 0.25, our fast network"] = lambda: monai(ours, 2)
    except ImportError as e: rows.append(dict(what="MONAI is not here", value=None, says=[str(e)]))
    answers = {}
    for name, work in list(works.items()):
        try:
            for _ in range(1 if a.tiny else 2): answers[name] = work()
        except Exception:
            rows.append(dict(what=f"FAILED {name}", value=None, says=traceback.format_exc().strip().splitlines()[-4:]))
            del works[name]
    found = race(works, 1 if a.tiny else 5, 1, a.until)
    first = found.get("ours", {}).get("seconds")
    rows += [dict(what=name, value=f["seconds"], unit="s a case", times=first and f["seconds"] / first, least=f["least"], most=f["most"], calls=f["calls"]) for name, f in found.items()]
    if "ours" in answers and "ours, readable cells" in answers: rows.append(dict(what="ours against readable: largest difference of a probability", value=float(np.abs(answers["ours"] - answers["ours, readable cells"]).max()), most=1e-3))
    if CUDA and "ours" in works: rows.append(dict(what="profile: ours", value=None, **profile(works["ours"])))
    return rows


def small_store(a, tmp):
    "The carried demo store, or a few phantoms."
    from nas3dunet.prepare import prepare
    from nas3dunet.store import Store
    if not a.tiny and (a.data/"demo").exists(): return Store(a.data/"demo")
    from nas3dunet.cases import find_cases
    from nas3dunet.phantom import write_phantoms
    write_phantoms(Path(tmp)/"cases", n=2, shape=(24, 24, 16), seed=1)
    return prepare(find_cases(Path(tmp)/"cases"), Path(tmp)/"store", workers=1)


def section_load(a):
    "The share of a search's time that it waits for data: 64³ patches of whole cases."
    from nas3dunet.dataset import PatchDataset
    from nas3dunet.store import Store
    exact()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        whole = not a.tiny and (a.data/"whole").exists()
        store = Store(a.data/"whole") if whole else small_store(a, tmp)
        size, depth, steps = (64, 4, 60) if whole else (8, 1, 2)
        seed_everything(0)
        net = place(SuperNet(depth=depth, cell=FastCell), DEVICE)
        turns = [Turn("", net, list(parameters), None, 1e-3, DiceLoss()).descend for parameters in (net.alphas(), net.kernels())]
        for workers in (0, 4, 12) if not a.tiny else (0,):
            if time.monotonic() > a.until: break
            data = [PatchDataset(store, store.ids, size, per_case=-(-steps // len(store.ids)), seed=i) for i in range(2)]
            batches = [patch_batches(d, 1, 1, DEVICE, workers // 2) for d in data]
            waited, begin = 0., None
            for i in range(steps):
                start = time.perf_counter()
                got = [next(b) for b in batches]
                if i >= 10 or a.tiny: waited += time.perf_counter() - start
                for step, (x, y) in zip(turns, got): step(x, y)
                if i == 9: begin = time.perf_counter()
                if i > 20 and time.monotonic() > a.until: break
            whole_time = time.perf_counter() - (begin or start)
            for b in batches: b.close()
            rows.append(dict(what=f"share of the time spent waiting, {workers} workers", value=waited / whole_time, most=.05, ms_a_step=whole_time / max(1, i - 9) * 1e3))
    return rows


def section_demo(a):
    "The demo's search (twice) and training with its own settings, on a prepared store."
    from nas3dunet.demo import DEMO
    from nas3dunet.train import searched_spec, train
    exact()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        store = small_store(a, tmp)
        network, searching, training = DEMO["network"], dict(DEMO["searching"]), dict(DEMO["training"])
        if a.tiny: network, searching, training = dict(depth=1, width=2), dict(patch=8, epochs=1, per_case=1), dict(patch=8, epochs=1)
        found = []
        for i in range(2):
            start = time.perf_counter()
            found.append(search(store, Path(tmp)/f"search-{i}", **network, **searching, device=DEVICE.type, show=False, workers=0 if a.tiny else 4))
            rows.append(dict(what=f"the demo's search, {'again' if i else 'first'}, s", value=time.perf_counter() - start))
        alphas = [dict(np.load(Path(tmp)/f"search-{i}"/"alphas.npz")) for i in range(2)]
        rows.append(dict(what="the same genotype twice", value=float(found[0] == found[1]), least=1, alphas_differ=max(float(np.abs(alphas[0][k] - alphas[1][k]).max()) for k in alphas[0])))
        start = time.perf_counter()
        train(store, Path(tmp)/"train", searched_spec(Path(tmp)/"search-0"), **training, device=DEVICE.type, workers=0 if a.tiny else 6)
        rows.append(dict(what="the demo's training of the found network, s", value=time.perf_counter() - start))
        history = (Path(tmp)/"train"/"history.csv").read_text().splitlines()
        rows.append(dict(what="its last loss", value=float(history[-1].split(",")[2])))
    return rows


OPTIONS = (dict(average=.98), dict(loss="dice+ce"), dict(average=.98, loss="dice+ce", schedule="warmup", init="named"))


def losses_of(store, device, epochs, **own):
    "The loss of each step of a short training of convolution cells."
    from nas3dunet.files import STEPS, read_csv
    from nas3dunet.reliability import named_cell
    from nas3dunet.train import train
    spec = dict(kind="nas", genotype=named_cell("conv").to_dict(), in_channels=len(store.modalities), depth=2, width=4)
    with tempfile.TemporaryDirectory() as tmp:
        run = Path(tmp)/"run"
        train(store, run, spec, cases=store.labelled[:8], device=device, show=False, patch=24, batch=4, epochs=epochs,
              per_case=2, lr=8e-3, pool=True, normalize="zscore", augment=False, **own)
        return np.array([r["loss"] for r in read_csv(run/"history.csv", STEPS)])


def section_options(a):
    "Options of a training beside the paper's: the losses on this device against those on the CPU."
    exact()
    rows = []
    with tempfile.TemporaryDirectory() as tmp:
        store = small_store(a, tmp)
        epochs = 1 if a.tiny else 6
        for own in OPTIONS[-1:] if a.tiny else OPTIONS:
            name = ", ".join(f"{k} {v}" for k, v in own.items())
            expected = losses_of(store, "cpu", epochs, **own)
            for label, how in (("readable", dict(fast=False)), ("fast", {}), ("fast, bfloat16", dict(amp=True))):
                found = losses_of(store, DEVICE.type, epochs, **how, **own)
                most = 5e-3 if "amp" in how else 2e-4
                rows.append(dict(what=f"{name}; {label}", value=float(abs(found - expected).max()), most=most, steps=len(found)))
    return rows


def section_hours(a):
    "The paper's whole experiment from measured steps: 5 folds of 335 cases; search 100 epochs on 64³, training 200 epochs on 128³, 67 predictions a fold."
    ms = {r["what"]: r["value"] for s in a.result["sections"] for r in s.get("rows", [])}
    rows = []
    for name, step, train_step, case in (("ours", "kernels as a graph, batch 1", "derived, kernels as a graph", "ours"), ("readable", "readable, batch 1", "derived, readable", "ours, readable cells")):
        if not all(ms.get(k) for k in (step, train_step, case)): continue
        cases = 268
        hours = dict(search=100 * cases * .8 * ms[step] / 3.6e6, train=200 * cases * ms[train_step] / 3.6e6, predict=67 * ms[case] / 3600)
        rows.append(dict(what=f"hours for the paper's five folds, {name}", value=5 * sum(hours.values()), a_fold={k: round(v, 3) for k, v in hours.items()}))
    return rows


COMPILED = """
import sys, time, torch
sys.path.insert(0, {here!r})
import gpu as bench
from nas3dunet.supernet import SuperNet
from nas3dunet.gpu_checked import TRIED
bench.exact()
torch._dynamo.config.cache_size_limit = 64
from nas3dunet.steps import adam, gradient_step
x, y = bench.patches(1, {size})
net = SuperNet(depth={depth}).to(bench.DEVICE)
start = time.time()
fast = torch.compile(net, dynamic=False)
def step():
    for p in (list(net.alphas()), list(net.kernels())): gradient_step(fast, p, opts.setdefault(len(p), adam(p)), x, y)
opts = {{}}
step()
print("compiled", time.time() - start, flush=True)
step()
print("seconds", sorted(bench.timed(step, 7))[3], flush=True)
"""


def section_torch_compile(a):
    "The readable network through torch.compile, in a process of its own with a time limit."
    if a.tiny: return [dict(what="torch.compile is not tried in tiny form", value=None)]
    code = COMPILED.format(here=str(Path(__file__).parent), size=64, depth=4)
    limit = max(20, min(150, a.deadline - time.monotonic() - 5))
    try: out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired as e: return [dict(what=f"torch.compile of the readable cells: not ready after {limit:.0f} s", value=None, says=str(e.stdout)[-200:])]
    words = dict(line.split() for line in out.stdout.splitlines() if line.split()[0] in ("compiled", "seconds"))
    return [dict(what="readable through torch.compile, batch 1", value=float(words["seconds"]) * 1e3 if "seconds" in words else None, unit="ms a step", compile_s=words.get("compiled"), says=out.stderr.strip().splitlines()[-2:] if "seconds" not in words else "")]


SECTIONS = {"environment": (section_environment, 15), "compile": (section_compile, 110), "probe": (section_probe, 25),
            "agree": (section_agree, 40), "step": (section_step, 60), "train": (section_train, 35),
            "predict": (section_predict, 25), "load": (section_load, 25), "demo": (section_demo, 60),
            "options": (section_options, 60), "hours": (section_hours, 1), "torch_compile": (section_torch_compile, 100)}


def text(v):
    if isinstance(v, float): return f"{v:.4g}"
    return "–" if v is None else str(v)


def show(section):
    print(f"\n== {section['name']}, {section['seconds']:.1f} s" + (", FAILED" if "error" in section else ""))
    for line in section.get("error", []): print("   ", line)
    for r in section.get("rows", []):
        met = "" if "most" not in r or r["value"] is None or "calls" in r or "times" in r else "  ok" if r["value"] <= r["most"] else f"  ABOVE {r['most']:g}"
        more = " ".join(f"{k}={text(v)}" for k, v in r.items() if k not in ("what", "value", "unit", "longest") and v is not None and not (k == "most" and met))
        print(f"{r['what'][:64]:64} {text(r['value']):>10} {r.get('unit', '')}{met}  {more}")
        for name, n, t in r.get("longest", []): print(f"      {t:9.3f} ms {n:5d} × {name}")
    sys.stdout.flush()


def write(file, result):
    if not file: return
    part = Path(file).with_suffix(".part")
    part.write_text(json.dumps(result, indent=1, default=str) + "\n", encoding="utf-8")
    part.replace(file)


def rest(a, names):
    "The remaining sections in a fresh process."
    print("\nthe GPU's context is lost; the remaining sections in a new process", flush=True)
    with tempfile.TemporaryDirectory() as tmp:
        file = Path(tmp)/"rest.json"
        subprocess.run([sys.executable, __file__, *names, "--json", str(file), "--data", str(a.data), "--seconds", str(max(1, a.deadline - time.monotonic()))] + ["--tiny"] * a.tiny)
        if file.exists(): a.result["sections"] += json.loads(file.read_text())["sections"]
    write(a.json, a.result)


def main(words=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*")
    parser.add_argument("--tiny", action="store_true", help="every section in small")
    parser.add_argument("--json", type=Path, default=Path(os.environ["OUT"])/"gpu.json" if os.environ.get("OUT") else None)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parent.parent/".gpu")
    parser.add_argument("--seconds", type=float, default=330, help="for everything; sections that would begin later are left out")
    parser.add_argument("--only", nargs="*", default=[], help="of the section `step`: these variants alone")
    parser.add_argument("--compile", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--part", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--parts", type=int, default=1, help=argparse.SUPPRESS)
    a = parser.parse_args(words)
    if a.compile:
        compile_part(a.part, a.parts, a.tiny)
        return 0
    unknown = [s for s in a.sections if s not in SECTIONS]
    if unknown: parser.error(f"there is no section {unknown[0]!r}; the sections are {', '.join(SECTIONS)}")
    a.deadline = START + a.seconds
    a.result = dict(device=torch.cuda.get_device_name() if CUDA else "cpu", torch=torch.__version__, tiny=a.tiny, sections=[])
    names = list(a.sections or SECTIONS)
    for i, name in enumerate(names):
        section, begin = dict(name=name), time.monotonic()
        work, budget = SECTIONS[name]
        a.until = min(begin + budget * .7, a.deadline)
        if begin > a.deadline - 3: section["error"] = ["no time was left"]
        else:
            try: section["rows"] = work(a)
            except Exception: section["error"] = traceback.format_exc().strip().splitlines()[-6:]
        section["seconds"] = time.monotonic() - begin
        a.result["sections"].append(section)
        write(a.json, a.result)
        show(section)
        if "CUDA error" in json.dumps(section, default=str) and names[i + 1:]:     # nothing will run in this process any more
            rest(a, names[i + 1:])
            break
        if CUDA: torch.cuda.empty_cache()
    return int(any("error" in s for s in a.result["sections"]))


if __name__ == "__main__": sys.exit(main())
