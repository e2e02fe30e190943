// The legend under a graph of cells: the colour of each operation, and whatever else is to be seen.
import { make } from "./common.js";

// What colours mean, and `marks`, elements that say what else is to be seen.
export const legendOf = (plan, marks) => {
  const keys = Object.values(plan.ops).map(({ colour, short, words }) => {
    const key = make("span", { class: "key", style: `background:${colour}` }, short);
    return make("span", {}, key, words);
  });
  return [...keys, ...marks];
};
