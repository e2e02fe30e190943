// Both cells of a search as graphs (viz.genotype): reads an epoch out of the traits, and wires
// slider, keys and clicks.
import { coalesce, drawn, floatsOf, listen, make, put, root } from "./common.js";
import { drawEdge, GRAPH_STYLE, makeCell } from "./genotype_cells.js";
import { drawPanel } from "./genotype_panel.js";

const KINDS = ["down", "up"];
const TRAITS = ["plan", "records", "down", "up", "limit", "epoch", "selected", "scrub"];
const NOTHING = { kept: {}, was: {}, news: "", count: 0, free: 0 };

// ---- the numbers of an epoch

// ᾱ of a cell: all edges side by side in a row, a row for each epoch. `at` says where an edge
// begins.
const readCell = (model, plan, kind) => {
  const at = {};
  let columns = 0;
  for (const [key, ops] of Object.entries(plan.menus[kind])) {
    at[key] = { start: columns, ops };
    columns += ops.length;
  }
  const values = floatsOf(model.get(kind));
  return { at, columns, values, epochs: Math.floor(values.length / columns) };
};

// One epoch of the model: its record and a way to read ᾱ. Epoch 0 has even shares.
const epochOf = (model) => {
  const plan = model.get("plan");
  const records = model.get("records");
  const cells = Object.fromEntries(KINDS.map((kind) => [kind, readCell(model, plan, kind)]));
  const epochs = Math.min(records.length, cells.down.epochs, cells.up.epochs);
  const epoch = Math.max(0, Math.min(epochs, model.get("epoch")));
  const place = (id) => {
    const [kind, ...key] = id.split(":");
    return { cell: cells[kind], ...cells[kind].at[key.join(":")] };
  };
  const shares = (id) => {
    const { cell, start, ops } = place(id);
    if (!epoch) return ops.map(() => 1 / ops.length);
    const first = (epoch - 1) * cell.columns + start;
    return [...cell.values.subarray(first, first + ops.length)];
  };
  const best = (id) => {
    const found = shares(id);
    const share = Math.max(...found);
    return { op: place(id).ops[found.indexOf(share)], share, count: found.length };
  };
  return { epoch, epochs, shares, best, record: epoch ? records[epoch - 1] : NOTHING };
};

// ---- the page

const makePage = (box, seek) => {
  const slider = make("input", {
    type: "range",
    min: 1,
    max: 1,
    step: 1,
    "aria-label": "epoch",
    oninput: () => seek(Number(slider.value)),
  });
  const fill = make("div");
  const name = "count of this genotype against N_C";
  const progress = { class: "bar", role: "progressbar", "aria-label": name, "aria-valuemin": 0 };
  const page = {
    slider,
    fill,
    epoch: make("b", { class: "epoch" }),
    of: make("span"),
    count: make("span"),
    bar: make("div", progress, fill),
    free: make("span"),
    cells: make("div", { class: "cells" }),
    legend: make("div", { class: "n3-row n3-soft legend" }),
    news: make("div", { class: "news", role: "status" }),
    panel: make("div", { class: "panel", "aria-live": "polite" }),
  };
  const head = [page.epoch, page.of, slider, page.count, page.bar, page.free];
  box.append(
    make("div", { class: "n3-row head" }, ...head),
    page.cells,
    page.legend,
    page.news,
    page.panel,
  );
  return page;
};

const legendOf = (plan) => {
  const keys = Object.values(plan.ops).map(({ colour, short, words }) => {
    const key = make("span", { class: "key", style: `background:${colour}` }, short);
    return make("span", {}, key, words);
  });
  const grey = make("span", {}, "grey: not kept · width: largest ᾱ");
  return [...keys, grey, make("span", { class: "key ring" }, "changed")];
};

// Both cells, made anew when the plan is another; returns their edges.
const build = (page, plan, choose) => {
  const made = KINDS.map((kind) => makeCell(kind, plan, choose));
  page.cells.style.setProperty("--least", `${0.8 * plan.width}px`);
  page.cells.replaceChildren(...made.map((cell) => cell.figure));
  page.legend.replaceChildren(...legendOf(plan));
  return made.flatMap((cell) => cell.edges);
};

const drawHead = (page, model, { epoch, epochs, record }) => {
  const limit = model.get("limit");
  const { nodes } = model.get("plan");
  page.slider.style.display = model.get("scrub") ? "" : "none";
  page.slider.style.visibility = epochs > 1 ? "" : "hidden";
  page.slider.max = Math.max(1, epochs);
  page.slider.value = epoch;
  page.epoch.textContent = epoch ? `epoch ${epoch}` : "waiting for the first epoch";
  page.of.textContent = epoch ? `of ${epochs}` : "";
  page.count.textContent = epoch
    ? `this genotype has been on top ${record.count} of N_C = ${limit} times`
    : "every operation still has the same share";
  page.free.textContent = epoch ? `weight-free ops ${record.free} of ${4 * nodes}` : "";
  page.bar.style.visibility = epoch ? "" : "hidden";
  page.bar.setAttribute("aria-valuenow", record.count);
  page.bar.setAttribute("aria-valuemax", limit);
  page.fill.style.width = `${Math.min(100, (100 * record.count) / Math.max(1, limit))}%`;
};

const drawNews = (news, record) => {
  news.textContent = record.news || "Here stands what each epoch changes.";
  news.classList.toggle("changed", Object.keys(record.was).length > 0);
};

// ---- the wiring

// Left and right move through the epochs from anywhere in the graph; the slider does so by itself.
// Escape lets go of the edge.
const hearKeys = (box, model, slider) => {
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const { epoch, epochs } = epochOf(model);
    if (event.key === "Escape") put(model, { selected: "" });
    if (!step || event.target === slider || !epochs) return;
    event.preventDefault();
    put(model, { epoch: Math.max(1, Math.min(epochs, epoch + step)) });
  });
};

export default {
  render({ model, el }) {
    const box = root(el, "genotype", GRAPH_STYLE);
    const page = makePage(box, (epoch) => put(model, { epoch }));
    const choose = (id) => put(model, { selected: model.get("selected") === id ? "" : id });
    let built = null;
    let edges = [];
    const draw = () => {
      const plan = model.get("plan");
      if (built !== plan) edges = build(page, plan, choose);
      built = plan;
      const now = epochOf(model);
      const selected = model.get("selected");
      for (const edge of edges) drawEdge(edge, now, plan, selected);
      drawHead(page, model, now);
      drawNews(page.news, now.record);
      drawPanel(page.panel, selected, now, plan);
      box.dataset.epoch = now.epoch;
      drawn(box);
    };
    hearKeys(box, model, page.slider);
    const silent = listen(model, TRAITS, coalesce(draw));
    draw();
    return silent;
  },
};
