// What neurons do with their sums, and how steep that is: the twin of thalweg/networks/activations.py.

const ROOT = Math.sqrt(2 / Math.PI), CUBIC = 0.044715;

export const ACTIVATIONS = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(0, z),
  // the usual approximation by tanh (Hendrycks & Gimpel, arXiv:1606.08415), as in jax.nn.gelu
  gelu: (z) => 0.5 * z * (1 + Math.tanh(ROOT * (z + CUBIC * z * z * z))),
  step: (z) => (z > 0 ? 1 : 0),
};

/** How fast each rises at a sum; a step does not rise. */
export const SLOPES = {
  sigmoid: (z) => { const value = ACTIVATIONS.sigmoid(z); return value * (1 - value); },
  tanh: (z) => 1 - Math.tanh(z) ** 2,
  relu: (z) => (z > 0 ? 1 : 0),
  gelu: (z) => {
    const bent = Math.tanh(ROOT * (z + CUBIC * z * z * z));
    return 0.5 * (1 + bent) + 0.5 * z * (1 - bent * bent) * ROOT * (1 + 3 * CUBIC * z * z);
  },
  step: () => 0,
};
