// How well the networks of all epochs saw the tumour: the Dice of each region over the epochs, and
// its value at the epoch that is shown. The numbers come from Python once.
import { make, THIN, two } from "./common.js";
import { meaning, REGION_NAMES, term } from "./words.js";

const BOX = { viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" };
const SPELLED = { ET: "enhancing", TC: "core", WT: "whole" };

// A region holds several labels, so no curve has a label's colour: dashes tell them apart.
const LOOKS = {
  WT: { stroke: "#fff", "stroke-width": 2.6 },
  TC: { stroke: "#cdd8e4", "stroke-width": 1.5 },
  ET: { stroke: "#cdd8e4", "stroke-width": 1.8, "stroke-dasharray": "2 3" },
};

const x = (epoch, last) => (last > 1 ? (100 * (epoch - 1)) / (last - 1) : 50);

const curve = (name, course) => {
  const points = course.at.map((e, i) => `${x(e, course.last)} ${29 - 28 * course[name][i]}`);
  const d = points.length > 1 ? `M${points.join("L")}` : `M${points[0]}h.01`;
  return make("path", { ...THIN, ...LOOKS[name], d, "stroke-linecap": "round" });
};

const upright = (epoch, course, more) => {
  const at = x(epoch, course.last);
  return make("line", { ...THIN, x1: at, x2: at, y1: 0, y2: 30, ...more });
};

// "Dice ET .60 · TC .71 · WT .85" at the epoch shown; where there is room, "whole" for "WT".
const numbers = (course) => {
  const i = course.at.indexOf(course.shown);
  const value = (name) => (i < 0 ? "–" : two(course[name][i]));
  const one = (name) => {
    const spelled = term(name, SPELLED[name]);
    const brief = term(name);
    spelled.classList.add("n3-spelled");
    brief.classList.add("n3-brief");
    const number = make("b", {}, value(name));
    return make("span", { "data-dice": name }, brief, spelled, " ", number);
  };
  return REGION_NAMES.map(one);
};

// The name of the chart: a piece of each curve, and what it stands for.
const chartName = () => {
  const one = (name) => {
    const piece = make("line", { ...LOOKS[name], x2: 16, y1: 4, y2: 4 });
    const key = make("svg", { class: "n3-piece", width: 16, height: 8 }, piece);
    return make("span", { title: meaning(name) }, key, ` ${name} ${SPELLED[name]} `);
  };
  return make("span", { class: "n3-course-name" }, "Dice: ", ...REGION_NAMES.map(one));
};

// The axis: 1 at the top is perfect, 0 at the bottom is nothing found.
const scale = () => {
  const tick = (text) => make("span", {}, text);
  return make("span", { class: "n3-course-scale" }, ...["1", ".5", "0"].map(tick));
};

// Draw the curves into `strip` and the numbers into `says`; without a truth there is nothing.
// In a lab their places are kept, so that nothing jumps.
export const drawCourse = (strip, says, course, fit) => {
  const known = course.at?.length > 0;
  strip.hidden = !known && !fit;
  says.hidden = !known && !fit;
  if (!known) {
    strip.replaceChildren();
    says.replaceChildren();
    return;
  }
  const lines = REGION_NAMES.map((name) => curve(name, course));
  const mark = upright(course.shown, course, { stroke: "#64b5f6", "stroke-width": 1.4 });
  const levels = { ...THIN, d: "M0 1H100M0 15H100M0 29H100", stroke: "#444" };
  const chart = make("svg", BOX, make("path", levels), mark, ...lines);
  strip.replaceChildren(chartName(), make("div", { class: "n3-course-plot" }, scale(), chart));
  const what = term("Dice");
  what.classList.add("n3-soft");
  says.replaceChildren(what, ...numbers(course));
};
