// How well the networks of all epochs saw the tumour: the Dice of each region over the epochs, and
// its value at the epoch that is shown. The numbers come from Python once.
import { make } from "./common.js";
import { REGIONS } from "./overlay_paint.js";
import { meaning, term } from "./words.js";

const BOX = { viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" };
const THIN = { fill: "none", "vector-effect": "non-scaling-stroke" };
const NAMES = ["WT", "TC", "ET"];

const two = (v) => v.toFixed(2).replace(/^0/, "");
const x = (epoch, last) => (last > 1 ? (100 * (epoch - 1)) / (last - 1) : 50);

const curve = (name, course, colour) => {
  const points = course.at.map((e, i) => `${x(e, course.last)} ${29 - 28 * course[name][i]}`);
  const look = { stroke: `rgb(${colour})`, "stroke-width": name === "WT" ? 2.4 : 1.4 };
  const d = points.length > 1 ? `M${points.join("L")}` : `M${points[0]}h.01`;
  return make("path", { ...THIN, ...look, d, "stroke-linecap": "round" });
};

const upright = (epoch, course, more) => {
  const at = x(epoch, course.last);
  return make("line", { ...THIN, x1: at, x2: at, y1: 0, y2: 30, ...more });
};

// "Dice WT .85 · TC .71 · ET .60" at the epoch shown.
const numbers = (course) => {
  const i = course.at.indexOf(course.shown);
  const value = (name) => (i < 0 ? "–" : two(course[name][i]));
  const one = (name) =>
    make("span", { "data-dice": name }, term(name), " ", make("b", {}, value(name)));
  return NAMES.map(one);
};

// The name of the chart, which names the curves in their colours and spells them out.
const SPELLED = { WT: "whole tumour", TC: "core", ET: "enhancing" };
const chartName = (colours) => {
  const one = (name) => {
    const style = `color: rgb(${colours[REGIONS[name].code]})`;
    return make("span", { style, title: meaning(name) }, `${name} ${SPELLED[name]}`);
  };
  const [wt, tc, et] = NAMES.map(one);
  return make("span", { class: "n3-course-name" }, "Dice (1: perfect) ", wt, " ", tc, " ", et);
};

// Draw the curves into `strip` and the numbers into `says`; without a truth there is nothing.
// In a lab their places are kept, so that nothing jumps.
export const drawCourse = (strip, says, course, colours, fit) => {
  const known = course.at?.length > 0;
  strip.hidden = !known && !fit;
  says.hidden = !known && !fit;
  if (!known) {
    strip.replaceChildren();
    says.replaceChildren();
    return;
  }
  const lines = NAMES.toReversed().map((name) => curve(name, course, colours[REGIONS[name].code]));
  const mark = upright(course.shown, course, { stroke: "#64b5f6", "stroke-width": 1.4 });
  const half = make("path", { ...THIN, d: "M0 15H100", stroke: "#444", "stroke-dasharray": "2 3" });
  strip.replaceChildren(chartName(colours), make("svg", BOX, half, mark, ...lines));
  const what = term("Dice");
  what.classList.add("n3-soft");
  says.replaceChildren(what, ...numbers(course));
};
