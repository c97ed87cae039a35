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

    private volatile Payload? _payload;

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
            // of an internal type, the same each time
            var payload = _payload;
            if (payload?.Type != value.Value.GetType())
                _payload = payload = new Payload(value.Value.GetType());
            if (
                payload.Request?.Invoke(value.Value) is HttpRequestMessage request
                && request.Options.TryGetValue(HttpRequestTelemetry.Key, out var telemetry)
            )
                telemetry.Describe(span, request.RequestUri, payload.Response?.Invoke(value.Value) as HttpResponseMessage);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("a client span", e);
        }
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    private sealed class Payload(Type type)
    {
        public Type Type => type;
        public MethodInvoker? Request { get; } = Getter(type, "Request");
        public MethodInvoker? Response { get; } = Getter(type, "Response");

        [UnconditionalSuppressMessage(
            "Trimming",
            "IL2070",
            Justification = "System.Net.Http keeps the public properties of what it hands to diagnostic listeners."
        )]
        private static MethodInvoker? Getter(Type type, string name) =>
            type.GetProperty(name)?.GetMethod is { } getter ? MethodInvoker.Create(getter) : null;
    }
}
