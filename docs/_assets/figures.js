// The guide's figures: drawn in the colours of the site's scheme, which its reader may change.

(() => {
  const { dressed } = module0; // colours.js, which stands before this
  const dark = () => document.body.dataset.mdColorScheme === "slate";

  const draw = (place) => {
    const { data, layout } = JSON.parse(document.getElementById(place.dataset.figure).textContent);
    const colour = getComputedStyle(document.body).getPropertyValue("color");
    const own = { ...layout, font: { ...layout.font, color: colour }, autosize: true };
    delete own.width;
    Plotly.react(place, dressed(data, dark()), own, { responsive: true, displayModeBar: false });
  };

  const all = () => document.querySelectorAll(".plot[data-figure]").forEach(draw);
  all();
  new MutationObserver(all).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
})();
