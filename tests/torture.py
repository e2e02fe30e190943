"""What nobody should wish upon his runs: `make torture`, at most twenty minutes on two quiet cores.

Every try ends in one of five ways, and the table counts them:

- survived: the result is what it is without the accident, to the bit
- lost:     it is not, or a scrap is left, or damage was taken for a value: a fault
- refused:  one sentence (`InputError`, or exit code 2)
- foreign:  any other exception: a fault
- slow:     more than twenty seconds to read a file, two minutes for a command: a fault

Three processes share the work: one kills commands wherever they write, one disturbs them otherwise, one spoils what is read. Minutes say how many tries there are (but fuzzing, which has its time); a machine
that others use as well takes longer for them, and after half as much time again leaves the last write points out, and says how many. The same seed gives the same tries.

    python tests/torture.py [MINUTES] [SEED]
"""
import json, math, os, random, sys, tempfile, time, traceback
from contextlib import suppress
from pathlib import Path

import torture_damage, torture_kill, torture_odd, torture_tabs
from torture_world import Tally, World


def kill(root, tally, seed, share):
    "Commands that are killed wherever they write."
    end = time.monotonic() + 1800 * share
    torture_kill.at_every_point(World(root), tally, seed, share, end)


def disturb(root, tally, seed, share):
    "Commands that are killed, interrupted, crowded and out of room."
    rng = random.Random(seed)
    def of(tries): return math.ceil(tries * share)   # of twenty minutes
    world = World(root)
    torture_kill.at_random(world, tally, rng, of(200))
    torture_kill.torn(world, tally, rng, of(80))
    torture_kill.the_demo(world, tally, rng, of(8))
    torture_kill.signals(world, tally, rng, of(40))
    torture_kill.crowds(world, tally, rng, of(40))
    torture_kill.moved(world, tally, rng, of(40))
    torture_kill.full_disk(world, tally, rng, of(60))


def spoil(root, tally, seed, share):
    "Files that are damaged, odd, harmful or nonsense, and a long search that five labs follow."
    torture_damage.damage(root, tally, random.Random(seed), math.ceil(4000 * share))
    torture_odd.scans(root/"world"/"cases", tally)
    torture_odd.malice(root/"world", tally)
    torture_tabs.tabs(root, tally, math.ceil(2000 * share))
    torture_odd.fuzz(root, tally, seed, 480 * share)
    torture_odd.fuzz_by_coverage(root, tally, seed, 120 * share)


def begin_part(work, root, *args):
    "Let a copy of this process do it, which has not computed yet; the number of that process. Its tally will be a file in that folder."
    root.mkdir()
    pid = os.fork()
    if pid: return pid
    tally, begun = Tally(), time.monotonic()
    try: work(root, tally, *args)
    except KeyboardInterrupt: pass
    except BaseException: tally.add("the torture itself", "foreign", traceback.format_exc())
    finally:
        print(f"note: {work.__name__} took {time.monotonic() - begun:.0f} s, {sum(os.times()[:4]):.0f} s of them computing", flush=True)
        (root/"tally.json").write_text(json.dumps(tally.parts))
        os._exit(0)


def torture(minutes, seed):
    "Everything; prints the table, returns the number of faults."
    tally = Tally()
    with tempfile.TemporaryDirectory() as tmp:
        begun = {work: begin_part(work, Path(tmp)/work.__name__, seed, minutes / 20) for work in (kill, disturb, spoil)}
        for work, pid in begun.items():
            while True:   # Ctrl-C reaches all of them; what was done before it counts
                try: os.waitpid(pid, 0)
                except KeyboardInterrupt: continue
                break
            with suppress(OSError): tally.merge(json.loads((Path(tmp)/work.__name__/"tally.json").read_text()))
    tally.show()
    return tally.faults()


if __name__ == "__main__":
    words = [int(w) for w in sys.argv[1:]]
    sys.exit(bool(torture(*(words + [20, 0][len(words):]))))
