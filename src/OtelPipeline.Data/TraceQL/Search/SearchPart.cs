using OtelPipeline.Data.Files;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A search in one part of the files. What it finds is kept, or handed on at once when it takes its turn on the calling thread.</summary>
/// <param name="run">The search.</param>
/// <param name="onFound">Takes what is found; null to keep it.</param>
internal sealed class SearchPart(SearchRun run, Action<Spanset>? onFound) : SpanConsumer
{
    public override SpanColumnSink? Sink => run.Sink;

    /// <summary>What was found and kept, in order.</summary>
    public List<Spanset> Found { get; } = [];

    public override void Take(SpanRow row)
    {
        if (run.Add(row, reused: true, keep: onFound is null) is not { } found)
            return;
        if (onFound is null)
            Found.Add(found);
        else
            onFound(found);
    }
}
