/** The form of a task: its questions as fields; answers and pictures are kept as a draft. */

import { newKey } from "../live/http.js";
import { h } from "../base/dom.js";
import { fill, nameOf } from "../base/wording.js";
import { isLocal, localReference } from "./outbox.js";
import { prepare } from "./photo.js";
import { sign } from "./signature.js";

const MOST_PICTURES = 9;

export const emptyDraft = () => ({ answers: {}, pictures: [] });

/** Codes of required fields without an answer. */
export function missing(form, draft) {
  return form.fields.filter(({ required, code }) => {
    const value = draft.answers[code];
    if (!required) return false;
    return value === undefined || value === null || value === false || value === "" || (Array.isArray(value) && !value.length) || (typeof value === "string" && !value.trim());
  });
}

export class TaskForm {
  /** `save(draft)` is called with every change. */
  constructor(form, draft, save) {
    this.form = form;
    this.draft = draft;
    this.save = save;
    this.urls = [];
  }

  elements() {
    return this.form.fields.map((field) => this.field(field));
  }

  /** Pictures shown are let go when the page is left. */
  close() {
    for (const url of this.urls) URL.revokeObjectURL(url);
    this.urls = [];
  }

  set(field, value) {
    if (value === undefined) delete this.draft.answers[field.code];
    else this.draft.answers[field.code] = value;
    return this.save(this.draft);
  }

  field(field) {
    const id = `field-${field.code}`;
    const name = field.required ? `${nameOf(field.name)} *` : nameOf(field.name);
    const value = this.draft.answers[field.code];
    if (field.kind === "tick") {
      return h("label", { class: "tick" },
        h("input", { type: "checkbox", id, checked: value === true, onchange: (event) => this.set(field, event.target.checked || undefined) }),
        h("span", { text: name }));
    }
    if (field.kind === "photo" || field.kind === "signature") return this.pictures(field, id, name);
    return h("div", { class: "field" }, h("label", { for: id, text: name }), this.input(field, id, value));
  }

  input(field, id, value) {
    const common = { id, required: field.required };
    if (field.kind === "choice") {
      return h("select", { ...common, onchange: (event) => this.set(field, event.target.value || undefined) },
        h("option", { value: "", text: "–" }),
        field.choices.map((one) => h("option", { value: one.code, text: nameOf(one.name), selected: one.code === value })));
    }
    if (field.kind === "number") {
      return h("input", { ...common, type: "number", step: "any", inputmode: "decimal", min: field.least, max: field.most, value: value ?? "",
        oninput: (event) => this.set(field, event.target.value === "" ? undefined : Number(event.target.value)) });
    }
    return h("textarea", { ...common, rows: 3, maxlength: 2000, value: value ?? "", oninput: (event) => this.set(field, event.target.value || undefined) });
  }

  pictures(field, id, name) {
    const box = h("div", { class: "field" });
    const show = () => {
      const held = this.draft.pictures.filter((one) => one.field === field.code);
      box.replaceChildren(
        h("span", { class: "label", id: `${id}-label`, text: name }),
        h("div", { class: "pictures" }, held.map((picture, index) => this.thumbnail(field, picture, index, show))),
        this.taker(field, id, held, show));
    };
    show();
    return box;
  }

  thumbnail(field, picture, index, show) {
    const url = URL.createObjectURL(picture.blob);
    this.urls.push(url);
    return h("figure", {},
      h("img", { src: url, alt: fill(gettext("Picture %(number)s"), { number: index + 1 }) }),
      h("button", { type: "button", text: gettext("Remove"), onclick: async () => {
        this.draft.pictures = this.draft.pictures.filter((one) => one !== picture);
        await this.refer(field);
        show();
      } }));
  }

  taker(field, id, held, show) {
    if (field.kind === "signature") {
      return h("button", { type: "button", class: "wide", text: held.length ? gettext("Sign again") : gettext("Sign"), onclick: async () => {
        const blob = await sign();
        if (blob) await this.keep(field, blob, "signature", show);
      } });
    }
    if (held.length >= MOST_PICTURES) return h("p", { class: "quiet", text: gettext("No more pictures can be added here.") });
    const fault = h("p", { class: "late", role: "alert" });
    return h("div", {},
      h("label", { class: "button wide", for: id, text: gettext("Take a photo") }),
      h("input", { id, class: "visually-hidden", type: "file", accept: "image/*", capture: "environment", onchange: async (event) => {
        const [file] = event.target.files;
        if (!file) return;
        event.target.value = "";
        try {
          const blob = await prepare(file);
          if (blob) await this.keep(field, blob, "photograph", show);
        } catch (error) {
          fault.textContent = error.name === "QuotaExceededError" ? gettext("There is no room for it on this phone.") : gettext("This is not a picture that can be read.");
        }
      } }), fault);
  }

  async keep(field, blob, kind, show) {
    if (field.kind === "signature") this.draft.pictures = this.draft.pictures.filter((one) => one.field !== field.code);
    this.draft.pictures.push({ id: newKey(), field: field.code, kind, blob });
    await this.refer(field);
    show();
  }

  /** The answer of a picture field is what the pictures are called until the server names them. */
  refer(field) {
    const held = this.draft.pictures.filter((one) => one.field === field.code).map((one) => localReference(one.id));
    if (!held.length) return this.set(field, undefined);
    return this.set(field, field.kind === "signature" ? held[0] : held);
  }
}

/** Answers in words, for comparing two versions. */
export function answersText(form, answers) {
  if (!form || !answers) return "–";
  const said = (field, value) => {
    if (field.kind === "tick") return value ? gettext("yes") : gettext("no");
    if (field.kind === "photo" || field.kind === "signature") {
      const count = Array.isArray(value) ? value.length : 1;
      return fill(isLocal([value].flat()[0]) ? gettext("%(count)s pictures on this phone") : gettext("%(count)s pictures"), { count });
    }
    return field.kind === "choice" ? nameOf(field.choices.find((one) => one.code === value)?.name) : String(value);
  };
  const lines = form.fields.filter(({ code }) => answers[code] !== undefined).map((field) => `${nameOf(field.name)}: ${said(field, answers[field.code])}`);
  return lines.join("; ") || "–";
}
