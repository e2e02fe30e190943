// Both cells of a search as graphs (viz.genotype): reads an epoch out of the traits, and wires
// slider, keys and clicks.
import {
  coalesce,
  drawn,
  floatsOf,
  listen,
  make,
  makeGrow,
  makeTabs,
  put,
  root,
} from "./common.js";
import { drawEdge, makeCell, turnTo } from "./genotype_cells.js";
import { legendOf } from "./genotype_legend.js";
import { drawPanel } from "./genotype_panel.js";
import { GRAPH_STYLE } from "./genotype_style.js";
import { term } from "./words.js";

const KINDS = ["down", "up"];
const VIEW = ["plan", "records", "down", "up", "limit", "star"];
const TRAITS = [...VIEW, "epoch", "selected", "scrub", "answer", "ahead"];

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
  const sharesAt = (id, e) => {
    const { cell, start, ops } = place(id);
    if (!e) return ops.map(() => 1 / ops.length);
    const first = (e - 1) * cell.columns + start;
    return [...cell.values.subarray(first, first + ops.length)];
  };
  const shares = (id) => sharesAt(id, epoch);
  const best = (id) => {
    const found = shares(id);
    const share = Math.max(...found);
    return { op: place(id).ops[found.indexOf(share)], share, count: found.length };
  };
  const seen = model.get("ahead") ? epochs : epoch;
  const record = epoch ? records[epoch - 1] : plan.before;
  const says = plan.than ? besides(plan) : null;
  return { epoch, epochs, seen, shares, sharesAt, best, record, says };
};

// What an edge is in this run and in another one that stands beside it; else in the epoch before.
const besides =
  ({ than }) =>
  (name, { kept, was, op, share }) => {
    const there = was === undefined ? "the same" : was || "not kept";
    const best = `largest ᾱ ${share.toFixed(3)} (${op})`;
    return `${name}: ${kept || "not kept"}; ${than}: ${there}; ${best}`;
  };

// ---- the page

// The place under the graph where an edge is asked: in a lab with tabs, and a button that enlarges.
const makePanel = (fit) => {
  const title = make("span", { class: "title" });
  const body = make("div", { class: "body" });
  const around = fit ? [makeTabs("edge"), title, makeGrow("edge")] : [title];
  const bar = make("div", { class: "n3-bar-title" }, ...around);
  const box = make("div", { class: "panel", "aria-live": "polite" }, bar, body);
  return { box, title, body };
};

const makePage = (box, seek, fit) => {
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
    panel: makePanel(fit),
  };
  const head = [page.epoch, page.of, slider, page.count, page.bar, page.free];
  box.append(
    make("div", { class: "n3-row head" }, ...head),
    page.cells,
    page.legend,
    page.news,
    page.panel.box,
  );
  return page;
};

const legendMarks = () => {
  const grey = make("span", {}, "grey: not kept · width: largest ", term("ᾱ"));
  const ring = make("span", { class: "key ring" }, "new");
  const gone = make("span", { class: "key gone" }, "gone");
  return [grey, make("span", {}, ring, gone, "since the epoch before")];
};

// Both cells, made anew when the plan is another; returns their edges.
const build = (page, plan, choose, fit) => {
  const made = KINDS.map((kind) => makeCell(kind, plan, choose));
  if (fit) made[1].title.append(makeGrow("graph"));
  page.stars = made.map((cell) => cell.star);
  page.cells.style.setProperty("--least", `${0.8 * plan.width}px`);
  page.cells.replaceChildren(...made.map((cell) => cell.figure), ...(fit ? [page.legend] : []));
  page.legend.replaceChildren(...legendOf(plan, legendMarks()));
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
  page.count.textContent = record.on_top;
  page.free.textContent = epoch ? `weight-free ops ${record.free} of ${4 * nodes}` : "";
  page.bar.style.visibility = epoch && limit ? "" : "hidden";
  page.bar.setAttribute("aria-valuenow", record.count);
  page.bar.setAttribute("aria-valuemax", limit);
  page.fill.style.width = `${Math.min(100, (100 * record.count) / Math.max(1, limit))}%`;
};

// Beside the names of the cells, once a search is over: is this the genotype that it ended with?
const drawStars = (stars, model, { epoch }) => {
  const records = model.get("records");
  const kept = (e) => JSON.stringify(records[e - 1]?.kept);
  const star = model.get("star");
  const won = star > 0 && epoch > 0 && kept(epoch) === kept(star);
  const since = records[star - 1]?.since;
  const steady = since < star ? `the same since epoch ${since}` : "";
  for (const el of stars) {
    el.hidden = !star || !epoch;
    el.textContent = won ? "★ winner" : `winner: epoch ${star}`;
    el.nextSibling.textContent = won && epoch > 0 ? steady : "";
    el.classList.toggle("lost", !won);
  }
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
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const { epoch, epochs } = epochOf(model);
    if (event.key === "Escape" && !model.get("fit")) put(model, { selected: "" });
    if (turn && event.target.dataset.edge) turnTo(box, event, turn, model);
    if (!step || event.target === slider || !epochs) return;
    event.preventDefault();
    put(model, { epoch: Math.max(1, Math.min(epochs, epoch + step)) });
  });
};

export default {
  render({ model, el }) {
    const box = root(el, "genotype", GRAPH_STYLE, model);
    const fit = model.get("fit");
    const page = makePage(box, (epoch) => put(model, { epoch }), fit);
    // a second click lets go of an edge; in a lab one is always chosen
    const again = (id) => model.get("selected") === id && !fit;
    const choose = (id) => put(model, { selected: again(id) ? "" : id });
    let built = null;
    let edges = [];
    const draw = () => {
      const plan = model.get("plan");
      if (built !== plan) edges = build(page, plan, choose, fit);
      built = plan;
      const now = epochOf(model);
      const selected = model.get("selected");
      for (const edge of edges) drawEdge(edge, now, plan, selected || edges[0].id, selected);
      drawStars(page.stars, model, now);
      drawHead(page, model, now);
      drawNews(page.news, now.record);
      const wish = (op) => put(model, { wish: `${selected}=${op}` });
      const ask = model.get("alone") ? null : wish; // without a kernel nobody answers
      const asked = fit ? { ask, answer: model.get("answer") } : null;
      drawPanel(page.panel, selected, now, plan, asked);
      box.dataset.epoch = now.epoch;
      drawn(box);
    };
    hearKeys(box, model, page.slider);
    const silent = listen(model, TRAITS, coalesce(draw));
    draw();
    return silent;
  },
};
