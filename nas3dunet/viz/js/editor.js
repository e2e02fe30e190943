// The genotype editor (viz.editor): which edge is chosen, what is asked of Python, and what is
// drawn after it answers. It knows no number of its own.
import { askFor, coalesce, drawn, listen, make, put, root } from "./common.js";
import { drawEdge, makeCell, turnTo } from "./genotype_cells.js";
import { GRAPH_STYLE } from "./genotype_style.js";
import { legendOf } from "./genotype_legend.js";
import { drawChoices, drawFacts, drawScore, EDITOR_STYLE } from "./editor_panel.js";
import { drawPareto } from "./editor_pareto.js";
import { drawTrial, makeTrial } from "./editor_trial.js";

const EDITED = ["down", "up"];
const NUMBERS = ["facts", "score", "here", "choices", "trail", "trained", "trial"];
const SHOWN = ["kept", "was", "selected", "steps", "message", ...NUMBERS];
const EDITOR_HELP =
  "Click an edge, then choose below what it shall be; a grey one can take a coloured one's place";
const KEYS_HELP =
  "Tab, arrows and Enter choose an edge too · Ctrl+Z one step back, Ctrl+Shift+Z forward again";

const makeBar = (ask) => {
  const button = (act, text, title) =>
    make("button", { type: "button", title, "data-act": act, onclick: () => ask(act) }, text);
  return {
    undo: button("undo", "↶ undo", "one step back (Ctrl+Z)"),
    redo: button("redo", "↷ redo", "one step forward again (Ctrl+Shift+Z)"),
    reset: button("reset", "as opened", "back to the genotype that was opened"),
    shuffle: button("shuffle", "random", "a genotype drawn at random"),
  };
};

const makeEditor = (box, ask) => {
  const page = {
    ...makeBar(ask),
    trial: makeTrial(ask),
    message: make("span", { class: "n3-soft message", role: "status" }),
    cells: make("div", { class: "cells" }),
    legend: make("div", { class: "n3-row n3-soft legend" }),
    score: make("div", { class: "score" }),
    facts: make("div", { class: "facts" }),
    choices: make("div", { class: "choices" }),
    pareto: make("div", { class: "pareto" }),
    frame: make("div", { class: "n3-soft about" }),
  };
  const { undo, redo, reset, shuffle, message, trial } = page;
  const name = make("b", { class: "epoch" }, "Genotype editor");
  const help = make("b", { class: "help", title: KEYS_HELP }, EDITOR_HELP);
  box.append(
    make("div", { class: "n3-row head" }, name, undo, redo, reset, shuffle, trial.box),
    make("div", { class: "says" }, help, message),
    page.cells,
    page.legend,
    make("div", { class: "numbers" }, page.score, page.facts),
    make("div", { class: "below" }, page.choices, page.pareto),
    page.frame,
  );
  return page;
};

// What a screen reader says of an edge.
const edgeWords = (name, { kept, was, change }) => {
  const state = kept ? `${kept}` : "not used";
  const before = { new: ", not used at the start", op: `, ${was} at the start` };
  const gone = { gone: `, ${was} at the start` };
  return `${name}: ${state}${{ ...before, ...gone }[change] || ""}`;
};

// The edges as `drawEdge` wants them: kept ones all of one width.
const recordOf = (model) => {
  const kept = model.get("kept");
  const best = (id) => ({ op: kept[id] || "", share: kept[id] ? 0.5 : 0.16, count: 1 });
  return { record: { kept, was: model.get("was") }, best, says: edgeWords };
};

const buildCells = (page, plan, choose) => {
  const made = EDITED.map((kind) => makeCell(kind, plan, choose));
  page.cells.style.setProperty("--least", `${0.72 * plan.width}px`);
  page.cells.replaceChildren(...made.map((cell) => cell.figure));
  const grey = make("span", {}, "grey: not used");
  const ring = make("span", { class: "key ring" }, "not as at the start");
  page.legend.replaceChildren(...legendOf(plan, [grey, ring]));
  return made.flatMap((cell) => cell.edges);
};

const drawBar = (page, model) => {
  const [back, forth] = model.get("steps");
  page.undo.disabled = !back;
  page.redo.disabled = !forth;
  page.reset.disabled = !Object.keys(model.get("was")).length;
  page.message.textContent = model.get("message");
  page.message.title = model.get("message");
  page.frame.textContent = `All numbers are of ${model.get("frame")}.`;
};

// Ctrl+Z and its like; the arrows go from edge to edge, Escape lets go.
const hearEditor = (box, model, ask) =>
  box.addEventListener("keydown", (event) => {
    const letter = event.key.toLowerCase();
    const held = event.ctrlKey || event.metaKey;
    const again = letter === "y" || (letter === "z" && event.shiftKey);
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (held && "zy".includes(letter)) {
      event.preventDefault();
      ask(again ? "redo" : "undo");
    }
    if (event.key === "Escape") put(model, { selected: "" });
    if (turn && event.target.dataset.edge) turnTo(box, event, turn, model);
  });

export default {
  render({ model, el }) {
    const box = root(el, "genotype", GRAPH_STYLE + EDITOR_STYLE, model);
    box.classList.add("n3-editor");
    const ask = (act, more) => askFor(model, [{ act, ...more }]);
    const page = makeEditor(box, ask);
    const choose = (id) => put(model, { selected: model.get("selected") === id ? "" : id });
    const plan = model.get("plan");
    const edges = buildCells(page, plan, choose);
    const draw = () => {
      const now = recordOf(model);
      const selected = model.get("selected");
      for (const edge of edges) drawEdge(edge, now, plan, selected || edges[0].id, selected);
      drawBar(page, model);
      drawTrial(page.trial, model.get("trial"));
      drawScore(page.score, model.get("score"), model.get("here"));
      drawFacts(page.facts, model.get("facts"));
      drawChoices(page.choices, model, plan, ask);
      drawPareto(page.pareto, model);
      drawn(box);
    };
    hearEditor(box, model, ask);
    const silent = listen(model, SHOWN, coalesce(draw));
    draw();
    return silent;
  },
};
