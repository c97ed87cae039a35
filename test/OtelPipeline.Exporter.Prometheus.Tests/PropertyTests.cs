using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using OpenTelemetry.Metrics;
using OtelPipeline.Exporter.Prometheus.Exposition;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>Hostile names and values, and histograms of any shape, against naive twins.</summary>
public sealed partial class PropertyTests
{
    /// <summary>Texts full of what breaks exporters: quotes, escapes, line ends, half surrogates, reserved names.</summary>
    internal static Gen<string> HostileText { get; } =
        Gen.ListOf(
                Gen.Frequency(
                    (6, Gen.Elements("a", "Z", "9", "_", ".", "-", " ", ":")),
                    (4, Gen.Elements("\"", "\\", "\n", "\r", "\t", "\\n", "{", "}", ",", "=", "#", " # ", ";")),
                    (2, Gen.Elements("é", "世", "💥", "\ud83d", "\udca5", "\u0085", "\u2028", "\ufeff", "\0", "\u0001", "\u007f")),
                    (1, Gen.Elements("__name__", "le", "quantile", "otel_scope_name", "job", "# EOF"))
                )
            )
            .Select(parts => string.Concat(parts.Take(12)));

    /// <summary>What of a text survives UTF-8.</summary>
    internal static string Utf8(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    [Test]
    public void Names_are_legal_and_never_reserved()
    {
        var names = HostileText.Two().ToArbitrary();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(2000),
            Prop.ForAll(
                names,
                pair =>
                {
                    foreach (var type in Enum.GetValues<FamilyType>())
                    {
                        var metric = MetricName.Translate(
                            pair.Item1,
                            pair.Item2,
                            type,
                            true,
                            PrometheusTranslation.UnderscoreEscapingWithSuffixes
                        );
                        Assert.That(metric, Does.Match("^[a-zA-Z_:][a-zA-Z0-9_:]*$"));
                        Assert.That(
                            type == FamilyType.Counter && metric.Length > 5 && !metric.EndsWith("total", StringComparison.Ordinal),
                            Is.False
                        );
                    }

                    var label = LabelName.Translate(pair.Item1, PrometheusTranslation.UnderscoreEscapingWithSuffixes, Escaping.Underscores);
                    Assert.That(label, Does.Match("^[a-zA-Z_][a-zA-Z0-9_]*$").And.Not.Contain("__"));
                    foreach (var escaping in Enum.GetValues<Escaping>())
                    {
                        label = LabelName.Translate(pair.Item1, PrometheusTranslation.NoTranslation, escaping);
                        Assert.That(label, Does.Not.StartWith("__"));
                        if (escaping != Escaping.AllowUtf8)
                            Assert.That(label, Does.Match("^[a-zA-Z_][a-zA-Z0-9_]*$"));
                    }
                }
            )
        );
    }

    [TestCase(PrometheusTranslation.UnderscoreEscapingWithSuffixes, null)]
    [TestCase(PrometheusTranslation.UnderscoreEscapingWithSuffixes, Exposed.OpenMetrics)]
    [TestCase(PrometheusTranslation.NoTranslation, Exposed.OpenMetrics + ";escaping=allow-utf-8")]
    [TestCase(PrometheusTranslation.NoTranslation, Exposed.OpenMetrics + ";escaping=values")]
    public async Task A_parser_reads_what_was_recorded(PrometheusTranslation translation, string? accept)
    {
        using var exposed = new Exposed(configure: options => options.Translation = translation, info: false);
        var histogram = exposed.Meter.CreateHistogram(
            "h",
            "s",
            "a\\b\n\"c\"",
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }
        );
        var gauge = exposed.Meter.CreateGauge<double>("g");
        var texts = HostileText.Sample(600, 30).ToArray();
        for (var i = 0; i < texts.Length - 1; i += 2)
        {
            gauge.Record(i + 0.5, new("id", i), new("x" + texts[i], texts[i + 1]));
            histogram.Record(i, new("id", i), new("le", texts[i + 1]));
        }

        var samples = ExpositionText.Samples(await exposed.TextAsync(accept), openMetrics: accept is not null);
        var gauges = samples.Where(sample => sample.Name == "g").ToDictionary(sample => sample.Labels["id"]);
        var counts = samples
            .Where(sample => sample.Name == (translation == PrometheusTranslation.NoTranslation ? "h_count" : "h_seconds_count"))
            .ToDictionary(sample => sample.Labels["id"]);
        for (var i = 0; i < texts.Length - 1; i += 2)
        {
            var id = i.ToString(CultureInfo.InvariantCulture);
            var value = Utf8(texts[i + 1]);
            Assert.That(gauges[id].Value, Is.EqualTo(i + 0.5));
            Assert.That(
                gauges[id].Labels.Where(label => label.Key != "id").Select(label => label.Value),
                Is.EqualTo(value.Length == 0 ? [] : new[] { value })
            );
            Assert.That(counts[id].Labels.GetValueOrDefault("exported_le", ""), Is.EqualTo(value));
        }
    }

    [Test]
    public void Numbers_are_read_back_as_they_were()
    {
        var bytes = new byte[TextNumber.MaxLength];
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll<double, long>(
                (number, bits) =>
                {
                    foreach (
                        var value in new[]
                        {
                            number,
                            BitConverter.Int64BitsToDouble(bits),
                            Math.Floor(number),
                            Math.Abs(number) * 1e-300,
                            number * 1e12,
                        }
                    )
                    {
                        var text = Encoding.ASCII.GetString(bytes, 0, TextNumber.Write(ref bytes[0], value));
                        Assert.That(ExpositionText.Number(text), Is.EqualTo(value));
                        if (double.IsNaN(value))
                            continue;
                        var bound = Encoding.ASCII.GetString(TextNumber.BucketLabel(value, openMetrics: true).Written)[4..^3];
                        Assert.That(ExpositionText.Number(bound), Is.EqualTo(value));
                        Assert.That(CanonicalNumber().IsMatch(bound), Is.True, bound);
                    }
                }
            )
        );
    }

    [Test]
    public void Exponential_histograms_are_the_values_that_were_recorded()
    {
        // nothing below what Prometheus takes for zero
        var values = Gen.Frequency(
            (1, Gen.Constant(0.0)),
            (5, Gen.Choose(1, 1_000_000).Select(n => n / 1000.0)),
            (2, Gen.Choose(-400, 1000).Select(e => Math.ScaleB(1.3, e))),
            (1, Gen.Elements(1.0, 2.0, 4.0, 0.5, 1e-120, 1e300))
        );
        var cases = Gen.ListOf(values).SelectMany(list => Gen.Elements(160, 20, 4, 2), (list, size) => (list, size)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(cases, item => CompareHistogram([.. item.list], item.size)));
    }

    private static void CompareHistogram(double[] values, int size)
    {
        if (values.Length == 0)
            return;
        using var exposed = new Exposed(metrics =>
            metrics.AddView("h", new Base2ExponentialBucketHistogramConfiguration { MaxSize = size })
        );
        var histogram = exposed.Meter.CreateHistogram<double>("h");
        foreach (var value in values)
            histogram.Record(value);

        foreach (
            var sample in ExpositionText.Samples(exposed.TextAsync().GetAwaiter().GetResult()).Where(sample => sample.Name == "h_bucket")
        )
        {
            var bound = ExpositionText.Number(sample.Labels["le"]);
            Assert.That(sample.Value, Is.EqualTo(values.Count(value => value <= bound)), $"le={bound}");
        }

        var proto = ProtoText
            .Families(exposed.BytesAsync(Exposed.Protobuf).GetAwaiter().GetResult())
            .Single()
            .One<ProtoText.Message>("metric")
            .One<ProtoText.Message>("histogram");
        Assert.That(proto.One<long>("sample_count"), Is.EqualTo(values.Length));
        if (!proto.All<long>("schema").Any())
            return; // a scale below -4: bounds alone, which were compared
        var schema = proto.One<long>("schema");
        Assert.That(schema, Is.InRange(-4, 8));
        Assert.That(proto.One<long>("zero_count"), Is.EqualTo(values.Count(value => value == 0)));
        var expected = new SortedDictionary<long, long>();
        foreach (var value in values.Where(value => value > 0))
        {
            var index = PrometheusIndex(value, (int)schema);
            expected[index] = expected.GetValueOrDefault(index) + 1;
        }

        Assert.That(Sparse(proto), Is.EqualTo(expected));
    }

    /// <summary>The bucket (base^(i-1), base^i] that holds a value, found by comparing with bounds.</summary>
    private static long PrometheusIndex(double value, int schema)
    {
        var index = (long)Math.Ceiling(Math.Log2(value) * Math.Pow(2, schema));
        while (Upper(index, schema) < value)
            index++;
        while (Upper(index - 1, schema) >= value)
            index--;
        return index;
    }

    private static double Upper(long index, int schema) =>
        schema <= 0
            ? Math.ScaleB(1, (int)Math.Clamp(index << -schema, -2000, 2000))
            : Math.ScaleB(Math.Pow(2, (index & ((1L << schema) - 1)) / Math.Pow(2, schema)), (int)(index >> schema));

    private static SortedDictionary<long, long> Sparse(ProtoText.Message histogram)
    {
        var buckets = new SortedDictionary<long, long>();
        var deltas = new Queue<long>(histogram.All<long>("positive_delta"));
        var index = 0L;
        var count = 0L;
        foreach (var span in histogram.All<ProtoText.Message>("positive_span"))
        {
            index += span.One<long>("offset");
            for (var i = span.One<long>("length"); i > 0; i--)
            {
                count += deltas.Dequeue();
                if (count > 0)
                    buckets.Add(index, count);
                index++;
            }
        }

        Assert.That(deltas, Is.Empty);
        return buckets;
    }

    [GeneratedRegex(@"^(\+Inf|-Inf|-?\d+\.\d+|-?\d(\.\d+)?e[+-]\d{2,3})$")]
    private static partial Regex CanonicalNumber();
}
