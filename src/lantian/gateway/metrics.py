"""What the gateway counts (运行指标), for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5)
_FRAMES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Meters:
    """The counters of one gateway, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.connections = self._gauge("connections", "connections that are open", "family")
        self.closed = self._counter("connections_closed", "connections that the gateway closed, by reason", "reason")
        self.stored = self._counter("frames_stored", "frames that are durable", "family")
        self.refused = self._counter("frames_refused", "frames that were not stored, by reason", "family", "reason")
        self.faults = self._counter("frame_faults", "faults of frames", "family", "fault")
        self.pauses = self._counter("pauses", "how often reading stopped for a while", "reason")
        self.orders = self._counter("orders", "commands to devices, by what became of them", "state")
        self.strangers = self._gauge("strangers_dropped", "frames of unknown devices beyond what is remembered")
        self.queue = self._gauge("queue_bytes", "bytes that wait for the disk")
        self.last = self._gauge("spool_last", "number of the last durable frame")
        self.full = self._gauge("spool_full", "1 while the disk is full")
        self.commit_s = self._histogram("commit_seconds", "time of a group commit", _SECONDS)
        self.commit_frames = self._histogram("commit_frames", "frames of a group commit", _FRAMES)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"lantian_gateway_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"lantian_gateway_{name}", text, labels, registry=self.registry)

    def _histogram(self, name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(f"lantian_gateway_{name}", text, registry=self.registry, buckets=buckets)
