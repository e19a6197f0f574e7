"""report.html without a browser: it loads nothing, lets nothing out of its text, and keeps evidence within bounds."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

from conformance.report.html import render_html

from . import sample


class Page(HTMLParser):
    """Collects elements with their attributes, and the text of scripts and styles by id or tag."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = (dict(attrs).get("id") or tag) if tag in ("script", "style") else ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[self._inside] = self.raw.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def page(**options: Any) -> Page:
    made, evidence = sample.full_run()
    return Page(render_html(made, evidence, **options))


def test_hostile_text_makes_no_element_and_no_handler() -> None:
    found = page()
    tags = [tag for tag, _ in found.elements]
    assert tags.count("script") == 3
    assert not {"img", "link", "iframe", "object", "embed", "base", "audio", "video"} & set(tags)
    for _, attributes in found.elements:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "action")]
        assert (attributes.get("href") or "#").startswith("#")


def test_policy_names_the_digests_of_script_and_style() -> None:
    found = page()
    policy = next(a["content"] or "" for tag, a in found.elements if tag == "meta" and a.get("http-equiv"))
    assert policy.startswith("default-src 'none';")
    for name in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(found.raw[name].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?://|@import|url\(", found.raw["script"] + found.raw["style"])


def test_page_is_utf8_without_unreadable_characters() -> None:
    made, evidence = sample.full_run()
    text = render_html(made, evidence)
    text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u2028\u2029\u202e]", text)
    assert "{{ 7*7 }}" in text, "a template expression in an answer stays text"


def test_embedded_data_keep_every_member() -> None:
    found = page()
    data = json.loads(found.raw["data"])
    assert [case["verdict"] for case in data["cases"]][:3] == ["FAIL", "FAIL", "ERROR"]
    assert data["cases"][-1]["id"] == sample.WAIVED
    hostile = next(case for case in data["cases"] if case["id"] == sample.LONG_NAME)
    assert hostile["findings"][0]["note"].startswith("</script><script>")
    assert set(json.loads(found.raw["evidence"])) == {f"e{number}" for number in range(1, 10)}


def test_evidence_of_passing_cases_stays_out_beyond_the_budget() -> None:
    made, evidence = sample.full_run()
    text = render_html(made, evidence, budget=2000)
    kept = json.loads(Page(text).raw["evidence"])
    assert set(kept) == {"e1", "e2", "e3", "e4", "e5", "e6"}, "what failed, warned or was not judged is always in"
    assert "3 exchanges of cases that passed are not in it" in text
    assert "are not in it" not in render_html(made, evidence)


def test_statement_and_requirements_need_no_script() -> None:
    made, evidence = sample.failing_run()
    without = re.sub(r"<script.*?</script>", "", render_html(made, evidence), flags=re.S)
    for row in made["requirements"]:
        assert row["id"] in without
        assert row["statement"] in without
    for words in (
        "1 of 25 judged requirements is broken.",
        "Tested by",
        "Accepted by",
        "How to repeat it",
        "<noscript>",
    ):
        assert words in without
    assert '<span lang="zh-Hans">设备管理 / 创建设备</span>' in without
    assert without.index("Tested by") < without.index('id="cases"')


def test_empty_run_has_a_page() -> None:
    text = render_html(sample.results([], [], verdict="INCONCLUSIVE"), [])
    assert "Nothing was judged." in text
    assert "No case was selected." in text
