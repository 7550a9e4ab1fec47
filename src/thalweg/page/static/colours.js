// Colours by day and by night: what is drawn for white paper, as it must be on black.

const PAPER = 0.1, DENSER = 1.6, LIT = 0.28;

/** Return the traces of a chart in the colours of the day, or of the night: maps, bands, and marks on maps. */
export function dressed(traces, dark) {
  return dark ? traces.map(byNight) : traces;
}

function byNight(trace) {
  const own = { ...trace };
  if (Array.isArray(own.colorscale)) own.colorscale = own.colorscale.map(([place, colour]) => [place, turned(colour)]);
  if (own.fill === "tonexty" && own.fillcolor) own.fillcolor = denser(own.fillcolor);
  for (const part of ["line", "marker", "textfont", "error_x", "error_y"]) if (own[part]) own[part] = seen(own[part]);
  if (own.marker?.line) own.marker = { ...own.marker, line: seen(own.marker.line) };
  return own;
}

/** The same hue with light and dark exchanged: white, the paper of the day, becomes the paper of the night. */
export function turned(colour) {
  const parts = channels(colour);
  if (parts === null) return colour;
  const lift = 1 + PAPER - Math.max(...parts) - Math.min(...parts);
  const lifted = parts.map((part) => Math.round(255 * Math.min(1, Math.max(0, part + lift))));
  return `rgb(${lifted.join(",")})`;
}

/** Black or white, whichever stands out more from the colour at `share` of a scale. */
export function inkOn(scale, share) {
  const above = Math.max(1, scale.findIndex(([place]) => place >= Math.min(1, Math.max(0, share))));
  const [[low, from], [high, to]] = [scale[above - 1], scale[above]];
  const way = (Math.min(1, Math.max(0, share)) - low) / (high - low || 1);
  const [first, second] = [channels(from), channels(to)];
  const light = luminance(first.map((part, place) => part + way * (second[place] - part)));
  return light > 0.179 ? "#000" : "#fff"; // where the contrast to either is the same (WCAG 2)
}

function luminance(parts) {
  const linear = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

/** A line, mark or bar as it is seen by night: black and white exchanged, other colours a little lighter. */
function seen(style) {
  const other = { black: "#f0f0ec", white: "#16181a" };
  if (typeof style.color !== "string") return style;
  const parts = channels(style.color);
  const lit = parts && `rgb(${parts.map((part) => Math.round(255 * (part + LIT * (1 - part)))).join(",")})`;
  return { ...style, color: other[style.color] ?? lit ?? style.color };
}

/** A band's colour with more of it: what is faint on white is hardly seen on black. */
function denser(colour) {
  return colour.replace(/,\s*([\d.]+)\)$/, (_, opacity) => `,${Math.min(1, DENSER * Number(opacity))})`);
}

function channels(colour) {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (hex) return hex.slice(1).map((part) => parseInt(part, 16) / 255);
  const rgb = /^rgb\((\d+),\s*(\d+),\s*(\d+)\)$/.exec(colour);
  return rgb ? rgb.slice(1).map((part) => Number(part) / 255) : null;
}
