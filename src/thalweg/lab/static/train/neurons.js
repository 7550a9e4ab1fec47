// First-layer weights as pictures, while they change.

import { h } from "../dom.js";
import { halves } from "../../../page/static/network.js";
import { largest, paintWeights } from "../../../page/static/weights.js";
import { say } from "../../../page/static/words.js";

/** Return {root, set}: `set(values, count, shape, words)` shows `count` neurons' weights of inputs of `shape`. */
export function neurons() {
  const list = h("ul", { class: "neurons" }), said = h("figcaption", { class: "soft" }), root = h("figure", {}, list, said);
  const set = (values, count, shape, words) => {
    while (list.children.length < count) list.append(h("li", {}, h("canvas", { class: "pixels", role: "img" })));
    while (list.children.length > count) list.lastChild.remove();
    const scale = largest(values), size = values.length / count;
    [...list.children].forEach((item, neuron) => {
      const [height, width] = shape.length > 1 ? shape : [1, size], channels = size / (height * width), own = values.subarray(neuron * size, (neuron + 1) * size);
      paintWeights(item.firstChild, channels === 1 ? own : summed(own, channels), height, width, scale);
      item.firstChild.setAttribute("aria-label", say("train.neuron", { number: neuron + 1 }));
    });
    said.textContent = words;
  };
  return { root, set };
}

export function unpackHalves(text) {
  return halves(text);
}

function summed(values, channels) {
  return Float32Array.from({ length: values.length / channels }, (_, place) => values.subarray(place * channels, (place + 1) * channels).reduce((sum, value) => sum + value, 0));
}
