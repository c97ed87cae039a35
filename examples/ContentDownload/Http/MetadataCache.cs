using System.Collections.Concurrent;
using System.Net.Http.Headers;
using OtelPipeline;

namespace ContentDownload.Http;

/// <summary>What the catalog said, for as long as it allows to keep it (RFC 9111).</summary>
internal sealed class MetadataCache
{
    private readonly ConcurrentDictionary<Uri, Entry> _entries = [];

    public CacheTelemetry Telemetry { get; } = new("metadata");

    public Entry Of(Uri uri) => _entries.GetOrAdd(uri, static _ => new Entry());

    public void CountEntries() => Telemetry.Contents(_entries.Count, _entries.Values.Sum(static e => (long)(e.Content?.Length ?? 0)));

    /// <summary>One address. Whoever wants it while somebody fetches it waits for that.</summary>
    internal sealed class Entry
    {
        private long _freshUntil;

        public SemaphoreSlim Gate { get; } = new(1);

        public byte[]? Content { get; private set; }

        public EntityTagHeaderValue? Tag { get; private set; }

        public bool IsFresh => Content is not null && Environment.TickCount64 < Volatile.Read(ref _freshUntil);

        public void Store(byte[] content, HttpResponseMessage response)
        {
            (Content, Tag) = (content, response.Headers.ETag);
            Confirm(response);
        }

        public void Confirm(HttpResponseMessage response) =>
            Volatile.Write(
                ref _freshUntil,
                Environment.TickCount64 + (long)(response.Headers.CacheControl?.MaxAge?.TotalMilliseconds ?? 0)
            );

        public HttpResponseMessage Answer() => new() { Content = new ByteArrayContent(Content!) };
    }
}
