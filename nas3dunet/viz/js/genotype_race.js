// The race of the selected edge: how the shares of its operations went, epoch by epoch.
import { DASHES, make, THIN } from "./common.js";
import { plainOp } from "./genotype_cells.js";
import { term } from "./words.js";

const BOX = { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" };

const points = (values, x, y) => values.map((v, i) => `${x(i + 1)} ${y(v)}`);

const upright = (x, name) => make("path", { ...THIN, class: name, d: `M${x} 0V100` });
const level = (y) => make("path", { ...THIN, class: "level", d: `M0 ${y}H100` });

// One operation; the leader is drawn bold.
const lane = (op, values, leads, x, y, plan) => {
  const { colour } = plan.ops[plainOp(op)];
  const look = { stroke: colour, "stroke-width": leads ? 3 : 1.4, "data-race": op };
  const d = `M${points(values, x, y).join("L")}${values.length > 1 ? "" : "h.01"}`;
  const dashes = (DASHES[plainOp(op)] || []).join(" ");
  return make("path", { ...THIN, ...look, d, "stroke-dasharray": dashes });
};

// The chart, or nothing before the first epoch.
export const makeRace = (id, names, now, plan) => {
  const { epoch, epochs, seen } = now;
  if (!epochs) return make("div", { class: "race" });
  const rows = Array.from({ length: seen }, (_, i) => now.sharesAt(id, i + 1));
  const top = Math.max(...rows.flat()) > 0.5 ? 1 : 0.5;
  const x = (e) => (epochs > 1 ? 1 + (98 * (e - 1)) / (epochs - 1) : 50);
  const y = (v) => 98 - (96 * v) / top;
  const best = now.shares(id).indexOf(Math.max(...now.shares(id)));
  const lanes = names.map((op, k) => lane(op, rows.map((row) => row[k]), k === best, x, y, plan));
  lanes.push(...lanes.splice(best, 1)); // the leader lies on top
  const parts = [level(y(1 / names.length)), upright(x(epoch), "now"), ...lanes];
  const says = ` from 0 to ${top} over ${epochs} epochs; dotted: an even share`;
  const title = make("span", { class: "n3-soft" }, "the race: ", term("ᾱ"), says);
  return make("div", { class: "race" }, title, make("svg", BOX, ...parts));
};
