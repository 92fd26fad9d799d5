"""The public catalog in both dialects, one model's detail, and the list that needs an API key."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from simulator.facts import Model
from simulator.rendering import number
from simulator.world import World


def models(world: World) -> tuple[Model, ...]:
    """The models with the prices in force by the world's clock."""
    return world.log.states[world.log.state(world.now)]


def amount(value: Fraction | None, model: Model, *, discounted: bool) -> float | int | None:
    """A price as the catalog prints it; times the ratio as a binary float in the older dialect."""
    if value is None:
        return None
    return float(value) * float(model.ratio) if discounted else number(value)


def pricing(world: World, model: Model) -> dict[str, Any]:
    """The prices of one row in the scenario's dialect."""
    names = world.facts.catalog
    discounted = world.scenario.dialect == "discounted"
    spelling = {one.get("unit", ""): one["text"] for one in names["currency"]["spelling"]}
    by_token = model.kind in {"openai", "claude"}
    told: dict[str, Any] = {
        names["currency"]["key"]: spelling["1M tokens"] if by_token else spelling[""]
    }
    known = {
        "input": model.input,
        "output": model.output,
        "per_request": model.per_request,
        "per_second": model.per_second,
    }
    for one in names["price"]:
        told[one["field"]] = amount(known[one["field"]], model, discounted=discounted)
    if not discounted:
        told[names["ratio"]["key"]] = number(model.ratio)
    return told


def row(world: World, model: Model) -> dict[str, Any]:
    """One row of the catalog; `endpoints` is JSON as text, as the client expects to meet it."""
    names = world.facts.catalog
    path = world.facts.own["request_paths"][model.kind]
    told: dict[str, Any] = {
        names["id"]: model.id,
        "code": model.code,
        "name": model.name,
        "provider": model.provider,
        "provider_code": model.provider.lower(),
        "description": f"{model.name}, simulated.",
        "model_type": model.model_type,
        "features": list(model.features),
        "endpoints": json.dumps({model.kind: {"path": path, "method": "POST"}}),
        names["pricing"]: pricing(world, model),
        "official_pricing": None,
        "context_length": 128000 if model.input is not None else None,
        "max_completion_tokens": None,
        "api_doc_url": "",
        "owned_by": "",
        names["upcoming"]: model.upcoming,
    }
    return told


def catalog(world: World) -> dict[str, Any]:
    """The whole catalog in its envelope; page 0 says that it is not cut into pages."""
    rows = [row(world, model) for model in models(world) if model.listed]
    names = world.facts.catalog
    envelope = names["envelope"]
    return {
        envelope["success"]: True,
        "message": "",
        "page": 0,
        "page_size": 0,
        envelope["total"]: len(rows),
        names["rows_at"]: rows,
    }


def detail(world: World, code: str) -> dict[str, Any]:
    """One model by its code; an id that is no code is not found."""
    for model in models(world):
        if model.listed and model.code == code:
            return {
                "success": True,
                "message": "",
                "data": {**row(world, model), "overview": f"# {model.name}\n\nSimulated."},
            }
    return {"success": False, "message": "model not found", "data": None}


def callable_ids(world: World) -> dict[str, Any]:
    """The list in OpenAI's form: more ids than the catalog has, without prices."""
    return {
        "object": "list",
        "data": [
            {"id": model.id, "object": "model", "created": world.span.opens, "owned_by": ""}
            for model in models(world)
            if not model.upcoming
        ],
    }
