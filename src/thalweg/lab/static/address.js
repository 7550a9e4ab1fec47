// The state of the page in its address: `#panel=noise&noise.kind=uniform`, `#lesson=noise&step=2&language=de`.

/** Return {view..., panels: {name: {key: value}}} of the address. */
export function readAddress(hash = location.hash) {
  const found = { panels: {} };
  for (const [key, value] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const dot = key.indexOf(".");
    if (dot < 0) found[key] = value;
    else (found.panels[key.slice(0, dot)] ??= {})[key.slice(dot + 1)] = typed(value);
  }
  return found;
}

/** The address of a view, and of its panel in some state. */
export function addressOf(view, panel = null, state = {}) {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(view)) if (value !== null && value !== undefined) words.set(key, value);
  for (const [key, value] of Object.entries(state)) words.set(`${panel}.${key}`, String(value));
  return `#${words}`;
}

/** Write the state of the view and of its panel into the address, without another entry in the history. */
export function writeAddress(view, panel = null, state = {}) {
  const text = addressOf(view, panel, state);
  if (text !== location.hash) history.replaceState(null, "", text);
}

function typed(text) {
  if (text === "true" || text === "false") return text === "true";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}
