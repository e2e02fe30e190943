"""What nobody wishes his runs: `make torture`, at most twenty minutes on two quiet cores.

Every try ends in one of five ways, and the table counts them:

- survived: the result is what it is without the accident, to the bit
- lost:     it is not, or a scrap is left, or damage was taken for a value: a fault
- refused:  one sentence (`InputError`, or exit code 2)
- foreign:  any other exception: a fault
- slow:     more than ten seconds to read a file, a minute for a command: a fault

    python tests/torture.py [MINUTES] [SEED]
"""
import random, sys, tempfile, time
from pathlib import Path

import torture_damage, torture_kill, torture_odd
from torture_world import Tally, World


def torture(minutes, seed):
    "Everything, with a share of the time for each part; prints the table, returns the number of faults."
    rng, tally = random.Random(seed), Tally()
    share = minutes / 20
    def until(seconds): return time.monotonic() + seconds * share   # of twenty minutes
    try:
        with tempfile.TemporaryDirectory() as tmp:
            root = Path(tmp)
            (root/"kill").mkdir()
            world = World(root/"kill")   # first: it makes copies of this process, which has not computed yet
            torture_kill.at_every_point(world, tally, rng, until(430))
            torture_kill.at_random(world, tally, rng, until(150))
            torture_kill.the_demo(world, tally, rng, until(40))
            torture_kill.signals(world, tally, rng, until(40))
            torture_kill.crowds(world, tally, rng, until(60))
            torture_kill.full_disk(world, tally, rng, until(60))
            torture_damage.damage(root, tally, rng, until(150))
            torture_odd.scans(root/"world"/"cases", tally)
            torture_odd.malice(root/"world", tally)
            torture_odd.fuzz(root, tally, seed, until(120))
    finally: tally.show()   # also of what was done before Ctrl-C
    return tally.faults()


if __name__ == "__main__":
    words = [int(w) for w in sys.argv[1:]]
    sys.exit(bool(torture(*(words + [20, 0][len(words):]))))
