"""The report in a release folder: what is drawn, for whom it can be read, and that it is the same every time."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from flows.report import style
from flows.report.charts import CHARTS
from flows.report.writing import write_report
from tests.report.conftest import ACTORS, EVENTS, VERSION, MakeRelease, articles_and_claims, on
from tests.small_release import article, claim

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> $\\frac{x$ | ![x](http://example.org/x.png) \x07\u202e 新聞"


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in [folder / "report.md", *sorted((folder / "report").iterdir())]}


def written(folder: Path) -> dict[str, bytes]:
    write_report(folder, VERSION)
    return files_of(folder)


def texts(svg: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def parsed(page: str) -> list[Token]:
    """The page as a reader of Markdown that lets HTML through takes it."""
    return [part for block in MarkdownIt().enable("table").parse(page) for part in (block, *(block.children or ()))]


def images(page: str) -> list[tuple[str, str]]:
    """Text in its stead and path of every image."""
    return [(token.content, str(token.attrs["src"])) for token in parsed(page) if token.type == "image"]


def test_all_charts_are_drawn_and_shown_with_a_text_in_their_stead(make: MakeRelease) -> None:
    articles, claims = articles_and_claims()
    folder = make({"claims": (6, 0, 1)}, articles=articles, claims=claims)
    files = written(folder)
    assert set(files) == {"report.md", *(f"{name}.svg" for name in CHARTS)}
    shown = images(files["report.md"].decode())
    assert [path for _, path in shown] == [f"report/{name}.svg" for name in CHARTS]
    assert all(alt.startswith(("Bars: ", "Field of numbers: ")) and alt.endswith(".") for alt, _ in shown)


def test_the_numbers_stand_at_the_bars_and_in_the_tables(reported: Path) -> None:
    files = files_of(reported)
    assert {"Iran → Russia", "4", "North Korea → Russia", "2"} <= set(texts(files["top_dyads.svg"]))
    assert {"missiles", "4  (66.7%)"} <= set(texts(files["support_types.svg"]))
    assert "affirmed (3)" in texts(files["factuality_by_stage.svg"])
    page = files["report.md"].decode()
    assert "| Iran → Russia | 1 | 1 | 2 | 4 |" in page
    assert "| Example Wire | 3 | 4 |" in page
    assert "| 2024-11 | 2 | 2 |" in page
    assert "Of 2 claims the article has no date." in page
    assert "This is the first release." in page


def test_titles_say_what_is_counted(reported: Path) -> None:
    for name, svg in files_of(reported).items():
        if name.endswith(".svg"):
            root = ET.fromstring(svg)
            assert (root.findtext(f"{SVG}title") or "").strip(), name
            assert any(text.startswith("number of ") for text in texts(svg)), name


def test_the_paper_is_opaque_and_covers_the_chart(reported: Path) -> None:
    for name, svg in files_of(reported).items():
        if name.endswith(".svg"):
            root = ET.fromstring(svg)
            paper = next(root.iter(f"{SVG}path"))
            assert f"fill: {style.PAPER}" in paper.attrib["style"], name
            _, _, width, height = root.attrib["viewBox"].split()
            assert re.search(rf"L {width} {height}\s", paper.attrib["d"]), name


def test_colours_stand_out_from_the_paper_and_texts_more_so() -> None:
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert all(style.contrast(colour, style.PAPER) >= 3 for colour in (style.BLUE, style.LIGHT_BLUE, style.VERMILION))
    assert all(style.contrast(colour, style.PAPER) >= 4.5 for colour in (style.INK, style.MUTED))
    assert (style.ink_on(style.BLUE), style.ink_on("#dddddd")) == (style.PAPER, style.INK)


def test_stances_differ_by_more_than_hue() -> None:
    """Neighbours in a bar differ in lightness, and what is denied is hatched."""
    fact, doubt, denial = style.STANCE_COLOURS.values()
    assert style.contrast(fact, doubt) >= 2
    assert style.STANCE_HATCHES["denied or negated"] and not style.STANCE_HATCHES["suspected or conditional"]
    assert denial not in (fact, doubt)


def test_the_same_release_gives_the_same_bytes(reported: Path) -> None:
    first = files_of(reported)
    assert written(reported) == first
    assert not any(b"<dc:date>" in content for content in first.values())


def test_the_order_of_rows_changes_nothing(make: MakeRelease, reported: Path) -> None:
    articles, claims = articles_and_claims()
    back = make(articles=articles[::-1], claims=claims[::-1], actors=ACTORS[::-1], events=EVENTS)
    assert written(back) == files_of(reported)


def test_an_empty_release_has_a_page_and_no_charts(make: MakeRelease) -> None:
    files = written(make())
    assert set(files) == {"report.md"}
    page = files["report.md"].decode()
    assert "- 0 claims between states" in page
    assert "No article was read." in page and "There are no claims." in page


def test_articles_without_claims_are_covered(make: MakeRelease) -> None:
    files = written(make(articles=[article(published_at=on(2024, 9))]))
    assert set(files) == {"report.md", "coverage_by_publisher.svg", "coverage_over_time.svg"}


def test_a_single_claim_is_drawn(make: MakeRelease) -> None:
    files = written(make(articles=[article()], claims=[claim("x", "IRN", "RUS")]))
    assert "Claims by dyad" in texts(files["top_dyads.svg"])
    assert "- 1 claim between states" in files["report.md"].decode()


def test_a_release_that_changed_nothing_draws_no_changes(make: MakeRelease) -> None:
    files = written(make({}))
    assert "changes.svg" not in files
    assert "| `claims` | 0 | 0 | 0 |" in files["report.md"].decode()


def test_words_of_the_data_stay_words(make: MakeRelease) -> None:
    folder = make(articles=[article(publisher=HOSTILE)], claims=[claim("x", "IRN", "RUS")])
    files = written(folder)
    for name, content in files.items():
        if name.endswith(".svg"):
            root = ET.fromstring(content)
            assert not [element for element in root.iter() if element.tag.endswith("script")], name
    assert any(text.startswith("</text><script>") for text in texts(files["coverage_by_publisher.svg"]))
    page = files["report.md"].decode()
    assert [path for _, path in images(page)] == [f"report/{name}.svg" for name in CHARTS if f"{name}.svg" in files]
    assert not [token for token in parsed(page) if token.type.startswith(("html", "link"))]
    assert any(token.content.startswith("</text><script>alert(1)</script> $") for token in parsed(page))
    assert "\u202e" not in page and "\x07" not in page


def test_the_users_settings_of_matplotlib_do_not_matter(reported: Path) -> None:
    from matplotlib import rc_context

    first = files_of(reported)
    with rc_context({"font.size": 20, "svg.fonttype": "path", "axes.facecolor": "black"}):
        assert written(reported) == first


def test_matplotlib_is_not_imported_before_a_report_is_written() -> None:
    code = "import sys, flows.publish.release; sys.exit('matplotlib' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
