/** Asking the caller's own phone for its position through a short link or a QR code. */

import { h, setText } from "../base/dom.js";
import { distanceText, fill } from "../base/wording.js";
import { get, post } from "../live/http.js";

const POLL_MS = 2000;

export class CallerPhone {
  constructor({ onPlace, run }) {
    this.onPlace = onPlace;
    this.run = run;
    this.requestId = null;
    this.timer = 0;
    this.button = h("button", { type: "button", class: "small", text: gettext("Ask the caller's phone"), onclick: () => this.ask() });
    this.link = h("a", { class: "mono", target: "_blank", rel: "noopener" });
    this.code = h("img", { class: "qr", alt: gettext("QR code of the link") });
    this.status = h("p", { class: "field-note", role: "status" });
    this.element = h("div", { class: "caller-phone", hidden: true },
      this.code, h("div", {}, h("p", {}, gettext("Read out or send:"), " ", this.link), this.status));
  }

  clear() {
    clearTimeout(this.timer);
    this.requestId = null;
    this.element.hidden = true;
  }

  async ask() {
    const request = await this.run(post("/api/location-requests", {}), null);
    if (!request) return;
    this.requestId = request.id;
    this.link.href = request.url;
    setText(this.link, request.url.replace(/^https?:\/\//, ""));
    this.code.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(request.qr_svg)}`;
    setText(this.status, gettext("Waiting for the caller…"));
    this.element.hidden = false;
    this.poll(request.id);
  }

  poll(id) {
    clearTimeout(this.timer);
    this.timer = setTimeout(async () => {
      if (this.requestId !== id) return;
      const answer = await this.run(get(`/api/location-requests/${id}`), null);
      if (this.requestId !== id) return;
      if (answer?.state === "answered") {
        setText(this.status, fill(gettext("Answered, accurate to %(m)s"), { m: distanceText(answer.accuracy_m) }));
        this.onPlace({ lon: answer.lon, lat: answer.lat, text: gettext("Position of the caller's phone"), premise_notes: [] });
      } else if (answer?.state === "expired") {
        setText(this.status, gettext("The link has expired. Ask again if needed."));
      } else {
        this.poll(id);
      }
    }, POLL_MS);
  }
}
