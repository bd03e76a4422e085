// Reads out what arrives: each message once, a crisis at once, history and the visitor's own words never.
const KEPT_MS = 8000;

export class Announcer {
  constructor(polite, urgent) {
    Object.assign(this, { polite, urgent });
  }

  say(text, now = false) {
    if (!text) return;
    const region = now ? this.urgent : this.polite;
    const line = Object.assign(document.createElement("p"), { textContent: text });
    region.append(line);
    // Removing is not announced; what stays would be found a second time by somebody who reads the page through.
    setTimeout(() => line.remove(), KEPT_MS);
  }
}
