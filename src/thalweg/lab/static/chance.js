// Random numbers that a link can bring back: the same for the same seed.

/**
 * Numbers in [0, 1) from a whole number: a counter stepped by the golden ratio and mixed twice, as in SplitMix
 * (Steele, Lea & Flood, OOPSLA 2014), with 32 bits.
 */
export function randomNumbers(seed) {
  let counter = Math.imul(seed + 1, 0x85ebca6b) >>> 0;
  const next = () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let mixed = counter;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  /** A number from the normal distribution (Box and Muller 1958). */
  next.normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  /** The numbers 0 to count - 1 in random order. */
  next.order = (count) => {
    const order = Uint32Array.from({ length: count }, (_, place) => place);
    for (let last = count - 1; last > 0; last--) {
      const other = Math.floor(next() * (last + 1));
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  };
  return next;
}
