namespace OtelPipeline.Tests;

/// <summary>What each capability emits; <c>~</c> stands for <c>pipeline.</c>.</summary>
internal static class CapabilityTable
{
    public static readonly (string Capability, string[] Lines)[] Rows =
    [
        (
            "a run",
            [
                "span   run etl | Internal | root | Unset | ~name ~run.attempt ~run.error.count ~run.id ~run.records.read ~run.records.written ~run.result ~run.trigger ~run.warning.count ~type ~version",
                "metric ~run.active | UpDownCounter | {run} | ~name ~run.state",
                "metric ~run.duration | Histogram | s | ~name ~run.result ~type",
                "metric ~run.last_start.timestamp | ObservableGauge | s | ~name",
                "metric ~run.last_success.timestamp | ObservableGauge | s | ~name",
                "event  ~run.end | Information | ~name ~run.duration ~run.error.count ~run.id ~run.records.read ~run.records.written ~run.result ~run.warning.count",
                "event  ~run.start | Information | ~name ~run.attempt ~run.id ~run.trigger ~type ~version",
            ]
        ),
        (
            "a run with trigger and data interval",
            [
                "span   run etl | Internal | root | Unset | ~name ~run.attempt ~run.cache.hits ~run.cache.misses ~run.data_interval.end ~run.data_interval.start ~run.error.count ~run.id ~run.records.read ~run.records.written ~run.result ~run.trigger ~run.warning.count ~type ~version",
                "event  ~run.start | Information | ~name ~run.attempt ~run.data_interval.end ~run.data_interval.start ~run.id ~run.trigger ~type ~version",
            ]
        ),
        ("a resumed run", ["link   run etl -> run etl | ~link.type=resumed_from"]),
        (
            "a failed run, a run that timed out, an abandoned run",
            [
                "span   run etl | Internal | root | Error | error.type ~name ~run.attempt ~run.error.count ~run.id ~run.records.read ~run.records.written ~run.result ~run.trigger ~run.warning.count ~type ~version",
                "metric ~run.duration | Histogram | s | error.type ~name ~run.result ~type",
                "metric ~run.errors | Counter | {error} | error.type ~name",
                "event  ~run.end | Error | error.type ~name ~run.duration ~run.error.count ~run.id ~run.records.read ~run.records.written ~run.result ~run.warning.count",
                "event  ~run.exception | Error | error.type ~error.category ~name ~run.id",
            ]
        ),
        ("the configuration of a run", ["event  ~run.config | Information | ~config.ApiToken ~config.BatchSize ~name ~run.id"]),
        (
            "a heartbeat",
            ["event  ~run.heartbeat | Debug | ~name ~run.active_nodes ~run.elapsed ~run.id ~run.records.read ~run.records.written"]
        ),
        (
            "a warning",
            ["metric ~run.warnings | Counter | {warning} | error.type ~name", "event  ~run.warning | Warning | error.type ~name ~run.id"]
        ),
        (
            "a node",
            [
                "span   node left | Internal | in run etl | Unset | app.side code.file.path code.function.name code.line.number ~name ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
                "metric ~node.active | UpDownCounter | {node} | ~name ~node.name",
                "metric ~node.cpu.time | Counter | s | ~name ~node.name",
                "metric ~node.duration | Histogram | s | ~name ~node.name ~node.result ~node.type",
                "metric ~node.memory.peak | Histogram | By | ~name ~node.name",
                "event  ~node.end | Information | ~name ~node.duration ~node.name ~node.result ~node.type ~run.id",
                "event  ~node.start | Information | ~name ~node.name ~node.type ~run.id",
            ]
        ),
        (
            "a node inside a node",
            [
                "span   node inner | Internal | in node right | Unset | code.file.path code.function.name code.line.number ~name ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
                "span   node right | Internal | in run etl | Unset | code.file.path code.function.name code.line.number ~name ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
            ]
        ),
        (
            "nodes that depend on nodes",
            [
                "link   node left -> node extract | ~link.type=depends_on",
                "link   node load -> node left | ~link.type=depends_on",
                "link   node load -> node right | ~link.type=depends_on",
                "link   node right -> node extract | ~link.type=depends_on",
            ]
        ),
        (
            "a failed node",
            [
                "span   node parse | Internal | in run etl | Error | code.file.path code.function.name code.line.number error.type ~name ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
                "metric ~node.duration | Histogram | s | error.type ~name ~node.name ~node.result ~node.type",
                "event  ~node.end | Information | error.type ~name ~node.duration ~node.name ~node.result ~node.type ~run.id",
                "event  ~node.exception | Error | error.type ~error.category ~name ~node.name ~node.type ~run.id",
            ]
        ),
        (
            "an abandoned node",
            [
                "span   node forgotten | Internal | in run etl | Error | code.file.path code.function.name code.line.number error.type ~name ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
            ]
        ),
        (
            "a skipped node",
            [
                "span   node publish | Internal | in run etl | Unset | code.file.path code.function.name code.line.number ~name ~node.memory.peak ~node.name ~node.result ~node.skip.reason ~node.type ~run.id",
                "event  ~node.skip | Information | ~name ~node.name ~node.skip.reason ~node.type ~run.id",
            ]
        ),
        (
            "records, bytes, batches, queueing, layer and engine",
            [
                "span   node extract | Internal | in run etl | Unset | code.file.path code.function.name code.line.number ~name ~node.engine ~node.io.read ~node.layer ~node.memory.peak ~node.name ~node.records.deduplicated ~node.records.filtered ~node.records.read ~node.records.rejected ~node.result ~node.type ~run.id",
                "metric ~node.batch.size | Histogram | {record} | ~name ~node.name",
                "metric ~node.duration | Histogram | s | ~name ~node.engine ~node.name ~node.result ~node.type",
                "metric ~node.io | Counter | By | ~io.direction ~name ~node.name",
                "metric ~node.queue.duration | Histogram | s | ~name ~node.name",
                "metric ~node.records | Counter | {record} | ~name ~node.name ~record.outcome",
                "event  ~node.end | Information | ~name ~node.duration ~node.engine ~node.layer ~node.name ~node.records.read ~node.records.rejected ~node.result ~node.type ~run.id",
            ]
        ),
        (
            "retries",
            [
                "span   attempt load | Internal | in node load | Error | error.type ~name ~node.attempt ~node.name ~run.id",
                "span   attempt load | Internal | in node load | Unset | ~name ~node.attempt ~node.name ~run.id",
                "span   node load | Internal | in run etl | Unset | code.file.path code.function.name code.line.number ~name ~node.attempt ~node.io.written ~node.memory.peak ~node.name ~node.records.written ~node.result ~node.type ~run.id",
                "metric ~node.retries | Counter | {retry} | error.type ~name ~node.name",
                "event  ~node.end | Information | ~name ~node.duration ~node.name ~node.records.written ~node.result ~node.type ~run.id",
                "event  ~node.retry | Warning | error.type ~name ~node.attempt ~node.name ~node.retry.delay ~node.type ~run.id",
            ]
        ),
        (
            "datasets",
            [
                "metric ~dataset.last_update.timestamp | Gauge | s | ~dataset.name",
                "metric ~dataset.records | Gauge | {record} | ~dataset.name",
                "event  ~dataset.read | Information | ~dataset.name ~dataset.records ~dataset.size ~name ~node.engine ~node.layer ~node.name ~node.type ~run.id",
                "event  ~dataset.write | Information | ~dataset.name ~dataset.records ~dataset.size ~name ~node.name ~node.type ~run.id",
            ]
        ),
        (
            "checks",
            [
                "span   check reachable | Internal | in run etl | Error | error.type ~check.name ~check.result ~name ~run.id",
                "span   check unique | Internal | in run etl | Unset | ~check.name ~check.result ~name ~run.id",
                "metric ~check.failed_records | Counter | {record} | ~check.name ~check.result",
                "metric ~checks | Counter | {check} | ~check.name ~check.result",
                "event  ~check.result | Error | ~check.failed_records ~check.name ~check.result ~check.severity ~name ~run.id",
                "event  ~check.result | Error | ~check.name ~check.result ~check.severity ~name ~run.id",
                "event  ~check.result | Information | ~check.actual ~check.limit ~check.name ~check.result ~name ~run.id",
                "event  ~check.result | Information | ~check.name ~check.result ~name ~run.id",
                "event  ~check.result | Warning | ~check.actual ~check.failed_records ~check.limit ~check.name ~check.result ~check.severity ~name ~run.id",
            ]
        ),
        (
            "checkpoints",
            [
                "span   checkpoint year-2029 | Internal | in run etl | Unset | ~checkpoint.name ~name ~run.id",
                "span   checkpoint year-2030 | Internal | in run etl | Unset | ~checkpoint.name ~checkpoint.size ~name ~run.id",
                "metric ~checkpoint.duration | Histogram | s | ~name",
                "metric ~checkpoint.last.timestamp | ObservableGauge | s | ~name",
                "metric ~checkpoint.size | Histogram | By | ~name",
                "event  ~checkpoint.restore | Information | ~checkpoint.duration ~checkpoint.name ~name ~run.id",
                "event  ~checkpoint.save | Information | ~checkpoint.duration ~checkpoint.name ~checkpoint.size ~name ~run.id",
            ]
        ),
        (
            "a partition",
            [
                "span   node step | Internal | in partition etl | Unset | code.file.path code.function.name code.line.number ~name ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
                "span   partition etl | Internal | root | Unset | ~name ~partition.key ~partition.result ~run.id ~type",
                "link   partition etl -> run etl | ~link.type=part_of",
                "event  ~node.end | Information | ~name ~node.duration ~node.name ~node.result ~node.type ~partition.key ~run.id",
                "event  ~node.start | Information | ~name ~node.name ~node.type ~partition.key ~run.id",
            ]
        ),
        (
            "a cache",
            [
                "span   node lookup | Internal | in run etl | Unset | code.file.path code.function.name code.line.number ~name ~node.cache.hits ~node.cache.misses ~node.memory.peak ~node.name ~node.result ~node.type ~run.id",
                "metric ~cache.capacity | ObservableUpDownCounter | By | ~cache.name",
                "metric ~cache.entries | ObservableUpDownCounter | {entry} | ~cache.name",
                "metric ~cache.evictions | Counter | {eviction} | ~cache.name",
                "metric ~cache.requests | Counter | {request} | error.type ~cache.name ~cache.result",
                "metric ~cache.requests | Counter | {request} | ~cache.name ~cache.result",
                "metric ~cache.size | ObservableUpDownCounter | By | ~cache.name",
                "event  ~cache.access | Debug | ~cache.name ~cache.result ~name ~node.name ~node.type ~run.id",
                "event  ~node.end | Information | ~name ~node.cache.hits ~node.cache.misses ~node.duration ~node.name ~node.result ~node.type ~run.id",
                "event  ~run.end | Information | ~name ~run.cache.hits ~run.cache.misses ~run.duration ~run.error.count ~run.id ~run.records.read ~run.records.written ~run.result ~run.warning.count",
            ]
        ),
        (
            "a circuit breaker",
            [
                "metric ~circuit_breaker.status | ObservableUpDownCounter | 1 | ~circuit_breaker.name ~circuit_breaker.state",
                "metric ~circuit_breaker.transitions | Counter | {transition} | ~circuit_breaker.name ~circuit_breaker.scope ~circuit_breaker.state ~circuit_breaker.state.previous",
                "event  ~circuit_breaker.state_change | Information | ~circuit_breaker.name ~circuit_breaker.scope ~circuit_breaker.state ~circuit_breaker.state.previous ~name ~node.name ~node.type ~run.id",
                "event  ~circuit_breaker.state_change | Warning | ~circuit_breaker.break.duration ~circuit_breaker.failure.ratio ~circuit_breaker.name ~circuit_breaker.scope ~circuit_breaker.state ~circuit_breaker.state.previous ~name ~node.name ~node.type ~run.id",
            ]
        ),
        (
            "a rate limiter",
            [
                "metric ~rate_limiter.acquisitions | Counter | {acquisition} | ~rate_limiter.name ~rate_limiter.result",
                "metric ~rate_limiter.acquisitions | Counter | {acquisition} | ~rate_limiter.name ~rate_limiter.result ~rate_limiter.role",
                "metric ~rate_limiter.permit.available | ObservableUpDownCounter | {permit} | ~rate_limiter.name ~rate_limiter.role",
                "metric ~rate_limiter.queue.length | ObservableUpDownCounter | {request} | ~rate_limiter.name ~rate_limiter.role",
                "metric ~rate_limiter.wait.duration | Histogram | s | ~rate_limiter.name ~rate_limiter.result",
                "metric ~rate_limiter.wait.duration | Histogram | s | ~rate_limiter.name ~rate_limiter.result ~rate_limiter.role",
                "event  ~rate_limiter.rejected | Warning | ~name ~node.name ~node.type ~rate_limiter.name ~rate_limiter.role ~rate_limiter.wait.duration ~rate_limiter.wait.limit ~run.id",
                "event  ~rate_limiter.rejected | Warning | ~name ~node.name ~node.type ~rate_limiter.name ~rate_limiter.wait.duration ~run.id",
            ]
        ),
        (
            "a fallback chain",
            [
                "span   fallback resolvers | Internal | in node lookup | Error | error.type http.response.status_code ~fallback.name ~fallback.result ~fallback.source ~fallback.tier ~name ~run.id server.address",
                "span   fallback resolvers | Internal | in node lookup | Unset | ~fallback.name ~fallback.result ~fallback.source ~fallback.tier ~name ~run.id",
                "metric ~fallback.attempt.duration | Histogram | s | ~fallback.name ~fallback.result ~fallback.source ~fallback.tier",
                "metric ~fallback.attempts | Counter | {attempt} | ~fallback.name ~fallback.result ~fallback.source ~fallback.tier",
                "event  ~fallback.attempt | Debug | error.type http.response.status_code ~fallback.attempt.duration ~fallback.name ~fallback.result ~fallback.source ~fallback.tier ~name ~node.name ~node.type ~run.id server.address",
                "event  ~fallback.attempt | Debug | ~fallback.attempt.duration ~fallback.name ~fallback.result ~fallback.source ~fallback.tier ~name ~node.name ~node.type ~run.id",
            ]
        ),
        (
            "a producer of messages",
            [
                "span   flush orders | Internal | in node lookup | Unset | messaging.destination.name messaging.operation.name messaging.system ~name ~run.id",
                "span   send orders | Producer | in node lookup | Error | error.type messaging.destination.name messaging.operation.name messaging.operation.type messaging.system ~name ~run.id",
                "span   send orders | Producer | in node lookup | Unset | messaging.batch.message_count messaging.destination.name messaging.operation.name messaging.operation.type messaging.system ~name ~run.id",
                "metric messaging.client.operation.duration | Histogram | s | error.type messaging.destination.name messaging.operation.name messaging.system",
                "metric messaging.client.operation.duration | Histogram | s | messaging.destination.name messaging.operation.name messaging.system",
                "metric messaging.client.sent.messages | Counter | {message} | error.type messaging.destination.name messaging.operation.name messaging.system",
                "metric messaging.client.sent.messages | Counter | {message} | messaging.destination.name messaging.operation.name messaging.system",
                "metric ~producer.batch.size | Histogram | {record} | messaging.destination.name",
                "metric ~producer.io | Counter | By | messaging.destination.name",
            ]
        ),
        (
            "a consumer of messages",
            [
                "span   commit orders | Client | in node lookup | Unset | messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.operation.type messaging.system ~name ~run.id",
                "span   poll orders | Client | in node lookup | Unset | messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.operation.type messaging.system ~name ~run.id",
                "span   process orders | Consumer | in node lookup | Unset | messaging.batch.message_count messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.operation.type messaging.system ~name ~run.id",
                "span   seek orders | Client | in node lookup | Unset | messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.system ~name ~run.id",
                "link   process orders -> send orders | ",
                "metric messaging.client.consumed.messages | Counter | {message} | messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.system",
                "metric messaging.client.operation.duration | Histogram | s | messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.system",
                "metric messaging.process.duration | Histogram | s | messaging.consumer.group.name messaging.destination.name messaging.operation.name messaging.system",
                "metric ~consumer.lag | ObservableUpDownCounter | {message} | messaging.consumer.group.name messaging.destination.name messaging.destination.partition.id messaging.system",
                "metric ~consumer.lag.time | Gauge | s | messaging.consumer.group.name messaging.destination.name messaging.destination.partition.id messaging.system",
                "metric ~consumer.lag.time | Gauge | s | messaging.consumer.group.name messaging.destination.name messaging.system",
                "metric ~consumer.rebalances | Counter | {rebalance} | messaging.consumer.group.name messaging.destination.name messaging.system",
            ]
        ),
        (
            "an object store",
            [
                "span   object_store get | Client | in node lookup | Unset | ~name ~object_store.name ~object_store.operation ~run.id",
                "span   object_store list | Client | in node lookup | Unset | aws.s3.bucket ~name ~object_store.name ~object_store.operation ~run.id",
                "span   object_store put | Client | in node lookup | Unset | aws.s3.bucket aws.s3.key ~name ~object_store.name ~object_store.operation ~run.id",
                "span   object_store put | Client | in node lookup | Error | error.type ~name ~object_store.name ~object_store.operation ~run.id",
                "metric ~object_store.errors | Counter | {error} | error.type ~object_store.error.outcome ~object_store.name ~object_store.operation",
                "metric ~object_store.io | Counter | By | ~object_store.name ~object_store.operation",
                "metric ~object_store.operation.duration | Histogram | s | error.type ~object_store.name ~object_store.operation",
                "metric ~object_store.operation.duration | Histogram | s | ~object_store.name ~object_store.operation",
            ]
        ),
        (
            "a broker",
            [
                "span   consume orders | Server | in node lookup | Error | error.type messaging.destination.name messaging.operation.name messaging.system ~name ~run.id",
                "span   create orders | Server | in node lookup | Unset | messaging.destination.name messaging.operation.name messaging.system ~name ~run.id",
                "span   list | Server | in node lookup | Unset | messaging.operation.name messaging.system ~name ~run.id",
                "span   produce orders | Server | in node lookup | Unset | messaging.destination.name messaging.operation.name messaging.system ~name ~run.id",
                "span   produce_batch orders | Server | in node lookup | Unset | messaging.batch.message_count messaging.destination.name messaging.operation.name messaging.system ~name ~run.id",
                "metric ~agents.active | ObservableUpDownCounter | {agent} | ",
                "metric ~connections.active | ObservableUpDownCounter | {connection} | ",
                "metric ~partitions | ObservableUpDownCounter | {partition} | messaging.destination.name ~agent.id",
                "metric ~topics | ObservableUpDownCounter | {topic} | ",
                "metric ~uptime | ObservableGauge | s | ",
            ]
        ),
        (
            "segments of a log",
            [
                "span   append | Internal | in node lookup | Unset | messaging.destination.name messaging.destination.partition.id ~name ~run.id",
                "span   flush | Internal | in node lookup | Unset | messaging.destination.name messaging.destination.partition.id ~name ~run.id",
                "metric ~segment.flushes | Counter | {flush} | messaging.destination.name messaging.destination.partition.id",
                "metric ~segment.writes | Counter | {write} | messaging.destination.name",
                "metric ~segment.writes | Counter | {write} | messaging.destination.name messaging.destination.partition.id",
            ]
        ),
        (
            "an item",
            [
                "span   item etl | Internal | root | Unset | ~item.dedupe.action ~item.id ~item.result ~item.time_to_first_result ~item.type ~name ~run.id",
                "span   item etl | Internal | root | Unset | ~item.id ~item.result ~name ~run.id",
                "link   item etl -> run etl | ~link.type=part_of",
                "metric ~item.duration | Histogram | s | ~item.result ~name",
                "metric ~item.time_to_first_result | Histogram | s | ~item.result ~name",
                "metric ~items | Counter | {item} | ~item.result ~name",
            ]
        ),
    ];
}
