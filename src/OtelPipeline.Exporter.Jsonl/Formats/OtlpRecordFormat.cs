using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>Spans and log records: a batch of records that each belong to a scope.</summary>
internal abstract class OtlpRecordFormat<T>(string signal, string scopeSignal) : BatchFormat<T>
    where T : class
{
    private const int MaxScopes = 1024;

    // scopes are few and long-lived; a program that makes them without end starts over
    private readonly Dictionary<object, byte[]> _headers = [];

    protected OtlpLines Lines { get; } = new(signal, scopeSignal);

    public override void SetResource(Resource resource, string instance) => Lines.SetResource(resource, instance);

    public override void Write(in Batch<T> batch, LineOutput output)
    {
        Lines.Reset();
        var json = output.Json;
        foreach (var record in batch)
        {
            var start = json.Position;
            try
            {
                var scope = Scope(record);
                var header = Header(scope);
                do
                {
                    start = json.Position;
                    Lines.Open(json, scope, header);
                    WriteRecord(json, record);
                } while (!Lines.TryCommit(output, start, scope));
            }
            catch (Exception exception)
            {
                // one record that cannot be read (a user's list that changes while it is read) must not take the others with it
                OtlpLines.Abandon(output, start, exception);
            }
        }

        Lines.Flush(output);
    }

    private byte[] Header(object scope)
    {
        if (_headers.TryGetValue(scope, out var header))
            return header;
        if (_headers.Count >= MaxScopes)
            _headers.Clear();
        return _headers[scope] = WriteHeader(scope);
    }

    /// <summary>What records must share to share a header; compared by reference and by equality.</summary>
    protected abstract object Scope(T record);

    protected abstract byte[] WriteHeader(object scope);

    protected abstract void WriteRecord(JsonBuffer json, T record);
}
