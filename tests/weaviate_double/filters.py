"""Which objects a filter means."""

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any, cast

from weaviate.proto.v1 import base_pb2

from tests.weaviate_double.shelf import Collection, RefusedError, Stored

_OPERATOR = base_pb2.Filters.Operator


def matches(wanted: base_pb2.Filters, stored: Stored, collection: Collection) -> bool:
    """Whether an object is meant."""
    if wanted.operator == _OPERATOR.OPERATOR_AND:
        return all(matches(one, stored, collection) for one in wanted.filters)
    if wanted.operator == _OPERATOR.OPERATOR_OR:
        return any(matches(one, stored, collection) for one in wanted.filters)
    name = wanted.target.property
    if name not in {"_id", "id"}:
        _check_index(name, collection)
    kind = wanted.WhichOneof("test_value")
    asked = getattr(wanted, kind)
    found = stored.id if name in {"_id", "id"} else stored.properties.get(name)
    return _compare(wanted.operator, found, asked)


def _check_index(name: str, collection: Collection) -> None:
    known = collection.properties.get(name)
    if known is None:
        raise RefusedError(f"no such prop with name '{name}' found in class")
    if not (known["indexFilterable"] or known["indexRangeFilters"]):
        raise RefusedError(f"Filtering by property '{name}' requires inverted index")


def _compare(operator: int, found: Any, asked: Any) -> bool:
    """As fields that are not cut into words are compared: whole, and with regard to case."""
    values = cast("list[Any]", found) if isinstance(found, list) else [found]
    if operator == _OPERATOR.OPERATOR_CONTAINS_ANY:
        return any(value in list(asked.values) for value in values)
    if operator == _OPERATOR.OPERATOR_EQUAL:
        return asked in values
    if operator == _OPERATOR.OPERATOR_NOT_EQUAL:
        return asked not in values
    if operator not in _BY_SIZE:
        raise RefusedError(f"the double knows no operator {operator}")
    return found is not None and _BY_SIZE[operator](found, asked)


_BY_SIZE: dict[int, Callable[[Any, Any], bool]] = {
    _OPERATOR.OPERATOR_GREATER_THAN: gt,
    _OPERATOR.OPERATOR_GREATER_THAN_EQUAL: ge,
    _OPERATOR.OPERATOR_LESS_THAN: lt,
    _OPERATOR.OPERATOR_LESS_THAN_EQUAL: le,
}
