"""The packages that a bare GPU machine with PyTorch lacks for bench/gpu.py, as wheels in .whl (which git ignores): downloads them and lists their sizes.

python bench/wheels.py            # download, then list
python bench/wheels.py --list     # list what is there

There: python3 -m pip install --no-index --no-deps --target /tmp/site .whl/*.whl; export PYTHONPATH=/tmp/site:$PWD
"""
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent/".whl"
PACKAGES = {"nibabel": "reads NIfTI; imported by the cases", "blosc2": "reads the store", "ndindex": "blosc2 needs it", "numexpr": "blosc2 needs it",
            "isal": "unpacks .nii.gz", "fastprogress": "progress in a terminal", "monai": "the sliding window to compare with"}
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64")


def download():
    where = [word for p in PLATFORMS for word in ("--platform", p)]
    common = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", "3.12", "--implementation", "cp", *where, "-d", str(FOLDER)]
    for name in PACKAGES: subprocess.run([*common, name if name != "fastprogress" else "fastprogress<1.1"], check=True)


def main():
    if "--list" not in sys.argv: download()
    total = 0
    for wheel in sorted(FOLDER.glob("*.whl")):
        total += wheel.stat().st_size
        print(f"{wheel.stat().st_size / 1e6:6.2f} MB  {wheel.name}  ({PACKAGES.get(wheel.name.split('-')[0], '?')})")
    print(f"{total / 1e6:6.2f} MB  in all")


if __name__ == "__main__": main()
