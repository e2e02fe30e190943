"""The packages that a bare GPU machine with PyTorch lacks for bench/gpu.py, as wheels in .whl (which git ignores): downloads them and lists their sizes.

python bench/wheels.py            # download, then list
python bench/wheels.py --list     # list what is there

There: python3 -m pip install --no-index --no-deps --target /tmp/site .whl/*.whl; export PYTHONPATH=/tmp/site:$PWD
"""
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

FOLDER = Path(__file__).resolve().parent.parent/".whl"
PACKAGES = {"nibabel": "reads NIfTI; imported by the cases", "blosc2": "reads the store", "ndindex": "blosc2 needs it", "numexpr": "blosc2 needs it",
            "pydantic": "compares what is read with its description; blosc2 needs it, too", "pydantic-core": "pydantic needs it", "annotated-types": "pydantic needs it",
            "typing-inspection": "pydantic needs it", "isal": "unpacks .nii.gz", "fastprogress": "progress in a terminal", "monai": "the sliding window to compare with"}
WANTED = {"fastprogress": "fastprogress<1.1"}   # other than the newest
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_27_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux1_x86_64")


def _core_of_pydantic():
    "The version of pydantic-core that the pydantic in the folder asks for: it must be this one."
    with ZipFile(next(FOLDER.glob("pydantic-*.whl"))) as wheel:
        about = next(name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return re.search(r"pydantic-core==([0-9.]+)", wheel.read(about).decode())[1]


def download():
    where = [word for p in PLATFORMS for word in ("--platform", p)]
    common = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--python-version", "3.12", "--implementation", "cp", *where, "-d", str(FOLDER)]
    for name in PACKAGES:
        asked = WANTED.get(name, name)
        if name == "pydantic-core": asked = f"pydantic-core=={_core_of_pydantic()}"
        subprocess.run([*common, asked], check=True)


def main():
    if "--list" not in sys.argv: download()
    total = 0
    for wheel in sorted(FOLDER.glob("*.whl")):
        total += wheel.stat().st_size
        print(f"{wheel.stat().st_size / 1e6:6.2f} MB  {wheel.name}  ({PACKAGES.get(wheel.name.split('-')[0].replace('_', '-'), '?')})")
    print(f"{total / 1e6:6.2f} MB  in all")


if __name__ == "__main__": main()
