using System.Globalization;
using System.Text;

namespace OtelPipeline.Benchmarks.Data;

/// <summary>Writes files like those of the JSON lines exporter: random ids and times, few names, values of mixed variety.</summary>
internal static class TelemetryFiles
{
    private const long Start = 1_795_179_530_627_686_300;

    /// <summary>Flat events: timestamp, level, message, ids and ten attributes.</summary>
    public static void WriteFlat(string path, long bytes)
    {
        var random = new Random(1);
        var line = new StringBuilder();
        Write(
            path,
            bytes,
            i =>
            {
                line.Clear();
                var time = DateTime.UnixEpoch.AddTicks((Start / 100) + (i * 12345));
                line.Append(
                    CultureInfo.InvariantCulture,
                    $"{{\"timestamp\":\"{time:yyyy-MM-ddTHH:mm:ss.fffffff}00Z\",\"level\":\"Information\""
                );
                line.Append(
                    CultureInfo.InvariantCulture,
                    $",\"event_type\":\"order.imported\",\"message\":\"Imported order {i} of customer {i % 977}\""
                );
                line.Append(CultureInfo.InvariantCulture, $",\"trace_id\":\"{Hex(random, 16)}\",\"span_id\":\"{Hex(random, 8)}\"");
                line.Append(",\"run_id\":\"0193a3c2-7b1e-7c3a-9f52-8c1d2e3f4a5b\",\"pipeline\":\"nightly_etl\",\"node\":\"load\"");
                line.Append(
                    CultureInfo.InvariantCulture,
                    $",\"attributes\":{{\"order.id\":{i},\"customer.name\":\"customer-{i % 977}\",\"region\":\"eu-west-{i % 3}\""
                );
                line.Append(
                    CultureInfo.InvariantCulture,
                    $",\"amount\":{i % 100000 / 100.0},\"currency\":\"EUR\",\"priority\":{(i % 7 == 0 ? "true" : "false")}"
                );
                line.Append(
                    CultureInfo.InvariantCulture,
                    $",\"items\":{i % 12},\"source\":\"s3://orders/2026/11/20/part-{i % 64}.csv\",\"checksum\":\"{Hex(random, 8)}\",\"attempt\":1}}}}\n"
                );
                return line;
            }
        );
    }

    /// <summary>OTLP/JSON lines of 20 spans with five attributes each.</summary>
    public static void WriteOtlp(string path, long bytes)
    {
        var random = new Random(1);
        var line = new StringBuilder();
        Write(
            path,
            bytes,
            i =>
            {
                line.Clear();
                line.Append(
                    "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.instance.id\",\"value\":{\"stringValue\":\"172c297e-5092-4969-8294-ba0af1983539\"}},"
                );
                line.Append(
                    "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"nightly-etl\"}},{\"key\":\"telemetry.sdk.version\",\"value\":{\"stringValue\":\"1.20.1\"}}]},"
                );
                line.Append("\"scopeSpans\":[{\"scope\":{\"name\":\"OtelPipeline\",\"version\":\"0.1.0\"},\"spans\":[");
                for (var j = 0; j < 20; j++)
                {
                    var start = Start + (((i * 20) + j) * 1_000_003);
                    line.Append(j == 0 ? "" : ",");
                    line.Append(
                        CultureInfo.InvariantCulture,
                        $"{{\"traceId\":\"{Hex(random, 16)}\",\"spanId\":\"{Hex(random, 8)}\",\"parentSpanId\":\"{Hex(random, 8)}\""
                    );
                    line.Append(
                        CultureInfo.InvariantCulture,
                        $",\"flags\":257,\"name\":\"node load_{j}\",\"kind\":1,\"startTimeUnixNano\":\"{start}\",\"endTimeUnixNano\":\"{start + 1_234_567}\""
                    );
                    line.Append(
                        CultureInfo.InvariantCulture,
                        $",\"attributes\":[{{\"key\":\"pipeline.name\",\"value\":{{\"stringValue\":\"nightly_etl\"}}}},{{\"key\":\"pipeline.run.id\",\"value\":{{\"stringValue\":\"0193a3c2-7b1e-7c3a-9f52-8c1d2e3f4a5b\"}}}}"
                    );
                    line.Append(
                        CultureInfo.InvariantCulture,
                        $",{{\"key\":\"pipeline.records.read\",\"value\":{{\"intValue\":\"{(i * 31) + j}\"}}}},{{\"key\":\"pipeline.cache.ratio\",\"value\":{{\"doubleValue\":0.{(i + j) % 977 + 1}}}}}"
                    );
                    line.Append(
                        CultureInfo.InvariantCulture,
                        $",{{\"key\":\"url.path\",\"value\":{{\"stringValue\":\"/orders/{(i * 20) + j}\"}}}}],\"status\":{{}}}}"
                    );
                }

                return line.Append("]}]}]}\n");
            }
        );
    }

    private static void Write(string path, long bytes, Func<long, StringBuilder> next)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
        for (long i = 0, written = 0; written < bytes; i++)
        {
            var line = next(i);
            file.Write(line);
            written += line.Length;
        }
    }

    private static string Hex(Random random, int bytes)
    {
        Span<byte> id = stackalloc byte[bytes];
        random.NextBytes(id);
        return Convert.ToHexStringLower(id);
    }
}
