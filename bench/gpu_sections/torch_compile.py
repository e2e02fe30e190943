"The readable network through torch.compile, in a process of its own with a time limit."
import subprocess
import sys
import time

from bench.gpu_sections.measuring import ROOT

CODE = """
import sys, time, torch
sys.path.insert(0, {root!r})
from bench.gpu_sections.measuring import DEVICE, exact, timed
from bench.gpu_sections.stepping import patches
from nas3dunet.steps import adam, gradient_step
from nas3dunet.supernet import SuperNet
exact()
torch._dynamo.config.cache_size_limit = 64
x, y = patches(1, {size})
net = SuperNet(depth={depth}).to(DEVICE)
start = time.time()
fast = torch.compile(net, dynamic=False)
groups = (list(net.alphas()), list(net.kernels()))
optimizers = [adam(p) for p in groups]
def step():
    for p, optimizer in zip(groups, optimizers): gradient_step(fast, p, optimizer, x, y)
step()
print("compiled", time.time() - start, flush=True)
step()
print("seconds", sorted(timed(step, 7))[3], flush=True)
"""


def torch_compile(args):
    "Milliseconds of a search step, and how long it took to compile; or that it was not ready."
    if args.tiny: return [dict(what="torch.compile is not tried in tiny form", value=None)]
    words = [sys.executable, "-c", CODE.format(root=str(ROOT), size=64, depth=4)]
    limit = max(20, min(150, args.deadline - time.monotonic() - 5))
    try: out = subprocess.run(words, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired as e:
        what = f"torch.compile of the readable cells: not ready after {limit:.0f} s"
        return [dict(what=what, value=None, says=str(e.stdout)[-200:])]
    lines = [line.split() for line in out.stdout.splitlines()]
    words = dict(line for line in lines if line[0] in ("compiled", "seconds"))
    done = "seconds" in words
    return [
        dict(
            what="readable through torch.compile, batch 1",
            value=float(words["seconds"]) * 1e3 if done else None,
            unit="ms a step",
            compile_s=words.get("compiled"),
            says="" if done else out.stderr.strip().splitlines()[-2:],
        )
    ]
