// Draws messages. Text is always set as text: nothing a visitor or a server says becomes markup.
import { contactCard } from "./contact.js";
import { element, fill } from "./dom.js";

const PHONE = /(?<![\d$.,-])(911|988|\+1\d{10}|1-\d{3}-\d{3}-\d{4}|\(\d{3}\) \d{3}-\d{4})(?![\d-])/;
const dialled = (number) => number.replace(/[^\d+]/g, "");
const shown = (number) => number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "($1) $2-$3").replace(/^1(\d{3})(\d{3})(\d{4})$/, "1-$1-$2-$3");

// Numbers somebody in need may want to call are links wherever they stand.
const withPhones = (text) =>
  text.split(PHONE).map((part, index) => (index % 2 ? element("a", { href: `tel:${dialled(part)}`, textContent: shown(part) }) : part));

// The links of one line: to call it, to text it.
const wayLinks = ({ call, text, url }, words) => {
  const links = [];
  if (call) links.push(element("a", { href: `tel:${dialled(call)}`, textContent: fill(words.call_line, { line: shown(call) }) }));
  // "HOME to 741741": the last word is the number, what stands before it is the text to send.
  const match = /^(?:(\S+) to )?(\d+)$/.exec(text || "");
  if (match) {
    const [, word, number] = match;
    const href = word ? `sms:${number}?&body=${encodeURIComponent(word)}` : `sms:${number}`;
    links.push(element("a", { href, textContent: fill(word ? words.text_word : words.text_line, { word, line: shown(number) }) }));
  }
  if (/^https:\/\//.test(url || "")) links.push(element("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: url.slice(8) }));
  return links;
};

const resourceLinks = (resources, words) =>
  element("ul", { className: "calls" }, ...resources.map((line) =>
    element("li", {}, element("span", { className: "name", textContent: line.hours ? `${line.name} (${line.hours})` : line.name }), ...wayLinks(line, words))));

// 911 and 988 always come first.
const MOST_URGENT = 2;

const isLink = (url) => /^(https?:\/\/|\/(?!\/))/.test(url || "");

export class MessageView {
  constructor({ list, words, language, card }) {
    Object.assign(this, { list, words, language, card });
    this.drawn = new Map();
  }

  has(seq) {
    return this.drawn.has(seq);
  }

  // Draws a message once, in its place, whatever way and however often it arrives.
  add(message) {
    if (this.has(message.seq)) return null;
    const made = this.draw(message);
    if (message.kind === "contact" || message.kind === "booked") this.dropCards(message.seq);
    this.place(message.seq, made);
    return made;
  }

  place(seq, made) {
    const before = [...this.drawn].filter(([other]) => other < seq).sort(([a], [b]) => b - a)[0];
    this.drawn.set(seq, made);
    if (before) before[1].after(made);
    else this.list.prepend(made);
  }

  // Only the newest card can be used; a later one, or the booked visit itself, takes it away.
  dropCards(seq) {
    for (const [other, made] of this.drawn) if (other < seq) made.querySelector("form.card")?.remove();
  }

  draw(message) {
    const { author, kind, text, payload = {} } = message;
    const made = element("article", { className: `message ${author} ${kind}` });
    if (kind !== "marker") made.append(element("p", { className: "who", textContent: this.who(message) }));
    const says = element("p", { className: "says" }, ...(author === "visitor" ? [text] : withPhones(text)));
    const lines = payload.resources || [];
    // In danger the numbers come before the words: they must be in view on the smallest screen.
    const first = kind === "crisis" ? lines.slice(0, MOST_URGENT) : [];
    if (first.length) made.append(element("p", { className: "calls" }, ...first.flatMap((line) => wayLinks(line, this.words))));
    made.append(says);
    if (kind === "times") made.append(...this.zone(payload.tz, message.at));
    if (lines.length > first.length) made.append(resourceLinks(lines.slice(first.length), this.words));
    if (kind === "contact" && !this.isOver(message.seq)) made.append(contactCard(message, this.words, this.card));
    if (kind === "booked") made.append(...this.visits(payload.appointments || []));
    return made;
  }

  // A card in the history is not drawn when something after it has settled the matter.
  isOver(seq) {
    return [...this.drawn].some(([other, made]) => other > seq && made.matches(".contact, .booked"));
  }

  visits(appointments) {
    return appointments.filter(({ manage_url: url }) => isLink(url)).map(({ manage_url: href, label = "" }) =>
      element("p", { className: "visit" }, element("a", { href, target: "_blank", rel: "noopener", textContent: fill(this.words.see_visit, { label }) })));
  }

  // The times are the practice's; a visitor whose clock shows another hour is told so.
  zone(tz, at) {
    try {
      const hour = (timeZone) => new Intl.DateTimeFormat("en", { dateStyle: "short", timeStyle: "short", timeZone }).format(new Date(at));
      if (!tz || hour(tz) === hour(undefined)) return [];
      const zone = tz.split("/").at(-1).replaceAll("_", " ");
      return [element("p", { className: "state", textContent: fill(this.words.times_zone, { zone }) })];
    } catch {
      return [];
    }
  }

  who({ author, name, at }) {
    if (author === "visitor") return this.words.you;
    if (author !== "staff") return this.words.assistant;
    const time = new Date(at).toLocaleTimeString(this.language, { hour: "numeric", minute: "2-digit" });
    return `${name ? `${name} (${this.words.staff})` : this.words.staff} · ${time}`;
  }

  // A message on its way: drawn at once, with its state, until the server gives it a number.
  addPending(text) {
    const state = element("p", { className: "state", textContent: this.words.sending });
    const made = element("article", { className: "message visitor text pending" },
      element("p", { className: "who", textContent: this.words.you }), element("p", { className: "says", textContent: text }), state);
    this.list.append(made);
    return new Pending(this, made, state);
  }

  clear() {
    this.drawn.clear();
    this.list.replaceChildren();
  }
}

class Pending {
  constructor(view, made, state) {
    Object.assign(this, { view, made, state });
  }

  note(text) {
    this.state.className = "state";
    if (this.state.textContent !== text) this.state.textContent = text;
  }

  fail(retry) {
    const { not_sent: text, retry: label } = this.view.words;
    // The server may have it although its answer was lost: the stream has said so then.
    if (this.isSettled || this.state.matches(".failed")) return;
    this.state.className = "state failed";
    this.state.replaceChildren(`${text} `, element("button", { type: "button", className: "quiet", textContent: label, onclick: retry }));
  }

  // The server has it. When the stream has drawn it already, this copy goes.
  settle(seq) {
    if (this.isSettled || !this.made.isConnected) return;
    this.isSettled = true;
    this.made.classList.remove("pending");
    this.note(this.view.words.sent);
    this.remove();
    if (!this.view.has(seq)) this.view.place(seq, this.made);
  }

  remove() {
    this.made.remove();
  }
}
