// The chat page: puts the parts together, takes what is said, and listens to the box.
import { Announcer } from "./announcer.js";
import { Following } from "./following.js";
import { Help } from "./help.js";
import { Menu } from "./menu.js";
import { MessageView } from "./messages.js";
import { Offers } from "./offers.js";
import { at, followKeyboard, grow, isAtEnd, leave, makeBanner, putBack, reveal, stayAtEnd, tellParent, toEnd } from "./page.js";
import { newId, Sending } from "./sending.js";
import { Session } from "./session.js";
import { forget, onChangedElsewhere, recall, remember } from "./storage.js";
import { ApiError, Transport } from "./transport.js";

const LONGEST = 4000;
const THINKING_MS = 1500;
const MODES = { staff_joined: "staff", staff_left: "bot", handed_back: "bot", closed: "closed" };

const { words, phone, language } = JSON.parse(at("settings").textContent);
words.practice_phone = phone;
const log = at("log");
const text = at("text");
const toLog = () => log.focus({ preventScroll: true });

const transport = new Transport();
const announcer = new Announcer(at("polite"), at("urgent"));
const tell = makeBanner(announcer);
const offers = new Offers(at("offers"), submit, toLog);
const help = new Help(transport, (answer) => take(answer.messages));
const view = new MessageView({
  list: at("messages"), words, language,
  card: {
    transport,
    onBooked: () => { toLog(); following.catchUp(); },
    onOtherTimes: () => { view.dropCards(Infinity); toLog(); submit(words.other_times); },
  },
});

// ---- what is said ------------------------------------------------------------------------------------------

function take(messages, { isHistory = false } = {}) {
  const wasAtEnd = isAtEnd();
  const fresh = (messages || []).map(draw).filter((drawn) => drawn && drawn.message.author !== "visitor");
  offers.draw();
  if (isHistory) toEnd();
  else if (fresh.length) announce(fresh, wasAtEnd);
}

function draw(message) {
  if (view.has(message.seq)) return null;
  offers.note(message);
  if (message.author === "visitor" && sending.claim(message)) return null;
  if (message.kind === "marker") setMode(MODES[message.payload?.marker]);
  return { message, made: view.add(message) };
}

function announce(fresh, wasAtEnd) {
  for (const { message } of fresh) {
    const who = message.kind === "marker" ? "" : `${view.who(message)}: `;
    announcer.say(who + message.text, message.kind === "crisis");
  }
  if (offers.labels.length) announcer.say(`${words.choices}: ${offers.labels.join(", ")}`);
  reveal(fresh[0].made, wasAtEnd);
}

function setMode(mode) {
  if (!mode) return;
  at("with-person").hidden = mode !== "staff";
  if (mode === "closed") offers.ask([[words.new_chat, () => session.restart()]]);
}

// ---- sending and following ----------------------------------------------------------------------------------

function goneOffline() {
  tell(words.offline);
  help.showOffline();
}

function backOnline() {
  if (help.isOffline && at("banner").textContent === words.offline) tell("");
  help.isOffline = false;
}

let thinking = null;
const sending = new Sending(transport, view, words, {
  answered: (answer) => {
    backOnline();
    tell("");
    take(answer.messages);
    setMode(answer.mode);
  },
  working: (isWorking) => {
    clearTimeout(thinking);
    at("waiting").hidden = true;
    if (isWorking) thinking = setTimeout(wait, THINKING_MS);
  },
  offline: goneOffline,
  trouble: (error) => { session.trouble(error); help.showFor(error.body); },
  consentMissing: () => { session.askConsent(); offers.place.scrollIntoView({ block: "nearest" }); },
  ended: () => session.ended(),
  refused: (entry, error) => {
    if (!entry.choice) putBack(entry.text);
    if (error.name === "StaleChoice") tell(words.no_longer_offered);
    else session.trouble(error);
    help.showFor(error.body);
    following.catchUp();
  },
});

function wait() {
  const wasAtEnd = isAtEnd();
  at("waiting").hidden = false;
  if (wasAtEnd) toEnd();
}

// The number up to which nothing is missing: a message that came early does not hide one that comes late.
function complete() {
  let seq = 0;
  while (view.has(seq + 1)) seq += 1;
  return seq;
}

const following = new Following(transport, complete, {
  message: (message) => take([message]),
  page: (page) => { backOnline(); take(page.messages); setMode(page.mode); },
  lost: goneOffline,
  ended: () => session.ended(),
});

const session = new Session({ transport, words, language, offers, view, sending, following, tell, take, setMode, goneOffline, backOnline, showLines: (body) => help.showFor(body), toText: () => text.focus() });

function submit(typed, choice) {
  tell("");
  offers.clear();
  sending.submit(typed, choice);
  toEnd();
}

// Longer than may be kept: it stays in the box, but what it says about danger is heard all the same.
async function submitTooLong(typed) {
  tell(words.too_long);
  await transport.send({ text: typed, client_message_id: newId() }).catch((error) => {
    if (error instanceof ApiError) help.showFor(error.body);
  });
  following.catchUp();
}

// ---- the page -----------------------------------------------------------------------------------------------

at("box").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = text.value.trim();
  if (!typed) return;
  if ([...typed].length > LONGEST) {
    submitTooLong(typed);
    return;
  }
  text.value = "";
  remember({ draft: "" });
  grow();
  submit(typed);
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    at("box").requestSubmit();
  }
});

text.addEventListener("input", () => {
  grow();
  remember({ draft: text.value });
});

const menu = new Menu({ copy: () => transport.copy(), onCopyFailed: () => tell(words.copy_failed), erase: () => session.erase() });
at("exit").addEventListener("click", () => leave(forget));
at("newest").addEventListener("click", () => { toEnd(); toLog(); });
stayAtEnd();

document.addEventListener("keydown", (event) => {
  log.classList.remove("by-pointer");
  if (event.key !== "Escape" || event.isComposing || at("sure").open) return;
  if (menu.isOpen) menu.close();
  else if (help.isOpen) help.close();
  else tellParent("close");
});

window.addEventListener("message", (event) => {
  if (event.source !== parent || event.data?.frontdesk !== "focus") return;
  log.classList.toggle("by-pointer", !event.data.byKeyboard);
  // On a telephone the box would open the keyboard before anything was read.
  (session.consented && event.data.byKeyboard ? text : log).focus({ preventScroll: true });
});
window.addEventListener("online", () => sending.run());
onChangedElsewhere((token) => { if (session.consented && token !== transport.token) location.reload(); });

at("box").hidden = false;
at("exit").hidden = false;
text.value = recall().draft;
at("close").hidden = parent === window;
at("close").addEventListener("click", () => tellParent("close"));
followKeyboard();
tellParent("ready");
grow();
session.begin();
