// Talks to the api: one place that knows addresses, tokens and what a failure means.
export class ApiError extends Error {
  constructor(status, body) {
    super(`status ${status}`);
    this.status = status;
    this.body = body && typeof body === "object" ? body : {};
  }

  get name() {
    return this.body.error || "";
  }

  // A sentence for people; what pydantic says about fields is not one.
  get detail() {
    return typeof this.body.detail === "string" && this.status !== 422 ? this.body.detail : "";
  }
}

// Thrown when there was no answer at all: the same call may be tried again.
export class Unreachable extends Error {}

const TIMEOUT_MS = 20000;
// The server speaks every 15 seconds; a stream that is silent longer is a dead line.
const SILENCE_MS = 40000;
const PAGE = 200;

export class Transport {
  constructor() {
    this.token = null;
  }

  async call(method, path, body) {
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await this.fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS) });
    const read = await answer.json().catch(() => null);
    if (!answer.ok) throw answer.status >= 502 ? new Unreachable() : new ApiError(answer.status, read);
    return read;
  }

  // The token belongs into a header, never into an address.
  async fetch(path, { headers, ...options }) {
    const authorised = this.token ? { ...headers, Authorization: `Bearer ${this.token}` } : headers;
    try {
      return await fetch(path, { ...options, headers: authorised, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });
    } catch {
      throw new Unreachable();
    }
  }

  open = (language) => this.call("POST", "/api/chat/sessions", { language });
  consent = (accepted, version) => this.call("POST", "/api/chat/consent", { accepted, notice_version: version });
  send = (message) => this.call("POST", "/api/chat/messages", message);
  book = (details) => this.call("POST", "/api/appointments", details);
  helpNow = () => this.call("POST", "/api/chat/help-now", {});
  erase = () => this.call("DELETE", "/api/chat/session");

  // Everything above a number, page by page.
  async after(seq) {
    const messages = [];
    for (;;) {
      const last = messages.at(-1)?.seq ?? seq;
      const page = await this.call("GET", `/api/chat/messages?after=${last}`);
      messages.push(...page.messages);
      if (page.messages.length < PAGE) return { ...page, messages };
    }
  }

  async copy() {
    const answer = await this.fetch("/api/chat/transcript?format=text", { headers: {}, signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!answer.ok) throw new ApiError(answer.status, null);
    return answer.blob();
  }

  // Server-sent events read with fetch; returns when the server ends the stream, throws when the line breaks.
  async stream(after, onMessage, signal) {
    const line = new AbortController();
    signal.addEventListener("abort", () => line.abort(), { once: true });
    let watchdog = setTimeout(() => line.abort(), SILENCE_MS);
    try {
      const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
      const answer = await this.fetch("/api/chat/stream", { headers, signal: line.signal });
      if (!answer.ok) throw new ApiError(answer.status, await answer.json().catch(() => null));
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let waiting = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watchdog);
        watchdog = setTimeout(() => line.abort(), SILENCE_MS);
        // A line end may be cut in two by the network, so it is looked for in the whole of what waits.
        const events = (waiting + value).replaceAll("\r\n", "\n").split("\n\n");
        waiting = events.pop();
        events.map(dataOf).filter(Boolean).forEach((data) => onMessage(JSON.parse(data)));
      }
    } finally {
      clearTimeout(watchdog);
      line.abort();
    }
  }
}

const dataOf = (event) => event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trim()).join("\n");
