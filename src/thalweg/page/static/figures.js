// The charts of a report: drawn by Plotly when the reader comes near them, in the page's own colours.

import { dressed, inkOn } from "./colours.js";

const NIGHT = "(prefers-color-scheme: dark)";

export function showFigures() {
  const places = [...document.querySelectorAll("[data-figure]")];
  if (places.length === 0 || typeof Plotly === "undefined") return;
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) { near.unobserve(target); show(target); }
  }, { rootMargin: "600px" });
  places.forEach((place) => near.observe(place));
  matchMedia(NIGHT).addEventListener("change", () => recolour(places));
  addEventListener("beforeprint", () => { places.forEach((place) => show(place)); recolour(places, "#111", false); });
  addEventListener("afterprint", () => recolour(places));
}

function show(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  plot(place, ink(), matchMedia(NIGHT).matches);
}

function recolour(places, colour = ink(), dark = matchMedia(NIGHT).matches) {
  for (const place of places) if (place.dataset.drawn) plot(place, colour, dark);
}

function plot(place, colour, dark) {
  const { data, layout } = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  const own = { ...layout, font: { ...layout.font, color: colour }, autosize: true };
  delete own.width;
  const traces = dressed(data, dark);
  const drawn = Plotly.react(place, traces, own, { responsive: true, displayModeBar: false, scrollZoom: false });
  drawn.then(() => {
    if (!place.dataset.watched) place.on("plotly_afterplot", () => inkCells(place));
    place.dataset.watched = "yes";
    inkCells(place);
  });
}

/** Numbers in the cells of a map in black or white, whichever can be read: Plotly's grey often cannot. */
function inkCells(place) {
  const map = place.data.find(({ type, texttemplate }) => type === "heatmap" && texttemplate);
  if (!map) return;
  const cells = [...place.querySelectorAll(".heatmap-label")].filter((cell) => Number.isFinite(cell.__data__?.z));
  const most = map.zmax ?? Math.max(...cells.map((cell) => cell.__data__.z)), least = map.zmin ?? 0;
  for (const cell of cells) {
    const share = (cell.__data__.z - least) / (most - least || 1);
    for (const text of cell.querySelectorAll("text")) text.style.fill = inkOn(map.colorscale, share);
  }
}

function ink() {
  return getComputedStyle(document.documentElement).getPropertyValue("--ink").trim() || "#444";
}
