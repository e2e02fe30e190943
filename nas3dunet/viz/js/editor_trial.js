// The genotype editor's training: a button that starts and stops it, and how far it is.
import { make } from "./common.js";

const BUSY = ["training", "stopping"];
const START = "train the cells that are shown, in the background; edit on meanwhile";
const STOP = "end the training after the step that is being made; nothing is kept of it";

export const makeTrial = (ask) => {
  const fill = make("i");
  const trial = {
    fill,
    busy: false,
    bar: make("span", { class: "progress", role: "progressbar" }, fill),
    says: make("span", { class: "n3-soft trial-says", role: "status" }),
  };
  const onclick = () => ask(trial.busy ? "stop" : "train");
  trial.button = make("button", { type: "button", class: "train", "data-act": "train", onclick });
  trial.box = make("span", { class: "trial" }, trial.says, trial.bar, trial.button);
  return trial;
};

// `news` is empty without a store: then there is nothing to press.
export const drawTrial = (trial, news) => {
  const { state, says, done, total } = news;
  trial.box.hidden = !state;
  if (!state) return;
  trial.busy = BUSY.includes(state);
  trial.button.textContent = trial.busy ? "■ stop" : "▶ train this";
  trial.button.title = trial.busy ? STOP : START;
  trial.button.disabled = state === "stopping";
  trial.bar.hidden = !trial.busy;
  trial.bar.setAttribute("aria-valuenow", String(Math.round((100 * done) / total)));
  trial.fill.style.width = `${(100 * done) / total}%`;
  trial.says.textContent = says;
  trial.says.title = says;
  trial.box.dataset.state = state;
};
