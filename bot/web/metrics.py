"""Figures for Prometheus: how this process does. Nothing here tells of any incident, not even how many there are."""

from collections.abc import Mapping
from time import perf_counter
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})
_LATENCIES: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The figures of one app; a registry of its own, so that two apps in one process do not mix."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._part_up = Gauge("muster_part_up", "Whether a part answers.", ("part",), registry=self._registry)
        self._waiting = Gauge(
            "muster_waiting", "What waits to be carried on, by queue.", ("queue",), registry=self._registry
        )
        self._live = Gauge("muster_live_pages", "Pages kept live now.", registry=self._registry)
        self._requests = Counter(
            "muster_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "muster_http_seconds",
            "From a request to the head of its answer.",
            ("route",),
            buckets=_LATENCIES,
            registry=self._registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by the pattern of its route; its address, which may hold a key, is kept nowhere."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self, *, up: Mapping[str, bool], waiting: Mapping[str, int], live: int) -> bytes:
        """Everything in Prometheus's text format, with what was just looked up."""
        for part, answers in up.items():
            self._part_up.labels(part).set(answers)
        self._waiting.clear()  # what cannot be counted now is not told as it was
        for queue, count in waiting.items():
            self._waiting.labels(queue).set(count)
        self._live.set(live)
        return generate_latest(self._registry)


class Counted:
    """Counts every request of an app."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun_at = perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "none")
                self._metrics.answered(scope["method"], route, message["status"], perf_counter() - begun_at)
            await send(message)

        await self._app(scope, receive, counted)
