using Microsoft.Extensions.Logging;
using OtelPipeline.Internal;
using OtelPipeline.Signals;

namespace OtelPipeline;

public sealed partial class PipelineRun
{
    private void Beat()
    {
        try
        {
            var logger = Logger;
            if (Result is not null || !EventLog.IsEnabled(logger, LogLevel.Debug))
                return;
            var active = ActiveNodes()
                .Select(static n => n.Name)
                .Distinct(StringComparer.Ordinal)
                .Take(100)
                .Order(StringComparer.Ordinal)
                .ToArray();
            var elapsed = Owner.Time.GetElapsedTime(StartedAt);
            var where = active.Length == 0 ? "between nodes" : "in " + string.Join(", ", active);
            var state = NewEvent($"{this} is alive after {Durations.Text(elapsed)}, {where}", 4)
                .Add(PipelineAttributes.RunElapsed, elapsed.TotalSeconds)
                .Add(PipelineAttributes.RunActiveNodes, active)
                .Add(PipelineAttributes.RunRecordsRead, Volatile.Read(ref _recordsRead))
                .Add(PipelineAttributes.RunRecordsWritten, Volatile.Read(ref _recordsWritten));
            EventLog.Write(logger, LogLevel.Debug, PipelineEvents.RunHeartbeat, state);
        }
        catch (Exception e)
        {
            // on a timer's thread an exception would end the process
            PipelineEventSource.Report("a heartbeat", e);
        }
    }

    private void SampleMemory()
    {
        try
        {
            var now = Owner.Time.GetTimestamp();
            foreach (var node in ActiveNodes())
                node.SampleMemory(now);
        }
        catch (Exception e)
        {
            PipelineEventSource.Report("a memory sample", e);
        }
    }

    private List<PipelineNode> ActiveNodes()
    {
        var nodes = new List<PipelineNode>();
        lock (_lock)
        {
            for (var node = _firstActive; node is not null; node = node.NextActive)
                nodes.Add(node);
        }

        return nodes;
    }
}
