// The graph of a cell in the browser. Where everything stands comes from Python (`cell_layout`);
// every element is made once, and an epoch only changes attributes, so nothing moves.
import { make, put } from "./common.js";
import { meaning, term } from "./words.js";

// conv for d_conv and u_conv: whether it halves or doubles follows from the edge.
export const plainOp = (op) => op.replace(/^[du]_/, "");

const rectangle = (name, [x, y, width, height], rx, more = {}) =>
  make("rect", { class: name, x, y, width, height, rx, ...more });

// A click chooses the edge, and so do Enter and the space bar.
const chooser = (id, choose) => (event) => {
  const other = event.type === "keydown" && event.key !== "Enter" && event.key !== " ";
  if (other) return;
  event.preventDefault();
  choose(id);
};

// The elements of one edge: a faint line below all others, and a group above with everything that
// can be clicked, focused and marked.
const makeEdge = (id, { path, at, pill, ring }, choose) => {
  const part = (name) => make("path", { class: name, d: path });
  const parts = {
    title: make("title"),
    casing: part("case"),
    line: part("line"),
    pill: rectangle("pill", pill, pill[3] / 2),
    text: make("text", { x: at[0], y: at[1] + 0.5 }),
  };
  const act = chooser(id, choose);
  const group = make(
    "g",
    { class: "edge", "data-edge": id, role: "button", onclick: act, onkeydown: act },
    parts.title,
    part("glow"),
    parts.casing,
    parts.line,
    part("hit"),
    rectangle("halo", ring, ring[3] / 2),
    parts.pill,
    parts.text,
  );
  return { id, group, faint: part("faint"), ...parts };
};

// A named box: an input, a node, or the concatenation, whose name is turned.
const makeBox = (name, place) => {
  const [x, y, width, height] = place;
  const cx = x + width / 2;
  const cy = y + height / 2;
  const transform = name === "concat" ? `rotate(90 ${cx} ${cy})` : null;
  const box = rectangle("box", place, 7, { "data-box": name });
  const means = meaning(name);
  if (means) box.append(make("title", {}, `${name}: ${means}`));
  return [box, make("text", { x: cx, y: cy, transform }, name)];
};

// The graph of one cell: its figure and its edges.
export const makeCell = (kind, plan, choose) => {
  const svg = make("svg", {
    viewBox: `0 0 ${plan.width} ${plan.height}`,
    role: "group",
    "aria-label": `${kind} cell`,
    style: `min-width:${0.76 * plan.width}px;max-width:${1.25 * plan.width}px`,
  });
  const edges = Object.entries(plan.edges).map(([key, edge]) =>
    makeEdge(`${kind}:${key}`, edge, choose),
  );
  for (const d of plan.outputs) svg.append(make("path", { class: "output", d }));
  svg.append(...edges.map((edge) => edge.faint), ...edges.map((edge) => edge.group));
  for (const [name, place] of Object.entries(plan.boxes)) svg.append(...makeBox(name, place));
  const name = make("b", {}, `${kind} cell`);
  const caption = make("span", { class: "n3-soft caption" }, plan.captions[kind]);
  const star = term("winner", "★ winner");
  star.classList.add("star");
  star.hidden = true;
  const words = [name, star, make("span", { class: "n3-soft steady" }), caption];
  const says = make("span", { class: "n3-whole", title: plan.captions[kind] }, ...words);
  const title = make("div", { class: "n3-bar-title" }, says);
  return { figure: make("div", { class: "cell" }, title, svg), edges, title, star };
};

// How an edge differs from the epoch before: "", "new", "gone", or "op" for another operation.
const changeOf = (kept, was) => {
  if (was === undefined) return "";
  if (!kept) return "gone";
  return was ? "op" : "new";
};

const sentence = (name, { kept, was, change, op, share }) => {
  const marks = {
    "": "",
    gone: `, kept until the epoch before with ${was}`,
    new: ", newly kept",
    op: `, ${was} before`,
  };
  const state = kept ? `${kept} is kept` : "not kept";
  return `${name}: ${state}${marks[change]}; largest ᾱ ${share.toFixed(3)} (${op})`;
};

// The lines and the label of an edge: coloured where it is kept, else faint.
const paintEdge = ({ line, casing, faint, pill, text }, { kept, was, share }, plan) => {
  const width = plan.widest * share;
  const strong = Math.max(plan.least, width);
  const colour = kept ? plan.ops[plainOp(kept)].colour : "none";
  const named = kept || was;
  faint.setAttribute("stroke-width", width.toFixed(2));
  faint.style.strokeOpacity = kept ? 0 : "";
  for (const el of [line, casing]) el.style.display = kept ? "" : "none";
  line.setAttribute("stroke", colour);
  line.setAttribute("stroke-width", strong.toFixed(2));
  casing.setAttribute("stroke-width", (strong + plan.casing).toFixed(2));
  pill.setAttribute("fill", colour);
  text.textContent = named ? plan.ops[plainOp(named)].short : "";
};

// What an edge shows at an epoch: its shares, the operation that leads, the one that is kept.
// Tab leads to one edge only, `entry`; arrows lead on from there. `now.says` may word it otherwise.
export const drawEdge = (edge, now, plan, entry, selected) => {
  const kept = now.record.kept[edge.id] || "";
  const was = now.record.was[edge.id];
  const { op, share } = now.best(edge.id);
  const change = changeOf(kept, was);
  const facts = { kept, was, change, op, share };
  paintEdge(edge, facts, plan);
  Object.assign(edge.group.dataset, { kept, change, best: op, share: share.toFixed(4) });
  const says = (now.says || sentence)(plan.names[edge.id], facts);
  edge.group.setAttribute("tabindex", edge.id === entry ? 0 : -1);
  edge.group.setAttribute("aria-pressed", String(edge.id === selected));
  edge.group.setAttribute("aria-label", says);
  edge.title.textContent = says;
};

// The next edge, or the one before it, is chosen and has the focus.
export const turnTo = (box, event, turn, model) => {
  event.preventDefault();
  const edges = [...box.querySelectorAll(".edge")];
  const next = edges[edges.indexOf(event.target) + turn];
  if (!next) return;
  next.focus();
  put(model, { selected: next.dataset.edge });
};
