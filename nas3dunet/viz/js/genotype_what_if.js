// What if the chosen edge had one operation alone? The question goes to Python as a wish, and the
// answer stands under the bars: the Dice of the watched head, now and then.
import { make, two } from "./common.js";
import { REGION_NAMES } from "./words.js";

const ASK = "What if? Click an operation: the head is predicted with that one alone on this edge.";

const comparison = ({ op, epoch, before, after }) => {
  const one = (name) => {
    const then = make("b", {}, two(after[name]));
    return make("span", { "data-if": name }, `${name} ${two(before[name])} → `, then, " ");
  };
  const whose = make("span", { class: "n3-soft" }, `(Dice, network of epoch ${epoch})`);
  return [make("b", {}, `${op} alone: `), ...REGION_NAMES.map(one), whose];
};

// The line of an edge; a question about another edge is forgotten there.
export const makeAnswer = (id, answer) => {
  let state = "hint";
  let says = [ASK];
  if (answer.edge === id) {
    state = answer.after ? "answer" : "why";
    if (answer.after) says = comparison(answer);
    else if (answer.why) says = [answer.why];
    else {
      state = "busy";
      says = [`${answer.op} alone: the head is being predicted …`];
    }
  }
  return make("div", { class: "what-if", "data-state": state, role: "status" }, ...says);
};

// The name of an operation: a button that asks.
export const makeAsking = (op, words, ask) => {
  const title = `${words}: what if this edge had it alone?`;
  return make("button", { class: "op", type: "button", title, onclick: () => ask(op) }, op);
};
