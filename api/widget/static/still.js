// A page without a conversation (paused, failed) inside the embed's frame: it says that it is there, and closes.
if (parent !== window) {
  parent.postMessage({ frontdesk: "ready" }, "*");
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×", className: "close" });
  close.setAttribute("aria-label", document.documentElement.dataset.close);
  close.addEventListener("click", () => parent.postMessage({ frontdesk: "close" }, "*"));
  document.querySelector("header").append(close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") parent.postMessage({ frontdesk: "close" }, "*"); });
}
