"The command line as a user runs it, in a process of its own."
import os, subprocess, sys
from pathlib import Path

import pytest

from browser import chromium, page, show  # noqa: F401 (fixtures)
from nas3dunet.cli import main
from nas3dunet.phantom import write_phantoms

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def cli():
    "Run `nas3dunet WORDS…`; returns exit code, standard output and standard error."
    def call(*words, **kwargs):
        env = {**os.environ, "OMP_NUM_THREADS": "1"}   # others work beside it
        command = [str(Path(sys.executable).parent/"nas3dunet"), *map(str, words)]
        return subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, **kwargs)
    return call


@pytest.fixture
def here(monkeypatch, capsys):
    "The same in this process, through the same entry point: it saves loading torch again and again."
    def call(*words):
        monkeypatch.setattr(sys, "argv", ["nas3dunet", *map(str, words)])
        with pytest.raises(SystemExit) as ended: main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, ended.value.code, said.out, said.err)
    return call


@pytest.fixture(scope="session")
def cases(tmp_path_factory):
    "Eight embedded cases on a very coarse grid."
    root = tmp_path_factory.mktemp("data")/"cases"
    write_phantoms(root, n=8, shape=(48, 48, 32), seed=1)
    return root


@pytest.fixture(scope="session")
def store(tmp_path_factory, cli, cases):
    "The same, prepared."
    root = tmp_path_factory.mktemp("prepared")/"store"
    done = cli("prepare", cases, root)
    assert done.returncode == 0, done.stderr
    return root


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    "Let fixtures know whether their test failed."
    outcome = yield
    if call.when == "call": item.failed = outcome.get_result().failed
