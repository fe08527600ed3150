"""Protobuf to Python and back."""

import struct
from typing import Any

import numpy as np
from google.protobuf.json_format import MessageToDict
from numpy.typing import NDArray
from weaviate.proto.v1 import base_pb2, base_search_pb2, batch_pb2, properties_pb2

Vector = NDArray[np.float32]


def vector_of(data: bytes) -> Vector:
    """The numbers of a vector as it travels."""
    return np.frombuffer(data, dtype="<f4")


def properties_of(sent: batch_pb2.BatchObject) -> dict[str, Any]:
    """The properties of an object in a batch."""
    sets = sent.properties
    found: dict[str, Any] = MessageToDict(sets.non_ref_properties)
    for texts in sets.text_array_properties:
        found[texts.prop_name] = list(texts.values)
    for name in sets.empty_list_props:
        found[name] = []
    return found


def vectors_of(sent: batch_pb2.BatchObject) -> dict[str, Vector]:
    """The named vectors of an object in a batch."""
    return {one.name: vector_of(one.vector_bytes) for one in sent.vectors}


def value_of(found: Any, kind: str) -> properties_pb2.Value:
    """A property as an answer holds it; ``kind`` is its type in the schema."""
    if found is None:
        return properties_pb2.Value(null_value=0)  # pyright: ignore[reportArgumentType]
    if kind == "int":
        return properties_pb2.Value(int_value=int(found))
    if kind == "number":
        return properties_pb2.Value(number_value=float(found))
    if kind == "text[]":
        texts = properties_pb2.TextValues(values=found)
        return properties_pb2.Value(list_value=properties_pb2.ListValue(text_values=texts))
    return properties_pb2.Value(text_value=str(found))


def wanted_vector(near: base_search_pb2.NearVector) -> tuple[Vector, str]:
    """The vector that is searched near to, and which of an object's vectors is meant."""
    targets = list(near.targets.target_vectors)
    if near.vector_for_targets:
        first = near.vector_for_targets[0]
        data = first.vectors[0].vector_bytes if first.vectors else first.vector_bytes
        return vector_of(data), first.name
    if near.vectors:
        return vector_of(near.vectors[0].vector_bytes), targets[0] if targets else ""
    return vector_of(near.vector_bytes), targets[0] if targets else ""


def packed(name: str, vector: Vector) -> base_pb2.Vectors:
    """A named vector as an answer holds it."""
    data = struct.pack(f"<{len(vector)}f", *vector.tolist())
    return base_pb2.Vectors(
        name=name, vector_bytes=data, type=base_pb2.Vectors.VECTOR_TYPE_SINGLE_FP32
    )
