"""Guesses at what the cells of the table score, into its file.

    python bench/proxies.py                      zero-cost proxies that the file lacks
    python bench/proxies.py --again              all of them
    python bench/proxies.py --inherited RUN …    scores with the weights of trained supernets

Proxies: networks as the protocol has them, before their first step, with three initialisations;
sixteen patches, without augmentation, of the first four heads that the cells were trained on.
Inherited scores: mean Dice on the heads that drove α in a search of the same protocol, such as
those that `bench/table.py search` leaves in its --out; a number for each run. Some seconds a cell.
What is finished is written also when somebody interrupts.
"""
import argparse
import sys
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.table import TABLE, write
from nas3dunet.core import InputError
from nas3dunet.files import read_json
from nas3dunet.gap import inherited_score
from nas3dunet.machine import progress
from nas3dunet.proxies import PROXIES, cell_proxies
from nas3dunet.reliability import cell_of, protocol_store
from nas3dunet.runs import open_search
from nas3dunet.settings import TrainSettings
from nas3dunet.steps import patch_batches, patches_of

HEADS = 4     # of those that are trained on
PER_HEAD = 4  # patches of each


def protocol_batches(protocol, out):
    "(images, regions) of the protocol's heads, in batches of its size."
    heads = dict(protocol["heads"], n=HEADS)
    settings = replace(TrainSettings(**protocol["training"]), augment=False, seed=0)
    store, _ = protocol_store(dict(protocol, heads=heads), out)
    stats = replace(store.stats, normalize=settings.normalize)
    data = patches_of(store, store.ids, asdict(settings), stats, PER_HEAD)
    batches = patch_batches(data, 1, settings.batch, "cpu")
    return [(x.contiguous(), y) for x, y in batches]


def four_digits(value):
    "Enough for an order, and short in a file."
    return float(f"{value:.4g}")


def untrained(protocol, out):
    "cell → its zero-cost proxies."
    batches = protocol_batches(protocol, out)
    return lambda cell: cell_proxies(cell, protocol, batches)


def inherited(runs, protocol, out):
    "cell → its scores with the weights of these runs' supernets."
    store, _ = protocol_store(protocol, out)
    searches = [open_search(run, store, "cpu") for run in runs]
    return lambda cell: dict(
        inherited=[inherited_score(search, cell)["mean"] for search in searches]
    )


def fill(path, out, names, make_guess, again):
    "Compute what is missing and write it; how many cells are new. `make_guess` is one of those above."
    record = read_json(path, dict)
    protocol = next(iter(record["protocols"].values()))
    missing = [
        entry for entry in record["cells"]
        if again or not names <= set(entry.get("proxies", {}))
    ]
    if not missing: return 0
    guess = make_guess(protocol, out)
    done = 0
    try:
        for entry in progress(missing, label="cells"):
            found = guess(cell_of(entry))
            short = {name: [four_digits(v) for v in values] for name, values in found.items()}
            entry["proxies"] = {**entry.get("proxies", {}), **short}
            done += 1
    finally:
        write(path, record)
    return done


def main(words=None):
    "Fill the table; 0, or 2 with one sentence for what cannot be."
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--table", type=Path, default=TABLE, help="default the shipped file")
    parser.add_argument("--out", type=Path, default=ROOT/"runs"/"proxies")
    parser.add_argument("--again", action="store_true", help="also what is there")
    parser.add_argument("--inherited", type=Path, nargs="+", metavar="RUN", help="finished searches")
    args = parser.parse_args(words)
    names = {"inherited"} if args.inherited else set(PROXIES)
    make_guess = partial(inherited, args.inherited) if args.inherited else untrained
    try: done = fill(args.table, args.out, names, make_guess, args.again)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt: return 130
    print(f"{done} new cells in {args.table}")
    return 0


if __name__ == "__main__": sys.exit(main())
