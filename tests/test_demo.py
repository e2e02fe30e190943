"The demo, whole, with the figures that it promises."
import os, re, subprocess, sys, time
from pathlib import Path

from nas3dunet.core import read_csv


def mean_dice(rows, method, region):
    found = [r["dice"] for r in rows if r["method"] == method and r["region"] == region and isinstance(r["dice"], (int, float))]
    return sum(found) / len(found)


def test_demo(tmp_path):
    command, start = [str(Path(sys.executable).parent/"nas3dunet"), "demo", "--out", str(tmp_path/"demo")], time.time()
    with open(tmp_path/"log", "w+") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds, text = time.time() - start, (tmp_path/"log").read_text()
    print(text)
    assert process.returncode == 0, text
    gigabytes = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e9
    report = Path(text.strip().splitlines()[-1].split()[-1])
    assert report.name == "report.html" and report.exists()
    rows = read_csv(report.parent/"scores.csv")
    scores = {r: mean_dice(rows, "NAS-3D-U-Net", r) for r in ("WT", "TC", "ET")}
    threshold = mean_dice(rows, "FLAIR threshold", "WT")
    print(f"demo: {seconds:.0f} s, {gigabytes:.1f} GB, mean Dice {scores}, FLAIR threshold {threshold:.3f}")
    # WT .85, TC .70 and ET .60 are the goals; another processor rounds differently, and then the figures move by some hundredths
    assert scores["WT"] >= .80 and scores["TC"] >= .68 and scores["ET"] >= .58
    assert threshold < .75
    assert gigabytes <= 4 and seconds <= 420  # the goal is 360 s on a machine that does nothing else
    for name in "config.json history.csv alphas.npz genotypes.jsonl genotype.json checkpoint.pt report.html".split(): assert (report.parent/name).exists(), name
    assert re.search(r"about \d+:\d\d left", text)
