// The words of a search, explained where they are used: as tooltips, and together behind the
// lab's "?".
import { make } from "./common.js";

export const WORDS = {
  α: "a number for each operation of an edge; the search learns it: the larger, the better",
  ᾱ: "the share of an operation on its edge, the softmax of α; those of an edge sum to 1",
  edge: "a line of a cell; while the search runs, it is a mixture of all its operations",
  X0:
    "what a cell reads first: in a down cell the output of the cell before the last, " +
    "in an up cell that of the down cell at the same resolution",
  X1: "what a cell reads second: the output of the cell just before",
  genotype:
    "the two cells as they stand at an epoch: each node keeps two edges, each with one operation",
  N_C: "the search ends as soon as one genotype has come out on top this often",
  winner: "★, the genotype that the search ended with",
  weights: "the numbers that operations learn, those of their convolutions; α are no weights",
  gap:
    "α loss less weights loss: above 0 the network does better on the cases that trained its " +
    "weights than on those that trained α; not told where something is added to the α loss",
  "weight-free": "max pooling, mean pooling and identity, which have no weights to learn",
  Dice: "overlap of prediction and truth: 1 where they are the same, 0 where they do not meet",
  ET: "enhancing tumour: what lights up after contrast agent",
  TC: "tumour core: what enhances, what is necrotic, and the rest without oedema",
  WT: "whole tumour: oedema and core",
  T1: "a scan on which fluid is dark",
  T1CE: "T1 after contrast agent: the enhancing tumour is bright",
  T2: "a scan on which fluid is bright",
  FLAIR: "a scan on which oedema is bright and free fluid is dark",
};

// The regions in the one order of all tables, `REGIONS` of the core.
export const REGION_NAMES = ["ET", "TC", "WT"];

// What a word means; an empty text for one that has no entry.
export const meaning = (word) => WORDS[word] || WORDS[word.toUpperCase()] || "";

// A word with its meaning as a tooltip, and a dotted line that says so.
export const term = (word, text = word) =>
  make("span", { class: "n3-term", title: meaning(word) }, text);

// All of them.
export const glossary = () => {
  const entry = ([word, means]) => [make("dt", {}, word), make("dd", {}, means)];
  return make("dl", { class: "n3-glossary" }, ...Object.entries(WORDS).flatMap(entry));
};
