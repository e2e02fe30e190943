// The α explorer's plots: ᾱ over the epochs, small for all edges of a cell or large for one of
// them.
import { epochStep } from "./axes.js";
import { DASHES, two } from "./common.js";
import { scales } from "./alphas_numbers.js";

const FONT = 'system-ui, "Liberation Sans", sans-serif';

export const write = (c, text, x, y, colour, size = 11, align = "left", bold = false) => {
  c.font = `${bold ? "700 " : ""}${size}px ${FONT}`;
  c.fillStyle = colour;
  c.textAlign = align;
  c.textBaseline = "middle";
  c.fillText(text, x, y);
};

export const trace = (c, colour, width, dash, points) => {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.setLineDash(dash);
  c.beginPath();
  points.forEach(([x, y], i) => {
    if (i) c.lineTo(x, y);
    else c.moveTo(x, y);
  });
  c.stroke();
  c.setLineDash([]);
};

export const dot = (c, x, y, r) => {
  c.beginPath();
  c.arc(x, y, r, 0, 7);
  c.fill();
};

export const frame = (c, colour, width, x, y, w, h) => {
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.strokeRect(x, y, w, h);
};

const dashOf = (look, family) => DASHES[look.families[family]] || [];

// The points of a curve, not more than two for each pixel; the last epoch that may be seen is
// always one of them.
const pointsOf = (hm, k, cell, s) => {
  const last = cell.seen;
  const stride = Math.max(1, Math.floor(0.5 / s.run));
  const points = [];
  for (let t = 1; t <= last; ) {
    points.push([s.x(t), s.y(cell.share(hm, t, k))]);
    t += t + stride > last && t < last ? last - t : stride;
  }
  return points;
};

// The curves of one HM: even split, current epoch, operations (the leader last and bold).
const drawCurves = (c, p, cell, s, e, look) => {
  const { hm } = p;
  const best = cell.E ? cell.order(hm, e)[0] : -1;
  const even = s.y(1 / hm.n);
  trace(
    c,
    look.soft,
    0.7,
    [2, 3],
    [
      [p.x, even],
      [p.x + p.w, even],
    ],
  );
  if (cell.E)
    trace(
      c,
      look.mark,
      1.2,
      [],
      [
        [s.x(e), p.y + p.head],
        [s.x(e), p.y + p.h],
      ],
    );
  const leaderLast = [...hm.ops.keys()].sort((a, b) => (a === best) - (b === best));
  for (const k of leaderLast) {
    const family = hm.columns[k];
    const colour = look.colours[family];
    const points = pointsOf(hm, k, cell, s);
    const width = (k === best ? 2.2 : 1.1) + (p.large ? 0.4 : 0);
    trace(c, colour, width, dashOf(look, family), points);
    c.fillStyle = colour;
    if (s.run > 9) for (const [x, y] of points) dot(c, x, y, k === best ? 2.6 : 1.7);
  }
};

// The leader's name and share in the head of a small plot.
const drawLeader = (c, p, cell, e, look) => {
  const { hm } = p;
  const kept = cell.kept(hm, e);
  const k = cell.order(hm, e)[0];
  const family = hm.columns[k];
  const name = look.colours[family]; // not kept: not bold
  const number = kept ? look.ink : look.soft;
  write(c, look.short[family], p.x + 5, p.y + 8, name, 11, "left", kept);
  write(c, two(cell.share(hm, e, k)), p.x + p.w - 4, p.y + 8, number, 10.5, "right", kept);
};

// The row's name and the scale of ᾱ, left of the first plot of a row, if there is room for both.
const drawRowName = (c, p, cell, s, look) => {
  const x = p.x - 4;
  const middle = p.y + p.head + (p.h - p.head) / 2;
  const low = cell.low ? two(cell.low) : "0";
  write(c, p.hm.from, x, middle, look.ink, 11, "right", true);
  if (p.h - p.head < 34) return;
  write(c, two(cell.top), x, s.y(cell.top) + 2, look.soft, 10.5, "right");
  write(c, low, x, s.y(cell.low) - 3, look.soft, 10.5, "right");
};

// The first and the last epoch, under the lowest plot of a column.
const drawEpochs = (c, p, s, { horizon, star }, look) => {
  const y = p.y + p.h + 8;
  for (const t of horizon > 1 ? [1, horizon] : [1]) {
    if (star && Math.abs(s.x(star) - s.x(t)) < 20) continue; // the star stands there
    write(c, String(t), s.x(t), y, look.soft, 10.5, t > 1 ? "right" : "left");
  }
};

const drawSmall = (c, p, cell, now, look) => {
  const { horizon, e, chosen, star } = now;
  const s = scales(p, cell, horizon);
  const { hm } = p;
  const kept = cell.kept(hm, e);
  c.globalAlpha = kept || !cell.E ? 1 : 0.5;
  c.fillStyle = look.card;
  if (kept) c.fillRect(p.x, p.y, p.w, p.h);
  drawCurves(c, p, cell, s, e, look);
  c.globalAlpha = 1;
  frame(c, kept ? look.ink : look.line, kept ? 1.8 : 1, p.x, p.y, p.w, p.h);
  if (hm.i === chosen) frame(c, look.mark, 3, p.x, p.y, p.w, p.h);
  if (cell.E) drawLeader(c, p, cell, e, look);
  const firstOfRow = hm.node === Math.max(0, hm.source - 1);
  const lastOfColumn = hm.source === hm.node + 1;
  if (firstOfRow) drawRowName(c, p, cell, s, look);
  if (lastOfColumn) drawEpochs(c, p, s, now, look);
  if (lastOfColumn && star) drawStar(c, p, s, star, look);
};

// A star under each column at the epoch of the winner.
const drawStar = (c, p, s, star, look) => {
  write(c, "★", s.x(star), p.y + p.h + 8, look.star, 12, "center");
};

// What frames and lines mean, in the corner where no plot stands: in a line or, where it is
// narrow, in three.
const NOTES = ["framed: kept, a node keeps two edges", "bold: leads", "dotted: an even share"];
const drawNotes = (c, { x, y, h }, look) => {
  const note = (text, at) => write(c, text, 4, at, look.soft, 11);
  if (x > 480) note(NOTES.join(" · "), y + h / 2 + 8);
  else if (x > 245 && h > 55) NOTES.forEach((text, i) => note(text, y + 24 + 15 * i));
};

// All small plots; `now` says the epoch e, the last epoch on the axis, the edge that is chosen.
export const drawGrid = (c, plots, cell, now, look) => {
  for (let j = 0; j < now.nodes; j++) {
    const { x } = plots.find((p) => p.hm.node === j);
    write(c, `node ${j + 1}`, x + 2, 8, look.ink, 11, "left", true);
  }
  for (const p of plots) drawSmall(c, p, cell, now, look);
  if (now.noted) drawNotes(c, plots.at(-1), look);
};

// How far apart the lines of ᾱ are.
const shareStep = (cell) => {
  if (cell.top > 0.5) return 0.2;
  return cell.low || cell.top < 0.3 ? 0.05 : 0.1;
};

const drawAxes = (c, p, cell, s, horizon, look) => {
  const step = shareStep(cell);
  const digits = step < 0.1 ? 2 : 1;
  const every = epochStep((d) => horizon / d <= 8);
  for (let v = cell.low; v <= cell.top + 1e-6; v += step) {
    trace(
      c,
      look.line,
      0.6,
      [],
      [
        [p.x, s.y(v)],
        [p.x + p.w, s.y(v)],
      ],
    );
    write(c, v.toFixed(digits), p.x - 6, s.y(v), look.soft, 11, "right");
  }
  for (let t = 1; t <= horizon; t = t === 1 && every > 1 ? every : t + every) {
    write(c, String(t), s.x(t), p.y + p.h + 11, look.soft, 11, "center");
  }
  write(c, "epoch", p.x + p.w / 2, p.y + p.h + 27, look.soft, 12, "center");
  write(c, "ᾱ", 8, p.y + p.h / 2, look.soft, 14, "left");
};

// The operations beside the large plot, best first.
const drawOrder = (c, p, cell, e, look) => {
  const { hm } = p;
  const x = p.x + p.w + 10;
  const right = Math.min(x + 132, p.right);
  const order = cell.E ? cell.order(hm, e) : [];
  order.forEach((k, i) => {
    const y = p.y + 10 + 20 * i;
    const family = hm.columns[k];
    const colour = look.colours[family];
    trace(c, colour, i ? 2 : 4, dashOf(look, family), [
      [x, y],
      [x + 16, y],
    ]);
    write(c, hm.ops[k], x + 20, y, i ? look.ink : colour, 12, "left", !i);
    write(c, two(cell.share(hm, e, k)), right, y, look.ink, 12, "right", !i);
  });
  write(c, `even split ${two(1 / hm.n)}`, x, p.y + 22 + 20 * hm.n, look.soft, 11);
};

export const drawLarge = (c, p, cell, horizon, e, look) => {
  const s = scales(p, cell, horizon);
  const kept = cell.kept(p.hm, e);
  write(c, `${cell.kind} cell, ${p.hm.name}`, p.x, 10, look.ink, 14, "left", true);
  drawAxes(c, p, cell, s, horizon, look);
  drawCurves(c, p, cell, s, e, look);
  frame(c, kept ? look.ink : look.line, kept ? 2 : 1, p.x, p.y, p.w, p.h);
  drawOrder(c, p, cell, e, look);
};
