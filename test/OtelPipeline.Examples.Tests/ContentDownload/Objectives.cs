namespace OtelPipeline.Examples.Tests.ContentDownload;

/// <summary>The eight objectives of slo.yaml, computed from the files in the plainest way.</summary>
internal static class Objectives
{
    /// <summary>The names of those that are not met.</summary>
    public static string[] Broken(DownloadTelemetry run) => [.. All(run).Where(static o => !o.IsMet).Select(static o => o.Name)];

    public static IEnumerable<(string Name, double Value, bool IsMet)> All(DownloadTelemetry run)
    {
        var items = run.Items.ToList();
        var results = items.Select(i => i["pipeline.item.result"]).ToList();
        var firsts = items.Select(i => i.Number("pipeline.item.time_to_first_result")).OfType<double>().ToList();
        var statuses = run.Requests.Select(r => r["http.response.status_code"]).OfType<string>().ToList();
        var requests = run.Named("pipeline.http.request").ToList();
        var metadata = requests.Where(r => r["pipeline.http.role"] == "metadata").ToList();
        var waits = requests.Select(r => r.Number("pipeline.http.limiter.wait")).OfType<double>().ToList();
        var opens = run.Named("pipeline.circuit_breaker.state_change").Count(e => e["pipeline.circuit_breaker.state"] == "open");

        yield return AtLeast("yield", (double)results.Count(r => r is "success" or "duplicate") / results.Count, 0.85);
        yield return AtMost("ttfr-p50", Quantile(firsts, 0.50), 3);
        yield return AtMost("ttfr-p95", Quantile(firsts, 0.95), 20);
        yield return AtMost("http-429", (double)statuses.Count(s => s == "429") / statuses.Count, 0.02);
        yield return AtLeast(
            "metadata-cache",
            (double)metadata.Count(r => r["pipeline.http.cache.result"] == "hit") / metadata.Count,
            0.60
        );
        yield return AtMost("limiter-delay-p95", Quantile(waits, 0.95), 0.25);
        yield return AtMost("breaker-opens", opens, 12);
        yield return AtMost("corruption", results.Count(r => r == "corrupt"), 0);
    }

    // nearest rank
    private static double Quantile(List<double> values, double share)
    {
        values.Sort();
        return values[(int)Math.Ceiling(share * values.Count) - 1];
    }

    private static (string, double, bool) AtLeast(string name, double value, double limit) => (name, value, value >= limit);

    private static (string, double, bool) AtMost(string name, double value, double limit) => (name, value, value <= limit);
}
