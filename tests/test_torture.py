"Some seconds of `make torture`, which goes on for minutes."
import random

import torture_damage, torture_odd
from torture_world import Tally


def test_damaged_files_and_harmful_folders_are_refused_in_one_sentence(tmp_path, capsys):
    tally = Tally()
    torture_damage.damage(tmp_path, tally, random.Random(0), 60)
    torture_odd.malice(tmp_path/"world", tally)
    tally.show()
    assert not tally.faults(), capsys.readouterr().out
