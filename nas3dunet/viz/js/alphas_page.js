// The α explorer's page: its buttons, canvases and sentences.
import { DASHES, ink, make, makeGrow, makeTabs, put, two } from "./common.js";
import { PALETTE } from "./palette.js";
import { meaning } from "./words.js";

export const ALPHAS_STYLE = `
.n3-alphas { box-sizing: border-box; padding: 8px 10px; min-width: 340px; }
.n3-alphas .n3-bar { justify-content: space-between; min-height: 30px; }
.n3-alphas .n3-keys { gap: 2px 9px; margin: 5px 0 3px; font-size: 11.5px; }
.n3-alphas button[aria-pressed="true"] { color: var(--n3-page); }
.n3-alphas .n3-keys span { white-space: nowrap; }
.n3-alphas .n3-keys svg { vertical-align: -1px; margin-right: 4px; }
.n3-alphas .n3-cells button { border-radius: 0; margin-right: -1px; }
.n3-alphas .n3-cells button:first-child { border-radius: 5px 0 0 5px; }
.n3-alphas .n3-cells button:last-child { border-radius: 0 5px 5px 0; }
.n3-alphas .n3-free {
  display: flex; align-items: center; gap: 12px; background: var(--n3-card); border-radius: 6px;
  padding: 3px 10px; font-size: 11.5px; line-height: 1.3;
}
.n3-alphas .n3-free b { font-size: 18px; white-space: nowrap; }
.n3-alphas .n3-epoch { display: inline-block; min-width: 8.5em; font-weight: 600; }
.n3-alphas .n3-stage { position: relative; display: flex; flex-wrap: wrap; gap: 14px; }
.n3-alphas .n3-stage canvas { display: block; cursor: pointer; touch-action: none; }
.n3-alphas .n3-tip {
  position: absolute; pointer-events: none; z-index: 2; white-space: pre; padding: 3px 8px;
  border-radius: 5px; font-size: 12px; background: var(--n3-ink); color: var(--n3-page);
}
.n3-alphas .n3-message { position: absolute; left: 60px; top: 40px; }
.n3-alphas .n3-said { min-height: 1.4em; margin-top: 3px; font-size: 12px; }
.n3-alphas .n3-help { font-size: 11.5px; }
.n3-alphas .n3-figures { gap: 2px 16px; margin: 3px 0; font-size: 11.5px; min-height: 22px; }
.n3-alphas .n3-figure { white-space: nowrap; }
.n3-alphas .n3-figure b { display: inline-block; min-width: 3.4em; }
.n3-alphas .n3-figure svg { vertical-align: middle; background: var(--n3-card); }
.n3-alphas .n3-curve { stroke: var(--n3-ink); stroke-width: 1.3; }
.n3-alphas .n3-cursor { stroke: var(--n3-mark); stroke-width: 1; }
.n3-alphas .n3-alarm { font-size: 12px; font-weight: 600; color: ${PALETTE.alarm}; }
.n3-fit.n3-alphas {
  padding: 3px 8px; display: flex; flex-direction: column; min-width: 0; overflow: hidden;
}
.n3-fit.n3-alphas .n3-bar { flex-wrap: nowrap; min-height: 26px; gap: 6px; }
.n3-fit.n3-alphas .n3-bar button { padding: 0 7px; }
.n3-fit.n3-alphas :is(.n3-epoch, .n3-keys, .n3-help, .n3-said, .n3-back) { display: none; }
.n3-fit.n3-alphas .n3-stage {
  flex: 1 1 0; min-height: 0; overflow: hidden; flex-wrap: nowrap; gap: 0;
}
.n3-fit.n3-alphas .n3-stage canvas { position: absolute; left: 0; top: 0; }
.n3-screen:not([data-tab=numbers]) .n3-alphas :is(.n3-stage canvas + canvas, .n3-free, .n3-figures),
.n3-screen[data-tab=numbers] .n3-alphas .n3-stage canvas:first-child { display: none; }
.n3-alphas [hidden] { display: none !important; }
`;

const FREE_HINT =
  `Weight-free: ${meaning("weight-free")}. ` +
  "The dotted line is what an even draw from all genotypes would give.";
const HELP =
  "Framed: kept in this epoch's genotype. Bold: leads. Dotted: even split. " +
  "Click enlarges, drag moves the epoch; keys ← → epoch, ↑ ↓ edge, Esc.";
const STAGE_HINT =
  "ᾱ over the epochs. Arrows left and right: epoch; up and down: edge; Escape: all edges";

const soft = (text) => make("span", { class: "n3-soft" }, text);

// The figure of weight-free operations, at the right of the head.
const makeFree = (count, chance, spark) => {
  const why = soft("a drift to pools and identity is DARTS' known failure");
  const says = make("span", {}, chance, make("br"), why);
  return make("div", { class: "n3-free", title: FREE_HINT }, count, says, spark);
};

// All elements of the page, put into `box`; its buttons set traits.
export const makePage = (box, model, fit) => {
  const pick = (cell) => make("button", { onclick: () => put(model, { cell }) }, `${cell} cell`);
  const back = () => put(model, { selected: -1 });
  const page = {
    buttons: { down: pick("down"), up: pick("up") },
    back: make("button", { class: "n3-back", onclick: back }, "‹ all edges"),
    epoch: make("span", { class: "n3-epoch" }),
    count: make("b"),
    chance: make("span"),
    spark: make("canvas"),
    keys: make("div", { class: "n3-row n3-keys" }),
    grid: make("canvas"),
    heat: make("canvas"),
    tip: make("div", { class: "n3-tip", hidden: true }),
    message: make("div", { class: "n3-message", hidden: true }),
    figures: make("div", { class: "n3-row n3-figures", hidden: true }),
    alarm: make("div", { class: "n3-alarm", role: "status", hidden: true }),
    said: make("div", { class: "n3-said", "aria-live": "polite" }),
  };
  const stage = { class: "n3-stage", tabindex: 0, role: "group", "aria-label": STAGE_HINT };
  page.stage = make("div", stage, page.grid, page.heat, page.tip, page.message);
  const choice = { class: "n3-cells", role: "group", "aria-label": "cell" };
  const cells = make("span", choice, ...Object.values(page.buttons));
  const free = makeFree(page.count, page.chance, page.spark);
  const help = make("div", { class: "n3-soft n3-help" }, HELP);
  const bar = fit
    ? [makeTabs("edge"), cells, makeGrow("alpha")]
    : [make("div", { class: "n3-row" }, cells, page.epoch, page.back), free];
  box.append(
    make("div", { class: "n3-row n3-bar" }, ...bar),
    ...(fit ? [free] : []),
    page.keys,
    page.stage,
    page.figures,
    page.alarm,
    page.said,
    help,
  );
  return page;
};

// A colour that can be read on a dark page.
const lighter = (hex) => {
  const parts = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  return `rgb(${parts.map((v) => Math.round(v * 0.58 + 255 * 0.42)).join(" ")})`;
};

// Colours and names, for a page as light or dark as this one is.
export const lookOf = (box, plan, cell) => {
  const [red] = getComputedStyle(box).backgroundColor.match(/\d+/g) || ["255"];
  const fills = plan.colours;
  const names = ["ink", "soft", "line", "card", "mark"];
  return {
    ...Object.fromEntries(names.map((name) => [name, ink(box, name)])),
    fills,
    star: PALETTE.winner,
    colours: Number(red) < 128 ? fills.map(lighter) : fills,
    short: plan.short,
    families: plan.families,
    used: (family) => cell.hms.some((hm) => hm.columns.includes(family)),
  };
};

// A line of the legend, pale if the cell has no such operation.
export const keyOf = (look, family) => {
  const name = look.families[family];
  const stroke = {
    x2: 19,
    y1: 4.5,
    y2: 4.5,
    stroke: look.colours[family],
    "stroke-width": 2.6,
    "stroke-dasharray": (DASHES[name] || []).join(" "),
  };
  const sample = { width: 19, height: 9, "aria-hidden": "true" };
  const style = look.used(family) ? null : "opacity:.4";
  return make("span", { style }, make("svg", sample, make("line", stroke)), name);
};

// What an edge's epoch says: the two best operations (a menu may have one alone), how decided it
// is, whether it is kept.
export const sentenceOf = (hm, e, cell, rank) => {
  const [a, b] = cell.order(hm, e);
  const share = cell.share(hm, e, a);
  const scaled = rank === "raw" ? "" : ` (ᾱ·N_O ${(hm.n * share).toFixed(2)})`;
  const then = hm.n > 1 ? `, then ${hm.ops[b]} ${two(cell.share(hm, e, b))}` : "";
  const entropy = cell.entropy(hm, e).toFixed(2);
  const margin = cell.margin(hm, e).toFixed(2);
  const kept = cell.kept(hm, e) ? "kept" : "not kept";
  return (
    `${hm.name}, epoch ${e}: ${hm.ops[a]} leads with ᾱ ${two(share)}${scaled}` +
    `${then}; entropy ${entropy}, margin ${margin}; ${kept} in the genotype`
  );
};

// The tip beside the pointer, inside of the stage.
export const showTip = ({ tip, stage }, event, text) => {
  const canvas = event.currentTarget;
  const x = canvas.offsetLeft + event.offsetX;
  const y = canvas.offsetTop + event.offsetY;
  tip.textContent = text;
  const below = y + 16 + tip.offsetHeight <= stage.clientHeight;
  tip.style.left = `${Math.min(x + 14, stage.clientWidth - tip.offsetWidth - 2)}px`;
  tip.style.top = `${below ? y + 16 : y - tip.offsetHeight - 8}px`;
};
