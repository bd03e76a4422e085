// The form that asks for a name and a way to reach someone, shown when a time is kept.
import { element, fill } from "./dom.js";
import { ApiError, Unreachable } from "./transport.js";

let forms = 0;
// What was typed stays when the card is drawn anew.
const typed = {};

const field = (name, label, type, more = {}) => {
  const id = `contact-${forms}-${name}`;
  const input = element("input", { id, name, type, autocomplete: "off", ...more });
  if (type === "checkbox") {
    input.checked = Boolean(typed[name]);
    return element("label", { className: "check", htmlFor: id }, input, label);
  }
  input.value = typed[name] ?? "";
  return element("div", {}, element("label", { htmlFor: id, textContent: label }), input);
};

// Minutes by the server's own clock: the visitor's may be wrong.
const minutesKept = ({ at, payload }) => Math.round((new Date(payload.expires_at) - new Date(at)) / 60000);

export const contactCard = (message, words, { transport, onBooked, onOtherTimes }) => {
  forms += 1;
  const { hold_id, hold_ids } = message.payload;
  const two = hold_ids?.length > 1;
  const minutes = minutesKept(message);
  const wrong = element("p", { className: "wrong", id: `contact-${forms}-wrong`, hidden: true });
  wrong.setAttribute("role", "alert");
  const button = element("button", { type: "submit", className: "main", textContent: two ? words.book_two : words.book });
  const others = element("div", { className: "others" });
  const form = element("form", { className: "card", noValidate: true, autocomplete: "off" },
    element("h2", { textContent: two ? words.contact_title_two : words.contact_title, tabIndex: -1 }),
    ...(minutes > 0 ? [element("p", { className: "state", textContent: fill(words.contact_hold, { minutes }) })] : []),
    field("name", words.name, "text", { maxLength: 80 }),
    field("phone", words.phone, "tel", { maxLength: 60 }),
    field("email", words.email, "email", { maxLength: 320, inputMode: "email" }),
    element("p", { className: "state", textContent: words.phone_or_email }),
    field("leave_message", words.leave_message, "checkbox"),
    field("text_consent", words.text_consent, "checkbox"),
    wrong, others, button);

  const say = (text, name) => {
    wrong.textContent = text || "";
    wrong.hidden = !text;
    for (const input of form.elements) ["aria-invalid", "aria-describedby"].forEach((mark) => input.removeAttribute(mark));
    const input = name && form.elements[name];
    if (!input) return;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", wrong.id);
    input.focus();
  };

  const values = () => {
    const read = new FormData(form);
    const text = (name) => read.get(name).trim();
    Object.assign(typed, { name: text("name"), phone: text("phone"), email: text("email"), leave_message: read.has("leave_message"), text_consent: read.has("text_consent") });
    return { ...typed, phone: typed.phone || null, email: typed.email || null };
  };

  // Times offered when the kept one is gone; pressing one books it with the details above.
  const offerInstead = (slots) => {
    const single = !two && slots?.length;
    say(single ? words.slot_taken : words.slot_gone);
    const times = single ? slots.map(({ slot_id, label }) => element("button", { type: "button", textContent: label, onclick: () => book({ slot_id }) })) : [];
    others.replaceChildren(...times, element("button", { type: "button", textContent: words.other_times, onclick: onOtherTimes }));
    button.hidden = true;
    others.firstChild.focus();
  };

  const refused = (error) => {
    const name = error.body.field;
    if (error.name === "SlotTaken") return offerInstead(error.body.slots);
    if (error.status === 404 || error.status === 409) return offerInstead([]);
    if (error.status === 401) return say(words.ended);
    const known = { name: words.need_name, phone: words.bad_phone, email: words.bad_email, contact: words.need_contact };
    return say(known[name] || error.detail || fill(words.went_wrong, { phone: words.practice_phone }), name === "contact" ? "phone" : name);
  };

  let busy = false;
  const book = async (what) => {
    const details = values();
    if (busy) return;
    if (!details.name) return say(words.need_name, "name");
    if (!details.phone && !details.email) return say(words.need_contact, "phone");
    busy = true;
    say("");
    form.setAttribute("aria-busy", "true");
    const label = button.textContent;
    button.textContent = words.booking;
    try {
      await transport.book({ ...what, ...details });
      Object.keys(typed).forEach((name) => delete typed[name]);
      onBooked();
    } catch (error) {
      if (error instanceof ApiError) refused(error);
      else if (error instanceof Unreachable) say(words.booking_unsure);
      else throw error;
    } finally {
      busy = false;
      form.removeAttribute("aria-busy");
      button.textContent = label;
    }
  };

  form.addEventListener("input", () => { values(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    book(two ? { hold_ids } : { hold_id });
  });
  return form;
};
