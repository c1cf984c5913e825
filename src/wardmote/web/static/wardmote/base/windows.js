/** Two screens, one dispatcher: the selection and questions to the map are shared by all windows. */

const channel = new BroadcastChannel("wardmote.console");

/** Tell the other windows; `kind` is `hello`, `select`, `unit` or `follow`. */
export function tellOthers(kind, detail) {
  channel.postMessage({ kind, detail });
}

/** Call `listeners[kind](detail)` for what the other windows tell. */
export function listenToOthers(listeners) {
  channel.addEventListener("message", ({ data }) => listeners[data.kind]?.(data.detail));
}
