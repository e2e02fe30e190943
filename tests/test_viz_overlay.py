"The overlay viewer in a browser: its pixels against numpy's, its mouse and keys, and how long a key takes."
import statistics

import numpy as np
import pytest

from nas3dunet.cases import Volume, label_to_regions
from nas3dunet.metrics import dice
from nas3dunet.viz.overlay import Overlay

PAD = 22  # pixels around each plane
MODEL = "document.getElementById('w0').model"


def ellipsoid(shape, centre, radii):
    return sum(((g - m) / r) ** 2 for g, m, r in zip(np.indices(shape, np.float32, sparse=True), centre, radii)) < 1


def make(shape=(37, 44, 29), spacing=(1., 1.2, 2.), signs=(-1, -1, 1), modalities=("t1", "flair"), id="case", brain=(.4, .42, .45)):
    "A speckled brain with three labels, off centre, and a truth."
    size, rng = np.array(shape), np.random.default_rng(0)
    brain = ellipsoid(shape, size * (.52, .5, .5), size * brain)
    speckle = brain * rng.integers(200, 900, shape, np.int16).astype(np.float32)
    image = np.stack([np.where(brain, np.roll(speckle, i, 0) + 1, 0) for i in range(len(modalities))])
    label = np.zeros(shape, np.uint8)
    for value, r in ((2, .25), (4, .16), (1, .08)): label[ellipsoid(shape, size * (.36, .6, .55), size * r)] = value
    return Volume(id, image, label, np.diag([*np.multiply(signs, spacing), 1.]), spacing, modalities)


@pytest.fixture
def case():
    v = make()
    return v, np.roll(v.label, (2, -1, 1), (0, 1, 2))


def samples(page, overlay):
    "Plane → the canvas's RGB at the centre of every voxel, and which of them the crosshair leaves free."
    found = {}
    for name, (plane, levels, _) in overlay.layers().items():
        found[name] = levels.shape, plane
    boxes = page.evaluate("[...document.querySelectorAll('canvas[data-plane]')].map(c => [c.dataset.plane, c.width, c.height])")
    mm = (overlay.shown.box[1] - overlay.shown.box[0]) * overlay.volume.spacing
    scale = min(min((w - 2 * PAD) / mm[found[n][1]["x"]], (h - 2 * PAD) / mm[found[n][1]["y"]]) for n, w, h in boxes)
    for name, w, h in boxes:
        (rows, columns), plane = found[name]
        kx, ky = (scale * overlay.volume.spacing[plane[a]] for a in "xy")
        xs, ys = ((full - k * n) / 2 + k * (np.arange(n) + .5) for full, k, n in ((w, kx, columns), (h, ky, rows)))
        rgb = page.evaluate("""([name, xs, ys]) => {
            const c = document.querySelector(`canvas[data-plane=${name}]`), d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            return ys.map(y => xs.map(x => [0, 1, 2].map(i => d[4 * (Math.floor(y) * c.width + Math.floor(x)) + i])));
        }""", [name, xs.tolist(), ys.tolist()])
        at = [overlay.cursor[plane[a]] - int(overlay.shown.box[0][plane[a]]) for a in "xy"]
        at = [n - 1 - i if plane[f"flip_{a}"] else i for i, n, a in zip(at, (columns, rows), "xy")]
        free = (np.abs(np.arange(columns) - at[0]) > 1)[None] & (np.abs(np.arange(rows) - at[1]) > 1)[:, None]
        found[name] = np.array(rgb), free
    return found


LOOKS = [dict(), dict(mode="truth", labels="TC", palette="safe", opacity=.3), dict(mode="difference", labels="WT", window=[.2, .7]), dict(mode="difference", opacity=1., radiological=False),
         dict(mode="none", modality=1, window=[-.2, 1.4]), dict(mode="prediction", labels="ET", radiological=False, opacity=.8)]

@pytest.mark.parametrize("signs", [(-1, -1, 1), (1, 1, 1), (1, -1, -1)])
def test_pixels(show, case, signs):
    v, prediction = case
    v.affine = np.diag([*np.multiply(signs, v.spacing), 1.])
    w = Overlay(v, prediction, smooth=False)
    page = show(w)
    for look in LOOKS if signs == (-1, -1, 1) else LOOKS[1:4]:
        drawn = page.evaluate("Number(document.querySelector('.n3-overlay').dataset.drawn)")
        for k, x in look.items(): setattr(w, k, x)
        page.evaluate(f"look => Object.entries(look).forEach(([k, x]) => {MODEL}.set(k, x))", look)
        if look: page.wait_for_function("n => Number(document.querySelector('.n3-overlay').dataset.drawn) > n", arg=drawn)
        for name, (rgb, free) in samples(page, w).items():
            expected = w.compose()[name].astype(int)
            assert free.sum() > .7 * free.size and np.abs(rgb - expected)[free].max() <= 2, (name, look)


def test_smooth_and_boxes(show, case):
    w = Overlay(*case, mode="none")
    w.cursor = [18, 22, 14]
    page = show(w)
    for name, (rgb, free) in samples(page, w).items():                       # between voxels, but on the whole the same picture
        x, y = rgb[free][:, 0], w.compose()[name][free][:, 0].astype(int)
        assert np.corrcoef(x, y)[0, 1] > .9, name
    shots = lambda: page.evaluate("[...document.querySelectorAll('canvas[data-plane]')].map(c => [c.width, c.height, c.toDataURL()])")
    before = shots()
    page.evaluate(f"{MODEL}.set('boxes', [[-4, 2, 2, 12, 20, 10, '#ff0000', 'dashed']])")
    page.wait_for_function("() => Number(document.querySelector('.n3-overlay').dataset.drawn) > 1")
    after = shots()
    assert [x[:2] for x in after] == [x[:2] for x in before]                 # it zooms out, and nothing jumps
    red = "c => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 0; i < d.length; i += 4) n += d[i] > 150 && d[i + 1] < 60; return n; }"
    count = lambda: page.evaluate(f"[...document.querySelectorAll('canvas[data-plane]')].map({red})")
    assert count() == [0, 0, 0]                                              # no plane through (18, 22, 14) meets it
    page.evaluate(f"{MODEL}.set('cursor', [5, 22, 5])")
    page.wait_for_function("() => Number(document.querySelector('.n3-overlay').dataset.drawn) > 2")
    sagittal, coronal, axial = count()
    assert sagittal > 50 and coronal == 0 and axial > 50


def test_mouse_and_keys(show, case):
    w = Overlay(*case, smooth=False)
    page = show(w)
    get = lambda name: page.evaluate(f"{MODEL}.get('{name}')")
    s, c, a = w.cursor
    page.focus("[data-plane=axial]")
    for key, expected in (("ArrowRight", [s + 1, c, a]), ("ArrowDown", [s + 1, c + 1, a]), ("PageUp", [s + 1, c + 1, a + 1]), ("ArrowLeft", [s, c + 1, a + 1]), ("PageDown", [s, c + 1, a])):
        page.keyboard.press(key)                                             # LPS: to the right of the picture is the patient's left, down is posterior
        assert get("cursor") == expected, key
    page.keyboard.press("Shift+ArrowUp")
    assert get("cursor") == [s, c - 9, a]
    page.select_option("[aria-label=convention]", "n")
    page.focus("[data-plane=coronal]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert get("radiological") is False and get("cursor") == [s - 1, c - 9, a + 1]
    page.keyboard.press("m"); page.keyboard.press("d"); page.keyboard.press("["); page.keyboard.press("[")
    assert (get("modality"), get("mode"), round(get("opacity"), 2)) == (1, "truth", .4)
    page.click("text=Difference"); page.click("[data-value=TC]")
    core = [label_to_regions(x)[1] for x in (case[0].label, case[1])]
    page.wait_for_function("text => document.querySelector('.n3-legend').textContent.includes(text)", arg=f"Dice {dice(core[1], core[0]):.3f}")
    page.hover("[data-plane=sagittal]")
    before = get("cursor")
    page.mouse.wheel(0, -120)                                                # over a plane that has not been clicked: the page's
    page.wait_for_timeout(100)
    assert get("cursor") == before
    page.focus("[data-plane=sagittal]")
    page.mouse.wheel(0, -120)
    page.wait_for_function(f"old => {MODEL}.get('cursor')[0] !== old", arg=before[0])
    assert get("cursor") == [before[0] + 1, *before[1:]]                     # wheel up: towards the patient's left
    canvas = page.locator("[data-plane=axial]").bounding_box()
    x, y = canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2
    page.mouse.move(x, y); page.mouse.down(); page.mouse.move(x + 30, y + 10); page.mouse.up()
    middle, moved = (w.shown.box[0] + w.shown.box[1]) / 2, get("cursor")
    assert moved[0] < middle[0] - 3 and moved[1] > middle[1]   # neurological: to the right is the patient's right
    page.mouse.down(button="right"); page.mouse.move(x - 30, y); page.mouse.up(button="right")
    low, high = get("window")
    assert high - low < 1 and get("cursor") == moved
    text = page.inner_text(".n3-read")
    assert "voxel" in text and "mm" in text and "FLAIR" in text and "prediction" in text


def test_readout(show, case):
    v, prediction = case
    w = Overlay(v, prediction)
    page = show(w)
    for at in ([12, 26, 15], [20, 22, 14], [0, 0, 0]):
        page.evaluate(f"x => {MODEL}.set('cursor', x)", at)
        page.wait_for_function("text => document.querySelector('.n3-read').innerText.includes(text)", arg=f"({', '.join(map(str, at))})")
        text, value, mm = page.inner_text(".n3-read"), v.image[0][tuple(at)], v.affine @ [*at, 1]
        told = float(text.split("T1")[1].split("truth")[0].strip(" ≈≤≥\xa0\n"))
        assert abs(told - value) <= 4 and f"x {mm[0] + 0:.1f} · ".replace("-", "−") in text
        for name, x in (("truth", v.label), ("prediction", prediction)):
            raw = int(x[tuple(at)])
            assert (f"({raw})" if raw else "–") in text.split(name)[1]


def test_what_is_missing_is_off_and_comes_on(show):
    v = make(id="<img src=x onerror=alert(1)> & co")
    v.label = None
    w = Overlay(v)
    page = show(w, dark=True)
    assert page.inner_text(".n3-title") == v.id and page.locator(".n3-overlay img").count() == 0
    assert [b.is_disabled() for b in page.locator("[aria-label=view] button").all()] == [True, True, True, False]
    assert page.get_attribute("[data-value=truth]", "title") == "this case has no truth"
    w.set_prediction(make().label)
    page.evaluate(f"x => {MODEL}.set('prediction', new DataView(Uint8Array.from(x).buffer))", list(w.prediction))
    page.wait_for_function("() => document.querySelector('[data-value=prediction]').getAttribute('aria-pressed') === 'true'")
    assert [b.is_disabled() for b in page.locator("[aria-label=view] button").all()] == [False, True, True, False]
    page.wait_for_function("() => document.querySelector('.n3-legend').textContent.includes('oedema')")


@pytest.mark.parametrize("shape", [(40, 40, 1), (1, 30, 50), (9, 60, 20)])
def test_odd_shapes(show, shape):
    v = make((40, 60, 50), (1., 1., 1.))
    cut = tuple(slice((n - k) // 2, (n - k) // 2 + k) for n, k in zip((40, 60, 50), shape))
    v = Volume("slab", v.image[(slice(0, 1), *cut)], v.label[cut], v.affine, (1., 1., 6.), ("t2",))
    w = Overlay(v, smooth=False, mode="truth")
    page = show(w)
    for name, (rgb, free) in samples(page, w).items():
        if free.any(): assert np.abs(rgb - w.compose()[name].astype(int))[free].max() <= 2


SPEED = """(key) => {
  const took = [], planes = [...document.querySelectorAll('canvas[data-plane]')];
  const pixels = (c) => c.getContext('2d').getImageData(c.width / 2, c.height / 2, 40, 1).data.join();
  for (let i = 0; i < 60; i++) {
    const canvas = planes[i % 3], before = pixels(canvas), start = performance.now();
    canvas.dispatchEvent(new KeyboardEvent('keydown', { key: key || (i % 6 < 3 ? 'PageUp' : 'PageDown'), bubbles: true, cancelable: true }));
    canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
    const passed = performance.now() - start;
    if (pixels(canvas) !== before) took.push(passed);
  }
  return took;
}"""

def test_from_key_to_pixel(show):
    v = make((240, 240, 155), (1., 1., 1.), modalities=("t1", "t1ce", "t2", "flair"), brain=(.29, .35, .45))
    page = show(Overlay(v, np.roll(v.label, 3, 0), mode="difference"))
    told = []
    for key, name in ((None, "next slice"), ("m", "next modality (all planes)")):
        rounds = [page.evaluate(SPEED, key) for _ in range(3)]               # another job may take the core away for one of them
        assert all(len(took) == 60 for took in rounds)                       # every key changed pixels
        told.append((min(statistics.median(took) for took in rounds), name))
    print("\nkey → changed pixels at 240×240×155, four modalities, median:", ", ".join(f"{ms:.1f} ms {name}" for ms, name in told))
    assert max(told)[0] <= 10
