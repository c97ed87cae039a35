namespace OtelPipeline.Data.Tests.Parquet;

/// <summary>Rows with everything that a row can hold, hostile texts and extreme numbers included.</summary>
internal sealed class RandomRows(int seed)
{
    private static readonly string[] Keys =
    [
        "pipeline.name",
        "pipeline.run.id",
        "pipeline.node.name",
        "pipeline.node.result",
        "pipeline.run.result",
        "pipeline.item.result",
        "error.type",
        "pipeline.http.cache.result",
        "service.name",
        "service.instance.id",
        "int",
        "",
        "k\"\\\n",
        "ключ",
    ];

    private static readonly string[] Texts =
    [
        "",
        "a",
        "success",
        "true",
        "12",
        "NaN",
        "\"\\\0\u001f",
        "日本語😀",
        "{\"a\":1}",
        new('x', 300),
        "\u2028",
    ];

    private readonly Random _random = new(seed);

    public List<SpanRow> Spans(int count) =>
        Rows(
            count,
            () =>
            {
                var span = new SpanRow
                {
                    TraceId = TraceId(),
                    SpanId = SpanId(),
                    ParentSpanId = SpanId(),
                    TraceState = Optional(),
                    Name = Text(),
                    Kind = (SpanKind)_random.Next(6),
                    StartTimeUnixNano = Time(),
                    DurationNano = _random.NextInt64(-5, long.MaxValue / 4),
                    StatusCode = (SpanStatusCode)_random.Next(3),
                    StatusMessage = Optional(),
                    DroppedAttributesCount = Count(),
                    DroppedEventsCount = Count(),
                    DroppedLinksCount = Count(),
                };
                for (var i = _random.Next(-2, 3); i > 0; i--)
                {
                    span.Events.Add(
                        new()
                        {
                            TimeUnixNano = Time(),
                            Name = Text(),
                            Attributes = Attributes(),
                            DroppedAttributesCount = Count(),
                        }
                    );
                    span.Links.Add(
                        new()
                        {
                            TraceId = TraceId(),
                            SpanId = SpanId(),
                            TraceState = Optional(),
                            Attributes = Attributes(),
                            DroppedAttributesCount = Count(),
                            Flags = Count(),
                        }
                    );
                }

                return span;
            }
        );

    public List<EventRow> Events(int count) =>
        Rows(
            count,
            () =>
                new EventRow
                {
                    TimeUnixNano = _random.Next(4) == 0 ? 0 : Time(),
                    ObservedTimeUnixNano = Time(),
                    TraceId = TraceId(),
                    SpanId = SpanId(),
                    SeverityNumber = _random.Next(25),
                    SeverityText = Optional(),
                    EventName = Optional(),
                    Body = Value(0),
                    DroppedAttributesCount = Count(),
                }
        );

    public List<MetricPointRow> Points(int count) =>
        Rows(
            count,
            () =>
                new MetricPointRow
                {
                    MetricName = Text(),
                    MetricType = (MetricType)_random.Next(6),
                    Unit = Optional(),
                    Description = Optional(),
                    Temporality = (AggregationTemporality)_random.Next(3),
                    IsMonotonic = _random.Next(2) == 0,
                    Metadata = Attributes(),
                    StartTimeUnixNano = Time(),
                    TimeUnixNano = Time(),
                    ValueDouble = Maybe(Double),
                    ValueInt = Maybe(Int64),
                    Count = Maybe(Int64),
                    Sum = Maybe(Double),
                    Min = Maybe(Double),
                    Max = Maybe(Double),
                    ExplicitBounds = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Double())],
                    BucketCounts = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Int64())],
                    Scale = Maybe(() => _random.Next(-10, 20)),
                    ZeroCount = Maybe(Int64),
                    ZeroThreshold = Maybe(Double),
                    PositiveOffset = Maybe(() => _random.Next(-10, 20)),
                    PositiveBucketCounts = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Int64())],
                    NegativeOffset = Maybe(() => _random.Next(-10, 20)),
                    NegativeBucketCounts = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Int64())],
                    Quantiles = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => new QuantileValue(_random.NextDouble(), Double()))],
                    Exemplars =
                    [
                        .. Enumerable
                            .Range(0, _random.Next(3))
                            .Select(_ => new Exemplar
                            {
                                TimeUnixNano = Time(),
                                ValueDouble = Maybe(Double),
                                ValueInt = Maybe(Int64),
                                TraceId = TraceId(),
                                SpanId = SpanId(),
                                FilteredAttributes = Attributes(),
                            }),
                    ],
                }
        );

    private List<TRow> Rows<TRow>(int count, Func<TRow> create)
        where TRow : TelemetryRow
    {
        var resources = Enumerable
            .Range(0, 3)
            .Select(_ => new ResourceInfo
            {
                Attributes = Attributes(),
                SchemaUrl = Optional(),
                DroppedAttributesCount = Count(),
            })
            .ToArray();
        var scopes = Enumerable
            .Range(0, 3)
            .Select(_ => new ScopeInfo
            {
                Name = Text(),
                Version = Optional(),
                Attributes = Attributes(),
                SchemaUrl = Optional(),
                DroppedAttributesCount = Count(),
            })
            .ToArray();
        var rows = new List<TRow>();
        for (var i = 0; i < count; i++)
        {
            var row = create();
            row.Resource = resources[_random.Next(3)];
            row.Scope = scopes[_random.Next(3)];
            row.Attributes = Attributes();
            row.Flags = Count();
            rows.Add(row);
        }

        return rows;
    }

    private AttributeList Attributes()
    {
        var list = new AttributeList();
        for (var i = _random.Next(8); i > 0; i--)
            list.Add(Keys[_random.Next(Keys.Length)], Value(0));
        return list;
    }

    private AttributeValue Value(int depth) =>
        _random.Next(depth > 2 ? 8 : 10) switch
        {
            0 => default,
            1 => _random.Next(2) == 0,
            2 => Int64(),
            3 => Double(),
            4 => Texts.Select(System.Text.Encoding.UTF8.GetBytes).ElementAt(_random.Next(Texts.Length)),
            8 => Enumerable.Range(0, _random.Next(3)).Select(_ => Value(depth + 1)).ToArray(),
            9 => Attributes(),
            _ => Text(),
        };

    private string Text() => Texts[_random.Next(Texts.Length)];

    // null and empty are the same to protobuf
    private string? Optional() => Text() is { Length: > 0 } text ? text : null;

    private T? Maybe<T>(Func<T> value)
        where T : struct => _random.Next(2) == 0 ? value() : null;

    private uint Count() => _random.Next(3) == 0 ? (uint)_random.NextInt64(0, 1L << 32) : 0;

    private long Time() => _random.NextInt64(1, long.MaxValue);

    private long Int64() => _random.Next(2) == 0 ? _random.Next(100) : _random.NextInt64(long.MinValue, long.MaxValue);

    private double Double() =>
        _random.Next(6) switch
        {
            0 => double.NaN,
            1 => double.PositiveInfinity,
            2 => -0.0,
            3 => double.Epsilon,
            _ => _random.NextDouble() * 1e6,
        };

    private TraceId TraceId() => _random.Next(4) == 0 ? default : new((ulong)_random.NextInt64(), (ulong)_random.NextInt64());

    private SpanId SpanId() => _random.Next(4) == 0 ? default : new((ulong)_random.NextInt64());
}
