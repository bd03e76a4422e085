// The one script a practice puts on its site: a button that opens the chat in a frame.
// <script src="…/widget.js" data-lang="en" async></script>
(() => {
  const settings = /*SETTINGS*/;
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const lang = (script.dataset.lang || document.documentElement.lang || "en").startsWith("es") ? "es" : "en";
  const words = settings.words[lang];
  const exit = /^https?:/.test(script.dataset.exit || "") ? script.dataset.exit : "https://www.weather.gov/";
  const opening = settings.paused ? words.open_help : words.open_chat;
  const WAIT_MS = 4000;
  const SHEET = `
    :host { all: initial; }
    button { position: fixed; right: 1rem; bottom: calc(1rem + env(safe-area-inset-bottom)); z-index: 2147483001; box-sizing: border-box; min-width: 3.5rem;
      min-height: 3.5rem; padding: 0 1.25rem; border: 2px solid #fff; border-radius: 2rem; background: var(--accent); color: #fff;
      font: 600 1rem/1.2 system-ui, sans-serif; cursor: pointer; box-shadow: 0 .25rem 1rem rgb(0 0 0 / .25); }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; box-shadow: 0 0 0 3px #fff; }
    .frame { position: fixed; right: 1rem; bottom: 5.5rem; z-index: 2147483000; box-sizing: border-box; width: min(26rem, calc(100vw - 2rem));
      height: min(44rem, calc(100dvh - 7rem)); border-radius: 1rem; overflow: hidden; background: #fbf9f6; color: #23201d; box-shadow: 0 .5rem 2.5rem rgb(0 0 0 / .3); }
    .frame[hidden] { display: none; }
    iframe { width: 100%; height: 100%; border: 0; display: block; }
    .down { padding: 1.5rem 4rem 1.5rem 1.5rem; font: 1.1rem/1.5 system-ui, sans-serif; }
    .down p { margin: 0 0 .5rem; }
    .down a { display: inline-block; padding: .6rem 1rem .6rem 0; color: #9b1c1c; font-weight: 700; }
    @media (max-width: 34rem), (max-height: 30rem) {
      .frame { inset: 0; width: 100vw; height: var(--visible, 100dvh); border-radius: 0; }
      button.open { top: .25rem; right: .25rem; bottom: auto; min-width: 2.75rem; min-height: 2.75rem; padding: 0; font-size: 1.4rem; box-shadow: none; }
      /* The chat has a button of its own to close it; ours is for the time before it answers. */
      button.open.alive { display: none; }
    }
    @media print { button, .frame { display: none; } }`;

  // A shadow root keeps the site's styles out of our button and ours out of the site.
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(settings.theme + SHEET);
  root.adoptedStyleSheets = [sheet];

  const frame = document.createElement("div");
  frame.className = "frame";
  frame.id = "frame";
  frame.hidden = true;
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-controls", "frame");
  root.append(frame, button);

  let iframe = null;
  let alive = false;
  let down = null;

  const label = () => {
    button.textContent = frame.hidden ? opening : "×";
    button.setAttribute("aria-label", frame.hidden ? opening : words.close_chat);
    button.setAttribute("aria-expanded", String(!frame.hidden));
    button.classList.toggle("open", !frame.hidden);
    button.classList.toggle("alive", alive);
  };

  const link = ({ href, label: text }) => Object.assign(document.createElement("a"), { href, textContent: text });

  // Server gone: help must still be there.
  const showDown = () => {
    if (alive || down) return;
    down = document.createElement("div");
    down.className = "down";
    down.setAttribute("role", "alert");
    down.append(Object.assign(document.createElement("p"), { textContent: settings.paused ? words.embed_paused : words.embed_down }), ...[...settings.lines[lang], settings.phone].map(link));
    frame.prepend(down);
  };

  const load = () => {
    // While the practice has paused the chat nothing is loaded: number and lines are in this script.
    if (settings.paused) return showDown();
    iframe?.remove();
    iframe = Object.assign(document.createElement("iframe"), { title: words.page_title, referrerPolicy: "no-referrer", src: `${origin}/chat?lang=${lang}` });
    frame.append(iframe);
    setTimeout(showDown, WAIT_MS);
  };

  let byKeyboard = false;
  const focusChat = () => {
    if (!alive || frame.hidden) return;
    iframe.focus();
    iframe.contentWindow.postMessage({ frontdesk: "focus", byKeyboard }, origin);
  };

  const show = (open) => {
    frame.hidden = !open;
    if (open && !alive) load();
    label();
    if (open) focusChat();
    else button.focus();
  };

  const heard = {
    ready: () => {
      alive = true;
      down?.remove();
      down = null;
      label();
      focusChat();
    },
    close: () => show(false),
    // The page is left and replaced in history: "back" does not return to it.
    exit: () => location.replace(exit),
  };

  button.addEventListener("click", (event) => {
    byKeyboard = event.detail === 0;
    show(frame.hidden);
  });
  window.addEventListener("message", (event) => {
    if (event.origin === origin && iframe && event.source === iframe.contentWindow) heard[event.data?.frontdesk]?.();
  });
  // On a telephone the keyboard covers the page; what is left of it is the frame's height.
  window.visualViewport?.addEventListener("resize", () => frame.style.setProperty("--visible", `${window.visualViewport.height}px`));

  label();
  if (document.body) document.body.append(host);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(host));
})();
