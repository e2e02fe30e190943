"What all parts of the torture share: commands that run in a child of their own, what they must leave behind, and the tally."
import contextlib, gzip, hashlib, importlib, json, os, resource, shutil, signal, sys, time, traceback
from collections import Counter
from io import BytesIO

import numpy as np
import torch

from nas3dunet.checkpoint import named_tensors
from nas3dunet.cli import main
from nas3dunet.demo import demo

FAULTS = ("lost", "foreign", "slow")
KINDS = ("survived", *FAULTS[:1], "refused", *FAULTS[1:])


class Tally:
    "How tries ended, part by part; each fault is printed once."
    def __init__(self): self.parts, self.seen = {}, Counter()

    def add(self, part, how, said=""):
        self.parts.setdefault(part, Counter())[how] += 1
        if how not in FAULTS: return
        where = said.strip().split("\n")[-1][:160]
        self.seen[part, where] += 1
        if self.seen[part, where] == 1: print(f"--- {how}: {part}\n{said}", flush=True)

    def merge(self, parts):
        for part, counts in parts.items(): self.parts.setdefault(part, Counter()).update(counts)

    def faults(self): return sum(c[how] for c in self.parts.values() for how in FAULTS)

    def show(self):
        print(f"{'':34}{'tries':>8}" + "".join(f"{k:>10}" for k in KINDS))
        total = sum(self.parts.values(), Counter())
        for part, c in [*self.parts.items(), ("all", total)]:
            print(f"{part:34}{c.total():8}" + "".join(f"{c[k]:10}" for k in KINDS), flush=True)


# ---- commands, each in a copy of this process (loading torch anew would take longer than the work)

TINY = ["--patch", 4, "--batch", 2, "--device", "cpu", "--seed", 3]

def commands(w):
    "name → (words, with OUT for the folder; is it resumed with --resume?)."
    return {
        "phantom": (["phantom", "OUT", "--n", 2, "--shape", "16,16,16"], True),
        "prepare": (["prepare", w/"cases", "OUT"], False),
        "search": (["search", w/"prepare", "OUT", "--depth", 1, "--width", 1, "--nodes", 1, "--epochs", 2, "--lr-alpha", .05, "--readable", *TINY], True),
        "train": (["train", w/"prepare", "OUT", "--unet", "--unet-width", 1, "--depth", 1, "--epochs", 2, *TINY], True),
        "predict": (["predict", w/"train", w/"cases", "OUT", "--device", "cpu"], True),
        "evaluate": (["evaluate", w/"predict", w/"cases", "--out", "OUT"], False),
        "compare": (["compare", w/"prepare", "OUT", "--methods", "unet", "--folds", 1, "--seeds", 1, "--patch-train", 4, "--epochs-train", 1, "--depth", 1, "--unet-width", 1, "--batch", 2, "--device", "cpu"], False),
    }

def small_demo(out):
    "The demo, a hundredth of it."
    run = dict(patch=8, batch=2, epochs=1, per_case=1)
    return lambda: demo(out, resume=True, device="cpu", cases=dict(n=7, shape=(16, 16, 16)), network=dict(depth=1, width=1), searching=run, training=run, unet=dict(width=1))

def words_of(command, out, again=False):
    "The words of a command, for a folder."
    words, resumed = command
    words = [str(out) if word == "OUT" else str(word) for word in words]
    return words + ["--resume"] * (again and resumed)

POINTS = ("replace", "link", "mkdir", "unlink", "rmdir", "rename")   # not fsync: who is killed before it leaves what he leaves after it

def at_points(do):
    "From now on `do(n)` comes before the n-th call that changes a folder."
    seen = 0
    def counted(real):
        def call(*args, **kwargs):
            nonlocal seen
            seen += 1
            do(seen)
            return real(*args, **kwargs)
        return call
    for name in POINTS: setattr(os, name, counted(getattr(os, name)))

def count_points(file): at_points(lambda n: file.write_text(str(n)))

def kill_at(point): at_points(lambda n: n == point and os.kill(os.getpid(), signal.SIGKILL))

def tear_after(point, size):
    "From that point on the system kills who makes a file longer than `size` bytes, in the middle of a write; in C too."
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)   # Python ignores it
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    at_points(lambda n: n == point and resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))

def begin(work, log, before=None, after=None):
    "Start words or a function in a child; its number."
    pid = os.fork()
    if pid: return pid
    code = 70
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        handle = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
        os.dup2(handle, 1); os.dup2(handle, 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        if before: before()
        if not callable(work): sys.argv = ["nas3dunet", *work]
        try: (work if callable(work) else main)()
        except SystemExit as e: code = e.code or 0
        else: code = 0
        if after: after()
    except BaseException: traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException): sys.stdout.flush(); sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 70)

LIMIT = 120   # seconds for a command; others may use the machine too

def wait(pid, limit=LIMIT):
    "Its exit code, negative for a signal; None when it had to be stopped."
    end = time.monotonic() + limit
    while time.monotonic() < end:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done: return os.waitstatus_to_exitcode(status)
        time.sleep(.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

def run(work, log, before=None, limit=LIMIT, after=None):
    code = wait(begin(work, log, before, after), limit)
    return code, log.read_text(errors="replace")


# ---- what is left behind

TIMES = ("seconds", "train_seconds", "search_seconds", "predict_seconds", "memory", "starts", "pid", "machine", "digest", "store")
ONLY_THERE = (".html", ".png")
NOT_COMPARED = ("start.json", "memory.json", ".writing", ".writer")

def content(file):
    "What counts in a file: not when it was written, nor how long something took."
    raw = file.read_bytes()
    if file.suffix in ONLY_THERE: return bool(raw)
    if file.suffix == ".gz": return hashlib.sha256(gzip.decompress(raw)).hexdigest()
    if file.suffix == ".pt":
        saved = torch.load(file, weights_only=True)
        return repr(saved["at"]), [(n, hashlib.sha256(t.numpy().tobytes()).hexdigest()) for n, t in named_tensors(saved)]
    if file.suffix == ".npz":
        with np.load(BytesIO(raw)) as f: return {k: (f[k].shape, f[k].tobytes()) for k in f.files}
    if file.name == "history.csv":
        heads, *rows = [line.split(",") for line in raw.decode().splitlines()]
        return [[v for h, v in zip(heads, row) if h != "seconds"] for row in rows]
    if file.suffix == ".json":
        data = json.loads(raw)
        return {k: v for k, v in data.items() if k not in TIMES} if isinstance(data, dict) else data
    return raw

def tree(folder):
    "path → content of all files that a user sees."
    seen = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        inside = path.relative_to(folder)
        if any(p.startswith(".") for p in inside.parts) or path.name in NOT_COMPARED: continue
        if path.is_file(): seen[str(inside)] = content(path)
    return seen

def scraps(folder): return [str(p.relative_to(folder)) for p in folder.rglob(".*") if ".part" in p.name or p.name.endswith(".scored")]

def compare(folder, whole):
    "A sentence about the first difference between a folder and what it must be; none when there is none."
    found = tree(folder)
    different = sorted(k for k in found.keys() | whole.keys() if found.get(k) != whole.get(k))
    if different: return f"{different[0]} is another ({len(different)} of {len(whole)} files)" if different[0] in found else f"{different[0]} is missing"
    left = scraps(folder)
    return f"a scrap is left: {left[0]}" if left else ""


class World:
    "The commands, and what each leaves when nobody disturbs it."
    def __init__(self, root):
        self.root, self.whole, self.seconds = root, {}, {}
        self.log, self.out = root/"log", root/"out"
        code, said = run(["phantom", str(root/"cases"), "--n", "4", "--shape", "24,24,16", "--seed", "1"], self.log)
        assert code == 0, said
        self.commands = commands(root)
        for name, command in self.commands.items():
            code, said = run(words_of(command, root/name), self.log, after=self.note_modules)
            assert code == 0, (name, said)
            self.load_modules()
            self.whole[name] = tree(root/name)
        self.points = {}
        for name, command in self.commands.items():
            start = time.monotonic()
            run(words_of(command, self.fresh()), self.log, lambda: count_points(root/"points"))
            self.seconds[name] = time.monotonic() - start
            self.points[name] = int((root/"points").read_text())

    def note_modules(self): (self.root/"modules").write_text("\n".join(sys.modules))

    def load_modules(self):
        "What a command has loaded on its way is loaded here: the next child has it from the beginning."
        for name in (self.root/"modules").read_text().split():
            with contextlib.suppress(Exception): importlib.import_module(name)

    def fresh(self):
        shutil.rmtree(self.out, ignore_errors=True)
        return self.out

    def finish(self, tally, part, name):
        "Run a command again where it was disturbed; it must end as if nothing had been."
        code, said = run(words_of(self.commands[name], self.out, again=True), self.log)
        if code is None: return tally.add(part, "slow", f"{name}: more than two minutes")
        if code: return tally.add(part, "lost", f"{name}, resumed: exit code {code}: {said[-1500:]}")
        wrong = compare(self.out, self.whole[name])
        tally.add(part, "lost" if wrong else "survived", f"{name}: {wrong}")
