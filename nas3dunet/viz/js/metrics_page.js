// The metric playground's tools, and its table of scores.
import { make, put } from "./common.js";

export const METRICS_STYLE = `
.n3-metrics .tools { display: grid; gap: 5px; margin: 5px 0; }
.n3-metrics .tools .n3-chip { margin-right: 5px; }
.n3-metrics .n3-chip.brush { border-radius: 50%; }
.n3-metrics .n3-legend .n3-key { display: inline-flex; flex-wrap: wrap; gap: 0 10px; }
.n3-metrics .tools button { padding: 1px 7px; }
.n3-metrics .scores { display: flex; gap: 14px; align-items: flex-start; margin: 6px 0; }
.n3-metrics table { border-collapse: collapse; flex: 1 1 auto; }
.n3-metrics th { font-weight: 400; text-align: left; padding: 1px 14px 1px 0; vertical-align: top; }
.n3-metrics th small { display: block; font-size: 11px; line-height: 1.25; color: var(--n3-soft); }
.n3-metrics td { padding: 1px 14px 1px 0; border-top: 1px solid var(--n3-line); }
.n3-metrics td:first-child { white-space: nowrap; }
.n3-metrics td b { font-size: 15px; }
.n3-metrics .change { font-size: 12px; margin-left: 7px; color: var(--n3-soft); }
.n3-metrics .change[data-way=worse]::before { content: "worse "; }
.n3-metrics .change[data-way=better]::before { content: "better "; }
.n3-metrics .n3-help { display: none; }
.n3-metrics .hint { font-size: 11.5px; }
.n3-metrics .how { font-weight: 600; }
`;

// What a brush paints: round, where the squares of the legend say what the picture shows. Its
// colour is that of the palette that is chosen.
const brushChip = (code) =>
  make("i", { class: "n3-chip brush", style: `background: var(--brush-${code})` });

export const colourBrushes = (box, model) => {
  const colours = model.get("legend")[model.get("palette")];
  colours.forEach((rgb, code) => box.style.setProperty(`--brush-${code}`, `rgb(${rgb})`));
};

// Of both sets of colours what they mean; `shown` is the legend of the picture.
export const bothLegends = (model, mode, shown) => {
  const key = (says, ...chips) =>
    make("span", { class: "n3-key" }, make("span", { class: "n3-soft" }, says), ...chips);
  const labels = model.get("paints").filter(({ code }) => code);
  const named = labels.map(({ code, name }) => make("span", {}, brushChip(code), name));
  const pictured = { difference: "the picture shows whether it is right:" };
  return [
    key("a brush paints a label:", ...named),
    key(pictured[mode] || "the picture shows labels, in the same colours:", ...shown),
  ];
};

// The brushes: look, one for each label, and the eraser.
const makeBrushes = (model, tool) => {
  const box = make("span", { class: "n3-group", role: "group", "aria-label": "brush" });
  const take = (value) => {
    tool.value = value;
    for (const button of box.children)
      button.setAttribute("aria-pressed", String(button.dataset.brush === String(value)));
  };
  const brush = (value, title, ...inside) => {
    const more = { type: "button", title, "data-brush": String(value), onclick: () => take(value) };
    return make("button", more, ...inside);
  };
  const colours = model.get("paints").map(({ value, name, code }) => {
    const chip = code ? [brushChip(code)] : [];
    return brush(value, `paint with the mouse (key ${value})`, ...chip, name);
  });
  box.append(brush(null, "move the crosshair"), ...colours);
  box.firstChild.textContent = "look";
  take(tool.value);
  return { box, take };
};

const select = (name, title, options, onpick) => {
  const made = options.map(([value, text]) => make("option", { value }, text));
  const onchange = (event) => onpick(event.target.value);
  return make("select", { "aria-label": name, title, onchange }, ...made);
};

const WIDTHS = [1, 3, 5, 9, 15].map((n) => [n, `${n} voxel${n > 1 ? "s" : ""} wide`]);
const RULES = [
  ["brats", "as in BraTS: both empty is perfect, one is the worst"],
  ["nan", "left out (nan): an undefined score is no number"],
];
const VARIANTS = [
  ["directed", "HD95: larger of both directions"],
  ["pooled", "HD95: both directions pooled"],
];
const MORE_HELP = "Take a brush and paint on the head: the scores follow.";
const KEYS_HELP =
  "Space paints at the crosshair · Ctrl+Z undoes · arrows, wheel (after a click): crosshair, slice";

const makeActs = (model, ask) => {
  const act = (name, text, title, more) => {
    const onclick = () => ask(name, more);
    return make("button", { type: "button", title, "data-act": name, onclick }, text);
  };
  const moves = model.get("moves").map(({ word, axis, step }) => {
    const button = act("move", word, `the whole prediction one voxel ${word}`, { axis, step });
    button.dataset.move = word;
    return button;
  });
  const lesion = "the connected piece of the prediction under the crosshair (Delete)";
  const undo = act("undo", "undo", "one step back (Ctrl+Z)");
  const row = [
    make("span", { class: "n3-soft" }, "move by one voxel:"),
    make("span", { class: "n3-group" }, ...moves),
    act("delete", "delete this lesion", lesion),
    act("perfect", "copy the truth", "a perfect prediction"),
    undo,
    act("reset", "reset", "the prediction as it was opened"),
  ];
  return { row, undo };
};

export const makeTools = (model, tool, ask) => {
  const brushes = makeBrushes(model, tool);
  const width = select("width of the brush", "", WIDTHS, (n) => (tool.width = Number(n)));
  width.value = tool.width;
  const onchange = (event) => (tool.ball = event.target.checked);
  const ball = make("input", { type: "checkbox", onchange });
  const acts = makeActs(model, ask);
  const message = make("span", { class: "n3-soft", role: "status" });
  const ballLabel = make("label", { title: "also into the neighbouring slices" }, ball, "ball");
  const help = make("span", { class: "how", title: KEYS_HELP }, MORE_HELP);
  const box = make(
    "div",
    { class: "tools" },
    make("div", { class: "n3-row" }, "brush:", brushes.box, width, ballLabel, help),
    make("div", { class: "n3-row" }, ...acts.row, message),
  );
  const draw = () => {
    acts.undo.disabled = !model.get("steps");
    message.textContent = model.get("message");
  };
  return { box, draw, take: brushes.take };
};

// ---- the scores

const cellOf = ({ key, value, change, way }) =>
  make(
    "td",
    { "data-score": key },
    make("b", {}, value),
    make("span", { class: "change", "data-way": way }, change),
  );

const scoreRow = ({ region, words, note, cells }) => {
  const head = make("td", {}, make("b", {}, region), ` ${words}`);
  const last = make("td", { class: "n3-soft hint" }, note);
  return make("tr", { "data-region": region }, head, ...cells.map(cellOf), last);
};

const scoreHead = (columns) => {
  const heads = columns.map(([name, says]) => make("th", {}, name, make("small", {}, says)));
  return make("tr", {}, make("th", {}, ""), ...heads, make("th", {}, ""));
};

export const makeScores = (model) => {
  const table = make("table", { "aria-label": "scores" });
  const rule = select("rule for empty regions", "", RULES, (empty) => put(model, { empty }));
  const variant = select("definition of HD95", "", VARIANTS, (hd95) => put(model, { hd95 }));
  const rules = make("div", { class: "n3-row" }, rule, variant);
  const since = make("span", { class: "n3-soft hint" }, "better, worse: than when opened");
  rules.append(since);
  const box = make("div", {}, make("div", { class: "scores" }, table), rules);
  const draw = () => {
    table.replaceChildren(scoreHead(model.get("columns")), ...model.get("scores").map(scoreRow));
    rule.value = model.get("empty");
    variant.value = model.get("hd95");
  };
  return { box, draw };
};
