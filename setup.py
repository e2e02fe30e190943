"Everything about the package stands in settings.ini; this file only hands it to setuptools."
from configparser import ConfigParser
from pathlib import Path
from shutil import copy

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

here = Path(__file__).parent
config = ConfigParser()
config.read(here / "settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]


class Build(build_py):
    "The package, and in it the tutorial that `nas3dunet lab` opens."
    def run(self):
        super().run()
        folder = Path(self.build_lib) / cfg["lib_name"]
        if folder.is_dir():   # not for `pip install -e`, which copies nothing
            copy(here / "nbs" / "tutorials" / "watch_a_search.ipynb", folder)


setup(
    name=cfg["lib_name"], version=cfg["version"], description=cfg["description"], keywords=cfg["keywords"].split(),
    author=cfg["author"], author_email=cfg["author_email"], url=cfg["git_url"], license="Apache-2.0",
    long_description=(here / "README.md").read_text(encoding="utf-8"), long_description_content_type="text/markdown",
    packages=find_packages(include=["nas3dunet", "nas3dunet.*"]), include_package_data=True, zip_safe=False,
    cmdclass=dict(build_py=Build),
    python_requires=">=" + cfg["min_python"],
    install_requires=cfg["requirements"].split(),
    extras_require={name: cfg[f"{name}_requirements"].split() for name in ("lab", "distributed", "lesions", "peers", "dev")},
    entry_points={"console_scripts": [cfg["console_scripts"]]},
    classifiers=["Development Status :: 3 - Alpha", "Framework :: Jupyter", "Intended Audience :: Science/Research",
                 "Intended Audience :: Education", "Natural Language :: English",
                 "Topic :: Scientific/Engineering :: Medical Science Apps.",
                 *[f"Programming Language :: Python :: 3.{v}" for v in (10, 11, 12, 13)]],
)
