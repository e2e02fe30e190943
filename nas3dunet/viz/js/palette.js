// The colours that the browser's files name. They are Python's, from `colours`; the notebook of
// viz.bridge compares both. Colours of operations and methods come with the widgets' traits.
export const PALETTE = {
  losses: { alpha: "#e07b1a", kernel: "#3a86d6" },
  changed: "#f5a524",
  stop: "#d6455d",
  alarm: "#b42318",
  ink: "#1c2430",
  soft: "#5d6979",
  mark: "#2b6cb0",
  winner: "#b7791f",
};
