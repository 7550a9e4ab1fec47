// The words of a page in the language of its reader, and numbers as that language writes them.
// They stand in the page's element `words`: {code: {name, words: {"draw.clear": "Clear", ...}}}, English always.

const FIRST = "en";

/** Every language of the page: {code: {name, words}}. */
export const spoken = JSON.parse(globalThis.document?.getElementById("words")?.textContent ?? "{}");

let now = FIRST, plurals = new Intl.PluralRules(FIRST), grouped = new Intl.NumberFormat(FIRST), point = ".";

/** The language of `code`, else the browser's, else English. */
export function known(code) {
  const own = (globalThis.navigator?.language ?? FIRST).slice(0, 2);
  return [code, own].find((each) => each in spoken) ?? FIRST;
}

/** Speak a language from now on. */
export function speak(code) {
  const [locale] = [code, FIRST].filter((each) => { try { return Intl.getCanonicalLocales(each); } catch { return false; } });
  now = code;
  plurals = new Intl.PluralRules(locale);
  grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  point = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal").value;
}

/** The language that is spoken. */
export function language() { return now; }

/** A word with its places filled in; in English where the language has none. */
export function say(word, values = {}) {
  return sentence(word).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The same with elements in its places: an array of texts and elements. */
export function parts(word, values) {
  return sentence(word).split(/(\{\w+\})/).map((part) => (/^\{\w+\}$/.test(part) ? values[part.slice(1, -1)] : part));
}

/** A word of which so many are counted: "1 network", "8 networks". */
export function plural(word, number, values = {}) {
  const form = `${word}.${plurals.select(number)}`;
  return say(form in (spoken[now]?.words ?? {}) ? form : `${word}.other`, { count: count(number), ...values });
}

/** Whether there is such a word. */
export function has(word) { return word in (spoken[FIRST]?.words ?? {}); }

function sentence(word) {
  return spoken[now]?.words[word] ?? spoken[FIRST]?.words[word] ?? word;
}

/** A whole number with thousands: 13,002, or 13.002. */
export function count(number) { return grouped.format(Math.round(number)); }

/** A number as JavaScript writes it, with the decimal sign of the language. */
export function decimal(text) { return String(text).replace(".", point); }

/** The ends of an interval: [2.1, 3.4], or [2,1; 3,4] where a comma is the decimal sign. */
export function between(low, high) { return `[${low}${point === "," ? ";" : ","} ${high}]`; }

/** A number with so many digits after the decimal sign. */
export function fixed(number, digits) { return decimal(number.toFixed(digits)); }
