using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

internal sealed class PathTests
{
    private string _root = "";

    [SetUp]
    public void CreateRoot() => _root = Directory.CreateTempSubdirectory("otelpipeline-data-").FullName;

    [TearDown]
    public void DeleteRoot() => Directory.Delete(_root, recursive: true);

    [Test]
    public async Task A_directory_is_read_recursively_in_the_order_of_names()
    {
        Write("b/2.jsonl", Named("4"));
        Write("b/1.jsonl", Named("3"));
        Write("a.jsonl", Named("1") + Named("2"));
        Write("c.unknown", Named("5"));
        Write(".hidden.jsonl", Named("no"));
        Write("d.jsonl.tmp", Named("no"));
        Write("notes.md", "# Notes\n");
        Write("e.jsonl", "text\n" + Named("6"));
        var report = new TelemetryReadReport();
        var names = new List<string>();
        await foreach (var span in TelemetryReader.ReadSpansAsync(_root, new() { Report = report }))
            names.Add(span.Name);
        Assert.That(names, Is.EqualTo(new[] { "1", "2", "3", "4", "5", "6" }));
        Assert.That(report.Errors.Single().ToString(), Does.StartWith(Path.Combine(_root, "e.jsonl") + ":1: "));
        Assert.That(report.Files.Single(file => file.SkippedBecause is not null).Path, Is.EqualTo(Path.Combine(_root, "notes.md")));
        Assert.That(report.Spans, Is.EqualTo(6));
    }

    [Test]
    public void Folders_beside_those_of_the_exporters_are_no_telemetry()
    {
        Write("a/spans/1.jsonl", Named("1"));
        Write("a/content/2.jsonl", Named("no"));
        Write("a/content/downloaded.bin", "\u0001\u0002");
        Write("b/3.jsonl", Named("3"));
        Assert.That(Names(_root), Is.EqualTo("1 3"));
        Assert.That(Names(Path.Combine(_root, "a", "content", "2.jsonl")), Is.EqualTo("no"));
    }

    [TestCase("*.jsonl", "1")]
    [TestCase("?/*.jsonl", "2")]
    [TestCase("**/*.jsonl", "1 2 3")]
    [TestCase("x/**", "2 3")]
    [TestCase("**/y/*", "3")]
    public void A_pattern_names_files(string pattern, string expected)
    {
        Write("1.jsonl", Named("1"));
        Write("x/2.jsonl", Named("2"));
        Write("x/y/3.jsonl", Named("3"));
        Assert.That(Names(Path.Combine(_root, pattern)), Is.EqualTo(expected));
    }

    [Test]
    public void A_file_that_two_paths_name_is_read_once()
    {
        Write("1.jsonl", Named("1"));
        Write("2.jsonl", Named("2"));
        Assert.That(Names(Path.Combine(_root, "2.jsonl"), _root, Path.Combine(_root, "*.jsonl")), Is.EqualTo("2 1"));
    }

    [Test]
    public void A_file_and_its_compressed_form_are_read_once()
    {
        Write("1.jsonl", Named("1"));
        Write("1.jsonl.gz", Named("1"));
        Write("2.jsonl", Named("2"));
        Write("2.jsonl.zst", Named("2"));
        Write("3.jsonl", Named("3"));
        Write("3.jsonl.gz.tmp", Named("no"));
        Assert.That(Names(_root), Is.EqualTo("1 2 3"));
        Assert.That(Names(_root + "/*"), Is.EqualTo("1 2 3"));
        Assert.That(Names(_root + "/*.jsonl"), Is.EqualTo("1 2 3"));
    }

    [Test]
    public void A_file_that_is_compressed_after_the_directory_was_listed_is_read_all_the_same()
    {
        Write("1.jsonl", Named("1"));
        Write("2.jsonl", Named("2"));
        var names = new List<string>();
        TelemetryReader.ReadSpans(
            [_root],
            span =>
            {
                names.Add(span.Name);
                if (span.Name == "1")
                    File.Move(Path.Combine(_root, "2.jsonl"), Path.Combine(_root, "2.jsonl.gz"));
            }
        );
        Assert.That(names, Is.EqualTo(new[] { "1", "2" }));
    }

    [Test]
    public void A_path_that_names_nothing_throws()
    {
        var missing = Path.Combine(_root, "missing");
        Assert.That(() => Names(missing), Throws.TypeOf<FileNotFoundException>().With.Message.Contains(missing));
        Assert.That(() => Names(missing + "/*.jsonl"), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("*.jsonl"));
    }

    [Test]
    public void Files_that_rotation_has_taken_are_told()
    {
        Write("20261120T101500Z-host-a-3.jsonl", Named("1"));
        Write("20261120T101500Z-host-a-4.jsonl", Named("2"));
        Write("20261120T101500Z-host-a-7.jsonl.gz", Named("3"));
        Write("20261121T101500Z-host-a-1.jsonl", Named("6"));
        Write("20261120T101500Z-host-b-0.jsonl", Named("4"));
        Write("other-5.jsonl", Named("5"));
        var report = new TelemetryReadReport();
        TelemetryReader.ReadSpans([_root], _ => { }, new() { Report = report });
        Assert.That(
            report.RotationGaps,
            Is.EqualTo(
                new[]
                {
                    new RotationGap(_root, "host-a", 0, 2),
                    new RotationGap(_root, "host-a", 5, 6),
                    new RotationGap(_root, "host-a", 0, 0),
                }
            )
        );
        Assert.That(report.RotationGaps.Sum(gap => gap.Files), Is.EqualTo(6));
    }

    [Test]
    public void Signals_that_nobody_asked_for_are_stepped_over()
    {
        Write("1.jsonl", Trace + "\n" + Log + "\n" + Metric + "\n");
        var events = new List<string>();
        var points = new List<string>();
        TelemetryReader.ReadEvents([_root], row => events.Add(row.Body.AsString()));
        TelemetryReader.ReadMetricPoints([_root], row => points.Add(row.MetricName));
        Assert.That(events, Is.EqualTo(new[] { "hello" }));
        Assert.That(points, Is.EqualTo(new[] { "m" }));
        Assert.That(TelemetryReader.ReadEventsAsync(_root).ToBlockingEnumerable().Count(), Is.EqualTo(1));
        Assert.That(TelemetryReader.ReadMetricPointsAsync(_root).ToBlockingEnumerable().Count(), Is.EqualTo(1));
    }

    [Test]
    public void Rows_of_the_async_sequence_are_there_to_keep()
    {
        Write("1.jsonl", string.Concat(Enumerable.Range(0, 100).Select(i => Named($"{i}"))));
        var spans = TelemetryReader.ReadSpansAsync(_root).ToBlockingEnumerable().ToArray();
        Assert.That(spans.Select(span => span.Name), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}")));
        Assert.That(spans.Select(span => span.Attributes.Count), Is.All.EqualTo(1));
    }

    [Test]
    public void Reading_can_be_cancelled()
    {
        Write("1.jsonl", string.Concat(Enumerable.Repeat(Trace + "\n", 1000)));
        using var cancel = new CancellationTokenSource();
        var rows = 0;
        Assert.That(
            async () =>
            {
                await foreach (var _ in TelemetryReader.ReadSpansAsync(_root, null, cancel.Token))
                {
                    if (++rows == 10)
                        await cancel.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(rows, Is.EqualTo(10));
    }

    [Test]
    public void A_file_that_vanishes_is_an_error_and_the_next_is_read()
    {
        Write("1.jsonl", Named("1"));
        Write("2.jsonl", Named("2"));
        Write("3.jsonl", Named("3"));
        var report = new TelemetryReadReport();
        var names = new List<string>();
        TelemetryReader.ReadSpans(
            [_root],
            span =>
            {
                names.Add(span.Name);
                File.Delete(Path.Combine(_root, "2.jsonl"));
            },
            new() { Report = report }
        );
        Assert.That(names, Is.EqualTo(new[] { "1", "3" }));
        Assert.That(report.Errors.Single().File, Is.EqualTo(Path.Combine(_root, "2.jsonl")));
    }

    [Test]
    public void Memory_does_not_grow_with_the_file()
    {
        var line = Named("x");
        using (var writer = new StreamWriter(Path.Combine(_root, "1.jsonl")))
        {
            for (var i = 0; i < 50_000; i++)
                writer.Write(line);
        }

        long rows = 0;
        long peak = 0;
        TelemetryReader.ReadSpans([_root], _ => Measure());
        Assert.That(rows, Is.EqualTo(50_000));
        Assert.That(peak, Is.LessThan(4 * 1024 * 1024));

        void Measure()
        {
            // what is alive, early and late
            if (rows is 1000 or 49_000)
            {
                var alive = GC.GetTotalMemory(forceFullCollection: true);
                peak = rows == 1000 ? -alive : peak + alive;
            }

            rows++;
        }
    }

    [Test]
    public async Task A_sequence_that_reuses_its_rows_makes_none_and_one_that_does_not_gives_them_away()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "1.jsonl"), string.Concat(Enumerable.Repeat(Named("x"), 100)));
        Assert.That(await Distinct(new TelemetryReadOptions { ReuseRows = true }), Is.EqualTo(1));
        Assert.That(await Distinct(new TelemetryReadOptions()), Is.EqualTo(100));

        async Task<int> Distinct(TelemetryReadOptions options)
        {
            var rows = new HashSet<SpanRow>(ReferenceEqualityComparer.Instance);
            await foreach (var row in TelemetryReader.ReadSpansAsync(_root, options))
                rows.Add(row);
            return rows.Count;
        }
    }

    private static string Named(string name) => Trace.Replace("\"name\":\"a\"", $"\"name\":\"{name}\"") + "\n";

    private static string Names(params string[] paths)
    {
        var names = new List<string>();
        TelemetryReader.ReadSpans(paths, span => names.Add(span.Name));
        return string.Join(' ', names);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
