using System.Diagnostics;
using OtelPipeline.Signals;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>Hands the id of the current run to the hosts that may have it.</summary>
internal sealed class RunPropagation
{
    private const string Header = "baggage";

    private readonly HashSet<string> _hosts;
    private readonly string[] _suffixes;

    public RunPropagation(IEnumerable<string> hosts)
    {
        var wildcards = hosts.ToLookup(static h => h.StartsWith("*.", StringComparison.Ordinal));
        _hosts = new HashSet<string>(wildcards[false], StringComparer.OrdinalIgnoreCase);
        _suffixes = [.. wildcards[true].Select(static h => h[1..])];
    }

    /// <summary>
    /// Returns what to send: the message with the header set. Only below a current span: then .NET's own propagation is at work, which takes this
    /// header away from a request that is redirected, possibly to a stranger. It does the same to a message that is sent again, so an attempt
    /// after the first is a copy.
    /// </summary>
    public HttpRequestMessage Propagate(HttpRequestMessage request, int attempt)
    {
        if (_hosts.Count + _suffixes.Length == 0)
            return request;
        if (Activity.Current is not { } span || PipelineRun.Current is not { } run || request.RequestUri is not { } uri || !Allows(uri))
            return request;
        if (attempt > 1)
            request = Copy(request);
        var before = request.Headers.TryGetValues(Header, out var values) ? string.Join(',', values) : Baggage(span);
        if (before.Contains(PipelineAttributes.RunId + "=", StringComparison.Ordinal))
            return request;
        request.Headers.Remove(Header);
        var own = $"{PipelineAttributes.RunId}={run.Id}";
        request.Headers.TryAddWithoutValidation(Header, before.Length == 0 ? own : $"{before},{own}");
        return request;
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Content = request.Content,
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
        };
        foreach (var (key, value) in (IDictionary<string, object?>)request.Options)
            ((IDictionary<string, object?>)copy.Options).Add(key, value);
        foreach (var (name, values) in request.Headers.NonValidated)
        {
            // of the attempt before; each has its own
            if (name is not ("traceparent" or "tracestate"))
                copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    private bool Allows(Uri uri)
    {
        var host = uri.IdnHost;
        return _hosts.Contains(host) || Array.Exists(_suffixes, s => host.EndsWith(s, StringComparison.OrdinalIgnoreCase));
    }

    // .NET leaves a header that is there alone, so what it would have written there has to be in it
    private static string Baggage(Activity span) =>
        string.Join(',', span.Baggage.Select(static b => $"{b.Key}={Uri.EscapeDataString(b.Value ?? "")}"));
}
