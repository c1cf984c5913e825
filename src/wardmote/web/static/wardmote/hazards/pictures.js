/** Forms with pictures: bystanders blurred and made smaller before they are sent, sent once, and not into the void. */

import { h, setText } from "../base/dom.js";
import { prepare } from "../phone/photo.js";

const MOST_PICTURES = 5;
const FIELDS = "input[type=file][name=photos], input[type=file][name=photo]";

/** The dialog that pictures are shown in, where the page has none of its own. */
function ensureDialog() {
  if (!document.getElementById("question")) document.body.append(h("dialog", { id: "question", "aria-labelledby": "question-title" }));
}

/** Show each chosen picture to blur it; what is used replaces what was chosen. */
async function blurChosen(input, status) {
  const chosen = [...input.files];
  const most = input.multiple ? MOST_PICTURES : 1;
  const kept = new DataTransfer();
  const problems = [];
  // What is not looked through is not sent, also when the page is left halfway.
  input.value = "";
  for (const [index, file] of chosen.entries()) {
    if (kept.files.length >= most) {
      problems.push(interpolate(gettext("%s was left out: at most %s pictures."), [file.name, most]));
      continue;
    }
    setText(status, interpolate(gettext("Picture %s of %s: blur bystanders, then use it."), [index + 1, chosen.length]));
    try {
      const blob = await prepare(file);
      if (blob) kept.items.add(new File([blob], `${file.name}.jpg`, { type: "image/jpeg" }));
      else problems.push(interpolate(gettext("%s was left out: you went back."), [file.name]));
    } catch {
      problems.push(interpolate(gettext("%s was left out: it is not a picture that can be read here."), [file.name]));
    }
  }
  input.files = kept.files;
  const ready = interpolate(ngettext("%s picture is ready.", "%s pictures are ready.", kept.files.length), [kept.files.length]);
  setText(status, [...problems, kept.files.length ? ready : ""].join(" ").trim());
}

function watch(form) {
  const status = h("p", { role: "status", class: "muted" });
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  const hold = (held) => {
    for (const button of buttons) button.disabled = held;
  };
  for (const input of form.querySelectorAll(FIELDS)) {
    input.after(status);
    const chosen = async () => {
      hold(true);
      try {
        await blurChosen(input, status);
      } finally {
        hold(false);
      }
    };
    input.addEventListener("change", chosen);
    // On a slow connection somebody chose before this was loaded.
    if (input.files.length) chosen();
  }
  form.addEventListener("submit", (event) => {
    if (navigator.onLine === false) {
      event.preventDefault();
      if (!status.isConnected) form.append(status);
      setText(status, gettext("There is no network: nothing was sent. Your words are still here; try again when there is."));
      return;
    }
    // Later, so that the button that was pressed is still sent along.
    setTimeout(hold, 0, true);
  });
  // A page that comes back from the browser's memory can be sent again.
  globalThis.addEventListener("pageshow", () => hold(false));
}

ensureDialog();
for (const form of document.querySelectorAll("form[method=post]")) watch(form);
