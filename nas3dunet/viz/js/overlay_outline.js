// The truth's outline over a prediction: a white line around the whole tumour, and a thinner,
// dashed one around what enhances.
import { make } from "./common.js";
import { strides } from "./overlay_paint.js";

const LINES = { WT: [1.6, []], TC: [1.6, []], ET: [1, [3, 2]] }; // width, dashes

// Is there an outline? In a lab, where a prediction is painted and the truth is known.
export const isOutlined = ({ data, mode, model }) =>
  model.get("fit") && mode === "prediction" && data.has.truth;

// The borders between voxels inside and outside of a region, in voxels of the slice.
const bordersOf = (inside, w, h) => {
  const path = new Path2D();
  const side = (x0, y0, x1, y1) => {
    path.moveTo(x0, y0);
    path.lineTo(x1, y1);
  };
  for (let j = 0; j < h; j++)
    for (let i = 0; i < w; i++) {
      const here = inside(i, j);
      if (i > 0 && here !== inside(i - 1, j)) side(i, j, i, j + 1);
      if (j > 0 && here !== inside(i, j - 1)) side(i, j, i + 1, j);
    }
  return path;
};

const strokeOn = (context, path, strokeStyle, lineWidth, dashes) => {
  Object.assign(context, { strokeStyle, lineWidth });
  context.setLineDash(dashes);
  context.stroke(path);
};

// Draw them over slice `at` of a plane that stands at [left, top, width, height].
export const drawOutline = (context, state, p, at, [left, top, width, height]) => {
  const { size, truth } = state.data;
  if (!isOutlined(state) || at < 0 || at >= size[p.view.across]) return;
  const { dx, dy, first } = strides(p.view, at, size);
  const labels = state.get("labels");
  const toPlace = new DOMMatrix([width / p.w, 0, 0, height / p.h, left, top]);
  for (const name of labels === "labels" ? ["WT", "ET"] : [labels]) {
    const values = state.grid.regions[name];
    const has = (i, j) => values.includes(truth[first + i * dx + j * dy]);
    const path = new Path2D();
    path.addPath(bordersOf(has, p.w, p.h), toPlace);
    const [thick, dashes] = LINES[name];
    strokeOn(context, path, "rgba(0, 0, 0, .6)", thick + 0.9, []); // or white is lost on yellow
    strokeOn(context, path, "#fff", thick, dashes);
  }
  context.setLineDash([]);
};

// What it is, for the legend.
export const outlineKey = () => {
  const means = "the truth: a line around the whole tumour, a dashed one around what enhances";
  const brief = make("span", { class: "n3-wide" }, "outline: ");
  return make("span", { class: "n3-outline", title: means }, brief, "truth");
};
