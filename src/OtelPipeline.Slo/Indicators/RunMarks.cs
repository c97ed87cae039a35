using System.Diagnostics;
using OtelPipeline.Data;
using OtelPipeline.Signals;

namespace OtelPipeline.Slo.Indicators;

/// <summary>What shows where a run begins and ends: its own span (named <c>run …</c>), and the event of its start.</summary>
internal static class RunMarks
{
    private const string Prefix = "run ";

    public static bool IsRun(Activity activity) =>
        activity.DisplayName.StartsWith(Prefix, StringComparison.Ordinal) && activity.Source.Name == PipelineSources.ActivitySource;

    public static bool IsRun(SpanRow span) =>
        span.Name.StartsWith(Prefix, StringComparison.Ordinal) && span.Scope.Name == PipelineSources.ActivitySource;

    public static bool IsStart(EventRow record) => record.EventName == PipelineEvents.RunStart.Name;

    /// <summary>The same of the name alone, in UTF-8.</summary>
    public static bool IsMark(ReadOnlySpan<byte> name, bool ofSpan) => ofSpan ? name.StartsWith("run "u8) : name.SequenceEqual(StartName);

    private static readonly byte[] StartName = System.Text.Encoding.UTF8.GetBytes(PipelineEvents.RunStart.Name!);
}
