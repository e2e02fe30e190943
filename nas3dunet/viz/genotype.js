// Both cells of a search as graphs (viz.genotype). Every element is made once; an epoch only changes attributes, so nothing moves.

const GRAPH_STYLE = `
.n3-genotype { padding: 8px 10px; --changed: #f5a524; }
.n3-genotype .epoch { font-size: 17px; font-weight: 700; min-width: 5.6em; }
.n3-genotype .bar { width: 130px; height: 8px; border-radius: 4px; background: var(--n3-line); overflow: hidden; }
.n3-genotype .bar div { height: 100%; background: var(--n3-mark); transition: width 150ms; }
.n3-genotype .head { min-height: 28px; }
.n3-genotype input[type=range] { flex: 1 1 120px; max-width: 260px; accent-color: var(--n3-mark); }
.n3-genotype .cells { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr)); gap: 4px 22px; margin-top: 6px; }
.n3-genotype .cell { overflow-x: auto; }
.n3-genotype svg { display: block; width: 100%; }
.n3-genotype svg text { fill: var(--n3-ink); font-size: 12px; text-anchor: middle; dominant-baseline: central; pointer-events: none; }
.n3-genotype path { fill: none; }
.n3-genotype .box { fill: var(--n3-card); stroke: var(--n3-soft); stroke-opacity: .55; }
.n3-genotype .output { stroke: var(--n3-soft); stroke-opacity: .5; stroke-width: 1.2; stroke-dasharray: 2 3; }
.n3-genotype .faint { stroke: var(--n3-soft); stroke-opacity: .38; transition: stroke-width 150ms, stroke-opacity 150ms; }
.n3-genotype .case { stroke: var(--n3-page); }
.n3-genotype .line { transition: stroke-width 150ms, stroke 150ms; }
.n3-genotype .hit { stroke: transparent; stroke-width: 15; pointer-events: stroke; }
.n3-genotype .glow { stroke: var(--n3-mark); stroke-opacity: 0; stroke-width: 15; stroke-linecap: round; }
.n3-genotype .edge { cursor: pointer; outline: none; }
.n3-genotype .edge:hover .glow { stroke-opacity: .16; }
.n3-genotype .edge[aria-pressed=true] .glow { stroke-opacity: .3; }
.n3-genotype .edge:focus-visible .glow { stroke-opacity: .45; }
.n3-genotype .pill { transition: fill 150ms; }
.n3-genotype svg .edge text { font-weight: 700; fill: #fff; }
.n3-genotype .halo { fill: none; }
.n3-genotype .edge[data-change=gone] .pill { fill: var(--n3-page); stroke: var(--changed); stroke-width: 1.3; stroke-dasharray: 3 2; }
.n3-genotype svg .edge[data-change=gone] text { fill: var(--n3-soft); font-weight: 400; text-decoration: line-through; }
.n3-genotype .edge[data-change=new] .halo, .n3-genotype .edge[data-change=op] .halo { fill: var(--changed); }
.n3-genotype .legend { gap: 4px 12px; margin-top: 6px; font-size: 12px; }
.n3-genotype .key { border-radius: 9px; padding: 0 7px; color: #fff; font-weight: 700; margin-right: 4px; display: inline-block; }
.n3-genotype .ring { color: var(--n3-soft); font-weight: 400; border: 3px solid var(--changed); padding: 0 6px; }
.n3-genotype .news { border-left: 4px solid var(--n3-line); padding: 1px 10px; margin: 8px 0; height: 4.2em; overflow-y: auto; }
.n3-genotype .news.changed { border-color: var(--changed); }
.n3-genotype .panel { background: var(--n3-card); border-radius: 6px; padding: 8px 12px; box-sizing: border-box; }
.n3-genotype .panel:not([data-edge=""]) { min-height: 190px; }
.n3-genotype .split { display: flex; flex-wrap: wrap; gap: 6px 30px; align-items: flex-start; margin-top: 6px; }
.n3-genotype .rivals { display: grid; grid-template-columns: repeat(4, max-content); gap: 3px 12px; margin-top: 5px; color: var(--n3-ink); }
.n3-genotype .rivals .key { justify-self: start; min-width: 30px; text-align: center; font-size: 12px; }
.n3-genotype .split > * { flex: 1 1 330px; }
.n3-genotype .ops { display: grid; grid-template-columns: max-content minmax(120px, 1fr) 7.5em; gap: 4px 10px; align-items: center; }
.n3-genotype .track { position: relative; height: 14px; background: var(--n3-page); border-radius: 3px; }
.n3-genotype .fill { height: 100%; border-radius: 3px; transition: width 150ms; }
.n3-genotype .even { position: absolute; top: -3px; bottom: -3px; border-left: 2px dashed var(--n3-ink); }
`;

const plainOp = (op) => op.replace(/^[du]_/, "");
const sourceOf = (source) => source < 2 ? `X${source}` : `node ${source - 1}`;
const nameOf = (id) => { const [kind, node, source] = id.split(":"); return `${kind} cell, ${sourceOf(+source)} → node ${+node + 1}`; };

// The elements of one edge: a faint line below all others, and a group above with everything that can be clicked, focused and marked.
const makeEdge = (id, { path, at: [x, y] }, choose) => {
  const part = (name) => make("path", { class: name, d: path });
  const line = part("line"), casing = part("case"), title = make("title"), text = make("text", { x, y: y + .5 });
  const pill = make("rect", { class: "pill", x: x - 20, y: y - 9, width: 40, height: 18, rx: 9 });
  const halo = make("rect", { class: "halo", x: x - 23, y: y - 12, width: 46, height: 24, rx: 12 });
  const toggle = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(id);
  };
  const group = make("g", { class: "edge", "data-edge": id, tabindex: 0, role: "button", onclick: toggle, onkeydown: toggle },
    title, part("glow"), casing, line, part("hit"), halo, pill, text);
  return { id, group, line, casing, title, pill, text, faint: part("faint") };
};

// The graph of one cell; returns its figure and its edges.
const makeCell = (kind, plan, choose) => {
  const svg = make("svg", { viewBox: `0 0 ${plan.width} ${plan.height}`, role: "group", "aria-label": `${kind} cell`, style: `min-width:${.76 * plan.width}px;max-width:${1.25 * plan.width}px` });
  const edges = Object.entries(plan.edges).map(([key, edge]) => makeEdge(`${kind}:${key}`, edge, choose));
  for (const d of plan.outputs) svg.append(make("path", { class: "output", d }));
  svg.append(...edges.map((e) => e.faint), ...edges.map((e) => e.group));
  for (const [name, [x, y, width, height]] of Object.entries(plan.boxes)) {
    const [cx, cy] = [x + width / 2, y + height / 2];
    svg.append(make("rect", { class: "box", "data-box": name, x, y, width, height, rx: 7 }),
      make("text", { x: cx, y: cy, transform: name === "concat" ? `rotate(90 ${cx} ${cy})` : null }, name));
  }
  const caption = make("div", {}, make("b", {}, `${kind} cell`), make("span", { class: "n3-soft" }, ` · ${plan.captions[kind]}`));
  return { figure: make("div", { class: "cell" }, caption, svg), edges };
};

// What the edge says at an epoch: its shares, the operation that leads, the one that is kept.
const drawEdge = (edge, now, plan, selected) => {
  const kept = now.record.kept[edge.id] || "", was = now.record.was[edge.id];
  const { op, share } = now.best(edge.id), width = plan.widest * share;
  const change = was === undefined ? "" : !kept ? "gone" : was ? "op" : "new";
  const { group, line, casing, faint, pill, text } = edge;
  for (const [key, value] of Object.entries({ kept, change, best: op, share: share.toFixed(4) })) group.dataset[key] = value;
  group.setAttribute("aria-pressed", String(edge.id === selected));
  faint.setAttribute("stroke-width", width.toFixed(2));
  faint.style.strokeOpacity = kept ? 0 : "";
  for (const el of [line, casing]) el.style.display = kept ? "" : "none";
  const colour = kept ? plan.ops[plainOp(kept)].colour : "none";
  line.setAttribute("stroke", colour);
  line.setAttribute("stroke-width", Math.max(3, width).toFixed(2));
  casing.setAttribute("stroke-width", (Math.max(3, width) + 3).toFixed(2));
  pill.setAttribute("fill", colour);
  text.textContent = kept || was ? plan.ops[plainOp(kept || was)].short : "";
  const marks = { "": "", gone: `, kept until the epoch before with ${was}`, new: ", newly kept", op: `, ${was} before` };
  const says = `${nameOf(edge.id)}: ${kept ? `${kept} is kept` : "not kept"}${marks[change]}; largest ᾱ ${share.toFixed(3)} (${op})`;
  group.setAttribute("aria-label", says);
  edge.title.textContent = says;
};

// All edges into the same node, best first, by the score that decides which two are kept.
const rivalsOf = (id, now, plan) => {
  const [kind, node] = id.split(":"), raw = plan.rank === "raw", table = make("div", { class: "rivals" });
  const score = ({ share, count }) => raw ? share : share * count;
  const rivals = Object.keys(plan.edges).filter((key) => key.startsWith(`${node}:`)).map((key) => ({ id: `${kind}:${key}`, ...now.best(`${kind}:${key}`) }));
  rivals.sort((a, b) => score(b) - score(a));
  for (const rival of rivals) {
    const kept = rival.id in now.record.kept, source = sourceOf(+rival.id.split(":")[2]), { colour, short } = plan.ops[plainOp(rival.op)];
    table.append(make(rival.id === id ? "b" : "span", {}, source), make("span", { class: "key", style: `background:${kept ? colour : "#6b7683"}` }, short),
      make("span", { "data-rival": rival.id }, score(rival).toFixed(2)), make("span", {}, kept ? "kept" : ""));
  }
  const says = `The ${rivals.length} edges into node ${+node + 1} by ${raw ? "the ᾱ of their best operation" : "how many even shares their best operation has (ᾱ·N_O)"}; two are kept:`;
  return make("div", { class: "n3-soft" }, says, table);
};

// The bars of the selected edge's operations, in Table 1's order.
const drawPanel = (panel, id, now, plan) => {
  const [kind, ...key] = id.split(":"), names = plan.menus[kind] && plan.menus[kind][key.join(":")];
  panel.dataset.edge = names ? id : "";
  if (!names) {
    panel.replaceChildren(make("span", { class: "n3-soft" }, "Click an edge, or press Tab and Enter, to see how its operations compete."));
    return;
  }
  const shares = now.shares(id), top = Math.max(...shares) > .5 ? 1 : .5, even = 1 / names.length, ops = make("div", { class: "ops" });
  names.forEach((op, i) => {
    const fill = make("div", { class: "fill", style: `width:${100 * shares[i] / top}%;background:${plan.ops[plainOp(op)].colour}` });
    const track = make("div", { class: "track" }, fill, make("div", { class: "even", style: `left:${100 * even / top}%` }));
    const kept = now.record.kept[id] === op ? " · kept" : "";
    ops.append(make("span", { title: plan.ops[plainOp(op)].words }, op), track, make("span", { "data-op": op, "data-share": shares[i] }, `${shares[i].toFixed(3)}${kept}`));
  });
  panel.replaceChildren(make("b", {}, nameOf(id)), make("span", { class: "n3-soft" }, ` · ᾱ of its ${names.length} operations; dashed: an even share, 1/${names.length} = ${even.toFixed(3)}`),
    make("div", { class: "split" }, ops, rivalsOf(id, now, plan)));
};

// One epoch of the model: its record and a way to read ᾱ. Epoch 0 has even shares.
const epochOf = (model) => {
  const plan = model.get("plan"), records = model.get("records"), cells = {};
  for (const kind of ["down", "up"]) {
    const at = {};
    let columns = 0;
    for (const [key, ops] of Object.entries(plan.menus[kind])) { at[key] = [columns, ops]; columns += ops.length; }
    cells[kind] = { at, columns, values: floatsOf(model.get(kind)) };
  }
  const epochs = Math.min(records.length, ...Object.values(cells).map((c) => Math.floor(c.values.length / c.columns)));
  const epoch = Math.max(0, Math.min(epochs, model.get("epoch")));
  const shares = (id) => {
    const [kind, node, source] = id.split(":"), { at, columns, values } = cells[kind], [start, ops] = at[`${node}:${source}`];
    return epoch ? [...values.subarray((epoch - 1) * columns + start, (epoch - 1) * columns + start + ops.length)] : ops.map(() => 1 / ops.length);
  };
  const best = (id) => {
    const found = shares(id), share = Math.max(...found), [kind, ...key] = id.split(":");
    return { op: cells[kind].at[key.join(":")][1][found.indexOf(share)], share, count: found.length };
  };
  return { epoch, epochs, shares, best, record: epoch ? records[epoch - 1] : { kept: {}, was: {}, news: "", count: 0, free: 0 } };
};

export default {
  render({ model, el }) {
    const box = root(el, "genotype", GRAPH_STYLE);
    const put = (changes) => { for (const [key, value] of Object.entries(changes)) model.set(key, value); model.save_changes(); };
    const slider = make("input", { type: "range", min: 1, max: 1, step: 1, "aria-label": "epoch", oninput: () => put({ epoch: Number(slider.value) }) });
    const [epochText, ofText, countText, freeText] = ["b", "span", "span", "span"].map((tag) => make(tag));
    const fill = make("div"), bar = make("div", { class: "bar", role: "progressbar", "aria-label": "count of this genotype against N_C", "aria-valuemin": 0 }, fill);
    epochText.className = "epoch";
    const head = make("div", { class: "n3-row head" }, epochText, ofText, slider, countText, bar, freeText);
    const cells = make("div", { class: "cells" }), legend = make("div", { class: "n3-row n3-soft legend" });
    const news = make("div", { class: "news", role: "status" }), panel = make("div", { class: "panel", "aria-live": "polite" });
    box.append(head, cells, legend, news, panel);

    const choose = (id) => put({ selected: model.get("selected") === id ? "" : id });
    let built, edges = [];
    const build = (plan) => {
      built = plan;
      const made = ["down", "up"].map((kind) => makeCell(kind, plan, choose));
      edges = made.flatMap((cell) => cell.edges);
      cells.style.setProperty("--least", `${.8 * plan.width}px`);
      cells.replaceChildren(...made.map((cell) => cell.figure));
      const keys = Object.values(plan.ops).map(({ colour, short, words }) => make("span", {}, make("span", { class: "key", style: `background:${colour}` }, short), words));
      legend.replaceChildren(...keys, make("span", {}, "grey: not kept · width: largest ᾱ"), make("span", { class: "key ring" }, "changed"));
    };
    const drawHead = ({ epoch, epochs, record }) => {
      const limit = model.get("limit"), plan = model.get("plan");
      slider.style.display = model.get("scrub") ? "" : "none";
      slider.style.visibility = epochs > 1 ? "" : "hidden";
      [slider.max, slider.value] = [Math.max(1, epochs), epoch];
      epochText.textContent = epoch ? `epoch ${epoch}` : "waiting for the first epoch";
      ofText.textContent = epoch ? `of ${epochs}` : "";
      countText.textContent = epoch ? `this genotype has been on top ${record.count} of N_C = ${limit} times` : "every operation still has the same share";
      freeText.textContent = epoch ? `weight-free ops ${record.free} of ${4 * plan.nodes}` : "";
      bar.style.visibility = epoch ? "" : "hidden";
      fill.style.width = `${Math.min(100, 100 * record.count / Math.max(1, limit))}%`;
      for (const [key, value] of Object.entries({ "aria-valuenow": record.count, "aria-valuemax": limit })) bar.setAttribute(key, value);
      news.textContent = record.news || "Here stands what each epoch changes.";
      news.classList.toggle("changed", Object.keys(record.was).length > 0);
    };
    const draw = () => {
      const plan = model.get("plan");
      if (built !== plan) build(plan);
      const now = epochOf(model), selected = model.get("selected");
      for (const edge of edges) drawEdge(edge, now, plan, selected);
      drawHead(now);
      drawPanel(panel, selected, now, plan);
      box.dataset.epoch = now.epoch;
      drawn(box);
    };
    // Left and right move through the epochs from anywhere in the graph; the slider does so by itself. Escape lets go of the edge.
    box.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key], { epoch, epochs } = epochOf(model);
      if (event.key === "Escape") put({ selected: "" });
      if (!step || event.target === slider || !epochs) return;
      event.preventDefault();
      put({ epoch: Math.max(1, Math.min(epochs, epoch + step)) });
    });
    const later = coalesce(draw), stop = listen(model, ["plan", "records", "down", "up", "limit", "epoch", "selected", "scrub"], later);
    draw();
    return stop;
  },
};
