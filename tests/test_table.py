"The study that trains more rows of the table, in tiny form: interrupted, resumed and merged."
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))   # bench is no part of what is installed

from bench import proxies
from bench import table as study
from nas3dunet.files import read_json
from nas3dunet.reliability import named_cell, protocol_store
from nas3dunet.search import search
from nas3dunet.table import Table

TINY = dict(
    heads=dict(n=4, shape=[40, 40, 26], seed=3, healthy=False, distractors=True),
    test=1,
    network=dict(depth=1, width=1),
    training=dict(patch=16, batch=2, epochs=1),
)


def test_the_shipped_file_holds_the_record():
    "What `start` makes of the record of 601_reliability is in the shipped file, row by row."
    record = study.start(read_json(ROOT/"nbs"/"6_exploring"/"reliability.json", dict))
    shipped = read_json(study.TABLE, dict)
    entries = {entry["cell"]: entry for entry in shipped["cells"]}
    rows = 0
    for entry in record["cells"]:
        there = {row["seed"]: row for row in entries[entry["cell"]]["rows"]}
        for row in entry["rows"]:
            assert there[row["seed"]] == row
            rows += 1
    assert rows == 454 and shipped["protocols"] == record["protocols"]
    assert study.TABLE.stat().st_size < 300_000


def test_run_is_interrupted_resumed_and_merged(tmp_path, monkeypatch):
    file = tmp_path/"table.json"
    study.write(file, dict(schema=1, about="tiny", protocols=dict(tiny=TINY), machines={}, cells=[]))
    words = ["--table", str(file), "run", "--cells", "0:2", "--seeds", "0:2", "--device", "cpu",
             "--out", str(tmp_path/"out"), "--machine", "here"]
    trained = []
    real = study.repeat_row

    def stopped(record, row, *rest):
        "As `repeat_row`, but somebody presses Ctrl-C before the second."
        if len(trained) == 1: raise KeyboardInterrupt
        trained.append(row)
        return real(record, row, *rest)

    monkeypatch.setattr(study, "repeat_row", stopped)
    assert study.main(words) == 130
    assert sum(len(entry["rows"]) for entry in read_json(file)["cells"]) == 1
    monkeypatch.setattr(study, "repeat_row", lambda *args: trained.append(args[1]) or real(*args))
    assert study.main(words) == 0
    assert len(trained) == 4 and len({(row["cell"], row["seed"]) for row in trained}) == 4
    table = Table.load(file)
    assert [len(entry.rows) for entry in table.entries] == [2, 2]
    assert study.main(words) == 0 and len(trained) == 4   # nothing is left to do
    text = file.read_text()
    again = read_json(file)
    rows = [dict(row, cell=entry["cell"]) for entry in again["cells"] for row in entry["rows"]]
    assert study.merge(again, rows, "elsewhere", "tiny") == 0   # a cell and a seed are there once
    study.write(file, again)
    assert file.read_text() == text


def test_proxies_are_filled_in_once(tmp_path):
    "Cells that lack proxies get them; other columns and the rows stay, and a second call has nothing to do."
    file = tmp_path/"table.json"
    cells = [study.new_cell(name, TINY) for name in ("conv", "random-0")]
    cells[0]["proxies"] = dict(inherited=[.5])
    found = dict(genotype=named_cell("free").to_dict(), search=dict(method="nas", seed=0))
    cells.append(study.new_cell("nas-0", TINY, found))   # no name describes what a search finds
    study.write(file, dict(schema=1, about="tiny", protocols=dict(tiny=TINY), machines={}, cells=cells))
    words = ["--table", str(file), "--out", str(tmp_path/"out")]
    assert proxies.main(words) == 0
    text = file.read_text()
    first, second, third = (entry["proxies"] for entry in read_json(file)["cells"])
    assert set(third) == set(proxies.PROXIES)
    assert first["inherited"] == [.5] and set(second) == set(proxies.PROXIES) == set(first) - {"inherited"}
    assert all(len(values) == 3 for values in second.values())
    assert proxies.main(words) == 0 and file.read_text() == text
    assert proxies.main([*words, "--again"]) == 0 and file.read_text() == text
    assert proxies.main(["--table", str(tmp_path/"none.json")]) == 2
    store, _ = protocol_store(TINY, tmp_path/"out")
    quick = dict(TINY["network"], patch=16, epochs=1, per_case=1, device="cpu", show=False)
    search(store, tmp_path/"run", **quick)
    assert proxies.main([*words, "--again", "--inherited", *[str(tmp_path/"run")] * 2]) == 0
    scores = [entry["proxies"]["inherited"] for entry in read_json(file)["cells"]]
    assert all(len(pair) == 2 and pair[0] == pair[1] and 0 <= pair[0] <= 1 for pair in scores)


def test_a_wrong_word_is_refused(tmp_path, capsys):
    assert study.main(["--table", str(tmp_path/"none.json"), "run"]) == 2
    assert "none.json" in capsys.readouterr().err
    with pytest.raises(SystemExit): study.main(["run", "--cells", "x"])
