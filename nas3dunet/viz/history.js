// The losses of a search. Epoch e is the stretch from e − 1 to e; its number and its mean stand in the middle.
const HISTORY_STYLE = `
.n3-history { max-width: 1100px; padding: 10px 12px; box-sizing: border-box; }
.n3-history .n3-head { justify-content: space-between; }
.n3-history .n3-read { min-height: 24px; margin-top: 4px; gap: 4px 22px; }
.n3-history .n3-read b { display: inline-block; min-width: 3.2em; }
.n3-history .n3-read i { display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 7px; vertical-align: 3px; }
.n3-history .n3-plot { position: relative; }
.n3-history svg { display: block; cursor: crosshair; touch-action: none; user-select: none; border-radius: 4px; }
.n3-history svg text { fill: var(--n3-soft); font-size: 12px; }
.n3-history .n3-tip { position: absolute; top: 40px; padding: 3px 9px; border-radius: 5px; background: var(--n3-ink); color: var(--n3-page); pointer-events: none; }
.n3-history .n3-flag { cursor: help; }
`;
const LOSSES = { alpha: "#e07b1a", kernel: "#3a86d6" };
const ABOUT = "α and the kernels learn in turn, from different cases; the gap, α loss less kernel loss, says how much better the kernels know their own.";
const STOP = "#d6455d", HEIGHT = 330, LEFT = 54, RIGHT = 18, TOP = 36, BOTTOM = 44;

// What the kernel sends, as numbers: two curves of [x, loss] and the means [epoch, α, kernel].
const losses = (model) => {
  const groups = (name, width) => { const f = floatsOf(model.get(name)); return Array.from({ length: f.length / width }, (_, i) => f.subarray(i * width, (i + 1) * width)); };
  return { alpha: groups("alpha", 2), kernel: groups("kernel", 2), means: groups("means", 3) };
};

// From epochs and losses to pixels and back.
const scales = (width, facts, data, log) => {
  const values = [...data.alpha, ...data.kernel].map((p) => p[1]).filter((v) => !log || v > 0);
  const low = values.length ? Math.min(...values) : 0.1, high = values.length ? Math.max(...values) : 1, range = niceRange(low, high);
  const ticks = log ? logTicks(low, Math.max(high, low * 1.001)) : ticksOf(range), f = log ? Math.log : (v) => v;
  const start = facts.first - 1, unit = (width - LEFT - RIGHT) / (facts.last - start), [y0, y1] = [f(ticks[0]), f(ticks.at(-1))];
  return {
    ticks, unit, width, bottom: HEIGHT - BOTTOM, text: (t) => log ? String(t) : t.toFixed(decimals(range.step)),
    x: (e) => LEFT + (e - start) * unit,
    y: (v) => TOP + (HEIGHT - BOTTOM - TOP) * (1 - (f(Math.max(v, log ? ticks[0] : v)) - y0) / (y1 - y0)),
    epoch: (px) => Math.min(facts.last, Math.max(facts.first, Math.floor((px - LEFT) / unit + start) + 1)),
  };
};

const line = (x0, y0, x1, y1, more = {}) => make("line", { x1: x0, y1: y0, x2: x1, y2: y1, stroke: "var(--n3-line)", ...more });
const words = (x, y, text, more = {}) => make("text", { x, y, "text-anchor": "middle", ...more }, text);
const track = (points, s) => points.reduce((d, [e, v], i) => Number.isFinite(v) ? `${d}${d && Number.isFinite(points[i - 1]?.[1]) ? "L" : "M"}${s.x(e).toFixed(1)} ${s.y(v).toFixed(1)}` : d, "");

// Grid, numbers, and the epochs in which only the kernels learn.
const background = (s, facts) => {
  const parts = [], every = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((n) => n * s.unit >= 44) || 1000;
  if (facts.first < 1) {
    const x = s.x(facts.first - 1), wide = s.x(0) - x;
    parts.push(make("rect", { class: "n3-warm", x, y: TOP, width: wide, height: s.bottom - TOP, fill: "var(--n3-soft)", opacity: 0.13 }), words(x + wide / 2, TOP + 15, wide > 66 ? "warm-up" : ""));
  }
  for (const t of s.ticks) parts.push(line(LEFT, s.y(t), s.width - RIGHT, s.y(t)), words(LEFT - 8, s.y(t) + 4, s.text(t), { "text-anchor": "end" }));
  for (let e = facts.first; e <= facts.last; e++) {
    if (s.unit >= 24 && e > facts.first) parts.push(line(s.x(e - 1), TOP, s.x(e - 1), s.bottom, { "stroke-dasharray": "1 4" }));
    if (e % every === 0 || (e === 1 && every < 10)) parts.push(line(s.x(e - 0.5), s.bottom, s.x(e - 0.5), s.bottom + 4, { stroke: "var(--n3-soft)" }), words(s.x(e - 0.5), s.bottom + 17, String(e)));
  }
  return [...parts, words((LEFT + s.width - RIGHT) / 2, HEIGHT - 6, `epoch (its ${facts.steps} step${facts.steps === 1 ? "" : "s"} from left to right)`),
    words(0, 0, "Dice loss, eq. (3)", { transform: `translate(13 ${(TOP + s.bottom) / 2}) rotate(-90)` })];
};

const curves = (s, data) => Object.entries(LOSSES).flatMap(([kind, colour], i) => {
  const means = data.means.map((m) => [m[0] - 0.5, m[1 + i]]), dots = s.unit >= 14 ? means.filter((m) => Number.isFinite(m[1])) : [];
  return [make("path", { class: `n3-steps-${kind}`, d: track(data[kind], s), fill: "none", stroke: colour, opacity: 0.32 }),
    make("path", { class: `n3-means-${kind}`, d: track(means, s), fill: "none", stroke: colour, "stroke-width": 2.6, "stroke-linejoin": "round" }),
    ...dots.map(([e, v]) => make("circle", { cx: s.x(e), cy: s.y(v), r: 3.4, fill: colour }))];
});

// Where the search stopped, and flags where settings were changed; `tip(text, x)` shows what a flag says.
const events = (s, facts, tip) => {
  const parts = [];
  if (facts.stop) {
    const x = s.x(facts.stop.x), room = x > s.width / 2;
    parts.push(line(x, TOP - 18, x, s.bottom, { class: "n3-stop", stroke: STOP, "stroke-width": 2, "stroke-dasharray": "6 4" }),
      words(x + (room ? -7 : 7), TOP - 22, facts.stop.text, { "text-anchor": room ? "end" : "start", style: `fill: ${STOP}; font-weight: 600` }));
  }
  for (const c of facts.changes) {
    const x = s.x(c.epoch - 1), show = () => tip(c.text, x), hide = () => tip("");
    parts.push(make("g", { class: "n3-flag", tabindex: 0, role: "img", "aria-label": c.text, onpointerenter: show, onpointerleave: hide, onfocus: show, onblur: hide },
      line(x, TOP - 12, x, s.bottom, { stroke: "var(--n3-soft)", "stroke-dasharray": "2 3" }),
      make("path", { d: `M${x} ${TOP - 14}l13 5l-13 5z`, fill: "var(--n3-mark)" }),
      make("rect", { x: x - 4, y: TOP - 17, width: 20, height: 17, fill: "transparent" })));
  }
  return parts;
};

// The selected epoch, and the one under the pointer.
const cursor = (s, data, epoch, hover) => {
  const parts = [], middle = s.x(epoch - 0.5), wide = 14 + 8 * String(epoch).length, shown = data.means.find((m) => m[0] === (hover ?? epoch));
  if (hover !== null) parts.push(make("rect", { class: "n3-hover", x: s.x(hover - 1), y: TOP, width: Math.max(s.unit, 1), height: s.bottom - TOP, fill: "var(--n3-soft)", opacity: 0.16 }));
  if (epoch > 0) parts.push(
    make("rect", { x: s.x(epoch - 1), y: TOP, width: s.unit, height: s.bottom - TOP, fill: "var(--n3-mark)", opacity: 0.13 }),
    line(middle, TOP, middle, s.bottom, { class: "n3-cursor", stroke: "var(--n3-mark)", "stroke-width": 1.6 }),
    make("rect", { x: middle - wide / 2 - 8, y: s.bottom + 2, width: wide + 16, height: 21, fill: "var(--n3-page)" }),
    make("rect", { x: middle - wide / 2, y: s.bottom + 3, width: wide, height: 19, rx: 9, fill: "var(--n3-mark)" }),
    words(middle, s.bottom + 17, String(epoch), { style: "fill: var(--n3-page); font-weight: 700" }));
  if (shown) {   // a bar over the gap, a ring on each mean
    const x = s.x(shown[0] - 0.5), ends = [shown[1], shown[2]];
    if (ends.every(Number.isFinite)) parts.push(line(x, s.y(ends[0]), x, s.y(ends[1]), { class: "n3-gap", stroke: "var(--n3-ink)", "stroke-width": 3 }));
    ends.forEach((v, i) => { if (Number.isFinite(v)) parts.push(make("circle", { cx: x, cy: s.y(v), r: 4.6, fill: Object.values(LOSSES)[i], stroke: "var(--n3-page)", "stroke-width": 1.8 })); });
  }
  return parts;
};

// The means of an epoch as text.
const figures = (data, epoch) => {
  const [, a, k] = data.means.find((m) => m[0] === epoch) || [epoch, NaN, NaN], say = (v) => Number.isFinite(v) ? v.toFixed(3) : "–", gap = a - k;
  return { alpha: say(a), kernel: say(k), gap: Number.isFinite(gap) ? `${gap < 0 ? "−" : "+"}${Math.abs(gap).toFixed(3)}` : "–" };
};

const readout = () => {
  const values = Object.fromEntries(["epoch", "alpha", "kernel", "gap"].map((k) => [k, make("b", { class: `n3-value-${k}` })]));
  const key = (kind) => make("i", { style: `background: ${LOSSES[kind]}` });
  const box = make("div", { class: "n3-row n3-read" }, make("span", {}, "epoch ", values.epoch),
    make("span", { title: "on the cases that drive α" }, key("alpha"), "α loss ", values.alpha),
    make("span", { title: "on the cases that drive the kernels" }, key("kernel"), "kernel loss ", values.kernel), make("span", { title: "α loss − kernel loss" }, "gap ", values.gap));
  return { box, say: (epoch, f) => { values.epoch.textContent = epoch; for (const k of ["alpha", "kernel", "gap"]) values[k].textContent = f[k]; } };
};

const waiting = (svg, facts, width) => {
  svg.append(words(width / 2, HEIGHT / 2 - 8, "Waiting for the first epoch", { style: "font-size: 16px; fill: var(--n3-ink)" }),
    words(width / 2, HEIGHT / 2 + 14, `The losses of ${facts.name} appear here as soon as there are any.`));
};

export default {
  render({ model, el }) {
    const box = root(el, "history", HISTORY_STYLE), read = readout(), name = make("span", { class: "n3-soft" });
    const pick = (scale) => make("button", { onclick: () => { model.set("scale", scale); model.save_changes(); } }, scale);
    const buttons = { linear: pick("linear"), log: pick("log") }, tip = make("div", { class: "n3-tip", hidden: true });
    const caption = make("div", { class: "n3-soft" });
    const svg = make("svg", { height: HEIGHT, role: "slider", tabindex: 0, "aria-label": "Losses of the search; arrow keys move the epoch" });
    const still = make("g"), moving = make("g", { "pointer-events": "none" }), flags = make("g");
    box.append(make("div", { class: "n3-row n3-head" }, make("span", {}, make("b", {}, "Loss history "), name),
      make("span", { class: "n3-row", role: "group", "aria-label": "loss axis" }, ...Object.values(buttons))),
      read.box, make("div", { class: "n3-plot" }, svg, tip),
      caption);
    const says = (text, x) => { tip.hidden = !text; tip.textContent = text; tip.style.left = `${Math.min(x || 0, svg.clientWidth - 220) + 6}px`; };
    let facts, data, s = null, hover = null, marked = "", shown = 0;

    const mark = () => {
      if (!s) return;
      const epoch = model.get("epoch"), f = figures(data, hover ?? epoch);
      moving.replaceChildren(...cursor(s, data, epoch, hover));
      read.say(hover ?? (epoch || "–"), f);
      svg.setAttribute("aria-valuenow", epoch);
      svg.setAttribute("aria-valuetext", `epoch ${epoch}: α loss ${f.alpha}, kernel loss ${f.kernel}`);
      drawn(box);
    };
    const draw = () => {
      const width = Math.max(380, (box.clientWidth || 784) - 24);
      shown = box.clientWidth, facts = model.get("facts"), data = losses(model);
      svg.setAttribute("width", width);
      name.textContent = facts.name;
      caption.textContent = `Bold: mean of an epoch. Faint: its steps, extremes kept. ${facts.first < 1 ? "Grey: warm-up, in which only the kernels learn. " : ""}${ABOUT}`;
      for (const [scale, b] of Object.entries(buttons)) b.setAttribute("aria-pressed", model.get("scale") === scale);
      svg.setAttribute("aria-valuemin", Math.min(1, facts.epochs)); svg.setAttribute("aria-valuemax", facts.epochs);
      s = data.kernel.length + data.alpha.length ? scales(width, facts, data, model.get("scale") === "log") : null;
      if (!s) { marked = ""; svg.replaceChildren(); read.say("–", figures(data, 0)); waiting(svg, facts, width); drawn(box); return; }
      still.replaceChildren(...background(s, facts), ...curves(s, data));
      const key = JSON.stringify([width, facts.first, facts.last, facts.stop, facts.changes]);   // flags stay while nothing moves them, or they would lose focus and pointer
      if (key !== marked) { marked = key; says(""); flags.replaceChildren(...events(s, facts, says)); svg.replaceChildren(still, moving, flags); }
      mark();
    };
    const go = (epoch) => {
      if (!facts.epochs) return;
      model.set("epoch", Math.min(facts.epochs, Math.max(1, epoch)));
      model.save_changes();
    };
    const under = (event) => s ? s.epoch(event.clientX - svg.getBoundingClientRect().left) : null;
    const softly = coalesce(mark), redraw = coalesce(draw);
    svg.addEventListener("pointerdown", (e) => { if (s) { svg.setPointerCapture(e.pointerId); go(under(e)); } });
    svg.addEventListener("pointermove", (e) => { hover = under(e); if (s && e.buttons & 1) go(hover); softly(); });
    svg.addEventListener("pointerleave", () => { hover = null; softly(); });
    svg.addEventListener("keydown", (e) => {
      const now = model.get("epoch"), to = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageDown: now - 10, PageUp: now + 10, Home: 1, End: facts.epochs }[e.key];
      if (to !== undefined) { e.preventDefault(); hover = null; go(to); }
    });
    const off = [listen(model, ["alpha", "kernel", "means", "facts", "scale"], redraw), listen(model, ["epoch"], softly)];
    const watch = new ResizeObserver(() => { if (box.clientWidth !== shown) redraw(); });
    draw();
    watch.observe(box);
    return () => { watch.disconnect(); off.forEach((f) => f()); };
  },
};
