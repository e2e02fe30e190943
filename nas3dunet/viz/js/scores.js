// Box plots of scores (viz.scores): the page around the charts, and how a case is selected.
import { coalesce, drawn, listen, make, onSize, put, root } from "./common.js";
import {
  chart,
  describe,
  describeBox,
  followed,
  HEIGHT,
  readBoard,
  ringAt,
  SCORES_STYLE,
  walk,
} from "./scores_chart.js";

const HINT =
  "Point at a dot to see its case; " +
  "click it, or press Enter, to follow that case through all boxes.";
const LEGEND =
  "Dot: a case. Box: quartiles; line: median; star: mean; " +
  "whiskers: the last case within 1.5 interquartile ranges. ↑ more is better, ↓ less.";
const GAP = 10;
const NEAR = 11; // pixels within which a dot is pointed at

const makePage = (box) => {
  const page = {
    keys: make("div", { class: "n3-row" }),
    who: make("b"),
    what: make("span"),
    chosen: make("div", { class: "n3-soft n3-selected" }),
    charts: make("div", { class: "n3-charts" }),
    legend: make("div", { class: "n3-soft", style: "margin-top: 6px" }),
    note: make("div", { class: "n3-soft n3-note" }),
  };
  const told = make("div", {}, page.who, " ", page.what);
  const read = make("div", { class: "n3-read", "aria-live": "polite" }, told, page.chosen);
  box.append(page.keys, read, page.charts, page.legend, page.note);
  return page;
};

// The methods' colours, and how many cases there are.
const keysOf = (board) => {
  const key = (method, i) => {
    const swatch = make("i", { style: `background: ${board.colours[i]}` });
    return make("span", { class: "n3-key" }, swatch, method);
  };
  const count = `${board.C} case${board.C === 1 ? "" : "s"}`;
  const soft = make("span", { class: "n3-soft" }, count);
  return [make("b", {}, "Scores"), ...board.methods.map(key), soft];
};

// How many charts stand beside each other in `width`.
const columnsFor = (board, width) => {
  if (width / 4 >= 76 + board.G * board.M * 22) return 4;
  return width >= 560 ? 2 : 1;
};

class Scores {
  constructor(model, box) {
    this.model = model;
    this.box = box;
    this.page = makePage(box);
    this.panels = []; // one for each metric: {k, svg, still, over, dots, h}
    this.hover = null; // the dot under the pointer
    this.pointed = null; // the box under the pointer, away from its dots
    this.softly = coalesce(() => this.mark());
  }

  // ---- the selection

  // The numbers of the selected method, region and case; −1 where there is none.
  get selected() {
    const { model, board } = this;
    return {
      m: board.methods.indexOf(model.get("method")),
      g: board.regions.indexOf(model.get("region")),
      c: board.cases.indexOf(model.get("case")),
    };
  }

  choose(dot) {
    const { board, model } = this;
    put(model, {
      case: dot ? board.cases[dot.c] : "",
      method: dot ? board.methods[dot.m] : "",
      region: dot ? board.regions[dot.g] : "",
    });
  }

  // ---- what is drawn

  draw() {
    this.board = readBoard(this.model);
    this.letGo();
    const { board, page } = this;
    const width = Math.max(300, (this.box.clientWidth || 984) - 24);
    const columns = columnsFor(board, width);
    const each = Math.floor((width - (columns - 1) * GAP) / columns);
    if (this.panels.length !== board.K) {
      this.panels = board.metrics.map((_, k) => this.panel(k));
      page.charts.replaceChildren(...this.panels.map((panel) => panel.svg));
    }
    page.charts.style.gridTemplateColumns = `repeat(${columns}, ${each}px)`;
    for (const panel of this.panels) this.drawPanel(panel, each);
    const far = board.log ? " HD95 is logarithmic above 10 mm." : "";
    page.keys.replaceChildren(...keysOf(board));
    page.legend.textContent = `${LEGEND}${far}`;
    page.note.textContent = board.note;
    this.mark();
  }

  // Of other data nothing is under the pointer yet.
  letGo() {
    const [values, names] = ["values", "names"].map((name) => this.model.get(name));
    if (values === this.values && names === this.names) return;
    Object.assign(this, { values, names, hover: null, pointed: null });
  }

  drawPanel(panel, width) {
    const { parts, dots, h } = chart(this.board, panel.k, width);
    panel.svg.setAttribute("aria-label", this.about(panel.k));
    const { hover } = this;
    panel.dots = dots;
    panel.h = h;
    panel.svg.setAttribute("width", width);
    panel.still.replaceChildren(...parts);
    if (hover?.k !== panel.k) return;
    const same = (d) => d.m === hover.m && d.g === hover.g && d.c === hover.c;
    this.hover = dots.find(same) || null;
  }

  // What is selected and what is under the pointer, in all charts and in words.
  mark() {
    const { board, hover, selected } = this;
    const isChosen = (d) => d.m === selected.m && (selected.g < 0 || d.g === selected.g);
    const follows = selected.c >= 0;
    this.box.classList.toggle("n3-followed", follows);
    for (const { k, over, dots } of this.panels) {
      const thread = follows ? followed(board, dots, selected.c, isChosen) : [];
      const ring = hover && hover.k === k ? [ringAt(hover)] : [];
      over.replaceChildren(...thread, ...ring);
    }
    this.say();
    drawn(this.box);
  }

  say() {
    const { board, hover, pointed, page } = this;
    page.who.textContent = hover ? board.cases[hover.c] : "";
    page.chosen.textContent = this.selectedText();
    if (hover) page.what.textContent = describe(board, hover);
    else page.what.textContent = pointed ? describeBox(board, pointed) : HINT;
  }

  selectedText() {
    const { board, selected } = this;
    if (selected.c < 0) return "No case selected.";
    const says = `Selected: ${board.cases[selected.c]}`;
    if (selected.m < 0) return says;
    const one = selected.g < 0 ? board.methods[selected.m] : describe(board, selected);
    return `${says} (${one})`;
  }

  // ---- mouse and keys

  // The dot under the pointer; away from all dots, the box is remembered.
  nearest(panel, event) {
    const corner = panel.svg.getBoundingClientRect();
    const x = event.clientX - corner.left;
    const y = event.clientY - corner.top;
    let best = null;
    let least = NEAR ** 2;
    for (const dot of panel.dots) {
      const far = (dot.x - x) ** 2 + (dot.y - y) ** 2;
      if (far > least) continue;
      best = dot;
      least = far;
    }
    this.pointed = best ? null : this.boxAt(panel, x);
    return best;
  }

  boxAt({ k, h }, x) {
    const hit = (box) =>
      box.metric === k &&
      Math.abs(h.x(box.method, box.region) - x) < h.wide / 2 &&
      (box.n || box.undefined);
    return this.board.boxes.find(hit) || null;
  }

  // Where the keyboard starts: at the selection, if it has a dot here.
  begin({ dots }) {
    const { m, g, c } = this.selected;
    const exactly = dots.find((d) => d.c === c && d.m === m && d.g === g);
    return exactly || dots.find((d) => d.c === c) || dots[0] || null;
  }

  focus(panel) {
    if (this.hover?.k === panel.k || !panel.svg.matches(":focus-visible")) return;
    this.hover = this.begin(panel);
    this.softly();
  }

  hear(panel, event) {
    const { key } = event;
    const here = this.hover?.k === panel.k;
    if (key === "Escape") this.choose(null);
    else if (key === "Enter" || key === " ") {
      if (this.hover) this.choose(this.hover);
    } else if (key.startsWith("Arrow"))
      this.hover = here ? walk(panel.dots, this.hover, key) : this.begin(panel);
    else return;
    event.preventDefault();
    this.softly();
  }

  about(k) {
    const { titles, methods, C } = this.board;
    const keys = "Arrow keys walk over the dots, Enter selects, Escape clears.";
    return `${titles[k]}: ${methods.join(", ")}; ${C} cases. ${keys}`;
  }

  // The chart of one metric, still empty.
  panel(k) {
    const svg = make("svg", { height: HEIGHT, tabindex: 0, role: "group" });
    const over = make("g", { "pointer-events": "none" });
    const panel = { k, svg, still: make("g"), over, dots: [] };
    svg.append(panel.still, over);
    this.wire(panel);
    return panel;
  }

  wire(panel) {
    const { svg } = panel;
    const letGo = () => {
      this.hover = null;
      this.softly();
    };
    svg.addEventListener("pointermove", (event) => {
      this.hover = this.nearest(panel, event);
      this.softly();
    });
    svg.addEventListener("pointerleave", () => {
      this.pointed = null;
      letGo();
    });
    svg.addEventListener("click", (event) => this.choose(this.nearest(panel, event)));
    svg.addEventListener("blur", letGo);
    svg.addEventListener("focus", () => this.focus(panel));
    svg.addEventListener("keydown", (event) => this.hear(panel, event));
  }
}

export default {
  render({ model, el }) {
    const box = root(el, "scores", SCORES_STYLE);
    const scores = new Scores(model, box);
    const redraw = coalesce(() => scores.draw());
    const ends = [
      listen(model, ["values", "names", "boxes"], redraw),
      listen(model, ["case", "method", "region"], scores.softly),
    ];
    scores.draw();
    ends.push(onSize(box, redraw));
    return () => {
      for (const end of ends) end();
    };
  },
};
