// What the page does besides the pad and the charts: opens folded parts for print, and closes them after.

/** A table behind a chart stays folded: on paper, fifty of them would bury what was found. */
export function preparePrinting() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")]
      .filter((part) => part.closest(".finding")?.querySelector("[data-figure]") == null);
    opened.forEach((part) => { part.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((part) => { part.open = false; }));
}
