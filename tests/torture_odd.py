"What nobody should have written: odd scans, folders that mean harm, and whatever hypothesis thinks of."
import gzip, json, logging, os, pickle, shutil, signal, subprocess, sys, time, traceback, warnings, zipfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import nibabel as nib
import numpy as np
import torch

from nas3dunet.cases import find_cases, load_case
from nas3dunet.core import InputError
from nas3dunet.files import STEPS, read_csv, read_json, read_lines
from nas3dunet.genotype import Genotype
from nas3dunet.generations import state_of
from nas3dunet.runs import read_run
from nas3dunet.search import search
from nas3dunet.search_log import read_arrays
from nas3dunet.store import Store
from nas3dunet.train import load_network

from torture_damage import run


class Slow(BaseException): "Raised by the alarm."


def ended(call, seconds=20):
    "How a call ends, and what it gave or said."
    def ring(*_): raise Slow
    signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            return "survived", call()
    except InputError as e: return "refused", str(e)
    except Slow: return "slow", f"more than {seconds} s"
    except Exception as e: return "foreign", "".join(traceback.format_exception(e)[-3:])
    finally: signal.alarm(0)


# ---- odd scans

HEADERS = {   # place in the header, type → values
    (40, "<i2"): (0, -1, 1, 2, 4, 7, 8, 256), (42, "<i2"): (0, -1, 1, 23, 25, 32767), (48, "<i2"): (0, 2, -3), (70, "<i2"): (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 9999),
    (72, "<i2"): (0, 1, 8, 64, -8), (80, "<f4"): (0, -1, np.nan, np.inf, 1e-30, 1e30), (108, "<f4"): (0, 1, 351, 353, 1e9, np.nan, -352), (112, "<f4"): (0, -1, np.nan, np.inf, 1e38), (116, "<f4"): (np.nan, np.inf, 1e38),
    (252, "<i2"): (-1, 0, 9), (254, "<i2"): (-1, 0, 9), (280, "<f4"): (0, np.nan, np.inf, 1e30), (344, "<i4"): (0, 1, -1), (0, "<i4"): (0, 347, 540, -1),
}

def odd_scans(root):
    "Name → bytes in place of one scan."
    raw = gzip.decompress((next(root.glob("*/*_t1.nii.gz"))).read_bytes())
    for (at, kind), values in HEADERS.items():
        for value in values:
            data = bytearray(raw)
            new = np.array(value).astype(kind).tobytes()
            data[at:at + len(new)] = new
            yield f"header {at} = {value}", gzip.compress(bytes(data), 1)
    whole = gzip.compress(raw, 1)
    yield "empty", b""
    yield "no gzip", raw
    yield "cut", whole[:len(whole) // 2]
    yield "a header only", gzip.compress(raw[:352])
    yield "half a header", gzip.compress(raw[:100])
    yield "more behind it", whole + b"more"
    yield "two of them", whole + whole
    yield "a byte too many", gzip.compress(raw + b"\0")
    yield "a bit in the checksum", whole[:-6] + bytes([whole[-6] ^ 1]) + whole[-5:]
    yield "a bomb", gzip.compress(raw + bytes(2**28), 1)
    yield "text", b"I am a scan"
    yield "a picture", b"\x89PNG\r\n\x1a\n" + bytes(400)
    yield "the other byte order", gzip.compress(nib.Nifti1Image.from_bytes(raw).as_byteswapped().to_bytes() if hasattr(nib.Nifti1Image, "as_byteswapped") else raw)

def scans(root, tally):
    "Each in place of a scan and of a label: refused, or a volume of finite numbers."
    logging.getLogger("nibabel.global").setLevel(logging.CRITICAL)
    case = find_cases(root)[0]
    for role, file in (("t1", case.images["t1"]), ("seg", case.label)):
        good = file.read_bytes()
        for name, raw in odd_scans(root):
            file.write_bytes(raw)
            how, found = ended(lambda: load_case(find_cases(root)[0]))
            if how == "survived" and not (np.isfinite(found.image).all() and np.isfinite(found.affine).all() and found.image[0].shape == found.label.shape):
                how, found = "lost", f"{name} in {role} is read as what is no scan"
            tally.add("odd scans", how, f"{role}, {name}: {found}" if how != "survived" else "")
        file.write_bytes(good)


# ---- folders that mean harm

class Payload:
    "Touches a file when it is unpickled."
    def __init__(self, file): self.file = file
    def __reduce__(self): return os.system, (f"touch {self.file}",)

MARKUP = "<img src=x onerror=alert(1)>"

def must_refuse(call):
    "What may not be taken; an assertion that fails is a fault."
    call()
    raise AssertionError("it was taken")

def _zip(file, **parts):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts.items(): z.writestr(name.replace("__", "/").replace("_dot_", "."), data)

def harmful(w, mark):
    "Name → (what spoils a folder of runs, and what then reads it)."
    code = pickle.dumps(Payload(mark))
    deep = "[" * 100_000 + "]" * 100_000
    resume = dict(depth=1, width=1, nodes=1, epochs=3, patch=4, batch=2, show=False, device="cpu", resume=True)
    def go_on(): return search(w/"store", w/"search", **resume)
    def see(): return read_run(w/"search")
    def net(): return load_network(w/"train", "cpu")
    def both(name, data):   # in the newest generation it is the same file
        def spoil():
            for file in (w/"search"/name, *(w/"search").glob(f".gen-*/{name}")): file.unlink(); file.write_bytes(data)
        return spoil
    def manifests(change):
        def spoil():
            for file in (w/"search").glob(".gen-*/manifest.json"): file.write_text(json.dumps(change(json.loads(file.read_text()))))
        return spoil
    def no_generations():
        for folder in (w/"search").glob(".gen-*"): shutil.rmtree(folder)
    def bare(name, data):
        def spoil():
            no_generations()
            (w/"search"/name).write_bytes(data)
        return spoil
    def archive(**parts):
        def spoil():
            no_generations()
            _zip(w/"search"/"checkpoint.pt", **parts)
        return spoil
    def linked():
        no_generations()
        (w/"search"/".gen-9").symlink_to("/etc")
    def pipe():
        no_generations()
        (w/"search"/"checkpoint.pt").unlink()
        os.mkfifo(w/"search"/"checkpoint.pt")
    def instead(name, make):
        def spoil():
            (w/name).parent.mkdir(exist_ok=True)
            (w/name).unlink(missing_ok=True)
            make(w/name)
        return spoil
    def link(file):
        (w/"victim").write_text("precious")
        file.symlink_to(w/"victim")
    def spared(call):
        call()
        assert (w/"victim").read_text() == "precious", "written through a link"
    def scored(): run("evaluate", w/"pred", w/"cases", "--out", w/"scored")
    def endless():
        no_generations()
        saved = torch.load(w/"search"/"checkpoint.pt", weights_only=True)
        saved["net"][min(saved["net"])] = torch.zeros(1).expand(10**12)
        torch.save(saved, w/"search"/"checkpoint.pt")
        for name in ("genotype.json", "report.html"): (w/"search"/name).unlink(missing_ok=True)
    def described(**parts):
        file = w/"msd"/"dataset.json"
        return lambda: file.write_text(json.dumps({**json.loads(file.read_text()), **parts}))
    def ids(name):
        def spoil():
            file = w/"store"/"store.json"
            data = json.loads(file.read_text())
            data["cases"][name] = data["cases"].pop(min(data["cases"]))
            data.pop("digest", None)
            file.write_text(json.dumps(data))
        return spoil
    def listed(image):
        def spoil():
            file = w/"msd"/"dataset.json"
            data = json.loads(file.read_text())
            data["training"][0]["image"] = image
            file.write_text(json.dumps(data))
        return spoil
    def marked():
        "A case whose id is markup, and a page about it."
        (w/"pred").rename(w/"before")
        (w/"pred").mkdir()
        case = min((w/"cases").iterdir())
        for file in case.iterdir(): file.rename(file.with_name(file.name.replace(case.name, MARKUP)))
        case.rename(case.with_name(MARKUP))
        shutil.copy(w/"before"/f"{case.name}.nii.gz", w/"pred"/f"{MARKUP}.nii.gz")
    def page():
        run("evaluate", w/"pred", w/"cases", "--out", w/"scored")
        run("search", w/"store", w/MARKUP, "--depth", 1, "--width", 1, "--nodes", 1, "--epochs", 1, "--patch", 4, "--batch", 2, "--device", "cpu")
        assert not any(MARKUP in file.read_text() for file in w.rglob("*.html")), "markup in a page"
    yield "an id that is markup", marked, page
    for path in ("../cases/dataset.json", str(w/"store"/"store.json"), "/etc/passwd", "./imagesTr/../../x", "http://127.0.0.1/x.nii.gz", "\0", ".", MARKUP):
        yield f"a dataset.json that lists {path[-20:]!r}", listed(path), lambda: must_refuse(lambda: find_cases(w/"msd"))
    yield "code in a checkpoint", both("checkpoint.pt", code), go_on
    yield "code in a checkpoint without manifest", bare("checkpoint.pt", code), go_on
    yield "code in an archive", archive(archive__data_dot_pkl=code, archive__version="3\n"), go_on
    yield "a checkpoint that is a bomb", archive(archive__data_dot_pkl=bytes(2**28), archive__version="3\n"), go_on
    yield "code in arrays", bare("alphas.npz", code), see
    yield "arrays that are a bomb", bare("alphas.npz", b""), see
    yield "names that lead out, in a manifest", manifests(lambda m: {**m, "files": {"../../../x": "0"}}), go_on
    yield "a manifest of other things", manifests(lambda m: [m]), go_on
    yield "a link in place of a generation", linked, lambda: state_of(w/"search")
    yield "a pipe in place of a checkpoint", pipe, go_on
    yield "a checkpoint of a few bytes, and a tensor without end", endless, lambda: must_refuse(go_on)
    for name, call in (("search/.writer", go_on), ("scored/.scored", scored)):
        yield f"a link in place of {name}", instead(name, link), lambda call=call: spared(call)
        yield f"a pipe in place of {name}", instead(name, os.mkfifo), call
    for key in ("²", "9" * 5000, "\x1b[2J"):
        yield f"the channel {key[:9]!r}", described(modality={key: "FLAIR"}), lambda: must_refuse(lambda: find_cases(w/"msd"))
    yield "millions of brackets", lambda: (w/"msd"/"dataset.json").write_text("[" + "[]," * 3_000_000 + "[]]"), lambda: must_refuse(lambda: find_cases(w/"msd"))
    yield "settings as deep as a well", lambda: (w/"search"/"config.json").write_text(deep), see
    yield "weights that are code", lambda: (w/"train"/"model.safetensors").write_bytes(code), net
    yield "weights with a header of terabytes", lambda: (w/"train"/"model.safetensors").write_bytes((2**60).to_bytes(8, "little") + b"{}"), net
    for name in ("../out", "/etc/x", "a/../../b", "<script>alert(1)</script>/", "\x00", "..", "C:\\x"):
        yield f"the id {name!r}", ids(name), lambda: [Store(w/"store").image(i) for i in Store(w/"store").ids]

def malice(world, tally):
    "Nothing may run, hang, or appear outside of the folder."
    mark, copy = world.parent/"payload", world.parent/"harmed"
    for i in range(len(list(harmful(world, mark)))):
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(world, copy)
        name, spoil, read = list(harmful(copy, mark))[i]
        spoil()
        before = {p for p in world.parent.iterdir()}
        how, said = ended(read)
        if {p for p in world.parent.iterdir()} != before or mark.exists(): how, said = "lost", "it ran, or wrote outside"
        tally.add("folders that mean harm", how, f"{name}: {said}")


# ---- whatever hypothesis thinks of, and whatever leads to a line that was not reached yet

def _put(file, text):
    file.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return file

def _finite(volume):
    "A volume that can be computed with; an assertion that fails is a fault."
    assert np.isfinite(volume.image).all() and np.isfinite(volume.affine).all()

def file_readers(world, room):
    "Name → what reads such bytes."
    shutil.copytree(find_cases(world/"cases")[0].images["t1"].parent, room/"scan"/"case")
    shutil.copytree(world/"msd", room/"msd")
    for name in ("run", "train", "store"): (room/name).mkdir()
    _put(room/"train"/"model.safetensors", b"x")
    scan = next((room/"scan").glob("*/*_t1.nii.gz"))
    scan.rename(room/"whole.nii.gz")
    rest = gzip.decompress((room/"whole.nii.gz").read_bytes())
    def header(raw):
        _put(scan, gzip.compress(raw[:352] + rest[len(raw[:352]):], 1))
        _finite(load_case(find_cases(room/"scan")[0]))
    def scans(raw):
        _put(scan, raw)
        _finite(load_case(find_cases(room/"scan")[0]))
    def described(raw):
        _put(room/"msd"/"dataset.json", raw)
        for case in find_cases(room/"msd"): _finite(load_case(case))
    return {
        "a table": lambda raw: read_csv(_put(room/"a.csv", raw), STEPS),
        "JSON": lambda raw: read_json(_put(room/"a.json", raw)),
        "lines": lambda raw: read_lines(_put(room/"a.jsonl", raw)),
        "arrays": lambda raw: read_arrays(_put(room/"a.npz", raw)),
        "a genotype": lambda raw: Genotype.load(_put(room/"g.json", raw)),
        "a run": lambda raw: read_run(_put(room/"run"/"config.json", raw).parent),
        "a training": lambda raw: load_network(_put(room/"train"/"config.json", raw).parent, "cpu"),
        "a store": lambda raw: Store(_put(room/"store"/"store.json", raw).parent),
        "a scan": scans,
        "a scan's header": header,
        "dataset.json": described,
    }

OPTIONS = "--n --shape --seed --patch --batch --depth --width --nodes --epochs --workers --lr-alpha --lr-kernel --per-case --count --warmup --fold --device --order --relax --regularise --normalize --ops --zoom --save-every --scheme --regions --names --modalities --only --background --tumour --cases --unet --resume --amp --strategy --budget --searches --hd95 --out --help --nonsense".split()
TYPED = ["", " ", "0", "-1", "1", "2", "1.5", "nan", "inf", "1e999", "9" * 30, "x", "ü", "\udcff", "\n", "-", "--", "../x", "/dev/null", "/dev/full", "/", "a=b", "ET=4", "t1=_t1", "1,2", "4,4,4", "auto", "cpu", "cuda:9", "brats", "raw", "'", "$(touch x)", "%s", "{}", "x" * 300]

def command_lines(world, room, st):
    "A strategy: the words of a command, small ones first, so that a run that is begun is over soon."
    small = ["--patch", "4", "--batch", "2", "--depth", "1", "--width", "1", "--epochs", "1", "--device", "cpu"]
    begins = st.sampled_from([
        ["search", str(world/"store"), "out", "--nodes", "1", *small], ["train", str(world/"store"), "out", "--unet", "--unet-width", "1", *small[:-4], "--epochs", "1", "--device", "cpu"],
        ["train", str(world/"store"), "out", "--genotype", str(world/"search")], ["predict", str(world/"train"), str(world/"cases"), "out", "--device", "cpu"], ["evaluate", str(world/"pred"), str(world/"cases")],
        ["prepare", str(world/"cases"), "out"], ["phantom", "out", "--n", "1", "--shape", "16,16,16"], ["decode", str(world/"search")], ["explore", "--searches", "2"], ["compare", str(world/"store"), "out", "--methods", "unet", "--folds", "9"], [],
    ])
    words = st.lists(st.sampled_from(OPTIONS) | st.sampled_from(TYPED) | st.text(max_size=6).filter(lambda t: "\0" not in t), max_size=4)
    return st.builds(lambda a, b, less: [w for i, w in enumerate(a + b) if i != less], begins, words, st.integers(0, 30))

def _command(room, words):
    "The command line with these words, in a folder of its own."
    shutil.rmtree(room/"there", ignore_errors=True)
    (room/"there").mkdir()
    before = os.getcwd()
    os.chdir(room/"there")
    try: run(*words)
    except RuntimeError as e:
        if "fault of the program" in str(e) or e.__cause__ and not isinstance(e.__cause__, SystemExit): raise
        raise InputError(str(e)) from None   # exit code 1, in a sentence
    finally: os.chdir(before)

def strategies(world, room, st):
    "Name → what hypothesis makes for it, as bytes or words."
    values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4), max_leaves=12)
    words = st.sampled_from(["task", "search", "train", "schema", "nodes", "down", "up", "modalities", "cases", "epochs", "patch", "network", "kind", "unet", "nas", "stats", "mean", "std"])
    known = st.dictionaries(words, values | words, max_size=8)
    tables = st.builds(lambda rows: "\n".join(",".join(r) for r in rows), st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5)) | st.text()
    def of(strategy, **more): return strategy.map(lambda v: json.dumps({**more, **v} if isinstance(v, dict) else v))
    listed = json.loads((world/"msd"/"dataset.json").read_text())
    paths = st.sampled_from(["", ".", "..", "/", "/etc/passwd", "../../x.nii.gz", "./imagesTr/", "http://127.0.0.1/x.nii.gz", "\0", "x" * 300, "\n", *(c["image"] for c in listed["training"])])
    pairs = st.lists(st.dictionaries(st.sampled_from(["image", "label", "x"]), paths | values, max_size=3) | paths | values, max_size=3)
    parts = st.fixed_dictionaries({}, optional=dict(modality=st.dictionaries(st.sampled_from("0123x"), st.sampled_from(["FLAIR", "T1w", "t1gd", "T2w", "CT", ""]), max_size=5) | values, labels=values, training=pairs | values, test=st.lists(paths, max_size=2) | values, name=values))
    good = gzip.decompress((next((world/"cases").glob("*/*_t1.nii.gz"))).read_bytes())[:352]
    numbers = st.binary(min_size=1, max_size=4) | st.integers(-2**15, 2**15 - 1).map(lambda n: n.to_bytes(2, "little", signed=True)) | st.floats(width=32).map(lambda x: np.float32(x).tobytes())
    def written(changes):
        raw = bytearray(good)
        for at, new in changes: raw[at:at + len(new)] = new
        return bytes(raw[:352])
    return {
        "a table": tables | st.binary(), "JSON": st.text() | st.binary() | of(values), "lines": st.text() | st.binary() | st.lists(of(values)).map("\n".join), "arrays": st.binary(),
        "a genotype": of(values | known), "a run": of(known, task="search"), "a training": of(known, task="train"), "a store": of(known, schema=2),
        "a scan": st.binary() | st.binary().map(lambda raw: gzip.compress(raw, 1)), "a scan's header": st.lists(st.tuples(st.integers(0, 351), numbers), max_size=6).map(written),
        "dataset.json": of(parts.map(lambda p: {**listed, **p})) | of(values), "a command line": command_lines(world, room, st),
    }

def fuzz(root, tally, seed, seconds):
    "Texts, bytes, JSON and words to every reader, for so long; needs hypothesis."
    try: from hypothesis import HealthCheck, Phase, given, settings, strategies as st, seed as seeded
    except ImportError:
        print("note: hypothesis is not installed, so nothing was fuzzed", flush=True)
        return
    room, world, end = root/"fuzz", root/"world", time.monotonic() + seconds
    room.mkdir()
    readers = {**file_readers(world, room), "a command line": lambda words: _command(room, words)}
    turn = 0
    while time.monotonic() < end:
        turn += 1
        for name, strategy in strategies(world, room, st).items():
            @seeded(seed * 1000 + turn)
            @settings(max_examples=60, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            @given(strategy)
            def one(value):
                how, said = ended(lambda: readers[name](value))
                tally.add(f"fuzzed: {name}", how, f"{value!r:.300}: {said}" if how in ("foreign", "slow") else "")
            one()
            if time.monotonic() > end: break


COVERAGE = "a table,JSON,lines,arrays,a genotype,a run,a training,a store,a scan,a scan's header,dataset.json".split(",")

def fuzz_by_coverage(root, tally, seed, seconds):
    "The same by bytes that reach new lines, in a process of its own; needs atheris, whose wheels are for Linux."
    try: import atheris   # noqa: F401
    except ImportError:
        print("note: atheris is not installed, so nothing was fuzzed by coverage", flush=True)
        return
    words = [sys.executable, __file__, str(root), f"-seed={seed + 1}", f"-max_total_time={max(1, int(seconds))}", "-max_len=4096", "-verbosity=0", f"-artifact_prefix={root}/"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    file = root/"coverage.json"
    counts, faults = json.loads(file.read_text()) if file.exists() else ({}, [])
    tally.merge({"fuzzed by coverage": counts})
    for how, said in faults: tally.add("fuzzed by coverage", how, said)
    if done.returncode: tally.add("fuzzed by coverage", "foreign", done.stderr[-1500:])

def _by_coverage(root):
    "What that process does: atheris chooses the bytes, the first of which says for whom they are."
    import atheris
    with atheris.instrument_imports(include=["nas3dunet"]): pass
    for module in [m for n, m in sys.modules.items() if n.startswith("nas3dunet.") and n.split(".")[1] in INSTRUMENTED]:
        for value in list(vars(module).values()):
            if getattr(value, "__module__", "") == module.__name__ and hasattr(value, "__code__"): atheris.instrument_func(value)
    room = root/"coverage"
    room.mkdir()
    readers, counts, faults = file_readers(root/"world", room), {"survived": 0, "refused": 0}, []
    def one(data):
        if not data: return
        name = COVERAGE[data[0] % len(COVERAGE)]
        how, said = ended(lambda: readers[name](data[1:]))
        if how in counts: counts[how] += 1
        else: faults.append((how, f"{name}, {data[1:]!r:.300}: {said}"))
        if how not in counts or sum(counts.values()) % 100 == 0: (root/"coverage.json").write_text(json.dumps([counts, faults]))
    good = {"a scan's header": gzip.decompress((room/"whole.nii.gz").read_bytes())[:352], "dataset.json": (root/"world"/"msd"/"dataset.json").read_bytes(), "a store": (root/"world"/"store"/"store.json").read_bytes(), "a genotype": (root/"world"/"search"/"genotype.json").read_bytes(), "a run": (root/"world"/"search"/"config.json").read_bytes(), "a table": (root/"world"/"search"/"history.csv").read_bytes()[:2000]}
    (room/"seeds").mkdir()
    for i, (name, raw) in enumerate(good.items()): (room/"seeds"/str(i)).write_bytes(bytes([COVERAGE.index(name)]) + raw)
    atheris.Setup([sys.argv[0], *sys.argv[2:], str(room/"seeds")], one)
    atheris.Fuzz()

INSTRUMENTED = "files schema checksums generations genotype search_log runs run_folder nifti scan names described gather cases store manifest networks train settings".split()

if __name__ == "__main__": _by_coverage(Path(sys.argv[1]))
