using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace OtelPipeline.Slo.Live;

/// <summary>Shows ended spans to the monitor.</summary>
internal sealed class SloSpanProcessor(SloMonitor monitor) : BaseProcessor<Activity>
{
    public override void OnStart(Activity data) => monitor.OnStart(data);

    public override void OnEnd(Activity data) => monitor.OnEnd(data, ParentProvider);
}

/// <summary>Shows events to the monitor.</summary>
internal sealed class SloLogProcessor(SloMonitor monitor) : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data) => monitor.OnEvent(data, ParentProvider);
}
