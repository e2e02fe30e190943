// How the lab fits one screen: which panel stands where, in two layouts; heights are fixed, so
// nothing jumps. 130 pixels of a window are JupyterLab's own.
import { PALETTE } from "./palette.js";

const WIDE = `
@container n3lab (min-width: 1160px) {
  .n3-screen {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) minmax(0, .92fr);
    grid-template-rows: 38px 36% minmax(0, 1fr) 31% 62px;
    grid-template-areas:
      "bar bar bar" "graph graph head" "edge alpha head" "edge alpha loss" "say say say";
  }
  .n3-screen:not([data-tab=numbers]) .n3-tab[data-tab=alpha] {
    background: var(--n3-mark); color: var(--n3-page);
  }
  .n3-screen .n3-dice .n3-brief { display: none; }
  .n3-screen .n3-tab[data-tab=edge], .n3-screen .panel .n3-tabs { display: none; }
}`;

const NARROW = `
@container n3lab (max-width: 1209.9px) {
  .n3-screen:not([data-big=head]) .n3-word, .n3-screen .n3-wide { display: none; }
}
@container n3lab (max-width: 1159.9px) {
  .n3-screen .n3-dice .n3-spelled { display: none; }
  .n3-screen {
    grid-template-columns: minmax(0, 1fr) 31%;
    grid-template-rows: 36px 44% minmax(0, 1fr) 31% 58px;
    grid-template-areas:
      "bar bar" "graph head" "deep head" "deep loss" "say say";
  }
  .n3-screen .panel, .n3-screen .n3-place-alpha { grid-area: deep; }
  .n3-screen:not([data-big=alpha]) .n3-alphas :is(.n3-figures, .n3-free br, .n3-free .n3-soft) {
    display: none !important;
  }
  .n3-screen:not([data-big=alpha]) .n3-alphas .n3-free b { font-size: 14px; }
  .n3-screen:not([data-big=alpha]) .n3-alphas .n3-free { padding: 0 10px; }
  .n3-screen:not([data-big=alpha]) .n3-alphas .n3-free canvas {
    width: 62px !important; height: 19px !important;
  }
  .n3-screen:not([data-tab=alpha], [data-tab=numbers], [data-big=alpha]) .n3-place-alpha,
  .n3-screen:is([data-tab=alpha], [data-tab=numbers]):not([data-big=edge]) .panel {
    visibility: hidden;
  }
}`;

// Where each part stands; the graph's own parts stand in the screen's grid themselves.
const PLACES = `
.n3-lab { container: n3lab / inline-size; width: 100%; overflow: visible; }
.n3-screen {
  display: grid; gap: 6px; box-sizing: border-box; width: 100%; position: relative;
  height: clamp(560px, calc(100vh - 132px), 980px); overflow: hidden;
  background: var(--jp-layout-color0, #fff);
}
.n3-lab:fullscreen {
  overflow: auto; padding: 8px; box-sizing: border-box; background: var(--jp-layout-color0, #fff);
}
.n3-lab:fullscreen .n3-screen { height: calc(100vh - 16px); }
.n3-screen > * { margin: 0; min-width: 0; min-height: 0; }
.n3-place-graph, .n3-place-graph > .n3-genotype { display: contents; }
.n3-place-bar { grid-area: bar; }
.n3-screen > .n3-place-foot { grid-area: say; margin-left: calc(37% + 6px); }
.n3-screen > .n3-place-graph .news { grid-area: say; margin-right: 63%; }
.n3-screen .cells { grid-area: graph; }
.n3-screen .panel { grid-area: edge; }
.n3-place-alpha { grid-area: alpha; } .n3-place-loss { grid-area: loss; }
.n3-place-head { grid-area: head; }
.n3-screen .n3-place-alpha, .n3-screen .n3-place-loss, .n3-screen .n3-place-head,
.n3-screen .cells, .n3-screen .panel {
  border: 1px solid var(--jp-border-color2, #dde2e8); border-radius: 7px; overflow: hidden;
}
.n3-place-head > *, .n3-place-head .lm-Widget { height: 100%; margin: 0; overflow: hidden; }
.n3-screen .n3-fit { height: 100%; box-sizing: border-box; }
.n3-screen[data-big=graph] .cells, .n3-screen[data-big=edge] .panel,
.n3-screen[data-big=alpha] .n3-place-alpha, .n3-screen[data-big=loss] .n3-place-loss,
.n3-screen[data-big=head] .n3-place-head {
  grid-row: 2 / -2; grid-column: 1 / -1; z-index: 5; background: var(--jp-layout-color0, #fff);
}`;

const PARTS = `
.n3-screen .n3-grow {
  padding: 0 5px; margin-left: auto; border: none; background: none; font-size: 14px;
}
.n3-screen .n3-tabs { display: inline-flex; }
.n3-screen .n3-tab { border-radius: 0; margin-right: -1px; padding: 0 9px; }
.n3-screen .n3-tab:first-child { border-radius: 5px 0 0 5px; }
.n3-screen .n3-tab:last-child { border-radius: 0 5px 5px 0; }
.n3-screen .n3-bar-title { display: flex; align-items: center; gap: 8px; min-width: 0; }
.n3-place-bar {
  display: flex; align-items: center; gap: 8px; overflow: visible; flex-wrap: nowrap;
}
.n3-place-bar > .n3-time { flex: 1 1 auto; min-width: 0; }
.n3-place-bar .widget-button { margin: 0 2px 0 0; padding: 0 9px; }
.n3-place-bar .widget-html, .n3-place-bar .widget-hbox { margin: 0; flex: none; }
.n3-place-bar .widget-html-content { line-height: 28px; }
.n3-place-bar [data-state] {
  display: inline-block; min-width: 52px; text-align: center; line-height: 20px;
}
.n3-place-bar .widget-button:first-child { width: 84px !important; }
.n3-settings {
  display: none; position: absolute; z-index: 9; top: 42px; right: 8px; padding: 8px 12px;
  background: var(--jp-layout-color0, #fff); border: 1px solid var(--jp-border-color1, #bbb);
  border-radius: 7px; box-shadow: 0 4px 14px #0003;
}
.n3-screen[data-gear=on] .n3-settings { display: flex; }
.n3-place-foot { overflow: hidden auto; font-size: 12px; }
.n3-place-foot .widget-html { margin: 0; min-height: 0; height: auto; flex: none; }
.n3-place-foot .widget-html-content { line-height: 14.4px; font-size: 11.5px; }
.n3-place-foot:has([role=status]) .n3-line .widget-html-content {
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}
.n3-guess { flex-flow: row wrap; align-items: center; gap: 1px 4px; overflow: visible; }
.n3-guess .widget-html { flex: 0 1 auto; min-width: 0; }
.n3-guess .widget-html-content { white-space: normal; }
.n3-guess .widget-button { margin: 0; padding: 0 7px; height: 21px; line-height: 20px; }
.n3-scores { margin-top: 10px; }`;

const CLOCK = `
.n3-clock {
  display: flex; align-items: center; gap: 7px; width: 100%; box-sizing: border-box;
  background: none; white-space: nowrap;
}
.n3-clock .n3-track { position: relative; flex: 1 1 120px; min-width: 80px; height: 30px; }
.n3-clock input[type=range] {
  position: absolute; left: 0; bottom: 3px; width: 100%; height: 18px; margin: 0;
  accent-color: var(--n3-mark);
}
.n3-clock .n3-mark {
  position: absolute; top: -4px; transform: translateX(-50%); color: ${PALETTE.winner};
  font-size: 13px;
  pointer-events: none;
}
.n3-clock .n3-stood {
  position: absolute; top: 4px; height: 3px; border-radius: 2px; background: ${PALETTE.winner};
  pointer-events: none;
}
.n3-clock .n3-stood span {
  position: absolute; right: 100%; top: -6px; margin-right: 5px; color: ${PALETTE.winner};
  font-size: 11px; line-height: 14px; white-space: nowrap;
}
.n3-clock .n3-epoch { min-width: 3.6em; text-align: right; }
.n3-clock .n3-play { min-width: 38px; font-size: 11px; height: 26px; }
.n3-clock .n3-star { min-width: 3.4em; color: ${PALETTE.winner}; font-weight: 700; }
.n3-clock button.n3-star[aria-pressed=true] {
  background: ${PALETTE.winner}; border-color: ${PALETTE.winner}; color: #fff;
}
.n3-clock .n3-help {
  display: none; position: absolute; z-index: 9; top: 42px; right: 8px; width: min(640px, 90%);
  max-height: calc(100vh - 220px); overflow: auto; padding: 10px 14px; white-space: normal;
  background: var(--n3-page);
  border: 1px solid var(--n3-line); border-radius: 7px; box-shadow: 0 4px 14px #0003;
}
.n3-screen[data-help=on] .n3-help { display: block; }
.n3-glossary { display: grid; grid-template-columns: max-content 1fr; gap: 3px 12px; margin: 0; }
.n3-glossary dt { font-weight: 700; } .n3-glossary dd { margin: 0; }
.n3-clock .n3-help p { margin: 0 0 8px; }
.n3-clock [hidden] { display: none; }`;

export const LAB_STYLE = [PLACES, WIDE, NARROW, PARTS, CLOCK].join("\n");
