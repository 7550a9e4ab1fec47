// Colours of heights, low is dark: cividis, which reads the same to everybody (Nunez, Anderton & Renslow, PLoS ONE 13, 2018).

const STOPS = [[0, 34, 78], [18, 53, 112], [59, 73, 108], [87, 93, 109], [112, 113, 115], [138, 134, 120], [165, 156, 116], [195, 179, 105], [225, 204, 85], [254, 232, 56]];

/** [red, green, blue] of a share from 0 (low) to 1 (high). */
export function heightColour(share) {
  const place = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 1)) * (STOPS.length - 1), left = Math.min(STOPS.length - 2, Math.floor(place));
  return STOPS[left].map((level, channel) => Math.round(level + (place - left) * (STOPS[left + 1][channel] - level)));
}

/** How a cost is shown: as it is, or its logarithm, as a share of what there is. */
export function shownHeight({ low, high }, isLog) {
  if (!isLog) return (value) => (value - low) / (high - low || 1);
  const floor = Math.max(low, high * 1e-6, 1e-12), [from, to] = [Math.log(floor), Math.log(high)];
  return (value) => (Math.log(Math.max(value, floor)) - from) / (to - from || 1);
}
