// The losses of a search (viz.history): the page around the chart, and which event moves the epoch.
import { clamp, coalesce, drawn, listen, make, makeGrow, onSize, put, root } from "./common.js";
import {
  background,
  cursor,
  curves,
  figures,
  HISTORY_STYLE,
  marks,
  readLosses,
  roomFor,
  scales,
  waiting,
} from "./history_chart.js";
import { PALETTE } from "./palette.js";
import { term } from "./words.js";

const ABOUT = "α and the weights learn in turn, from different cases";
const GAP =
  "; the gap, α loss less weights loss, says how much better the weights know their own.";
const ADDED = "; the α loss has λ·R(α) added, what else the search was asked, so there is no gap.";
const FAINT = "Bold: mean of an epoch. Faint: its steps, extremes kept.";
const WARM_UP = "Grey: warm-up, in which only the weights learn. ";

// The numbers of an epoch, in words: `say(epoch, figures)` writes them.
const makeReadout = () => {
  const value = (name) => [name, make("b", { class: `n3-value-${name}` })];
  const values = Object.fromEntries(["epoch", "alpha", "kernel", "gap"].map(value));
  const key = (kind) => make("i", { style: `background: ${PALETTE.losses[kind]}` });
  // in a lab the title names the curves
  const names = { alpha: make("span"), kernel: make("span") };
  const curve = (kind) => {
    const name = make("span", { class: "n3-of-curve" }, names[kind], " ");
    return [key(kind), name, values[kind]];
  };
  const gap = make("span", { class: "n3-figure n3-gap-figure" }, term("gap"), " ", values.gap);
  const item = (title, ...parts) => make("span", { class: "n3-figure", title }, ...parts);
  const why = make("span", { class: "n3-why n3-term" });
  const box = make(
    "div",
    { class: "n3-row n3-read" },
    make("span", { class: "n3-of-epoch" }, "epoch ", values.epoch),
    item("on the cases that drive α", ...curve("alpha")),
    item("on the cases that drive the weights", ...curve("kernel")),
    gap,
    why,
  );
  const say = (epoch, found, more = "") => {
    values.epoch.textContent = epoch;
    why.textContent = found.why;
    why.title = more;
    if (found.why) box.dataset.why = "1";
    else delete box.dataset.why;
    for (const name of ["alpha", "kernel", "gap"]) values[name].textContent = found[name];
  };
  return { box, say, names, gap };
};

// Which curve is which, in a lab; there the title says that they are losses.
const makeCurveNames = () => {
  const names = { alpha: make("span"), kernel: make("span") };
  const name = (kind) => {
    const key = make("i", { style: `background: ${PALETTE.losses[kind]}` });
    return make("span", {}, key, names[kind]);
  };
  const faint = make("span", { class: "n3-soft n3-wide", title: FAINT }, "faint: steps");
  return { box: make("span", { class: "n3-curves" }, name("alpha"), name("kernel"), faint), names };
};

const HEIGHT = 330; // where nobody gives another

const makePage = (box, pick, fit) => {
  const button = (scale) => make("button", { onclick: () => pick(scale) }, scale);
  const says = "Losses of the search; arrow keys move the epoch";
  const chart = { role: "slider", tabindex: 0, "aria-label": says };
  const page = {
    name: make("span", { class: "n3-soft n3-name" }),
    buttons: { linear: button("linear"), log: button("log") },
    read: makeReadout(),
    curves: makeCurveNames(),
    svg: make("svg", chart),
    tip: make("div", { class: "n3-tip", hidden: true }),
    caption: make("div", { class: "n3-soft n3-caption" }),
    still: make("g"),
    moving: make("g", { "pointer-events": "none" }),
    flags: make("g"),
  };
  const named = fit ? page.curves.box : page.name;
  const title = make("span", {}, make("b", {}, fit ? "Loss " : "Loss history "), named);
  const grow = fit ? [makeGrow("loss")] : [];
  const axis = { class: "n3-row", role: "group", "aria-label": "loss axis" };
  const buttons = make("span", axis, ...Object.values(page.buttons), ...grow);
  page.plot = make("div", { class: "n3-plot" }, page.svg, page.tip);
  box.append(
    make("div", { class: "n3-row n3-head" }, title, buttons),
    page.read.box,
    page.plot,
    page.caption,
  );
  return page;
};

class LossHistory {
  constructor(model, box) {
    this.model = model;
    this.box = box;
    this.fit = model.get("fit");
    this.page = makePage(box, (scale) => put(model, { scale }), this.fit);
    this.scale = null; // from epochs and losses to pixels; null before the first epoch
    this.hover = null; // the epoch under the pointer
    this.marked = ""; // what the flags were drawn for
  }

  get epoch() {
    return this.model.get("epoch");
  }

  // What a flag says, beside it; nothing hides the tip.
  tip(text, x = 0) {
    const { tip, svg } = this.page;
    tip.hidden = !text;
    tip.textContent = text;
    tip.style.left = `${Math.min(x, svg.clientWidth - 220) + 6}px`;
  }

  // ---- what is drawn

  size() {
    const { clientWidth, clientHeight } = this.page.plot;
    if (this.fit) return { width: Math.max(140, clientWidth), height: Math.max(90, clientHeight) };
    return { width: Math.max(380, (this.box.clientWidth || 784) - 24), height: HEIGHT };
  }

  draw() {
    const { model, page } = this;
    const { width, height } = this.size();
    const log = model.get("scale") === "log";
    this.facts = model.get("facts");
    this.data = readLosses(model);
    page.svg.setAttribute("width", width);
    page.svg.setAttribute("height", height);
    const any = this.data.kernel.length + this.data.alpha.length;
    this.scale = any ? scales(width, height, roomFor(this.fit), this.facts, this.data, log) : null;
    this.say();
    if (this.scale) this.drawChart(width, height);
    else this.drawWaiting(width, height);
  }

  // Names, caption, buttons, and the ends of the slider that the chart is.
  say() {
    const { page, facts, model } = this;
    page.name.textContent = facts.name;
    for (const kind of ["alpha", "kernel"]) {
      const name = this.fit ? facts.loss[kind].replace(" loss", "") : facts.loss[kind];
      for (const { names } of [page.read, page.curves]) names[kind].textContent = name;
    }
    page.read.gap.hidden = !facts.loss.gap;
    const about = `${ABOUT}${facts.loss.gap ? GAP : ADDED}`;
    page.caption.textContent = `${FAINT} ${facts.warm < 1 ? WARM_UP : ""}${about}`;
    for (const [scale, button] of Object.entries(page.buttons)) {
      button.setAttribute("aria-pressed", model.get("scale") === scale);
    }
    page.svg.setAttribute("aria-valuemin", Math.min(1, facts.epochs));
    page.svg.setAttribute("aria-valuemax", facts.epochs);
  }

  drawWaiting(width, height) {
    this.marked = "";
    this.page.svg.replaceChildren(...waiting(this.facts, width, height));
    this.page.read.say("–", figures(this.data, 0));
    drawn(this.box);
  }

  drawChart(width, height) {
    const { page, facts, data, scale } = this;
    page.still.replaceChildren(...background(scale, facts), ...curves(scale, data));
    // flags stay while nothing moves them, or they would lose focus and pointer
    const { first, last, stop, changes } = facts;
    const key = JSON.stringify([width, height, first, last, stop, changes]);
    if (key !== this.marked) {
      this.marked = key;
      this.tip("");
      page.flags.replaceChildren(...marks(scale, facts, (text, x) => this.tip(text, x)));
      page.svg.replaceChildren(page.still, page.moving, page.flags);
    }
    this.mark();
  }

  // The selected epoch, and the one under the pointer.
  mark() {
    if (!this.scale) return;
    const { page, data, epoch, hover } = this;
    const found = figures(data, hover ?? epoch, this.facts.stop);
    const { alpha, kernel, gap } = this.facts.loss;
    const says = `epoch ${epoch}: ${alpha} ${found.alpha}, ${kernel} ${found.kernel}`;
    page.moving.replaceChildren(...cursor(this.scale, data, epoch, hover, gap));
    page.read.say(hover ?? (epoch || "–"), found, this.facts.stop?.text);
    page.svg.setAttribute("aria-valuenow", epoch);
    page.svg.setAttribute("aria-valuetext", says);
    drawn(this.box);
  }

  // ---- mouse and keys

  go(epoch) {
    if (!this.facts.epochs) return;
    put(this.model, { epoch: clamp(epoch, 1, this.facts.epochs) });
  }

  under(event) {
    if (!this.scale) return null;
    return this.scale.epoch(event.clientX - this.page.svg.getBoundingClientRect().left);
  }

  press(event) {
    if (!this.scale) return;
    this.page.svg.setPointerCapture(event.pointerId);
    this.go(this.under(event));
  }

  point(event) {
    this.hover = this.under(event);
    if (this.scale && event.buttons & 1) this.go(this.hover);
  }

  walk(event) {
    const now = this.epoch;
    const targets = {
      ArrowLeft: now - 1,
      ArrowDown: now - 1,
      ArrowRight: now + 1,
      ArrowUp: now + 1,
      PageDown: now - 10,
      PageUp: now + 10,
      Home: 1,
      End: this.facts.epochs,
    };
    const to = targets[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.hover = null;
    this.go(to);
  }

  wire(softly) {
    const { svg } = this.page;
    svg.addEventListener("pointerdown", (event) => this.press(event));
    svg.addEventListener("pointermove", (event) => {
      this.point(event);
      softly();
    });
    svg.addEventListener("pointerleave", () => {
      this.hover = null;
      softly();
    });
    svg.addEventListener("keydown", (event) => this.walk(event));
  }
}

export default {
  render({ model, el }) {
    const box = root(el, "history", HISTORY_STYLE, model);
    const history = new LossHistory(model, box);
    const softly = coalesce(() => history.mark());
    const redraw = coalesce(() => history.draw());
    history.wire(softly);
    const ends = [
      listen(model, ["alpha", "kernel", "means", "facts", "scale"], redraw),
      listen(model, ["epoch"], softly),
    ];
    history.draw();
    ends.push(onSize(history.fit ? history.page.plot : box, redraw));
    return () => {
      for (const end of ends) end();
    };
  },
};
