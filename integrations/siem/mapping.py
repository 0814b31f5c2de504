"""A format as a file: an installation's own mapping for any JSON, in YAML, so that a new tool needs no code.

It says what the shipped formats say, with the same paths, conditions and scales (docs/alerts.md shows a whole
one). A file without `when` is used only for sources that name it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from integrations.siem.format import WORDS, Conditions, Format, Scale, at, when
from integrations.siem.paths import Place
from playbooks.domain.alert import AlertSeverity, AlertStatus, IndicatorKind
from playbooks.domain.errors import Malformed
from playbooks.domain.misshapen import fault_of, first_of, no_yaml, place_of
from playbooks.domain.saying import saying
from playbooks.texts import load_texts


def _listed(value: Any) -> Any:  # noqa: ANN401 what a YAML file holds may be anything; pydantic judges it next
    return [value] if isinstance(value, str) else value


def _places(texts: Any) -> Any:  # noqa: ANN401 as above
    listed = _listed(texts)
    return (
        at(*listed) if isinstance(listed, list) and all(isinstance(text, str) for text in listed) else listed
    )


def _shape(texts: Any) -> Any:  # noqa: ANN401 as above
    listed = _listed(texts)
    return (
        when(*listed)
        if isinstance(listed, list) and all(isinstance(text, str) for text in listed)
        else listed
    )


def _told_by_something(shape: Conditions) -> Conditions:
    if shape and not any(one.asks_for for one in shape):
        raise ValueError(load_texts().say("file.formats.asks_nothing"))
    return shape


T = TypeVar("T")
Word = Annotated[str, BeforeValidator(lambda key: key if isinstance(key, str) else str(key))]
"""A vendor's word; YAML reads 1 as a number and means the word `1`."""

Places = Annotated[tuple[Place, ...], BeforeValidator(_places)]
Shape = Annotated[Conditions, BeforeValidator(_shape)]
_FORBID: Final = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class _Severity(BaseModel):
    model_config = _FORBID

    at: Places
    words: dict[Word, AlertSeverity] = {}
    bands: dict[float, AlertSeverity] = {}
    """Lower bound to severity."""
    top: float = float("inf")


class _Status(BaseModel):
    model_config = _FORBID

    at: Places
    words: dict[Word, AlertStatus] = {}


class _Mapping(BaseModel):
    model_config = _FORBID

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    product: str
    when: Annotated[Shape, AfterValidator(_told_by_something)] = ()
    documentation: str = ""
    severity: _Severity | None = None
    status: _Status | None = None
    test: Shape = ()
    indicators: dict[IndicatorKind, Places] = {}
    title: Places
    source_id: Places = ()
    occurrence: Places = ()
    correlation_uid: Places = ()
    description: Places = ()
    rule_id: Places = ()
    rule_name: Places = ()
    event_at: Places = ()
    detected_at: Places = ()
    organization: Places = ()
    hosts: Places = ()
    users: Places = ()
    ip_addresses: Places = ()
    files: Places = ()
    hashes: Places = ()
    processes: Places = ()
    cloud_resources: Places = ()
    from_ip_addresses: Places = ()
    from_hosts: Places = ()
    from_users: Places = ()
    tactics: Places = ()
    techniques: Places = ()
    link: Places = ()


_SPECIAL: Final = {"when", "severity", "status", "test", "indicators"}


def read_mapping(text: str) -> Format:
    """Compile a mapping file. Raises Malformed with a sentence that names the first thing wrong."""
    try:
        mapping = _Mapping.model_validate(YAML(typ="safe", pure=True).load(text))
    except YAMLError as error:
        raise Malformed(saying("file.formats.no_yaml", why=no_yaml(error))) from error
    except ValidationError as error:
        first = first_of(error)
        place = place_of(first) if first["loc"] else saying("file.formats.whole")
        raise Malformed(saying("file.formats.unfit", place=place, what=fault_of(first))) from error
    return _format(mapping)


def _format(mapping: _Mapping) -> Format:
    plain = {name: getattr(mapping, name) for name in _Mapping.model_fields if name not in _SPECIAL}
    return Format(
        **plain,
        shapes=(mapping.when,) if mapping.when else (),
        named_shapes=() if mapping.when else ((),),
        severity=_scales(mapping),
        status=mapping.status.at if mapping.status else (),
        statuses=_folded(mapping.status.words) if mapping.status else {},
        test=(mapping.test,) if mapping.test else (),
        indicators=tuple(mapping.indicators.items()),
    )


def _scales(mapping: _Mapping) -> tuple[Scale, ...]:
    severity = mapping.severity
    if severity is None:
        return ()
    words = severity.words or ({} if severity.bands else WORDS)
    return (
        Scale(
            mapping.product, severity.at, _folded(words), tuple(sorted(severity.bands.items())), severity.top
        ),
    )


def _folded(words: Mapping[str, T]) -> dict[str, T]:
    return {word.casefold(): value for word, value in words.items()}
