/** Requests to our own server. Every change carries an idempotency key and may be repeated. */

/** The server refused or could not be reached; the message is for the reader. */
export class RequestError extends Error {
  constructor(message, { status = 0, code = "", body = null } = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.body = body;
  }

  /** True when the request may have got lost and can be sent again with the same key. */
  get unreachable() {
    return this.status === 0 || this.status >= 502;
  }
}

export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Django's CSRF token, from its cookie or from the page. The page names its cookie: cookies know no
 * ports, and a training room on the same machine as the real place has one of its own.
 */
export function csrfToken() {
  const name = document.querySelector("meta[name=csrf-cookie]")?.content;
  const cookie = name && document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  if (cookie) return decodeURIComponent(cookie.slice(name.length + 1));
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

export const get = (url, options = {}) => request("GET", url, undefined, options);
export const post = (url, body = {}, options = {}) => request("POST", url, body, options);
export const patch = (url, body, options = {}) => request("PATCH", url, body, options);
export const remove = (url, options = {}) => request("DELETE", url, undefined, options);

async function request(method, url, body, { key = null, signal = undefined } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRFToken"] = csrfToken();
    headers["Idempotency-Key"] = key ?? newKey();
    if (body !== undefined) headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await fetch(url, {
      method,
      headers,
      signal,
      credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestError(gettext("The server cannot be reached. Check the connection and try again."));
  }
  return answerOf(response);
}

async function answerOf(response) {
  const text = await response.text();
  let body = null;
  if (text && (response.headers.get("Content-Type") ?? "").includes("json")) body = JSON.parse(text);
  if (response.ok) return body;
  const message = body?.message ?? (typeof body?.detail === "string" ? body.detail : "");
  throw new RequestError(message || statusText(response.status), {
    status: response.status,
    code: body?.code ?? "",
    body,
  });
}

function statusText(status) {
  if (status === 401) return gettext("You are no longer logged in. Log in again.");
  if (status === 403) return gettext("Your role does not allow this here.");
  if (status === 404) return gettext("This is no longer there, or not in your area.");
  if (status === 409) return gettext("Somebody else changed this a moment ago. Look again and repeat.");
  if (status === 429) return gettext("Too many requests. Wait a moment and try again.");
  return interpolate(gettext("The server answered with an error (%s)."), [status]);
}
