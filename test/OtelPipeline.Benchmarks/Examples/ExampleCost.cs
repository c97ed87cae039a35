using System.Globalization;
using OtelPipeline.Testing;

namespace OtelPipeline.Benchmarks.Examples;

/// <summary>
/// What telemetry costs a whole program: the examples with JSON lines, Parquet and Prometheus against <c>--no-telemetry</c>, as processes in turn.
/// Arguments: <c>[--pairs 15] [--bin DIR] [EXAMPLE [ARGUMENT …]]</c>; without an example all that are built.
/// </summary>
internal static class ExampleCost
{
    private static readonly (string Name, string[] Arguments, bool ServesMetrics)[] s_examples =
    [
        ("QuickStart", [], false),
        ("Simulation", [], false),
        ("ContentDownload", [], false),
        ("StreamBroker", [], true),
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var pairs = 15;
        string? bin = null;
        var rest = new Queue<string>(args);
        while (rest.TryPeek(out var option) && option.StartsWith("--", StringComparison.Ordinal))
        {
            rest.Dequeue();
            if (option == "--pairs")
                pairs = int.Parse(rest.Dequeue(), CultureInfo.InvariantCulture);
            else if (option == "--bin")
                bin = Path.GetFullPath(rest.Dequeue());
            else
                throw new ArgumentException(
                    $"'{option}' is no option. There are --pairs N and --bin DIR, then the name of an example and its arguments."
                );
        }

        var wanted = rest.TryDequeue(out var name) ? name : null;
        Console.WriteLine($"{"", -16} {"CPU off", 9} {"CPU on", 9} {"more", 8} {"peak off", 9} {"peak on", 9} {"more", 8}");
        foreach (var example in s_examples.Where(e => wanted is null || e.Name == wanted))
        {
            var program = Path.Combine(
                bin ?? Path.Combine(RepositoryPaths.Root, "examples", example.Name, "bin", "Release", "net10.0"),
                example.Name + ".dll"
            );
            if (bin is not null && !File.Exists(program))
                program = Path.Combine(bin, example.Name);
            if (File.Exists(program))
                await CompareAsync(example.Name, program, [.. example.Arguments, .. rest], example.ServesMetrics, pairs);
            else
                Console.WriteLine($"{example.Name, -16} is not built: dotnet build -c Release examples/{example.Name}");
        }

        return 0;
    }

    private static async Task CompareAsync(string name, string program, string[] arguments, bool servesMetrics, int pairs)
    {
        var off = new List<ExampleProcess>();
        var on = new List<ExampleProcess>();
        for (var i = 0; i < pairs; i++)
        {
            // who comes first changes, so that neither always finds the machine as the other has left it
            foreach (var isOn in i % 2 == 0 ? new[] { false, true } : [true, false])
            {
                string[] all = isOn ? [.. arguments, "--format", "both"] : [.. arguments, "--no-telemetry"];
                (isOn ? on : off).Add(await ExampleProcess.RunAsync(program, all, servesMetrics));
            }
        }

        var more = Median(off.Zip(on, static (a, b) => (b.Cpu / a.Cpu) - 1));
        var memory = Median(off.Zip(on, static (a, b) => b.PeakMegabytes - a.PeakMegabytes));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -16} {Median(off.Select(static r => r.Cpu.TotalSeconds)), 7:0.00} s {Median(on.Select(static r => r.Cpu.TotalSeconds)), 7:0.00} s {more, 8:P1} {Median(off.Select(static r => r.PeakMegabytes)), 6:0} MB {Median(on.Select(static r => r.PeakMegabytes)), 6:0} MB {memory, 5:0} MB"
            )
        );
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }
}
