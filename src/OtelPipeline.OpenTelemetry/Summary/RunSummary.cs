using OtelPipeline.Data.Runs;

namespace OtelPipeline.OpenTelemetry;

/// <summary>
/// What the spans and events of this process say about its runs, live and afterwards, and a text of it for people. Register it with
/// <c>UseRunSummary</c>; it needs <c>UsePipelineInstrumentation</c>, and sees what that has redacted. Thread-safe.
/// </summary>
/// <example>
/// <code>
/// var summary = new RunSummary();
/// using (OpenTelemetrySdk.Create(otel => otel.UsePipelineInstrumentation().UseRunSummary(summary)))
///     await pipeline.RunAsync(run => …);
/// summary.WriteTo(Console.Out);
/// </code>
/// </example>
public sealed class RunSummary
{
    /// <summary>Makes an empty summary.</summary>
    /// <param name="maxRuns">How many runs to keep; the oldest that have ended are forgotten. Range: 1 or more. Default: 20.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxRuns"/> is below 1.</exception>
    public RunSummary(int maxRuns = 20) => Model = new RunModel(maxRuns);

    /// <summary>The runs of this process, the earliest start first; one that has not ended shows what is known of it so far.</summary>
    public IReadOnlyList<RunInfo> Runs => Model.Runs;

    /// <summary>The run that started last, or null.</summary>
    public RunInfo? Latest => Model.Latest;

    /// <summary>How many runs were forgotten to stay within the limit.</summary>
    public long ForgottenRuns => Model.ForgottenRuns;

    internal RunModel Model { get; }

    /// <summary>Writes <see cref="Latest"/> for people to read, or what to do where no run was seen.</summary>
    /// <inheritdoc cref="Write" path="/param"/>
    /// <exception cref="ArgumentNullException"><paramref name="writer"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 40.</exception>
    public void WriteTo(TextWriter writer, bool? color = null, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (Latest is { } run)
            Write(run, writer, color, width);
        else
            writer.WriteLine(
                "No run was seen. A summary needs UsePipelineInstrumentation() and UseRunSummary(summary) before the run, and telemetry that is not switched off (OTEL_SDK_DISABLED, OtelPipeline:Enabled)."
            );
    }

    /// <summary>Writes one run for people to read.</summary>
    /// <param name="run">The run.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="color">
    /// Whether to use ANSI colours; null for yes where <paramref name="writer"/> is the console, it is a terminal, and neither
    /// <see href="https://no-color.org">NO_COLOR</see> nor TERM=dumb says otherwise. Default: null.
    /// </param>
    /// <param name="width">Characters in a line. Range: 40 or more. Null for the terminal's own, or 100 where there is none. Default: null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="run"/> or <paramref name="writer"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="width"/> is below 40.</exception>
    public static void Write(RunInfo run, TextWriter writer, bool? color = null, int? width = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(writer);
        if (width is { } given)
            ArgumentOutOfRangeException.ThrowIfLessThan(given, SummaryWriter.MinWidth, nameof(width));
        var isTerminal = Terminal.Is(writer);
        var ink = new Ink(
            color ?? (isTerminal && Terminal.WantsColor),
            isUnicode: writer.Encoding.WebName.StartsWith("utf", StringComparison.Ordinal)
        );
        new SummaryWriter(writer, ink, width ?? (isTerminal ? Terminal.Width : Terminal.DefaultWidth)).Write(run);
    }
}
