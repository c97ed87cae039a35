using System.Globalization;
using StreamBroker.Brokers;

namespace StreamBroker;

/// <summary>What was done, from the broker's own figures: the same with telemetry and without.</summary>
internal sealed class Report(Settings settings, Broker broker, Workload workload)
{
    /// <summary>Writes it for people to read.</summary>
    public void WriteTo(TextWriter writer)
    {
        foreach (var (what, figures) in Lines())
            writer.WriteLine($"   {what, -14} {figures}");
        writer.WriteLine();
        writer.WriteLine(
            $"   Log and offsets: {Path.Combine(settings.Output, "data")}. Start again with the same --output, and it goes on where it was."
        );
        writer.WriteLine(
            "   While it runs: /metrics, /health, /live, /ready, /topics and /groups. --fault NAME shows what goes wrong, --help the names."
        );
        writer.WriteLine();
    }

    /// <summary>Writes it as log records.</summary>
    public void WriteTo(ILogger logger)
    {
        foreach (var (what, figures) in Lines())
            logger.LogInformation("{What}: {Figures}", what, figures);
    }

    private IEnumerable<(string What, string Figures)> Lines()
    {
        yield return ("produced", Text($"{workload.Produced:N0} records; {workload.Recovered:N0} were there before"));
        foreach (var group in workload.Groups)
        {
            var committed = group.Committed().Values.ToList();
            yield return (
                group.Name,
                Text(
                    $"{committed.Sum(static p => p.Records):N0} records counted once, {committed.Sum(static p => p.Cents) / 100m:N2} in all; {group.Lag:N0} wait; {group.Generation:N0} rebalances"
                )
            );
        }

        yield return ("segment cache", Text($"{100 * broker.Cache.HitRate:0.0} % of the reads were hits"));
        yield return (
            "object store",
            Text($"{broker.Store.Uploaded:N0} segments uploaded; {broker.Store.Failed:N0} uploads failed for good")
        );
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
