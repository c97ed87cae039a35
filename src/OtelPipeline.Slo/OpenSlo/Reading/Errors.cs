namespace OtelPipeline.Slo.OpenSlo.Reading;

/// <summary>What is wrong in a definition; bounded, so that a text of errors does not become a book.</summary>
internal sealed class Errors
{
    private const int Max = 200;

    public List<SloFormatError> Items { get; } = [];

    public void Add(string file, int line, int column, string path, string message)
    {
        if (Items.Count < Max)
            Items.Add(new SloFormatError(file, line, column, path.TrimEnd(' ', ':'), message));
        else if (Items.Count == Max)
            Items.Add(new SloFormatError(file, line, column, "", $"there are more than {Max} errors; the others are not shown."));
    }

    public void Add(SourcePosition at, string path, string message) => Add(at.File, at.Line, at.Column, path, message);
}
