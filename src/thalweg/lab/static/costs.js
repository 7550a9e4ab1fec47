// What an answer costs: the twin of thalweg/networks/costs.py, one example at a time.

/** The cost of logits against the right class, and whether the largest is the right one's. */
export function costOf(cost, logits, label) {
  const best = logits.reduce((most, value, place) => (value > logits[most] ? place : most), 0);
  return { cost: COSTS[cost](logits, label), isRight: best === label };
}

const COSTS = {
  quadratic: (logits, label) => 0.5 * logits.reduce((sum, z, place) => sum + (1 / (1 + Math.exp(-z)) - (place === label ? 1 : 0)) ** 2, 0),
  "cross-entropy": (logits, label) => {
    const most = Math.max(...logits);
    return most + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - most), 0)) - logits[label];
  },
  "binary-cross-entropy": (logits, label) => logits.reduce((sum, z, place) => sum + softplus(place === label ? -z : z), 0),
};

function softplus(z) {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}
