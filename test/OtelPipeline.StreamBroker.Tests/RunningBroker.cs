using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using OtelPipeline.Examples.Tests;

namespace OtelPipeline.StreamBroker.Tests;

/// <summary>The example as a process of its own, on a port that is free, and what its endpoints say.</summary>
internal sealed partial class RunningBroker : IDisposable
{
    private readonly ExampleProcess _process;
    private readonly HttpClient _http;

    private RunningBroker(ExampleProcess process, Uri address)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address, Timeout = ExampleProcess.Patience };
        Address = address;
    }

    public Uri Address { get; }

    public ExampleProcess Process => _process;

    public static async Task<RunningBroker> StartAsync(string output, params string[] arguments)
    {
        var process = ExampleProcess.Start(
            "StreamBroker",
            Path.GetDirectoryName(output)!,
            ["--output", output, "--urls", "http://127.0.0.1:0", .. arguments]
        );
        try
        {
            await process.WaitForOutputAsync("node produce started");
            return new RunningBroker(process, new Uri(ListensOn().Match(process.Output).Groups[1].Value));
        }
        catch (Exception)
        {
            process.Dispose();
            throw;
        }
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<T> GetAsync<T>(string path) => (await _http.GetFromJsonAsync<T>(new Uri(path, UriKind.Relative)))!;

    public async Task<string> PostAsync(string path, string body = "")
    {
        using var response = await _http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body));
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{path}: {response.StatusCode} {text}");
    }

    /// <summary>All records of a partition, from the first on.</summary>
    public async Task<List<string>> ReadAsync(string topic, int partition)
    {
        var records = new List<string>();
        for (var offset = 0L; ; )
        {
            using var response = await _http.GetAsync(new Uri($"topics/{topic}/{partition}?offset={offset}", UriKind.Relative));
            var lines = (await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync()).Split('\n');
            records.AddRange(lines[..^1]);
            var next = long.Parse(response.Headers.GetValues("Next-Offset").Single(), CultureInfo.InvariantCulture);
            if (next == offset)
                return records;
            offset = next;
        }
    }

    /// <summary>Scrapes until what is there is as wanted.</summary>
    public async Task<Metrics> UntilAsync(Func<Metrics, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(ExampleProcess.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            var metrics = new Metrics((await GetAsync("metrics")).Body);
            if (isWanted(metrics))
                return metrics;
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not within {ExampleProcess.Patience}. The last scrape:\n{metrics}\n{_process.Output}");
            }
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Dispose();
    }

    [GeneratedRegex("Now listening on: (http://[0-9.:]+)")]
    private static partial Regex ListensOn();
}

/// <summary>A scrape in Prometheus' text format.</summary>
internal sealed partial class Metrics(string text)
{
    /// <summary>The sum of the series of a name that have all of these labels, as <c>key="value"</c>; 0 where there is none.</summary>
    public double Sum(string name, params string[] labels) => Values(name, labels).Sum();

    public double Max(string name, params string[] labels) => Values(name, labels).DefaultIfEmpty().Max();

    public override string ToString() => text;

    private IEnumerable<double> Values(string name, string[] labels) =>
        Series()
            .Matches(text)
            .Where(m => m.Groups[1].Value == name && labels.All(l => m.Groups[2].Value.Contains(l, StringComparison.Ordinal)))
            .Select(m => double.Parse(m.Groups[3].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^([a-z_]+)\{(.*)\} ([^ ]+)$", RegexOptions.Multiline)]
    private static partial Regex Series();
}
