// The panel under the graph: how the operations of the selected edge compete, and the edges of
// its node.
import { make, two } from "./common.js";
import { plainOp } from "./genotype_cells.js";
import { makeRace } from "./genotype_race.js";
import { makeAnswer, makeAsking } from "./genotype_what_if.js";
import { term } from "./words.js";

const HINT = "Click an edge, or press Tab and Enter, to see how its operations compete.";

// All edges into the same node, best first, by the score that decides which two are kept.
const rivalsOf = (id, now, plan) => {
  const [kind, node] = id.split(":");
  const keys = Object.keys(plan.edges).filter((key) => key.startsWith(`${node}:`));
  const rivals = keys.map((key) => {
    const found = now.best(`${kind}:${key}`);
    const strength = found.share * (now.record.sums?.[`${kind}:${key}`] ?? 1);
    const score = plan.rank === "raw" ? strength : strength * found.count;
    return { id: `${kind}:${key}`, source: key.split(":")[1], op: found.op, score };
  });
  return rivals.sort((a, b) => b.score - a.score);
};

const rivalRow = (rival, place, id, now, plan) => {
  const kept = rival.id in now.record.kept;
  const { colour, short } = plan.ops[plainOp(rival.op)];
  const chip = kept
    ? { class: "key", style: `background:${colour}` }
    : { class: "key unkept", style: `--own:${colour}` };
  return [
    make(rival.id === id ? "b" : "span", {}, plan.sources[rival.source]),
    make("span", chip, short),
    make("span", { "data-rival": rival.id }, rival.score.toFixed(2)),
    make("span", {}, kept ? "kept" : `place ${place + 1}: not kept`),
  ];
};

const EVEN =
  "how many even shares the best operation has: ᾱ times the number of operations on its edge, " +
  "N_O, because an even share among 6 is less than one among 5";

const STRENGTH =
  "what this relaxation gives an operation; on one edge they need not add up to 1. ᾱ is its " +
  "share of all strengths on the edge";

const strengthsOf = (node, raw) => {
  const word = make("span", { class: "n3-term", title: STRENGTH }, "strength");
  return [`Into node ${node}, by the `, word, ` of the best operation${raw ? "" : " × N_O"}`];
};

const rivalTable = (id, now, plan, fit) => {
  const rivals = rivalsOf(id, now, plan);
  const rows = rivals.flatMap((rival, i) => rivalRow(rival, i, id, now, plan));
  const raw = plan.rank === "raw";
  const rule = raw ? "the " : "how many even shares their best operation has (";
  const rest = raw ? " of their best operation" : "·N_O)";
  const node = Number(id.split(":")[1]) + 1;
  const says = [`The ${rivals.length} edges into node ${node} by ${rule}`, term("ᾱ"), rest];
  const share = make("span", { class: "n3-term", title: EVEN }, "ᾱ·N_O");
  const short = [`Into node ${node}, by share × operations on the edge, `, share];
  const shares = fit && !raw ? short : says;
  const rank = now.record.sums ? strengthsOf(node, raw) : shares;
  const table = make("div", { class: "rivals" }, ...rows);
  return make("div", { class: "n3-soft" }, ...rank, "; a node keeps its two best:", table);
};

// A bar for each operation, in Table 1's order, with a dashed line at an even share.
const bars = (id, names, now, plan, ask) => {
  const shares = now.shares(id);
  const top = Math.max(...shares) > 0.5 ? 1 : 0.5;
  const even = 100 / names.length / top;
  const row = (op, i) => {
    const { colour, words } = plan.ops[plainOp(op)];
    const style = `width:${(100 * shares[i]) / top}%;background:${colour}`;
    const fill = make("div", { class: "fill", style });
    const mark = make("div", { class: "even", style: `left:${even}%` });
    const kept = now.record.kept[id] === op ? " · kept" : "";
    const number = `${shares[i].toFixed(3)}${kept}`;
    return [
      ask ? makeAsking(op, words, ask) : make("span", { title: words }, op),
      make("div", { class: "track" }, fill, mark),
      make("span", { "data-op": op, "data-share": shares[i] }, number),
    ];
  };
  const tick = make("span", { style: `left:${even}%` }, `even share ${two(1 / names.length)}`);
  const axis = [make("span"), make("div", { class: "even-name" }, tick), make("span")];
  return make("div", { class: "ops" }, ...names.flatMap(row), ...axis);
};

// Who leads, and by how much: the margin.
const leadOf = (id, names, now, plan) => {
  const shares = now.shares(id);
  if (!now.epoch) return "no epoch yet";
  const [first, second] = [...shares].sort((a, b) => b - a);
  if (first === second) return "no operation leads";
  const { short } = plan.ops[plainOp(names[shares.indexOf(first)])];
  return `${short} leads by ${(first - (second ?? 0)).toFixed(2)}`;
};

// Whether the genotype of this epoch has the edge, and if not, why; nothing before the first one.
const stateOf = (id, now, plan) => {
  if (!now.epoch) return "";
  if (id in now.record.kept) return " · kept";
  const rivals = rivalsOf(id, now, plan);
  const place = rivals.findIndex((rival) => rival.id === id) + 1;
  return ` · not kept, place ${place} of ${rivals.length}`;
};

// `asked`: in a lab the newest answer, and a function that asks (null without a kernel); else null.
export const drawPanel = ({ box, title, body }, id, now, plan, asked) => {
  const [kind, ...key] = id.split(":");
  const names = plan.menus[kind]?.[key.join(":")];
  box.dataset.edge = names ? id : "";
  title.replaceChildren();
  if (!names) {
    body.replaceChildren(make("span", { class: "n3-soft" }, HINT));
    return;
  }
  const even = `1/${names.length} = ${(1 / names.length).toFixed(3)}`;
  const about = [term("ᾱ"), ` of its ${names.length} operations; dashed: an even share, ${even}`];
  const says = asked ? [leadOf(id, names, now, plan)] : about;
  const state = make("b", { class: "state" }, stateOf(id, now, plan));
  title.append(make("span", {}, make("b", {}, plan.names[id]), state));
  title.append(make("span", { class: "n3-soft" }, " · ", ...says));
  const split = { class: "split" };
  const parts = [bars(id, names, now, plan, asked?.ask), rivalTable(id, now, plan, asked)];
  if (asked?.ask) parts[1].append(makeAnswer(id, asked.answer));
  const race = asked ? [makeRace(id, names, now, plan)] : [];
  body.replaceChildren(make("div", split, ...parts), ...race);
};
