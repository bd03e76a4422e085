// The life of a chat on this page: opened or resumed, agreed to, ended, deleted.
import { fill } from "./dom.js";
import { at } from "./page.js";
import { forget, leaveChat, recall, remember } from "./storage.js";
import { ApiError, Unreachable } from "./transport.js";

const RETRY_MS = 4000;

export class Session {
  // `parts`: transport, words, language, offers, view, sending, following, tell, take(messages, options), setMode(mode), goneOffline(), backOnline(), showLines(body), toText()
  constructor(parts) {
    Object.assign(this, parts, { consented: false, notice: null, isAnswering: false });
  }

  trouble(error) {
    this.tell(error.detail || fill(this.words.went_wrong, { phone: this.words.practice_phone }));
  }

  async begin() {
    const kept = recall();
    try {
      if (!(kept.token && await this.resume(kept))) await this.open();
      this.backOnline();
      this.tell("");
      this.isHere(true);
      this.sending.restore();
      this.sending.run();
    } catch (error) {
      this.isNotHere(error);
    }
  }

  isHere(here) {
    at("starting").hidden = true;
    at("more").hidden = !here;
    at("box").hidden = !here;
  }

  isNotHere(error) {
    if (error instanceof Unreachable || error.status >= 500) {
      this.goneOffline();
      setTimeout(() => this.begin(), RETRY_MS);
      return;
    }
    if (!(error instanceof ApiError)) throw error;
    this.isHere(false);
    this.trouble(error);
    this.showLines(error.body);
    this.offers.ask([[this.words.new_chat, () => this.restart()]]);
  }

  async resume(kept) {
    this.transport.token = kept.token;
    try {
      const page = await this.transport.after(0);
      Object.assign(this, { consented: Boolean(kept.consented), notice: kept.notice });
      this.take(page.messages, { isHistory: true });
      this.setMode(page.mode);
      if (!this.consented) this.askConsent();
      // Without consent too: staff may answer somebody in danger.
      this.following.start();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      leaveChat();
      this.transport.token = null;
      return false;
    }
  }

  async open() {
    const opened = await this.transport.open(this.language);
    this.transport.token = opened.token;
    this.notice = opened.notice.version;
    remember({ token: opened.token, notice: this.notice, consented: false });
    this.askConsent();
    this.take(opened.messages);
    this.following.start();
  }

  askConsent() {
    const { agree, decline } = this.words;
    this.offers.ask([[agree, () => this.answerConsent(true)], [decline, () => this.answerConsent(false)]]);
  }

  async answerConsent(accepted) {
    if (this.isAnswering) return;
    this.isAnswering = true;
    try {
      const answer = await this.transport.consent(accepted, this.notice);
      this.tell("");
      if (accepted) this.accept(answer);
      else this.decline(answer);
    } catch (error) {
      if (error instanceof Unreachable) this.goneOffline();
      // The card has changed since it was read, or the chat is gone: it is shown anew.
      else if (error.status === 409 || error.status === 401) this.restart();
      else this.trouble(error);
    } finally {
      this.isAnswering = false;
    }
  }

  accept(answer) {
    this.consented = true;
    remember({ consented: true, token: this.transport.token, notice: this.notice });
    const byKeyboard = this.offers.place.contains(document.activeElement) && this.offers.place.querySelector(":focus-visible");
    this.offers.ask(null);
    this.take(answer.messages);
    this.setMode(answer.mode);
    if (byKeyboard) this.toText();
    this.sending.release();
  }

  // Nothing stays on this device; the chat can still be begun here, and help needs no consent.
  decline(answer) {
    forget();
    this.take(answer.messages);
    this.offers.ask([[this.words.agree, () => this.answerConsent(true)]]);
  }

  // The token does not open the chat any more.
  ended() {
    this.following.stop();
    leaveChat();
    this.tell(this.words.ended);
    this.offers.ask([[this.words.new_chat, () => this.restart()]]);
  }

  restart() {
    leaveChat();
    this.empty();
    this.tell("");
    this.begin();
  }

  empty() {
    this.following.stop();
    this.sending.clear();
    this.view.clear();
    this.transport.token = null;
    this.consented = false;
    this.setMode("bot");
    this.offers.clear();
    this.offers.ask(null);
    at("log").focus({ preventScroll: true });
  }

  // Only what the server has confirmed is called deleted.
  async erase() {
    try {
      if (this.transport.token) await this.transport.erase();
    } catch (error) {
      if (error.status !== 401) {
        this.tell(this.words.not_cleared);
        return;
      }
    }
    forget();
    this.empty();
    at("text").value = "";
    this.isHere(false);
    this.tell(this.words.cleared);
    this.offers.ask([[this.words.new_chat, () => this.restart()]]);
  }
}
