// What the filters of convolutional layers make of a picture: a small picture each, layer by layer.

import { h, table } from "../dom.js";
import { channelsOf } from "../inside/hidden.js";
import { counted, plain } from "../wording.js";
import { say } from "../../../page/static/words.js";

const MOST = 24;

/** Shows the activations of every convolutional layer of one member; the table says their sizes. */
export class Filters {
  constructor(networks) {
    this.networks = networks;
    this.root = h("div", { class: "filters" });
    this.layers = [];
  }

  /** `layers`: what `trace` found of the convolutions and their pooling; [] for nothing. */
  set(layers) {
    this.layers = layers.filter(({ kind }) => kind === "convolution").map(({ values, shape }) => measured(values, shape));
    this.root.replaceChildren(...this.layers.flatMap((layer, depth) => this.shown(layer, depth)));
  }

  shown({ maps, order, most, shape: [height, width, filters] }, depth) {
    const { pool } = this.networks, kept = order.slice(0, MOST).sort((one, other) => one - other);
    const title = say(pool > 1 ? "draw.diagram.layer_of_filters_pooled" : "draw.diagram.layer_of_filters", { layer: depth + 1, filters: counted(filters, "filter"), pool });
    return [
      h("p", { class: "soft" }, title, filters > MOST ? ` ${say("draw.diagram.maps_few", { count: MOST })}` : ""),
      h("ul", { class: "maps-of" }, kept.map((filter) => h("li", {}, painted(maps[filter].values, height, width, most, say("draw.diagram.map", { number: filter + 1, most: plain(maps[filter].most) }))))),
    ];
  }

  /** A table a layer: of each filter its largest and its mean activation. */
  tables() {
    return this.layers.map(({ maps }, depth) => table(say("draw.diagram.layer", { layer: depth + 1 }),
      [say("draw.diagram.filter_of", { layer: depth + 1 }), say("draw.diagram.largest"), say("draw.diagram.mean")],
      maps.map(({ most, mean }, filter) => [String(filter + 1), plain(most), plain(mean)])));
  }
}

function measured(values, shape) {
  const maps = channelsOf(values, shape).map((own) => ({
    values: own, most: own.reduce((best, value) => Math.max(best, value), -Infinity), mean: own.reduce((sum, value) => sum + value, 0) / own.length,
  }));
  const order = maps.map((_, filter) => filter).sort((one, other) => maps[other].most - maps[one].most);
  return { maps, order, shape, most: Math.max(maps[order[0]].most, 1e-9) };
}

/** Activations as brightness, by the largest of the layer; what is below zero is black. */
function painted(values, height, width, most, words) {
  const canvas = h("canvas", { role: "img", "aria-label": words, title: words, width, height }), pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  values.forEach((value, pixel) => {
    const share = Math.min(1, Math.max(0, value / most));
    image.data.set([share, share, share, 1].map((part) => Math.round(255 * part)), 4 * pixel);
  });
  pen.putImageData(image, 0, 0);
  return canvas;
}
