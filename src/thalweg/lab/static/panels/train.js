// Train: live where a server is behind the page, and as it was recorded everywhere.

import { button, h } from "../dom.js";
import { lacking } from "../lacking.js";
import { Film } from "../train/film.js";
import { Live } from "../train/live.js";
import { say } from "../../../page/static/words.js";

export const train = {
  name: "train",
  hasKeys: true,
  build(bench, root, { film, training }) {
    const canTrain = bench.isLive && !training.missing;
    const live = canTrain ? new Live(bench, training) : null, recorded = film.missing ? null : new Film(bench, film);
    let view = live ? "live" : "film";
    const tabs = h("p", { class: "buttons", role: "group", "aria-label": say("train.which") });
    const show = (wanted) => {
      view = wanted === "film" && recorded ? "film" : live ? "live" : "film";
      if (live) live.root.hidden = view !== "live";
      if (recorded) recorded.root.hidden = view !== "film";
      for (const each of tabs.children) each.setAttribute("aria-pressed", String(each.dataset.view === view));
    };
    if (live && recorded) {
      tabs.append(button(say("train.now"), () => { show("live"); bench.changed(); }, { "data-view": "live" }), button(say("train.recorded"), () => { show("film"); recorded.show(); bench.changed(); }, { "data-view": "film" }));
      root.append(tabs);
    }
    if (live) root.append(live.root);
    else root.append(h("p", { class: "soft" }, say("train.no_server")));
    root.append(recorded ? recorded.root : lacking(film));
    show(view);
    if (live) root.addEventListener("keydown", (event) => live.key(event));
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
