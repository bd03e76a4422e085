// "I need help now": the panel opens without us; staff hear of it, once, as soon as they can be told.
import { at } from "./page.js";
import { Unreachable } from "./transport.js";

const RETRY_MS = 4000;
const AGAIN_MS = 60000;

export class Help {
  constructor(transport, onAnswer) {
    Object.assign(this, { transport, onAnswer, panel: at("help"), isQuiet: false, isOffline: false, askedAt: -AGAIN_MS });
    this.panel.addEventListener("toggle", () => this.toggled());
    at("help-close").addEventListener("click", () => this.close());
    at("help-close").hidden = false;
  }

  get isOpen() {
    return this.panel.open;
  }

  toggled() {
    const isAsked = this.panel.open && !this.isQuiet && performance.now() - this.askedAt > AGAIN_MS;
    this.isQuiet = false;
    if (!isAsked) return;
    this.askedAt = performance.now();
    this.ask();
  }

  async ask() {
    try {
      if (!this.transport.token) throw new Unreachable();
      this.onAnswer(await this.transport.helpNow());
    } catch (error) {
      if (error instanceof Unreachable && this.panel.open) setTimeout(() => this.ask(), RETRY_MS);
    }
  }

  close() {
    this.panel.open = false;
    this.panel.querySelector("summary").focus();
  }

  // A refusal that carries lines to call shows them; nobody has pressed anything, so nobody is told.
  showFor({ resources, tier }) {
    if (resources?.length && tier !== "none") this.openQuietly();
  }

  // Nobody answers: the lines stand open, once for each outage, so that whoever closes them is left alone.
  showOffline() {
    if (!this.isOffline) this.openQuietly();
    this.isOffline = true;
  }

  openQuietly() {
    if (this.panel.open) return;
    this.isQuiet = true;
    this.panel.open = true;
  }
}
