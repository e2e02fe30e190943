"A long search that five labs follow: nothing grows, and in the end all of them show the same."
import gc, os, subprocess, sys, threading, time

from nas3dunet.runs import read_run
from nas3dunet.viz.lab import Lab


def _memory(pid): return int(open(f"/proc/{pid}/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

def held(pid):
    "Memory in MB, open files and threads of a process, on Linux."
    return dict(memory=round(_memory(pid), 1), files=len(os.listdir(f"/proc/{pid}/fd")), threads=len(os.listdir(f"/proc/{pid}/task")))

def _long_search(world, run, steps):
    "A search of about that many steps in a process of its own: 15 steps an epoch."
    words = ["search", world/"store", run, "--depth", 1, "--width", 1, "--nodes", 1, "--patch", 4, "--batch", 1, "--per-case", 5, "--epochs", -(-steps // 15), "--count", 10**6, "--device", "cpu"]
    return subprocess.Popen([sys.executable, "-c", "from nas3dunet.program import main; main()", *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

def _grown(early, late, room):
    return [f"{k}: {early[k]} → {late[k]}" for k in early if late[k] > early[k] + room.get(k, 0)]

def tabs(root, tally, steps, n=5):
    "The search and the labs are looked at each second; what they hold is flat from a quarter on."
    run, part = root/"long", "labs over a long search"
    begun, process = time.monotonic(), _long_search(root/"world", root/"long", steps)
    while process.poll() is None and not (run/"history.csv").exists(): time.sleep(.1)
    labs, seen = [Lab(run) for _ in range(n)], []
    threads = threading.active_count()
    while process.poll() is None:
        gc.collect()
        seen.append((held(process.pid), held(os.getpid())))
        time.sleep(1)
    end = time.monotonic() + 60
    while any(lab.state != "replay" for lab in labs) and time.monotonic() < end: time.sleep(.2)
    view = read_run(run)
    print(f"note: {n} labs over {len(view.history['loss'])} losses of {view.epochs} epochs in {time.monotonic() - begun:.0f} s; held by the search at a quarter and at the end: {seen[len(seen) // 4][0]} {seen[-2][0]}, by the labs: {seen[len(seen) // 4][1]} {seen[-1][1]}, {threads} threads of Python", flush=True)
    if process.returncode: tally.add(part, "lost", f"the search ended with {process.returncode}: {process.stderr.read()[-1000:]}")
    for who, room in enumerate((dict(memory=15), dict(memory=40))):
        grown = _grown(seen[len(seen) // 4][who], seen[-2][who], room)
        tally.add(part, "lost" if grown else "survived", f"{('the search', 'the labs')[who]}: {grown}")
    for lab in labs:
        shown = {lab.epoch.value, *(panel.epoch for panel in lab.panels)}
        right = shown == {labs[0].epoch.value} and lab.view.epochs == view.epochs and lab.state == "replay"
        tally.add(part, "survived" if right else "lost", f"{lab.state}, epoch {shown} of {lab.view.epochs}; {view.epochs} were searched")
        lab.close()
