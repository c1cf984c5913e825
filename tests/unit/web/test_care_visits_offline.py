"""The phone says on a care visit's task that whom it goes to needs a network."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from wardmote.web.bundles import STATIC

RUN = """
const made = [];
class Element {
  constructor(tag) { this.tag = tag; this.children = []; this.textContent = ""; made.push(this); }
  addEventListener(name, act) { this[`on${name}`] = act; }
  setAttribute(name, value) { this[name] = value; }
  append(...children) { this.children.push(...children); }
  replaceChildren(...children) { this.children = children; }
  showModal() { this.close(); }
  close() { this.onclose?.(); }
}
globalThis.gettext = (text) => text;
globalThis.pgettext = (_context, text) => text;
globalThis.interpolate = (text) => text;
const dialog = new Element("dialog");
globalThis.document = {
  createElement: (tag) => new Element(tag), getElementById: () => dialog,
  documentElement: { lang: "en" }, querySelector: () => null,
};
Object.defineProperty(globalThis, "navigator", { value: { onLine: false } });
let asked = 0;
globalThis.fetch = () => { asked += 1; throw new Error("no network"); };
const { TaskPage } = await import("./wardmote/phone/task_page.js");
const said = async (kind) => {
  made.length = 0;
  const task = { id: "t1", kind, state: "open", minutes: 20, due_s: 0, place: null };
  const page = new TaskPage({ data: { kinds: [], forms: {}, day: "2026-11-23" } }, task);
  page.form = { form: { fields: [] } };
  page.view();
  if (kind === "care_visit") await page.openVisit();
  return made.map((one) => one.textContent).join("|");
};
const [visit, other] = [await said("care_visit"), await said("inspection")];
console.log(JSON.stringify({ visit, other, asked }));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node to run the page's modules")
def test_a_care_visit_says_that_it_needs_a_network_and_asks_for_nothing_without_one(
    tmp_path: Path,
) -> None:
    for folder in ("base", "live", "phone"):
        shutil.copytree(STATIC / "wardmote" / folder, tmp_path / "wardmote" / folder)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "run.js").write_text(RUN)
    done = subprocess.run(
        ["node", str(tmp_path / "run.js")], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    visit, _comma, other = done.stdout.partition('","other":')
    assert "open it before you leave" in visit
    assert "There is no network" in visit
    assert "open it before you leave" not in other
    assert other.strip().endswith('"asked":0}')
