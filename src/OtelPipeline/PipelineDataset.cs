namespace OtelPipeline;

/// <summary>A dataset that a scope reads or writes; see <see cref="PipelineScope.Dataset"/>. Independent of <see cref="PipelineNode.Records"/>.</summary>
public readonly struct PipelineDataset
{
    private readonly PipelineScope? _scope;
    private readonly string _name;

    internal PipelineDataset(PipelineScope scope, string name)
    {
        _scope = scope;
        _name = name;
    }

    /// <summary>Reports that the dataset was read.</summary>
    /// <param name="records">Records that were read. Range: 0 or more.</param>
    /// <param name="bytes">Bytes that were read, 0 if unknown.</param>
    public void Read(long records, long bytes = 0) => Report(isWrite: false, records, bytes);

    /// <summary>Reports that the dataset was written.</summary>
    /// <param name="records">Records that were written. Range: 0 or more.</param>
    /// <param name="bytes">Bytes that were written, 0 if unknown.</param>
    public void Wrote(long records, long bytes = 0) => Report(isWrite: true, records, bytes);

    private void Report(bool isWrite, long records, long bytes)
    {
        if (_scope is not { ObservesDatasets: true } scope)
            return;
        scope.MeasureDataset(_name, isWrite, Math.Max(0, records));
        scope.WriteDataset(_name, isWrite, Math.Max(0, records), bytes);
    }
}
