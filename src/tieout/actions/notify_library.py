"""The notification library, kept to the addresses it is given (extra ``tieout[notify]``)."""

from __future__ import annotations

from dataclasses import dataclass

import apprise


@dataclass(slots=True)
class _Sender:
    places: apprise.Apprise

    def add(self, place: str, /) -> bool:
        return bool(self.places.add(place))

    def send(self, title: str, body: str, /) -> bool:
        return bool(self.places.notify(body=body, title=title))


def sender(seconds: int) -> _Sender:
    """What sends messages; it follows no redirect, reads no template and keeps nothing."""
    asset = apprise.AppriseAsset(
        app_id="Tieout",
        app_desc="Tieout",
        app_url="",
        async_mode=False,
        secure_logging=True,
        storage_mode="memory",
        allow_templates=False,
        http_redirects=0,
        plugin_paths=[],
        service_timeout=seconds,
    )
    return _Sender(apprise.Apprise(asset=asset))
