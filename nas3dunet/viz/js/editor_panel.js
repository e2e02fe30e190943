// The genotype editor's numbers: what the cells cost, how they score, and what the chosen edge
// could be instead.
import { make } from "./common.js";
import { plainOp } from "./genotype_cells.js";
import { PALETTE } from "./palette.js";

export const EDITOR_STYLE = `
.n3-editor { max-width: 1180px; box-sizing: border-box; container: n3editor / inline-size; }
.n3-editor button:disabled { opacity: .45; cursor: default; }
.n3-editor .says { display: flex; flex-wrap: wrap; gap: 0 14px; font-size: 12px; line-height: 1.4; }
.n3-editor .says .help { cursor: help; }
.n3-editor .message { overflow-wrap: anywhere; }
.n3-editor .trial {
  display: inline-flex; align-items: center; gap: 8px; min-width: 0; flex: 1 1 280px;
}
.n3-editor [hidden] { display: none; }
.n3-editor .train {
  flex: none;
  background: var(--n3-mark); border-color: var(--n3-mark); color: var(--n3-page);
}
.n3-editor .progress {
  width: 90px; height: 8px; border-radius: 4px; background: var(--n3-line); overflow: hidden;
  flex: none;
}
.n3-editor .progress i { display: block; height: 100%; background: var(--n3-mark); }
.n3-editor .trial-says { font-size: 12px; line-height: 1.2; overflow-wrap: anywhere; }
.n3-editor .here { color: ${PALETTE.winner}; font-weight: 700; }
.n3-editor .numbers, .n3-editor .below {
  display: grid; grid-template-columns: minmax(270px, 1fr) minmax(0, 2.6fr); gap: 8px;
  margin-top: 6px;
}
.n3-editor .below { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
.n3-editor .score, .n3-editor .fact, .n3-editor .choices, .n3-editor .pareto {
  background: var(--n3-card); border-radius: 6px; padding: 5px 10px; min-width: 0;
}
.n3-editor .facts { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px; }
.n3-editor .big { font-size: 17px; font-weight: 700; }
.n3-editor .small, .n3-editor .about { font-size: 11.5px; line-height: 1.3; }
.n3-editor .badge {
  border-radius: 9px; padding: 0 8px; font-weight: 700; font-size: 12px; margin-left: 6px;
  border: 1.5px dashed var(--n3-ink);
}
.n3-editor .badge[data-how=measured] {
  background: var(--n3-mark); color: var(--n3-page); border: 1.5px solid var(--n3-mark);
}
.n3-editor .cell svg { max-height: 260px; }
.n3-editor .choices { min-height: 222px; }
.n3-editor table { border-collapse: collapse; width: 100%; font-size: 12px; }
.n3-editor th { font-weight: 400; color: var(--n3-soft); text-align: right; padding: 0 8px; }
.n3-editor td { text-align: right; padding: 0 8px; white-space: nowrap; }
.n3-editor :is(th, td):first-child { text-align: left; padding-left: 0; }
.n3-editor tr.now td { font-weight: 700; }
.n3-editor td button { padding: 0 6px; line-height: 17px; }
.n3-editor tr.now button { box-shadow: inset 0 0 0 1.5px var(--n3-mark); }
.n3-editor .pareto svg { display: block; width: 100%; }
.n3-editor .pareto svg text { font-size: 11px; fill: var(--n3-soft); }
.n3-editor .keys { gap: 0 10px; }
.n3-editor .legend { font-size: 11.5px; gap: 2px 9px; }
@media (max-height: 820px) {
  .n3-editor { padding-top: 2px; }
  .n3-editor .cells, .n3-editor .legend, .n3-editor .numbers, .n3-editor .below { margin-top: 3px; }
  .n3-editor .cell svg { max-height: 216px; }
  .n3-editor .cell svg :is(text, .edge text) { font-size: 14px; }
  .n3-editor .cell svg .edge text { letter-spacing: -.4px; }
  .n3-editor .legend { font-size: 11px; gap: 2px 6px; }
  .n3-editor .legend .key { font-size: 11px; padding: 0 5px; margin-right: 3px; }
  .n3-editor .fact .small + .small { display: none; }
  .n3-editor .choices { min-height: 205px; }
  .n3-editor .numbers { grid-template-columns: minmax(0, 1.1fr) minmax(0, 2fr); }
  .n3-editor :is(.score, .fact, .choices, .pareto) { padding: 3px 8px; }
  .n3-editor .choices td button { line-height: 15px; }
}
@container n3editor (max-width: 1000px) {
  .n3-editor .cells { gap: 4px 8px; }
  .n3-editor .cell svg { min-width: 0 !important; }
  .n3-editor .cell svg :is(text, .edge text) { font-size: 13.5px; }
  .n3-editor :is(th, td) { padding: 0 4px; }
}
@container n3editor (max-width: 900px) {
  .n3-editor .cell svg :is(text, .edge text) { font-size: 15px; }
  .n3-editor .below { grid-template-columns: minmax(0, 2.6fr) minmax(0, 1fr); }
  .n3-editor .choices { overflow-x: auto; }
}
@media (max-width: 760px) {
  .n3-editor :is(.numbers, .below) { grid-template-columns: minmax(0, 1fr); }
  .n3-editor .facts { grid-template-columns: 1fr 1fr; }
  .n3-editor .choices { overflow-x: auto; }
}
`;

const small = (text) => make("div", { class: "n3-soft small" }, text);

export const drawScore = (place, { value, error, how, says }, here) => {
  const number = make("span", { class: "big" }, `Dice ${value}`);
  const badge = make("span", { class: "badge", "data-how": how }, how);
  const tried = make("div", { class: "small here", hidden: !here }, `■ ${here}`);
  place.replaceChildren(make("div", {}, number, ` ${error}`, badge), tried, small(says));
};

const factOf = ({ key, name, value, note, words }) =>
  make(
    "div",
    { class: "fact", "data-fact": key, title: words },
    make("div", { class: "n3-soft" }, name),
    make("div", {}, make("b", {}, value)),
    small(note),
    small(words),
  );

export const drawFacts = (place, facts) => place.replaceChildren(...facts.map(factOf));

// ---- what the chosen edge could be

const HEADS = ["parameters", "multiply-adds", "receptive field", "Dice"];
const TITLES = {
  op: "another operation on this edge",
  input: "the edge from another input",
};

// Of an operation its name in words; of an input where it is, and what the operation is there.
const nameOf = ({ group, op, name, goes }, plan, unused) => {
  const { colour, short, words } = plan.ops[plainOp(op)];
  const key = make("span", { class: "key", style: `background:${colour}` }, short);
  if (group === "op") return [key, words];
  return [key, unused ? `in place of ${goes}` : `from ${name}`];
};

const rowOf = (choice, plan, ask, unused) => {
  const { edge, op, source, now, how } = choice;
  const onclick = () => ask("replace", { edge, op, source });
  const key = `${choice.group}:${edge}:${op}:${source}`;
  const state = { type: "button", "data-choice": key, "aria-pressed": null, onclick };
  const button = make("button", state, ...nameOf(choice, plan, unused));
  if (now) button.setAttribute("aria-current", "true");
  const numbers = [choice.parameters, choice.macs, choice.receptive_field.replace(" voxels", "")];
  const score = choice.score && `${choice.score} ${how}`;
  const cells = [...numbers, score].map((text) => make("td", {}, text));
  return make("tr", { class: now ? "now" : null }, make("td", {}, button), ...cells);
};

const headOf = (title) =>
  make("tr", {}, ...[title, ...HEADS].map((text) => make("th", { scope: "col" }, text)));

const tableOf = (choices, plan, ask, unused) => {
  const rows = [];
  for (const [group, title] of Object.entries(TITLES)) {
    const found = choices.filter((choice) => choice.group === group);
    if (!found.length) continue;
    rows.push(headOf(unused ? "not used; it could take a place" : title));
    rows.push(...found.map((choice) => rowOf(choice, plan, ask, unused)));
  }
  return make("table", {}, ...rows);
};

const NOTHING_CHOSEN =
  "Click an edge to see what it could be instead, with the numbers that each change would lead to.";

// Drawn anew, with the focus where it was.
export const drawChoices = (place, model, plan, ask) => {
  const id = model.get("selected");
  const choices = model.get("choices");
  const focus = place.querySelector(":focus")?.dataset.choice;
  if (!id) return place.replaceChildren(make("span", { class: "n3-soft" }, NOTHING_CHOSEN));
  const unused = !(id in model.get("kept"));
  const title = make("b", {}, plan.names[id]);
  place.replaceChildren(title, tableOf(choices, plan, ask, unused));
  const buttons = [...place.querySelectorAll("[data-choice]")];
  if (focus === undefined) return null;
  const same = buttons.find((button) => button.dataset.choice === focus);
  return (same || place.querySelector("[aria-current]") || buttons[0])?.focus();
};
