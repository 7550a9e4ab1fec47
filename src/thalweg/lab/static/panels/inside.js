// Inside: what first weights look like and how random that is, what excites a neuron, what networks dream.

import { Views } from "../views.js";
import { buildDreams } from "../inside/dreams.js";
import { buildGuess } from "../inside/guess.js";
import { buildNeuron } from "../inside/neuron.js";
import { buildWeights } from "../inside/first.js";

export const inside = {
  name: "inside",
  build(bench, root, parts) {
    const all = [
      { name: "weights", words: "First weights", build: (place) => buildWeights(bench, parts, place) },
      { name: "guess", words: "Which is trained?", build: (place) => buildGuess(bench, parts, place) },
      { name: "neuron", words: "What excites a neuron", build: (place) => buildNeuron(bench, parts, place) },
      { name: "dreams", words: "Dreams", build: (place) => buildDreams(bench, parts, place) },
    ];
    return new Views(bench, root, "What to look at", all, "weights");
  },
};
