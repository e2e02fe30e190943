"What nobody should have written: odd scans, folders that mean harm, and whatever hypothesis thinks of."
import gzip, json, logging, os, pickle, signal, time, traceback, warnings, zipfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import nibabel as nib
import numpy as np

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


class Slow(BaseException): "Raised by the alarm."


def ended(call, seconds=10):
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
        import shutil
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
    def ids(name):
        def spoil():
            file = w/"store"/"store.json"
            data = json.loads(file.read_text())
            data["cases"][name] = data["cases"].pop(min(data["cases"]))
            data.pop("digest", None)
            file.write_text(json.dumps(data))
        return spoil
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
    yield "settings as deep as a well", lambda: (w/"search"/"config.json").write_text(deep), see
    yield "weights that are code", lambda: (w/"train"/"model.safetensors").write_bytes(code), net
    yield "weights with a header of terabytes", lambda: (w/"train"/"model.safetensors").write_bytes((2**60).to_bytes(8, "little") + b"{}"), net
    for name in ("../out", "/etc/x", "a/../../b", "<script>alert(1)</script>/", "\x00", "..", "C:\\x"):
        yield f"the id {name!r}", ids(name), lambda: [Store(w/"store").image(i) for i in Store(w/"store").ids]

def malice(world, tally):
    "Nothing may run, hang, or appear outside of the folder."
    import shutil
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


# ---- whatever hypothesis thinks of

def fuzz(root, tally, seed, end):
    "Texts, bytes and JSON to every reader, until then; needs hypothesis."
    try: from hypothesis import HealthCheck, Phase, given, settings, strategies as st, seed as seeded
    except ImportError:
        print("note: hypothesis is not installed, so nothing was fuzzed", flush=True)
        return
    room = root/"fuzz"
    room.mkdir()
    values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4), max_leaves=12)
    words = st.sampled_from(["task", "search", "train", "schema", "nodes", "down", "up", "modalities", "cases", "epochs", "patch", "network", "kind", "unet", "nas", "stats", "mean", "std"])
    known = st.dictionaries(words, values | words, max_size=8)
    tables = st.builds(lambda rows: "\n".join(",".join(r) for r in rows), st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=5)) | st.text()
    def put(name, text):
        (room/name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return room/name
    def as_json(data): return json.dumps(data)
    def folder(name, data):
        (room/name).mkdir(exist_ok=True)
        put(f"{name}/config.json", as_json(data)); put(f"{name}/store.json", as_json(data)); put(f"{name}/model.safetensors", b"x")
        return room/name
    readers = {
        "a table": (tables | st.binary(), lambda t: read_csv(put("a.csv", t), STEPS)),
        "JSON": (st.text() | st.binary() | values.map(as_json), lambda t: read_json(put("a.json", t))),
        "lines": (st.text() | st.binary() | st.lists(values).map(lambda v: "\n".join(map(as_json, v))), lambda t: read_lines(put("a.jsonl", t))),
        "arrays": (st.binary(), lambda t: read_arrays(put("a.npz", t))),
        "a genotype": (values | known, lambda v: Genotype.from_dict(v)),
        "a genotype's file": (values | known, lambda v: Genotype.load(put("g.json", as_json(v)))),
        "a run": (known, lambda v: read_run(folder("run", {"task": "search", **v}))),
        "a training": (known, lambda v: load_network(folder("train", {"task": "train", **v}), "cpu")),
        "a store": (known, lambda v: Store(folder("store", {"schema": 2, **v}))),
    }
    turn = 0
    while time.monotonic() < end:
        turn += 1
        for name, (strategy, read) in readers.items():
            @seeded(seed * 1000 + turn)
            @settings(max_examples=60, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            @given(strategy)
            def one(value):
                how, said = ended(lambda: read(value))
                tally.add("fuzzed", how, f"{name}, {value!r:.300}: {said}" if how in ("foreign", "slow") else "")
            one()
            if time.monotonic() > end: break
