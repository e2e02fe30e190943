"A long search that five labs follow: nothing grows, and in the end all of them show the same."
import gc, os, statistics, subprocess, sys, time

from nas3dunet.runs import read_run
from nas3dunet.viz.lab import Lab


def _memory(pid): return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

def held(pid):
    "Memory in MB, open files and threads of a process, on Linux."
    return dict(memory=round(_memory(pid), 1), files=len(os.listdir(f"/proc/{pid}/fd")), threads=len(os.listdir(f"/proc/{pid}/task")))

def long_search(world, run, steps):
    "A search of about that many steps in a process of its own: 15 steps an epoch."
    words = ["search", world/"store", run, "--depth", 1, "--width", 1, "--nodes", 1, "--patch", 4, "--batch", 1, "--per-case", 5, "--epochs", -(-steps // 15), "--count", 10**6, "--device", "cpu"]
    return subprocess.Popen([sys.executable, "-c", "from nas3dunet.program import main; main()", *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

def _grown(early, late, more):
    return [f"{k}: {early[k]} → {late[k]}" for k in early if late[k] > early[k] + more.get(k, 0)]

def _usual(samples):
    "Medians of what search and labs held: a lab may be reading a file just when it is looked at."
    return [{k: statistics.median(part[k] for part in parts) for k in parts[0]} for parts in zip(*samples)]

def tabs(root, tally, steps, n=5):
    "The search and the labs are looked at each second; what they hold is flat from a quarter on."
    run, begun, process = root/"long", time.monotonic(), long_search(root/"world", root/"long", steps)
    try:
        while process.poll() is None and not (run/"history.csv").exists(): time.sleep(.1)
        _follow(run, process, [Lab(run) for _ in range(n)], tally, begun)
    finally: process.kill()

def _follow(run, process, labs, tally, begun):
    part, seen = "labs over a long search", []
    while process.poll() is None:
        gc.collect()
        seen.append((held(process.pid), held(os.getpid())))
        time.sleep(1)
    end = time.monotonic() + 60
    while any(lab.state != "replay" for lab in labs) and time.monotonic() < end: time.sleep(.2)
    view = read_run(run)
    quarter = len(seen) // 4
    early, late = _usual(seen[quarter:quarter + 9]), _usual(seen[-10:-1] or seen)   # the last may have been taken while the search was ending
    print(f"note: {len(labs)} labs over {len(view.history['loss'])} losses of {view.epochs} epochs in {time.monotonic() - begun:.0f} s; held by the search at a quarter and at the end: {early[0]} {late[0]}, by the labs: {early[1]} {late[1]}", flush=True)
    if process.returncode: tally.add(part, "lost", f"the search ended with {process.returncode}: {process.stderr.read()[-1000:]}")
    for who, more in enumerate((dict(memory=15), dict(memory=40))):
        grown = _grown(early[who], late[who], more)
        tally.add(part, "lost" if grown else "survived", f"{('the search', 'the labs')[who]}: {grown}")
    for lab in labs:
        shown = {lab.epoch.value, *(panel.epoch for panel in lab.panels)}
        right = shown == {labs[0].epoch.value} and lab.view.epochs == view.epochs and lab.state == "replay"
        tally.add(part, "survived" if right else "lost", f"{lab.state}, epoch {shown} of {lab.view.epochs}; {view.epochs} were searched")
        lab.close()
