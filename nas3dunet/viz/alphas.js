// The α explorer: one small plot of ᾱ per edge of a cell, a heat map of edges × operations, and the numbers that say how decided the search is.
const FONT = 'system-ui, "Liberation Sans", sans-serif';
const DASHES = { max_pool: [5, 2.5], avg_pool: [1.5, 2], identity: [7, 2.5, 1.5, 2.5] };   // operations without a kernel are not drawn through
const STYLE = `
.n3-alphas { box-sizing: border-box; padding: 8px 10px; min-width: 340px; }
.n3-alphas .n3-bar { justify-content: space-between; min-height: 30px; }
.n3-alphas .n3-keys { gap: 2px 9px; margin: 5px 0 3px; font-size: 11.5px; }
.n3-alphas button[aria-pressed="true"] { color: var(--n3-page); }
.n3-alphas .n3-keys span { white-space: nowrap; } .n3-alphas .n3-keys svg { vertical-align: -1px; margin-right: 4px; }
.n3-alphas .n3-cells button { border-radius: 0; margin-right: -1px; } .n3-alphas .n3-cells button:first-child { border-radius: 5px 0 0 5px; }
.n3-alphas .n3-cells button:last-child { border-radius: 0 5px 5px 0; }
.n3-alphas .n3-free { display: flex; align-items: center; gap: 12px; background: var(--n3-card); border-radius: 6px; padding: 3px 10px; font-size: 11.5px; line-height: 1.3; }
.n3-alphas .n3-free b { font-size: 18px; white-space: nowrap; }
.n3-alphas .n3-epoch { display: inline-block; min-width: 8.5em; font-weight: 600; }
.n3-alphas .n3-stage { position: relative; display: flex; flex-wrap: wrap; gap: 14px; } .n3-alphas .n3-stage canvas { display: block; cursor: pointer; touch-action: none; }
.n3-alphas .n3-tip { position: absolute; pointer-events: none; z-index: 2; white-space: pre; padding: 3px 8px; border-radius: 5px; font-size: 12px;
  background: var(--n3-ink); color: var(--n3-page); }
.n3-alphas .n3-message { position: absolute; left: 60px; top: 40px; } .n3-alphas .n3-said { min-height: 1.4em; margin-top: 3px; font-size: 12px; } .n3-alphas .n3-help { font-size: 11.5px; }
.n3-alphas [hidden] { display: none !important; }
`;

// ---- the numbers ----

const sourceName = (s) => s < 2 ? `X${s}` : `node ${s - 1}`;
const edgeName = (hm) => `${sourceName(hm.source)} → node ${hm.node + 1}`;
const two = (x) => x.toFixed(2).replace(/^0/, "");

// One cell's numbers, from bytes to functions: share(hm, e, k) is ᾱ of the k-th operation at epoch e = 1 … E.
const readCell = (model, kind) => {
  const layout = model.get("plan"), values = floatsOf(model.get(kind)), facts = floatsOf(model.get(`${kind}_facts`));
  const E = facts.length / 3 / layout.cells[kind].length;
  let at = 0;
  const hms = layout.cells[kind].map(([node, source, ops, columns], i) => {
    const hm = { i, node, source, ops, columns, n: ops.length, at };
    at += E * ops.length;
    return hm;
  });
  const share = (hm, e, k) => values[hm.at + (e - 1) * hm.n + k], fact = (hm, e, k) => facts[(hm.i * E + e - 1) * 3 + k];
  const order = (hm, e) => [...hm.ops.keys()].sort((a, b) => share(hm, e, b) - share(hm, e, a));   // stable: the first of those that tie
  let least = values.length ? 1 : 0, most = 0;
  for (const v of values) { least = Math.min(least, v); most = Math.max(most, v); }
  return { kind, E: at === values.length ? E : 0, hms, share, order, entropy: (hm, e) => fact(hm, e, 0), margin: (hm, e) => fact(hm, e, 1),
    kept: (hm, e) => E > 0 && fact(hm, e, 2) > 0, low: [.15, .1, .05].find((t) => t < least && most < .3) || 0, top: [.25, .3, .4, .5, .6, .8].find((t) => t > most) || 1 };
};

// ---- where things are ----

const measure = (width, nodes) => {
  const side = width >= 400 + 60 * Math.max(nodes, 2), rows = nodes * (nodes + 3) / 2;
  const heat = side ? Math.min(Math.max(Math.round(.43 * width), 300), 460) : width, grid = side ? width - heat - 14 : width;
  const least = (nodes + 1) * 62 + 36, height = side ? Math.round(Math.max(least, Math.min(Math.max(.4 * width, 290, rows * 17 + 50), (nodes + 1) * 105 + 36, 460))) : least;
  return { grid, heat, height, heatHeight: side ? height : rows * (rows > 9 ? 18 : 22) + 24 + 5 * nodes };
};

// One rectangle for each edge: a row for each source, a column for each target; only later nodes read a node.
const gridPlots = (hms, nodes, width, height) => {
  const left = 40, top = 19, w = (width - left - 2) / nodes, h = (height - top - 17) / (nodes + 1);
  return hms.map((hm) => ({ hm, x: left + hm.node * w, y: top + hm.source * h, w: w - 5, h: h - 5, head: 13 }));
};
const largePlot = (hm, width, height) => ({ hm, x: 42, y: 26, w: width - 42 - Math.min(150, .43 * width), right: width - 3, h: height - 26 - 36, head: 0, large: true });
const inside = (p, x, y) => x >= p.x && x < p.x + p.w && y >= p.y && y < p.y + p.h;

const heatRows = (hms, width, height) => {
  const gap = 5, nodes = hms.at(-1).node + 1, step = Math.min(36, (height - 24 - gap * nodes) / hms.length);
  const name = width > 400 ? 112 : 54, number = width > 400 ? 54 : 38, cell = (width - name - 2 * number - 6) / 7;
  return { name, number, cell, step, short: width <= 400, rows: hms.map((hm, i) => ({ hm, x: 0, y: 22 + i * step + hm.node * gap, w: width, h: step - 2 })) };
};

// ---- drawing ----

const lighter = (hex) => `rgb(${[1, 3, 5].map((i) => Math.round(parseInt(hex.slice(i, i + 2), 16) * .58 + 255 * .42)).join(" ")})`;
const write = (c, text, x, y, colour, size = 11, align = "left", bold = false) => {
  c.font = `${bold ? "700 " : ""}${size}px ${FONT}`; c.fillStyle = colour; c.textAlign = align; c.textBaseline = "middle";
  c.fillText(text, x, y);
};
const stroke = (c, colour, width, dash, points) => {
  c.strokeStyle = colour; c.lineWidth = width; c.setLineDash(dash); c.beginPath();
  points.forEach(([x, y], i) => i ? c.lineTo(x, y) : c.moveTo(x, y));
  c.stroke(); c.setLineDash([]);
};

// Scales of a plot: epoch → x, ᾱ → y, and x → epoch.
const scales = (p, cell, horizon) => {
  const pad = p.large ? 6 : 5, low = p.y + p.h - 2, high = p.y + p.head + 2, run = (p.w - 2 * pad) / Math.max(horizon - 1, 1);
  return { x: (e) => horizon > 1 ? p.x + pad + (e - 1) * run : p.x + p.w / 2, y: (v) => low - (v - cell.low) / (cell.top - cell.low) * (low - high),
    epoch: (x) => Math.min(Math.max(Math.round(1 + (x - p.x - pad) / run), 1), cell.E), run };
};

// The curves of one HM: even split, operations (the leader last and bold), current epoch.
const drawCurves = (c, p, cell, s, e, look) => {
  const { hm } = p, last = cell.E, stride = Math.max(1, Math.floor(.5 / s.run)), best = last ? cell.order(hm, e)[0] : -1;
  stroke(c, look.soft, .7, [2, 3], [[p.x, s.y(1 / hm.n)], [p.x + p.w, s.y(1 / hm.n)]]);
  if (last) stroke(c, look.mark, 1.2, [], [[s.x(e), p.y + p.head], [s.x(e), p.y + p.h]]);
  for (const k of [...hm.ops.keys()].sort((a, b) => (a === best) - (b === best))) {
    const family = hm.columns[k], colour = look.colours[family], points = [];
    for (let t = 1; t <= last; t += t + stride > last && t < last ? last - t : stride) points.push([s.x(t), s.y(cell.share(hm, t, k))]);
    stroke(c, colour, (k === best ? 2.2 : 1.1) + (p.large ? .4 : 0), DASHES[look.families[family]] || [], points);
    c.fillStyle = colour;
    for (const [x, y] of s.run > 9 ? points : []) { c.beginPath(); c.arc(x, y, k === best ? 2.6 : 1.7, 0, 7); c.fill(); }
  }
};

const drawGrid = (c, plots, cell, horizon, e, nodes, look) => {
  for (let j = 0; j < nodes; j++) write(c, `node ${j + 1}`, plots.find((p) => p.hm.node === j).x + 2, 8, look.ink, 11, "left", true);
  for (const p of plots) {
    const s = scales(p, cell, horizon), { hm } = p, kept = cell.kept(hm, e);
    c.globalAlpha = kept || !cell.E ? 1 : .5;
    if (kept) { c.fillStyle = look.card; c.fillRect(p.x, p.y, p.w, p.h); }
    drawCurves(c, p, cell, s, e, look);
    c.globalAlpha = 1;
    c.strokeStyle = kept ? look.ink : look.line; c.lineWidth = kept ? 1.8 : 1; c.strokeRect(p.x, p.y, p.w, p.h);
    if (cell.E) {
      const k = cell.order(hm, e)[0];
      write(c, look.short[hm.columns[k]], p.x + 5, p.y + 8, kept ? look.colours[hm.columns[k]] : look.soft, 11, "left", kept);
      write(c, two(cell.share(hm, e, k)), p.x + p.w - 4, p.y + 8, kept ? look.ink : look.soft, 10.5, "right", kept);
    }
    if (hm.node === Math.max(0, hm.source - 1)) {   // the first plot of its row carries the row's name and the scale
      write(c, sourceName(hm.source), p.x - 4, p.y + p.head + (p.h - p.head) / 2, look.ink, 11, "right", true);
      write(c, two(cell.top), p.x - 4, s.y(cell.top) + 2, look.soft, 9.5, "right"); write(c, cell.low ? two(cell.low) : "0", p.x - 4, s.y(cell.low) - 3, look.soft, 9.5, "right");
    }
    if (hm.source === hm.node + 1) for (const t of horizon > 1 ? [1, horizon] : [1]) write(c, String(t), s.x(t), p.y + p.h + 8, look.soft, 9.5, t > 1 ? "right" : "left");
  }
};

const drawLarge = (c, p, cell, horizon, e, look) => {
  const s = scales(p, cell, horizon), { hm } = p, every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((d) => horizon / d <= 8) || 1000;
  write(c, `${cell.kind} cell, ${edgeName(hm)}`, p.x, 10, look.ink, 14, "left", true);
  const step = cell.top > .5 ? .2 : cell.low || cell.top < .3 ? .05 : .1;
  for (let v = cell.low; v <= cell.top + 1e-6; v += step) {
    stroke(c, look.line, .6, [], [[p.x, s.y(v)], [p.x + p.w, s.y(v)]]); write(c, v.toFixed(step < .1 ? 2 : 1), p.x - 6, s.y(v), look.soft, 11, "right");
  }
  for (let t = 1; t <= horizon; t = t === 1 && every > 1 ? every : t + every) write(c, String(t), s.x(t), p.y + p.h + 11, look.soft, 11, "center");
  write(c, "epoch", p.x + p.w / 2, p.y + p.h + 27, look.soft, 12, "center"); write(c, "ᾱ", 8, p.y + p.h / 2, look.soft, 14, "left");
  drawCurves(c, p, cell, s, e, look);
  c.strokeStyle = cell.kept(hm, e) ? look.ink : look.line; c.lineWidth = cell.kept(hm, e) ? 2 : 1; c.strokeRect(p.x, p.y, p.w, p.h);
  const x = p.x + p.w + 10, right = Math.min(x + 132, p.right);
  (cell.E ? cell.order(hm, e) : []).forEach((k, i) => {
    const y = p.y + 10 + 20 * i, family = hm.columns[k];
    stroke(c, look.colours[family], i ? 2 : 4, DASHES[look.families[family]] || [], [[x, y], [x + 16, y]]);
    write(c, hm.ops[k], x + 20, y, i ? look.ink : look.colours[family], 12, "left", !i); write(c, two(cell.share(hm, e, k)), right, y, look.ink, 12, "right", !i);
  });
  write(c, `even split ${two(1 / hm.n)}`, x, p.y + 22 + 20 * hm.n, look.soft, 11);
};

const drawHeat = (c, heat, cell, e, selected, look, width) => {
  const { name, number, cell: w, rows } = heat, columns = look.short.map((_, f) => name + f * w);
  look.short.forEach((s, f) => write(c, s, columns[f] + w / 2, 9, look.used(f) ? look.colours[f] : look.line, heat.short ? 9.5 : 11, "center", !heat.short));
  ["entropy", "margin"].forEach((s, i) => write(c, s, width - number * (1 - i) - 2, 9, look.soft, heat.short ? 9.5 : 11, "right"));
  for (const r of rows) {
    const { hm } = r, y = r.y + r.h / 2, kept = cell.kept(hm, e), best = cell.E ? cell.order(hm, e)[0] : -1;
    const label = heat.short ? `${sourceName(hm.source).replace("node ", "n")}→n${hm.node + 1}` : edgeName(hm);
    if (kept) { c.fillStyle = look.ink; c.fillRect(0, r.y, 3, r.h); }
    write(c, label, 8, y, kept ? look.ink : look.soft, 11, "left", kept);
    hm.columns.forEach((f, k) => {
      const v = cell.E ? cell.share(hm, e, k) : 0, strength = Math.max(.06, .08 + .92 * (v - cell.low) / (cell.top - cell.low)), x = columns[f];
      c.globalAlpha = strength; c.fillStyle = look.fills[f]; c.fillRect(x + 1, r.y, w - 2, r.h); c.globalAlpha = 1;
      if (k === best) { c.strokeStyle = look.ink; c.lineWidth = 1.5; c.strokeRect(x + 1.5, r.y + .5, w - 3, r.h - 1); }
      if (cell.E && w > 19) write(c, v > .995 ? "1" : two(v), x + w / 2, y, strength > .62 ? "#fff" : look.ink, w > 25 && r.h > 15 ? 11 : 10, "center", k === best);
    });
    [cell.entropy, cell.margin].forEach((of, i) => {
      const x = width - number * (2 - i) + 6, v = cell.E ? of(hm, e) : 0;
      c.fillStyle = look.card; c.fillRect(x, r.y, number - 8, r.h);
      c.globalAlpha = .4; c.fillStyle = look.soft; c.fillRect(x, r.y, (number - 8) * Math.min(1, v), r.h); c.globalAlpha = 1;
      if (cell.E) write(c, v.toFixed(2), x + number - 11, y, look.ink, 10.5, "right");
    });
    if (hm.i === selected) { c.strokeStyle = look.mark; c.lineWidth = 2; c.strokeRect(1, r.y - 1, width - 2, r.h + 2); }
  }
};

// Weight-free operations over the epochs, with the even draw's count as a dashed line.
const drawFree = (c, free, layout, horizon, e, look, w, h) => {
  const E = free.length / 2, n = (t) => free[2 * t - 2] + free[2 * t - 1];
  const x = (t) => 2 + (w - 5) * (horizon > 1 ? (t - 1) / (horizon - 1) : .5), y = (n) => h - 3 - n / layout.total * (h - 6);
  stroke(c, look.soft, 1, [2, 2], [[0, y(layout.chance)], [w, y(layout.chance)]]);
  stroke(c, look.ink, 1.4, [], Array.from({ length: E }, (_, i) => [x(i + 1), y(n(i + 1))]));
  c.fillStyle = look.mark;
  if (E) { c.beginPath(); c.arc(x(e), y(n(e)), 3, 0, 7); c.fill(); }
};

// ---- the widget ----

export default { render({ model, el }) {
  const box = root(el, "alphas", STYLE), plan = () => model.get("plan");
  const put = (name, value) => { if (model.get(name) !== value) { model.set(name, value); model.save_changes(); } };
  const pick = (kind) => make("button", { onclick: () => put("cell", kind) }, `${kind} cell`);
  const buttons = { down: pick("down"), up: pick("up") }, back = make("button", { onclick: () => put("selected", -1) }, "‹ all edges");
  const epochText = make("span", { class: "n3-epoch" }), count = make("b"), chance = make("span"), spark = make("canvas");
  const free = make("div", { class: "n3-free",
    title: "Pools and identity have no kernel to train. The dotted line is what an even draw from all genotypes would give." }, count,
    make("span", {}, chance, make("br"), make("span", { class: "n3-soft" }, "a drift to pools and identity is DARTS' known failure")), spark);
  const keys = make("div", { class: "n3-row n3-keys" }), grid = make("canvas"), heatmap = make("canvas"), tip = make("div", { class: "n3-tip", hidden: true });
  const message = make("div", { class: "n3-message", hidden: true }), said = make("div", { class: "n3-said", "aria-live": "polite" });
  const stage = make("div", { class: "n3-stage", tabindex: 0, role: "group", "aria-label": "ᾱ over the epochs. Arrows left and right: epoch; up and down: edge; Escape: all edges" },
    grid, heatmap, tip, message);
  const cells = make("span", { class: "n3-cells", role: "group", "aria-label": "cell" }, buttons.down, buttons.up);
  box.append(make("div", { class: "n3-row n3-bar" }, make("div", { class: "n3-row" }, cells, epochText, back), free), keys, stage, said,
    make("div", { class: "n3-soft n3-help" }, "Framed: kept in this epoch's genotype. Bold: leads. Dotted: even split. Click enlarges, drag moves the epoch; keys ← → epoch, ↑ ↓ edge, Esc."));

  let cell, stamp, plots = [], heat = { rows: [] }, horizon = 1, hover = null, pressed = null;
  const now = () => Math.min(Math.max(model.get("epoch"), 1), Math.max(cell.E, 1));
  const chosen = () => Math.min(model.get("selected"), cell.hms.length - 1);

  const colours = () => {
    const dark = parseInt((getComputedStyle(box).backgroundColor.match(/\d+/g) || [255])[0]) < 128, fills = plan().colours;
    return { ...Object.fromEntries(["ink", "soft", "line", "card", "mark"].map((name) => [name, ink(box, name)])), fills, colours: dark ? fills.map(lighter) : fills,
      short: plan().short, families: plan().families, used: (f) => cell.hms.some((hm) => hm.columns.includes(f)) };
  };
  const key = (look, f) => make("span", { style: look.used(f) ? null : "opacity:.4" },
    make("svg", { width: 19, height: 9, "aria-hidden": "true" },
      make("line", { x2: 19, y1: 4.5, y2: 4.5, stroke: look.colours[f], "stroke-width": 2.6, "stroke-dasharray": (DASHES[look.families[f]] || []).join(" ") })), look.families[f]);
  const sentence = (hm, e) => {
    const [a, b] = cell.order(hm, e), raw = plan().rank === "raw";
    const first = two(cell.share(hm, e, a)) + (raw ? "" : ` (ᾱ·N_O ${(hm.n * cell.share(hm, e, a)).toFixed(2)})`);
    return `${edgeName(hm)}, epoch ${e}: ${hm.ops[a]} leads with ᾱ ${first}, then ${hm.ops[b]} ${two(cell.share(hm, e, b))}; `
      + `entropy ${cell.entropy(hm, e).toFixed(2)}, margin ${cell.margin(hm, e).toFixed(2)}; ${cell.kept(hm, e) ? "kept" : "not kept"} in the genotype`;
  };

  const words = (e, look) => {
    const at = bytesOf(model.get("free")), n = cell.E && at.length >= 2 * e ? at[2 * e - 2] + at[2 * e - 1] : "–", one = cell.hms[chosen()];
    for (const [kind, b] of Object.entries(buttons)) b.setAttribute("aria-pressed", String(kind === cell.kind));
    back.style.visibility = one ? "visible" : "hidden";
    epochText.textContent = cell.E ? `epoch ${e} of ${cell.E}` : "no epoch yet";
    count.textContent = `${n} of ${plan().total}`; chance.textContent = `operations are weight-free (even draw: ${plan().chance.toFixed(1)})`;
    keys.replaceChildren(...look.families.map((_, f) => key(look, f)));
    message.textContent = `Waiting for the first epoch of ${plan().name} …`; message.hidden = cell.E > 0;
    said.textContent = !cell.E ? "" : one ? sentence(one, e)
      : `Epoch ${e}, both cells: ${n} of ${plan().total} operations have no kernel. Entropy: 1 undecided, 0 decided; margin: the leader's lead.`;
    drawFree(sharpen(spark, 104, 32), at, plan(), horizon, e, look, 104, 32);
  };

  const draw = () => {
    const width = Math.floor(stage.clientWidth), start = performance.now();
    if (!width) return;                                            // not on the page yet
    const kind = model.get("cell"), fresh = [kind, plan(), model.get(kind), model.get(`${kind}_facts`)];
    if (!stamp || fresh.some((v, i) => v !== stamp[i])) { cell = readCell(model, kind); stamp = fresh; }
    const { nodes } = plan(), size = measure(width, nodes), e = now(), look = colours(), one = cell.hms[chosen()];
    horizon = Math.max(model.get("horizon"), cell.E, 1);
    plots = one ? [largePlot(one, size.grid, size.height)] : gridPlots(cell.hms, nodes, size.grid, size.height);
    heat = heatRows(cell.hms, size.heat, size.heatHeight);
    const a = sharpen(grid, size.grid, size.height), b = sharpen(heatmap, size.heat, size.heatHeight);
    a.clearRect(0, 0, size.grid, size.height); b.clearRect(0, 0, size.heat, size.heatHeight);
    if (one) drawLarge(a, plots[0], cell, horizon, e, look); else drawGrid(a, plots, cell, horizon, e, nodes, look);
    drawHeat(b, heat, cell, e, chosen(), look, size.heat);
    words(e, look);
    said.style.minHeight = width < 800 ? "2.8em" : "1.4em";               // room for the longest sentence, so that nothing jumps
    box.dataset.ms = (performance.now() - start).toFixed(2);
    drawn(box);
  };
  const redraw = coalesce(draw);

  // What is under the pointer: {hm, e, k}, k the nearest curve or the column.
  const under = (event) => {
    const { offsetX: x, offsetY: y } = event;
    if (event.currentTarget === heatmap) {
      const r = heat.rows.find((q) => inside(q, x, y)), k = r ? r.hm.columns.indexOf(Math.floor((x - heat.name) / heat.cell)) : -1;
      return r && { hm: r.hm, e: now(), k };
    }
    const p = pressed ? pressed.plot : plots.find((q) => inside(q, x, y));
    if (!p) return null;
    const s = scales(p, cell, horizon), e = s.epoch(x), away = (k) => Math.abs(s.y(cell.share(p.hm, e, k)) - y);
    return { plot: p, hm: p.hm, e, k: [...p.hm.ops.keys()].reduce((a, b) => away(b) < away(a) ? b : a), named: y < p.y + p.head };
  };
  const point = (event) => {
    hover = cell && cell.E ? under(event) : null;
    if (pressed && hover && (pressed.moved ||= Math.abs(event.offsetX - pressed.x) > 3)) put("epoch", hover.e);
    tip.hidden = !hover;
    if (!hover) return;
    const { hm, e, k } = hover, canvas = event.currentTarget;
    tip.textContent = edgeName(hm) + (k >= 0 ? `\n${hm.ops[k]}  ᾱ ${cell.share(hm, e, k).toFixed(3)}` : "") + `\nepoch ${e}`;
    const x = canvas.offsetLeft + event.offsetX, y = canvas.offsetTop + event.offsetY;
    tip.style.left = `${Math.min(x + 14, stage.clientWidth - tip.offsetWidth - 2)}px`;
    tip.style.top = `${y + 16 + tip.offsetHeight > stage.clientHeight ? y - tip.offsetHeight - 8 : y + 16}px`;
  };
  for (const canvas of [grid, heatmap]) {
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerleave", () => { if (!pressed) tip.hidden = true; });
  }
  grid.addEventListener("pointerdown", (event) => {
    point(event);
    if (hover) { pressed = { plot: hover.plot, x: event.offsetX }; grid.setPointerCapture(event.pointerId); }
  });
  grid.addEventListener("pointerup", () => {
    if (pressed && !pressed.moved && hover) { if (!hover.named) put("epoch", hover.e); put("selected", hover.hm.i); }
    pressed = null;
  });
  grid.addEventListener("pointercancel", () => { pressed = null; });
  heatmap.addEventListener("click", (event) => { point(event); if (hover) put("selected", hover.hm.i === chosen() ? -1 : hover.hm.i); });
  stage.addEventListener("keydown", (event) => {
    if (!cell || !cell.E || event.altKey || event.ctrlKey || event.metaKey) return;
    const e = now(), i = chosen(), by = event.shiftKey ? 10 : 1, epoch = { ArrowLeft: e - by, ArrowRight: e + by, Home: 1, End: cell.E }[event.key];
    const edge = { ArrowUp: Math.max(i - 1, -1), ArrowDown: Math.min(i + 1, cell.hms.length - 1), Escape: -1 }[event.key];
    if (epoch === undefined && edge === undefined) return;
    event.preventDefault(); tip.hidden = true;
    if (epoch !== undefined) put("epoch", Math.min(Math.max(epoch, 1), cell.E)); else put("selected", edge);
  });

  const silent = listen(model, ["plan", "horizon", "free", "down", "up", "down_facts", "up_facts", "epoch", "cell", "selected"], redraw);
  const sized = new ResizeObserver(redraw), themed = new MutationObserver(redraw);
  sized.observe(stage); themed.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
  redraw();
  return () => { silent(); sized.disconnect(); themed.disconnect(); };
} };
