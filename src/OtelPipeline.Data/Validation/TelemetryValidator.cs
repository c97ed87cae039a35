using System.Globalization;
using OtelPipeline.Data.Files;

namespace OtelPipeline.Data.Validation;

/// <summary>
/// Checks files against the rules of OTLP/JSON (<see href="https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding"/>), of the
/// <see href="https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/">file exporter</see> and of the
/// <see href="https://github.com/open-telemetry/opentelemetry-proto">protocol's messages</see>, or of the Parquet tables of
/// <see cref="TelemetrySchema"/>. Memory does not depend on the size of the files.
/// </summary>
public static class TelemetryValidator
{
    // what the reader had to change or leave out; the others it understood as they were meant
    private static readonly Leniency[] Losses =
    [
        Leniency.UnknownDocument,
        Leniency.InvalidId,
        Leniency.NumberOutOfRange,
        Leniency.InvalidNumber,
        Leniency.InvalidEnum,
        Leniency.WrongType,
        Leniency.InvalidBytes,
        Leniency.InvalidTimestamp,
        Leniency.MissingEndTime,
        Leniency.InvalidUtf8,
        Leniency.LoneSurrogate,
    ];

    /// <summary>Checks files.</summary>
    /// <param name="paths">Files, directories, patterns, or <c>-</c> for the standard input.</param>
    /// <param name="options">How to read; null for the defaults. <see cref="TelemetryReadOptions.Strict"/> is not looked at.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">A path names nothing.</exception>
    public static TelemetryValidation Validate(
        IEnumerable<string> paths,
        TelemetryReadOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var report = options?.Report ?? new TelemetryReadReport();
        var result = new TelemetryValidation(report);
        var reading = new TelemetryReadOptions
        {
            Form = options?.Form ?? TelemetryForm.Any,
            MaxRecordBytes = options?.MaxRecordBytes ?? TelemetryReadOptions.DefaultMaxRecordBytes,
            Report = report,
        };
        var place = new Place();
        TelemetryReader.ReadPlaced(
            paths,
            (row, file) =>
            {
                place.MoveTo(row, file);
                if (place.IsOtherSignal)
                    result.Add(Error(place, "several_signals", "the file holds more than one signal; each needs a file of its own"));
                RowRules.Check(row, (rule, message) => result.Add(Error(place, rule, message)));
            },
            reading,
            cancellationToken
        );
        foreach (var error in report.Errors)
            result.Add(new ValidationFinding(error.File, error.Line, ValidationSeverity.Error, "unreadable", error.Reason));
        foreach (var forgiven in report.Forgiven)
            result.Add(Forgiven(forgiven));
        foreach (var file in report.Files.Where(file => file.SkippedBecause is null && file.Format == "Parquet"))
            TableRules.Check(file.Path, result);
        result.Complete();
        return result;
    }

    private static ValidationFinding Error(Place place, string rule, string message) =>
        new(place.File, place.Line, ValidationSeverity.Error, rule, message);

    private static ValidationFinding Forgiven(TelemetryLeniency forgiven) =>
        new(
            forgiven.File,
            forgiven.Line,
            Array.IndexOf(Losses, forgiven.Leniency) >= 0 ? ValidationSeverity.Error : ValidationSeverity.Leniency,
            FieldNames.SnakeCase(forgiven.Leniency.ToString()),
            LeniencyText.Of(forgiven.Leniency)
                + (forgiven.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({forgiven.Count} times)"))
        );

    /// <summary>Where the current row stands.</summary>
    private sealed class Place
    {
        private Type? _signal;
        private bool _reported;
        private long _rows;

        public string File { get; private set; } = "";

        public long Line { get; private set; }

        public bool IsOtherSignal { get; private set; }

        public void MoveTo(TelemetryRow row, FileReading file)
        {
            if (!ReferenceEquals(File, file.Report.Path))
                (File, _signal, _reported, _rows) = (file.Report.Path, null, false, 0);
            _rows++;
            // Parquet has rows instead of lines
            Line = file.RowLine > 0 ? file.RowLine : _rows;
            _signal ??= row.GetType();
            IsOtherSignal = !_reported && row.GetType() != _signal;
            _reported |= IsOtherSignal;
        }
    }
}
