// The chart of a search's losses. Epoch e is the stretch from e − 1 to e; its number and its mean
// stand in the middle.
import { decimals, epochStep, line, logTicks, niceRange, stroke, ticksOf, words } from "./axes.js";
import { floatsOf, make } from "./common.js";
import { PALETTE } from "./palette.js";

export const HISTORY_STYLE = `
.n3-history { max-width: 1100px; padding: 10px 12px; box-sizing: border-box; }
.n3-history .n3-head { justify-content: space-between; }
.n3-history .n3-read { min-height: 24px; margin-top: 4px; gap: 4px 22px; }
.n3-history .n3-read b { display: inline-block; min-width: 3.2em; }
.n3-history :is(.n3-read, .n3-curves) i {
  display: inline-block; width: 18px; height: 4px; border-radius: 2px; margin-right: 7px;
  vertical-align: 3px;
}
.n3-history .n3-plot { position: relative; }
.n3-history svg {
  display: block; cursor: crosshair; touch-action: none; user-select: none; border-radius: 4px;
}
.n3-history svg text { fill: var(--n3-soft); font-size: 12px; }
.n3-history .n3-tip {
  position: absolute; top: 40px; padding: 3px 9px; border-radius: 5px; background: var(--n3-ink);
  color: var(--n3-page); pointer-events: none;
}
.n3-history .n3-flag { cursor: help; }
.n3-fit.n3-history { max-width: none; padding: 3px 8px; display: flex; flex-direction: column; }
.n3-fit.n3-history .n3-read { min-height: 20px; margin: 0; gap: 0 8px; font-size: 12px; }
.n3-fit.n3-history .n3-read { flex-wrap: nowrap; white-space: nowrap; overflow: hidden; }
.n3-fit.n3-history :is(.n3-read, .n3-curves) i { width: 12px; margin-right: 4px; }
.n3-history .n3-curves {
  display: inline-flex; gap: 0 8px; margin-left: 8px; white-space: nowrap; font-size: 12px;
}
.n3-fit.n3-history .n3-read b { min-width: 2.7em; }
.n3-history .n3-read[data-why] .n3-figure, .n3-history .n3-read:not([data-why]) .n3-why {
  display: none;
}
.n3-fit.n3-history .n3-plot { flex: 1 1 0; min-height: 0; overflow: hidden; }
.n3-fit.n3-history :is(.n3-caption, .n3-name, .n3-of-epoch, .n3-of-curve) { display: none; }
.n3-fit.n3-history :is(.n3-head, .n3-head .n3-row) { flex-wrap: nowrap; column-gap: 6px; }
.n3-fit.n3-history .n3-head > span { white-space: nowrap; }
.n3-fit.n3-history .n3-curves { margin-left: 4px; gap: 0 5px; }
.n3-fit.n3-history .n3-head button { padding: 0 4px; font-size: 12px; }
`;
// The margins around the curves; in a lab, where room is dear, the axes have no names.
const ROOMY = { left: 54, right: 18, top: 36, bottom: 44, named: true };
const TIGHT = { left: 36, right: 8, top: 26, bottom: 24, named: false };
export const roomFor = (fit) => (fit ? TIGHT : ROOMY);

// What the kernel sends, as numbers: two curves of [x, loss] and the means [epoch, α, kernel].
export const readLosses = (model) => {
  const rows = (name, width) => {
    const values = floatsOf(model.get(name));
    const row = (_, i) => values.subarray(i * width, (i + 1) * width);
    return Array.from({ length: values.length / width }, row);
  };
  return { alpha: rows("alpha", 2), kernel: rows("kernel", 2), means: rows("means", 3) };
};

// The least and the largest loss, as far as the axis can show them.
const extremes = (data, log) => {
  const losses = [...data.alpha, ...data.kernel].map((p) => p[1]).filter((v) => !log || v > 0);
  return losses.length ? [Math.min(...losses), Math.max(...losses)] : [0.1, 1];
};

// The loss axis: ticks, their text, and the place of a loss as a share of the height. Runs side by
// side have one range for all.
const lossAxis = (data, log, range) => {
  const [low, high] = range && !(log && range[0] <= 0) ? range : extremes(data, log);
  const nice = niceRange(low, high);
  const ticks = log ? logTicks(low, Math.max(high, low * 1.001)) : ticksOf(nice);
  const of = log ? Math.log : (v) => v;
  const y0 = of(ticks[0]);
  const y1 = of(ticks.at(-1));
  return {
    ticks,
    text: (t) => (log ? String(t) : t.toFixed(decimals(nice.step))),
    share: (v) => (of(Math.max(v, log ? ticks[0] : v)) - y0) / (y1 - y0),
  };
};

// From epochs and losses to pixels and back.
export const scales = (width, height, room, facts, data, log) => {
  const axis = lossAxis(data, log, facts.range);
  const start = facts.first - 1;
  const { left, top } = room;
  const bottom = height - room.bottom;
  const unit = (width - left - room.right) / (facts.last - start);
  const within = (epoch) => Math.min(facts.last, Math.max(facts.first, epoch));
  return {
    ticks: axis.ticks,
    text: axis.text,
    unit,
    width,
    height,
    top,
    bottom,
    left,
    right: width - room.right,
    named: room.named,
    x: (e) => left + (e - start) * unit,
    y: (v) => top + (bottom - top) * (1 - axis.share(v)),
    epoch: (px) => within(Math.floor((px - left) / unit + start) + 1),
  };
};

// A line through points, broken where there is no value.
const track = (points, s) => {
  const parts = points.map(([e, v], i) => {
    if (!Number.isFinite(v)) return "";
    const joined = Number.isFinite(points[i - 1]?.[1]);
    return `${joined ? "L" : "M"}${s.x(e).toFixed(1)} ${s.y(v).toFixed(1)}`;
  });
  return parts.join("");
};

// A grey field over the epochs in which only the weights learn.
const warmUp = (s, facts) => {
  const x = s.x(facts.warm - 1);
  const width = s.x(0) - x;
  const look = { fill: "var(--n3-soft)", opacity: 0.13 };
  const height = s.bottom - s.top;
  return [
    make("rect", { class: "n3-warm", x, y: s.top, width, height, ...look }),
    words(x + width / 2, s.top + 15, width > 66 ? "warm-up" : ""),
  ];
};

// The border of each epoch, where there is room, and the numbers of some epochs.
const epochMarks = (s, facts) => {
  const parts = [];
  const every = epochStep((n) => n * s.unit >= 44);
  for (let e = facts.first; e <= facts.last; e++) {
    const border = s.x(e - 1);
    const middle = s.x(e - 0.5);
    const named = e % every === 0 || (e === 1 && every < 10);
    if (s.unit >= 24 && e > facts.first)
      parts.push(line(border, s.top, border, s.bottom, { "stroke-dasharray": "1 4" }));
    if (!named) continue;
    parts.push(line(middle, s.bottom, middle, s.bottom + 4, { stroke: "var(--n3-soft)" }));
    parts.push(words(middle, s.bottom + 17, String(e)));
  }
  return parts;
};

// Grid, numbers and names of the axes.
export const background = (s, facts) => {
  const parts = facts.warm < 1 ? warmUp(s, facts) : [];
  for (const t of s.ticks) {
    parts.push(line(s.left, s.y(t), s.right, s.y(t)));
    parts.push(words(s.left - 6, s.y(t) + 4, s.text(t), { "text-anchor": "end" }));
  }
  parts.push(...epochMarks(s, facts));
  return s.named ? [...parts, ...axisNames(s, facts)] : parts;
};

const axisNames = (s, facts) => {
  const steps = `${facts.steps} step${facts.steps === 1 ? "" : "s"}`;
  const epochs = `epoch (its ${steps} from left to right)`;
  const turned = { transform: `translate(13 ${(s.top + s.bottom) / 2}) rotate(-90)` };
  return [
    words((s.left + s.right) / 2, s.height - 6, epochs),
    words(0, 0, facts.loss.axis, turned),
  ];
};

// One loss: its steps faint, its means bold, with dots where there is room.
const curve = (s, data, kind, colour, column) => {
  const means = data.means.map((m) => [m[0] - 0.5, m[column]]);
  const dots = s.unit >= 14 ? means.filter((m) => Number.isFinite(m[1])) : [];
  const faint = { class: `n3-steps-${kind}`, stroke: colour, opacity: 0.32 };
  const bold = { class: `n3-means-${kind}`, stroke: colour, "stroke-width": 2.6 };
  return [
    stroke(track(data[kind], s), faint),
    stroke(track(means, s), { ...bold, "stroke-linejoin": "round" }),
    ...dots.map(([e, v]) => make("circle", { cx: s.x(e), cy: s.y(v), r: 3.4, fill: colour })),
  ];
};

export const curves = (s, data) =>
  Object.entries(PALETTE.losses).flatMap(([kind, colour], i) =>
    curve(s, data, kind, colour, 1 + i),
  );

const LETTER = 7.2; // pixels of a bold letter, on average a little less

const stopMark = (s, { x: epoch, text, brief }) => {
  const x = s.x(epoch);
  const onRight = x > s.width / 2;
  const room = onRight ? x - 7 : s.width - x - 7;
  const says = [text, brief].find((said) => LETTER * said.length < room) || "ended";
  const anchor = { "text-anchor": onRight ? "end" : "start" };
  const dashed = { "stroke-width": 2, "stroke-dasharray": "6 4" };
  const look = { class: "n3-stop", stroke: PALETTE.stop, ...dashed };
  const style = `fill: ${PALETTE.stop}; font-weight: 600`;
  return [
    line(x, s.top - 18, x, s.bottom, { ...look, "aria-label": text }),
    words(x + (onRight ? -7 : 7), s.top - (s.named ? 22 : 10), says, { ...anchor, style }),
  ];
};

// A flag where settings were changed; `tip(text, x)` shows what it says.
const flag = (s, { epoch, text }, tip) => {
  const x = s.x(epoch - 1);
  const show = () => tip(text, x);
  const hide = () => tip("");
  const events = { onpointerenter: show, onpointerleave: hide, onfocus: show, onblur: hide };
  const dashed = { stroke: "var(--n3-soft)", "stroke-dasharray": "2 3" };
  const target = { x: x - 4, y: s.top - 17, width: 20, height: 17, fill: "transparent" };
  return make(
    "g",
    { class: "n3-flag", tabindex: 0, role: "img", "aria-label": text, ...events },
    line(x, s.top - 12, x, s.bottom, dashed),
    make("path", { d: `M${x} ${s.top - 14}l13 5l-13 5z`, fill: "var(--n3-mark)" }),
    make("rect", target),
  );
};

// Where the search stopped, and where settings were changed.
export const marks = (s, facts, tip) => [
  ...(facts.stop ? stopMark(s, facts.stop) : []),
  ...facts.changes.map((change) => flag(s, change, tip)),
];

// The stretch of one epoch, tinted.
const stretch = (s, epoch, more) =>
  make("rect", { x: s.x(epoch - 1), y: s.top, height: s.bottom - s.top, ...more });

// The selected epoch: its stretch, a line in its middle, its number on a pill.
const selection = (s, epoch) => {
  const middle = s.x(epoch - 0.5);
  const wide = 14 + 8 * String(epoch).length;
  const y = s.bottom + 2;
  const look = { class: "n3-cursor", stroke: "var(--n3-mark)", "stroke-width": 1.6 };
  const hidden = { x: middle - wide / 2 - 8, y, width: wide + 16, height: 21 };
  const pill = { x: middle - wide / 2, y: y + 1, width: wide, height: 19, rx: 9 };
  const style = "fill: var(--n3-page); font-weight: 700";
  return [
    stretch(s, epoch, { width: s.unit, fill: "var(--n3-mark)", opacity: 0.13 }),
    line(middle, s.top, middle, s.bottom, look),
    make("rect", { ...hidden, fill: "var(--n3-page)" }),
    make("rect", { ...pill, fill: "var(--n3-mark)" }),
    words(middle, s.bottom + 17, String(epoch), { style }),
  ];
};

// A bar over the gap between the two means, where it says something, and a ring on each of them.
const gapMark = (s, [epoch, ...means], gap) => {
  const x = s.x(epoch - 0.5);
  const parts = [];
  const look = { class: "n3-gap", stroke: "var(--n3-ink)", "stroke-width": 3 };
  if (gap && means.every(Number.isFinite))
    parts.push(line(x, s.y(means[0]), x, s.y(means[1]), look));
  Object.values(PALETTE.losses).forEach((fill, i) => {
    if (!Number.isFinite(means[i])) return;
    const ring = { cx: x, cy: s.y(means[i]), r: 4.6, fill, stroke: "var(--n3-page)" };
    parts.push(make("circle", { ...ring, "stroke-width": 1.8 }));
  });
  return parts;
};

// The selected epoch, and the one under the pointer.
export const cursor = (s, data, epoch, hover, gap) => {
  const parts = [];
  const shown = data.means.find((m) => m[0] === (hover ?? epoch));
  const tint = { class: "n3-hover", fill: "var(--n3-soft)", opacity: 0.16 };
  if (hover !== null) parts.push(stretch(s, hover, { width: Math.max(s.unit, 1), ...tint }));
  if (epoch > 0) parts.push(...selection(s, epoch));
  if (shown) parts.push(...gapMark(s, shown, gap));
  return parts;
};

// The means of an epoch as text, and why there are none.
export const figures = (data, epoch, stop = null) => {
  const found = data.means.find((m) => m[0] === epoch);
  const [, alpha, kernel] = found || [epoch, NaN, NaN];
  const later = stop?.untrained === epoch ? stop.why : `epoch ${epoch} has no loss yet`;
  const why = found || epoch < 1 ? "" : later; // beside another run, no warm-up either
  const say = (v) => (Number.isFinite(v) ? v.toFixed(3) : "–");
  const gap = alpha - kernel;
  const sign = gap < 0 ? "−" : "+";
  const signed = Number.isFinite(gap) ? `${sign}${Math.abs(gap).toFixed(3)}` : "–";
  return { alpha: say(alpha), kernel: say(kernel), gap: signed, why };
};

// What stands there before the first epoch.
export const waiting = (facts, width, height) => {
  const large = { style: "font-size: 16px; fill: var(--n3-ink)" };
  const where = `The losses of ${facts.name} appear here as soon as there are any.`;
  return [
    words(width / 2, height / 2 - 8, "Waiting for the first epoch", large),
    words(width / 2, height / 2 + 14, where),
  ];
};
