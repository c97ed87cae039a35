using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OtelPipeline.Data;

namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>A process that is killed while it exports to both forms loses of Parquet what it promised, and nothing else.</summary>
[Platform("Linux")]
public sealed class Kills
{
    private const int MaxUnwrittenRows = 4000;

    private TemporaryDirectory _directory;

    [SetUp]
    public void SetUp() => _directory = new TemporaryDirectory();

    [TearDown]
    public void TearDown() => _directory.Dispose();

    /// <summary>Exports numbered spans for ever; after each batch it says how many the Parquet exporter has dropped.</summary>
    internal static int Write(string directory)
    {
        using var counts = new ExporterCounts();
        using var source = new ActivitySource("killed");
        using var provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("killed"))
            .AddSource(source.Name)
            .AddJsonlExporter(options => options.Directory = directory)
            .AddParquetExporter(options =>
            {
                options.Directory = directory;
                options.MaxUnwrittenRows = MaxUnwrittenRows;
            })
            .Build();
        for (var n = 0; ; )
        {
            for (var i = 0; i < 500; i++)
                source.StartActivity("s")?.AddTag("n", n++).Dispose();
            provider.ForceFlush();
            Console.WriteLine(counts.Dropped.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void A_killed_process_loses_no_more_than_it_promised()
    {
        // a moment by chance each time; what must hold, holds at every moment
        for (var kill = 0; kill < 3; kill++)
            KillOne(Path.Combine(_directory.Path, kill.ToString(CultureInfo.InvariantCulture)), Random.Shared.Next(15, 40));
    }

    private static void KillOne(string directory, int batches)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Kills).Assembly.Location, "write", directory]) { RedirectStandardOutput = true };
        long dropped = 0;
        using (var child = Process.Start(start)!)
        {
            // a slow disk may have no complete file by then
            for (; batches > 0 || Files(directory, "*.parquet").Length == 0; batches--)
                dropped = long.Parse(child.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
            child.Kill();
            // what it said before it was hit
            foreach (var line in child.StandardOutput.ReadToEnd().Split('\n')[..^1])
                dropped = long.Parse(line, CultureInfo.InvariantCulture);
            child.WaitForExit();
        }

        var lines = Numbers(Files(directory, "*.jsonl"));
        var parquet = Numbers(Files(directory, "*.parquet"));
        TestContext.Out.WriteLine($"{lines.Count} rows in lines, {parquet.Count} in Parquet, {dropped} counted as dropped");
        Assert.That(parquet, Is.Unique.And.Not.Empty, "rows in complete files");
        Assert.That(parquet.Except(lines).Count(), Is.LessThanOrEqualTo(512), "of the batch that both were exporting");
        // the batch that was being exported may have been dropped before that was said
        Assert.That(lines.Except(parquet).Count(), Is.LessThanOrEqualTo(MaxUnwrittenRows + dropped + 512));

        // the next start cleans up
        using (var exporter = Recorded.Exporter(directory, TimeProvider.System))
            exporter.Export(Recorded.Spans(1));
        Assert.That(Files(directory, "*.tmp"), Is.Empty);
    }

    private static string[] Files(string directory, string pattern) =>
        Directory.Exists(directory) ? Directory.GetFiles(directory, pattern, SearchOption.AllDirectories) : [];

    /// <summary>What was written; a Parquet file that cannot be read throws, a torn last line does not.</summary>
    private static List<long> Numbers(string[] files) =>
        [.. TemporaryDirectory.Rows<SpanRow>(files).Select(row => row.Attributes["n"].AsInt64())];
}
