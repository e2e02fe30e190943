// What all widgets of nas3dunet share in the browser.

import { PALETTE } from "./palette.js";

const SVG = ["svg", "g", "path", "rect", "circle", "line", "text", "title"];

// An element: make("button", {class: "n3-key", onclick: f, "aria-label": "…"}, "text", child, …).
// Text is never parsed as HTML.
export const make = (tag, attributes = {}, ...children) => {
  const el = SVG.includes(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    const absent = value === null || value === undefined || value === false;
    if (key.startsWith("on")) el.addEventListener(key.slice(2), value);
    else if (!absent) el.setAttribute(key, value === true ? "" : value);
  }
  el.append(...children);
  return el;
};

// A number between 0 and 1 where there is little room: .25.
export const two = (x) => x.toFixed(2).replace(/^0/, "");

export const clamp = (v, low, high) => Math.min(high, Math.max(low, v));

// At most one call of `draw` per frame, however often it is asked for.
export const coalesce = (draw) => {
  let queued = false;
  return () => {
    if (queued) return;
    queued = true;
    requestAnimationFrame(() => {
      queued = false;
      draw();
    });
  };
};

// Synced bytes arrive as a DataView that may begin anywhere; typed arrays need a copy that does
// not.
export const bytesOf = (view) =>
  view ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(0);
export const floatsOf = (view) =>
  view ? new Float32Array(bytesOf(view).slice().buffer) : new Float32Array(0);

// For those who wait for a picture, tests above all: data-ready once there is one, data-drawn
// counts them.
export const drawn = (el) => {
  el.dataset.ready = "1";
  el.dataset.drawn = String(1 + Number(el.dataset.drawn || 0));
};

// Set several traits of the widget and tell the kernel.
export const put = (model, changes) => {
  for (const [name, value] of Object.entries(changes)) model.set(name, value);
  model.save_changes();
};

// Ask Python for acts, each {act, …}: a wish stays in the list until it has been heard, since
// messages are merged while one is on its way.
export const askFor = (model, wishes) => {
  const heard = model.get("heard");
  const waiting = model.get("ask").filter(({ n }) => n > heard);
  const last = waiting.at(-1)?.n ?? heard;
  const added = wishes.map((wish, i) => ({ ...wish, n: last + 1 + i }));
  put(model, { ask: [...waiting, ...added] });
};

// Listen to several traits at once; returns what ends it.
export const listen = (model, names, call) => {
  for (const name of names) model.on(`change:${name}`, call);
  return () => {
    for (const name of names) model.off(`change:${name}`, call);
  };
};

// Call `changed` once per frame in which the size of an element has changed; returns what ends it.
// Where the height follows from what is drawn, only the width counts. Parts of a pixel do,
// since what no longer fits would be wrapped.
export const onSize = (el, changed) => {
  const size = () => {
    const { width } = el.getBoundingClientRect();
    return `${width} ${el.closest(".n3-fit") ? el.clientHeight : ""}`;
  };
  let before = size();
  const look = coalesce(() => {
    if (size() === before) return;
    before = size();
    changed();
  });
  const observer = new ResizeObserver(look);
  observer.observe(el);
  return () => observer.disconnect();
};

// A canvas that is sharp on every screen: its context, empty and scaled so that one unit is one
// CSS pixel.
export const sharpen = (canvas, width, height) => {
  const ratio = window.devicePixelRatio || 1;
  const columns = Math.round(width * ratio);
  const rows = Math.round(height * ratio);
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
};

// A line of an SVG that is stretched to its place, and is not thicker for that.
export const THIN = { fill: "none", "vector-effect": "non-scaling-stroke" };

// Dashes of the curves: operations without weights are not drawn through.
export const DASHES = { max_pool: [5, 2.5], avg_pool: [1.5, 2], identity: [7, 2.5, 1.5, 2.5] };

const NO_SHORTCUTS = "data-lm-suppress-shortcuts";

// The value of one of the colours below, for canvases.
export const ink = (el, name) => getComputedStyle(el).getPropertyValue(`--n3-${name}`).trim();

// JupyterLab's own colours where there are any (so dark themes just work), the report's elsewhere.
const ROOT_STYLE = `
.n3 {
  --n3-ink: var(--jp-ui-font-color1, var(--ink, ${PALETTE.ink}));
  --n3-soft: var(--jp-ui-font-color2, var(--soft, ${PALETTE.soft}));
  --n3-line: var(--jp-border-color2, var(--line, #dde2e8));
  --n3-page: var(--jp-layout-color0, var(--page, #fff));
  --n3-card: var(--jp-layout-color2, var(--card, #f5f7f9));
  --n3-mark: var(--jp-brand-color1, var(--mark, ${PALETTE.mark}));
  color: var(--n3-ink); background: var(--n3-page);
  font: 13px/1.4 system-ui, "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums;
}
.n3 *:focus-visible { outline: 2px solid var(--n3-mark); outline-offset: 1px; }
.n3 button, .n3 select, .n3 input { font: inherit; color: inherit; }
.n3 button, .n3 select {
  background: var(--n3-card); border: 1px solid var(--n3-line); border-radius: 5px;
  padding: 2px 8px; cursor: pointer;
}
.n3 button[aria-pressed="true"] {
  background: var(--n3-mark); border-color: var(--n3-mark); color: var(--n3-page);
}
.n3 .n3-row { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; }
.n3 .n3-soft { color: var(--n3-soft); }
.n3 .n3-term { cursor: help; text-decoration: underline dotted 1px; text-underline-offset: 3px; }
.n3 .n3-message {
  padding: 10px 14px; border-left: 4px solid var(--n3-mark);
  background: var(--n3-card); border-radius: 0 6px 6px 0;
}
`;

// Keys end here. JupyterLab looks for its shortcuts from the focused element upwards, and one of
// them fits whatever has the focus; so the focused element itself must say that it wants none.
const keepKeys = (box) =>
  box.addEventListener("focusin", (event) => event.target.setAttribute(NO_SHORTCUTS, "true"));

// Call `then` with the ancestor that fits, as soon as the element has one: a widget is drawn before
// it is put into the page.
export const within = (el, selector, then, tries = 300) => {
  const found = el.closest(selector);
  if (found) then(found);
  else if (tries) requestAnimationFrame(() => within(el, selector, then, tries - 1));
};

// The widget's root, with the styles that it shares and its own. In a lab it fits its place.
export const root = (el, name, style = "", model = null) => {
  const fits = model?.get("fit") ? " n3-fit" : "";
  const box = make("div", { class: `n3 n3-${name}${fits}`, [NO_SHORTCUTS]: "true" });
  box.append(make("style", {}, ROOT_STYLE + style));
  keepKeys(box);
  el.append(box);
  within(el, ".jp-OutputArea-output", keepKeys); // buttons of others beside it, too
  return box;
};

// ---- a panel in a lab: all of them lie in one `.n3-screen`

const screenOf = (el) => el.closest(".n3-screen");

// A button that lets a panel fill the screen, and gives the place back.
export const makeGrow = (name) => {
  const onclick = ({ currentTarget }) => {
    const screen = screenOf(currentTarget);
    if (screen) screen.dataset.big = screen.dataset.big === name ? "" : name;
  };
  const title = "enlarge, and back (Esc)";
  return make("button", { class: "n3-grow", type: "button", title, onclick }, "⤢");
};

// The tabs of the panels that share a place where there is little room.
const TABS = { edge: "Edge", alpha: "α", numbers: "Numbers" };
const HINTS = {
  edge: "how the operations of the chosen edge compete",
  alpha: "ᾱ, the share of each operation, for all edges of a cell",
  numbers: "how decided each edge is, and how many operations are weight-free",
};

const showTab = (screen, name) => {
  screen.dataset.tab = name;
  for (const tab of screen.querySelectorAll(".n3-tab")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
  }
};

export const makeTabs = (open = "edge") => {
  const tab = ([name, text]) => {
    const onclick = ({ currentTarget }) => showTab(screenOf(currentTarget), name);
    const state = { title: HINTS[name], "data-tab": name, "aria-pressed": String(name === open) };
    return make("button", { class: "n3-tab", type: "button", onclick, ...state }, text);
  };
  return make("span", { class: "n3-tabs" }, ...Object.entries(TABS).map(tab));
};
