namespace OtelPipeline.Data;

/// <summary>Something that could not be read.</summary>
/// <param name="File">The path as the reader opened it; <c>-</c> for the standard input.</param>
/// <param name="Line">The line, from 1 on; in length-framed files the message; 0 when the file as a whole is meant.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record TelemetryReadError(string File, long Line, string Reason)
{
    /// <summary><c>file:line: reason</c></summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}: {Reason}" : $"{File}: {Reason}";
}
