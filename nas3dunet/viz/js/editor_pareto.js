// The genotype editor's chart: Dice against multiply-adds, the table's cells as dots, and the cell
// that is edited among them.
import { line, logTicks, niceRange, stroke, ticksOf, words } from "./axes.js";
import { make } from "./common.js";

const WIDE = 380;
const HIGH = 222;
const EDGES = { left: 40, right: 10, top: 12, bottom: 34 };

const mega = (macs) => `${macs / 1e6}`;

// Maps from multiply-adds and Dice to the picture, wide enough for everything that is shown.
const chartScales = (dots, trail) => {
  const macs = [...dots, ...trail].map((d) => d[0]);
  const dice = [...dots, ...trail].map((d) => d[1]);
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

// The way so far, and where it is now: full if measured, hollow with its error if predicted.
const chartTrail = ({ x, y, range }, trail) => {
  if (!trail.length) return [];
  const [macs, dice, error, measured] = trail.at(-1);
  const path = trail.map(([m, d], i) => `${i ? "L" : "M"}${x(m).toFixed(1)} ${y(d).toFixed(1)}`);
  const mark = { stroke: "var(--n3-mark)", "stroke-width": 2 };
  const fill = measured ? "var(--n3-mark)" : "var(--n3-card)";
  const low = Math.max(range.low, dice - error);
  const high = Math.min(range.high, dice + error);
  return [
    stroke(path.join(""), { stroke: "var(--n3-mark)", "stroke-opacity": 0.4 }),
    line(x(macs), y(low), x(macs), y(high), mark),
    make("circle", { class: "here", cx: x(macs), cy: y(dice), r: 6, fill, ...mark }),
  ];
};

const CHART_TITLE = "Dice against cost: dots are the table's random cells, the ring is this one";

export const drawPareto = (place, model) => {
  const dots = model.get("dots");
  const trail = model.get("trail");
  const scales = chartScales(dots, trail);
  const grey = dots.map(([m, d]) =>
    make("circle", { cx: scales.x(m), cy: scales.y(d), r: 2.5, fill: "var(--n3-soft)" }),
  );
  const cloud = make("g", { "fill-opacity": 0.5 }, ...grey);
  const box = { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": CHART_TITLE };
  const chart = make("svg", box, ...chartAxes(scales), cloud, ...chartTrail(scales, trail));
  const hint = "dots: random cells, trained · ring: this one";
  const title = make("div", { class: "small" }, make("b", {}, "Dice"), ` · ${hint}`);
  place.replaceChildren(title, chart);
};
