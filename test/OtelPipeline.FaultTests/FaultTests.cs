using System.Globalization;
using System.Text.Json;

namespace OtelPipeline.FaultTests;

/// <summary>Processes that are killed, disks that are full, eight writers in one folder.</summary>
[Platform("Linux")]
public sealed class FaultTests
{
    private string _directory;

    [SetUp]
    public void SetUp() => _directory = Path.Combine(Path.GetTempPath(), "otelpipeline-fault-" + Guid.NewGuid().ToString("N"));

    [TearDown]
    public void TearDown()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    /// <summary>20 kills; the environment variable OTELPIPELINE_KILLS asks for another number.</summary>
    [Test]
    public void Killed_processes_lose_no_record_whose_export_had_returned()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("OTELPIPELINE_KILLS") ?? "20", CultureInfo.InvariantCulture);
        var report = Kills.Run(kills, Environment.TickCount);
        TestContext.Out.WriteLine(report);
        Assert.That(report.Failures, Is.Empty);
        Assert.That(report.Acknowledged, Is.GreaterThan(0));
    }

    /// <summary>Each process compresses what those before it left, and is killed at that, too.</summary>
    [Test]
    public void What_killed_processes_left_is_compressed_by_later_ones_and_every_record_stays_once()
    {
        var spans = Path.Combine(_directory, "spans");
        var safe = new Dictionary<int, long>();
        var acknowledgement = new byte[8];
        for (var i = 0; i < 6; i++)
        {
            using var child = ChildProcess.Start("write", _directory, "restarted", "Flat", "Gzip", "1000000", "0");
            for (var exports = 0; exports < 5 + (i * 3); exports++)
            {
                child.StandardOutput.BaseStream.ReadExactly(acknowledgement);
                safe[child.Id] = BitConverter.ToInt64(acknowledgement);
            }

            child.Kill();
            child.WaitForExit();
            // as if that had been long ago
            foreach (var file in Directory.GetFiles(spans, "*.jsonl"))
                File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddMinutes(-1));
        }

        var left = Directory.GetFiles(spans, "*.jsonl");
        Assert.That(left, Is.Not.Empty);
        using (var last = ChildProcess.Start("write", _directory, "restarted", "Flat", "Gzip", "1000000", "60000"))
        {
            last.StandardOutput.ReadToEnd();
            last.WaitForExit();
            Assert.That(last.ExitCode, Is.Zero);
            safe[last.Id] = 60_000;
        }

        Assert.That(left.Count(file => File.Exists(file + ".gz") && !File.Exists(file)), Is.Positive);
        var files = TelemetryFiles.Read(spans);
        Assert.That(files.Broken, Is.Empty);
        var byProcess = files.Records.ToLookup(record => record.Process, record => record.Number);
        Assert.Multiple(() =>
        {
            foreach (var (process, acknowledged) in safe)
            {
                var numbers = byProcess[process].ToArray();
                Assert.That(numbers, Has.Length.GreaterThanOrEqualTo(acknowledged));
                Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, numbers.Length).Select(number => (long)number)));
            }
        });
    }

    [TestCase("Otlp", "None")]
    [TestCase("Flat", "Gzip")]
    public void Eight_processes_with_one_instance_id_share_a_folder_and_lose_nothing(string format, string compression)
    {
        const int processes = 8;
        const int records = 5000;
        var children = Enumerable
            .Range(0, processes)
            .Select(_ =>
                ChildProcess.Start(
                    "write",
                    _directory,
                    "shared",
                    format,
                    compression,
                    "1000000",
                    records.ToString(CultureInfo.InvariantCulture)
                )
            )
            .ToArray();
        foreach (var child in children)
        {
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.That(child.ExitCode, Is.Zero);
        }

        var files = TelemetryFiles.Read(Path.Combine(_directory, "spans"));
        Assert.That(files.Broken, Is.Empty);
        Assert.That(files.Torn, Is.Zero);
        Assert.That(files.Files, Is.GreaterThan(processes), "rotation took place");
        var byProcess = files.Records.GroupBy(record => record.Process).ToArray();
        Assert.That(byProcess, Has.Length.EqualTo(processes));
        foreach (var process in byProcess)
            Assert.That(
                process.Select(record => record.Number).Order(),
                Is.EqualTo(Enumerable.Range(0, records).Select(number => (long)number))
            );
    }

    [Test]
    public void Eight_processes_with_one_instance_id_never_delete_a_file_that_is_open()
    {
        var children = Enumerable
            .Range(0, 8)
            .Select(_ => ChildProcess.Start("write", _directory, "shared", "Otlp", "None", "10", "5000"))
            .ToArray();
        foreach (var child in children)
        {
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            Assert.That(child.ExitCode, Is.Zero, "an export failed");
        }

        // a file that was deleted while it was open would leave its writer without its sequence's successor or with a gap at the end
        var files = TelemetryFiles.Read(Path.Combine(_directory, "spans"));
        Assert.That(files.Broken, Is.Empty);
        Assert.That(files.Files, Is.InRange(1, 18), "ten, and one that each other process had open when it was looked at");
    }

    [Test]
    public void A_full_disk_is_counted_exactly_and_written_to_again_when_there_is_room()
    {
        // a disk of 3 MB of our own, where the system lets us mount one in a name space; else the device that is always full
        const string script =
            "mkdir -p \"$OTELPIPELINE_DISK\" && exec unshare --user --map-root-user --mount sh -c "
            + "'mount -t tmpfs -o size=3m tmpfs \"$OTELPIPELINE_DISK\" && \"$@\" && "
            + "cat \"$OTELPIPELINE_DISK\"/spans/*' sh \"$@\"";
        Environment.SetEnvironmentVariable("OTELPIPELINE_DISK", _directory);
        using var child = ChildProcess.StartInShell(script, "full", _directory);
        var output = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        if (output.Length == 0)
        {
            A_console_that_takes_nothing_ends_no_program();
            return;
        }

        var numbers = output[0].Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        var (offered, written, dropped, failed, worked) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        var inFiles = output[1..].Sum(line => Spans(JsonDocument.Parse(line).RootElement));
        Assert.Multiple(() =>
        {
            Assert.That(failed, Is.EqualTo(20));
            Assert.That(offered, Is.EqualTo(written + dropped));
            Assert.That(dropped, Is.EqualTo(2000), "twenty batches of a hundred");
            Assert.That(inFiles, Is.EqualTo(written), "what counts as written is there, and nothing else");
            Assert.That(worked, Is.EqualTo(5), "there was room again");
        });

        static int Spans(JsonElement line) =>
            line.GetProperty("resourceSpans")[0]
                .GetProperty("scopeSpans")
                .EnumerateArray()
                .Sum(scope => scope.GetProperty("spans").GetArrayLength());
    }

    [Test]
    public void A_console_that_takes_nothing_ends_no_program()
    {
        using var child = ChildProcess.StartInShell("exec \"$@\" > /dev/full", "stdout", "1000");
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero);
    }

    [Test]
    public void The_console_gets_lines_too()
    {
        using var child = ChildProcess.Start("stdout", "700");
        var lines = child.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero);
        Assert.That(
            lines.Sum(line =>
                JsonDocument
                    .Parse(line)
                    .RootElement.GetProperty("resourceSpans")[0]
                    .GetProperty("scopeSpans")[0]
                    .GetProperty("spans")
                    .GetArrayLength()
            ),
            Is.EqualTo(700)
        );
    }

    [TestCase(
        "json",
        "^{\"timestamp\":\"[^\"]+\",\"level\":\"Warning\",\"message\":\"row {Row} is late\",.*\"attributes\":{\"Row\":7}}\n$"
    )]
    [TestCase("text", "^20[^ ]+Z Warning     row {Row} is late Row=7\n$")]
    public void LOG_FORMAT_chooses_between_JSON_and_text_on_the_console(string format, string line)
    {
        using var child = ChildProcess.StartInShell($"LOG_FORMAT={format} exec \"$@\"", "flat");
        Assert.That(child.StandardOutput.ReadToEnd(), Does.Match(line));
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero);
    }

    [Test]
    public void A_short_program_loses_nothing()
    {
        using var child = ChildProcess.Start("sdk", _directory, "1000");
        child.WaitForExit();
        Assert.That(child.ExitCode, Is.Zero);
        Assert.That(Count("spans"), Is.EqualTo(1000));
        Assert.That(Count("logs"), Is.EqualTo(1000));

        int Count(string signal) =>
            Directory
                .GetFiles(Path.Combine(_directory, signal))
                .SelectMany(File.ReadLines)
                .Sum(line => System.Text.RegularExpressions.Regex.Count(line, "\"spanId\"|\"severityNumber\""));
    }
}
