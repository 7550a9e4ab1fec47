// What every panel stands on: the parts of the page, the example at hand, the voice, the address, the server.

import { lacks } from "./lacking.js";
import { unpack } from "../../page/static/network.js";
import { say } from "../../page/static/words.js";

const PATIENCE = 1000;

export class Bench extends EventTarget {
  constructor(about, live) {
    super();
    this.about = about;
    this.isLive = live; // a server is behind the page: it can train
    this.parts = new Map([["about", Promise.resolve(about)]]);
    this.subject = null; // the example at hand: {values, label, called}; every panel may choose another
    this.member = 0; // which one network is looked at
    this.spoke = 0;
    this.voice = null;
  }

  /** Less movement is wanted. */
  get isCalm() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  /** Pictures, rather than rows of features. */
  get isPictures() {
    return this.about.kind === "pictures";
  }

  /**
   * A part by name: in the page, or asked of the server. {missing, command} where it cannot be had. Where all of it
   * was there it is asked for once; else again, the next time: it may have been made meanwhile.
   */
  part(name) {
    if (!this.parts.has(name)) this.parts.set(name, this.found(name).then((part) => {
      if (this.isLive && lacks(part)) this.parts.delete(name);
      return part;
    }));
    return this.parts.get(name);
  }

  async found(name) {
    const source = document.getElementById(`part-${name}`);
    if (source !== null) return JSON.parse(source.textContent);
    if (!this.isLive) return { missing: say("shell.saved_without"), command: "" };
    const answer = await fetch(`api/parts/${name}`);
    if (answer.ok) return answer.json();
    return { missing: say("shell.not_given", { status: answer.status }), command: "" };
  }

  /** The networks of the page, ready to answer; see page/static/network.js. */
  async networks() {
    this.unpacked ??= this.part("networks").then((packed) => {
      if (packed.missing) this.unpacked = null;
      return packed.missing ? packed : unpack(packed);
    });
    return this.unpacked;
  }

  /** The examples of the page: {values: [Float32Array 0..1 or features], labels, called, share_right, shape}. */
  async examples() {
    this.read ??= this.part("examples").then((packed) => {
      if (packed.missing) this.read = null;
      return packed.missing ? packed : unpackExamples(packed);
    });
    return this.read;
  }

  /** Take another example to all panels. */
  choose(subject) {
    this.subject = subject;
    this.dispatchEvent(new Event("subject"));
  }

  /** The state of the panel changed: the address shall say so. */
  changed() {
    this.dispatchEvent(new Event("changed"));
  }

  /** Tell a screen reader, at most once a second and only the last of what there was to say. */
  say(words) {
    clearTimeout(this.later);
    const wait = Math.max(0, this.spoke + PATIENCE - Date.now());
    this.later = setTimeout(() => { this.spoke = Date.now(); this.voice.textContent = words; }, wait);
  }

  /** Ask the server to do something. Returns its JSON; throws an Error with its words where it refuses. */
  async ask(path, body = {}) {
    const answer = await fetch(`api/${path}`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
      keepalive: true, // what is asked when the page is left still arrives
    }).catch(() => { throw new Error(say("shell.gone")); });
    const said = await answer.json().catch(() => ({ error: say("shell.not_answered", { status: answer.status }) }));
    if (!answer.ok) throw Object.assign(new Error([said.error, said.hint && `hint: ${said.hint}`].filter(Boolean).join(" ")), { reason: said.reason });
    return said;
  }

  /** What the server says of something. */
  async hear(path) {
    return (await fetch(`api/${path}`)).json();
  }

  /** Tell the server something while the page is left: it still arrives. */
  askLast(path) {
    navigator.sendBeacon(`api/${path}`, new Blob(["{}"], { type: "application/json" }));
  }

  /** Hear of the server; returns what closes the connection. `lost` is called where there is nothing to hear any more. */
  listen(path, heard, lost = () => {}) {
    const source = new EventSource(`api/${path}`);
    source.onmessage = (event) => heard(JSON.parse(event.data));
    source.onerror = () => { if (source.readyState === EventSource.CLOSED) lost(); };
    return () => source.close();
  }

  /** Let the reader keep a file. */
  save(name, content, type = "application/json") {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

function unpackExamples(packed) {
  const bytes = Uint8Array.from(atob(packed.values), (sign) => sign.charCodeAt(0));
  const size = packed.shape.reduce((total, extent) => total * extent, 1), count = packed.labels.length;
  const pictures = packed.shape.length > 1, floats = pictures ? null : new Float32Array(bytes.buffer);
  const values = Array.from({ length: count }, (_, place) => (pictures
    ? Float32Array.from(bytes.subarray(place * size, (place + 1) * size), (level) => level / 255)
    : floats.slice(place * size, (place + 1) * size)));
  return { ...packed, values };
}
