// A lab, or runs side by side, in a page without a kernel: what Python does for the panels, done
// here. Where it stands is told by the page's address, such as #epoch=7&edge=down:1:1, so a link
// leads there.
import { decode } from "./page.js";

const modelOf = (name) => document.getElementById(name)?.model;

// The panels of a kind: that of a lab, or those of all runs, graph-0, graph-1, …
const modelsOf = (name) =>
  [...document.querySelectorAll(`[id="${name}"], [id^="${name}-"]`)].map((el) => el.model);

// Gzipped bytes, as a page holds them.
const unpack = async (packed) => {
  const stream = new Blob([decode(packed)]).stream();
  const whole = stream.pipeThrough(new DecompressionStream("gzip"));
  return new Response(whole).arrayBuffer();
};

class Shared {
  // `data` comes from Python; `labels` holds one label of the case for each of `data.at`.
  constructor(data, labels) {
    this.data = data;
    this.labels = labels;
    this.clock = modelOf("clock");
    this.graphs = modelsOf("graph");
    this.alphas = modelsOf("alpha");
    this.losses = modelsOf("loss");
    this.head = modelOf("head");
    this.difference = modelOf("difference");
    this.moving = false;
  }

  listen() {
    this.clock.on("change:value", () => this.goto(this.clock.get("value")));
    for (const panel of [...this.graphs, ...this.alphas, ...this.losses])
      panel.on("change:epoch", () => this.goto(panel.get("epoch")));
    for (const graph of this.graphs)
      graph.on("change:selected", () => this.choose(graph.get("selected")));
    for (const alpha of this.alphas)
      for (const name of ["cell", "selected"])
        alpha.on(`change:${name}`, () => this.choose(this.lit(alpha)));
    this.difference?.on("change:cell", () => this.turn(this.difference.get("cell")));
    window.addEventListener("hashchange", () => this.read());
  }

  // While it moves the panels, it hears none of them.
  move(act) {
    if (this.moving) return;
    this.moving = true;
    act();
    this.moving = false;
    this.write();
  }

  // The edge that is lit among the plots, as the graph calls it.
  lit(alpha) {
    const place = alpha.get("selected");
    return place < 0 ? "" : `${alpha.get("cell")}:${this.data.edges[place].join(":")}`;
  }

  goto(epoch) {
    if (epoch === this.epoch || !(epoch >= 1 && epoch <= this.data.notes.length)) return;
    this.move(() => this.show(epoch));
  }

  // A run that ended earlier stays at its end.
  show(epoch) {
    this.epoch = epoch;
    this.clock.set("note", this.data.notes[epoch - 1]);
    this.clock.set("value", epoch);
    for (const panels of [this.graphs, this.alphas, this.losses])
      panels.forEach((panel, i) => panel.set("epoch", Math.min(epoch, this.data.lasts[i])));
    if (this.head) this.paint(epoch);
    if (this.difference) this.compare(epoch);
  }

  // What differs at an epoch: the sentence, the numbers of each run, and the marks of its graph
  // after its end.
  compare(epoch) {
    const { said, lines, late, lasts } = this.data;
    const [head, rest] = said[epoch - 1];
    this.difference.set("head", head);
    this.difference.set("rest", rest);
    this.graphs.forEach((graph, i) => {
      document.getElementById(`line-${i}`).textContent = ` · ${lines[i][epoch - 1]}`;
      const records = graph.get("records");
      const was = late[i][Math.max(0, epoch - lasts[i])];
      graph.set("records", [...records.slice(0, -1), { ...records.at(-1), was }]);
    });
  }

  // What the network of the epoch, or the newest before it that was asked, made of the case.
  paint(epoch) {
    const { at, course } = this.data;
    const index = at.findLastIndex((known) => known <= epoch);
    if (index < 0) return;
    const size = this.labels.byteLength / at.length;
    this.head.set("prediction", new DataView(this.labels, index * size, size));
    this.head.set("caption", `painted by the network of epoch ${at[index]}`);
    if (course) this.head.set("course", { ...course, shown: at[index] });
  }

  choose(edge) {
    const [cell, ...place] = edge.split(":");
    const index = this.data.edges.findIndex((pair) => pair.join(":") === place.join(":"));
    if (edge === this.edge || (edge && (index < 0 || !["down", "up"].includes(cell)))) return;
    this.move(() => this.light(edge, cell, index));
  }

  light(edge, cell, index) {
    this.edge = edge;
    for (const graph of this.graphs) graph.set("selected", edge);
    for (const alpha of this.alphas) {
      if (edge) alpha.set("cell", cell);
      alpha.set("selected", index);
    }
    if (edge && this.difference) this.face(cell);
  }

  // Where a column has room for one cell, this one.
  face(cell) {
    this.difference.set("cell", cell);
    for (const alpha of this.alphas) alpha.set("cell", cell);
    const { classList } = document.querySelector(".n3-beside");
    for (const kind of ["down", "up"]) classList.toggle(`n3-cell-${kind}`, kind === cell);
  }

  // The same edge of the other cell; where none is chosen, the cell alone.
  turn(cell) {
    if (this.edge) this.choose([cell, ...this.edge.split(":").slice(1)].join(":"));
    else this.move(() => this.face(cell));
  }

  write() {
    const edge = this.edge ? `&edge=${this.edge}` : "";
    history.replaceState(null, "", `#epoch=${this.epoch}${edge}`);
  }

  // Go where the address says, as far as it says something that is there.
  read() {
    const said = new URLSearchParams(location.hash.slice(1));
    if (said.get("edge")) this.choose(said.get("edge"));
    this.goto(Number(said.get("epoch")));
  }
}

export const share = async (data) => {
  const labels = data.labels ? await unpack(data.labels) : null;
  const { hash } = location;
  const page = new Shared(data, labels);
  page.choose(data.edge);
  page.goto(data.epoch);
  history.replaceState(null, "", hash || "#");
  page.read();
  page.listen();
  page.write();
  document.body.dataset.ready = "1";
};
