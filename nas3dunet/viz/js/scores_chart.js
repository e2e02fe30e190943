// Box plots of scores: a chart for each metric, a group for each region, a box for each method, a
// dot for each case.
import { decimals, niceRange, stroke, ticksOf, words } from "./axes.js";
import { floatsOf, make } from "./common.js";

export const SCORES_STYLE = `
.n3-scores { max-width: 1280px; padding: 10px 12px; box-sizing: border-box; }
.n3-scores .n3-key { display: inline-flex; align-items: center; gap: 6px; }
.n3-scores .n3-key i { width: 14px; height: 14px; border-radius: 3px; }
.n3-scores .n3-read { min-height: 42px; margin: 6px 0 2px; }
.n3-scores .n3-charts { display: grid; gap: 6px 10px; }
.n3-scores svg { display: block; cursor: pointer; user-select: none; border-radius: 4px; }
.n3-scores svg text { fill: var(--n3-soft); font-size: 12px; }
.n3-scores.n3-followed .n3-dots, .n3-scores.n3-followed .n3-box { opacity: 0.42; }
`;
export const HEIGHT = 272;
const INSET = { left: 46, right: 6, top: 30, bottom: 26 };
const HD95 = 3; // its place among the metrics
const RUNGS = [0, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];
const UNITS = [
  (v) => v.toFixed(3),
  (v) => v.toFixed(3),
  (v) => v.toFixed(4),
  (v) => `${v.toFixed(1)} mm`,
];

// What the kernel sends; value(method, region, case, metric) is NaN where there is none.
export const readBoard = (model) => {
  const names = model.get("names");
  const values = floatsOf(model.get("values"));
  const C = names.cases.length;
  const G = names.regions.length;
  const K = names.metrics.length;
  const value = (m, g, c, k) => values[((m * G + g) * C + c) * K + k];
  return { ...names, boxes: model.get("boxes"), C, G, K, M: names.methods.length, value };
};

// All values of metric k that are numbers.
const definedValues = (board, k) => {
  const all = [];
  for (let m = 0; m < board.M; m++)
    for (let g = 0; g < board.G; g++)
      for (let c = 0; c < board.C; c++) all.push(board.value(m, g, c, k));
  return all.filter(Number.isFinite);
};

const extreme = (values, pick, otherwise) =>
  values.length ? values.reduce((a, b) => pick(a, b)) : otherwise;

// HD95 may be logarithmic above 10 mm: linear up to 1, then a unit for each power of ten.
const bend = (v) => (v <= 10 ? v / 10 : 1 + Math.log10(v / 10));

// The vertical axis of metric k: from values to pixels, and its ticks.
const vertical = (board, k) => {
  const mm = k === HD95;
  const log = mm && board.log;
  const found = definedValues(board, k);
  const high = extreme(found, Math.max, 1);
  const low = mm ? 0 : extreme(found, Math.min, 0);
  const range = niceRange(!mm && low === high ? low - 0.05 : low, high);
  const rungs = RUNGS.slice(0, RUNGS.findIndex((t) => t >= high) + 1 || undefined);
  const ticks = log ? rungs : ticksOf(range);
  const of = log ? bend : (v) => v;
  const y0 = of(ticks[0]);
  const y1 = of(ticks.at(-1));
  const height = HEIGHT - INSET.top - INSET.bottom;
  return {
    ticks,
    text: (t) => (log ? String(t) : t.toFixed(decimals(range.step))),
    y: (v) => INSET.top + height * (1 - (of(v) - y0) / (y1 - y0)),
  };
};

// Where boxes stand: the middle of method m in region g, and the width of a box.
const horizontal = (board, width) => {
  const group = (width - INSET.left - INSET.right) / board.G;
  const slot = Math.min((group * 0.9) / board.M, 64);
  const x = (m, g) => INSET.left + group * (g + 0.5) + slot * (m - (board.M - 1) / 2);
  return { group, wide: slot * 0.74, x };
};

const star = (x, y, r) => {
  const corner = (_, i) => {
    const reach = i % 2 ? r * 0.42 : r;
    const turn = (i * Math.PI) / 5;
    const cx = (x + reach * Math.sin(turn)).toFixed(1);
    const cy = (y - reach * Math.cos(turn)).toFixed(1);
    return `${i ? "L" : "M"}${cx} ${cy}`;
  };
  return `${Array.from({ length: 10 }, corner).join("")}z`;
};

// A box, and what must stand above the dots: median and mean.
const boxOf = (board, box, h, v) => {
  const x = h.x(box.method, box.region);
  const w = h.wide;
  const look = { stroke: board.colours[box.method], "stroke-width": 1.4 };
  const names = ["low", "q1", "median", "q3", "high", "mean"];
  const [low, q1, median, q3, high, mean] = names.map((name) => v.y(box[name]));
  const caps = `M${x - w / 4} ${low}h${w / 2}M${x - w / 4} ${high}h${w / 2}`;
  const whiskers = stroke(`M${x} ${low}V${q1}M${x} ${q3}V${high}${caps}`, look);
  const place = { x: x - w / 2, y: q3, width: w, height: Math.max(q1 - q3, 0.5) };
  const fill = { fill: board.colours[box.method], "fill-opacity": 0.22 };
  const bar = { class: "n3-median", stroke: "var(--n3-ink)", "stroke-width": 2.2 };
  const ink = { fill: "var(--n3-ink)", stroke: "var(--n3-page)", "stroke-width": 1 };
  const under = make(
    "g",
    { class: "n3-box" },
    whiskers,
    make("rect", { ...place, ...fill, ...look }),
  );
  const above = make(
    "g",
    { class: "n3-box" },
    stroke(`M${x - w / 2} ${median}h${w}`, bar),
    make("path", { class: "n3-mean", d: star(x, mean, 6), ...ink }),
  );
  return { under, above };
};

// Title, ticks, and the names of the regions with lines between them.
const axes = (board, k, width, h, v) => {
  const bold = "fill: var(--n3-ink); font-size: 13px; font-weight: 600";
  const parts = [words(INSET.left, 15, board.titles[k], { "text-anchor": "start", style: bold })];
  for (const t of v.ticks) {
    const across = `M${INSET.left} ${v.y(t)}H${width - INSET.right}`;
    parts.push(stroke(across, { stroke: "var(--n3-line)" }));
    parts.push(words(INSET.left - 7, v.y(t) + 4, v.text(t), { "text-anchor": "end" }));
  }
  board.regions.forEach((name, g) => {
    const middle = INSET.left + h.group * (g + 0.5);
    const down = `M${INSET.left + h.group * g} ${INSET.top}V${HEIGHT - INSET.bottom}`;
    const dashed = { stroke: "var(--n3-line)", "stroke-dasharray": "2 4" };
    parts.push(words(middle, HEIGHT - 8, name, { style: "font-weight: 600" }));
    if (g) parts.push(stroke(down, dashed));
  });
  return parts;
};

// The dots of a box, spread evenly over its width, the same each time.
const dotsOf = (board, k, m, g, h, v) => {
  const dots = [];
  for (let c = 0; c < board.C; c++) {
    const value = board.value(m, g, c, k);
    if (!Number.isFinite(value)) continue;
    const aside = ((c * 0.618034) % 1) - 0.5;
    dots.push({ k, m, g, c, x: h.x(m, g) + aside * h.wide * 0.8, y: v.y(value) });
  }
  return dots;
};

// All dots of a box in one path: as many points with round caps.
const dotPath = (dots, colour, size) => {
  const d = dots.map(({ x, y }) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
  const look = { "stroke-width": size, "stroke-linecap": "round", "stroke-opacity": 0.85 };
  return stroke(d, { class: "n3-dots", stroke: colour, ...look });
};

// One chart: its SVG content, and the places of its dots.
export const chart = (board, k, width) => {
  const h = horizontal(board, width);
  const v = vertical(board, k);
  const mine = board.boxes.filter((box) => box.metric === k && box.n);
  const boxes = mine.map((box) => boxOf(board, box, h, v));
  const size = board.C > 40 ? 4 : 6;
  const groups = board.methods.flatMap((_, m) =>
    board.regions.map((__, g) => ({ m, dots: dotsOf(board, k, m, g, h, v) })),
  );
  const paths = groups.map(({ m, dots }) => dotPath(dots, board.colours[m], size));
  const parts = [
    ...axes(board, k, width, h, v),
    ...boxes.map((box) => box.under),
    ...paths,
    ...boxes.map((box) => box.above),
  ];
  return { parts, dots: groups.flatMap((group) => group.dots), h };
};

// A case through all boxes of a chart: its dots large, those of a region joined.
export const followed = (board, dots, chosenCase, isChosen) =>
  board.regions.flatMap((_, g) => {
    const mine = dots.filter((dot) => dot.c === chosenCase && dot.g === g);
    const d = mine.map(({ x, y }, i) => `${i ? "L" : "M"}${x} ${y}`).join("");
    const thread = { class: "n3-thread", stroke: "var(--n3-ink)", "stroke-width": 1.6 };
    const circle = (dot) => {
      const strong = isChosen(dot);
      const place = { cx: dot.x, cy: dot.y, r: strong ? 7 : 5 };
      const look = { fill: board.colours[dot.m], stroke: "var(--n3-ink)" };
      const width = { "stroke-width": strong ? 2.6 : 1.6 };
      return make("circle", { class: "n3-picked", ...place, ...look, ...width });
    };
    return [stroke(d, thread), ...mine.map(circle)];
  });

export const ringAt = ({ x, y }) => {
  const look = { fill: "none", stroke: "var(--n3-mark)", "stroke-width": 2.4 };
  return make("circle", { class: "n3-ring", cx: x, cy: y, r: 8, ...look });
};

// All metrics of a case with a method in a region.
export const describe = (board, { m, g, c }) => {
  const text = (name, k) => {
    const value = board.value(m, g, c, k);
    return `${name} ${Number.isFinite(value) ? UNITS[k](value) : "undefined"}`;
  };
  return `${board.methods[m]}, ${board.regions[g]}: ${board.names.map(text).join(", ")}`;
};

// The figures of a box.
export const describeBox = (board, box) => {
  const of = (name) => UNITS[box.metric](box[name]);
  const method = board.methods[box.method];
  const head = `${method}, ${board.regions[box.region]}, ${board.names[box.metric]}: `;
  const left = box.undefined ? `, ${box.undefined} undefined` : "";
  if (!box.n) return `${head}nothing defined${left}`;
  const quartiles = `quartiles ${of("q1")} and ${of("q3")}`;
  const count = `${box.n} case${box.n === 1 ? "" : "s"}`;
  return `${head}median ${of("median")}, ${quartiles}, mean ${of("mean")}; ${count}${left}`;
};

// The dot that an arrow key leads to: up and down through the values of a box, left and right to
// the same case in the next box that has it.
export const walk = (dots, at, key) => {
  const order = (dot) => dot.g * 1000 + dot.m;
  const step = key === "ArrowUp" || key === "ArrowRight" ? 1 : -1;
  const vertically = key === "ArrowUp" || key === "ArrowDown";
  const line = vertically
    ? dots.filter((d) => d.m === at.m && d.g === at.g).sort((p, q) => q.y - p.y || p.c - q.c)
    : dots.filter((d) => d.c === at.c).sort((p, q) => order(p) - order(q));
  const here = line.findIndex((d) => d.m === at.m && d.g === at.g && d.c === at.c);
  return line[here + step] || at;
};
