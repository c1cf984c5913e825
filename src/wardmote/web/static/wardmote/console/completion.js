/** Completing a command: which word is being typed and what it may be. Pure. */

/** The words of a line; a line that ends in a space has an empty last word. */
export function wordsOf(line) {
  return line.replace(/^\s+/, "").split(/\s+/);
}

/** The verb that a name stands for, or null. */
export function findVerb(verbs, name) {
  const wanted = name.toLowerCase();
  return verbs.find((verb) => verb.names.some((known) => known.toLowerCase() === wanted)) ?? null;
}

/** The kind of argument at a position of a verb, counting from 0; a `many` argument repeats. */
export function argumentAt(verb, position) {
  const expected = verb.arguments.filter((argument) => !argument.kind.startsWith("reason."));
  if (position < expected.length) return expected[position];
  const last = expected.at(-1);
  if (last?.many || last?.kind === "text") return last;
  return verb.arguments.find((argument) => argument.kind.startsWith("reason.")) ?? null;
}

/**
 * Completions of a line: `{start, options: [{label, detail, insert}]}`, `start` being where the
 * replaced word begins. `source(kind, word)` lists what an argument of a kind may be.
 */
export function complete(line, verbs, source, most = 10) {
  const words = wordsOf(line);
  const word = words.at(-1);
  const start = line.length - word.length;
  if (words.length === 1) {
    const lower = word.toLowerCase();
    const options = verbs
      .filter((verb) => verb.names.some((name) => name.toLowerCase().startsWith(lower)))
      .map((verb) => ({
        label: verb.usage,
        detail: verb.help,
        insert: verb.names.find((name) => name.toLowerCase().startsWith(lower)) + (verb.arguments.length ? " " : ""),
      }));
    return { start, options: options.slice(0, most) };
  }
  const verb = findVerb(verbs, words[0]);
  // Reasons are written with a slash and may stand anywhere, so they do not count as places.
  const before = words.slice(1, -1).filter((earlier) => !earlier.startsWith("/"));
  const expected = verb && argumentAt(verb, before.length);
  if (!expected || (expected.kind === "text" && !word.startsWith("/"))) return { start, options: [] };
  const reason = word.startsWith("/") && verb.arguments.find((argument) => argument.kind.startsWith("reason."));
  if (!reason && expected.kind.startsWith("reason.") && word && !word.startsWith("/")) return { start, options: [] };
  const options = source((reason || expected).kind, word).map(({ label, detail, insert }) => ({ label, detail, insert: `${insert} ` }));
  return { start, options: options.slice(0, most) };
}

/** Lines given before; going back finds only those that begin as the present line does. */
export class History {
  constructor(lines = [], most = 100) {
    this.lines = lines.slice(-most);
    this.most = most;
    this.reset();
  }

  reset() {
    this.at = this.lines.length;
    this.prefix = null;
  }

  add(line) {
    if (this.lines.at(-1) !== line) this.lines.push(line);
    this.lines = this.lines.slice(-this.most);
    this.reset();
  }

  /** The next older (`by` = -1) or newer (1) line, or null when there is none. */
  step(by, present) {
    this.prefix ??= present;
    let at = this.at + by;
    while (at >= 0 && at < this.lines.length && !this.lines[at].startsWith(this.prefix)) at += by;
    if (at < 0) return null;
    if (at >= this.lines.length) {
      const line = this.prefix;
      this.reset();
      return line;
    }
    this.at = at;
    return this.lines[at];
  }
}
