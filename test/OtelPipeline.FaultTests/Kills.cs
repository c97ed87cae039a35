using System.Buffers.Binary;

namespace OtelPipeline.FaultTests;

/// <summary>
/// Kills children with SIGKILL while they export, at a random moment after a random number of acknowledgements, and then looks for every
/// record whose export had returned.
/// </summary>
internal static class Kills
{
    public static KillReport Run(int kills, int seed)
    {
        var report = new KillReport(kills, seed);
        var random = new Random(seed);
        for (var i = 0; i < kills; i++)
        {
            var directory = Path.Combine(Path.GetTempPath(), "otelpipeline-kill-" + Guid.NewGuid().ToString("N"));
            try
            {
                KillOne(report, random, directory, i);
            }
            finally
            {
                if (Directory.Exists(directory))
                    Directory.Delete(directory, recursive: true);
            }
        }

        return report;
    }

    private static void KillOne(KillReport report, Random random, string directory, int index)
    {
        var format = index % 2 == 0 ? "Otlp" : "Flat";
        var compression = index % 4 < 2 ? "None" : "Gzip";
        using var child = ChildProcess.Start("write", directory, "killed", format, compression, "1000000", "0");
        var output = child.StandardOutput.BaseStream;
        var acknowledgement = new byte[8];
        long safe = 0;
        // the child goes on while these are read: where in an export it is hit is left to chance
        for (var wait = random.Next(1, 30); wait > 0 && Next(); wait--) { }
        for (var spin = random.Next(0, 20_000); spin > 0; spin--)
            Thread.SpinWait(10);
        child.Kill();
        while (Next()) { }
        child.WaitForExit();

        var files = TelemetryFiles.Read(Path.Combine(directory, "spans"));
        report.Acknowledged += safe;
        report.Found += files.Records.Count;
        report.Files += files.Files;
        report.Torn += files.Torn;
        var numbers = files.Records.Select(record => record.Number).ToArray();
        report.Check(index, numbers.Length >= safe, $"{safe} records were acknowledged, {numbers.Length} are in the files");
        report.Check(
            index,
            numbers.SequenceEqual(Enumerable.Range(0, numbers.Length).Select(number => (long)number)),
            "records are missing, doubled or out of order"
        );
        report.Check(index, files.Broken.Count == 0, string.Join("; ", files.Broken));
        report.Check(index, files.Torn <= 1, $"{files.Torn} files have a torn last line");

        bool Next()
        {
            if (output.ReadAtLeast(acknowledgement, 8, throwOnEndOfStream: false) < 8)
                return false;
            safe = BinaryPrimitives.ReadInt64LittleEndian(acknowledgement);
            return true;
        }
    }
}

/// <summary>What the kills did.</summary>
internal sealed record KillReport(int Kills, int Seed)
{
    public long Acknowledged { get; set; }

    public long Found { get; set; }

    public long Files { get; set; }

    public int Torn { get; set; }

    public List<string> Failures { get; } = [];

    public void Check(int kill, bool holds, string failure)
    {
        if (!holds)
            Failures.Add($"kill {kill} (seed {Seed}): {failure}");
    }

    public override string ToString() =>
        $"| kills | records acknowledged | records in files | files | torn last lines | failures |\n|---|---|---|---|---|---|\n"
        + $"| {Kills} | {Acknowledged} | {Found} | {Files} | {Torn} | {Failures.Count} |\n{string.Join("\n", Failures)}";
}
