"""`docs/reference/configuration.md`, made from the sections; a test holds the file to it.

To write it anew: `python -m schakel.settings.reference > docs/reference/configuration.md`.
"""

from __future__ import annotations

import sys
from typing import Any, Final, Literal, get_args, get_origin

from annotated_types import Ge, Le, Lt
from pydantic import PlainSerializer
from pydantic.fields import FieldInfo

from schakel.settings.protocol import ProtocolSection
from schakel.settings.purposes import PurposeSection
from schakel.settings.sections import (
    AmqpSection,
    AskSection,
    BreakerSection,
    DataKeySection,
    DestinationSection,
    DocumentsSection,
    HubSection,
    IdentificatieSection,
    ReconciliationSection,
    ReplaySection,
    RetentionSection,
    RetrySection,
    RouteSection,
    SchemasSection,
    Section,
    SecuritySection,
    StoreSection,
    TenantSection,
)

_SECTIONS: Final[tuple[type[Section], ...]] = (
    HubSection,
    StoreSection,
    SecuritySection,
    DataKeySection,
    DocumentsSection,
    AmqpSection,
    ReplaySection,
    ReconciliationSection,
    SchemasSection,
    TenantSection,
    IdentificatieSection,
    DestinationSection,
    RetrySection,
    BreakerSection,
    RouteSection,
    AskSection,
    PurposeSection,
    ProtocolSection,
    RetentionSection,
)

_HEAD: Final = """\
# Configuration

<!-- Made from schakel/settings/sections.py; change it there. See schakel/settings/reference.py. -->

The hub reads one file in TOML, and every `*.toml` in the folder `conf.d` beside it, by name: one
per municipality, for instance. Lists (`[[tenant]]`, `[[route]]` and other double brackets) are
appended in that order; a key of `[hub]` or another single section may stand in one file only.

The file is the one named with `--config`, else by the environment variable `SCHAKEL_CONFIG`, else
`schakel.toml` in the working directory. `schakel.example.toml` is an example to start from.

Everything is checked before anything starts. All mistakes are listed at once, each with its file,
its key and what to do; the exit code is then 2. In such a list `destination[2]` is the second
`[[destination]]` of that file. `schakel check` does the same and also calls every destination.

A running hub reads the files again on the signal SIGHUP. A configuration with mistakes is refused
and the hub goes on with the one it has; a good one takes over when the attempts and requests under
way have ended, while the port stays open. `hub.host` and `hub.port` alone need a restart.

- **Lengths of time** have a unit: `"500ms"`, `"30s"`, `"5m"`, `"2h"`, `"1d"`.
- **Sizes** too: `"512KiB"`, `"10MiB"`.
- **Secrets** never stand in these files. A key that holds one says where it is: `"env:NAME"` is an
  environment variable, `"file:PATH"` a file, whose last line end does not count.
- **Relative paths**, of secrets too, start from the folder of the first file.
"""


def document() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(_section(section) for section in _SECTIONS)])


def _section(section: type[Section]) -> str:
    title, _, rest = " ".join((section.__doc__ or "").split()).partition(": ")
    rows = [_row(name, info) for name, info in section.model_fields.items()]
    sentence = rest[:1].upper() + rest[1:]
    return "\n".join(
        [f"## {title}", "", sentence, "", "| key | default | meaning |", "|---|---|---|", *rows, ""]
    )


def _row(name: str, info: FieldInfo) -> str:
    meaning = " ".join(filter(None, [info.description, _limits(info)]))
    return f"| `{name}` | {_default(info)} | {meaning.replace('|', chr(92) + '|')} |"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "*required*"
    match info.get_default(call_default_factory=True):
        case None | "" | () | Section():
            return ""
        case {}:
            return ""
        case (only,):
            return f'`"{only}"`'
        case value:
            shown = _as_written(value, info)
            return f'`"{shown}"`' if isinstance(shown, str) else f"`{shown}`"


def _limits(info: FieldInfo) -> str:
    if get_origin(info.annotation) is Literal:
        return f"One of {', '.join(f'`{value}`' for value in get_args(info.annotation))}."
    limits = []
    for one in info.metadata:
        match one:
            case Ge(ge=value):
                limits.append(f"at least {_as_written(value, info)}")
            case Le(le=value):
                limits.append(f"at most {_as_written(value, info)}")
            case Lt(lt=value):
                limits.append(f"less than {_as_written(value, info)}")
    text = ", ".join(limits)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _as_written(value: Any, info: FieldInfo) -> Any:
    """A length of time or a size in the form that the file has."""
    for one in info.metadata:
        if isinstance(one, PlainSerializer):
            return one.func(value)  # type: ignore[call-arg]  # ours take the value alone
    return value


if __name__ == "__main__":
    sys.stdout.write(document())
