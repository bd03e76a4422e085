// The page around the conversation: where it is scrolled to, the banner, the box, the exit.
const NEAR_END_PX = 80;
const MOST_ROWS = 5;
// Where "quick exit" leads when no page around the chat decides it.
const ELSEWHERE = "https://www.weather.gov/";

// Found once: after "quick exit" they are gone from the page, and nothing may stumble over that.
const parts = new Map([...document.querySelectorAll("[id]")].map((part) => [part.id, part]));
export const at = (id) => parts.get(id);

export const button = (label, onClick, more = {}) => {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: label, ...more });
  made.addEventListener("click", onClick);
  return made;
};

// ---- the banner: one sentence about the state of things, read out once when it changes
export const makeBanner = (announcer) => (text) => {
  const banner = at("banner");
  if (banner.textContent === (text || "") && banner.hidden === !text) return;
  banner.textContent = text || "";
  banner.hidden = !text;
  announcer.say(text);
};

// ---- scrolling: never away from what somebody reads
export const isAtEnd = () => at("log").scrollHeight - at("log").scrollTop - at("log").clientHeight < NEAR_END_PX;

export const toEnd = () => {
  at("log").scrollTop = at("log").scrollHeight;
  at("newest").hidden = true;
};

// Whoever was at the end stays there when the room for the conversation changes: keyboard, banner, help.
export const stayAtEnd = () => {
  const log = at("log");
  let was = true;
  log.addEventListener("scroll", () => {
    was = isAtEnd();
    if (was) at("newest").hidden = true;
  }, { passive: true });
  new ResizeObserver(() => { if (was) toEnd(); }).observe(log);
};

// A long answer is read from its beginning, so its first line stays in view.
export const reveal = (first, wasAtEnd) => {
  if (!wasAtEnd) {
    at("newest").hidden = false;
    return;
  }
  at("log").scrollTop = first.offsetTop - 16;
};

// ---- the box
export const grow = () => {
  const text = at("text");
  text.style.setProperty("height", "auto");
  const line = parseFloat(getComputedStyle(text).lineHeight) || 24;
  text.style.setProperty("height", `${Math.min(text.scrollHeight + 2, line * MOST_ROWS + 22)}px`);
};

export const putBack = (words) => {
  const text = at("text");
  text.value = text.value ? `${words}\n${text.value}` : words;
  text.dispatchEvent(new Event("input"));
};

// ---- leaving
export const leave = (forget) => {
  forget();
  // What stands here is gone before anything else happens, whoever frames this page.
  document.body.replaceChildren();
  if (parent === window) location.replace(ELSEWHERE);
  else parent.postMessage({ frontdesk: "exit" }, "*");
};

export const tellParent = (what) => {
  if (parent !== window) parent.postMessage({ frontdesk: what }, "*");
};

// On a telephone the keyboard covers the page; what is left of it is the page's height.
export const followKeyboard = () => {
  if (parent !== window || !window.visualViewport) return;
  window.visualViewport.addEventListener("resize", () => {
    document.documentElement.style.setProperty("--visible", `${window.visualViewport.height}px`);
  });
};

export const save = (blob) => {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: "chat.txt" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
