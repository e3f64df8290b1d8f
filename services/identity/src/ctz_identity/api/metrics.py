"""MetricService: dated athlete metrics."""

from typing import Any

import grpc
from ctz.identity.v1 import metrics_pb2, metrics_pb2_grpc

from ctz_chassis import resource_name
from ctz_chassis.grpc_server import person_of
from ctz_chassis.idempotency import request_key
from ctz_identity.api.translation import moment
from ctz_identity.app.events import metric_entry
from ctz_identity.app.metrics import MetricBook, MetricWish
from ctz_identity.domain.metrics import kind_of, source_of


class MetricServicer(metrics_pb2_grpc.MetricServiceServicer):
    """Translates MetricService."""

    def __init__(self, metrics: MetricBook) -> None:
        self._metrics = metrics

    def ListMetrics(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the person's metrics."""
        kinds = {kind_of(number, field="kinds") for number in request.kinds}
        response = metrics_pb2.ListMetricsResponse()
        for timeline in self._metrics.list_timelines(person_of(context).user_id, kinds):
            response.timelines.add(
                kind=timeline.kind.value,
                revision=timeline.revision,
                entries=[metric_entry(entry) for entry in timeline.entries],
            )
        return response

    def AddMetrics(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Add entries, all or none."""
        wishes = [
            MetricWish(
                kind_of(each.kind),
                moment(each.effective_time, field="effective_time"),
                each.value,
                source_of(each.source),
            )
            for each in request.metrics
        ]
        entries = self._metrics.add(person_of(context).user_id, wishes, key=request_key(request))
        return metrics_pb2.AddMetricsResponse(entries=[metric_entry(entry) for entry in entries])

    def UpdateMetric(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Correct an entry."""
        entry = self._metrics.correct(
            person_of(context).user_id,
            resource_name.parse("metrics", request.name),
            effective_at=moment(request.effective_time, field="effective_time"),
            value=request.value,
            source=source_of(request.source),
        )
        return metric_entry(entry)

    def DeleteMetric(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Take an entry away."""
        entry_id = resource_name.parse("metrics", request.name)
        self._metrics.delete(person_of(context).user_id, entry_id)
        return metrics_pb2.DeleteMetricResponse()
