using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Tests.Parquet;

/// <summary>Whatever is in a Parquet file, it gives rows, errors or a reason to skip it, and never another exception.</summary>
internal sealed class HostileFileTests
{
    [Test]
    public void Mutated_files_give_errors_and_nothing_else()
    {
        var random = new Random(11);
        byte[][] files =
        [
            RoundTripTests.Write(new RandomRows(1).Spans(20), Uncompressed()),
            RoundTripTests.Write(new RandomRows(2).Events(20), Uncompressed()),
            RoundTripTests.Write(new RandomRows(3).Points(20), Uncompressed()),
        ];
        var errors = 0;
        for (var i = 0; i < 1500; i++)
        {
            var bytes = files[i % 3].ToArray();
            // most in the footer: pages have checksums
            var from = i % 4 == 0 ? 4 : bytes.Length * 2 / 3;
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                bytes[random.Next(from, bytes.Length)] = (byte)random.Next(256);
            if (i % 10 == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            errors += (int)Reading.Bytes(bytes).Report.ErrorCount;
        }

        Assert.That(errors, Is.GreaterThan(500));
    }

    [TestCase("events", "[{")]
    [TestCase("links", "nonsense")]
    [TestCase("attributes_types", "{\"a\"")]
    public void Columns_that_hold_no_JSON_are_an_error_with_their_name(string column, string text)
    {
        var stream = new MemoryStream();
        var schema = new ParquetSchema(
            ParquetField.Int64("start_time_unix_nano"),
            ParquetField.Int64("duration_nano"),
            ParquetField.String("span_id"),
            ParquetField.String("name"),
            ParquetField.String(column)
        );
        using (var writer = new ParquetWriter(stream, schema, leaveOpen: true))
        {
            writer.Column<long>("start_time_unix_nano").Append(5);
            writer.Column<long>("duration_nano").Append(6);
            writer.Bytes("span_id").Append("0123456789abcdef");
            writer.Bytes("name").Append("n");
            writer.Bytes(column).Append(text);
            writer.Close();
        }

        var reading = Reading.Bytes(stream.ToArray());
        Assert.That(reading.Rows, Is.Empty);
        Assert.That(reading.Errors.Single(), Does.Contain("JSON").And.Contain(column.Split('_')[0]));
    }

    [Test]
    public void A_column_of_another_type_is_an_error_with_its_name()
    {
        var stream = new MemoryStream();
        var schema = new ParquetSchema(
            ParquetField.Int64("start_time_unix_nano"),
            ParquetField.Int64("duration_nano"),
            ParquetField.Int32("span_id"),
            ParquetField.String("name")
        );
        using (var writer = new ParquetWriter(stream, schema, leaveOpen: true))
        {
            writer.Column<long>("start_time_unix_nano").Append(5);
            writer.Column<long>("duration_nano").Append(6);
            writer.Column<int>("span_id").Append(7);
            writer.Bytes("name").Append("n");
            writer.Close();
        }

        Assert.That(Reading.Bytes(stream.ToArray()).Errors.Single(), Does.Contain("Column 'span_id' is Int32").And.Contain("text"));
    }

    private static TelemetryParquetOptions Uncompressed() => new() { Format = { Compression = ParquetCompression.None } };
}
