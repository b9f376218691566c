"""Texts of articles stay texts: none runs, leads anywhere but to a web address, or hides what it is."""

from __future__ import annotations

from tests.explore.conftest import Visit
from tests.explore.release import CONTESTED, HIDDEN, IMAGE, SCRIPT


def test_markup_in_a_sentence_and_a_headline_is_shown_as_written(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    card = page.locator("#event [data-claim=cf000000000000001]")
    assert card.locator(".evidence p").inner_text() == SCRIPT
    assert IMAGE in card.locator(".source").inner_text()
    assert page.locator("#event script, #event img, #event b").count() == 0
    assert page.evaluate("window.harmed") is None


def test_only_web_addresses_become_links(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    link = "#event [data-claim={}] .source a"
    assert page.locator(link.format("cf000000000000001")).count() == 0
    assert page.locator(link.format("cf000000000000003")).count() == 0
    web = page.locator(link.format("cf000000000000002"))
    assert web.get_attribute("href") == "http://example.org/a,b"
    assert web.get_attribute("rel") == "noopener noreferrer"


def test_characters_that_are_not_seen_are_shown(visit: Visit) -> None:
    page = visit(f"#event={CONTESTED}")
    sentence = page.locator("#event [data-claim=cf000000000000003] .evidence p")
    signs = sentence.locator(".invisible").all_inner_texts()
    assert signs == ["U+200B", "U+202E", "U+202C"]
    text = sentence.evaluate("p => p.textContent")
    assert not {"\u200b", "\u202e", "\u202c"} & set(text)
    assert text.replace("U+200B", "\u200b").replace("U+202E", "\u202e").replace("U+202C", "\u202c") == HIDDEN
    assert sentence.locator("bdi").count() == 1


def test_the_policy_of_the_page_would_stop_what_slipped_through(visit: Visit) -> None:
    """The other tests say that nothing was stopped; this one, that it would be."""
    page = visit("#", viewport={"width": 800, "height": 600})
    tried = page.evaluate(
        """async () => {
          const refused = [];
          const attempt = (name, act) => { try { act(); } catch (error) { refused.push(name); } };
          attempt("markup", () => { document.body.innerHTML = "<img src=x onerror='window.harmed = 5'>"; });
          // Not at once: what the debugger evaluates may itself evaluate.
          await new Promise((resume) => setTimeout(() => { attempt("eval", () => window.eval("1")); resume(); }));
          const image = new Image();
          image.src = "https://example.org/pixel.png";
          document.body.append(image);
          const script = document.createElement("script");
          attempt("script", () => { script.textContent = "window.harmed = 6"; document.body.append(script); });
          await fetch("https://example.org/").catch(() => refused.push("fetch"));
          await new Promise((resume) => setTimeout(resume, 100));
          return [refused, window.harmed ?? 0, [...new Set(violations.splice(0))].sort()];
        }"""
    )
    assert tried[0] == ["markup", "eval", "script", "fetch"]
    assert tried[1] == 0
    assert {"connect-src", "img-src", "require-trusted-types-for"} <= set(tried[2])
    forget(visit)


def forget(visit: Visit) -> None:
    """What this test tried on purpose is no failing of the page."""
    watch = visit.watch  # type: ignore[attr-defined]
    watch.logged.clear()
    watch.left.clear()
