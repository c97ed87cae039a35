namespace OtelPipeline.Slo;

/// <summary>One thing that is wrong in a definition.</summary>
/// <param name="File">The file as it was named, or the name given to <see cref="SloDocument.Parse"/>.</param>
/// <param name="Line">The line, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Column">The column, from 1; 0 where the file as a whole is meant.</param>
/// <param name="Path">Where in the document, such as <c>SLO/yield: spec.objectives[0].target</c>; empty for the file as a whole.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
public sealed record SloFormatError(string File, int Line, int Column, string Path, string Message)
{
    /// <summary><c>file:line:column: path: message</c>.</summary>
    public override string ToString() =>
        (Line == 0 ? File : $"{File}:{Line}:{Column}") + ": " + (Path.Length == 0 ? "" : Path + ": ") + Message;
}

/// <summary>A definition breaks the OpenSLO specification or the extensions of this package. It names every error, not only the first.</summary>
public sealed class SloFormatException : FormatException
{
    internal SloFormatException(IReadOnlyList<SloFormatError> errors)
        : base(
            errors.Count == 1
                ? errors[0].ToString()
                : $"{errors.Count} errors:{Environment.NewLine}{string.Join(Environment.NewLine, errors)}"
        ) => Errors = errors;

    /// <summary>All errors, in the order of the files; at least one.</summary>
    public IReadOnlyList<SloFormatError> Errors { get; }

    /// <summary>The file of the first error.</summary>
    public string File => Errors[0].File;

    /// <summary>The line of the first error, from 1; 0 where the file as a whole is meant.</summary>
    public int Line => Errors[0].Line;

    /// <summary>The place of the first error in the document; empty where the file as a whole is meant.</summary>
    public string Path => Errors[0].Path;
}
