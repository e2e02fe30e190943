// Curves of the size of a word, for the whole search: their points come from Python.
import { make, THIN } from "./common.js";

const BOX = { viewBox: "0 0 100 20", preserveAspectRatio: "none", width: 92, height: 20 };

// The points of a curve that may be seen; the axis may be cut off in their last digit.
const upTo = (points, x) => points.split(" ").filter((point) => parseFloat(point) < x + 0.02);

// One figure: its name, its value at the epoch shown, its curve and a line at that epoch.
const oneFigure = (row, x, epoch, ahead) => {
  const points = ahead ? row.points : upTo(row.points, x).join(" ");
  const curve = make("path", { ...THIN, class: "n3-curve", d: points && `M${points}` });
  const ends = { x1: x, x2: x, y1: 0, y2: 20 };
  const line = make("line", { ...THIN, ...ends, class: "n3-cursor" });
  const value = make("b", {}, row.values[epoch - 1] ?? "–");
  const picture = make("svg", { ...BOX, "aria-hidden": "true" }, curve, line);
  return make("span", { class: "n3-figure", title: row.says }, `${row.name} `, value, picture);
};

// The row of figures, and the alarm, which tells of the end: not where that is hidden. A search
// without an epoch has neither.
export const drawFigures = (page, curves, epoch, ahead) => {
  const { at = [], rows = [], alarm = "" } = curves;
  page.figures.replaceChildren(...rows.map((row) => oneFigure(row, at[epoch - 1], epoch, ahead)));
  page.figures.hidden = !rows.length;
  page.alarm.textContent = alarm;
  page.alarm.hidden = !alarm || !ahead;
};
