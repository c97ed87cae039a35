namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>
/// Three traces: a run whose node calls another service (a1 to a6), a run linked to it (b1 to b3), and spans whose root is missing (c1, c2).
/// </summary>
internal static class QueryData
{
    public const long Start = 1_760_000_000_000_000_000;
    public const long Millisecond = 1_000_000;

    private static readonly ResourceInfo Ingest = new()
    {
        Attributes =
        {
            { "service.name", "ingest" },
            { "pool", 2L },
            { "zone", "eu" },
        },
    };

    private static readonly ResourceInfo Files = new()
    {
        Attributes =
        {
            { "service.name", "files" },
            { "pool", 4L },
            { "zone", "us" },
        },
    };

    private static readonly ScopeInfo Pipeline = new()
    {
        Name = "OtelPipeline",
        Version = "1.0",
        Attributes = { { "tier", "core" } },
    };

    private static readonly ScopeInfo Http = new() { Name = "http" };

    // Tempo finds no span by an id that starts with a zero
    private static SpanId Id(ulong number) => new(0x5100_0000_0000_0000 | number);

    public static List<SpanRow> Spans() =>
        [
            new()
            {
                SpanId = Id(0xa1),
                TraceId = new TraceId(0, 0xa0),
                Name = "run daily",
                Kind = SpanKind.Internal,
                StartTimeUnixNano = Start,
                DurationNano = 10_000 * Millisecond,
                Resource = Ingest,
                Scope = Pipeline,
                Attributes =
                {
                    { "pipeline.name", "daily" },
                    { "rows", 100L },
                    { "ratio", 0.5 },
                    { "ok", true },
                },
            },
            new()
            {
                SpanId = Id(0xa2),
                ParentSpanId = Id(0xa1),
                TraceId = new TraceId(0, 0xa0),
                Name = "node read",
                Kind = SpanKind.Internal,
                StatusCode = SpanStatusCode.Ok,
                StartTimeUnixNano = Start + 100 * Millisecond,
                DurationNano = 2_000 * Millisecond,
                Resource = Ingest,
                Scope = Pipeline,
                Attributes =
                {
                    { "pipeline.node.name", "read" },
                    { "rows", 100L },
                    { "ok", true },
                    { "zone", "local" },
                    { "tags", new AttributeValue[] { "x", "y" } },
                },
            },
            new()
            {
                SpanId = Id(0xa3),
                ParentSpanId = Id(0xa1),
                TraceId = new TraceId(0, 0xa0),
                Name = "node clean",
                Kind = SpanKind.Internal,
                StatusCode = SpanStatusCode.Error,
                StatusMessage = "disk full",
                StartTimeUnixNano = Start + 2_200 * Millisecond,
                DurationNano = 5_000 * Millisecond,
                Resource = Ingest,
                Scope = Pipeline,
                Attributes =
                {
                    { "pipeline.node.name", "clean" },
                    { "rows", 90L },
                    { "ok", false },
                    { "ratio", 0.25 },
                },
                Events =
                {
                    new SpanEvent
                    {
                        Name = "exception",
                        TimeUnixNano = Start + 3_200 * Millisecond,
                        Attributes = { { "exception.type", "IOException" }, { "n", 1L } },
                    },
                    new SpanEvent
                    {
                        Name = "retry",
                        TimeUnixNano = Start + 4_200 * Millisecond,
                        Attributes = { { "reason", "slow" }, { "n", 2L } },
                    },
                },
            },
            new()
            {
                SpanId = Id(0xa4),
                ParentSpanId = Id(0xa3),
                TraceId = new TraceId(0, 0xa0),
                Name = "GET /files",
                Kind = SpanKind.Client,
                StatusCode = SpanStatusCode.Error,
                StartTimeUnixNano = Start + 2_300 * Millisecond,
                DurationNano = 1_500 * Millisecond,
                Resource = Ingest,
                Scope = Http,
                Attributes = { { "http.status", 500L }, { "http.url", "https://files/a?x=1" } },
            },
            new()
            {
                SpanId = Id(0xa5),
                ParentSpanId = Id(0xa4),
                TraceId = new TraceId(0, 0xa0),
                Name = "GET /files",
                Kind = SpanKind.Server,
                StatusCode = SpanStatusCode.Error,
                StartTimeUnixNano = Start + 2_400 * Millisecond,
                DurationNano = 1_200 * Millisecond,
                Resource = Files,
                Scope = Http,
                Attributes = { { "http.status", 500L } },
                Events =
                {
                    new SpanEvent
                    {
                        Name = "exception",
                        TimeUnixNano = Start + 2_500 * Millisecond,
                        Attributes = { { "exception.type", "Timeout" }, { "n", 7L } },
                    },
                },
            },
            new()
            {
                SpanId = Id(0xa6),
                ParentSpanId = Id(0xa3),
                TraceId = new TraceId(0, 0xa0),
                Name = "GET /files",
                Kind = SpanKind.Client,
                StartTimeUnixNano = Start + 4_000 * Millisecond,
                DurationNano = 300 * Millisecond,
                Resource = Ingest,
                Scope = Http,
                Attributes = { { "http.status", 200L }, { "http.url", "https://files/a?x=2" } },
            },
            new()
            {
                SpanId = Id(0xb1),
                TraceId = new TraceId(0, 0xb0),
                Name = "run hourly",
                Kind = SpanKind.Internal,
                StatusCode = SpanStatusCode.Ok,
                StartTimeUnixNano = Start + 20_000 * Millisecond,
                DurationNano = 900 * Millisecond,
                Resource = Ingest,
                Scope = Pipeline,
                Attributes =
                {
                    { "pipeline.name", "hourly" },
                    { "rows", 5L },
                    { "ratio", 1L },
                    { "ok", false },
                },
            },
            new()
            {
                SpanId = Id(0xb2),
                ParentSpanId = Id(0xb1),
                TraceId = new TraceId(0, 0xb0),
                Name = "node read",
                Kind = SpanKind.Producer,
                StatusCode = SpanStatusCode.Ok,
                StartTimeUnixNano = Start + 20_100 * Millisecond,
                DurationNano = 400 * Millisecond,
                Resource = Ingest,
                Scope = Pipeline,
                Attributes = { { "pipeline.node.name", "read" }, { "rows", "many" } },
                Links =
                {
                    new SpanLink
                    {
                        TraceId = new TraceId(0, 0xa0),
                        SpanId = Id(0xa2),
                        Attributes = { { "why", "depends_on" } },
                    },
                },
            },
            new()
            {
                SpanId = Id(0xb3),
                ParentSpanId = Id(0xb1),
                TraceId = new TraceId(0, 0xb0),
                Name = "node clean",
                Kind = SpanKind.Consumer,
                StartTimeUnixNano = Start + 20_500 * Millisecond,
                DurationNano = 400 * Millisecond,
                Resource = Ingest,
                Scope = Pipeline,
                Attributes =
                {
                    { "pipeline.node.name", "clean" },
                    { "rows", 5.0 },
                    { "tags", new AttributeValue[] { "y" } },
                },
            },
            new()
            {
                SpanId = Id(0xc1),
                ParentSpanId = Id(0xdead),
                TraceId = new TraceId(0xc, 0),
                Name = "orphan",
                StartTimeUnixNano = Start + 30_000 * Millisecond,
                DurationNano = 1_000 * Millisecond,
                Attributes =
                {
                    { "rows", 7L },
                    { "two words", "grüße" },
                    { "empty", "" },
                    { "b=c", 1L },
                },
            },
            new()
            {
                SpanId = Id(0xc2),
                ParentSpanId = Id(0xc1),
                TraceId = new TraceId(0xc, 0),
                Name = "leaf",
                Kind = SpanKind.Client,
                StatusCode = SpanStatusCode.Ok,
                StartTimeUnixNano = Start + 30_100 * Millisecond,
                DurationNano = 10 * Millisecond,
                Attributes =
                {
                    { "counts", new AttributeValue[] { 1L, 2L, 3L } },
                    { "flags", new AttributeValue[] { true, false } },
                    { "halves", new AttributeValue[] { 0.5, 1.5 } },
                    { "mixed", new AttributeValue[] { 1L, "a" } },
                    { "raw", new byte[] { 1, 2 } },
                    { "ratio", 2.5 },
                },
            },
        ];
}
