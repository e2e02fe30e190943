// The lab's one clock: a slider over the epochs, a star where the winner is, and a button that
// plays the epochs; beside it what the screen as a whole can do: settings, help, full screen.
import { clamp, coalesce, drawn, listen, make, onSize, put, root, within } from "./common.js";
import { LAB_STYLE } from "./lab_style.js";
import { glossary, meaning } from "./words.js";

const TRAITS = ["value", "max", "star", "playing", "note", "since"];
const PACE = 700; // milliseconds for which a replay shows an epoch
const TICKED = new WeakMap(); // clock → when it went on last: each of its views has a timer
const HELP =
  "Slider, ← → : epoch · click an edge or a small plot: its race · ↑ ↓ : the next edge · " +
  "click in the head: crosshair, then wheel: slice · d: prediction, truth, difference · " +
  "⤢ enlarges a panel, Esc shrinks it · ★ is the epoch whose genotype the search ended with";

// What the bar that ends at the star says, as far as there is room, at pixels a letter.
const STOOD = ["from here on the winner's cells", "decided"];
const LETTER = 6;

const COUNT =
  "how often the genotype of this epoch, the same two cells, has come out on top so far; " +
  `N_C: ${meaning("N_C")}`;

const flip = (screen, name) => {
  screen.dataset[name] = screen.dataset[name] === "on" ? "" : "on";
};

// Four corners, since fonts lack the sign for a full screen.
const corners = () => {
  const d = "M1 5V1H5M9 1H13V5M13 9V13H9M5 13H1V9";
  const look = { d, fill: "none", stroke: "currentColor", "stroke-width": 1.8 };
  return make("svg", { width: 14, height: 14, "aria-hidden": "true" }, make("path", look));
};

// All elements; `acts` says what pressing them leads to.
const makePage = (box, acts) => {
  const button = (name, text, title) => {
    const more = { type: "button", title, "aria-label": title };
    return make("button", { class: `n3-${name}`, onclick: acts[name], ...more }, text);
  };
  const slide = { type: "range", min: 1, step: 1, "aria-label": "epoch" };
  const page = {
    play: button("play", "▶", "replay the epochs"),
    slider: make("input", { ...slide, oninput: acts.slide }),
    mark: make("span", { class: "n3-mark", "aria-hidden": "true" }, "★"),
    stood: make("span", { class: "n3-stood", "aria-hidden": "true" }, make("span")),
    read: make("b", { class: "n3-epoch" }),
    star: button("star", "★ winner", "go to the winner: the genotype that the search ended with"),
    note: make("span", { class: "n3-soft n3-note n3-term", title: COUNT }),
    gear: button("gear", "⚙", "settings: N_C and learning rates"),
    keys: button("keys", "?", "what the words mean, what can be clicked, keys"),
    full: button("full", corners(), "full screen, and back"),
    help: make("div", { class: "n3-help", role: "note" }, make("p", {}, HELP), glossary()),
  };
  const track = make("span", { class: "n3-track" }, page.slider, page.stood, page.mark);
  const { play, read, star, note, gear, keys, full, help } = page;
  box.append(play, make("span", { class: "n3-soft" }, "epoch"), track, read);
  box.append(star, note, gear, keys, full, help);
  return page;
};

class Clock {
  constructor(model, box) {
    this.model = model;
    this.box = box;
    this.timer = null;
    this.page = makePage(box, {
      play: () => this.play(),
      slide: () => this.go(Number(this.page.slider.value)),
      star: () => this.go(model.get("star")),
      gear: () => flip(this.screen, "gear"),
      keys: () => flip(this.screen, "help"),
      full: () => this.full(),
    });
  }

  get screen() {
    return this.box.closest(".n3-screen") || this.box;
  }

  // Whoever moves the epoch by hand ends the replay.
  go(epoch) {
    put(this.model, { value: clamp(epoch, 1, this.model.get("max")), playing: false });
  }

  // From the epoch shown to the newest, or from the first if it stands there.
  play() {
    const { model } = this;
    const playing = !model.get("playing") && model.get("max") > 1;
    const again = playing && model.get("value") >= model.get("max");
    put(model, again ? { value: 1, playing } : { playing });
  }

  tick() {
    const { model } = this;
    const now = performance.now();
    if (now - TICKED.get(model) < 0.9 * PACE) return; // another view was first
    TICKED.set(model, now);
    const next = model.get("value") + 1;
    if (next > model.get("max")) put(model, { playing: false });
    else put(model, { value: next });
  }

  full() {
    const lab = this.box.closest(".n3-lab") || this.screen;
    if (document.fullscreenElement) document.exitFullscreen();
    else lab.requestFullscreen();
  }

  // A lab that waits for its reader brings the page to itself, once.
  arrive() {
    if (!this.model.get("come")) return;
    put(this.model, { come: false });
    bring(this.screen);
  }

  // Start or end the timer that plays; there is one at most.
  wind() {
    const playing = this.model.get("playing");
    if (playing && this.timer === null) this.timer = setInterval(() => this.tick(), PACE);
    if (!playing) this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  // The star at the winner, at the end of a bar over the epochs in which it stood.
  drawWinner(value, max, star, since) {
    const { page } = this;
    const share = (epoch) => (max > 1 ? (epoch - 1) / (max - 1) : 0);
    const place = (part) => `${part} * (100% - 16px)`;
    for (const el of [page.star, page.mark, page.stood]) {
      el.style.visibility = star ? "" : "hidden";
    }
    page.star.setAttribute("aria-pressed", String(star > 0 && star === value));
    page.mark.style.left = `calc(8px + ${place(share(star))})`;
    page.stood.style.left = `calc(8px + ${place(share(since))})`;
    page.stood.style.width = `calc(${place(share(star) - share(since))})`;
    const room = share(since) * page.slider.clientWidth; // beside the bar
    page.stood.firstChild.textContent = STOOD.find((says) => LETTER * says.length < room) || "";
  }

  draw() {
    const [value, max, star, playing, note, since] = TRAITS.map((name) => this.model.get(name));
    const { page, box } = this;
    this.wind();
    page.slider.max = max;
    page.slider.value = value;
    page.slider.disabled = max < 2;
    page.play.disabled = max < 2;
    page.play.setAttribute("aria-pressed", String(playing));
    const inWords = this.model.get("alone"); // a page without a kernel has nothing else to press
    if (inWords) page.play.textContent = playing ? "❚❚ pause" : "▶ play";
    else page.play.textContent = playing ? "❚❚" : "▶";
    page.read.textContent = note ? `${value} / ${max}` : "–";
    this.drawWinner(value, max, star, since);
    page.note.textContent = note;
    page.gear.hidden = !this.model.get("gear");
    Object.assign(box.dataset, { epoch: value, star, playing });
    drawn(box);
  }
}

// Bring the screen into view, whole.
const bring = (screen) => screen.scrollIntoView({ block: "start" });

// Escape gives an enlarged panel's place back, and closes what stands open.
const hearScreen = (screen) => {
  // whatever a button of the bar starts, starts in front of the reader
  screen.addEventListener("click", (event) => {
    if (event.target.closest(".n3-place-bar .widget-button")) bring(screen);
  });
  screen.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const name of ["big", "gear", "help"]) screen.dataset[name] = "";
  });
};

export default {
  render({ model, el }) {
    const box = root(el, "clock", LAB_STYLE);
    const clock = new Clock(model, box);
    const redraw = coalesce(() => clock.draw());
    const silent = listen(model, TRAITS, redraw);
    const deaf = onSize(box, redraw);
    clock.draw();
    within(box, ".n3-screen", hearScreen);
    const arrival = setTimeout(() => clock.arrive(), 400);
    return () => {
      clearTimeout(arrival);
      clock.stop();
      silent();
      deaf();
    };
  },
};
