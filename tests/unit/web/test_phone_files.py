"""What phones load: the list in the page, one script, small translations, compressed pages."""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from tests.unit.operations.small_place import COUNTY, NOW_S, SMALL_PLACE
from tests.unit.operations.tasks.beat_place import request
from tests.unit.web.api.test_api import _client

from wardmote.core.domain.permissions import Role
from wardmote.operations.journal import clock
from wardmote.operations.places.selectors import forget
from wardmote.operations.places.services import load_places
from wardmote.operations.tasks import services
from wardmote.web import bundles
from wardmote.web.compressed_pages import CompressPages

ROOT = Path(__file__).resolve().parents[3]
MOST_SCRIPT = 200_000


@pytest.fixture(scope="module")
def bundling() -> ModuleType:
    described = importlib.util.spec_from_file_location("bundling", ROOT / "frontend/bundling.py")
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


@pytest.fixture
def client(db: None, monkeypatch: pytest.MonkeyPatch) -> Client:
    forget()
    load_places(SMALL_PLACE)
    forget()
    client = _client(Role.VILLAGE_ASSISTANT)
    monkeypatch.setattr(clock, "now_s", lambda: NOW_S)
    holder = f"village_assistant-{COUNTY}"
    for code, day_s in (("1", 0.0), ("2", -7_200.0)):
        with transaction.atomic():
            services.make(
                request(code, holder=holder, due_s=NOW_S + 3_600.0 + day_s), actor="rule:test",
                now_s=NOW_S,
            )  # fmt: skip
    return client


# --- the page --------------------------------------------------------------------------------


def test_the_list_can_be_read_before_any_script(client: Client) -> None:
    page = client.get("/today/").content.decode()
    rows = re.findall(r'class="task-row".*?</a>', page, re.DOTALL)
    assert len(rows) == 2
    assert ">1</span>" in rows[0]
    assert "Late · " in rows[0]
    assert "20 min" in rows[0] or " min" in rows[0]
    assert "School" in rows[0]
    assert f'data-made="{NOW_S}"' in page


def test_the_frame_that_phones_keep_has_no_tasks(client: Client) -> None:
    page = client.get("/today/frame/").content.decode()
    assert "task-row" not in page
    assert "data-made" not in page


def test_a_chinese_reader_gets_the_same_list_in_chinese(client: Client) -> None:
    page = client.get("/today/", headers={"accept-language": "zh-hans"}).content.decode()
    assert "实验学校" in page
    assert "走访" in page


def test_the_worker_keeps_what_the_page_loads(client: Client) -> None:
    worker = client.get("/today/worker.js").content.decode()
    [kept] = re.findall(r"const KEPT = (\{.*?\});", worker)
    files = json.loads(kept)["files"]
    page = client.get("/today/").content.decode()
    for address in re.findall(
        r'(?:src|href)="(/(?:static|i18n)/[^"]+\.(?:js|css)|/i18n/[^"]+)"', page
    ):
        assert address in files, address
    assert "/today/frame/" in files
    assert "__" not in worker.replace("__proto__", "")


# --- bundles ---------------------------------------------------------------------------------


def test_the_scripts_of_the_phone_are_small_enough(bundling: ModuleType) -> None:
    wanted = json.loads((ROOT / "frontend/bundles.json").read_text("utf-8"))
    for name in ("phone.js", "crew.js", "position.js", "notices.js", "patrols.js", "watches.js"):
        text, _sources = bundling.bundle(bundles.STATIC, wanted[name])
        assert len(text.encode()) <= MOST_SCRIPT, name


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node to run a joined script")
def test_joined_modules_do_what_the_modules_do(bundling: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "wardmote" / "x"
    folder.mkdir(parents=True)
    (folder / "base.js").write_text(
        "/** Of modules. */\nlet count = 0;\nexport const two = 2;\n"
        "export function next() {\n  count += 1; // one more\n  return count;\n}\n"
    )
    (folder / "more.js").write_text(
        'import { next as step, two } from "./base.js";\n'
        "export class More { sum() { return step() + two; } }\n"
    )
    (folder / "does.js").write_text('import { next } from "./base.js";\nnext();\n')
    (folder / "main.js").write_text(
        'import { More } from "./more.js";\nimport "./does.js";\n'
        'import * as base from "./base.js";\n'
        "const two = 5;\nconsole.log(new More().sum(), base.next(), two);\n"
    )
    text, sources = bundling.bundle(tmp_path, ["wardmote/x/main.js"])
    assert sorted(sources) == [f"wardmote/x/{name}.js" for name in ("base", "does", "main", "more")]
    script = tmp_path / "joined.mjs"
    script.write_text(text)
    done = subprocess.run(
        ["node", str(script)], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout.split() == ["4", "3", "5"]


@pytest.mark.parametrize("line", [
    "export default 1;", 'import x from "./y.js";', "export { a };",
    'export * from "./y.js";', "export let a = 1;",
])  # fmt: skip
def test_what_cannot_be_joined_stops_the_build(
    bundling: ModuleType, tmp_path: Path, line: str
) -> None:
    folder = tmp_path / "wardmote" / "x"
    folder.mkdir(parents=True)
    (folder / "main.js").write_text(f"{line}\n")
    with pytest.raises(bundling.BundlingError, match="cannot be joined"):
        bundling.bundle(tmp_path, ["wardmote/x/main.js"])


def test_modules_in_a_circle_stop_the_build(bundling: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "wardmote" / "x"
    folder.mkdir(parents=True)
    (folder / "a.js").write_text('import { b } from "./b.js";\nexport const a = 1;\n')
    (folder / "b.js").write_text('import { a } from "./a.js";\nexport const b = 1;\n')
    with pytest.raises(bundling.BundlingError, match="imports itself"):
        bundling.bundle(tmp_path, ["wardmote/x/a.js"])


def test_a_source_that_changed_is_served_itself(
    bundling: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "wardmote" / "phone"
    folder.mkdir(parents=True)
    (folder / "main.js").write_text("console.log(1);\n")
    bundling.make_bundles(tmp_path, {"phone.js": ["wardmote/phone/main.js"]})
    monkeypatch.setattr(bundles, "STATIC", tmp_path)
    bundles._manifest.cache_clear()
    bundles.bundle.cache_clear()
    try:
        [joined] = bundles.bundle("phone.js").files
        assert re.fullmatch(r"wardmote/bundled/phone\.[0-9a-f]{12}\.js", joined)
        assert gzip.decompress((tmp_path / f"{joined}.gz").read_bytes()) == b"console.log(1);\n"
        (folder / "main.js").write_text("console.log(2);\n")
        bundles.bundle.cache_clear()
        assert bundles.bundle("phone.js").files == ("wardmote/phone/main.js",)
    finally:
        bundles._manifest.cache_clear()
        bundles.bundle.cache_clear()


def test_the_phones_translations_are_those_of_its_scripts_alone(db: None) -> None:
    def texts(name: str) -> set[str]:
        client = Client(headers={"accept-language": "zh-hans"})
        script = client.get(f"/i18n/js/{name}").content.decode()
        found = re.search(r"const newcatalog = (\{.*?\n  \});", script, re.DOTALL)
        return set() if found is None else set(json.loads(found.group(1).rstrip(";")))

    whole, phone = texts(""), texts("phone/")
    assert "Next task" in phone
    assert phone < whole
    assert len(phone) < len(whole) / 2


# --- compression -----------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "packed"), [
    ("text/html; charset=utf-8", True), ("application/json", True), ("image/png", False),
    ("application/pdf", False),
])  # fmt: skip
def test_text_is_compressed_and_files_are_not(kind: str, packed: bool) -> None:
    answer = CompressPages(lambda _request: HttpResponse(b"x" * 5_000, content_type=kind))(
        RequestFactory().get("/", headers={"accept-encoding": "gzip, br"})
    )
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert "Accept-Encoding" in answer.headers.get("Vary", "") or not packed


def test_the_same_page_has_another_length_each_time(client: Client) -> None:
    """What somebody guesses in a page cannot be read from its length (BREACH)."""
    headers = {"accept-encoding": "gzip"}
    lengths = {len(client.get("/today/frame/", headers=headers).content) for _ in range(12)}
    assert len(lengths) > 3


def test_a_phone_that_has_the_day_already_is_told_so_after_compression(client: Client) -> None:
    headers = {"accept-encoding": "gzip"}
    first = client.get("/api/tasks/today", headers=headers)
    assert first.headers["ETag"].startswith("W/")
    again = client.get(
        "/api/tasks/today", headers={**headers, "if-none-match": first.headers["ETag"]}
    )
    assert again.status_code == 304
