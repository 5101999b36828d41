"""Amazon's own description of SES, which botocore carries, as an OpenAPI document of the calls we make."""

import json
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StringShape, StructureShape

CALLS = ["GetSuppressedDestination", "PutSuppressedDestination", "DeleteSuppressedDestination"]
CALLS += ["ListSuppressedDestinations"]
Json = dict[str, Any]


def write_document(folder: Path) -> Path:
    service = ServiceModel(Loader().load_service_model("sesv2", "service-2"), "sesv2")
    paths: dict[str, Json] = {}
    for name in CALLS:
        call = service.operation_model(name)
        paths.setdefault(call.http["requestUri"], {})[call.http["method"].lower()] = _operation(call)
    signed = {"type": "apiKey", "in": "header", "name": "Authorization"}
    document = {
        "openapi": "3.0.3",
        "info": {"title": service.service_name, "version": service.api_version},
        "paths": paths,
        "components": {"securitySchemes": {"signed": signed}},
        "security": [{"signed": []}],
    }
    path = folder / "ses.openapi.json"
    path.write_text(json.dumps(document))
    return path


def _operation(call: OperationModel) -> Json:
    assert call.input_shape
    members = call.input_shape.members
    located = {name: shape for name, shape in members.items() if shape.serialization.get("location")}
    operation: Json = {
        "parameters": [_parameter(shape) for shape in located.values()],
        "responses": {"200": _response("done", call.output_shape)}
        | {str(error.metadata["error"]["httpStatusCode"]): _response("refused", error) for error in call.error_shapes},
    }
    if len(located) < len(members):
        operation["requestBody"] = {"required": True, "content": _content(call.input_shape)}
    return operation


def _parameter(shape: Shape) -> Json:
    in_path = shape.serialization["location"] == "uri"
    where = {"in": "path" if in_path else "query", "required": in_path}
    return {"name": shape.serialization["name"], "schema": _schema(shape), **where}


def _response(description: str, shape: Shape | None) -> Json:
    return {"description": description, **({"content": _content(shape)} if shape and shape.members else {})}


def _content(shape: Shape) -> Json:
    return {"application/json": {"schema": _schema(shape)}}


def _schema(shape: Shape) -> Json:
    if isinstance(shape, StructureShape):
        properties = {name: _schema(member) for name, member in shape.members.items()}
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return schema | ({"required": shape.required_members} if shape.required_members else {})
    if isinstance(shape, ListShape):
        return {"type": "array", "items": _schema(shape.member)}
    if isinstance(shape, StringShape):
        return {"type": "string"} | ({"enum": shape.enum} if shape.enum else {})
    return {"type": {"timestamp": "number"}.get(shape.type_name, shape.type_name)}
