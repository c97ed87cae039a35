namespace OtelPipeline.Slo.Live;

/// <summary>The file of definitions, and whether it has changed. It is looked at, not watched: watches are lost on network disks and mounts.</summary>
internal sealed class DefinitionFile(string path)
{
    private (DateTime Written, long Length) _state;

    public SloDocument Load()
    {
        _state = State();
        return SloDocument.Load(path);
    }

    /// <summary>The new definition, or null where the file is as it was, or is not there for the moment.</summary>
    /// <exception cref="SloFormatException">The file has changed and has errors; it is not tried again before it changes once more.</exception>
    public SloDocument? LoadIfChanged()
    {
        var state = State();
        if (state == _state || state.Length <= 0)
            return null;
        _state = state;
        return SloDocument.Load(path);
    }

    private (DateTime Written, long Length) State()
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : (default, -1);
    }
}
