"""The explorer of a release: complete, the same bytes each time, and with data that cannot become markup."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.explore import page as page_module
from flows.explore.libraries import LibrariesMissingError, require_libraries
from flows.explore.page import STATIC, declarations, explorer_page, write_explorer
from schemas.tables import table, vocabulary

VERSION = "2026.11.23-aaaaaaaa"
HARMFUL = {"name": "</script><script>window.harmed = 1</script><!-- \u2028 & end", "@type": "Dataset"}


class Scripts(HTMLParser):
    """Collects the script elements of a page: attributes and content; and attributes that hold script or style."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.inline: list[str] = []
        self.metas: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inline += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag == "script":
            self.scripts.append((dict(attrs), ""))
        elif tag == "meta":
            self.metas.append(dict(attrs))
        elif tag == "style":
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        if self.scripts and self.cdata_elem == "script":
            attributes, content = self.scripts[-1]
            self.scripts[-1] = (attributes, content + data)


def read(html: str) -> Scripts:
    parsed = Scripts()
    parsed.feed(html)
    return parsed


def test_a_staged_release_holds_the_explorer(release: Path) -> None:
    names = {path.name for path in (release / "explorer").iterdir()}
    assert {"index.html", "main.js", "page.css", "declarations.json", "lib"} <= names
    assert not [name for name in names if name.startswith(".")]


def test_every_module_that_is_imported_is_there_and_none_is_missing_from_use(release: Path) -> None:
    folder = (release / "explorer").resolve()
    loaded = {folder / "theme.js"}
    waiting = [folder / "main.js"]
    while waiting:
        module = waiting.pop()
        if module not in loaded:
            loaded.add(module)
            text = module.read_text(encoding="utf-8")
            named = re.findall(r'^(?:import|export)\b[^"\';]*?\bfrom\s*["\']([^"\']+)["\']', text, re.MULTILINE)
            assert all(name.startswith(".") for name in named), f"{module.name} imports {named}"
            waiting += [(module.parent / name).resolve() for name in named]
    assert loaded == set(folder.rglob("*.js"))


def test_the_licences_of_the_libraries_are_beside_them(release: Path) -> None:
    text = (release / "explorer" / "lib" / "LICENSES.txt").read_text(encoding="utf-8")
    for name in ("hyparquet", "fzstd"):
        assert re.search(rf"^{name} [\d.]+ \(MIT\)$", text, re.MULTILINE)
    assert text.count("Permission is hereby granted, free of charge") == 2


def test_same_version_same_bytes(tmp_path: Path) -> None:
    pages = [write_explorer(tmp_path / name, VERSION, HARMFUL).parent for name in ("one", "two")]
    files = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in pages
    ]
    assert files[0] == files[1]


def test_the_policy_allows_scripts_and_styles_of_the_page_alone() -> None:
    parsed = read(explorer_page(VERSION))
    policy = next(meta["content"] for meta in parsed.metas if meta.get("http-equiv") == "Content-Security-Policy") or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert {rules[name] for name in ("script-src", "style-src", "connect-src")} == {"'self'"}
    assert rules["img-src"] == "'self' data:"
    assert "unsafe" not in policy
    assert parsed.inline == []
    assert [content for _, content in parsed.scripts if content.strip()] == []
    assert all(str(attributes["src"]).endswith(".js") for attributes, _ in parsed.scripts)


def test_json_ld_is_embedded_as_data_that_cannot_end_its_element() -> None:
    html = explorer_page(VERSION, HARMFUL)
    (embedded,) = [
        content for attributes, content in read(html).scripts if attributes.get("type") == "application/ld+json"
    ]
    assert json.loads(embedded) == HARMFUL
    assert not set(embedded) & set("<>&\u2028\u2029")
    assert "application/ld+json" not in explorer_page(VERSION)


def test_declarations_are_those_of_the_schemas(release: Path) -> None:
    written = json.loads((release / "explorer" / "declarations.json").read_text(encoding="utf-8"))
    assert written == declarations(release.name)
    assert written["columns"]["claims"] == table("claims").column_names
    assert list(written["vocabularies"]["factuality"]) == list(vocabulary("factuality"))


def test_no_page_loads_anything_from_elsewhere() -> None:
    for path in STATIC.rglob("*"):
        if path.suffix in {".html", ".css", ".js"} and "lib" not in path.parts:
            addresses = set(re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8")))
            assert addresses <= {"http://www.w3.org/2000/svg"}, path


def test_modules_are_short() -> None:
    sources = [path for path in STATIC.glob("*.*") if path.suffix in {".js", ".css", ".html"}]
    assert sources
    assert {path.name: n for path in sources if (n := len(path.read_text(encoding="utf-8").splitlines())) >= 400} == {}


def test_without_libraries_publishing_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "require_libraries", lambda: require_libraries(tmp_path / "lib"))
    with pytest.raises(LibrariesMissingError, match=r"not installed; run `make install`"):
        write_explorer(tmp_path / "release", VERSION)
    assert not (tmp_path / "release").exists()
