using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Tests.Parquet;

internal sealed class TableTests
{
    [Test]
    public void Promoted_attributes_leave_the_map_and_come_back()
    {
        var span = new SpanRow
        {
            StartTimeUnixNano = 1,
            Attributes =
            {
                { "pipeline.run.id", "r1" },
                { "pipeline.run.result", "success" },
                { "error.type", 7L },
                { "pipeline.node.name", "twice" },
                { "pipeline.node.name", "again" },
            },
        };
        using var file = Open(RoundTripTests.Write([span]));
        Assert.Multiple(() =>
        {
            Assert.That(Text(file, "run_id"), Is.EqualTo("r1"));
            Assert.That(Text(file, "result"), Is.EqualTo("success"), "another key of the column");
            Assert.That(Text(file, "error_type"), Is.EqualTo("7"), "text of a number");
            Assert.That(Text(file, "node_name"), Is.EqualTo("twice"), "the first of two");
            Assert.That(
                Keys(file),
                Is.EqualTo(new[] { "pipeline.run.result", "error.type", "pipeline.node.name" }),
                "only what the column holds completely leaves the map"
            );
        });
    }

    [Test]
    public void Typed_columns_can_be_promoted_and_are_read_without_being_told()
    {
        var options = new TelemetryParquetOptions
        {
            Promoted =
            [
                new("rows", TelemetryColumnType.Int64, Required: false) { AttributeKeys = ["rows"] },
                new("ratio", TelemetryColumnType.Double, Required: false) { AttributeKeys = ["ratio"] },
                new("cold", TelemetryColumnType.Boolean, Required: false) { AttributeKeys = ["is.cold"] },
            ],
        };
        var rows = new List<SpanRow>
        {
            new()
            {
                Attributes =
                {
                    { "rows", 5L },
                    { "ratio", 0.5 },
                    { "is.cold", true },
                    { "pipeline.run.id", "r" },
                },
            },
            new() { Attributes = { { "rows", "many" }, { "ratio", 1L } } },
        };
        var bytes = RoundTripTests.Write(rows, options);
        using var file = Open(bytes);
        using var column = file.RowGroups[0].Read<long>("rows");
        Assert.That(column.Values[0], Is.EqualTo(5));
        Assert.That(column.IsNull(1), "text is no number");
        Assert.That(file.Schema.Find("run_id"), Is.Null);
        Assert.That(Reading.Bytes(bytes).Rows.Select(RowText.Of), Is.EqualTo(rows.Select(RowText.Of)));
    }

    [Test]
    public void Files_say_what_they_hold()
    {
        var rows = new RandomRows(3).Spans(10);
        using var file = Open(RoundTripTests.Write(rows, new() { Instance = "i-1", Exports = (3, 9) }));
        Assert.Multiple(() =>
        {
            Assert.That(file.KeyValueMetadata["otelpipeline.schema"], Is.EqualTo("spans/1"));
            Assert.That(file.KeyValueMetadata["otelpipeline.instance"], Is.EqualTo("i-1"));
            Assert.That(file.KeyValueMetadata["otelpipeline.exports"], Is.EqualTo("3-9"));
            Assert.That(file.CreatedBy, Does.StartWith("otelpipeline version "));
            Assert.That(Chunk(file, "trace_id").HasBloomFilter && Chunk(file, "run_id").HasBloomFilter);
            Assert.That(Chunk(file, "timestamp").Encodings, Does.Contain(ParquetEncoding.DeltaBinaryPacked));
            Assert.That(file.Schema.Fields.Select(field => field.Name), Is.EqualTo(TelemetrySchema.Spans.Select(column => column.Name)));
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Order_is_declared_only_when_it_is_true(bool sorted)
    {
        long[] times = sorted ? [1000, 2000, 2000, 3000] : [1000, 3000, 2000, 4000];
        using var file = Open(RoundTripTests.Write([.. times.Select(time => new SpanRow { StartTimeUnixNano = time })]));
        Assert.That(
            file.RowGroups[0].SortingColumns.Select(column => column.Path),
            Is.EqualTo(sorted ? ["timestamp"] : Array.Empty<string>())
        );
    }

    [Test]
    public void Columns_that_an_older_version_lacks_are_empty()
    {
        var stream = new MemoryStream();
        var schema = new ParquetSchema(
            ParquetField.Int64("start_time_unix_nano"),
            ParquetField.Int64("duration_nano"),
            ParquetField.String("trace_id"),
            ParquetField.String("span_id"),
            ParquetField.String("name"),
            ParquetField.String("run_id", nullable: true),
            ParquetField.Map("attributes", ParquetField.String("key"), ParquetField.String("value"))
        );
        using (var writer = new ParquetWriter(stream, schema, leaveOpen: true))
        {
            writer.Column<long>("start_time_unix_nano").Append(5);
            writer.Column<long>("duration_nano").Append(6);
            writer.Bytes("trace_id").Append("0123456789abcdef0123456789abcdef");
            writer.Bytes("span_id").Append("0123456789abcdef");
            writer.Bytes("name").Append("old");
            writer.Bytes("run_id").Append("r");
            writer.Bytes("attributes.key_value.key").BeginRow(0);
            writer.Bytes("attributes.key_value.value").BeginRow(0);
            writer.Close();
        }

        var span = (SpanRow)Reading.Bytes(stream.ToArray()).Rows.Single();
        Assert.That((span.Name, span.DurationNano, span.ParentSpanId.IsEmpty), Is.EqualTo(("old", 6L, true)));
        Assert.That(span.Attributes.GetString("pipeline.run.id"), Is.EqualTo("r"));
    }

    [Test]
    public void A_directory_gives_its_parquet_files_too_and_says_what_is_no_telemetry()
    {
        var directory = Directory.CreateTempSubdirectory("otelpipeline-data-");
        try
        {
            var hour = directory.CreateSubdirectory("spans/date=2026-01-02/hour=03").FullName;
            File.WriteAllBytes(Path.Combine(hour, "a.parquet"), RoundTripTests.Write(new RandomRows(4).Spans(3)));
            File.WriteAllBytes(Path.Combine(hour, "b.parquet.tmp"), [1, 2, 3]);
            File.WriteAllBytes(Path.Combine(hour, "c.parquet"), "PAR1 is not enough"u8.ToArray());
            File.WriteAllBytes(Path.Combine(hour, "d.parquet"), RoundTripTests.Write(new RandomRows(5).Events(2)));
            using (var other = ParquetWriter.Create(Path.Combine(hour, "e.parquet"), new ParquetSchema(ParquetField.Int32("x"))))
            {
                other.Column<int>("x").Append(1);
                other.Close();
            }

            var report = new TelemetryReadReport();
            var spans = TelemetryReader.ReadSpansAsync(directory.FullName, new() { Report = report }).ToBlockingEnumerable().ToList();
            Assert.Multiple(() =>
            {
                Assert.That(spans, Has.Count.EqualTo(3));
                Assert.That(
                    report.Files.Select(file => Path.GetFileName(file.Path)),
                    Is.EqualTo(new[] { "a.parquet", "c.parquet", "d.parquet", "e.parquet" })
                );
                Assert.That(report.Errors.Single().ToString(), Does.Contain("c.parquet: ").And.Contains("does not end with PAR1"));
                Assert.That(report.Files[3].SkippedBecause, Does.Contain("without telemetry"));
            });
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [TestCase(TelemetryForm.Any, "a-000000 a-000001 b-000001.parquet c-000000.parquet d-000000 d-000000.parquet e-000000.parquet")]
    [TestCase(TelemetryForm.Jsonl, "a-000000 a-000001 b-000001 d-000000")]
    [TestCase(TelemetryForm.Parquet, "a-000000.parquet b-000001.parquet c-000000.parquet d-000000.parquet e-000000.parquet")]
    public void Of_a_directory_with_both_forms_each_record_is_read_once(TelemetryForm form, string expected)
    {
        var directory = Directory.CreateTempSubdirectory("otelpipeline-data-");
        try
        {
            // a: all lines are there; b: rotation has taken the first; c and d have one form; e: another process of d's instance
            foreach (var name in (string[])["000000Z-a-000000", "000000Z-a-000001", "000000Z-b-000001", "000000Z-d-000000"])
            {
                var path = Path.Combine(directory.CreateSubdirectory("spans").FullName, $"20260102T000{name}.jsonl");
                File.WriteAllText(path, "{\"resourceSpans\":[]}\n");
            }

            foreach (
                var name in (string[])["004000Z-a-000000", "005000Z-b-000001", "000000Z-c-000000", "500000Z-d-000000", "000000Z-e-000000"]
            )
            {
                var hour = directory.CreateSubdirectory("spans/date=2026-01-02/hour=00").FullName;
                File.WriteAllBytes(Path.Combine(hour, $"20260102T000{name}.parquet"), RoundTripTests.Write([new SpanRow()]));
            }

            var report = new TelemetryReadReport();
            TelemetryReader.Read([directory.FullName], _ => { }, new() { Report = report, Form = form });
            var read = report
                .Files.Where(file => file.SkippedBecause is null)
                .Select(file => Path.GetFileName(file.Path).Split('-', 2)[1].Replace(".jsonl", "", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
            Assert.That(string.Join(' ', read), Is.EqualTo(expected));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public void Promoted_columns_that_contradict_each_other_are_rejected()
    {
        Assert.That(
            () => RoundTripTests.Write([new SpanRow()], new() { Promoted = [Promoted("name", "a")] }),
            Throws.ArgumentException.With.Message.Contains("'name'")
        );
        Assert.That(
            () => RoundTripTests.Write([new SpanRow()], new() { Promoted = [Promoted("x", "a"), Promoted("y", "a")] }),
            Throws.ArgumentException.With.Message.Contains("promoted twice")
        );
        static TelemetryColumn Promoted(string name, string key) => new(name, TelemetryColumnType.String, false) { AttributeKeys = [key] };
    }

    private static ParquetReader Open(byte[] bytes) => ParquetReader.Open(new MemoryStream(bytes));

    private static ParquetColumnChunk Chunk(ParquetReader file, string name) => file.RowGroups[0].Columns[file.Schema[name].Ordinal];

    private static string? Text(ParquetReader file, string name)
    {
        using var column = file.RowGroups[0].ReadBytes(name);
        return column.GetString(0);
    }

    private static string[] Keys(ParquetReader file)
    {
        using var column = file.RowGroups[0].ReadBytes("attributes.key_value.key");
        return [.. Enumerable.Range(0, column.Count).Select(entry => column.GetString(entry)!)];
    }
}
