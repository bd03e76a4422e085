// Keeps the newest message in view, sends a reply with Enter and only once, tells what changed, and survives a bad line.
const at = (id) => document.getElementById(id);
const log = at("log");
const NEAR_END_PX = 60;

// ---- the transcript stays where somebody reads; at its end it follows
let follows = true;
const toEnd = () => { if (log && follows) log.scrollTop = log.scrollHeight; };
log?.addEventListener("scroll", () => { follows = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END_PX; }, { passive: true });
toEnd();

const page = document.querySelector(".split")?.dataset.state;
const noticeChange = () => {
  const now = document.querySelector(".next")?.dataset.state;
  if (page && now && now !== page) at("changed").hidden = false;
};

// ---- the inbox: title and a spoken line, only when the numbers change
const inbox = at("inbox");
const count = () => [inbox.querySelectorAll("li").length, inbox.querySelectorAll("li.unseen").length];
let known = inbox ? count().join() : "";
const noticeInbox = () => {
  const [all, unseen] = count();
  if (known === `${all},${unseen}`) return;
  known = `${all},${unseen}`;
  document.title = `${all ? `(${all}) ` : ""}${inbox.dataset.title}`;
  at("live").textContent = inbox.dataset.count.replace("{count}", all).replace("{unseen}", unseen);
};

// ---- the banner: spoken when it says something new, not every five seconds
const alarms = at("alarms");
const alarmed = () => (alarms?.textContent || "").replace(/\s+/g, " ").trim();
const withoutTimes = (text) => text.replace(/\d+/g, "");
let said = "";
const noticeAlarms = () => {
  const text = alarmed();
  if (text && withoutTimes(text) !== said) at("live").textContent = text;
  said = withoutTimes(text);
};

document.addEventListener("htmx:afterSettle", () => {
  if (alarms) noticeAlarms();
  toEnd();
  noticeChange();
  if (inbox) noticeInbox();
});

// ---- the line to the server
const setConnected = (connected) => { at("no-connection").hidden = connected; };
document.addEventListener("htmx:sendError", () => setConnected(false));
document.addEventListener("htmx:timeout", () => setConnected(false));
document.addEventListener("htmx:responseError", () => setConnected(false));
document.addEventListener("htmx:afterOnLoad", () => setConnected(true));

// ---- forms: each is sent once; a reply that was not sent is still there after signing in again
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
// A page that comes back from the browser's memory may be used again.
window.addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));

const reply = at("reply");
if (reply) {
  const key = `reply:${location.pathname.split("/")[3]}`;
  const sent = sessionStorage.getItem(`${key}:sent`);
  if (!reply.value) reply.value = sent ? "" : sessionStorage.getItem(key) || "";
  sessionStorage.removeItem(`${key}:sent`);
  if (!reply.value) sessionStorage.removeItem(key);
  reply.addEventListener("input", () => sessionStorage.setItem(key, reply.value));
  reply.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      reply.form.requestSubmit();
    }
  });
  reply.form.addEventListener("submit", () => sessionStorage.setItem(`${key}:sent`, "yes"));
  reply.focus({ preventScroll: true });
}
// Back at the sign-in form: what was being sent has not arrived.
if (document.querySelector('form[action="/staff/sign-in"]')) {
  Object.keys(sessionStorage).filter((key) => key.endsWith(":sent")).forEach((key) => sessionStorage.removeItem(key));
}
document.querySelector('form[action="/staff/sign-out"]')?.addEventListener("submit", () => sessionStorage.clear());
