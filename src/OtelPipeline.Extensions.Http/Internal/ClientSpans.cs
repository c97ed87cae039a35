using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using OtelPipeline.Internal;

namespace OtelPipeline.Extensions.Http.Internal;

/// <summary>
/// Adds to .NET's own client spans what is known when they end. A handler cannot do that, for the span lives inside of the innermost one; .NET says
/// so to <see cref="DiagnosticListener"/>s, with the span current. Subscribed to the end alone, .NET makes no span that it would not make anyway.
/// </summary>
internal sealed class ClientSpans : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    private const string Listener = "HttpHandlerDiagnosticListener";
    private const string Stop = "System.Net.Http.HttpRequestOut.Stop";

    private static readonly Lazy<IDisposable> s_subscription = new(static () =>
        DiagnosticListener.AllListeners.Subscribe(new ClientSpans())
    );

    private PropertyInfo? _request;
    private PropertyInfo? _response;

    /// <summary>Starts doing so, once for the process.</summary>
    public static void Enrich() => _ = s_subscription.Value;

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Listener)
            value.Subscribe(this, static (name, _, _) => name == Stop);
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Activity.Current is not { IsAllDataRequested: true } span || value.Value is null)
            return;
        try
        {
            if (
                Read(ref _request, value.Value, "Request") is HttpRequestMessage request
                && request.Options.TryGetValue(HttpRequestTelemetry.Key, out var telemetry)
            )
                telemetry.Describe(span, request.RequestUri, Read(ref _response, value.Value, "Response") as HttpResponseMessage);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("a client span", e);
        }
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2075",
        Justification = "System.Net.Http keeps the public properties of what it hands to diagnostic listeners."
    )]
    private static object? Read(ref PropertyInfo? property, object payload, string name)
    {
        // the payload is of an internal type, the same each time
        if (property?.DeclaringType != payload.GetType())
            property = payload.GetType().GetProperty(name);
        return property?.GetValue(payload);
    }
}
