"Some seconds of `make torture`, which goes on for minutes."
from torture import torture


def test_damaged_files_are_refused_in_one_sentence(capsys):
    faults = torture(6, 0)
    assert not faults, capsys.readouterr().out
