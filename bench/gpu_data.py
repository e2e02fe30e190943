"""The two stores that bench/gpu.py reads, written to .gpu (which git ignores): `demo`, the demo's training cases, and `whole`, two cases of 240×240×155. Takes minutes."""
import shutil
import tempfile
from pathlib import Path

from nas3dunet.cases import find_cases
from nas3dunet.demo import DEMO
from nas3dunet.phantom import write_phantoms
from nas3dunet.prepare import prepare

ROOT = Path(__file__).resolve().parent.parent/".gpu"


def main():
    shutil.rmtree(ROOT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as tmp:
        write_phantoms(f"{tmp}/demo", n=DEMO["cases"]["n"] * 3 // 4, shape=DEMO["cases"]["shape"], seed=0, healthy=False)
        write_phantoms(f"{tmp}/whole", n=2, shape=(240, 240, 155), seed=1, healthy=False)
        for name in ("demo", "whole"): prepare(find_cases(f"{tmp}/{name}"), ROOT/name)
    print(f"{sum(f.stat().st_size for f in ROOT.rglob('*') if f.is_file()) / 1e6:.1f} MB in {ROOT}")


if __name__ == "__main__": main()
