// The chat's own menu: a copy to keep, and deleting, which is asked about once more.
import { at, save } from "./page.js";

export class Menu {
  constructor({ copy, onCopyFailed, erase }) {
    this.details = at("more");
    const sure = at("sure");
    at("copy").addEventListener("click", () => {
      this.close();
      copy().then(save).catch(onCopyFailed);
    });
    at("clear").addEventListener("click", () => {
      this.close();
      sure.returnValue = "keep";
      sure.showModal();
    });
    sure.addEventListener("close", () => { if (sure.returnValue === "delete") erase(); });
    document.addEventListener("click", (event) => { if (!this.details.contains(event.target)) this.details.open = false; });
  }

  get isOpen() {
    return this.details.open || at("sure").open;
  }

  close() {
    this.details.open = false;
    this.details.querySelector("summary").focus();
  }
}
