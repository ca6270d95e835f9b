"""Bars as SVG. It paints its own ground, so that it can be read on a light page and on a dark one."""

from html import escape

WIDTH, NAMES, VALUES = 720, 190, 60
BAR, GAP, HEAD = 18, 6, 30
GROUP_GAP = 16

# Text has at least 4.5 : 1 to the ground, bars at least 3 : 1; each bar is named, so nothing hangs on its colour.
LIGHT = {"ground": "#ffffff", "text": "#1f2328", "bar0": "#0a58ca", "bar1": "#6b7280", "bar2": "#2e7d32"}
DARK = {"ground": "#0d1117", "text": "#e6edf3", "bar0": "#6ea8fe", "bar1": "#9aa4b2", "bar2": "#7ee787"}


def bars(title: str, groups: dict[str, dict[str, float]]) -> str:
    """A bar for each number, in groups."""
    most = max(value for group in groups.values() for value in group.values())
    y, parts = HEAD + 8, []
    for name, group in groups.items():
        parts.append(text(8, y + 13, name, "head"))
        y += BAR + GAP
        for number, (server, value) in enumerate(group.items()):
            parts += bar(y, server, value, value / most, number)
            y += BAR + GAP
        y += GROUP_GAP
    described = "; ".join(
        f"{name}: {', '.join(f'{s} {v:.1f}' for s, v in group.items())}" for name, group in groups.items()
    )
    return document(title, described, y, parts)


def bar(y: int, server: str, value: float, share: float, number: int) -> list[str]:
    wide = max(1.0, share * (WIDTH - NAMES - VALUES))
    return [
        text(NAMES - 10, y + 13, server, "name"),
        f'<rect class="bar{number}" x="{NAMES}" y="{y}" width="{wide:.1f}" height="{BAR}" rx="2"/>',
        text(round(NAMES + wide + 8), y + 13, f"{value:.1f}", "value"),
    ]


def text(x: int, y: int, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(words)}</text>'


def document(title: str, described: str, height: int, parts: list[str]) -> str:
    style = f"{colours(LIGHT)} @media (prefers-color-scheme: dark) {{ {colours(DARK)} }}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape(described)}</desc>',
        "<style>text { font: 13px system-ui, sans-serif } .head { font-weight: 600 } .name { text-anchor: end }",
        f"{style}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{height}" rx="6"/>',
        text(8, 22, title, "head"),
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def colours(palette: dict[str, str]) -> str:
    return " ".join(f"{'text' if name == 'text' else f'.{name}'} {{ fill: {c} }}" for name, c in palette.items())
