// The charts of a report: drawn by Plotly when the reader comes near them, in the page's own colours.

export function showFigures() {
  const places = [...document.querySelectorAll("[data-figure]")];
  if (places.length === 0 || typeof Plotly === "undefined") return;
  const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) if (isIntersecting) { near.unobserve(target); show(target); }
  }, { rootMargin: "600px" });
  places.forEach((place) => near.observe(place));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => recolour(places));
  addEventListener("beforeprint", () => { places.forEach(show); recolour(places, "#111"); });
  addEventListener("afterprint", () => recolour(places));
}

function show(place) {
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  const { data, layout } = JSON.parse(document.getElementById(place.dataset.figure).textContent);
  const own = { ...layout, font: { ...layout.font, color: ink() }, autosize: true };
  delete own.width;
  Plotly.newPlot(place, data, own, { responsive: true, displayModeBar: false, scrollZoom: false });
}

function recolour(places, colour = ink()) {
  for (const place of places) if (place.dataset.drawn) Plotly.relayout(place, { "font.color": colour });
}

function ink() {
  return getComputedStyle(document.documentElement).getPropertyValue("--ink").trim() || "#444";
}
