namespace OtelPipeline.Data.Validation;

/// <summary>What <see cref="TelemetryValidator"/> found.</summary>
public sealed class TelemetryValidation
{
    /// <summary>How many findings are kept with their text; all are counted.</summary>
    public const int MaxFindings = 10_000;

    private readonly List<ValidationFinding> _findings = [];

    internal TelemetryValidation(TelemetryReadReport report) => Report = report;

    /// <summary>The first <see cref="MaxFindings"/> findings, by file and line.</summary>
    public IReadOnlyList<ValidationFinding> Findings => _findings;

    /// <summary>How many rules were broken.</summary>
    public long Errors { get; private set; }

    /// <summary>How many places readers have to be lenient about.</summary>
    public long Leniencies { get; private set; }

    /// <summary>What was read.</summary>
    public TelemetryReadReport Report { get; }

    internal void Add(ValidationFinding finding)
    {
        if (finding.Severity == ValidationSeverity.Error)
            Errors++;
        else
            Leniencies++;
        if (_findings.Count < MaxFindings)
            _findings.Add(finding);
    }

    /// <summary>Counts what the reader counted but did not list, and sorts.</summary>
    internal void Complete()
    {
        Errors += Report.ErrorCount - Report.Errors.Count;
        Leniencies += Math.Max(0, Report.Files.Sum(file => file.LeniencyCounts.Sum()) - Report.Forgiven.Sum(place => place.Count));
        var order = Report
            .Files.Select((file, index) => (file.Path, index))
            .DistinctBy(pair => pair.Path)
            .ToDictionary(pair => pair.Path, pair => pair.index);
        var sorted = _findings.OrderBy(finding => order.GetValueOrDefault(finding.File)).ThenBy(finding => finding.Line).ToList();
        _findings.Clear();
        _findings.AddRange(sorted);
    }
}

/// <summary>A rule that a file breaks.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, in length-framed files the message, in Parquet files the row, from 1 on; 0 when the file as a whole is meant.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Rule">A name for programs, in snake_case.</param>
/// <param name="Message">What is wrong, in words.</param>
public sealed record ValidationFinding(string File, long Line, ValidationSeverity Severity, string Rule, string Message)
{
    /// <summary><c>file:line: severity: message (rule)</c></summary>
    public override string ToString() =>
        $"{File}{(Line > 0 ? ":" + Line : "")}: {(Severity == ValidationSeverity.Error ? "error" : "leniency")}: {Message} ({Rule})";
}

/// <summary>How bad a finding is.</summary>
public enum ValidationSeverity
{
    /// <summary>Readers that are lenient understand it as it was meant.</summary>
    Leniency,

    /// <summary>Something is lost, wrong or contradicts itself.</summary>
    Error,
}
