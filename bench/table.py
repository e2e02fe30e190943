"""The table of trained cells: the file `nas3dunet/table.json`, and more rows for it.

    python bench/table.py start nbs/6_exploring/reliability.json    the file anew, from the record of 601_reliability
    python bench/table.py merge ROWS.jsonl --machine "what, when"   rows that were trained elsewhere
    python bench/table.py run --cells 0:150 --seeds 3:9             train what is missing, then merge it (`make table`)
    python bench/table.py search --methods nas,gdas --seeds 0:10    search, train what was found, merge it
    python bench/table.py --table runs/recipe.json recipe      a file for the same cells, trained otherwise;
    python bench/table.py --table runs/recipe.json run --cells 0:40 --seeds 0:2    … and its rows

`run` trains one cell with one seed after another, each in a folder of its own below --out; `search`
searches by one method after another with the same heads, steps and rates, and trains each cell that
it finds once, with the seed of its search. Both may be interrupted at any time, and go on where they
were. A cell and a seed are in the table once.
"""
import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from nas3dunet.core import InputError
from nas3dunet.cost import AMOUNTS, cost
from nas3dunet.files import atomic_write, read_json
from nas3dunet.machine import pick_device, progress
from nas3dunet.reliability import cell_of, protocol_store, repeat_row
from nas3dunet.search import search
from nas3dunet.study_settings import PRESETS, SEARCHED

TABLE = ROOT/"nas3dunet"/"table.json"
ABOUT = (
    "Simulated data: 36 hard heads at 4 mm (60×60×39) of seed 7, 24 to train on, the last 12 held "
    "out. Networks of depth 2 and width 1, trained for 864 steps of four patches of 24³. Dice of "
    "ET, TC and WT on the held-out heads and the mean of the three. curve: mean Dice after 3, 6 "
    "and 12 of the 24 epochs; loss: mean training loss of each epoch; seconds: of training, with "
    "the others on the same card."
)
PROTOCOLS = {
    "hard, width 1": "two CPU cores, one training on each, 26 November 2026",
    "hard, width 1, on a GPU": "one NVIDIA H100, 16 trainings at once, 26 November 2026",
}  # of the record that the table starts from, and on what they ran
PLAIN = ("et", "tc", "wt", "mean")
SEARCHING = dict(
    patch=24, batch=4, epochs=12, count=5, per_case=2, lr_alpha=.02, lr_kernel=8e-3, pool=True,
    normalize="zscore", augment=dict(rotate=.1, elastic=.1),
)  # of every search but for what its method is about: at most 120 steps of α, and as many of kernels
RECIPE = dict(epochs=12, per_case=4, patch=32, lr=1.6e-2, average=.9, augment=False)
RECIPE_ABOUT = (
    "Simulated data: the heads and networks of table.json, trained by another recipe: patches of "
    "32³, a third of the steps (288) at twice the rate, a short mean of the weights, no augmentation."
)
LOCATED = ("nas", "darts2", "fairdarts", "gdas", "betadarts", "pcdarts")


def rounded(value):
    "Floats to 4 digits, all else as it is, in lists and dicts too."
    if isinstance(value, float): return round(value, 4)
    if isinstance(value, list): return [rounded(v) for v in value]
    if isinstance(value, dict): return {key: rounded(v) for key, v in value.items()}
    return value


def number(name):
    "Where a cell stands in the file: families, random cells by number, what searches found."
    kind, _, tail = name.partition("-")
    return (kind in SEARCHED, int(tail), kind) if tail else (False, -1, kind)


def new_cell(name, protocol, found=None):
    """The entry of a cell that has no rows yet: its name and what its network costs.

    `found` is what a search gives: genotype and search, see `searched`.
    """
    entry = dict(cell=name, **(found or {}))
    price = cost(cell_of(entry), patch=protocol["training"]["patch"], **protocol["network"])
    prices = {key: getattr(price, key) for key in (*AMOUNTS, "receptive_field")}
    return dict(entry, **prices, rows=[])


def merge(record, rows, machine, protocol):
    "Add rows that are not there yet; how many these were."
    machines = record["machines"]
    about = dict(about=machine, protocol=protocol)
    key = next((key for key, known in machines.items() if known == about), str(len(machines)))
    cells = {entry["cell"]: entry for entry in record["cells"]}
    before = sum(len(entry["rows"]) for entry in record["cells"])
    for row in rows:
        if row["cell"] not in cells:
            found = row.get("found")
            cells[row["cell"]] = new_cell(row["cell"], record["protocols"][protocol], found)
        known = cells[row["cell"]]["rows"]
        if any(other["seed"] == row["seed"] for other in known): continue
        extra = [name for name in ("seconds", "curve", "loss") if name in row]
        kept = {name: row[name] for name in ("seed", *PLAIN, *extra)}
        known.append(rounded(dict(kept, machine=key)))
        known.sort(key=lambda other: other["seed"])
        machines[key] = about
    record["cells"] = sorted(cells.values(), key=lambda entry: number(entry["cell"]))
    return sum(len(entry["rows"]) for entry in record["cells"]) - before


def start(source):
    "The table that holds the two protocols of width 1 of a record of tries, and nothing else."
    protocols = {name: source["protocols"][name] for name in PROTOCOLS}
    record = dict(schema=1, about=ABOUT, protocols=protocols, machines={}, cells=[])
    for name, machine in PROTOCOLS.items():
        rows = [row for row in source["rows"] if row["protocol"] == name]
        merge(record, rows, machine, name)
    return record


def second(record):
    "The table that will hold the same cells, trained by another recipe on the same heads."
    name = list(record["protocols"])[0]
    first = record["protocols"][name]
    training = {**first["training"], **RECIPE}
    protocols = {f"{name}, another recipe": {**first, "training": training}}
    return dict(schema=1, about=RECIPE_ABOUT, protocols=protocols, machines={}, cells=[])


def write(path, record):
    "The file, a line for each cell, so that a change can be read."
    text = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    head = text({key: value for key, value in record.items() if key != "cells"})
    cells = ",\n".join(text(entry) for entry in record["cells"])
    with atomic_write(path) as p:
        p.write_text(f'{head[:-1]},"cells":[\n{cells}\n]}}\n', encoding="utf-8")


def missing(record, cells, seeds):
    "Pairs of cell and seed that the table lacks, seed by seed."
    there = {(entry["cell"], row["seed"]) for entry in record["cells"] for row in entry["rows"]}
    wanted = [(f"random-{i}", seed) for seed in seeds for i in cells]
    return [pair for pair in wanted if pair not in there]


def searched(protocol, method, seed, out, device):
    "Search by one method, or read what it has found: genotype, and how it was found."
    store, test = protocol_store(protocol, out)
    run = Path(out)/"searches"/f"{method}-{seed}"
    settings = {**protocol["network"], **SEARCHING, **PRESETS.get(method, {})}
    if "fast" in protocol["training"]: settings["fast"] = protocol["training"]["fast"]
    cases = [id for id in store.labelled if id not in test]
    begun = run.exists()
    start = time.monotonic()
    genotype = search(
        store, run, cases=cases, seed=seed, device=device, show=False, resume=begun, **settings
    )
    about = dict(method=method, seed=seed)
    about["epochs"] = len((run/"genotypes.jsonl").read_text().splitlines())
    if not begun: about["seconds"] = round(time.monotonic() - start, 1)
    return dict(genotype=genotype.to_dict(), search=about)


def merged(path, rows, machine, protocol):
    "Put rows into the file, which somebody may have changed meanwhile; how many are new."
    record = read_json(path, dict)
    added = merge(record, rows, machine, protocol)
    if added: write(path, record)
    print(f"{added} new rows in {path}")
    return added


def protocol_for(record, device):
    "The name of the protocol for a device: the CPU's is the first, the GPU's, if any, the last."
    names = list(record["protocols"])
    return names[0] if device.type == "cpu" else names[-1]


def run(path, cells, seeds, out, device, machine):
    "Train what is missing and merge it, also when somebody interrupts; how many rows are new."
    record = read_json(path, dict)
    device = pick_device(device)
    protocol = protocol_for(record, device)
    rows = []
    try:
        for cell, seed in progress(missing(record, cells, seeds), label="cells × seeds"):
            wanted = dict(protocol=protocol, cell=cell, seed=seed)
            rows.append(repeat_row(record, wanted, out, device))
    finally: added = merged(path, rows, machine, protocol)
    return added


def locate(path, methods, seeds, out, device, machine):
    "Search, train what was found and merge it, also when somebody interrupts; how many are new."
    record = read_json(path, dict)
    device = pick_device(device)
    protocol = protocol_for(record, device)
    there = {entry["cell"] for entry in record["cells"]}
    wanted = [(method, seed) for seed in seeds for method in methods]
    wanted = [pair for pair in wanted if "{}-{}".format(*pair) not in there]
    rows = []
    try:
        for method, seed in progress(wanted, label="searches"):
            found = searched(record["protocols"][protocol], method, seed, out, device)
            cell = dict(cell=f"{method}-{seed}", seed=seed, genotype=found["genotype"])
            row = repeat_row(record, dict(cell, protocol=protocol), out, device)
            rows.append(dict(row, found=found))
    finally: added = merged(path, rows, machine, protocol)
    return added


def span(text):
    "`3:9` → range(3, 9), `5` → range(5, 6)."
    first, _, last = text.partition(":")
    return range(int(first), int(last) if last else int(first) + 1)


def some_methods(text):
    "`nas,gdas` → a list of methods that search."
    methods = text.split(",")
    unknown = [method for method in methods if method not in SEARCHED]
    if unknown:
        raise argparse.ArgumentTypeError(
            f"{unknown[0]!r} is no method; they are {', '.join(SEARCHED)}"
        )
    return methods


def arguments(words):
    "The command line, checked."
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--table", type=Path, default=TABLE, help="default the shipped file")
    parts = parser.add_subparsers(dest="task", required=True)
    parts.add_parser("start").add_argument("source", type=Path)
    parts.add_parser("recipe")
    merging = parts.add_parser("merge")
    merging.add_argument("rows", type=Path)
    merging.add_argument("--machine", required=True)
    merging.add_argument("--protocol", default=list(PROTOCOLS)[-1])
    running = parts.add_parser("run")
    running.add_argument("--cells", type=span, default=range(150))
    running.add_argument("--seeds", type=span, default=range(3, 9))
    searching = parts.add_parser("search")
    searching.add_argument("--methods", type=some_methods, default=LOCATED)
    searching.add_argument("--seeds", type=span, default=range(10))
    for part in (running, searching):
        part.add_argument("--out", type=Path, default=ROOT/"runs"/"table")
        part.add_argument("--device", default="auto")
        part.add_argument("--machine", default=f"trained later, {time.strftime('%B %Y')}")
    return parser.parse_args(words)


def main(words=None):
    "Start, merge or run; 0, or 2 with one sentence for what cannot be."
    args = arguments(words)
    try:
        if args.task == "start":
            write(args.table, start(read_json(args.source, dict)))
        if args.task == "recipe":
            if args.table.exists(): raise InputError(f"{args.table} is there already")
            write(args.table, second(read_json(TABLE, dict)))
        if args.task == "merge":
            record = read_json(args.table, dict)
            rows = [json.loads(line) for line in args.rows.read_text().splitlines()]
            print(f"{merge(record, rows, args.machine, args.protocol)} new rows")
            write(args.table, record)
        if args.task == "run":
            run(args.table, args.cells, args.seeds, args.out, args.device, args.machine)
        if args.task == "search":
            locate(args.table, args.methods, args.seeds, args.out, args.device, args.machine)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__": sys.exit(main())
