// The overlay viewer's three planes: how large they are, which voxel lies where, and how one is
// drawn.
import { clamp, sharpen } from "./common.js";
import { drawOutline } from "./overlay_outline.js";
import { cut, layer } from "./overlay_paint.js";

const PAD = 22; // pixels around a plane, for its letters
const FONT = "system-ui, 'Liberation Sans', sans-serif";

// Pixels per millimetre at which all planes of the crop fit beside each other.
const commonScale = (views, mm, room, highest) => {
  const wide = views.reduce((sum, view) => sum + mm[view.x], 0);
  const high = Math.max(...views.map((view) => mm[view.y]));
  const across = (room - 20 - 2 * views.length * PAD) / wide;
  return { scale: Math.min(across, (highest - 2 * PAD) / high), high };
};

// The planes of the crop, all in one scale, in `room` × `highest` pixels. A plane keeps its canvas,
// and its layers while their size is the same; `canvasOf(name)` makes the first ones.
export const layOut = (state, views, old, { room, highest, least }, canvasOf) => {
  const { size, spacing } = state.grid;
  const mm = size.map((n, i) => n * spacing[i]);
  const { scale, high } = commonScale(views, mm, room, highest);
  return views.map((view) => {
    const before = old.find((p) => p.view.name === view.name);
    const w = size[view.x];
    const h = size[view.y];
    const same = before && before.w === w && before.h === h;
    return {
      view,
      w,
      h,
      canvas: before ? before.canvas : canvasOf(view.name),
      grey: same ? before.grey : layer(w, h),
      paint: same ? before.paint : layer(w, h),
      key: "",
      width: Math.max(96, Math.floor(mm[view.x] * scale) + 2 * PAD),
      height: Math.max(least, Math.floor(high * scale) + 2 * PAD),
    };
  });
};

// The voxels that must be seen: the crop, and boxes that reach further.
const reach = ({ start, size }, boxes) => {
  const axes = [0, 1, 2];
  const low = axes.map((i) => Math.min(start[i], ...boxes.map((b) => b[i])));
  const high = axes.map((i) => Math.max(start[i] + size[i], ...boxes.map((b) => b[i + 3])));
  return { low, high };
};

// Give each plane its maps between voxels and pixels. Boxes that reach further zoom out but move
// nothing.
export const fit = (state, planes) => {
  const { grid } = state;
  const { low, high } = reach(grid, state.get("boxes"));
  const mm = high.map((v, i) => (v - low[i]) * grid.spacing[i]);
  const scales = planes.map(({ view, width, height }) =>
    Math.min((width - 2 * PAD) / mm[view.x], (height - 2 * PAD) / mm[view.y]),
  );
  const scale = Math.min(...scales);
  for (const p of planes) {
    const { x, y, flip_x, flip_y } = p.view;
    const kx = scale * grid.spacing[x];
    const ky = scale * grid.spacing[y];
    const left = (p.width - mm[x] * scale) / 2;
    const top = (p.height - mm[y] * scale) / 2;
    // from a voxel's edge to the picture; its centre is at + ½
    p.px = (v) => left + kx * (flip_x ? high[x] - v : v - low[x]);
    p.py = (v) => top + ky * (flip_y ? high[y] - v : v - low[y]);
    // and back
    p.voxel = (px, py) => {
      const at = [...state.get("cursor")];
      const right = (px - left) / kx;
      const down = (py - top) / ky;
      at[x] = Math.floor(flip_x ? high[x] - right : right + low[x]);
      at[y] = Math.floor(flip_y ? high[y] - down : down + low[y]);
      return at.map((v, i) => clamp(v, 0, grid.shape[i] - 1));
    };
  }
};

// Cut a plane's slice again, but only where something has changed.
const recut = (state, p, at) => {
  const key = `${at} ${state.version}`;
  if (key === p.key) return;
  cut(p.view, at, state.data, state.tables, p.grey.pixels, p.paint.pixels);
  p.grey.show();
  p.paint.show();
  p.key = key;
};

// Boxes that the slice cuts, as rectangles.
const outlines = (context, p, boxes, cursor) => {
  const { x, y, across } = p.view;
  context.lineWidth = 1.5;
  for (const b of boxes) {
    if (cursor[across] < b[across] || cursor[across] >= b[across + 3]) continue;
    const left = p.px(b[x]);
    const top = p.py(b[y]);
    context.strokeStyle = b[6];
    context.setLineDash(b[7] === "dashed" ? [5, 4] : []);
    context.strokeRect(left, top, p.px(b[x + 3]) - left, p.py(b[y + 3]) - top);
  }
  context.setLineDash([]);
};

const crosshair = (context, p, x, y, gap = 9) => {
  const arms = [
    [PAD, y, x - gap, y],
    [x + gap, y, p.width - PAD, y],
    [x, PAD, x, y - gap],
    [x, y + gap, x, p.height - PAD],
  ];
  context.strokeStyle = "rgba(150, 220, 255, .8)";
  context.lineWidth = 1;
  context.beginPath();
  for (const [x0, y0, x1, y1] of arms) {
    if (x1 <= x0 && y1 <= y0) continue;
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  }
  context.stroke();
};

// The sides of the patient at the four edges, the plane's name and slice in the corner.
const letters = (context, p, at) => {
  const [left, right, top, bottom] = p.view.letters;
  context.fillStyle = "#e8edf3";
  context.font = `600 13px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(left, PAD / 2, p.height / 2);
  context.fillText(right, p.width - PAD / 2, p.height / 2);
  context.fillText(top, p.width / 2, PAD / 2);
  context.fillText(bottom, p.width / 2, p.height - PAD / 2);
  context.font = `11px ${FONT}`;
  context.textAlign = "left";
  context.fillStyle = "#9fb0c3";
  const whole = `${p.view.name} ${at}`;
  const fits = context.measureText(whole).width < p.width / 2 - 16; // the letter at the top
  context.fillText(fits ? whole : `${p.view.name.slice(0, 3)} ${at}`, 7, PAD / 2);
};

// Where the crop stands in a plane's picture: left, top, width, height.
const placeOf = ({ start, size }, p) => {
  const { x, y } = p.view;
  const xs = [p.px(start[x]), p.px(start[x] + size[x])];
  const ys = [p.py(start[y]), p.py(start[y] + size[y])];
  return [Math.min(...xs), Math.min(...ys), Math.abs(xs[1] - xs[0]), Math.abs(ys[1] - ys[0])];
};

// A plane from the image up: grey values, paint, boxes, crosshair, letters.
export const drawPlane = (state, p) => {
  const cursor = state.get("cursor");
  const { x, y, across } = p.view;
  const at = cursor[across] - state.grid.start[across];
  recut(state, p, at);
  const context = sharpen(p.canvas, p.width, p.height);
  const place = placeOf(state.grid, p);
  context.fillStyle = "#000";
  context.fillRect(0, 0, p.width, p.height);
  context.imageSmoothingEnabled = state.get("smooth");
  context.drawImage(p.grey.canvas, ...place);
  context.imageSmoothingEnabled = false; // labels have no in-between
  context.globalAlpha = state.get("opacity");
  context.drawImage(p.paint.canvas, ...place);
  context.globalAlpha = 1;
  drawOutline(context, state, p, at, place);
  outlines(context, p, state.get("boxes"), cursor);
  crosshair(context, p, p.px(cursor[x] + 0.5), p.py(cursor[y] + 0.5));
  letters(context, p, cursor[across]);
};
