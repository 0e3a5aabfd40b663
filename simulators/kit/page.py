"""The page that shows people what arrived: server-rendered, no scripts, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from simulators.kit.exchange import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.kit.control import Controllable

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_LATEST = 25

_STYLE = """
:root{--ink:#16222e;--soft:#5a6b7b;--line:#dbe3ea;--paper:#fff;--ground:#f3f6f9;--accent:#0b5cad;
--good:#17663a;--good-bg:#e3f4e9;--bad:#9c1c1c;--bad-bg:#fdeaea;--warn:#7a4b00;--warn-bg:#fdf1da}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
header{background:var(--paper);border-bottom:1px solid var(--line);padding:20px 32px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:0 0 12px}
header p{margin:0;color:var(--soft)}
main{max-width:1280px;margin:0 auto;padding:24px 32px;display:grid;gap:20px}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:18px 20px;
overflow-x:auto}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px}
.facts div{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:12px 16px}
.facts dt{color:var(--soft);font-size:13px;margin:0}
.facts dd{font-size:20px;font-weight:600;margin:2px 0 0}
.facts dl{margin:0;display:contents}
table{border-collapse:collapse;width:100%}
th{text-align:left;font-size:13px;color:var(--soft);font-weight:600;
border-bottom:1px solid var(--line);padding:6px 14px 6px 0;white-space:nowrap}
td{border-bottom:1px solid var(--line);padding:7px 14px 7px 0;vertical-align:top}
tr:last-child td{border-bottom:0}
code,td.mono{font:13px/1.5 ui-monospace,"DejaVu Sans Mono","Liberation Mono",monospace;
overflow-wrap:anywhere}
.tag{display:inline-block;border-radius:999px;padding:1px 10px;font-size:13px;font-weight:600;
white-space:nowrap}
.good{color:var(--good);background:var(--good-bg)}.bad{color:var(--bad);background:var(--bad-bg)}
.warn{color:var(--warn);background:var(--warn-bg)}
.empty{color:var(--soft);margin:0}ul{margin:0;padding-left:20px}a{color:var(--accent)}
"""


def render(simulator: Controllable) -> str:
    """Render the whole page; every text from outside is escaped."""
    now = simulator.clock.now()
    faults = simulator.faults.texts(now)
    state = _tag("refuses connections", "bad") if simulator.refusing else _tag("listening", "good")
    journal = simulator.journal
    facts = (
        ("State", state),
        ("Requests received", str(journal.received)),
        ("Effects committed", str(len(journal.effects))),
        ("Active faults", _tag(str(len(faults)), "warn") if faults else "0"),
        ("Clock" + (" (frozen)" if simulator.clock.frozen else ""), f"{now:%H:%M:%S} UTC"),
        ("Service time", _pace(simulator)),
    )
    cells = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
    sections = [_faults(faults)]
    sections += [_table(table) for table in simulator.system.tables()]
    sections.append(_requests(simulator))
    name = escape(simulator.system.name)
    return (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>Simulator {name}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>Simulator: {name}</h1><p>Serves <code>{escape(simulator.base_url)}</code>. "
        "Control API on this port: <a href='/journal'>journal</a>, <a href='/effects'>effects</a>, "
        "<a href='/faults'>faults</a>, <a href='/clock'>clock</a>. Reload to see what is new."
        f"</p></header><main><div class='facts'><dl>{cells}</dl></div>{''.join(sections)}</main>"
        "</body></html>"
    )


def _pace(simulator: Controllable) -> str:
    pace = simulator.pace
    if pace.seconds + pace.jitter == 0:
        return "at once"
    text = f"{pace.seconds * 1000:.0f} ms"
    return text if pace.capacity is None else f"{text}, {pace.capacity} at a time"


def _tag(text: str, mood: str) -> str:
    return f"<span class='tag {mood}'>{escape(text)}</span>"


def _faults(faults: Sequence[str]) -> str:
    if not faults:
        return ""
    items = "".join(f"<li>{escape(text)}</li>" for text in faults)
    return f"<section><h2>Active faults</h2><ul>{items}</ul></section>"


def _table(table: Table) -> str:
    title = f"<h2>{escape(table.title)}</h2>"
    if not table.rows:
        return f"<section>{title}<p class='empty'>Nothing yet.</p></section>"
    head = "".join(f"<th scope='col'>{escape(column)}</th>" for column in table.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return (
        f"<section>{title}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        "</section>"
    )


def _requests(simulator: Controllable) -> str:
    rows: list[str] = []
    for request in list(simulator.journal.requests)[-1 : -_LATEST - 1 : -1]:
        status = _status(request.status)
        fault = _tag(request.fault, "warn") if request.fault else ""
        query = f"?{request.query}" if request.query else ""
        rows.append(
            f"<tr><td>{request.seq}</td><td>{request.at:%H:%M:%S}</td>"
            f"<td>{escape(request.method)}</td><td class='mono'>{escape(request.path + query)}</td>"
            f"<td>{status}</td><td>{fault}</td></tr>"
        )
    if not rows:
        return _table(Table(title="Latest requests", columns=(), rows=()))
    return (
        "<section><h2>Latest requests</h2><table><thead><tr><th scope='col'>No.</th>"
        "<th scope='col'>Time</th><th scope='col'>Method</th><th scope='col'>Path</th>"
        f"<th scope='col'>Done as</th><th scope='col'>Fault</th></tr></thead><tbody>{''.join(rows)}"
        "</tbody></table></section>"
    )


def _status(status: int | None) -> str:
    if status is None:
        return _tag("not done", "bad")
    if status < 400:  # noqa: PLR2004 - the border of HTTP's error classes
        return _tag(str(status), "good")
    return _tag(str(status), "warn")
