// Axes of charts: where the ticks stand and what is written beside them.

// The round step that cuts low … high into about `parts`, and the range widened to whole steps.
const niceRange = (low, high, parts = 5) => {
  if (!(high > low)) { const pad = Math.abs(high) * 0.05 || 0.5; low -= pad; high += pad; }
  const raw = (high - low) / parts, power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((m) => m * power >= raw * 0.999);
  return { low: Math.floor(low / step + 1e-9) * step, high: Math.ceil(high / step - 1e-9) * step, step };
};
const ticksOf = ({ low, high, step }) => Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => low + i * step);

// The same on a logarithmic axis, where values must be above 0: ticks at 1, 2, 5 of each power of ten, at all digits where there are few.
const logTicks = (low, high) => {
  const digits = high / low < 12 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : high / low < 2000 ? [1, 2, 5] : [1], all = [];
  for (let k = Math.floor(Math.log10(low)) - 1; k <= Math.ceil(Math.log10(high)); k++) all.push(...digits.map((d) => Number(`${d}e${k}`)));
  const from = all.findLastIndex((t) => t <= low), to = all.findIndex((t) => t >= high);
  return all.slice(from, to + 1);
};

// A number with as many decimals as a step needs.
const decimals = (step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
