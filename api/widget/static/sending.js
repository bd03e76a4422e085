// The way of a message to the server: in order, once, kept until it has arrived.
import { recall, remember } from "./storage.js";
import { ApiError, Unreachable } from "./transport.js";

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30000;
// A failure of the server itself is tried again this often; then the visitor decides.
const MOST_TRIES = 4;

// crypto.randomUUID exists on https and localhost only; a practice may try the chat on its own network first.
export const newId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export class Sending {
  // `on`: answered(answer), working(isWorking), offline(), trouble(error), consentMissing(), ended(), refused(entry, error)
  constructor(transport, view, words, on) {
    Object.assign(this, { transport, view, words, on, queue: [], busy: false, timer: null, wait: FIRST_RETRY_MS });
  }

  // Words an earlier visit of this page could not send.
  restore() {
    const known = new Set(this.queue.map(({ id }) => id));
    recall().unsent.filter(({ id }) => !known.has(id)).forEach((entry) => this.add(entry));
  }

  submit(text, choice) {
    this.add({ id: newId(), text, choice });
    this.keep();
    return this.run();
  }

  add(entry) {
    this.queue.push({ ...entry, tries: 0, held: false, bubble: this.view.addPending(entry.text) });
  }

  keep() {
    remember({ unsent: this.queue.filter((entry) => !entry.choice).map(({ id, text }) => ({ id, text })) });
  }

  // After consent: what was held back goes first, in its order.
  release() {
    this.queue.forEach((entry) => { entry.held = false; });
    return this.run();
  }

  clear() {
    clearTimeout(this.timer);
    this.queue = [];
  }

  // The visitor's message has come by the stream before the call was answered.
  claim(message) {
    const entry = this.queue.find((one) => one.inFlight && one.text === message.text);
    if (!entry) return false;
    entry.bubble.settle(message.seq);
    return true;
  }

  async run() {
    if (this.busy || !this.transport.token) return;
    clearTimeout(this.timer);
    this.busy = true;
    try {
      // Before consent every message is tried once: the server has to hear of danger even behind one it did not take.
      for (let entry; (entry = this.queue.find((one) => !one.held));) {
        if (!await this.sendOne(entry)) break;
        this.queue = this.queue.filter((one) => one !== entry || one.held);
        this.keep();
      }
    } finally {
      this.busy = false;
    }
  }

  // True when the queue may go on; false when it has to wait.
  async sendOne(entry) {
    entry.inFlight = true;
    this.on.working(true);
    try {
      const what = entry.choice ? { choice: entry.choice } : { text: entry.text };
      const answer = await this.transport.send({ ...what, client_message_id: entry.id });
      entry.bubble.settle(answer.seq);
      this.wait = FIRST_RETRY_MS;
      this.on.answered(answer);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      return this.failed(entry, error);
    } finally {
      entry.inFlight = false;
      this.on.working(false);
    }
  }

  failed(entry, error) {
    if (error instanceof Unreachable) {
      this.on.offline();
      return this.later(entry);
    }
    if (error.name === "ConsentRequired") {
      entry.held = true;
      entry.bubble.note(this.words.kept_until_consent);
      this.on.consentMissing();
      return true;
    }
    if (error.status === 429) {
      this.on.trouble(error);
      return this.later(entry, (error.body.retry_after_seconds || 10) * 1000);
    }
    if (error.status === 401) {
      entry.held = true;
      entry.bubble.note(this.words.not_sent);
      this.on.ended();
      return false;
    }
    if (error.status >= 500) {
      entry.tries += 1;
      this.on.trouble(error);
      return this.later(entry, null, entry.tries < MOST_TRIES);
    }
    entry.bubble.remove();
    this.on.refused(entry, error);
    return true;
  }

  later(entry, wait = null, byItself = true) {
    entry.bubble.fail(() => this.run());
    if (byItself) this.timer = setTimeout(() => this.run(), wait ?? this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_RETRY_MS);
    return false;
  }
}
