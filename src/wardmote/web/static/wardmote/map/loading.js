/** Bring in what maps need besides their script; nothing of it is fetched before one is opened. */

import { h } from "../base/dom.js";

function element(tag, properties) {
  return new Promise((resolve, reject) => {
    const made = h(tag, properties);
    made.addEventListener("load", resolve);
    made.addEventListener("error", () => reject(new Error(properties.src ?? properties.href)));
    document.head.append(made);
  });
}

/** `settings`: `map_styles`, `archive_script` and `map_script`; answers with that module. */
export async function loadMap(settings) {
  await Promise.all([
    ...settings.map_styles.map((href) => element("link", { rel: "stylesheet", href })),
    element("script", { src: settings.archive_script }),
  ]);
  return import(settings.map_script);
}
