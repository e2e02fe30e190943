// Box plots of scores: a chart for each metric, a group for each region, a box for each method, a dot for each case.
const SCORES_STYLE = `
.n3-scores { max-width: 1280px; padding: 10px 12px; box-sizing: border-box; }
.n3-scores .n3-key { display: inline-flex; align-items: center; gap: 6px; }
.n3-scores .n3-key i { width: 14px; height: 14px; border-radius: 3px; }
.n3-scores .n3-read { min-height: 42px; margin: 6px 0 2px; }
.n3-scores .n3-charts { display: grid; gap: 6px 10px; }
.n3-scores svg { display: block; cursor: pointer; user-select: none; border-radius: 4px; }
.n3-scores svg text { fill: var(--n3-soft); font-size: 12px; }
.n3-scores.n3-followed .n3-dots, .n3-scores.n3-followed .n3-box { opacity: 0.42; }
`;
const TALL = 272, INSET = { left: 46, right: 6, top: 30, bottom: 26 };
const UNITS = [(v) => v.toFixed(3), (v) => v.toFixed(3), (v) => v.toFixed(4), (v) => `${v.toFixed(1)} mm`];
const word = (x, y, text, more = {}) => make("text", { x, y, "text-anchor": "middle", ...more }, text);
const stroke = (d, more = {}) => make("path", { d, fill: "none", ...more });

// What the kernel sends; value(method, region, case, metric) is NaN where there is none.
const board = (model) => {
  const names = model.get("names"), v = floatsOf(model.get("values")), C = names.cases.length, G = names.regions.length, K = names.metrics.length;
  return { ...names, boxes: model.get("boxes"), C, G, K, M: names.methods.length, value: (m, g, c, k) => v[((m * G + g) * C + c) * K + k] };
};

// The vertical axis of metric k: from values to pixels, and its ticks. HD95 may be logarithmic above 10 mm.
const vertical = (b, k) => {
  const all = [], height = TALL - INSET.top - INSET.bottom;
  for (let m = 0; m < b.M; m++) for (let g = 0; g < b.G; g++) for (let c = 0; c < b.C; c++) all.push(b.value(m, g, c, k));
  const mm = k === 3, found = all.filter(Number.isFinite), extreme = (f, otherwise) => found.length ? found.reduce((a, v) => f(a, v)) : otherwise;
  const high = extreme(Math.max, 1), low = mm ? 0 : extreme(Math.min, 0);
  const log = mm && b.log, f = log ? (v) => (v <= 10 ? v / 10 : 1 + Math.log10(v / 10)) : (v) => v;
  const range = niceRange(!mm && low === high ? low - 0.05 : low, high), rungs = [0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
  const ticks = log ? rungs.slice(0, rungs.findIndex((t) => t >= high) + 1 || undefined) : ticksOf(range), [y0, y1] = [f(ticks[0]), f(ticks.at(-1))];
  return { ticks, text: (t) => log ? String(t) : t.toFixed(decimals(range.step)), y: (v) => INSET.top + height * (1 - (f(v) - y0) / (y1 - y0)) };
};

// Where boxes stand: the middle of method m in region g, and the width of a box.
const horizontal = (b, width) => {
  const group = (width - INSET.left - INSET.right) / b.G, slot = Math.min(group * 0.9 / b.M, 64);
  return { group, wide: slot * 0.74, x: (m, g) => INSET.left + group * (g + 0.5) + slot * (m - (b.M - 1) / 2) };
};

const star = (x, y, r) => Array.from({ length: 10 }, (_, i) => {
  const reach = i % 2 ? r * 0.42 : r, turn = i * Math.PI / 5;
  return `${i ? "L" : "M"}${(x + reach * Math.sin(turn)).toFixed(1)} ${(y - reach * Math.cos(turn)).toFixed(1)}`;
}).join("") + "z";

// A box, and what must stand above the dots: median and mean.
const boxOf = (b, box, h, v) => {
  const x = h.x(box.method, box.region), w = h.wide, colour = b.colours[box.method], [low, q1, median, q3, high, mean] = ["low", "q1", "median", "q3", "high", "mean"].map((s) => v.y(box[s]));
  const under = make("g", { class: "n3-box" },
    stroke(`M${x} ${low}V${q1}M${x} ${q3}V${high}M${x - w / 4} ${low}h${w / 2}M${x - w / 4} ${high}h${w / 2}`, { stroke: colour, "stroke-width": 1.4 }),
    make("rect", { x: x - w / 2, y: q3, width: w, height: Math.max(q1 - q3, 0.5), fill: colour, "fill-opacity": 0.22, stroke: colour, "stroke-width": 1.4 }));
  const above = make("g", { class: "n3-box" }, stroke(`M${x - w / 2} ${median}h${w}`, { class: "n3-median", stroke: "var(--n3-ink)", "stroke-width": 2.2 }),
    make("path", { class: "n3-mean", d: star(x, mean, 6), fill: "var(--n3-ink)", stroke: "var(--n3-page)", "stroke-width": 1 }));
  return { under, above };
};

// One chart: its SVG content, and the places of its dots.
const chart = (b, k, width) => {
  const h = horizontal(b, width), v = vertical(b, k), dots = [];
  const parts = [word(INSET.left, 15, b.titles[k], { "text-anchor": "start", style: "fill: var(--n3-ink); font-size: 13px; font-weight: 600" })];
  for (const t of v.ticks) parts.push(stroke(`M${INSET.left} ${v.y(t)}H${width - INSET.right}`, { stroke: "var(--n3-line)" }), word(INSET.left - 7, v.y(t) + 4, v.text(t), { "text-anchor": "end" }));
  b.regions.forEach((name, g) => {
    parts.push(word(INSET.left + h.group * (g + 0.5), TALL - 8, name, { style: "font-weight: 600" }));
    if (g) parts.push(stroke(`M${INSET.left + h.group * g} ${INSET.top}V${TALL - INSET.bottom}`, { stroke: "var(--n3-line)", "stroke-dasharray": "2 4" }));
  });
  const boxes = b.boxes.filter((box) => box.metric === k && box.n).map((box) => boxOf(b, box, h, v)), size = b.C > 40 ? 4 : 6;
  const paths = b.methods.flatMap((_, m) => b.regions.map((_, g) => {
    let d = "";
    for (let c = 0; c < b.C; c++) if (Number.isFinite(b.value(m, g, c, k))) {
      const x = h.x(m, g) + ((c * 0.618034) % 1 - 0.5) * h.wide * 0.8, y = v.y(b.value(m, g, c, k));   // spread evenly, the same each time
      d += `M${x.toFixed(1)} ${y.toFixed(1)}h0`;
      dots.push({ k, m, g, c, x, y });
    }
    return stroke(d, { class: "n3-dots", stroke: b.colours[m], "stroke-width": size, "stroke-linecap": "round", "stroke-opacity": 0.85 });
  }));
  return { parts: [...parts, ...boxes.map((o) => o.under), ...paths, ...boxes.map((o) => o.above)], dots, h };
};

// A case through all boxes of a chart: its dots large, those of a region joined.
const followed = (b, dots, case_, chosen) => b.regions.flatMap((_, g) => {
  const mine = dots.filter((d) => d.c === case_ && d.g === g);
  return [stroke(mine.map((d, i) => `${i ? "L" : "M"}${d.x} ${d.y}`).join(""), { class: "n3-thread", stroke: "var(--n3-ink)", "stroke-width": 1.6 }),
    ...mine.map((d) => make("circle", { class: "n3-picked", cx: d.x, cy: d.y, r: chosen(d) ? 7 : 5, fill: b.colours[d.m], stroke: "var(--n3-ink)", "stroke-width": chosen(d) ? 2.6 : 1.6 }))];
});

const describe = (b, { m, g, c }) => `${b.methods[m]}, ${b.regions[g]}: ` + b.names.map((name, k) => `${name} ${Number.isFinite(b.value(m, g, c, k)) ? UNITS[k](b.value(m, g, c, k)) : "undefined"}`).join(", ");
const describeBox = (b, box) => {
  const f = (s) => UNITS[box.metric](box[s]), head = `${b.methods[box.method]}, ${b.regions[box.region]}, ${b.names[box.metric]}: `, left = box.undefined ? `, ${box.undefined} undefined` : "";
  return head + (box.n ? `median ${f("median")}, quartiles ${f("q1")} and ${f("q3")}, mean ${f("mean")}; ${box.n} case${box.n === 1 ? "" : "s"}${left}` : `nothing defined${left}`);
};

// The dot that an arrow key leads to: up and down through the values of a box, left and right to the same case in the next box that has it.
const walk = (dots, at, key) => {
  const order = (d) => d.g * 1000 + d.m, up = key === "ArrowUp" || key === "ArrowRight" ? 1 : -1;
  const line = key === "ArrowUp" || key === "ArrowDown"
    ? dots.filter((d) => d.m === at.m && d.g === at.g).sort((p, q) => q.y - p.y || p.c - q.c)
    : dots.filter((d) => d.c === at.c).sort((p, q) => order(p) - order(q));
  return line[line.findIndex((d) => d.m === at.m && d.g === at.g && d.c === at.c) + up] || at;
};

export default {
  render({ model, el }) {
    const box = root(el, "scores", SCORES_STYLE), keys = make("div", { class: "n3-row" }), charts = make("div", { class: "n3-charts" });
    const who = make("b"), what = make("span"), chosen = make("div", { class: "n3-soft n3-selected" });
    const note = make("div", { class: "n3-soft n3-note" }), legend = make("div", { class: "n3-soft", style: "margin-top: 6px" });
    box.append(keys, make("div", { class: "n3-read", "aria-live": "polite" }, make("div", {}, who, " ", what), chosen), charts, legend, note);
    let b, panels = [], hover = null, pointed = null;

    const index = () => ({ m: b.methods.indexOf(model.get("method")), g: b.regions.indexOf(model.get("region")), c: b.cases.indexOf(model.get("case")) });
    const mark = () => {
      const at = index(), is = (d) => d.m === at.m && (at.g < 0 || d.g === at.g);
      box.classList.toggle("n3-followed", at.c >= 0);
      for (const p of panels) {
        const ring = hover && hover.k === p.k ? [make("circle", { class: "n3-ring", cx: hover.x, cy: hover.y, r: 8, fill: "none", stroke: "var(--n3-mark)", "stroke-width": 2.4 })] : [];
        p.over.replaceChildren(...(at.c >= 0 ? followed(b, p.dots, at.c, is) : []), ...ring);
      }
      who.textContent = hover ? b.cases[hover.c] : "";
      what.textContent = hover ? describe(b, hover) : pointed ? describeBox(b, pointed) : "Point at a dot to see its case; click it, or press Enter, to follow that case through all boxes.";
      chosen.textContent = at.c < 0 ? "No case selected." : `Selected: ${b.cases[at.c]}` + (at.m >= 0 && at.g >= 0 ? ` (${describe(b, at)})` : at.m >= 0 ? ` (${b.methods[at.m]})` : "");
      drawn(box);
    };
    const choose = (d) => {
      model.set("case", d ? b.cases[d.c] : ""); model.set("method", d ? b.methods[d.m] : ""); model.set("region", d ? b.regions[d.g] : "");
      model.save_changes();
    };
    const softly = coalesce(mark);
    const nearest = (p, event) => {
      const r = p.svg.getBoundingClientRect(), x = event.clientX - r.left, y = event.clientY - r.top;
      let best = null, least = 11 ** 2;
      for (const d of p.dots) { const far = (d.x - x) ** 2 + (d.y - y) ** 2; if (far <= least) { best = d; least = far; } }
      pointed = best ? null : b.boxes.find((o) => o.metric === p.k && Math.abs(p.h.x(o.method, o.region) - x) < p.h.wide / 2 && (o.n || o.undefined)) || null;
      return best;
    };
    const begin = (p) => {   // where the keyboard starts: at the selection, if it has a dot here
      const at = index();
      return p.dots.find((d) => d.c === at.c && d.m === at.m && d.g === at.g) || p.dots.find((d) => d.c === at.c) || p.dots[0] || null;
    };
    const panel = (k) => {
      const svg = make("svg", { height: TALL, tabindex: 0, role: "group",
        "aria-label": `${b.titles[k]}: ${b.methods.join(", ")}; ${b.C} cases. Arrow keys walk over the dots, Enter selects, Escape clears.` });
      const p = { k, svg, still: make("g"), over: make("g", { "pointer-events": "none" }), dots: [] };
      svg.append(p.still, p.over);
      svg.addEventListener("pointermove", (e) => { hover = nearest(p, e); softly(); });
      svg.addEventListener("pointerleave", () => { hover = pointed = null; softly(); });
      svg.addEventListener("click", (e) => choose(nearest(p, e)));
      svg.addEventListener("blur", () => { hover = null; softly(); });
      svg.addEventListener("focus", () => {
        if (hover?.k !== k && svg.matches(":focus-visible")) { hover = begin(p); softly(); }
      });
      svg.addEventListener("keydown", (e) => {
        if (e.key === "Escape") choose(null);
        else if (e.key === "Enter" || e.key === " ") { if (hover) choose(hover); }
        else if (e.key.startsWith("Arrow")) hover = hover?.k === k ? walk(p.dots, hover, e.key) : begin(p);
        else return;
        e.preventDefault();
        softly();
      });
      return p;
    };
    let shown = 0;
    const draw = () => {
      b = board(model);
      shown = box.clientWidth;
      const width = Math.max(300, (box.clientWidth || 984) - 24), columns = width / 4 >= 76 + b.G * b.M * 22 ? 4 : width >= 560 ? 2 : 1;
      const each = Math.floor((width - (columns - 1) * 10) / columns);
      if (panels.length !== b.K) { panels = b.metrics.map((_, k) => panel(k)); charts.replaceChildren(...panels.map((p) => p.svg)); }
      charts.style.gridTemplateColumns = `repeat(${columns}, ${each}px)`;
      for (const p of panels) {
        const c = chart(b, p.k, each);
        p.dots = c.dots; p.h = c.h; p.svg.setAttribute("width", each); p.still.replaceChildren(...c.parts);
        if (hover && hover.k === p.k) hover = p.dots.find((d) => d.m === hover.m && d.g === hover.g && d.c === hover.c) || null;
      }
      const swatch = (m, i) => make("span", { class: "n3-key" }, make("i", { style: `background: ${b.colours[i]}` }), m);
      keys.replaceChildren(make("b", {}, "Scores"), ...b.methods.map(swatch), make("span", { class: "n3-soft" }, `${b.C} case${b.C === 1 ? "" : "s"}`));
      legend.textContent = `Dot: a case. Box: quartiles; line: median; star: mean; whiskers: the last case within 1.5 interquartile ranges. ↑ more is better, ↓ less.${b.log ? " HD95 is logarithmic above 10 mm." : ""}`;
      note.textContent = b.note;
      mark();
    };
    const redraw = coalesce(draw), off = [listen(model, ["values", "names", "boxes"], redraw), listen(model, ["case", "method", "region"], softly)];
    const watch = new ResizeObserver(() => { if (box.clientWidth !== shown) redraw(); });
    draw();
    watch.observe(box);
    return () => { watch.disconnect(); off.forEach((f) => f()); };
  },
};
