namespace OtelPipeline.Slo;

/// <summary>
/// Settings of <c>UseSlo</c>. They are read from the configuration section <c>OtelPipeline:Slo</c>, and named ones from the section of that name
/// within it too; code comes after that and wins.
/// </summary>
public sealed class SloOptions
{
    /// <summary>The file with the definitions, relative to the working directory. Default: <c>slo.yaml</c>.</summary>
    public string Path { get; set; } = "slo.yaml";

    /// <summary>How often objectives are judged and the file is looked at for changes. Range: 1 s to 5 min. Default: 10 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether definitions are read again when the file changes; what is unchanged keeps its counts. Default: true.</summary>
    public bool Reload { get; set; } = true;

    /// <summary>
    /// A folder of telemetry files (JSON lines or Parquet) that earlier processes of the same <c>service.name</c> wrote: windows of time are filled
    /// from it after the start, so that a restart loses nothing. Null (default) for none.
    /// </summary>
    public string? RestoreFrom { get; set; }

    /// <summary>
    /// Whether thresholds of objectives over histograms are added to the boundaries of these histograms. A view of the user's own wins.
    /// Default: true.
    /// </summary>
    public bool ThresholdBoundaries { get; set; } = true;
}
