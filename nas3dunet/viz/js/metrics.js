// The metric playground (viz.metrics): the overlay viewer with a brush. What is painted shows at
// once; Python hears of it, one message at a time, and answers with the scores.
import { askFor, coalesce, listen, make, put } from "./common.js";
import {
  bothLegends,
  colourBrushes,
  makeScores,
  makeTools,
  METRICS_STYLE,
} from "./metrics_page.js";
import { showing, Viewer } from "./overlay.js";
import { legend } from "./overlay_words.js";

const SCORED = ["scores", "message", "steps", "empty", "hd95", "done"];

// Voxels around a middle: a disc in the plane across `across`, or a ball.
const brushOffsets = (width, ball, across) => {
  const radius = width / 2;
  const reach = Math.floor(radius);
  const span = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const found = [];
  for (const s of span)
    for (const c of span)
      for (const a of span) {
        const at = [s, c, a];
        const inside = s * s + c * c + a * a <= radius * radius;
        if (inside && (ball || at[across] === 0)) found.push(at);
      }
  return found;
};

// Voxels on the straight way from one to another, the first left out.
const between = (from, to) => {
  const steps = Math.max(1, ...to.map((v, i) => Math.abs(v - from[i])));
  const at = (k) => to.map((v, i) => Math.round(from[i] + ((v - from[i]) * k) / steps));
  return Array.from({ length: steps }, (_, k) => at(k + 1));
};

class Painter extends Viewer {
  constructor(model, box) {
    super(model, box);
    box.classList.add("n3-metrics");
    box.append(make("style", {}, METRICS_STYLE));
    this.tool = { value: null, width: 3, ball: false }; // value null: only look
    this.pending = new Map(); // voxel → value, not yet told
    this.later = []; // what is to be asked once everything is told
    this.stroke = 0; // the id of the newest one
    this.stroking = false; // does a brush follow the pointer?
    this.tools = makeTools(model, this.tool, (act, more) => this.ask(act, more));
    this.table = makeScores(model);
    this.page.stage.before(this.tools.box);
    this.page.stage.after(this.page.legend, this.table.box);
    this.sayLegend = coalesce(() => this.drawLegend());
  }

  drawLegend() {
    const { model, state } = this;
    colourBrushes(this.box, model);
    this.page.legend.replaceChildren(...bothLegends(model, state.mode, legend(state)));
  }

  get room() {
    const highest = window.innerHeight < 820 ? 210 : 300; // the scores stay on the screen
    return { ...super.room, highest, least: 120 };
  }

  follow() {
    const silent = super.follow();
    const draw = coalesce(() => this.drawNumbers());
    const deaf = listen(this.model, SCORED, draw);
    const onDone = listen(this.model, ["done"], () => this.tellStroke());
    draw();
    return () => [silent, deaf, onDone].forEach((end) => end());
  }

  drawNumbers() {
    this.tools.draw();
    this.table.draw();
    this.box.dataset.done = this.model.get("done");
  }

  // ---- what is told: one stroke is on its way at most, the rest waits and goes together

  get busy() {
    return (this.model.get("stroke").n || 0) > this.model.get("done");
  }

  tellStroke() {
    if (this.busy) return;
    if (this.pending.size) {
      const n = 1 + (this.model.get("stroke").n || 0);
      const at = [...this.pending.keys()];
      const to = [...this.pending.values()];
      this.pending.clear();
      put(this.model, { stroke: { n, id: this.stroke, at, to } });
    } else if (this.later.length) askFor(this.model, this.later.splice(0));
  }

  ask(act, more = {}) {
    this.later.push({ act, ...more });
    this.tellStroke();
  }

  // ---- the brush

  // A stroke is one step that can be undone; all views of a playground count them together.
  begin() {
    this.stroke = 1 + (this.model.get("stroke").id || 0);
  }

  dab(middle, across) {
    const { start, size } = this.state.grid;
    const { value, width, ball } = this.tool;
    for (const offset of brushOffsets(width, ball, across)) {
      const at = middle.map((v, i) => v + offset[i] - start[i]);
      if (!at.every((v, i) => v >= 0 && v < size[i])) continue;
      const voxel = (at[0] * size[1] + at[1]) * size[2] + at[2];
      if (this.state.data.prediction[voxel] === value) continue;
      this.state.data.prediction[voxel] = value;
      this.pending.set(voxel, value);
    }
  }

  paint(places, plane) {
    for (const at of places) this.dab(at, plane.view.across);
    this.state.version++;
    this.state.counted = null;
    this.sayLegend();
    this.draw();
    this.tellStroke();
  }

  press(event, plane) {
    super.press(event, plane); // the crosshair goes along, so that all planes show the place
    if (event.button !== 0 || this.tool.value === null) return;
    this.begin();
    this.stroking = true;
    this.last = this.voxel(event, plane);
    this.paint([this.last], plane);
  }

  point(event, plane) {
    if (!this.stroking || !(event.buttons & 1)) {
      super.point(event, plane); // also a drag that began outside of the planes
      return;
    }
    const at = this.voxel(event, plane);
    this.paint(between(this.last, at), plane);
    this.last = at;
  }

  release() {
    this.stroking = false;
  }

  // ---- keys: space paints at the crosshair, a label's number takes its brush, 0 erases

  walk(event, plane) {
    if (event.key === " ") {
      event.preventDefault();
      if (this.tool.value === null) return;
      this.begin();
      this.paint([this.state.get("cursor")], plane);
    } else super.walk(event, plane);
  }

  hear(event) {
    const held = event.ctrlKey || event.metaKey;
    const known = this.model.get("paints").map(({ value }) => String(value));
    if (held && event.key === "z") {
      event.preventDefault();
      this.ask("undo");
    } else if (!held && event.target.tagName === "CANVAS" && known.includes(event.key)) {
      this.tools.take(Number(event.key));
    } else if (event.key === "Delete") this.ask("delete");
    else super.hear(event);
  }
}

export default showing(Painter);
