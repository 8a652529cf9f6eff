"""The table of settings in docs/administrator.md. Run as a module it writes the table anew."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_origin

from pydantic.fields import FieldInfo

from coromail.app.config import OWN_SETTINGS, Config

DOCUMENT = Path(__file__).parents[2] / "docs/administrator.md"
HEAD = "| Setting | Default | Meaning |\n| --- | --- | --- |\n"


def every_setting(model: Any = Config, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Each setting by its dotted name, in the order of the model."""
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        kinds = (field.annotation, *getattr(field.annotation, "__args__", ()))
        inner = [kind for kind in kinds if hasattr(kind, "model_fields")]
        if inner:
            named = {dict: key + ".NAME.", list: key + "[]."}.get(get_origin(field.annotation), key + ".")
            yield from every_setting(inner[0], named)
        else:
            yield key, field
    for key, description in OWN_SETTINGS.get(prefix.rstrip("."), {}).items():
        yield prefix + key, FieldInfo(default=None, description=description)


def table() -> str:
    """The rows, one for each setting."""
    rows = [f"| `{key}` | {_shown(field)} | {field.description} |\n" for key, field in every_setting()]
    return HEAD + "".join(rows)


def _shown(field: FieldInfo) -> str:
    if field.is_required() or field.default is None or field.default_factory is not None:
        return ""
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    if isinstance(field.default, int) and field.default >= 1024 and field.default % 1024 == 0:
        megabytes, rest = divmod(field.default, 1 << 20)
        return f"`{field.default >> 10}k`" if rest else f"`{megabytes}M`"
    return f"`{field.default}`"


if __name__ == "__main__":
    DOCUMENT.write_text(DOCUMENT.read_text().partition(HEAD)[0] + table())
