// Inside: what first weights look like and how random that is, what excites a neuron, what networks dream.

import { Views } from "../views.js";
import { buildDreams } from "../inside/dreams.js";
import { buildGuess } from "../inside/guess.js";
import { buildNeuron } from "../inside/neuron.js";
import { buildWeights } from "../inside/first.js";
import { say } from "../../../page/static/words.js";

export const inside = {
  name: "inside",
  build(bench, root, parts) {
    const all = [
      { name: "weights", words: say("inside.weights"), build: (place) => buildWeights(bench, parts, place) },
      { name: "guess", words: say("inside.guess"), build: (place) => buildGuess(bench, parts, place) },
      { name: "neuron", words: say("inside.neuron"), build: (place) => buildNeuron(bench, parts, place) },
      { name: "dreams", words: say("inside.dreams"), build: (place) => buildDreams(bench, parts, place) },
    ];
    return new Views(bench, root, say("shell.what_to_look_at"), all, "weights");
  },
};
