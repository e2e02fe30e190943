"""Many short trainings of many cells, on whatever device there is: which data and which training tell cells apart?

python bench/cells.py STORES OUT [--seconds N] [--processes P] [--plan PLAN.json]

STORES is a folder of stores. The plan is a list of {name, store, cells, seeds, test, network, training}, with `jobs` = [[cell, seed], …] where not all are wanted; every finished training is a line in OUT/tries.jsonl at once, so a cut run still tells.
Jobs go seed by seed, so that the first part of a plan is a small plan.
"""
import argparse
import json
import multiprocessing
import os
import time
from pathlib import Path
from queue import Empty


def jobs_of(plan):
    "(protocol, cell, seed), all protocols together, seed by seed."
    chosen = [(p["name"], *job) for p in plan for job in p.get("jobs", ())]
    if chosen: return chosen
    seeds = max(p["seeds"] for p in plan)
    return [(p["name"], cell, seed) for seed in range(seeds) for p in plan if seed < p["seeds"] for cell in cells_of(p)]


def cells_of(protocol):
    from nas3dunet.reliability import FAMILIES
    families = FAMILIES if protocol.get("families", True) else ()
    return [*families, *(f"random-{i}" for i in range(protocol["cells"]))]


def record_steps():
    "Record any network's step as a CUDA graph, the readable ones' too: they need no kernels to be compiled."
    from nas3dunet import cuda_graph
    cuda_graph.recordable = lambda net, device, team: device.type == "cuda"


def work(stores, plan, queue, until, out, lock, device):
    import torch
    from nas3dunet.reliability import named_cell, try_cell
    from nas3dunet.store import Store
    torch.set_num_threads(1)
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    if device == "cuda": record_steps()
    known = {p["name"]: p for p in plan}
    opened = {p["store"]: Store(stores/p["store"]) for p in plan}
    while time.time() < until:
        try: name, cell, seed = queue.get(timeout=.5)
        except Empty: return
        p = known[name]
        store = opened[p["store"]]
        ids = store.labelled
        test = ids[-p["test"]:]
        begin = time.time()
        try:
            row = try_cell(store, named_cell(cell), seed, ids[:-p["test"]], test, p["network"], p["training"], torch.device(device))
        except Exception as e:
            row = {"error": f"{type(e).__name__}: {e}"[:300]}
        row = dict(protocol=name, cell=cell, seed=seed, **row, wall=round(time.time() - begin, 2))
        with lock, open(out/"tries.jsonl", "a") as f: f.write(json.dumps(row) + "\n")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("stores", type=Path)
    a.add_argument("out", type=Path)
    a.add_argument("--plan", type=Path, required=True)
    a.add_argument("--seconds", type=float, default=86400.)
    a.add_argument("--processes", type=int, default=1)
    a = a.parse_args()
    import torch
    device = "cuda" if torch.cuda.is_available() else "cpu"
    a.out.mkdir(parents=True, exist_ok=True)
    plan = json.loads(a.plan.read_text())
    spawn = multiprocessing.get_context("spawn")
    queue, lock = spawn.Queue(), spawn.Lock()
    jobs = jobs_of(plan)
    for job in jobs: queue.put(job)
    begin = time.time()
    until = begin + a.seconds
    team = [spawn.Process(target=work, args=(a.stores, plan, queue, until, a.out, lock, device)) for _ in range(a.processes)]
    for p in team: p.start()
    for p in team: p.join(max(1, until + 15 - time.time()))
    for p in team: p.kill()
    queue.cancel_join_thread()
    lines = (a.out/"tries.jsonl").read_text().splitlines() if (a.out/"tries.jsonl").exists() else []
    bad = [json.loads(line) for line in lines if "error" in line]
    print(f"{len(lines)} of {len(jobs)} trainings in {time.time() - begin:.0f} s on {device}; {len(bad)} failed", bad[:2], flush=True)
    os._exit(0)


if __name__ == "__main__": main()
