using FsCheck;
using FsCheck.Fluent;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;
using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests.Parquet;

/// <summary>OTLP → rows → Parquet → rows gives the same telemetry.</summary>
internal sealed class RoundTripTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(150);

    [Test]
    public void Any_trace_in_OTLP_JSON_comes_back() =>
        Check.One(Many, Prop.ForAll<int>(seed => AssertSame(Reading.Text(new RandomTrace(seed).Write()).Rows)));

    [Test]
    public void Any_span_comes_back() => Check.One(Many, Prop.ForAll<int>(seed => AssertSame([.. new RandomRows(seed).Spans(seed & 31)])));

    [Test]
    public void Any_event_comes_back() =>
        Check.One(Many, Prop.ForAll<int>(seed => AssertSame([.. new RandomRows(seed).Events(seed & 31)])));

    [Test]
    public void Any_metric_point_comes_back() =>
        Check.One(Many, Prop.ForAll<int>(seed => AssertSame([.. new RandomRows(seed).Points(seed & 31)])));

    [Test]
    public void Many_rows_in_several_row_groups_come_back()
    {
        var options = new TelemetryParquetOptions { Format = { RowGroupRows = 2000, PageRows = 300 } };
        var rows = new RandomRows(1).Spans(7000);
        var reading = Reading.Bytes(Write(rows, options));
        Assert.That(reading.Rows.Select(RowText.Of), Is.EqualTo(rows.Select(RowText.Of)));
        Assert.That(reading.Report.Spans, Is.EqualTo(7000));
    }

    [Test]
    public void What_other_programs_sent_comes_back()
    {
        if (RepositoryPaths.Samples is null)
            return;
        var rows = TelemetryReader.ReadAsync(Path.Combine(RepositoryPaths.Samples, "otlp")).ToBlockingEnumerable().ToList();
        Assert.That(rows, Has.Count.GreaterThan(50));
        AssertSame(rows);
    }

    /// <summary>Writes a table of each kind of row that is there, and compares.</summary>
    private static void AssertSame(List<TelemetryRow> rows)
    {
        Compare([.. rows.OfType<SpanRow>()], Write);
        Compare([.. rows.OfType<EventRow>()], Write);
        Compare([.. rows.OfType<MetricPointRow>()], Write);

        static void Compare<TRow>(List<TRow> rows, Func<List<TRow>, TelemetryParquetOptions?, byte[]> write)
            where TRow : TelemetryRow
        {
            if (rows.Count == 0)
                return;
            var reading = Reading.Bytes(write(rows, null));
            Assert.That(reading.Errors, Is.Empty);
            Assert.That(reading.Rows.Select(RowText.Of), Is.EqualTo(rows.Select(RowText.Of)));
        }
    }

    internal static byte[] Write(List<SpanRow> rows, TelemetryParquetOptions? options = null) =>
        Write(rows, stream => TelemetryParquetWriter.ForSpans(stream, options));

    internal static byte[] Write(List<EventRow> rows, TelemetryParquetOptions? options = null) =>
        Write(rows, stream => TelemetryParquetWriter.ForEvents(stream, options));

    internal static byte[] Write(List<MetricPointRow> rows, TelemetryParquetOptions? options = null) =>
        Write(rows, stream => TelemetryParquetWriter.ForMetricPoints(stream, options));

    private static byte[] Write<TRow>(List<TRow> rows, Func<Stream, TelemetryParquetWriter<TRow>> create)
        where TRow : TelemetryRow
    {
        var stream = new MemoryStream();
        using var writer = create(stream);
        foreach (var row in rows)
            writer.Write(row);
        writer.Close();
        return stream.ToArray();
    }
}
