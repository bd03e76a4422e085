// What this browser keeps: the chat's token and words not yet sent. Everything here goes with "delete this chat".
const KEY = "chat";

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(KEY)) || {};
  } catch {
    return {};
  }
};

const write = (value) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(value));
  } catch {
    // Private windows may refuse storage: the chat then lives as long as the page.
  }
};

const isText = (value) => typeof value === "string";

// Whatever stands there: an older release or somebody else may have written it.
export const recall = () => {
  const { token, notice, consented, draft, unsent } = Object(read());
  return {
    token: isText(token) ? token : null,
    notice: isText(notice) ? notice : null,
    consented: consented === true,
    draft: isText(draft) ? draft : "",
    unsent: Array.isArray(unsent) ? unsent.filter((entry) => isText(entry?.id) && isText(entry?.text)) : [],
  };
};
export const remember = (changes) => write({ ...recall(), ...changes });

// The chat is over; words not yet sent stay.
export const leaveChat = () => remember({ token: null, notice: null, consented: false });

export const forget = () => {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
};

// Calls back when another tab of this browser has ended or replaced the chat.
export const onChangedElsewhere = (call) => {
  window.addEventListener("storage", (event) => {
    if (event.key === KEY || event.key === null) call(read().token ?? null);
  });
};
