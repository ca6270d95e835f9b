"""What axe finds on a page: nothing. The page has to be one that bypasses its policy, since axe is put into it."""

import json
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def clean(page: Page) -> None:
    """Assert that there is nothing to find, and say where there is."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("tags => axe.run({ runOnly: tags })", RULES)["violations"]
    told = [
        (one["id"], one["help"], [(node["html"][:160], node["failureSummary"]) for node in one["nodes"]])
        for one in found
    ]
    assert not told, json.dumps(told, indent=1, ensure_ascii=False)
