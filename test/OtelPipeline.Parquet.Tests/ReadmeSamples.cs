namespace OtelPipeline.Parquet.Tests;

/// <summary>The sample of the README compiles and runs.</summary>
public sealed class ReadmeSamples
{
    [Test]
    public void The_sample_writes_and_reads_a_file()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.parquet");
        using var output = new StringWriter();
        Sample(path, output);

        var duckDb = NodePrograms.Read("duckdb", [path])[path]["rows"]!.ToJsonString();
        File.Delete(path);
        Assert.That(output.ToString().ReplaceLineEndings("\n"), Is.EqualTo("Oslo: -3.5\nBergen: unknown\nOslo: 4.25\n"));
        Assert.That(
            duckDb,
            Does.StartWith(
                """[{"at":"2025-11-20 00:53:20","station":"Oslo","temperature":-3.5,"tags":[{"key":"sensor","value":"A7"},{"key":"unit"""
            )
        );
    }

    private static void Sample(string path, TextWriter output)
    {
        var schema = new ParquetSchema(
            ParquetField.Timestamp("at"),
            ParquetField.String("station").WithBloomFilter(),
            ParquetField.Double("temperature", nullable: true),
            ParquetField.Map("tags", ParquetField.String("key"), ParquetField.String("value"))
        );

        using (var writer = ParquetWriter.Create(path, schema))
        {
            writer.Column<long>("at").Write([1_763_600_000_000_000, 1_763_600_060_000_000, 1_763_600_120_000_000]);
            writer.Bytes("station").Write(["Oslo", "Bergen", "Oslo"]);
            writer.Column<double>("temperature").Write([-3.5, 0, 4.25], [true, false, true]);
            writer.Bytes("tags.key_value.key").Write(["sensor", "unit", "sensor"], [2, 0, 1]);
            writer.Bytes("tags.key_value.value").Write(["A7", "°C", "B1"], [2, 0, 1]);
            writer.EndBatch();
            writer.Close();
        }

        using var reader = ParquetReader.Open(path);
        foreach (var group in reader.RowGroups)
        {
            var rows = group.Select(ParquetFilter.Equal("station", "Oslo"));
            using var stations = group.ReadBytes("station", rows);
            using var temperatures = group.Read<double>("temperature", rows);
            for (var i = 0; i < temperatures.Count; i++)
                output.WriteLine($"{stations.GetString(i)}: {(temperatures.IsNull(i) ? "unknown" : temperatures.Values[i])}");
        }
    }
}
