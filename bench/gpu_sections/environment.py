"What the machine is, and what it can do at best: copies and matrix products."
import statistics
import sys

import torch

from bench.gpu_sections.measuring import CUDA, DEVICE, exact, timed

PRODUCTS = (
    ("float32", torch.float32, False),
    ("tf32", torch.float32, True),
    ("bfloat16", torch.bfloat16, False),
)   # name, type, tf32?


def environment(args):
    "Versions and the card; terabytes a second of a copy, TFLOP/s of matrix products."
    rows = [
        dict(what="python", value=sys.version.split()[0]),
        dict(what="torch", value=torch.__version__),
    ]
    if not CUDA: return rows
    rows += _card()
    rows.append(_triton())
    rows.append(dict(what="copy, TB/s", value=_copy_speed()))
    for name, dtype, tf32 in PRODUCTS:
        exact(tf32)
        speed = _product_speed(dtype)
        rows.append(dict(what=f"matrix product {name}, TFLOP/s", value=speed))
    exact()
    return rows


def _card():
    p = torch.cuda.get_device_properties(0)
    return [
        dict(what="card", value=p.name),
        dict(what="multiprocessors", value=p.multi_processor_count),
        dict(what="memory, GB", value=round(p.total_memory / 1e9, 1)),
    ]


def _triton():
    try: import triton
    except ImportError as e: return dict(what="triton", value=f"missing: {e}")
    return dict(what="triton", value=triton.__version__)


def _median(work, times):
    "Seconds of a call, without the first two."
    return statistics.median(timed(work, times)[2:])


def _copy_speed():
    "Bytes read and written a second, in 10¹²."
    x = torch.randn(2**28, device=DEVICE)
    y = torch.empty_like(x)
    return 2 * x.nbytes / _median(lambda: y.copy_(x), 10) / 1e12


def _product_speed(dtype, n=8192):
    "Floating-point operations a second of a product of n×n matrices, in 10¹²."
    m = torch.randn(n, n, device=DEVICE, dtype=dtype)
    return 2 * n**3 / _median(lambda: m @ m, 6) / 1e12
