"""A chart as a picture (PNG) for chats that show no SVG: colours settled for a light or a dark room, the font at hand.

The drawing library and the font are loaded when the first picture is made, not before.
"""

from __future__ import annotations

import re
from importlib import resources

from bot.charts.look import DARK, FONT, LIGHT, RULES, STYLE

FAMILY = "Roboto"
FACES = ("Roboto-Regular.ttf", "Roboto-Medium.ttf", "Roboto-Bold.ttf")
_VARIABLE = re.compile(r"var\(--([a-z]+)\)")


def png(svg: str, dark: bool = False, scale: float = 2.0) -> bytes:
    """Draw one of our SVG charts, `scale` picture points to a px of it. Raises ValueError for what is no SVG."""
    import resvg_py

    folder = resources.files("font_roboto").joinpath("files")
    fonts = [str(folder.joinpath(face)) for face in FACES]
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=settled(svg, dark),
            zoom=scale,
            skip_system_fonts=True,
            font_files=fonts,
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )


def settled(svg: str, dark: bool) -> str:
    """The chart with the colours of one room, as a drawing program without CSS variables reads them.

    >>> settled('<g style="fill:var(--tp)"/>', dark=True), settled('<g style="fill:var(--tp)"/>', dark=False)
    ('<g style="fill:#3fcf9b"/>', '<g style="fill:#0a7f5a"/>')
    """
    palette = DARK if dark else LIGHT
    style = f"svg{{font-family:{FAMILY};font-size:{FONT.split()[0].removeprefix('font:')}}}{RULES}"
    return _VARIABLE.sub(lambda found: palette[found[1]], svg.replace(STYLE, style))
