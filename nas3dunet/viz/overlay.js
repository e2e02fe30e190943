// The overlay viewer. The whole case lies here as bytes; slices are cut, windowed and painted in this file, and no kernel is ever asked.

const MODES = [["prediction", "Prediction"], ["truth", "Truth"], ["difference", "Difference"], ["none", "Image only"]];
const LABELS = [["labels", "All labels"], ["WT", "WT"], ["TC", "TC"], ["ET", "ET"]];
const REGIONS = {   // label classes in the region (1 core, 2 oedema, 3 enhancing), its colour's code, its name
  ET: { classes: [3], code: 3, name: "enhancing tumour (ET)" },
  TC: { classes: [1, 3], code: 1, name: "tumour core (TC)" },
  WT: { classes: [1, 2, 3], code: 2, name: "whole tumour (WT)" },
};
const [SAME, MISS, ALARM, OTHER] = [5, 6, 7, 8];   // codes of the difference
const HELP = "Click, drag or arrow keys move the crosshair, shift by 10 · wheel or Page keys change the slice · right drag sets the window · m modality · d view · [ ] opacity";
const PAD = 22;                                    // pixels around a plane, for its letters

const OVERLAY_STYLE = `
.n3-overlay { box-sizing: border-box; width: 100%; max-width: 1180px; padding: 8px 10px; overflow: hidden; }
.n3-overlay > .n3-row { margin: 5px 0; }
.n3-overlay .n3-title { font-weight: 650; font-size: 14px; overflow-wrap: anywhere; }
.n3-overlay .n3-stage { display: flex; justify-content: space-evenly; background: #000; border-radius: 8px; overflow: hidden; }
.n3-overlay canvas { display: block; cursor: crosshair; touch-action: none; }
.n3-overlay canvas:focus-visible { outline: 2px solid #64b5f6; outline-offset: -3px; border-radius: 8px; }
.n3-overlay .n3-group { display: inline-flex; }
.n3-overlay .n3-group button { border-radius: 0; margin-left: -1px; }
.n3-overlay .n3-group button:first-child { border-radius: 5px 0 0 5px; margin-left: 0; }
.n3-overlay .n3-group button:last-child { border-radius: 0 5px 5px 0; }
.n3-overlay button[aria-pressed="true"] { color: var(--n3-page); }
.n3-overlay button:disabled { opacity: .45; cursor: not-allowed; }
.n3-overlay label { display: inline-flex; align-items: center; gap: 5px; }
.n3-overlay input[type=range] { width: 92px; accent-color: var(--n3-mark); }
.n3-overlay .n3-legend { min-height: 20px; gap: 4px 16px; }
.n3-overlay .n3-chip { display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; box-shadow: 0 0 0 1px #0004; }
.n3-overlay .n3-read { min-height: 20px; gap: 2px 18px; }
.n3-overlay .n3-read b { font-weight: 600; }
.n3-overlay .n3-help { font-size: 12px; }
`;

// The legend's code for a voxel of class `t` in the truth and `p` in the prediction; 0 is not painted.
const codeOf = (mode, labels, t, p) => {
  const inside = (c) => labels === "labels" ? c > 0 : REGIONS[labels].classes.includes(c);
  if (mode === "none") return 0;
  if (mode === "difference") {
    if (inside(t) && inside(p)) return labels === "labels" && t !== p ? OTHER : SAME;
    return inside(t) ? MISS : inside(p) ? ALARM : 0;
  }
  const c = mode === "truth" ? t : p;
  return !inside(c) ? 0 : labels === "labels" ? c : REGIONS[labels].code;
};

// Grey as RGBA in one number, for each byte of the image: 0 is background, 1 … 255 the robust range; `window` is in fractions of that range.
const greyTable = ([low, high]) => Uint32Array.from({ length: 256 }, (_, n) => {
  const g = n ? Math.round(255 * Math.min(1, Math.max(0, ((n - 1) / 254 - low) / (high - low)))) : 0;
  return (0xff000000 | (g << 16) | (g << 8) | g) >>> 0;
});

// RGBA for each pair of label bytes, at (truth << 8) | prediction.
const paintTable = (mode, labels, values, classes, colours) => {
  const table = new Uint32Array(65536);
  for (const t of values) for (const p of values) {
    const code = codeOf(mode, labels, classes[t], classes[p]), [r, g, b] = colours[code];
    if (code) table[(t << 8) | p] = (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
  }
  return table;
};

// Cut slice `at` (counted in the crop) of one view into two RGBA arrays. Rows from the top, columns from the left, as the view says.
const cut = (view, at, { size, image, offset, truth, prediction }, tables, grey, paint) => {
  if (at < 0 || at >= size[view.across]) { grey.fill(0xff000000); paint.fill(0); return; }
  const stride = [size[1] * size[2], size[2], 1], w = size[view.x], h = size[view.y];
  const dx = view.flip_x ? -stride[view.x] : stride[view.x], dy = view.flip_y ? -stride[view.y] : stride[view.y];
  let row = at * stride[view.across] + (dx < 0 ? -dx * (w - 1) : 0) + (dy < 0 ? -dy * (h - 1) : 0);
  for (let j = 0, k = 0; j < h; j++, row += dy)
    for (let i = 0, v = row; i < w; i++, v += dx, k++) {
      grey[k] = tables.grey[image[offset + v]];
      paint[k] = tables.paint[(truth[v] << 8) | prediction[v]];
    }
};

// An off-screen canvas of one pixel per voxel, and its pixels as numbers.
const layer = (w, h) => {
  const canvas = make("canvas", { width: w, height: h }), context = canvas.getContext("2d"), data = context.createImageData(w, h);
  return { canvas, pixels: new Uint32Array(data.data.buffer), show: () => context.putImageData(data, 0, 0) };
};

const clamp = (v, low, high) => Math.min(high, Math.max(low, v));
const range = (name, min, max, step, oninput) => make("input", { type: "range", min, max, step, "aria-label": name, oninput });
const group = (name, choices, onpick) => make("span", { class: "n3-group", role: "group", "aria-label": name },
  ...choices.map(([value, text]) => make("button", { type: "button", "data-value": value, onclick: () => onpick(value) }, text)));
const press = (el, chosen, hint = () => "") => {
  for (const b of el.children) {
    b.setAttribute("aria-pressed", b.dataset.value === String(chosen));
    b.title = hint(b.dataset.value);
    b.disabled = Boolean(b.title);
  }
};

const render = ({ model, el }) => {
  const box = root(el, "overlay", OVERLAY_STYLE), get = (name) => model.get(name);
  let grid, data, views, planes = [], tables = {}, pairs = null, hovered = null, version = 0, own = false;

  // ---- what the user does: set a trait, draw at once, tell the kernel when the frame is done
  const tell = coalesce(() => model.save_changes());
  const put = (name, value) => { own = true; model.set(name, value); own = false; refresh(name); draw(); tell(); };
  const moveTo = (cursor) => {
    const next = cursor.map((v, i) => clamp(v, 0, grid.shape[i] - 1));
    if (next.join() === get("cursor").join()) return false;
    put("cursor", next);
    return true;
  };
  const moveBy = (axis, step) => moveTo(get("cursor").map((v, i) => i === axis ? v + step : v));
  const lacking = (mode) => (mode === "truth" || mode === "difference") && !data.has.truth ? "this case has no truth" :
    (mode === "prediction" || mode === "difference") && !data.has.prediction ? "no prediction is loaded" : "";
  const mode = () => [get("mode"), "prediction", "truth", "none"].find((m) => !lacking(m));
  const nextMode = () => {
    const free = MODES.map(([m]) => m).filter((m) => !lacking(m));
    put("mode", free[(free.indexOf(mode()) + 1) % free.length]);
  };
  const setWindow = (level, width) => { width = clamp(width, .02, 2); put("window", [level - width / 2, level + width / 2]); };
  const levelWidth = () => { const [low, high] = get("window"); return [(low + high) / 2, high - low]; };

  // ---- the page
  const title = make("span", { class: "n3-title" }), caption = make("span", { class: "n3-soft" });
  let modalities = make("span");
  const modes = group("view", MODES, (m) => put("mode", m)), labels = group("labels", LABELS, (l) => put("labels", l));
  const stage = make("div", { class: "n3-stage" }), legend = make("div", { class: "n3-row n3-legend", "aria-label": "legend" });
  const read = make("div", { class: "n3-row n3-read" });
  const opacity = range("opacity", 0, 1, .01, () => put("opacity", Number(opacity.value)));
  const level = range("window level", 0, 1, .005, () => setWindow(Number(level.value), levelWidth()[1]));
  const width = range("window width", .02, 2, .01, () => setWindow(levelWidth()[0], Number(width.value)));
  const palette = make("select", { "aria-label": "colours", onchange: () => put("palette", palette.value) },
    make("option", { value: "paper" }, "paper's colours"), make("option", { value: "safe" }, "colour-blind safe"));
  const convention = make("select", { "aria-label": "convention", title: "which side of the patient is on the left of the picture", onchange: () => put("radiological", convention.value === "r") },
    make("option", { value: "r" }, "radiological (R on the left)"), make("option", { value: "n" }, "neurological (L on the left)"));
  const smooth = make("input", { type: "checkbox", onchange: () => put("smooth", smooth.checked) });
  const reset = make("button", { type: "button", title: "window back to the whole range", onclick: () => put("window", [0, 1]) }, "reset");
  const choices = make("div", { class: "n3-row" }, modalities, modes, labels);
  box.append(make("div", { class: "n3-row" }, title, caption), choices, stage, legend, read, make("div", { class: "n3-row" },
    make("label", {}, "opacity", opacity), make("label", {}, "level", level), make("label", {}, "width", width), reset, palette, convention, make("label", {}, smooth, "smooth")),
    make("div", { class: "n3-soft n3-help" }, HELP));

  // ---- from traits to tables
  const load = () => {
    grid = get("grid");
    const [a, b, c] = grid.size, none = new Uint8Array(a * b * c), [truth, prediction] = [bytesOf(get("truth")), bytesOf(get("prediction"))];
    const has = { truth: truth.length > 0, prediction: prediction.length > 0 };
    data = { size: grid.size, image: bytesOf(get("image")), offset: 0, truth: has.truth ? truth : none, prediction: has.prediction ? prediction : none, has };
    pairs = hovered = null;
    if (grid.modalities.join() === modalities.dataset.names) return;
    const fresh = group("modality", grid.modalities.map((name, i) => [i, name]), (i) => put("modality", Number(i)));
    fresh.dataset.names = grid.modalities.join();
    modalities.replaceWith(fresh);
    modalities = fresh;
  };
  const PAINT = ["mode", "labels", "palette"], DATA = ["grid", "image", "truth", "prediction"];
  const refresh = (name) => {   // after trait `name` has changed; null: all of them
    const any = (names) => name === null || names.includes(name);
    if (any(DATA)) load();
    if (any(["grid", "radiological"])) { views = grid.views[get("radiological") ? "radiological" : "neurological"]; layout(); }
    if (any(["boxes"])) fit();
    if (any([...DATA, "modality"])) data.offset = clamp(get("modality"), 0, grid.modalities.length - 1) * data.truth.length;
    if (any(["window"])) tables.grey = greyTable(get("window"));
    if (any([...DATA, ...PAINT])) tables.paint = paintTable(mode(), get("labels"), grid.values, grid.classes, get("legend")[get("palette")]);
    if (any([...DATA, ...PAINT, "modality", "window", "radiological"])) version++;
    if (any([...DATA, ...PAINT])) later();
    if (name !== "cursor") controls();
  };
  const controls = () => {
    title.textContent = get("title"); caption.textContent = get("caption");
    press(modalities, clamp(get("modality"), 0, grid.modalities.length - 1));
    press(modes, mode(), lacking);
    press(labels, get("labels"), () => mode() === "none" ? "nothing is painted" : "");
    const [l, w] = levelWidth();
    opacity.value = get("opacity"); level.value = l; width.value = w; palette.value = get("palette"); smooth.checked = get("smooth");
    convention.value = get("radiological") ? "r" : "n";
  };

  // ---- sizes: all planes in one scale, from the crop; boxes that reach further zoom out but move nothing
  const layout = () => {
    const mm = grid.size.map((n, i) => n * grid.spacing[i]), wide = views.reduce((sum, v) => sum + mm[v.x], 0), high = Math.max(...views.map((v) => mm[v.y]));
    const scale = Math.min(((box.clientWidth || 920) - 20 - 6 * PAD) / wide, (460 - 2 * PAD) / high);
    planes = views.map((view, i) => {
      const old = planes[i], canvas = old ? old.canvas : plane(view.name);
      const [w, h] = [grid.size[view.x], grid.size[view.y]], same = old && old.w === w && old.h === h;
      return { view, canvas, w, h, grey: same ? old.grey : layer(w, h), paint: same ? old.paint : layer(w, h), key: "",
        width: Math.max(96, Math.floor(mm[view.x] * scale) + 2 * PAD), height: Math.max(150, Math.floor(high * scale) + 2 * PAD) };
    });
    stage.replaceChildren(...planes.map((p) => p.canvas));
    fit();
  };
  const fit = () => {
    const low = [0, 1, 2].map((i) => Math.min(grid.start[i], ...get("boxes").map((b) => b[i])));
    const high = [0, 1, 2].map((i) => Math.max(grid.start[i] + grid.size[i], ...get("boxes").map((b) => b[i + 3])));
    const mm = high.map((v, i) => (v - low[i]) * grid.spacing[i]);
    const scale = Math.min(...planes.map((p) => Math.min((p.width - 2 * PAD) / mm[p.view.x], (p.height - 2 * PAD) / mm[p.view.y])));
    for (const p of planes) {
      const { x, y, flip_x, flip_y } = p.view, kx = scale * grid.spacing[x], ky = scale * grid.spacing[y];
      const left = (p.width - mm[x] * scale) / 2, top = (p.height - mm[y] * scale) / 2;
      p.px = (v) => left + kx * (flip_x ? high[x] - v : v - low[x]);   // from a voxel's edge to the picture; its centre is at + ½
      p.py = (v) => top + ky * (flip_y ? high[y] - v : v - low[y]);
      p.voxel = (px, py) => {                                          // and back
        const at = [...get("cursor")];
        at[x] = Math.floor(flip_x ? high[x] - (px - left) / kx : (px - left) / kx + low[x]);
        at[y] = Math.floor(flip_y ? high[y] - (py - top) / ky : (py - top) / ky + low[y]);
        return at.map((v, i) => clamp(v, 0, grid.shape[i] - 1));
      };
    }
  };

  // ---- drawing: slices are cut again only where something changed
  const draw = () => {
    const cursor = get("cursor");
    for (const p of planes) {
      const at = cursor[p.view.across] - grid.start[p.view.across], key = `${at} ${version}`;
      if (key !== p.key) { cut(p.view, at, data, tables, p.grey.pixels, p.paint.pixels); p.grey.show(); p.paint.show(); p.key = key; }
      drawPlane(p, cursor);
    }
    readout();
    drawn(box);
  };
  const drawPlane = (p, cursor) => {
    const context = sharpen(p.canvas, p.width, p.height), { x, y } = p.view, end = (i) => grid.start[i] + grid.size[i];
    const xs = [p.px(grid.start[x]), p.px(end(x))], ys = [p.py(grid.start[y]), p.py(end(y))];
    const place = [Math.min(...xs), Math.min(...ys), Math.abs(xs[1] - xs[0]), Math.abs(ys[1] - ys[0])];
    context.fillStyle = "#000";
    context.fillRect(0, 0, p.width, p.height);
    context.imageSmoothingEnabled = get("smooth");
    context.drawImage(p.grey.canvas, ...place);
    context.imageSmoothingEnabled = false;                             // labels have no in-between
    context.globalAlpha = get("opacity");
    context.drawImage(p.paint.canvas, ...place);
    context.globalAlpha = 1;
    outlines(context, p, cursor);
    crosshair(context, p, p.px(cursor[x] + .5), p.py(cursor[y] + .5));
    letters(context, p, cursor[p.view.across]);
  };
  const outlines = (context, p, cursor) => {
    const { x, y, across } = p.view;
    for (const b of get("boxes")) {
      if (cursor[across] < b[across] || cursor[across] >= b[across + 3]) continue;
      context.strokeStyle = b[6]; context.lineWidth = 1.5; context.setLineDash(b[7] === "dashed" ? [5, 4] : []);
      context.strokeRect(p.px(b[x]), p.py(b[y]), p.px(b[x + 3]) - p.px(b[x]), p.py(b[y + 3]) - p.py(b[y]));
    }
    context.setLineDash([]);
  };
  const crosshair = (context, p, x, y, gap = 9) => {
    context.strokeStyle = "rgba(150, 220, 255, .8)"; context.lineWidth = 1;
    context.beginPath();
    for (const [x0, y0, x1, y1] of [[PAD, y, x - gap, y], [x + gap, y, p.width - PAD, y], [x, PAD, x, y - gap], [x, y + gap, x, p.height - PAD]])
      if (x1 > x0 || y1 > y0) { context.moveTo(x0, y0); context.lineTo(x1, y1); }
    context.stroke();
  };
  const letters = (context, p, at) => {
    const [left, right, top, bottom] = p.view.letters, { width: w, height: h } = p;
    context.fillStyle = "#e8edf3"; context.font = "600 13px system-ui, 'Liberation Sans', sans-serif"; context.textAlign = "center"; context.textBaseline = "middle";
    for (const [text, x, y] of [[left, PAD / 2, h / 2], [right, w - PAD / 2, h / 2], [top, w / 2, PAD / 2], [bottom, w / 2, h - PAD / 2]]) context.fillText(text, x, y);
    context.font = "11px system-ui, 'Liberation Sans', sans-serif"; context.textAlign = "left"; context.fillStyle = "#9fb0c3";
    context.fillText(`${p.view.name} ${at}`, 7, PAD / 2);
  };

  // ---- words: the voxel under the mouse (or the crosshair), and the legend with volumes
  const readout = () => {
    const cursor = get("cursor"), at = hovered ? hovered.at.map((v, i) => i === hovered.across ? cursor[i] : v) : cursor, inside = at.map((v, i) => v - grid.start[i]), [, b, c] = grid.size;
    const shown = inside.every((v, i) => v >= 0 && v < grid.size[i]), v = (inside[0] * b + inside[1]) * c + inside[2];
    const mm = grid.affine.map((r) => r[0] * at[0] + r[1] * at[1] + r[2] * at[2] + r[3]), m = data.offset / data.truth.length;
    const world = mm.map((x, i) => `${["LR", "PA", "IS"][i][Number(x >= 0)]} ${Math.abs(x).toFixed(1)}`).join(" · ");
    const byte = shown ? data.image[data.offset + v] : 0, [low, high] = grid.ranges[m], value = low + (byte - 1) / 254 * (high - low);
    const sign = byte === 255 ? "≥" : byte === 1 ? "≤" : "≈", digits = high - low > 50 ? 0 : high - low > 5 ? 1 : 3;
    const label = (of) => { const raw = shown ? of[v] : 0; return raw ? `${get("legend").names[grid.classes[raw]]} (${raw})` : "–"; };
    const items = [["voxel", `(${at.join(", ")})`], ["at", `${world} mm`], [grid.modalities[m], byte ? `${sign} ${value.toFixed(digits)}` : "0"]];
    if (data.has.truth) items.push(["truth", label(data.truth)]);
    if (data.has.prediction) items.push(["prediction", label(data.prediction)]);
    read.replaceChildren(...items.map(([name, text]) => make("span", {}, make("span", { class: "n3-soft" }, `${name} `), make("b", {}, text))));
  };
  const later = coalesce(() => {   // millions of voxels are counted once per case and prediction, and not while a key waits
    if (!pairs) { pairs = new Uint32Array(65536); for (let v = 0; v < data.truth.length; v++) pairs[(data.truth[v] << 8) | data.prediction[v]]++; }
    const count = new Array(9).fill(0), { names, [get("palette")]: colours } = get("legend"), ml = grid.spacing[0] * grid.spacing[1] * grid.spacing[2] / 1000;
    for (const t of grid.values) for (const p of grid.values) count[codeOf(mode(), get("labels"), grid.classes[t], grid.classes[p])] += pairs[(t << 8) | p];
    const region = REGIONS[get("labels")], differs = mode() === "difference";
    const codes = mode() === "none" ? [] : differs ? (region ? [SAME, MISS, ALARM] : [SAME, OTHER, MISS, ALARM]) : region ? [region.code] : [2, 1, 3, ...(grid.other ? [4] : [])];
    const chips = codes.map((code) => make("span", {}, make("i", { class: "n3-chip", style: `background: rgb(${colours[code]})` }),
      !differs && region ? region.name : names[code], make("span", { class: "n3-soft" }, ` ${(count[code] * ml).toFixed(1)} ml`)));
    const both = 2 * count[SAME] + count[MISS] + count[ALARM];
    if (differs && region) chips.push(make("span", {}, make("span", { class: "n3-soft" }, `${region.name}: Dice `), make("b", {}, (both ? 2 * count[SAME] / both : 1).toFixed(3))));
    const hint = [...new Set(["truth", "prediction"].map(lacking).filter(Boolean))].join(", ");
    if (!codes.length || hint) chips.push(make("span", { class: "n3-soft" }, hint ? `${hint}: views that need one are off` : "nothing is painted over the image"));
    legend.replaceChildren(...chips);
  });

  // ---- mouse and keys
  const spot = (event, p) => { const r = p.canvas.getBoundingClientRect(); return p.voxel(event.clientX - r.left, event.clientY - r.top); };
  const plane = (name) => {
    const canvas = make("canvas", { tabindex: 0, "data-plane": name, role: "application", "aria-label": `${name} plane; ${HELP}`, oncontextmenu: (e) => e.preventDefault() });
    const mine = () => planes.find((p) => p.canvas === canvas);
    let wheel = 0;
    canvas.addEventListener("pointerdown", (e) => { canvas.focus({ preventScroll: true }); canvas.setPointerCapture(e.pointerId); if (e.button === 0) moveTo(spot(e, mine())); });
    canvas.addEventListener("pointermove", (e) => {
      hovered = { at: spot(e, mine()), across: mine().view.across };
      if (e.buttons & 2) { const [l, w] = levelWidth(); setWindow(clamp(l + e.movementY / 400, 0, 1), w + e.movementX / 300); }
      else if (!(e.buttons & 1 && moveTo(hovered.at))) readout();
    });
    canvas.addEventListener("pointerleave", () => { hovered = null; readout(); });
    canvas.addEventListener("wheel", (e) => {
      wheel += e.deltaY * (e.deltaMode ? 40 : 1);
      const full = Math.abs(wheel) >= 40, { across, step } = mine().view;
      if (!full || moveBy(across, wheel < 0 ? step : -step)) e.preventDefault();   // at the last slice the page scrolls on
      if (full) wheel = 0;
    }, { passive: false });
    canvas.addEventListener("keydown", (e) => {
      const { x, y, flip_x, flip_y, across, step } = mine().view, by = e.shiftKey ? 10 : 1, right = flip_x ? -by : by, down = flip_y ? -by : by;
      const move = { ArrowLeft: [x, -right], ArrowRight: [x, right], ArrowUp: [y, -down], ArrowDown: [y, down], PageUp: [across, step * by], PageDown: [across, -step * by] }[e.key];
      if (move && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); hovered = null; moveBy(...move); }
    });
    return canvas;
  };
  const keys = {
    m: () => put("modality", (get("modality") + 1) % grid.modalities.length), d: nextMode,
    "[": () => put("opacity", Math.max(0, Math.round(get("opacity") * 10 - 1) / 10)), "]": () => put("opacity", Math.min(1, Math.round(get("opacity") * 10 + 1) / 10)),
  };
  box.addEventListener("keydown", (e) => { if (keys[e.key] && !e.ctrlKey && !e.metaKey && e.target.tagName !== "SELECT") { e.preventDefault(); keys[e.key](); } });

  // ---- what others change (the kernel, another view) is drawn once per frame
  const news = new Set(), catchUp = coalesce(() => {
    if (DATA.some((name) => news.has(name))) refresh(null); else for (const name of news) refresh(name);
    news.clear();
    draw();
  });
  const names = [...DATA, ...PAINT, "cursor", "modality", "opacity", "window", "radiological", "smooth", "boxes", "title", "caption"];
  const ends = names.map((name) => listen(model, [name], () => { if (!own) { news.add(name); catchUp(); } }));
  let wide = box.clientWidth;
  const sized = new ResizeObserver(coalesce(() => { if (box.clientWidth !== wide) { wide = box.clientWidth; layout(); draw(); } }));
  refresh(null);
  draw();
  sized.observe(box);
  return () => { sized.disconnect(); ends.forEach((end) => end()); };
};
export default { render };
