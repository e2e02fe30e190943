// Several runs side by side (viz.side_by_side): the sentence that says what differs, the legend,
// and where each run stands on the screen.
import { coalesce, drawn, listen, make, put, root } from "./common.js";
import { legendOf } from "./genotype_legend.js";

const BESIDE_STYLE = `
.n3-screen.n3-beside {
  grid-template-columns: repeat(var(--n3-runs), minmax(0, 1fr));
  grid-template-rows: 36px 40px minmax(0, 1fr) auto; gap: 6px 12px;
}
.n3-beside.n3-runs-2 { --n3-runs: 2; } .n3-beside.n3-runs-3 { --n3-runs: 3; }
.n3-beside.n3-runs-4 { --n3-runs: 4; }
.n3-beside:fullscreen { height: 100vh; padding: 8px; }
.n3-beside > .n3-place-bar, .n3-beside .n3-says, .n3-beside .n3-marks { grid-column: 1 / -1; }
.n3-beside > .n3-place-difference, .n3-beside > .n3-place-difference > .n3-difference {
  display: contents;
}
.n3-beside > .n3-place-bar { grid-row: 1; }
.n3-beside .n3-says {
  grid-row: 2; color: var(--n3-ink); font-size: 11.5px; line-height: 1.3; overflow: hidden auto;
  border-left: 4px solid var(--n3-mark); padding: 0 10px; box-sizing: border-box;
}
.n3-beside .n3-says b { font-size: 15px; }
.n3-beside .n3-says > [role=status] {
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden;
}
.n3-beside .n3-marks { grid-row: 4; font-size: 11.5px; gap: 1px 10px; color: var(--n3-ink); }
.n3-beside > .n3-run {
  grid-row: 3; display: grid; gap: 5px; margin: 0; min-height: 0; overflow: hidden;
  grid-template-rows: 38px 38% minmax(0, 1fr); grid-template-columns: 54% minmax(0, 1fr);
  grid-template-areas: "name name" "graph graph" "alpha loss";
}
.n3-beside:not(.n3-runs-2) > .n3-run {
  grid-template-rows: 38px 30% minmax(0, 1fr) 25%; grid-template-columns: minmax(0, 1fr);
  grid-template-areas: "name" "graph" "alpha" "loss";
}
.n3-run > * { margin: 0; min-width: 0; min-height: 0; }
.n3-run > .n3-name { grid-area: name; font-size: 12px; overflow: hidden; height: auto; }
.n3-run > .n3-name .widget-html-content { line-height: 19px; }
.n3-run > .n3-name b { font-size: 14px; }
.n3-screen.n3-beside .n3-run :is(.panel, .news, .legend, .n3-tab[data-tab=edge]) { display: none; }
.n3-beside:not(.n3-runs-2).n3-cell-down .cell:has([aria-label="up cell"]),
.n3-beside:not(.n3-runs-2).n3-cell-up .cell:has([aria-label="down cell"]) { display: none; }
.n3-beside:not(.n3-runs-2) .n3-fit .cells { grid-template-columns: 1fr; }
.n3-beside :is(.caption, .n3-note), .n3-beside .n3-history .n3-curves { display: none; }
.n3-beside .n3-fit.n3-history .n3-of-curve { display: inline; }
.n3-beside .n3-fit.n3-alphas .n3-bar { font-size: 12px; gap: 3px; }
.n3-beside .n3-fit.n3-alphas .n3-bar > span { white-space: nowrap; }
.n3-beside .n3-fit.n3-alphas .n3-bar button { padding: 0 4px; }
.n3-beside:not(.n3-runs-2) .n3-fit.n3-alphas .n3-cells, .n3-beside.n3-runs-2 .n3-kind {
  display: none;
}
.n3-beside .n3-fit.n3-history .n3-read { font-size: 11.5px; gap: 0 6px; }
.n3-beside .n3-fit.n3-history .n3-read b { min-width: 0; }
.n3-beside .n3-fit.n3-history .n3-gap-figure { display: none; }
.n3-beside .n3-fit.n3-history .n3-why { overflow: hidden; text-overflow: ellipsis; }
.n3-beside .n3-says { display: flex; gap: 10px; justify-content: space-between; }
.n3-beside .n3-choices { display: flex; gap: 8px; flex: none; align-self: center; }
.n3-beside .n3-deep { display: none; }
.n3-beside:not([data-tab=numbers]) .n3-tab[data-tab=alpha] {
  background: var(--n3-mark); color: var(--n3-page);
}
.n3-beside[data-big=graph] .n3-run > .n3-place-graph .cells,
.n3-beside[data-big=alpha] .n3-run > .n3-place-alpha,
.n3-beside[data-big=loss] .n3-run > .n3-place-loss { grid-row: 2 / -1; grid-column: 1 / -1; }
@media (max-height: 820px) {
  .n3-beside:not(.n3-runs-2) > .n3-run {
    grid-template-rows: 38px 36% minmax(0, 1fr); grid-template-areas: "name" "graph" "deep";
  }
  .n3-beside:not(.n3-runs-2) > .n3-run > :is(.n3-place-alpha, .n3-place-loss) { grid-area: deep; }
  .n3-beside:not(.n3-runs-2) .n3-deep { display: block; }
  .n3-beside:not(.n3-runs-2, [data-deep=loss], [data-big=loss]) > .n3-run > .n3-place-loss,
  .n3-beside:not(.n3-runs-2, [data-big=alpha])[data-deep=loss] > .n3-run > .n3-place-alpha {
    visibility: hidden;
  }
}
`;

// Which of two panels has the place that they share where a window is low.
const DEEP = { alpha: "ᾱ", loss: "losses" };

// Which cell is shown where there is no room for both.
const KINDS = { down: "down cell", up: "up cell" };

// A few buttons, of which one is pressed; `pick(name)` is told.
const makeChoice = (data, label, options, pick) => {
  const buttons = Object.entries(options).map(([name, text]) =>
    make("button", { type: "button", [`data-${data}`]: name, onclick: () => pick(name) }, text),
  );
  const show = (name) => {
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.dataset[data] === name));
  };
  const group = { class: `n3-${data}`, role: "group", "aria-label": label };
  return { show, group: make("span", group, ...buttons) };
};

const makeDeep = (box) => {
  const deep = makeChoice("deep", "panel", DEEP, (name) => {
    const screen = box.closest(".n3-screen");
    if (screen) screen.dataset.deep = name;
    deep.show(name);
  });
  deep.show("alpha");
  return deep.group;
};

const drawMarks = (place, plan, { ring, gone }) => {
  const marks = [];
  if (ring) marks.push(make("span", { class: "key ring" }, ring));
  if (gone) marks.push(make("span", { class: "key gone" }, gone));
  place.replaceChildren(...legendOf(plan, marks));
};

export default {
  render({ model, el }) {
    const box = root(el, "difference", BESIDE_STYLE, model);
    box.classList.add("n3-genotype"); // its legend is that of a graph
    const head = make("b");
    const rest = make("span", { class: "n3-soft" });
    const sentence = make("span", { role: "status" }, head, rest);
    const kind = makeChoice("kind", "cell", KINDS, (cell) => put(model, { cell }));
    const choices = make("span", { class: "n3-choices" }, kind.group, makeDeep(box));
    const says = make("div", { class: "n3-says" }, sentence, choices);
    const marks = make("div", { class: "n3-row n3-marks" });
    box.append(says, marks);
    const draw = () => {
      head.textContent = model.get("head");
      rest.textContent = model.get("rest");
      says.title = head.textContent + rest.textContent;
      kind.show(model.get("cell"));
      drawMarks(marks, model.get("plan"), model.get("marks"));
      drawn(box);
    };
    const silent = listen(model, ["head", "rest", "plan", "marks", "cell"], coalesce(draw));
    draw();
    return silent;
  },
};
