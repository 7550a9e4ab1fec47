// Train: live where a server is behind the page, and as it was recorded everywhere.

import { button, h } from "../dom.js";
import { lacking } from "../shell.js";
import { Film } from "../train/film.js";
import { Live } from "../train/live.js";

export const train = {
  name: "train",
  build(bench, root, { film, training }) {
    const canTrain = bench.isLive && !training.missing;
    const live = canTrain ? new Live(bench, training) : null, recorded = film.missing ? null : new Film(bench, film);
    let view = live ? "live" : "film";
    const tabs = h("p", { class: "buttons", role: "group", "aria-label": "Which training" });
    const show = (wanted) => {
      view = wanted === "film" && recorded ? "film" : live ? "live" : "film";
      if (live) live.root.hidden = view !== "live";
      if (recorded) recorded.root.hidden = view !== "film";
      for (const each of tabs.children) each.setAttribute("aria-pressed", String(each.dataset.view === view));
    };
    if (live && recorded) {
      tabs.append(button("Train now", () => { show("live"); bench.changed(); }, { "data-view": "live" }), button("As it was recorded", () => { show("film"); recorded.show(); bench.changed(); }, { "data-view": "film" }));
      root.append(tabs);
    }
    if (live) root.append(live.root);
    else root.append(h("p", { class: "soft" }, "Without a server this page cannot train; `thalweg lab` can. Here is how its networks were trained."));
    root.append(recorded ? recorded.root : lacking(film));
    show(view);
    return {
      state: () => ({ view, ...(view === "live" ? live.settings.state() : recorded ? { place: recorded.place.value } : {}) }),
      restore: (state) => {
        live?.restore(state);
        if (recorded && state.place !== undefined) { recorded.place.set(Number(state.place)); recorded.show(); }
        show(state.view ?? view);
      },
      lock: (names) => live?.settings.lock(names),
      leave: () => { live?.leave(); recorded?.leave(); },
    };
  },
};
