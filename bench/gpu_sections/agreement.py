"""Do all ways of computing give the same: outputs, gradients, parameters after a step?

The judge is the readable network on the CPU in double precision. Parameters after a step are held
against the readable network's in single precision, because Adam divides by gradients near 0.
"""
from functools import partial
from typing import NamedTuple

import torch

from bench.gpu_sections.measuring import CUDA, DEVICE, exact
from nas3dunet.cells import SearchCell
from nas3dunet.fast import FastCell, FastDerivedCell
from nas3dunet.genotype import DerivedCell, DerivedNet, random_genotype
from nas3dunet.gpu import equip
from nas3dunet.machine import precision, rng_for, seed_everything
from nas3dunet.steps import adam, gradient_step
from nas3dunet.supernet import SuperNet
from nas3dunet.unet import UNet3D


class Way(NamedTuple):
    "How a network computes."
    fast: bool     # fast cells?
    device: object
    equipped: bool # with the routines?
    reference: bool = False # is it what steps are held against?


READABLE_CPU = Way(False, "cpu", False, reference=True)
READABLE = Way(False, DEVICE, False)
FAST = Way(True, DEVICE, False)
KERNELS = Way(True, DEVICE, True)


def relative(found, truth):
    "The length of the difference over the length of what is right."
    found = found.double().cpu()
    truth = truth.double()
    return float((found - truth).norm() / truth.norm().clamp(min=1e-12))


def flattened(tensors): return torch.cat([t.flatten().double().cpu() for t in tensors])


def gradients(net, x, amp=False):
    "Output and gradients of all parameters, as one vector; every voxel has a weight of its own."
    parameters = list(net.parameters())
    with precision(x.device, amp): p = net(x)
    p = p.float() if p.dtype != torch.float64 else p
    ramp = torch.linspace(-1, 1, p.numel(), dtype=p.dtype, device=p.device).view_as(p)
    grads = torch.autograd.grad((p * ramp).mean() * 100, parameters)
    return p.detach(), flattened(grads)


def after_one_step(net, x, y, which):
    "Where one step leads: the parameters that move, as one vector."
    parameters = list(getattr(net, which)())
    gradient_step(net, parameters, adam(parameters, .01), x, y)
    for p in net.parameters(): p.requires_grad_(True)
    return flattened(p.detach() for p in parameters)


class Subject:
    "A network that is made again and again, with the same parameters."
    def __init__(self,
        make,   # fast → network
        groups, # names of methods that list what one step moves
    ):
        seed_everything(0)
        self.make = make
        self.groups = groups
        self.first = make(False)
        for p in self.first.alphas() if hasattr(self.first, "alphas") else ():
            torch.nn.init.normal_(p)

    def fresh(self, way, dtype=torch.float32):
        "The network in one of the ways."
        net = self.make(way.fast)
        net.load_state_dict(self.first.state_dict())
        net = net.to(way.device, dtype)
        return equip(net) if way.equipped else net

    def after_steps(self, way, x, y):
        "group → where one step of it leads."
        move = lambda which: after_one_step(
            self.fresh(way), x.to(way.device), y.to(way.device), which
        )
        return {which: move(which) for which in self.groups}


def _supernet(depth, fast): return SuperNet(depth=depth, cell=FastCell if fast else SearchCell)


def _derived(genotype, depth, fast):
    return DerivedNet(genotype, depth=depth, cell=FastDerivedCell if fast else DerivedCell)


def _unet(depth, fast): return UNet3D(width=4, depth=depth)


def _subjects(tiny):
    "name, how it is made, the groups that are moved, the ways that are tried."
    depth = 1 if tiny else 4
    genotype = random_genotype(rng_for(3))
    few = dict(readable_cpu=READABLE_CPU, readable=READABLE)
    ways = dict(**few, fast=FAST, kernels=KERNELS)
    if tiny and not CUDA:   # the same as readable_cpu, and as measured in `fast`
        del ways["readable"], ways["fast"]
    return [
        ("supernet", partial(_supernet, depth), ("alphas", "kernels"), ways),
        ("derived", partial(_derived, genotype, depth), ("parameters",), ways),
        ("unet", partial(_unet, 2 if tiny else 3), ("parameters",), few),
    ]


def _compared(name, found, truth, output, gradient):
    "Two rows: output and gradients."
    limits = (("output", output), ("gradients", gradient))
    return [
        dict(what=f"{name}: {part}", value=relative(a, b), most=most)
        for (part, most), a, b in zip(limits, found, truth)
    ]


def _rows_of(name, subject, ways, x, y):
    "All ways of one subject."
    exactly = subject.fresh(READABLE_CPU, torch.float64)
    truth = gradients(exactly, x.double())
    rows = []
    for label, way in ways.items():
        title = f"{name}, {label}"
        found = gradients(subject.fresh(way), x.to(way.device))
        rows += _compared(title, found, truth, 1e-4, 1e-4)
        moved = subject.after_steps(way, x, y)
        if way.reference:
            reference = moved
            continue
        for which, there in moved.items():
            what = f"{title}: parameters after one {which} step"
            rows.append(dict(what=what, value=relative(there, reference[which]), most=1e-4))
        # on a CPU these gradients can be wrong
        if CUDA and way in (READABLE, KERNELS):
            found = gradients(subject.fresh(way), x.to(way.device), True)
            rows += _compared(f"{title}, bfloat16", found, truth, 2e-2, .3)
    return rows


def agree(args):
    "The relative errors of supernet, derived network and U-Net."
    exact()
    size = 8 if args.tiny else 32
    one = torch.Generator().manual_seed(1)
    two = torch.Generator().manual_seed(2)
    x = torch.randn(1, 4, size, size, size, generator=one)
    y = (torch.rand(1, 3, size, size, size, generator=two) > .6).float()
    rows = []
    for name, make, groups, ways in _subjects(args.tiny):
        rows += _rows_of(name, Subject(make, groups), ways, x, y)
    return rows
