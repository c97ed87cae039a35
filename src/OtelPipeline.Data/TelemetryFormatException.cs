namespace OtelPipeline.Data;

/// <summary>A file could not be read and <see cref="TelemetryReadOptions.Strict"/> asked to stop at the first error.</summary>
public sealed class TelemetryFormatException : FormatException
{
    /// <summary>Creates an exception without details.</summary>
    public TelemetryFormatException()
        : this("Telemetry could not be read.") { }

    /// <summary>Creates an exception with a message of its own.</summary>
    public TelemetryFormatException(string message)
        : base(message) { }

    /// <summary>Creates an exception with a message and a cause.</summary>
    public TelemetryFormatException(string message, Exception? innerException)
        : base(message, innerException) { }

    /// <summary>Creates an exception for one place in one file.</summary>
    public TelemetryFormatException(TelemetryReadError error, Exception? innerException = null)
        : base(error?.ToString(), innerException)
    {
        ArgumentNullException.ThrowIfNull(error);
        File = error.File;
        Line = error.Line;
        Reason = error.Reason;
    }

    /// <summary>The path as the reader opened it; <c>-</c> for the standard input.</summary>
    public string File { get; } = "";

    /// <summary>The line, from 1 on; in length-framed files the message; 0 when the file as a whole is meant.</summary>
    public long Line { get; }

    /// <summary>Why, in words.</summary>
    public string Reason { get; } = "";
}
