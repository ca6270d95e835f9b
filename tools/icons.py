"""Draws the icons of the app out of static/favicon.svg, in Chromium: `.venv/bin/python tools/icons.py`."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
CHROMIUM = Path("/usr/bin/chromium")
ROUNDED = ' rx="8"'
# Systems cut these into a shape of their own, so theirs goes to the edge.
WHOLE = {"rooms-180": 180, "rooms-maskable-512": 512}
SHAPED = {"rooms-192": 192, "rooms-512": 512}


def main() -> None:
    """Write static/icons/."""
    drawing = (STATIC / "favicon.svg").read_text("utf-8")
    (STATIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = {"executable_path": str(CHROMIUM)} if CHROMIUM.exists() else {}
        browser = playwright.chromium.launch(args=["--no-sandbox"], **path)
        for name, size in SHAPED.items():
            draw(browser, drawing, name, size)
        for name, size in WHOLE.items():
            draw(browser, drawing.replace(ROUNDED, ""), name, size)
        browser.close()


def draw(browser: Browser, drawing: str, name: str, size: int) -> None:
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{drawing}")
    page.screenshot(path=STATIC / "icons" / f"{name}.png", omit_background=True)
    page.close()


if __name__ == "__main__":
    main()
