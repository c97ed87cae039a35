using System.Text;

namespace OtelPipeline.Data.Tests;

/// <summary>What one reading gave: copies of the rows, and the report.</summary>
internal sealed class Reading
{
    public List<TelemetryRow> Rows { get; } = [];

    public TelemetryReadReport Report { get; } = new();

    public TelemetryFileReport File => Report.Files[0];

    public IEnumerable<SpanRow> Spans => Rows.OfType<SpanRow>();

    public IEnumerable<EventRow> Events => Rows.OfType<EventRow>();

    public IEnumerable<MetricPointRow> MetricPoints => Rows.OfType<MetricPointRow>();

    public IEnumerable<string> Errors => Report.Errors.Select(error => error.ToString());

    public static Reading Text(string text, TelemetryReadOptions? options = null) => Bytes(Encoding.UTF8.GetBytes(text), options);

    public static Reading Bytes(byte[] bytes, TelemetryReadOptions? options = null) => Stream(new MemoryStream(bytes), options);

    public static Reading Stream(Stream stream, TelemetryReadOptions? options = null)
    {
        var reading = new Reading();
        options ??= new TelemetryReadOptions();
        options.Report = reading.Report;
        TelemetryReader.Read(stream, "test", row => reading.Rows.Add(Clone(row)), options);
        return reading;
    }

    public static TelemetryRow Clone(TelemetryRow row) =>
        row switch
        {
            SpanRow span => span.Clone(),
            EventRow @event => @event.Clone(),
            _ => ((MetricPointRow)row).Clone(),
        };

    /// <summary>What was forgiven, as "Kind count" words.</summary>
    public string Forgiven => string.Join(", ", Report.Leniencies.Select(pair => $"{pair.Key} {pair.Value}"));
}
