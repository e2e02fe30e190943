// The α explorer's numbers and places: from bytes to functions, and where plots and rows stand.
import { floatsOf } from "./common.js";

// One cell's numbers: share(hm, e, k) is ᾱ of the k-th operation of an HM (an edge) at epoch e =
// 1 … E.
export const readCell = (model, kind) => {
  const edges = model.get("plan").cells[kind];
  const [low, top] = model.get("ranges")[kind]; // the least and the greatest ᾱ on the axes
  const values = floatsOf(model.get(kind));
  const facts = floatsOf(model.get(`${kind}_facts`));
  const E = facts.length / 3 / edges.length;
  let at = 0;
  const hms = edges.map((edge, i) => {
    const hm = { ...edge, i, n: edge.ops.length, at };
    at += E * hm.n;
    return hm;
  });
  const share = (hm, e, k) => values[hm.at + (e - 1) * hm.n + k];
  const fact = (hm, e, k) => facts[(hm.i * E + e - 1) * 3 + k];
  // stable: the first of those that tie
  const order = (hm, e) => [...hm.ops.keys()].sort((a, b) => share(hm, e, b) - share(hm, e, a));
  return {
    kind,
    E: at === values.length ? E : 0,
    hms,
    share,
    order,
    entropy: (hm, e) => fact(hm, e, 0),
    margin: (hm, e) => fact(hm, e, 1),
    kept: (hm, e) => E > 0 && fact(hm, e, 2) > 0,
    low,
    top,
  };
};

// How much of `width` the plots and the heat map get: side by side where there is room, else
// stacked.
export const measure = (width, nodes) => {
  const rows = (nodes * (nodes + 3)) / 2;
  const least = (nodes + 1) * 62 + 36;
  if (width < 400 + 60 * Math.max(nodes, 2)) {
    const heatHeight = rows * (rows > 9 ? 18 : 22) + 24 + 5 * nodes;
    return { grid: width, heat: width, height: least, heatHeight };
  }
  const heat = Math.min(Math.max(Math.round(0.43 * width), 300), 460);
  const wanted = Math.max(0.4 * width, 290, rows * 17 + 50);
  const height = Math.round(Math.max(least, Math.min(wanted, (nodes + 1) * 105 + 36, 460)));
  return { grid: width - heat - 14, heat, height, heatHeight: height };
};

// In a lab the plots fill their place, and so does the heat map behind the other tab.
export const measureFit = (stage) => {
  const width = Math.floor(stage.getBoundingClientRect().width);
  const height = Math.max(120, stage.clientHeight);
  return { grid: width, heat: width, height, heatHeight: height };
};

// One rectangle for each edge: a row for each source, a column for each target; only later nodes
// read a node.
export const gridPlots = (hms, nodes, width, height) => {
  const left = 40;
  const top = 19;
  const w = (width - left - 2) / nodes;
  const h = (height - top - 17) / (nodes + 1);
  return hms.map((hm) => ({
    hm,
    x: left + hm.node * w,
    y: top + hm.source * h,
    w: w - 5,
    h: h - 5,
    head: 13,
  }));
};

// The rectangle of one edge that fills the canvas, with room for its legend on the right.
export const largePlot = (hm, width, height) => ({
  hm,
  x: 42,
  y: 26,
  w: width - 42 - Math.min(150, 0.43 * width),
  right: width - 3,
  h: height - 26 - 36,
  head: 0,
  large: true,
});

export const inside = (p, x, y) => x >= p.x && x < p.x + p.w && y >= p.y && y < p.y + p.h;

// The rows of the heat map, and the widths of its columns, one for each kind of operation.
export const heatRows = (hms, kinds, width, height) => {
  const gap = 5;
  const short = width <= 400;
  const nodes = hms.at(-1).node + 1;
  const step = Math.min(36, (height - 24 - gap * nodes) / hms.length);
  const name = short ? 54 : 112;
  const number = short ? 38 : 54;
  const cell = (width - name - 2 * number - 6) / kinds;
  const row = (hm, i) => ({ hm, x: 0, y: 22 + i * step + hm.node * gap, w: width, h: step - 2 });
  return { name, number, cell, short, width, rows: hms.map(row) };
};

// Scales of a plot: epoch → x, ᾱ → y, and x → epoch; `run` is the width of an epoch.
export const scales = (p, cell, horizon) => {
  const pad = p.large ? 6 : 5;
  const bottom = p.y + p.h - 2;
  const top = p.y + p.head + 2;
  const run = (p.w - 2 * pad) / Math.max(horizon - 1, 1);
  const first = p.x + pad;
  return {
    x: (e) => (horizon > 1 ? first + (e - 1) * run : p.x + p.w / 2),
    y: (v) => bottom - ((v - cell.low) / (cell.top - cell.low)) * (bottom - top),
    epoch: (x) => Math.min(Math.max(Math.round(1 + (x - first) / run), 1), cell.E),
    run,
  };
};
