// The genotype editor's chart: Dice against multiply-adds; the table's cells, the cell that is
// edited, and those that were trained here.
import { line, logTicks, niceRange, stroke, ticksOf, words } from "./axes.js";
import { make } from "./common.js";
import { PALETTE } from "./palette.js";

const WIDE = 380;
const HIGH = 196;
const EDGES = { left: 40, right: 10, top: 12, bottom: 34 };

const mega = (macs) => `${macs / 1e6}`;

// Maps from multiply-adds and Dice to the picture, wide enough for everything that is shown.
const chartScales = (points) => {
  const macs = points.map((d) => d[0]);
  const dice = points.map((d) => d[1]);
  const across = logTicks(Math.min(...macs), Math.max(...macs));
  const range = niceRange(Math.min(...dice), Math.max(...dice), 4);
  const [first, last] = [across[0], across.at(-1)].map(Math.log);
  const wide = WIDE - EDGES.left - EDGES.right;
  const high = HIGH - EDGES.top - EDGES.bottom;
  const x = (m) => EDGES.left + (wide * (Math.log(m) - first)) / (last - first);
  const y = (d) => EDGES.top + (high * (range.high - d)) / (range.high - range.low);
  return { x, y, across, range };
};

const chartAxes = ({ x, y, across, range }) => {
  const bottom = HIGH - EDGES.bottom;
  const rows = ticksOf(range).flatMap((d) => [
    line(EDGES.left, y(d), WIDE - EDGES.right, y(d)),
    words(EDGES.left - 5, y(d) + 4, d.toFixed(2), { "text-anchor": "end" }),
  ]);
  const columns = across.map((m) => words(x(m), bottom + 14, mega(m)));
  const below = words((EDGES.left + WIDE) / 2, HIGH - 5, "multiply-adds of a patch, millions");
  return [...rows, ...columns, below];
};

const errorBar = ({ x, y, range }, [macs, dice, error], look) => {
  const low = Math.max(range.low, dice - error);
  const high = Math.min(range.high, dice + error);
  return line(x(macs), y(low), x(macs), y(high), look);
};

// The way so far, and where it is now: full if measured, hollow with its error if predicted.
const chartTrail = (scales, trail) => {
  const { x, y } = scales;
  const path = trail.map(([m, d], i) => `${i ? "L" : "M"}${x(m).toFixed(1)} ${y(d).toFixed(1)}`);
  const mark = { stroke: "var(--n3-mark)", "stroke-width": 2 };
  const ring = ([m, d, , measured], r, more) => {
    const fill = measured ? "var(--n3-mark)" : "var(--n3-card)";
    return make("circle", { cx: x(m), cy: y(d), r, fill, ...mark, ...more });
  };
  const passed = trail.slice(0, -1).map((point) => ring(point, 3, { "stroke-width": 1.3 }));
  const here = trail.slice(-1);
  return [
    stroke(path.join(""), { stroke: "var(--n3-mark)", "stroke-opacity": 0.4 }),
    ...passed,
    ...here.map((point) => errorBar(scales, point, mark)),
    ...here.map((point) => ring(point, 6, { class: "here" })),
  ];
};

// What was trained here: a square each.
const chartTrained = (scales, trained) => {
  const look = { stroke: PALETTE.winner, "stroke-width": 2 };
  const square = ([macs, dice]) => {
    const at = { x: scales.x(macs) - 5, y: scales.y(dice) - 5, width: 10, height: 10 };
    return make("rect", { class: "tried", fill: PALETTE.winner, ...at });
  };
  return trained.flatMap((point) => [errorBar(scales, point, look), square(point)]);
};

// What searches have found: a triangle each, standing on its place.
const chartFound = ({ x, y }, found) =>
  found.map(([macs, dice]) => {
    const d = `M${x(macs) - 3.5} ${y(dice) + 3}h7l-3.5 -6z`;
    return make("path", { class: "found", d, fill: "none", stroke: "var(--n3-ink)" });
  });

const CHART_TITLE = "Dice against cost: the table's cells, and among them this one";

// What the marks mean; squares only once there are any.
const chartKey = (trained) => {
  const key = (mark, text, style = null) =>
    make("span", {}, make("b", { style }, mark), ` ${text}`);
  const blue = "color:var(--n3-mark)";
  const keys = [
    key("•", "random cells", "color:var(--n3-soft)"),
    key("△", "found by searches"),
    key("○", "predicted", blue),
    key("●", "measured", blue),
  ];
  if (trained) keys.push(key("■", "trained here, on your cases", `color:${PALETTE.winner}`));
  return make("div", { class: "n3-row small keys" }, ...keys);
};

export const drawPareto = (place, model) => {
  const [dots, found, trail, trained] = ["dots", "found", "trail", "trained"].map((name) =>
    model.get(name),
  );
  const scales = chartScales([...dots, ...found, ...trail, ...trained]);
  const grey = dots.map(([m, d]) =>
    make("circle", { cx: scales.x(m), cy: scales.y(d), r: 2.5, fill: "var(--n3-soft)" }),
  );
  const cloud = make("g", { "fill-opacity": 0.5 }, ...grey);
  const others = [...chartFound(scales, found), ...chartTrail(scales, trail)];
  const box = { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": CHART_TITLE };
  const all = [...chartAxes(scales), cloud, ...others, ...chartTrained(scales, trained)];
  place.replaceChildren(chartKey(trained.length), make("svg", box, ...all));
};
