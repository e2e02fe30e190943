// A lab in a page without a kernel: what Python does for the panels of a lab, done here. Where it
// stands is told by the page's address, such as #epoch=7&edge=down:1:1, so a link leads there.
import { decode } from "./page.js";

const modelOf = (name) => document.getElementById(name)?.model;

// Gzipped bytes, as a page holds them.
const unpack = async (packed) => {
  const stream = new Blob([decode(packed)]).stream();
  const whole = stream.pipeThrough(new DecompressionStream("gzip"));
  return new Response(whole).arrayBuffer();
};

class Shared {
  // `data` is from `_page_data`; `labels` holds one label of the case for each of `data.at`.
  constructor(data, labels) {
    this.data = data;
    this.labels = labels;
    this.clock = modelOf("clock");
    this.graph = modelOf("graph");
    this.alpha = modelOf("alpha");
    this.head = modelOf("head");
    this.panels = [this.graph, this.alpha, modelOf("loss")].filter(Boolean);
  }

  listen() {
    this.clock.on("change:value", () => this.goto(this.clock.get("value")));
    for (const panel of this.panels)
      panel.on("change:epoch", () => this.goto(panel.get("epoch")));
    this.graph?.on("change:selected", () => this.choose(this.graph.get("selected")));
    for (const name of ["cell", "selected"])
      this.alpha?.on(`change:${name}`, () => this.choose(this.lit()));
    window.addEventListener("hashchange", () => this.read());
  }

  // The edge that is lit among the plots, as the graph calls it.
  lit() {
    const place = this.alpha.get("selected");
    return place < 0 ? "" : `${this.alpha.get("cell")}:${this.data.edges[place].join(":")}`;
  }

  goto(epoch) {
    if (epoch === this.epoch || !(epoch >= 1 && epoch <= this.data.notes.length)) return;
    this.epoch = epoch;
    this.clock.set("note", this.data.notes[epoch - 1]);
    this.clock.set("value", epoch);
    for (const panel of this.panels) panel.set("epoch", epoch);
    if (this.head) this.paint(epoch);
    this.write();
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
    if (edge === this.edge) return;
    const [cell, ...place] = edge.split(":");
    const index = this.data.edges.findIndex((pair) => pair.join(":") === place.join(":"));
    if (edge && (index < 0 || !["down", "up"].includes(cell))) return;
    this.edge = edge;
    this.graph?.set("selected", edge);
    if (edge) this.alpha?.set("cell", cell);
    this.alpha?.set("selected", index);
    this.write();
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
