/** What a few typed letters may mean. Pure: no page, no network. */

import { nameOf } from "../base/wording.js";

/** `27.1234, 111.4321` (either order where only one makes sense) as `[lon, lat]`, or null. */
export function parseCoordinates(text) {
  const found = text.trim().match(/^(-?\d{1,3}(?:\.\d+)?)\s*[,，;\s]\s*(-?\d{1,3}(?:\.\d+)?)$/);
  if (!found) return null;
  const [first, second] = [Number(found[1]), Number(found[2])];
  if (!/\./.test(found[1]) && !/\./.test(found[2])) return null;
  if (Math.abs(first) <= 90 && Math.abs(second) <= 180) return [second, first];
  if (Math.abs(second) <= 90 && Math.abs(first) <= 180) return [first, second];
  return null;
}

/** Selectable categories that fit, best first. `wordsOnly` looks at callers' words alone. */
export function suggestCategories(vocabulary, text, { wordsOnly = false, most = 8 } = {}) {
  const asked = text.trim().toLowerCase();
  const selectable = vocabulary.data.categories.filter((category) => category.selectable !== false);
  if (!asked) return wordsOnly ? [] : selectable.slice(0, most);
  const scored = [];
  for (const category of selectable) {
    const score = Math.max(wordScore(category, asked), wordsOnly ? 0 : nameScore(category, asked));
    if (score > 0) scored.push({ category, score });
  }
  scored.sort((a, b) => b.score - a.score || a.category.priority - b.category.priority || (a.category.code < b.category.code ? -1 : 1));
  return scored.slice(0, most).map(({ category }) => category);
}

function nameScore(category, asked) {
  const names = [category.name.zh, category.name.en].filter(Boolean).map((name) => name.toLowerCase());
  if (names.some((name) => name.startsWith(asked)) || category.code.startsWith(asked)) return 5;
  if (wordsOf(category).some((word) => word.toLowerCase().startsWith(asked))) return 4.5;
  if (names.some((name) => name.split(/[\s/(-]+/).some((word) => word.startsWith(asked)))) return 4;
  if (names.some((name) => name.includes(asked)) || nameOf(category.name).toLowerCase().includes(asked)) return 3;
  return 0;
}

/** The words by which callers name a category. */
function wordsOf(category) {
  return category.words ?? [];
}

/** Chinese words are found inside the text, others as whole words. */
function wordScore(category, asked) {
  let hits = 0;
  for (const word of wordsOf(category)) {
    const wanted = word.toLowerCase();
    const chinese = /\p{Script=Han}/u.test(wanted);
    if (chinese ? asked.includes(wanted) : new RegExp(`(^|\\P{L})${escapeRegExp(wanted)}`, "u").test(asked)) hits += 1;
  }
  return hits === 0 ? 0 : 2 + Math.min(hits, 4) / 5;
}

function escapeRegExp(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
