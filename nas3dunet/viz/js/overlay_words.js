// What the overlay viewer says in words: the voxel under the mouse, and the legend with its
// volumes.
import { make } from "./common.js";
import { isOutlined, outlineKey } from "./overlay_outline.js";
import { countCodes } from "./overlay_paint.js";

const soft = (text) => make("span", { class: "n3-soft" }, text);
const strong = (text) => make("b", {}, text);

// The voxel that is told: the one under the mouse, in the slice that is shown, or the crosshair's.
const toldVoxel = (state) => {
  const cursor = state.get("cursor");
  if (!state.hovered) return cursor;
  const { at, across } = state.hovered;
  return at.map((v, i) => (i === across ? cursor[i] : v));
};

// Its place in the bytes; −1 outside of the crop.
const byteIndex = ({ start, size }, at) => {
  const inside = at.map((v, i) => v - start[i]);
  if (!inside.every((v, i) => v >= 0 && v < size[i])) return -1;
  return (inside[0] * size[1] + inside[1]) * size[2] + inside[2];
};

// Its place in the world, as the file's affine has it: x grows to the patient's right, y to
// the front, z to the head. A sign and no letter: the origin of BraTS is a corner, so that all of
// its x are below 0, on the right side of the head as well.
const worldText = (affine, at) => {
  const mm = affine.map((r) => r[0] * at[0] + r[1] * at[1] + r[2] * at[2] + r[3]);
  const signed = (v) => (Math.round(10 * v) / 10 || 0).toFixed(1).replace("-", "−");
  return mm.map((v, i) => `${"xyz"[i]} ${signed(v)}`).join(" · ");
};

// The value that a byte of the image stands for; at both ends of the range it is only a bound.
const valueText = (byte, [low, high]) => {
  if (!byte) return "0";
  const value = low + ((byte - 1) / 254) * (high - low);
  const ends = { 1: "≤", 255: "≥" };
  let digits = 3;
  if (high - low > 5) digits = 1;
  if (high - low > 50) digits = 0;
  return `${ends[byte] || "≈"} ${value.toFixed(digits)}`;
};

// [what, value] of the voxel that is told.
const facts = (state) => {
  const { grid, data } = state;
  const at = toldVoxel(state);
  const v = byteIndex(grid, at);
  const byte = v < 0 ? 0 : data.image[data.offset + v];
  const label = (of) => {
    const raw = v < 0 ? 0 : of[v];
    return raw ? `${state.get("legend").names[grid.classes[raw]]} (${raw})` : "–";
  };
  const found = [
    ["voxel", `(${at.join(", ")})`],
    ["at", `${worldText(grid.affine, at)} mm, RAS+`],
    [grid.modalities[state.modality], valueText(byte, grid.ranges[state.modality])],
  ];
  if (data.has.truth) found.push(["truth", label(data.truth)]);
  if (data.has.prediction) found.push(["prediction", label(data.prediction)]);
  return found;
};

export const readout = (state) =>
  facts(state).map(([name, text]) => make("span", {}, soft(`${name} `), strong(text)));

const chip = (colour, name, ml) =>
  make(
    "span",
    {},
    make("i", { class: "n3-chip", style: `background: rgb(${colour})` }),
    name,
    soft(` ${ml.toFixed(1)} ml`),
  );

// Dice from the counts of true positives, misses and false alarms; two empty labels agree. Here and
// not in Python, since it follows from what `countPairs` counts.
const diceChip = (name, [same, miss, alarm]) => {
  const both = 2 * same + miss + alarm;
  const dice = both ? (2 * same) / both : 1;
  return make("span", {}, soft(`${name}: Dice `), strong(dice.toFixed(3)));
};

export const legend = (state) => {
  const { grid, mode, colours } = state;
  const labels = state.get("labels");
  const { names, regions } = state.get("legend");
  const region = regions[labels];
  const differs = mode === "difference";
  const count = countCodes(state.pairs, mode, labels, grid);
  const ml = (grid.spacing[0] * grid.spacing[1] * grid.spacing[2]) / 1000;
  const codes = grid.legend[mode][labels];
  const brief = (text) => (state.get("fit") ? text.replace(" or non-enhancing", "") : text);
  const name = (code) => (!differs && region ? region : brief(names[code]));
  const chips = codes.map((code) => chip(colours[code], name(code), count[code] * ml));
  if (isOutlined(state)) chips.push(outlineKey());
  const counts = codes.map((code) => count[code]);
  if (differs && region) chips.push(diceChip(region, counts));
  const lacks = ["truth", "prediction"].map((of) => state.lacking(of)).filter(Boolean);
  if (lacks.length) chips.push(soft(`${lacks.join(", ")}: views that need one are off`));
  else if (!codes.length) chips.push(soft("nothing is painted over the image"));
  return chips;
};
