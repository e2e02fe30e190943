// How the graph of a cell, its legend and the panel under it look, alone and in a lab.
import { PALETTE } from "./palette.js";

export const GRAPH_STYLE = `
.n3-genotype { padding: 8px 10px; --changed: ${PALETTE.changed}; }
.n3-genotype .epoch { font-size: 17px; font-weight: 700; min-width: 5.6em; }
.n3-genotype .bar {
  width: 130px; height: 8px; border-radius: 4px; background: var(--n3-line); overflow: hidden;
}
.n3-genotype .bar div { height: 100%; background: var(--n3-mark); transition: width 150ms; }
.n3-genotype .head { min-height: 28px; }
.n3-genotype input[type=range] { flex: 1 1 120px; max-width: 260px; accent-color: var(--n3-mark); }
.n3-genotype .cells {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, var(--least)), 1fr));
  gap: 4px 22px; margin-top: 6px;
}
.n3-genotype .cell { overflow-x: auto; }
.n3-genotype svg { display: block; width: 100%; }
.n3-genotype svg text {
  fill: var(--n3-ink); font-size: 12px; text-anchor: middle; dominant-baseline: central;
  pointer-events: none;
}
.n3-genotype path { fill: none; }
.n3-genotype .box { fill: var(--n3-card); stroke: var(--n3-soft); stroke-opacity: .55; }
.n3-genotype .output {
  stroke: var(--n3-soft); stroke-opacity: .5; stroke-width: 1.2; stroke-dasharray: 2 3;
}
.n3-genotype .faint {
  stroke: var(--n3-soft); stroke-opacity: .38;
  transition: stroke-width 150ms, stroke-opacity 150ms;
}
.n3-genotype .case { stroke: var(--n3-page); }
.n3-genotype .line { transition: stroke-width 150ms, stroke 150ms; }
.n3-genotype .hit { stroke: transparent; stroke-width: 15; pointer-events: stroke; }
.n3-genotype .glow {
  stroke: var(--n3-mark); stroke-opacity: 0; stroke-width: 15; stroke-linecap: round;
}
.n3-genotype .edge { cursor: pointer; outline: none; }
.n3-genotype .edge:hover .glow { stroke-opacity: .16; }
.n3-genotype .edge[aria-pressed=true] .glow { stroke-opacity: .3; }
.n3-genotype .edge:focus-visible .glow { stroke-opacity: .45; }
.n3-genotype .pill { transition: fill 150ms; }
.n3-genotype svg .edge text { font-weight: 700; fill: #fff; }
.n3-genotype .halo { fill: none; }
.n3-genotype .edge[data-change=gone] .pill {
  fill: var(--n3-page); stroke: var(--changed); stroke-width: 1.3; stroke-dasharray: 3 2;
}
.n3-genotype svg .edge[data-change=gone] text {
  fill: var(--n3-soft); font-weight: 400; text-decoration: line-through;
}
.n3-genotype .edge[data-change=new] .halo, .n3-genotype .edge[data-change=op] .halo {
  fill: var(--changed);
}
.n3-genotype .legend { gap: 4px 12px; margin-top: 6px; font-size: 12px; }
.n3-genotype .key {
  border-radius: 9px; padding: 0 7px; color: #fff; font-weight: 700; margin-right: 4px;
  display: inline-block;
}
.n3-genotype .key.unkept {
  background: none; color: var(--n3-ink); font-weight: 400;
  box-shadow: inset 0 0 0 2px var(--own);
}
.n3-genotype .ring {
  color: var(--n3-soft); font-weight: 400; border: 3px solid var(--changed); padding: 0 6px;
}
.n3-genotype .gone {
  color: var(--n3-soft); font-weight: 400; border: 1px dashed var(--changed); padding: 0 6px;
  text-decoration: line-through;
}
.n3-genotype .news {
  border-left: 4px solid var(--n3-line); padding: 1px 10px; margin: 8px 0; height: 4.2em;
  overflow-y: auto;
}
.n3-genotype .news.changed { border-color: var(--changed); }
.n3-genotype .panel {
  background: var(--n3-card); border-radius: 6px; padding: 8px 12px; box-sizing: border-box;
}
.n3-genotype .panel:not([data-edge=""]) { min-height: 190px; }
.n3-genotype .split {
  display: flex; flex-wrap: wrap; gap: 6px 30px; align-items: flex-start; margin-top: 6px;
}
.n3-genotype .rivals {
  display: grid; grid-template-columns: repeat(4, max-content); gap: 3px 12px; margin-top: 5px;
  color: var(--n3-ink);
}
.n3-genotype .rivals .key {
  justify-self: start; min-width: 30px; text-align: center; font-size: 12px;
}
.n3-genotype .split > * { flex: 1 1 330px; }
.n3-genotype .ops {
  display: grid; grid-template-columns: max-content minmax(120px, 1fr) 7.5em; gap: 4px 10px;
  align-items: center;
}
.n3-genotype .track {
  position: relative; height: 14px; background: var(--n3-page); border-radius: 3px;
}
.n3-genotype .fill { height: 100%; border-radius: 3px; transition: width 150ms; }
.n3-genotype .star { color: ${PALETTE.winner}; font-weight: 700; margin-left: 6px; }
.n3-genotype :is(.caption, .steady:not(:empty)) { margin-left: 8px; }
.n3-genotype .star.lost { color: inherit; font-weight: 400; }
.n3-genotype [hidden] { display: none; }
.n3-fit.n3-genotype .head { display: none; }
.n3-fit .cells {
  grid-template-columns: 1fr 1fr; gap: 2px 10px; margin: 0; padding: 3px 6px;
  grid-template-rows: minmax(0, 1fr) auto; box-sizing: border-box;
}
.n3-fit.n3-genotype .legend {
  grid-column: 1 / -1; margin: 0; gap: 1px 10px; font-size: 11.5px; line-height: 1.35;
}
.n3-fit.n3-genotype .legend > span { white-space: nowrap; }
.n3-fit.n3-genotype .legend .key { font-size: 11px; padding: 0 5px; }
.n3-fit .cell { overflow: hidden; display: flex; flex-direction: column; min-height: 0; }
.n3-fit .cell svg {
  flex: 1 1 0; min-height: 0; min-width: 0 !important; max-width: none !important;
}
.n3-fit .cell svg text { font-size: 15px; }
.n3-fit .cell svg .edge text { font-size: 15px; }
.n3-fit .caption { font-size: 12px; }
.n3-fit :is(.n3-whole, .panel .title) {
  flex: 1 1 0; min-width: 0; display: flex; flex-wrap: wrap; height: 1.4em; overflow: hidden;
}
.n3-fit :is(.n3-whole, .panel .title) > * { white-space: pre; }
.n3-fit .news { height: auto; margin: 0; font-size: 12px; line-height: 1.2; padding: 0 10px; }
.n3-fit .panel:not([data-edge=""]) { min-height: 0; }
.n3-fit .panel { padding: 4px 10px; overflow: hidden auto; background: var(--n3-page); }
.n3-fit .panel .title { font-size: 12.5px; }
.n3-fit .split { gap: 6px 24px; margin-top: 3px; }
.n3-fit .panel { display: flex; flex-direction: column; }
.n3-fit .body {
  flex: 1 1 0; min-height: 0; display: flex; flex-direction: column; font-size: 12.5px;
}
.n3-fit .ops { gap: 2px 10px; }
.n3-fit .ops button.op {
  border: none; background: none; padding: 0; text-align: left; line-height: 1.3;
  text-decoration: underline dotted 1px; text-underline-offset: 3px;
}
.n3-fit .ops button.op:hover { color: var(--n3-mark); }
.n3-fit .what-if { min-height: 2.7em; margin-top: 5px; color: var(--n3-ink); line-height: 1.35; }
.n3-fit .what-if:is([data-state=hint], [data-state=busy]) { color: var(--n3-soft); }
.n3-fit .race {
  flex: 1 1 30px; min-height: 34px; margin-top: 3px; display: flex; flex-direction: column;
}
.n3-fit .race span { font-size: 11.5px; }
.n3-fit .race svg {
  flex: 1 1 0; min-height: 0; box-sizing: border-box; border: 1px solid var(--n3-line);
  border-width: 0 0 1px 1px;
}
.n3-fit .race .level { stroke: var(--n3-soft); stroke-dasharray: 2 3; }
.n3-fit .race .now { stroke: var(--n3-mark); stroke-width: 1.4; }
.n3-fit .split > * { flex: 1 1 260px; }
.n3-fit .ops { grid-template-columns: max-content minmax(60px, 1fr) 7.2em; }
.n3-genotype .even-name {
  position: relative; height: 13px; font-size: 11px; line-height: 13px; color: var(--n3-soft);
}
.n3-genotype .even-name span { position: absolute; white-space: nowrap; margin-left: -2px; }
.n3-genotype .even {
  position: absolute; top: -3px; bottom: -3px; border-left: 2px dashed var(--n3-ink);
}
`;
