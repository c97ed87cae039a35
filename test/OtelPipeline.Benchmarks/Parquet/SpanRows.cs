using System.Globalization;
using System.Text;
using OtelPipeline.Parquet;

namespace OtelPipeline.Benchmarks.Parquet;

/// <summary>A text column in memory: all bytes back to back, and a length per value (-1 for NULL).</summary>
internal sealed class TextColumn
{
    private readonly MemoryStream _bytes = new();
    private readonly List<int> _lengths = [];
    private readonly List<int> _starts = [];

    public void Add(string? value)
    {
        _starts.Add((int)_bytes.Length);
        if (value is null)
        {
            _lengths.Add(-1);
            return;
        }

        var utf8 = Encoding.UTF8.GetBytes(value);
        _bytes.Write(utf8);
        _lengths.Add(utf8.Length);
    }

    public void WriteTo(ParquetBytesWriter writer, int first, int count)
    {
        var end = first + count < _starts.Count ? _starts[first + count] : (int)_bytes.Length;
        var lengths = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lengths).Slice(first, count);
        writer.Write(_bytes.GetBuffer().AsSpan(_starts[first], end - _starts[first]), lengths);
    }

    public void WriteElementsTo(ParquetBytesWriter writer, int firstRow, int rows, ReadOnlySpan<int> rowStarts)
    {
        var lengths = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_lengths);
        var bytes = _bytes.GetBuffer().AsSpan();
        for (var row = firstRow; row < firstRow + rows; row++)
        {
            writer.BeginRow(rowStarts[row + 1] - rowStarts[row]);
            for (var i = rowStarts[row]; i < rowStarts[row + 1]; i++)
                writer.Append(bytes.Slice(_starts[i], lengths[i]));
        }
    }
}

/// <summary>Rows like those of a pipeline's spans: ten spans a trace, forty nodes, a MAP of two to four attributes.</summary>
internal sealed class SpanRows
{
    private readonly long[] _timestamps;
    private readonly long[] _starts;
    private readonly long[] _durations;
    private readonly int[] _kinds;
    private readonly int[] _statuses;
    private readonly int[] _rowStarts;
    private readonly int[] _resourceStarts;
    private readonly Dictionary<string, TextColumn> _text = [];
    private readonly TextColumn _keys = new();
    private readonly TextColumn _values = new();
    private readonly TextColumn _resourceKeys = new();
    private readonly TextColumn _resourceValues = new();

    public SpanRows(int count)
    {
        Count = count;
        _timestamps = new long[count];
        _starts = new long[count];
        _durations = new long[count];
        _kinds = new int[count];
        _statuses = new int[count];
        _rowStarts = new int[count + 1];
        _resourceStarts = new int[count + 1];
        foreach (var column in TextColumns)
            _text[column] = new TextColumn();
        Generate(new Random(42));
    }

    public int Count { get; }

    public static ParquetSchema Schema { get; } =
        new(
            ParquetField.Timestamp("timestamp").WithEncoding(ParquetEncoding.DeltaBinaryPacked),
            ParquetField.Int64("start_time_unix_nano").WithEncoding(ParquetEncoding.DeltaBinaryPacked),
            ParquetField.Int64("duration_nano").WithEncoding(ParquetEncoding.DeltaBinaryPacked),
            ParquetField.String("trace_id"),
            ParquetField.String("span_id"),
            ParquetField.String("parent_span_id", nullable: true),
            ParquetField.String("name"),
            ParquetField.Int32("kind"),
            ParquetField.Int32("status_code"),
            ParquetField.String("status_message", nullable: true),
            ParquetField.String("service_name", nullable: true),
            ParquetField.String("service_version", nullable: true),
            ParquetField.String("service_instance_id", nullable: true),
            ParquetField.String("scope_name", nullable: true),
            ParquetField.String("pipeline_name", nullable: true),
            ParquetField.String("run_id", nullable: true),
            ParquetField.String("node_name", nullable: true),
            ParquetField.String("result", nullable: true),
            ParquetField.String("cache_result", nullable: true),
            ParquetField.Map("attributes", ParquetField.String("key"), ParquetField.String("value")),
            ParquetField.Map("resource_attributes", ParquetField.String("key"), ParquetField.String("value")),
            ParquetField.String("events", nullable: true)
        );

    private static IEnumerable<string> TextColumns => Schema.Fields.Where(f => f.Type == ParquetType.ByteArray).Select(f => f.Name);

    /// <summary>Writes all rows, ten thousand at a time.</summary>
    public void WriteTo(ParquetWriter writer)
    {
        const int Batch = 10_000;
        for (var first = 0; first < Count; first += Batch)
        {
            var count = Math.Min(Batch, Count - first);
            writer.Column<long>("timestamp").Write(_timestamps.AsSpan(first, count));
            writer.Column<long>("start_time_unix_nano").Write(_starts.AsSpan(first, count));
            writer.Column<long>("duration_nano").Write(_durations.AsSpan(first, count));
            writer.Column<int>("kind").Write(_kinds.AsSpan(first, count));
            writer.Column<int>("status_code").Write(_statuses.AsSpan(first, count));
            foreach (var (name, column) in _text)
                column.WriteTo(writer.Bytes(name), first, count);
            _keys.WriteElementsTo(writer.Bytes("attributes.key_value.key"), first, count, _rowStarts);
            _values.WriteElementsTo(writer.Bytes("attributes.key_value.value"), first, count, _rowStarts);
            _resourceKeys.WriteElementsTo(writer.Bytes("resource_attributes.key_value.key"), first, count, _resourceStarts);
            _resourceValues.WriteElementsTo(writer.Bytes("resource_attributes.key_value.value"), first, count, _resourceStarts);
            writer.EndBatch();
        }
    }

    private void Generate(Random random)
    {
        var now = 1_763_600_000_000_000_000L;
        string trace = "",
            run = "",
            parent = "";
        int keys = 0,
            resourceKeys = 0;
        for (var i = 0; i < Count; i++)
        {
            if (i % 10 == 0)
                trace = Hex(random, 16);
            if (i % 5000 == 0)
                run = new Guid(random.Next(), (short)i, 3, 4, 5, 6, 7, 8, 9, 10, 11).ToString();
            now += random.NextInt64(2_000_000);
            var node = random.Next(40);
            var failed = random.Next(100) == 0;
            var span = Hex(random, 8);
            _starts[i] = now;
            _timestamps[i] = now / 1000;
            _durations[i] = (long)(Math.Exp(random.NextDouble() * 8) * 10_000);
            _kinds[i] = node % 5 + 1;
            _statuses[i] = failed ? 2 : 0;
            _text["trace_id"].Add(trace);
            _text["span_id"].Add(span);
            _text["parent_span_id"].Add(i % 10 == 0 ? null : parent);
            _text["name"].Add($"node.run step-{node}");
            _text["status_message"].Add(failed ? $"timeout after {random.Next(30)} s" : null);
            _text["service_name"].Add("forecast");
            _text["service_version"].Add("2.7.1");
            _text["service_instance_id"].Add("5b1c7b3a-64f7-44f0-a8d4-3f3a1b7b9f10");
            _text["scope_name"].Add("OtelPipeline");
            _text["pipeline_name"].Add($"pipeline-{node % 4}");
            _text["run_id"].Add(run);
            _text["node_name"].Add($"step-{node}");
            _text["result"].Add(failed ? "failure" : "success");
            _text["cache_result"].Add(node % 3 == 0 ? (random.Next(2) == 0 ? "hit" : "miss") : null);
            _text["events"].Add(failed ? $$"""[{"timeUnixNano":"{{now}}","name":"exception"}]""" : null);
            keys += AddAttributes(random, node);
            _rowStarts[i + 1] = keys;
            resourceKeys += AddResource();
            _resourceStarts[i + 1] = resourceKeys;
            if (i % 10 < 3)
                parent = span;
        }
    }

    private int AddAttributes(Random random, int node)
    {
        _keys.Add("rows");
        _values.Add(random.Next(100_000).ToString(CultureInfo.InvariantCulture));
        _keys.Add("layer");
        _values.Add(
            node < 10 ? "bronze"
            : node < 30 ? "silver"
            : "gold"
        );
        if (node % 2 == 0)
            return 2;
        _keys.Add("http.response.status_code");
        _values.Add(random.Next(20) == 0 ? "503" : "200");
        _keys.Add("url.full");
        _values.Add($"https://data.example.org/v1/stations/{random.Next(500)}/days/{random.Next(365)}");
        return 4;
    }

    private int AddResource()
    {
        _resourceKeys.Add("host.name");
        _resourceValues.Add("worker-17");
        _resourceKeys.Add("process.pid");
        _resourceValues.Add("4711");
        _resourceKeys.Add("deployment.environment.name");
        _resourceValues.Add("production");
        return 3;
    }

    private static string Hex(Random random, int bytes)
    {
        Span<byte> buffer = stackalloc byte[bytes];
        random.NextBytes(buffer);
        return Convert.ToHexStringLower(buffer);
    }
}
