using System.Text.Json;
using BenchmarkDotNet.Attributes;
using OtelPipeline.Data;

namespace OtelPipeline.Benchmarks.Data;

/// <summary>Reading a 32 MB file: rows against a bare Utf8JsonReader that looks at every token and keeps nothing.</summary>
[MemoryDiagnoser]
public class ReadBenchmarks
{
    private string _path = "";

    [Params("flat", "otlp")]
    public string Dialect { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _path = Path.Combine(Path.GetTempPath(), $"otelpipeline-read-{Environment.ProcessId}-{Dialect}.jsonl");
        if (Dialect == "flat")
            TelemetryFiles.WriteFlat(_path, 32 * 1024 * 1024);
        else
            TelemetryFiles.WriteOtlp(_path, 32 * 1024 * 1024);
    }

    [GlobalCleanup]
    public void Cleanup() => File.Delete(_path);

    [Benchmark(Baseline = true)]
    public long BareUtf8JsonReader()
    {
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var buffer = new byte[256 * 1024];
        long tokens = 0;
        var kept = 0;
        int read;
        while ((read = file.Read(buffer.AsSpan(kept))) > 0)
        {
            var unread = buffer.AsSpan(0, kept + read);
            int end;
            while ((end = unread.IndexOf((byte)'\n')) >= 0)
            {
                var reader = new Utf8JsonReader(unread[..end]);
                while (reader.Read())
                    tokens++;
                unread = unread[(end + 1)..];
            }

            unread.CopyTo(buffer);
            kept = unread.Length;
        }

        return tokens;
    }

    [Benchmark]
    public long RowsByCallback()
    {
        long rows = 0;
        TelemetryReader.Read([_path], _ => rows++);
        return rows;
    }

    /// <summary>Every attribute's value as a string, which <see cref="RowsByCallback"/> leaves undecoded.</summary>
    [Benchmark]
    public long RowsByCallbackEveryText()
    {
        long characters = 0;
        TelemetryReader.Read(
            [_path],
            row =>
            {
                foreach (ref readonly var attribute in row.Attributes.AsSpan())
                {
                    if (attribute.Value.Kind == AttributeKind.String)
                        characters += attribute.Value.AsString().Length;
                }

                if (row is EventRow { Body.Kind: AttributeKind.String } @event)
                    characters += @event.Body.AsString().Length;
            }
        );
        return characters;
    }

    [Benchmark]
    public async Task<long> ReusedRowsByAsyncSequence()
    {
        long rows = 0;
        await foreach (var _ in TelemetryReader.ReadAsync(_path, new TelemetryReadOptions { ReuseRows = true }))
            rows++;
        return rows;
    }

    [Benchmark]
    public async Task<long> RowsByAsyncSequence()
    {
        long rows = 0;
        await foreach (var _ in TelemetryReader.ReadAsync(_path))
            rows++;
        return rows;
    }
}
