// What can be pressed: the newest choices of the conversation, or a question of the page itself.
import { button } from "./page.js";

export class Offers {
  // `choose(label, {seq, index})` sends a choice; `onFocusLost` takes the focus when the pressed button goes.
  constructor(place, choose, onFocusLost) {
    Object.assign(this, { place, choose, onFocusLost, open: [], question: null });
  }

  // Choices are open until the visitor says something or a person joins; those of several messages stand together.
  note({ author, kind, seq, quick_replies: replies }) {
    if (author === "visitor" || kind === "marker") this.open = this.open.filter((offer) => offer.seq > seq);
    else this.open.push(...(replies || []).map(({ label, index }) => ({ label, seq, index })));
  }

  clear() {
    this.open = [];
    this.draw();
  }

  // A question of the page, such as consent: [[label, action], …], or null for none.
  ask(question) {
    this.question = question;
    this.draw();
  }

  get labels() {
    return this.question ? [] : this.open.map(({ label }) => label);
  }

  draw() {
    const pairs = this.question || this.open.map(({ label, seq, index }) => [label, () => this.choose(label, { seq, index })]);
    const shown = JSON.stringify(this.question ? pairs.map(([label]) => label) : this.open);
    if (this.place.dataset.shown === shown) return;
    const hadFocus = this.place.contains(document.activeElement);
    this.place.dataset.shown = shown;
    this.place.replaceChildren(...pairs.map(([label, act]) => button(label, act)));
    this.place.hidden = !pairs.length;
    this.place.classList.toggle("asks", Boolean(this.question));
    if (hadFocus) this.onFocusLost();
  }
}
