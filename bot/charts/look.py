"""How a chart looks: colours by role, for light and dark rooms."""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "bg": "#fff", "ink": "#1c2733", "soft": "#5d6b7a", "grid": "#e6eaee", "up": "#0b8f6a", "down": "#d0453f",
    "zone": "#2f6fde", "sl": "#c43030", "tp": "#0a7f5a", "area": "#8a5cd1", "mark": "#1c2733", "water": "#1c2733",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "bg": "#17212b", "ink": "#e8eef4", "soft": "#93a4b5", "grid": "#26333f", "up": "#2dbd8f", "down": "#f0706a",
    "zone": "#6aa3ff", "sl": "#ff7b72", "tp": "#3fcf9b", "area": "#b794f6", "mark": "#e8eef4", "water": "#e8eef4",
}  # fmt: skip
FONT = 'font:11px system-ui,-apple-system,"Segoe UI",sans-serif'

RULES = """
.bg{fill:var(--bg)}.grid{stroke:var(--grid)}.soft{fill:var(--soft)}.head{fill:var(--ink);font-weight:600;font-size:13px}
.up{fill:var(--bg);stroke:var(--up)}.down{fill:var(--down);stroke:var(--down)}.wick-up{stroke:var(--up)}
.wick-down{stroke:var(--down)}.zone{fill:var(--zone);fill-opacity:.16}.entry{stroke:var(--zone)}.sl{stroke:var(--sl)}
.tp{stroke:var(--tp)}.area{fill:var(--area);fill-opacity:.09;stroke:var(--area);stroke-opacity:.45;stroke-dasharray:2 3}
.area-name{fill:var(--area);font-size:10px}.tag-entry{fill:var(--zone)}.tag-sl{fill:var(--sl)}.tag-tp{fill:var(--tp)}
.tag{fill:var(--bg);font-weight:600}.now{stroke:var(--soft);stroke-dasharray:4 3}
.fill{fill:var(--zone);stroke:var(--bg)}.good{fill:var(--tp);stroke:var(--bg)}.bad{fill:var(--sl);stroke:var(--bg)}
.inv{stroke:var(--sl);stroke-dasharray:2 4;stroke-opacity:.8}.inv-name{fill:var(--sl);font-size:10px}
.track{stroke:var(--soft);stroke-opacity:.45}.vote-for{fill:var(--tp)}.vote-against{fill:var(--sl)}
.vote-neutral{fill:var(--soft)}.water{fill:var(--water);fill-opacity:.07;
font-weight:700;letter-spacing:.12em}.halo{paint-order:stroke;stroke:var(--bg);stroke-width:3px}
.best{stroke:var(--tp);stroke-dasharray:1 3;stroke-width:1.5}.best-name{fill:var(--tp);font-weight:600}
.worst{stroke:var(--sl);stroke-dasharray:1 3;stroke-width:1.5}.worst-name{fill:var(--sl);font-weight:600}
.zero{stroke:var(--soft)}.curve{fill:none;stroke:var(--zone);stroke-width:2;stroke-linejoin:round}
.theory{fill:none;stroke:var(--soft);stroke-width:1.2;stroke-dasharray:4 3}
.under{fill:var(--sl);fill-opacity:.14}.range{fill:var(--zone);fill-opacity:.2}
.ideal{stroke:var(--soft);stroke-dasharray:5 4}
.bin{fill:var(--zone);stroke:var(--bg);stroke-width:1.5}.span{stroke:var(--zone);stroke-opacity:.55;stroke-width:1.5}
.ink{fill:var(--ink)}.axis{fill:var(--soft);font-size:11px}
"""


def variables(palette: Mapping[str, str]) -> str:
    """The colours as CSS variables.

    >>> variables({"bg": "#fff", "ink": "#000"})
    '--bg:#fff;--ink:#000'
    """
    return ";".join(f"--{role}:{colour}" for role, colour in palette.items())


_DARK_ROOM = f"@media (prefers-color-scheme:dark){{svg{{{variables(DARK)}}}}}"
# Where a browser draws it, a chart follows the reader's wish for light or dark.
STYLE = f"\nsvg{{{variables(LIGHT)};{FONT}}}\n{_DARK_ROOM}{RULES}"
