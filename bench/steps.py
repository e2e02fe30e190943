"""Contenders of the sections `supernet` and `derived`: steps of a search or training, predictions.

They compute on random numbers: what is in the patches does not matter for the time. A contender
answers with its loss, so that a row can say how far two networks differ; they begin alike.
"""
import torch

from nas3dunet.cells import SearchCell
from nas3dunet.fast import FastCell, FastDerivedCell
from nas3dunet.steps import adam, gradient_step
from nas3dunet.genotype import DerivedCell, DerivedNet, random_genotype
from nas3dunet.machine import rng_for, seed_everything
from nas3dunet.supernet import SuperNet

LAYOUT = {False: torch.contiguous_format, True: torch.channels_last_3d}  # channels last? → format


def random_patches(
    batch,         # how many
    size,          # voxels of a patch along each axis
    channels_last, # memory layout
):
    "Images [batch,4,size,size,size] and regions [batch,3,size,size,size], seeded."
    seed_everything(0)
    x = torch.randn(batch, 4, size, size, size)
    y = (torch.rand(batch, 3, size, size, size) > .7).float()
    return x.contiguous(memory_format=LAYOUT[channels_last]), y


def search_step(
    fast,               # the cells of `fast`, or those of `cells`?
    batch=2,            # patches
    channels_last=True, # memory layout
    size=64,            # voxels of a patch along each axis
    **settings,         # of `SuperNet`
):
    "A function that makes one α step and one kernel step and returns both losses."
    seed_everything(0)
    net = SuperNet(cell=FastCell if fast else SearchCell, **settings)
    net = net.to(memory_format=LAYOUT[channels_last])
    x, y = random_patches(batch, size, channels_last)
    turns = [(part, adam(part)) for part in (net.alphas(), net.kernels())]
    return lambda: [gradient_step(net, part, optimizer, x, y) for part, optimizer in turns]


def _derived(fast, channels_last, settings):
    "A derived network, drawn at random."
    seed_everything(0)
    cell = FastDerivedCell if fast else DerivedCell
    net = DerivedNet(random_genotype(rng_for(0)), cell=cell, **settings)
    return net.to(memory_format=LAYOUT[channels_last])


def training_step(
    fast,          # the cells of `fast`, or those of `genotype`?
    batch,         # patches
    channels_last, # memory layout
    size,          # voxels of a patch along each axis
    **settings,    # of `DerivedNet`
):
    "A function that makes one training step and returns its loss."
    net = _derived(fast, channels_last, settings)
    x, y = random_patches(batch, size, channels_last)
    parameters = list(net.parameters())
    optimizer = adam(parameters)
    return lambda: gradient_step(net, parameters, optimizer, x, y)


def inference(
    fast,          # the cells of `fast`, or those of `genotype`?
    batch,         # patches
    channels_last, # memory layout
    size,          # voxels of a patch along each axis
    **settings,    # of `DerivedNet`
):
    "A function that predicts a batch and returns the mean probability."
    net = _derived(fast, channels_last, settings)
    x, _ = random_patches(batch, size, channels_last)

    @torch.inference_mode()
    def predict(): return net(x).mean().item()
    return predict


def per_sample(
    rows,    # of a race, in seconds a call
    ours,    # samples of our batch
    batches, # samples of each peer's batch
)->list:
    "The same rows in samples per second, because the batches differ between the contenders."
    for r, theirs in zip(rows, batches):
        r["unit"] = "samples/s"
        r["ours"] = ours / r["ours"]
        r["theirs"] = r["theirs"] and theirs / r["theirs"]
        r["ratio"] = r["theirs"] and r["ours"] / r["theirs"]
        r["met"] = r["ratio"] and r["ratio"] >= r["goal"]
        # peaks in one process do not mean much
        r["peak"] = None
        r["their_peak"] = None
    return rows
