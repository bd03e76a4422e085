// Keeps reading what is said elsewhere: by stream, by asking when the stream breaks, not at all while nobody looks.
import { ApiError } from "./transport.js";

const PAUSE_MS = 3000;
const LOST_AFTER = 2;

export class Following {
  // `after()`: the number up to which everything is drawn; `on`: message(one), page(page), ended(), lost()
  constructor(transport, after, on) {
    Object.assign(this, { transport, after, on, running: null, failures: 0 });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.resume()));
  }

  start() {
    this.wanted = true;
    this.resume();
  }

  stop() {
    this.wanted = false;
    this.pause();
  }

  // A hidden page gives its connection back: browsers allow six to one address.
  pause() {
    this.running?.abort();
    this.running = null;
  }

  resume() {
    if (!this.wanted || this.running || document.hidden) return;
    this.running = new AbortController();
    this.loop(this.running.signal);
  }

  async loop(signal) {
    while (!signal.aborted) {
      if (!await this.catchUp(signal)) return;
      await this.transport.stream(this.after(), (message) => { if (!signal.aborted) this.on.message(message); }, signal).catch(() => null);
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  // One silent try is a hole in the line, two are an outage: whoever only reads must hear of it too.
  missed(signal) {
    this.failures += 1;
    if (this.failures >= LOST_AFTER && !signal?.aborted) this.on.lost();
  }

  // Asks once; false when the chat is over.
  async catchUp(signal) {
    try {
      const page = await this.transport.after(this.after());
      this.failures = 0;
      if (!signal?.aborted) this.on.page(page);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) {
        this.missed(signal);
        return true;
      }
      if (!signal?.aborted) this.on.ended();
      return false;
    }
  }
}
