namespace OtelPipeline.Data;

/// <summary>.NET's names of OTLP's 24 severities, which come in six groups of four.</summary>
public static class TelemetryLevel
{
    /// <summary>The first severity of level Error.</summary>
    public const int Error = 17;

    private static readonly string[] Names = ["Trace", "Debug", "Information", "Warning", "Error", "Critical"];

    /// <summary>Trace, Debug, Information, Warning, Error or Critical; empty for 0 and all that is no severity.</summary>
    public static string Of(int severity) => severity is < 1 or > 24 ? "" : Names[(severity - 1) / 4];

    /// <summary>The first severity of a level, in any case and its usual abbreviations (Info, Warn, Verbose, Fatal); 0 for any other word.</summary>
    public static int Find(string level) => Json.FlatEnums.Severity(level);
}
