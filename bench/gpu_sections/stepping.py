"A step of a search and of a training, as functions to be timed."
import torch

from bench.gpu_sections.measuring import CUDA, DEVICE, peak_of
from nas3dunet.cells import SearchCell
from nas3dunet.cuda_graph import Recorded
from nas3dunet.fast import FastCell, FastDerivedCell
from nas3dunet.genotype import DerivedCell, DerivedNet, random_genotype
from nas3dunet.gpu import equip
from nas3dunet.losses import DiceLoss
from nas3dunet.machine import precision, rng_for, seed_everything
from nas3dunet.steps import adam, gradient_step
from nas3dunet.supernet import SuperNet
from nas3dunet.unet import UNet3D

CHANNELS_LAST = torch.channels_last_3d
ROUTINES = ("kernels", "graph")   # the ways that compute with our routines


def patches(batch, size):
    "Images and regions on the device, always the same ones."
    seed_everything(0)
    x = torch.randn(batch, 4, size, size, size, device=DEVICE)
    y = (torch.rand(batch, 3, size, size, size, device=DEVICE) > .7).float()
    return x, y


def _step(way, net, parameters, loss, amp):
    "One descent step (x, y) → loss, as a CUDA graph if the way says so."
    optimizer = adam(parameters)
    def plain(x, y):
        return gradient_step(net, parameters, optimizer, x, y, loss=loss, amp=amp)
    if not (way.endswith("graph") and CUDA): return plain
    context = lambda: precision(DEVICE, amp)
    return Recorded(plain, net, parameters, optimizer, loss, context, warm=2)


def search_step(
    way,       # readable, channels_last, readable_graph, fast, kernels or graph
    batch,     # patches
    size,      # their voxels along each axis
    depth=4,   # down cells
    amp=False, # mixed precision?
):
    "One α step and one kernel step, as a function."
    seed_everything(0)
    x, y = patches(batch, size)
    readable = way in ("readable", "channels_last", "readable_graph")
    net = SuperNet(depth=depth, cell=SearchCell if readable else FastCell).to(DEVICE)
    if way in ("channels_last", "fast"):
        net = net.to(memory_format=CHANNELS_LAST)
        x = x.contiguous(memory_format=CHANNELS_LAST)
    if way in ROUTINES: equip(net)
    loss = DiceLoss()
    groups = (list(net.alphas()), list(net.kernels()))
    steps = [_step(way, net, parameters, loss, amp) for parameters in groups]
    return lambda: [step(x, y) for step in steps]


def training_step(
    kind,      # nas or unet
    way,       # readable, channels_last, readable_graph, kernels or graph
    size,      # voxels of the patch along each axis
    depth=4,   # down cells
    amp=False, # mixed precision?
):
    "One step of a training, as a function."
    seed_everything(0)
    x, y = patches(1, size)
    if kind == "unet": net = UNet3D(depth=max(depth, 2)).to(DEVICE)
    else:
        cell = DerivedCell if way.startswith("readable") else FastDerivedCell
        net = DerivedNet(random_genotype(rng_for(0)), depth=depth, cell=cell).to(DEVICE)
    if way == "channels_last":
        net = net.to(memory_format=CHANNELS_LAST)
        x = x.contiguous(memory_format=CHANNELS_LAST)
    if way in ROUTINES and kind != "unet": equip(net)
    step = _step(way, net, list(net.parameters()), DiceLoss(), amp)
    return lambda: step(x, y)


def begun(
    make,  # → a step
    first, # → a step that does what is done at first use only, or None
    calls, # so often it is called
):
    "A step that is warm, and the peak memory of making and calling it, GB."
    if first: first()()
    made = []
    def begin():
        made.append(make())
        for _ in range(calls): made[0]()
    peak = peak_of(begin)
    return made[0], peak
