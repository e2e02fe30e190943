// Axes of charts: where the ticks stand, what is written beside them, and the strokes of an SVG
// chart.
import { make } from "./common.js";

// The round step that cuts low … high into about `parts`, and the range widened to whole steps.
export const niceRange = (low, high, parts = 5) => {
  const pad = high > low ? 0 : Math.abs(high) * 0.05 || 0.5;
  const from = low - pad;
  const to = high + pad;
  const raw = (to - from) / parts;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  return {
    low: Math.floor(from / step + 1e-9) * step,
    high: Math.ceil(to / step - 1e-9) * step,
    step,
  };
};
export const ticksOf = ({ low, high, step }) =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);

// Which digits of each power of ten carry a tick: all of them on a short axis, 1 alone on a long
// one.
const digitsFor = (ratio) => {
  if (ratio < 12) return [1, 2, 3, 4, 5, 6, 7, 8, 9];
  return ratio < 2000 ? [1, 2, 5] : [1];
};

// The ticks of a logarithmic axis, where values must be above 0.
export const logTicks = (low, high) => {
  const digits = digitsFor(high / low);
  const all = [];
  const first = Math.floor(Math.log10(low)) - 1;
  const last = Math.ceil(Math.log10(high));
  for (let k = first; k <= last; k++) all.push(...digits.map((d) => Number(`${d}e${k}`)));
  const from = all.findLastIndex((t) => t <= low);
  const to = all.findIndex((t) => t >= high);
  return all.slice(from, to + 1);
};

// The least step between the numbers of epochs that fits.
export const epochStep = (fits) => [1, 2, 5, 10, 20, 50, 100, 200, 500].find(fits) || 1000;

// How many decimals a number needs so that a step of it shows.
export const decimals = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));

// Text of a chart, centred on x unless told otherwise; a straight line; a path that is not filled.
export const words = (x, y, text, more = {}) =>
  make("text", { x, y, "text-anchor": "middle", ...more }, text);
export const line = (x0, y0, x1, y1, more = {}) =>
  make("line", { x1: x0, y1: y0, x2: x1, y2: y1, stroke: "var(--n3-line)", ...more });
export const stroke = (d, more = {}) => make("path", { d, fill: "none", ...more });
