using System.Globalization;
using System.Text;

namespace OtelPipeline.Benchmarks.Cli;

/// <summary>
/// Flat JSON lines without end: of eleven, eight are spans, two are events and one is a metric point. Each span has an id of its own, twenty make a trace, and
/// a run has 20,000 of them.
/// </summary>
internal sealed class TelemetryFeed
{
    private const int SpansPerTrace = 20;
    private const int SpansPerRun = 20_000;
    private const int Nodes = 24;

    private readonly StringBuilder _text = new();
    private long _spans;

    /// <summary>About 64 KB of whole lines.</summary>
    public byte[] Next()
    {
        _text.Clear();
        while (_text.Length < 64 * 1024)
        {
            for (var i = 0; i < 8; i++)
                AddSpan();
            AddEvent("node.started");
            AddEvent("node.ended");
            _text.Append(
                CultureInfo.InvariantCulture,
                $"{{\"timestamp\":\"{Time()}\",\"metric_name\":\"rows\",\"metric_type\":\"sum\",\"value_int\":{_spans},\"is_monotonic\":true,\"temporality\":\"cumulative\",\"node\":\"node-{_spans / 8 % Nodes:00}\"}}\n"
            );
        }

        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void AddSpan()
    {
        var random = _spans * 2654435761 % 1000;
        var parent = _spans % SpansPerTrace == 0 ? "" : $",\"parent_span_id\":\"{_spans - (_spans % SpansPerTrace) + 1:x16}\"";
        _text.Append(
            CultureInfo.InvariantCulture,
            $"{{\"timestamp\":\"{Time()}\",\"name\":\"node node-{_spans % Nodes:00}\",\"trace_id\":\"{(_spans / SpansPerTrace) + 1:x32}\",\"span_id\":\"{_spans + 1:x16}\"{parent}"
        );
        _text.Append(
            CultureInfo.InvariantCulture,
            $",\"run_id\":\"run-{_spans / SpansPerRun}\",\"pipeline\":\"nightly\",\"node\":\"node-{_spans % Nodes:00}\",\"status\":\"{(random == 0 ? "error" : "ok")}\",\"duration_ms\":{random},\"attributes\":{{\"rows\":{random},\"source\":\"s3://orders/part-{_spans % 64}.csv\"}}}}\n"
        );
        _spans++;
    }

    private void AddEvent(string name) =>
        _text.Append(
            CultureInfo.InvariantCulture,
            $"{{\"timestamp\":\"{Time()}\",\"level\":\"Information\",\"event_type\":\"{name}\",\"message\":\"node node-{_spans % Nodes:00} did something\",\"run_id\":\"run-{_spans / SpansPerRun}\",\"node\":\"node-{_spans % Nodes:00}\"}}\n"
        );

    // a thousand spans a second
    private string Time() =>
        DateTime
            .UnixEpoch.AddDays(20_000)
            .AddMilliseconds(_spans)
            .ToString("yyyy-MM-ddTHH:mm:ss.fff'000000Z'", CultureInfo.InvariantCulture);
}
