"""How a chart looks: colours by role, for light and dark rooms."""

STYLE = """
svg{--bg:#fff;--ink:#1c2733;--soft:#5d6b7a;--grid:#e6eaee;--up:#0b8f6a;--down:#d0453f;--zone:#2f6fde;--sl:#c43030;
--tp:#0a7f5a;--area:#8a5cd1;--mark:#1c2733;--water:#1c2733;font:11px system-ui,-apple-system,"Segoe UI",sans-serif}
@media (prefers-color-scheme:dark){svg{--bg:#17212b;--ink:#e8eef4;--soft:#93a4b5;--grid:#26333f;--up:#2dbd8f;
--down:#f0706a;--zone:#6aa3ff;--sl:#ff7b72;--tp:#3fcf9b;--area:#b794f6;--mark:#e8eef4;--water:#e8eef4}}
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
"""
