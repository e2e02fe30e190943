// The α explorer's heat map of edges × operations, and its small curve of weight-free operations.
import { dot, frame, trace, write } from "./alphas_plots.js";
import { two } from "./common.js";

const drawHeads = (c, heat, look) => {
  const { name, number, cell, short, width } = heat;
  const size = short ? 10.5 : 11;
  look.short.forEach((text, f) => {
    const colour = look.used(f) ? look.colours[f] : look.line;
    write(c, text, name + f * cell + cell / 2, 9, colour, size, "center", !short);
  });
  write(c, "entropy", width - number - 2, 9, look.soft, size, "right");
  write(c, "margin", width - 2, 9, look.soft, size, "right");
};

const drawName = (c, row, kept, short, look) => {
  const { hm } = row;
  const brief = `${hm.from.replace("node ", "n")}→n${hm.node + 1}`;
  const middle = row.y + row.h / 2;
  c.fillStyle = look.ink;
  if (kept) c.fillRect(0, row.y, 3, row.h);
  write(c, short ? brief : hm.name, 8, middle, kept ? look.ink : look.soft, 11, "left", kept);
};

// One share: the stronger the colour, the larger; the leader framed.
const drawShare = (c, row, k, heat, cell, e, leads, look) => {
  const { hm } = row;
  const family = hm.columns[k];
  const w = heat.cell;
  const x = heat.name + family * w;
  const v = cell.E ? cell.share(hm, e, k) : 0;
  const strength = Math.max(0.06, 0.08 + (0.92 * (v - cell.low)) / (cell.top - cell.low));
  c.globalAlpha = strength;
  c.fillStyle = look.fills[family];
  c.fillRect(x + 1, row.y, w - 2, row.h);
  c.globalAlpha = 1;
  if (leads) frame(c, look.ink, 1.5, x + 1.5, row.y + 0.5, w - 3, row.h - 1);
  if (!cell.E || w <= 19) return;
  const text = v > 0.995 ? "1" : two(v);
  const size = w > 25 && row.h > 15 ? 11 : 10;
  const colour = strength > 0.62 ? "#fff" : look.ink;
  write(c, text, x + w / 2, row.y + row.h / 2, colour, size, "center", leads);
};

// Entropy or margin: a bar from 0 to 1 behind its number.
const drawNumber = (c, row, x, v, heat, known, look) => {
  const w = heat.number - 8;
  c.fillStyle = look.card;
  c.fillRect(x, row.y, w, row.h);
  c.globalAlpha = 0.4;
  c.fillStyle = look.soft;
  c.fillRect(x, row.y, w * Math.min(1, v), row.h);
  c.globalAlpha = 1;
  const right = x + heat.number - 11;
  if (known) write(c, v.toFixed(2), right, row.y + row.h / 2, look.ink, 10.5, "right");
};

const drawRow = (c, row, heat, cell, e, look) => {
  const { hm } = row;
  const best = cell.E ? cell.order(hm, e)[0] : -1;
  drawName(c, row, cell.kept(hm, e), heat.short, look);
  for (const k of hm.ops.keys()) drawShare(c, row, k, heat, cell, e, k === best, look);
  [cell.entropy, cell.margin].forEach((of, i) => {
    const x = heat.width - heat.number * (2 - i) + 6;
    drawNumber(c, row, x, cell.E ? of(hm, e) : 0, heat, cell.E > 0, look);
  });
};

export const drawHeat = (c, heat, cell, e, selected, look) => {
  drawHeads(c, heat, look);
  for (const row of heat.rows) {
    drawRow(c, row, heat, cell, e, look);
    if (row.hm.i === selected) frame(c, look.mark, 2, 1, row.y - 1, heat.width - 2, row.h + 2);
  }
};

// Weight-free operations over the epochs, with the even draw's count as a dashed line.
export const drawFree = (c, free, plan, horizon, e, look, w, h) => {
  const E = free.length / 2;
  const count = (t) => free[2 * t - 2] + free[2 * t - 1];
  const x = (t) => 2 + (w - 5) * (horizon > 1 ? (t - 1) / (horizon - 1) : 0.5);
  const y = (n) => h - 3 - (n / plan.total) * (h - 6);
  const points = Array.from({ length: E }, (_, i) => [x(i + 1), y(count(i + 1))]);
  trace(
    c,
    look.soft,
    1,
    [2, 2],
    [
      [0, y(plan.chance)],
      [w, y(plan.chance)],
    ],
  );
  trace(c, look.ink, 1.4, [], points);
  c.fillStyle = look.mark;
  if (E) dot(c, x(e), y(count(e)), 3);
};
