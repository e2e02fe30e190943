// The overlay viewer: which event sets which trait, and what is drawn after it. The whole case lies
// here as bytes; slices are cut, windowed and painted in the browser, and no kernel is ever asked.
import { clamp, coalesce, drawn, listen, make, onSize, root } from "./common.js";
import { drawCourse } from "./overlay_course.js";
import { HELP, makePage, OVERLAY_STYLE, showControls, showModalities } from "./overlay_page.js";
import { drawPlane, fit, layOut } from "./overlay_planes.js";
import { DATA, PAINT, ViewerState } from "./overlay_state.js";
import { legend, readout } from "./overlay_words.js";

const SEEN = ["cursor", "modality", "opacity", "window", "radiological", "smooth", "boxes"];
const TRAITS = [...DATA, ...PAINT, ...SEEN, "title", "caption", "course"];

// Put the planes' canvases on the stage; one that is taken out and put back would lose the focus.
const showCanvases = (stage, planes) => {
  const there = [...stage.children];
  const same = there.length === planes.length && planes.every((p, i) => p.canvas === there[i]);
  if (!same) stage.replaceChildren(...planes.map((p) => p.canvas));
};

export class Viewer {
  constructor(model, box) {
    this.model = model;
    this.box = box;
    this.planes = [];
    this.own = false; // is a trait being set by this viewer itself?
    this.state = new ViewerState(model);
    const set = (name, value) => this.put(name, value);
    const look = (level, width) => this.setWindow(level, width);
    this.fit = model.get("fit"); // in a lab: one plane, until the panel is enlarged
    this.page = makePage(box, this.state, set, look, this.fit);
    this.tell = coalesce(() => model.save_changes());
    this.sayLegend = coalesce(() => this.page.legend.replaceChildren(...legend(this.state)));
  }

  // ---- what the user does: set a trait, draw at once, tell the kernel when the frame is done

  put(name, value) {
    this.own = true;
    this.model.set(name, value);
    this.own = false;
    this.refresh(name);
    this.draw();
    this.tell();
  }

  // Move the crosshair; false if it stays, such as at the last slice.
  moveTo(cursor) {
    const next = cursor.map((v, i) => clamp(v, 0, this.state.grid.shape[i] - 1));
    if (next.join() === this.state.get("cursor").join()) return false;
    this.put("cursor", next);
    return true;
  }

  moveBy(axis, step) {
    return this.moveTo(this.state.get("cursor").map((v, i) => (i === axis ? v + step : v)));
  }

  setWindow(level, wanted) {
    const width = clamp(wanted, 0.02, 2);
    this.put("window", [level - width / 2, level + width / 2]);
  }

  changeOpacity(tenths) {
    const opacity = Math.round(this.state.get("opacity") * 10 + tenths) / 10;
    this.put("opacity", clamp(opacity, 0, 1));
  }

  // ---- what is drawn: after trait `name` has changed (null: all of them)

  refresh(name) {
    const any = (names) => name === null || names.includes(name);
    this.state.refresh(name);
    if (any(DATA)) {
      const set = (trait, value) => this.put(trait, value);
      showModalities(this.page, this.state.grid.modalities, set);
    }
    if (any(["grid", "radiological"])) this.layOut();
    if (any(["boxes"])) fit(this.state, this.planes);
    if (any([...DATA, ...PAINT])) this.sayLegend();
    if (name !== "cursor") showControls(this.page, this.state);
    if (any(["course"])) this.drawCourse();
  }

  drawCourse() {
    const { course, dice } = this.page;
    drawCourse(course, dice, this.state.get("course"), this.fit);
  }

  get views() {
    const { views } = this.state;
    const big = this.box.closest(".n3-screen")?.dataset.big === "head";
    return this.fit && !big ? views.filter((view) => view.name === "axial") : views;
  }

  get room() {
    const { clientWidth, clientHeight } = this.page.stage;
    if (this.fit) return { room: clientWidth || 300, highest: clientHeight || 200, least: 80 };
    return { room: this.box.clientWidth || 920, highest: 460, least: 150 };
  }

  layOut() {
    const canvasOf = (name) => this.canvas(name);
    this.planes = layOut(this.state, this.views, this.planes, this.room, canvasOf);
    showCanvases(this.page.stage, this.planes);
    fit(this.state, this.planes);
  }

  draw() {
    for (const p of this.planes) drawPlane(this.state, p);
    this.read();
    drawn(this.box);
  }

  read() {
    this.page.read.replaceChildren(...readout(this.state));
  }

  // ---- mouse and keys of one plane

  canvas(name) {
    const canvas = make("canvas", {
      tabindex: 0,
      "data-plane": name,
      role: "application",
      "aria-label": `${name} plane; ${HELP}`,
      oncontextmenu: (event) => event.preventDefault(),
    });
    const plane = () => this.planes.find((p) => p.canvas === canvas);
    canvas.addEventListener("pointerdown", (event) => this.press(event, plane()));
    canvas.addEventListener("pointermove", (event) => this.point(event, plane()));
    canvas.addEventListener("pointerleave", () => this.leave());
    canvas.addEventListener("lostpointercapture", () => this.release());
    canvas.addEventListener("keydown", (event) => this.walk(event, plane()));
    const roll = (event) => this.roll(event, plane());
    canvas.addEventListener("wheel", roll, { passive: false });
    return canvas;
  }

  voxel(event, plane) {
    const corner = plane.canvas.getBoundingClientRect();
    return plane.voxel(event.clientX - corner.left, event.clientY - corner.top);
  }

  press(event, plane) {
    plane.canvas.focus({ preventScroll: true });
    plane.canvas.setPointerCapture(event.pointerId);
    if (event.button === 0) this.moveTo(this.voxel(event, plane));
  }

  point(event, plane) {
    const at = this.voxel(event, plane);
    this.state.hovered = { at, across: plane.view.across };
    if (event.buttons & 2) {
      const [level, width] = this.state.levelWidth;
      this.setWindow(clamp(level + event.movementY / 400, 0, 1), width + event.movementX / 300);
      return;
    }
    const moved = event.buttons & 1 && this.moveTo(at);
    if (!moved) this.read();
  }

  release() {} // a drag that began on a plane has ended; painters ask

  leave() {
    this.state.hovered = null;
    this.read();
  }

  // 40 pixels of the wheel are a slice, once the plane has been clicked; before, and at the last
  // slice, the page scrolls.
  roll(event, plane) {
    if (document.activeElement !== plane.canvas) return;
    plane.wheel = (plane.wheel || 0) + event.deltaY * (event.deltaMode ? 40 : 1);
    const full = Math.abs(plane.wheel) >= 40;
    const { across, step } = plane.view;
    if (!full || this.moveBy(across, plane.wheel < 0 ? step : -step)) event.preventDefault();
    if (full) plane.wheel = 0;
  }

  walk(event, plane) {
    const { x, y, flip_x, flip_y, across, step } = plane.view;
    const by = event.shiftKey ? 10 : 1;
    const right = flip_x ? -by : by;
    const down = flip_y ? -by : by;
    const moves = {
      ArrowLeft: [x, -right],
      ArrowRight: [x, right],
      ArrowUp: [y, -down],
      ArrowDown: [y, down],
      PageUp: [across, step * by],
      PageDown: [across, -step * by],
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.state.hovered = null;
    this.moveBy(...move);
  }

  // ---- keys of the whole viewer

  hear(event) {
    const count = this.state.grid.modalities.length;
    const acts = {
      m: () => this.put("modality", (this.state.get("modality") + 1) % count),
      d: () => this.put("mode", this.state.nextMode),
      "[": () => this.changeOpacity(-1),
      "]": () => this.changeOpacity(1),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return;
    event.preventDefault();
    act();
  }

  // ---- what others change (the kernel, another view) is drawn once per frame

  follow() {
    const news = new Set();
    const catchUp = coalesce(() => {
      if (DATA.some((name) => news.has(name))) this.refresh(null);
      else for (const name of news) this.refresh(name);
      news.clear();
      this.draw();
    });
    const hear = (name) => {
      if (this.own) return;
      news.add(name);
      catchUp();
    };
    const ends = TRAITS.map((name) => listen(this.model, [name], () => hear(name)));
    return () => {
      for (const end of ends) end();
    };
  }
}

// The widget that shows a case with this kind of viewer.
export const showing = (Kind) => ({
  render({ model, el }) {
    const box = root(el, "overlay", OVERLAY_STYLE, model);
    const viewer = new Kind(model, box);
    box.addEventListener("keydown", (event) => viewer.hear(event));
    const silent = viewer.follow();
    // before anything is drawn: what is drawn may change the size
    const settled = onSize(viewer.fit ? viewer.page.stage : box, () => {
      viewer.layOut();
      viewer.draw();
    });
    viewer.refresh(null);
    viewer.draw();
    return () => {
      settled();
      silent();
    };
  },
});
