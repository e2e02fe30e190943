"""Section `derived`: a training step and a prediction of a derived network, drawn at random.

The rival is its plain module at batch 1 with the channels first.
"""
from bench.measure import Peer, race
from bench.steps import inference, per_sample, training_step


def _against_plain(name, make, size, settings, rounds):
    "The row of a kind of work."
    plain = lambda: make(False, 1, False, size, **settings)
    peer = Peer("its plain module, batch 1, contiguous", "nas3dunet", plain, 3)
    ours = make(True, 2, True, size, **settings)
    raced = race(f"derived network, {name}, {size}³, batch 2", ours, [peer], rounds=rounds)
    return per_sample(raced, 2, (1,))


def rows(
    tiny=False, # a small network on a small patch?
)->list:
    "A training step and a prediction of a derived network on 64³, in samples per second."
    size = 16 if tiny else 64
    settings = dict(depth=1) if tiny else {}
    rounds = 1 if tiny else 7
    return [
        *_against_plain("training step", training_step, size, settings, rounds),
        *_against_plain("inference", inference, size, settings, rounds),
    ]
