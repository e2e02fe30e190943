// The overlay viewer's page: title, buttons, stage, legend, sliders, and what they show of the
// state.
import { make, makeGrow } from "./common.js";
import { meaning, REGION_NAMES } from "./words.js";

const MODE_NAMES = [
  ["prediction", "Prediction"],
  ["truth", "Truth"],
  ["difference", "Difference"],
  ["none", "Image"],
];
const LABEL_NAMES = [
  ["labels", "All labels"],
  ...REGION_NAMES.map((name) => [name, name]),
];
const PALETTE_NAMES = [
  ["paper", "paper's colours"],
  ["safe", "colour-blind safe"],
];
const CONVENTIONS = [
  ["r", "radiological (R on the left)"],
  ["n", "neurological (L on the left)"],
];
export const HELP =
  "Click, drag or arrow keys move the crosshair, shift by 10 · " +
  "wheel (after a click) or Page keys change the slice · " +
  "right drag sets the window · m modality · d view · [ ] opacity";

export const OVERLAY_STYLE = `
.n3-overlay {
  box-sizing: border-box; width: 100%; max-width: 1180px; padding: 8px 10px; overflow: hidden;
}
.n3-overlay > .n3-row { margin: 5px 0; }
.n3-overlay .n3-title { font-weight: 650; font-size: 14px; overflow-wrap: anywhere; }
.n3-overlay .n3-stage {
  display: flex; justify-content: space-evenly;
  background: #000; border-radius: 8px; overflow: hidden;
}
.n3-overlay canvas { display: block; cursor: crosshair; touch-action: none; }
.n3-overlay canvas:focus-visible {
  outline: 2px solid #64b5f6; outline-offset: -3px; border-radius: 8px;
}
.n3-overlay .n3-group { display: inline-flex; }
.n3-overlay .n3-group button { border-radius: 0; margin-left: -1px; white-space: nowrap; }
.n3-overlay .n3-group button:first-child { border-radius: 5px 0 0 5px; margin-left: 0; }
.n3-overlay .n3-group button:last-child { border-radius: 0 5px 5px 0; }
.n3-overlay button[aria-pressed="true"] { color: var(--n3-page); }
.n3-overlay button:disabled { opacity: .45; cursor: not-allowed; }
.n3-overlay label { display: inline-flex; align-items: center; gap: 5px; }
.n3-overlay input[type=range] { width: 92px; accent-color: var(--n3-mark); }
.n3-overlay .n3-legend { min-height: 20px; gap: 4px 16px; }
.n3-overlay .n3-chip {
  display: inline-block; width: 12px; height: 12px; border-radius: 3px; margin-right: 6px;
  vertical-align: -1px; box-shadow: 0 0 0 1px #0004;
}
.n3-overlay .n3-read { min-height: 20px; gap: 2px 18px; }
.n3-overlay .n3-read b { font-weight: 600; }
.n3-overlay .n3-help { font-size: 12px; }
.n3-overlay [hidden] { display: none !important; }
.n3-overlay .n3-course {
  height: 54px; background: #000; border-top: 1px solid #333; padding: 1px 6px 2px;
  display: flex; flex-direction: column;
}
.n3-overlay .n3-course-plot { flex: 1 1 0; min-height: 0; display: flex; gap: 4px; }
.n3-overlay .n3-course-plot svg { flex: 1 1 0; min-width: 0; height: 100%; display: block; }
.n3-overlay .n3-course-scale {
  display: flex; flex-direction: column; justify-content: space-between; text-align: right;
  font-size: 10.5px; line-height: 9px; color: #9fb0c3; width: 12px;
}
.n3-overlay .n3-course-name {
  font-size: 11px; color: #9fb0c3; white-space: nowrap; overflow: hidden; flex: none;
  text-overflow: ellipsis;
}
.n3-overlay .n3-dice { display: inline-flex; gap: 0 9px; white-space: nowrap; }
.n3-overlay:not(.n3-fit) .n3-spelled { display: none; }
.n3-fit.n3-overlay {
  max-width: none; padding: 0; display: flex; flex-direction: column; position: relative;
}
.n3-fit.n3-overlay > .n3-row { margin: 0; padding: 2px 8px; flex-wrap: nowrap; column-gap: 6px; }
.n3-fit.n3-overlay .n3-title { font-size: 13px; }
.n3-fit.n3-overlay .n3-stage {
  flex: 1 1 0; min-height: 0; border-radius: 0; align-items: center; justify-content: space-evenly;
}
.n3-fit.n3-overlay .n3-group button { padding: 0 5px; }
.n3-fit.n3-overlay .n3-legend {
  font-size: 11.5px; overflow: hidden; gap: 0 9px; white-space: nowrap;
}
.n3-fit.n3-overlay .n3-legend .n3-chip { margin-right: 3px; }
.n3-fit.n3-overlay .n3-legend > span > .n3-soft { display: none; }
.n3-overlay .n3-outline::before {
  content: ""; display: inline-block; width: 11px; height: 11px; margin-right: 4px;
  vertical-align: -2px; box-sizing: border-box; border: 1.5px solid #fff;
  box-shadow: 0 0 0 1px #0008;
}
.n3-fit.n3-overlay .n3-grow { white-space: nowrap; font-size: 12px; }
.n3-fit.n3-overlay .n3-course { height: 54px; flex: none; }
.n3-fit.n3-overlay .n3-more {
  display: none; position: absolute; z-index: 3; left: 6px; right: 6px; top: 54px;
  padding: 6px 10px; max-height: calc(100% - 70px); overflow: auto; background: var(--n3-page);
  border: 1px solid var(--n3-line); border-radius: 7px; box-shadow: 0 4px 14px #0003;
}
.n3-fit.n3-overlay.n3-open .n3-more { display: block; }
.n3-fit.n3-overlay .n3-more .n3-row { margin: 4px 0; }
`;

const slider = (name, min, max, step, oninput) =>
  make("input", { type: "range", min, max, step, "aria-label": name, oninput });

const choice = (attributes, options) => {
  const made = options.map(([value, text]) => make("option", { value }, text));
  return make("select", attributes, ...made);
};

// A row of buttons of which one is pressed.
export const group = (name, options, onpick) => {
  const button = ([value, text]) => {
    const title = meaning(text) || null;
    const about = { type: "button", title, "data-value": value, "data-means": title };
    return make("button", { ...about, onclick: () => onpick(value) }, text);
  };
  const attributes = { class: "n3-group", role: "group", "aria-label": name };
  return make("span", attributes, ...options.map(button));
};

// Press the chosen button; one with a hint cannot be pressed, and the hint says why.
const press = (buttons, chosen, hint = () => "") => {
  for (const button of buttons.children) {
    button.setAttribute("aria-pressed", button.dataset.value === String(chosen));
    const why = hint(button.dataset.value);
    button.title = why || button.dataset.means || "";
    button.disabled = Boolean(why);
  }
};

// The row under the legend. `set(name, value)` sets a trait, `look(level, width)` the window.
const makeSettings = (state, set, look) => {
  const number = (el) => Number(el.value);
  const opacity = slider("opacity", 0, 1, 0.01, () => set("opacity", number(opacity)));
  const level = slider("window level", 0, 1, 0.005, () => look(number(level), state.levelWidth[1]));
  const width = slider("window width", 0.02, 2, 0.01, () =>
    look(state.levelWidth[0], number(width)),
  );
  const palette = choice(
    { "aria-label": "colours", onchange: () => set("palette", palette.value) },
    PALETTE_NAMES,
  );
  const convention = choice(
    {
      "aria-label": "convention",
      title: "which side of the patient is on the left of the picture",
      onchange: () => set("radiological", convention.value === "r"),
    },
    CONVENTIONS,
  );
  const smooth = make("input", {
    type: "checkbox",
    onchange: () => set("smooth", smooth.checked),
  });
  return { opacity, level, width, palette, convention, smooth };
};

const settingsRow = ({ opacity, level, width, palette, convention, smooth }, set) => {
  const title = "window back to the whole range";
  const onclick = () => set("window", [0, 1]);
  return make(
    "div",
    { class: "n3-row" },
    make("label", {}, "opacity", opacity),
    make("label", {}, "level", level),
    make("label", {}, "width", width),
    make("button", { type: "button", title, onclick }, "reset"),
    palette,
    convention,
    make("label", {}, smooth, "smooth"),
  );
};

// All elements of the page, put into `box`.
export const makePage = (box, state, set, look, fit) => {
  const parts = {
    title: make("span", { class: "n3-title" }),
    caption: make("span", { class: "n3-soft" }),
    modalities: make("span"),
    modes: group("view", MODE_NAMES, (mode) => set("mode", mode)),
    labels: group("labels", LABEL_NAMES, (labels) => set("labels", labels)),
    stage: make("div", { class: "n3-stage" }),
    legend: make("div", { class: "n3-row n3-legend", "aria-label": "legend" }),
    read: make("div", { class: "n3-row n3-read" }),
    dice: make("span", { class: "n3-dice", hidden: true }),
    course: make("div", { class: "n3-course", hidden: true }),
    ...makeSettings(state, set, look),
  };
  if (fit) placeInLab(box, parts, set);
  else placeAlone(box, parts, set);
  return parts;
};

const row = (...children) => make("div", { class: "n3-row" }, ...children);
const helpLine = () => make("div", { class: "n3-soft n3-help" }, HELP);

const placeAlone = (box, parts, set) =>
  box.append(
    row(parts.title, parts.caption, parts.dice),
    row(parts.modalities, parts.modes, parts.labels),
    parts.stage,
    parts.course,
    parts.legend,
    parts.read,
    settingsRow(parts, set),
    helpLine(),
  );

// In a lab: what is asked all the time in two rows, everything else behind a button.
const placeInLab = (box, parts, set) => {
  const title = "modality, region, window, colours, voxel";
  const onclick = () => box.classList.toggle("n3-open");
  const more = make("button", { class: "n3-grow", type: "button", title, onclick }, "⋯");
  const chosen = row(parts.caption, parts.modalities, parts.labels);
  const hidden = [chosen, parts.read, settingsRow(parts, set), helpLine()];
  const grow = makeGrow("head");
  grow.prepend(make("span", { class: "n3-word" }, "3 planes "));
  grow.title = "three planes, larger, and back (Esc)";
  grow.style.marginLeft = "0";
  box.append(
    row(make("b", {}, "Head"), parts.dice),
    row(parts.modes, more, grow),
    parts.stage,
    parts.course,
    parts.legend,
    make("div", { class: "n3-more" }, ...hidden),
  );
};

// A button for each modality, made anew when another case has others.
export const showModalities = (parts, names, set) => {
  const key = names.join();
  if (key === parts.modalities.dataset.names) return;
  const options = names.map((name, i) => [i, name]);
  const fresh = group("modality", options, (i) => set("modality", Number(i)));
  fresh.dataset.names = key;
  parts.modalities.replaceWith(fresh);
  parts.modalities = fresh;
};

// What the controls show of the state.
export const showControls = (parts, state) => {
  const [level, width] = state.levelWidth;
  parts.title.textContent = state.get("title");
  parts.caption.textContent = state.get("caption");
  press(parts.modalities, state.modality);
  press(parts.modes, state.mode, (mode) => state.lacking(mode));
  press(parts.labels, state.get("labels"), () =>
    state.mode === "none" ? "nothing is painted" : "",
  );
  parts.opacity.value = state.get("opacity");
  parts.level.value = level;
  parts.width.value = width;
  parts.palette.value = state.get("palette");
  parts.smooth.checked = state.get("smooth");
  parts.convention.value = state.get("radiological") ? "r" : "n";
};
