/** Says so when the base map does not load, and asks for it again until it does. */

const SOURCE = "city";
const AGAIN_MS = 20_000;

/**
 * Without base map the room still sees calls, units and borders; a note on the map says what is
 * missing. `reload` sets the style again.
 */
export function watchBaseMap(map, reload) {
  const note = document.createElement("p");
  note.className = "map-missing";
  note.setAttribute("role", "status");
  note.hidden = true;
  map.getContainer().append(note);
  let timer = null;

  const again = () => {
    timer = null;
    if (!note.hidden) reload();
  };
  const missing = () => {
    note.textContent = gettext("The base map does not load; calls and units are shown without it.");
    note.hidden = false;
    timer ??= setTimeout(again, AGAIN_MS);
  };
  const present = () => {
    note.hidden = true;
    clearTimeout(timer);
    timer = null;
  };

  map.on("error", (event) => {
    if (event.sourceId === SOURCE) missing();
    else console.error(event.error?.stack ?? String(event.error));
  });
  map.on("sourcedata", (event) => {
    if (event.sourceId === SOURCE && event.tile && event.tile.state === "loaded") present();
  });
  addEventListener("online", again);
}
