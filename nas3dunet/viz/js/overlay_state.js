// The overlay viewer's state: the case as bytes, what follows from the traits, and how they are
// changed.
import { bytesOf, clamp } from "./common.js";
import { countPairs, greyTable, paintTable } from "./overlay_paint.js";

export const DATA = ["grid", "image", "truth", "prediction"];
export const PAINT = ["mode", "labels", "palette"];
export const MODES = ["prediction", "truth", "difference", "none"];

export class ViewerState {
  constructor(model) {
    this.model = model;
    this.tables = {};
    this.hovered = null; // the voxel under the mouse: {at, across}
    this.version = 0; // goes up when slices must be cut anew
  }

  get(name) {
    return this.model.get(name);
  }

  get modality() {
    return clamp(this.get("modality"), 0, this.grid.modalities.length - 1);
  }

  get views() {
    return this.grid.views[this.get("radiological") ? "radiological" : "neurological"];
  }

  get colours() {
    return this.get("legend")[this.get("palette")];
  }

  // What a mode needs and this case lacks, in words; empty when it can be shown.
  lacking(mode) {
    const { truth, prediction } = this.data.has;
    if (["truth", "difference"].includes(mode) && !truth) return "this case has no truth";
    if (["prediction", "difference"].includes(mode) && !prediction)
      return "no prediction is loaded";
    return "";
  }

  // What is painted: the mode that was asked for, or else the first that the case can show.
  get mode() {
    const wanted = [this.get("mode"), "prediction", "truth", "none"];
    return wanted.find((mode) => !this.lacking(mode));
  }

  get nextMode() {
    const free = MODES.filter((mode) => !this.lacking(mode));
    return free[(free.indexOf(this.mode) + 1) % free.length];
  }

  get levelWidth() {
    const [low, high] = this.get("window");
    return [(low + high) / 2, high - low];
  }

  // The voxel counts of each pair of labels, counted when first asked for.
  get pairs() {
    this.counted ||= countPairs(this.data);
    return this.counted;
  }

  load() {
    this.grid = this.get("grid");
    const [a, b, c] = this.grid.size;
    const none = new Uint8Array(a * b * c);
    const truth = bytesOf(this.get("truth"));
    const prediction = bytesOf(this.get("prediction"));
    const has = { truth: truth.length > 0, prediction: prediction.length > 0 };
    this.data = {
      size: this.grid.size,
      image: bytesOf(this.get("image")),
      offset: 0,
      truth: has.truth ? truth : none,
      prediction: has.prediction ? prediction : none,
      has,
    };
    this.counted = null;
    this.hovered = null;
  }

  // After trait `name` has changed (null: all of them), bring up to date what is computed from it.
  refresh(name) {
    const any = (names) => name === null || names.includes(name);
    if (any(DATA)) this.load();
    if (any([...DATA, "modality"])) this.data.offset = this.modality * this.data.truth.length;
    if (any(["window"])) this.tables.grey = greyTable(this.get("window"));
    if (any([...DATA, ...PAINT]))
      this.tables.paint = paintTable(this.mode, this.get("labels"), this.grid, this.colours);
    if (any([...DATA, ...PAINT, "modality", "window", "radiological"])) this.version++;
  }
}
