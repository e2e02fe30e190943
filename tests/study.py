"""A study in miniature on embedded cases: 3 methods × 2 folds × 2 seeds, killed once on the way, resumed, and its report written into the documentation.

    python tests/study.py                  all of it, about 13 minutes on two quiet cores; the report becomes nbs/study.html
    python tests/study.py --less           the same with next to nothing of everything, in about a minute; writes no page
    python tests/study.py --out FOLDER     where to work; default runs/study (or runs/study-less); what is finished there is kept

The kill is a real SIGKILL of the process that trains, in the middle of a unit. What comes after it goes on from the last checkpoint.
"""
import argparse, json, os, shutil, signal, subprocess, sys, time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KILLED = Path("unet")/"fold-1"/"seed-0"   # the unit that is killed


def settings(less):
    "What `study` gets; the demo's settings with fewer epochs, so that twelve units fit into the time."
    from nas3dunet.demo import DEMO
    if less: return dict(cases=dict(n=6, shape=(48, 48, 32), distractors=()), study=dict(network=dict(depth=1, width=2), searching=dict(patch=16, batch=2, epochs=2), training=dict(patch=16, batch=2, epochs=30), unet=dict(width=2)))
    return dict(cases=dict(n=24), study=dict(network=DEMO["network"], searching={**DEMO["searching"], "epochs": 8, "count": 4}, training={**DEMO["training"], "epochs": 22}, unet=DEMO["unet"]))


def work(out, less):
    "What the process that gets killed does, and the one that goes on."
    from nas3dunet.study import study
    study(out/"store", out/"study", folds=2, seeds=2, device="cpu", **settings(less)["study"])


def start(out, less): return subprocess.Popen([sys.executable, __file__, "--work", "--out", str(out), *["--less"] * less], cwd=ROOT)


def lines(file): return file.read_text().count("\n") if file.exists() else 0


def kill_in_the_middle(out, less):
    "Start, wait until the unit has trained some epochs, kill; returns the number of steps on disk."
    unit, process = out/"study"/KILLED, start(out, less)
    while not (unit/"train"/"checkpoint.pt").exists() or lines(unit/"train"/"history.csv") < 12:
        if process.poll() is not None: sys.exit(f"the study ended with code {process.returncode} before it could be killed")
        time.sleep(.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (unit/"unit.json").exists(), "it was finished before it was killed"
    return lines(unit/"train"/"history.csv") - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--less", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    out, begin = (args.out or ROOT/"runs"/("study-less" if args.less else "study")).resolve(), time.monotonic()
    if args.work: return work(out, args.less)
    from nas3dunet.cases import find_cases
    from nas3dunet.demo import demo_cases
    from nas3dunet.study_page import study_report
    from nas3dunet.prepare import prepare
    demo_cases(out/"cases", seed=7, **settings(args.less)["cases"])
    prepare(find_cases(out/"cases"), out/"store")
    notes = []
    if not (out/"study"/KILLED/"unit.json").exists():
        steps = kill_in_the_middle(out, args.less)
        print(f"--- killed in {KILLED} after {steps} training steps; now the same again", flush=True)
        notes = [f"On the way the process was killed (SIGKILL) in {KILLED}, with {steps} training steps on disk, and the study was started again; it went on from there."]
    code = start(out, args.less).wait()
    if code: sys.exit(code)
    units = [json.loads(f.read_text()) for f in (out/"study").glob("*/*/*/unit.json")]
    assert len(units) == 12 and (not notes or [u["starts"] for u in units if u["starts"] > 1] == [2]), [u["starts"] for u in units]
    notes = ["A miniature: small networks, few epochs, a coarse grid. It shows what a study does and how its report reads; make study makes it again.", *notes]
    report, seconds = study_report(out/"study", notes=notes, title="A study in miniature"), time.monotonic() - begin
    size = report.stat().st_size
    print(f"--- {len(units)} units in {seconds / 60:.1f} minutes on {os.cpu_count()} cores; {report} has {size / 1e6:.2f} MB")
    assert size < 1.5e6
    if not args.less:
        shutil.copy(report, ROOT/"nbs"/"study.html")


if __name__ == "__main__": sys.exit(main())
