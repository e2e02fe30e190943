// The α explorer: one small plot of ᾱ per edge of a cell, a heat map of edges × operations, and the
// numbers that say how decided the search is. This file wires them: which event sets which trait.
import { bytesOf, clamp, coalesce, drawn, listen, onSize, put, root, sharpen } from "./common.js";
import { drawFigures } from "./alphas_figures.js";
import { drawFree, drawHeat } from "./alphas_heat.js";
import {
  gridPlots,
  heatRows,
  inside,
  largePlot,
  measure,
  measureFit,
  readCell,
  scales,
} from "./alphas_numbers.js";
import { ALPHAS_STYLE, keyOf, lookOf, makePage, sentenceOf, showTip } from "./alphas_page.js";
import { drawGrid, drawLarge } from "./alphas_plots.js";

const BYTES = ["down", "up", "down_facts", "up_facts"];
const DATA = ["plan", "ranges", "horizon", "free", "curves", ...BYTES];
const TRAITS = [...DATA, "epoch", "cell", "selected", "star", "ahead"];

class Explorer {
  constructor(model, box) {
    this.model = model;
    this.box = box;
    this.fit = model.get("fit"); // in a lab: an edge that is chosen is lit, not enlarged
    this.page = makePage(box, model, this.fit);
    this.cell = null;
    this.stamp = null; // what `cell` was read from
    this.plots = [];
    this.heat = { rows: [] };
    this.horizon = 1;
    this.hover = null; // what is under the pointer, see below
    this.pressed = null; // where the pointer went down
  }

  get plan() {
    return this.model.get("plan");
  }

  get epoch() {
    return clamp(this.model.get("epoch"), 1, Math.max(this.cell.E, 1));
  }

  // The place of the edge that is enlarged; −1 if none is.
  get chosen() {
    return Math.min(this.model.get("selected"), this.cell.hms.length - 1);
  }

  // ---- what is drawn

  // Read the cell's numbers again, but only if other ones have come.
  read() {
    const kind = this.model.get("cell");
    const read = ["ranges", kind, `${kind}_facts`].map((name) => this.model.get(name));
    const fresh = [kind, this.plan, ...read];
    if (this.stamp && fresh.every((v, i) => v === this.stamp[i])) return;
    this.cell = readCell(this.model, kind);
    this.stamp = fresh;
  }

  layOut(size) {
    const { hms } = this.cell;
    const one = this.fit ? null : hms[this.chosen];
    this.horizon = Math.max(this.model.get("horizon"), this.cell.E, 1);
    this.plots = one
      ? [largePlot(one, size.grid, size.height)]
      : gridPlots(hms, this.plan.nodes, size.grid, size.height);
    this.heat = heatRows(hms, this.plan.families.length, size.heat, size.heatHeight);
  }

  draw() {
    const width = Math.floor(this.page.stage.getBoundingClientRect().width);
    if (!width) return; // not on the page yet
    const start = performance.now();
    this.read();
    const { nodes } = this.plan;
    const size = this.fit ? measureFit(this.page.stage) : measure(width, nodes);
    this.layOut(size);
    this.cell.seen = this.model.get("ahead") ? this.cell.E : Math.min(this.epoch, this.cell.E);
    const { cell, epoch, horizon, plots } = this;
    const look = lookOf(this.box, this.plan, cell);
    const grid = sharpen(this.page.grid, size.grid, size.height);
    const heat = sharpen(this.page.heat, size.heat, size.heatHeight);
    const { chosen } = this;
    const star = this.model.get("star");
    const now = { horizon, e: epoch, nodes, chosen, star, noted: this.fit };
    if (cell.hms[chosen] && !this.fit) drawLarge(grid, plots[0], cell, horizon, epoch, look);
    else drawGrid(grid, plots, cell, now, look);
    drawHeat(heat, this.heat, cell, epoch, this.chosen, look);
    this.say(look);
    this.page.said.style.minHeight = width < 800 ? "2.8em" : "1.4em"; // so that nothing jumps
    this.box.dataset.ms = (performance.now() - start).toFixed(2);
    drawn(this.box);
  }

  // Head, legend, message and sentence.
  say(look) {
    const { page, cell, plan, epoch } = this;
    const free = bytesOf(this.model.get("free"));
    const known = cell.E && free.length >= 2 * epoch;
    const count = known ? free[2 * epoch - 2] + free[2 * epoch - 1] : "–";
    for (const [kind, button] of Object.entries(page.buttons)) {
      button.setAttribute("aria-pressed", String(kind === cell.kind));
    }
    page.back.style.visibility = cell.hms[this.chosen] && !this.fit ? "visible" : "hidden";
    page.epoch.textContent = cell.E ? `epoch ${epoch} of ${cell.E}` : "no epoch yet";
    page.count.textContent = `${count} of ${plan.total}`;
    const chance = plan.chance.toFixed(1);
    page.chance.textContent = `operations are weight-free (even draw: ${chance})`;
    page.keys.replaceChildren(...look.families.map((_, family) => keyOf(look, family)));
    page.message.textContent = `Waiting for the first epoch of ${plan.name} …`;
    page.message.hidden = cell.E > 0;
    page.said.textContent = this.sentence(count);
    drawFigures(page, this.model.get("curves"), epoch, this.model.get("ahead"));
    const spark = sharpen(page.spark, 104, 32);
    const seen = free.slice(0, 2 * cell.seen);
    drawFree(spark, seen, plan, this.horizon, epoch, look, 104, 32);
  }

  sentence(count) {
    const { cell, epoch, plan } = this;
    if (!cell.E) return "";
    const one = cell.hms[this.chosen];
    if (one) return sentenceOf(one, epoch, cell, plan.rank);
    return (
      `Epoch ${epoch}, both cells: ${count} of ${plan.total} operations have no weights. ` +
      "Entropy: 1 undecided, 0 decided; margin: the leader's lead."
    );
  }

  // ---- what is under the pointer: {hm, e, k, to}, k the nearest curve or the column; e is the
  // epoch that may be told, and `to` the one that is pointed at

  underHeat(x, y) {
    const row = this.heat.rows.find((r) => inside(r, x, y));
    if (!row) return null;
    const family = Math.floor((x - this.heat.name) / this.heat.cell);
    return { hm: row.hm, e: this.epoch, k: row.hm.columns.indexOf(family), to: this.epoch };
  }

  underPlot(x, y) {
    const plot = this.pressed ? this.pressed.plot : this.plots.find((p) => inside(p, x, y));
    if (!plot) return null;
    const { hm } = plot;
    const s = scales(plot, this.cell, this.horizon);
    const to = s.epoch(x);
    const e = Math.min(to, this.cell.seen);
    const away = (k) => Math.abs(s.y(this.cell.share(hm, e, k)) - y);
    const k = [...hm.ops.keys()].reduce((a, b) => (away(b) < away(a) ? b : a));
    return { plot, hm, e, k, to, named: y < plot.y + plot.head };
  }

  under(event) {
    if (!this.cell?.E) return null;
    const onHeat = event.currentTarget === this.page.heat;
    const { offsetX, offsetY } = event;
    return onHeat ? this.underHeat(offsetX, offsetY) : this.underPlot(offsetX, offsetY);
  }

  // ---- mouse and keys

  point(event) {
    this.hover = this.under(event);
    const { hover, pressed, page } = this;
    if (pressed && hover) {
      pressed.moved ||= Math.abs(event.offsetX - pressed.x) > 3;
      if (pressed.moved) put(this.model, { epoch: hover.to });
    }
    page.tip.hidden = !hover;
    if (!hover) return;
    const { hm, e, k } = hover;
    const share = k >= 0 ? `\n${hm.ops[k]}  ᾱ ${this.cell.share(hm, e, k).toFixed(3)}` : "";
    showTip(page, event, `${hm.name}${share}\nepoch ${e}`);
  }

  leave() {
    if (!this.pressed) this.page.tip.hidden = true;
  }

  press(event) {
    this.point(event);
    if (!this.hover) return;
    this.pressed = { plot: this.hover.plot, x: event.offsetX };
    this.page.grid.setPointerCapture(event.pointerId);
  }

  // A click chooses the edge, and the epoch unless the click was on the plot's head.
  release() {
    const { pressed, hover } = this;
    if (pressed && !pressed.moved && hover) {
      const epoch = hover.named ? {} : { epoch: hover.to };
      put(this.model, { ...epoch, selected: hover.hm.i });
    }
    this.pressed = null;
  }

  // What is chosen instead of an edge that is let go of; in a lab one is always chosen.
  free(edge = this.chosen) {
    return this.fit ? Math.max(edge, 0) : -1;
  }

  clickHeat(event) {
    this.point(event);
    if (!this.hover) return;
    const { i } = this.hover.hm;
    put(this.model, { selected: i === this.chosen ? this.free(i) : i });
  }

  walk(event) {
    if (!this.cell?.E || event.altKey || event.ctrlKey || event.metaKey) return;
    const { epoch: e, chosen: i } = this;
    const { E, hms } = this.cell;
    const by = event.shiftKey ? 10 : 1;
    const epoch = { ArrowLeft: e - by, ArrowRight: e + by, Home: 1, End: E }[event.key];
    const up = i > 0 ? i - 1 : this.free();
    const down = Math.min(i + 1, hms.length - 1);
    const edge = { ArrowUp: up, ArrowDown: down, Escape: this.free() }[event.key];
    if (epoch === undefined && edge === undefined) return;
    event.preventDefault();
    this.page.tip.hidden = true;
    if (epoch !== undefined) put(this.model, { epoch: clamp(epoch, 1, E) });
    else put(this.model, { selected: edge });
  }

  wire() {
    const { grid, heat, stage } = this.page;
    for (const canvas of [grid, heat]) {
      canvas.addEventListener("pointermove", (event) => this.point(event));
      canvas.addEventListener("pointerleave", () => this.leave());
    }
    grid.addEventListener("pointerdown", (event) => this.press(event));
    grid.addEventListener("pointerup", () => this.release());
    grid.addEventListener("pointercancel", () => {
      this.pressed = null;
    });
    heat.addEventListener("click", (event) => this.clickHeat(event));
    stage.addEventListener("keydown", (event) => this.walk(event));
  }
}

export default {
  render({ model, el }) {
    const explorer = new Explorer(model, root(el, "alphas", ALPHAS_STYLE, model));
    const redraw = coalesce(() => explorer.draw());
    explorer.wire();
    const ends = [listen(model, TRAITS, redraw), onSize(explorer.page.stage, redraw)];
    const themed = new MutationObserver(redraw);
    themed.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    redraw();
    return () => {
      for (const end of ends) end();
      themed.disconnect();
    };
  },
};
