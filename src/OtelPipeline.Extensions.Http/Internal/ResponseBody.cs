using System.Net;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>How the body of a response is read: how much of it, until when, and how that ends.</summary>
internal sealed class ResponseBody(HttpRequestTelemetry request, TimeProvider clock)
{
    private readonly long _startedAt = clock.GetTimestamp();
    private long _lastAt;
    private long _bytes;

    /// <summary>Whether anybody tried to read it.</summary>
    public bool WasRead => Volatile.Read(ref _lastAt) != 0;

    public long Bytes => Volatile.Read(ref _bytes);

    public TimeSpan Duration => WasRead ? clock.GetElapsedTime(_startedAt, Volatile.Read(ref _lastAt)) : TimeSpan.Zero;

    /// <summary>Whether there is a body to read; 101 turns the connection into something else.</summary>
    public static bool IsIn(HttpResponseMessage response, HttpMethod method) =>
        method != HttpMethod.Head
        && response.StatusCode
            is not (
                HttpStatusCode.SwitchingProtocols
                or HttpStatusCode.NoContent
                or HttpStatusCode.ResetContent
                or HttpStatusCode.NotModified
            )
        && response.Content.Headers.ContentLength != 0;

    /// <summary>Some of it was read.</summary>
    public void Read(int bytes)
    {
        Volatile.Write(ref _lastAt, clock.GetTimestamp());
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>What a read of at most <paramref name="wanted"/> bytes returned.</summary>
    public int Read(int bytes, int wanted)
    {
        Read(bytes);
        if (bytes == 0 && wanted > 0)
            request.End(null);
        return bytes;
    }

    /// <summary>All of it was read.</summary>
    public void Finished()
    {
        Read(0);
        request.End(null);
    }

    public void Failed(Exception exception)
    {
        Read(0);
        request.End(exception);
    }

    /// <summary>Whoever had it does not want more.</summary>
    public void Closed() => request.End(null);

    /// <summary>Nobody has it any more, and nobody closed it.</summary>
    public void Abandoned() => request.Abandon();
}
