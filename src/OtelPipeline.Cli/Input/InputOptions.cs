using System.CommandLine;
using OtelPipeline.Data;

namespace OtelPipeline.Cli.Input;

/// <summary>Which files a command reads, and which of their records.</summary>
internal sealed class InputOptions
{
    private readonly Session _session;
    private readonly Option<string?> _form = new("--form")
    {
        Description = "Read JSON lines or Parquet alone where a directory has both; each record is read once in any case.",
        HelpName = "jsonl|parquet",
    };
    private readonly Option<string?> _since = new("--since")
    {
        Description = "Records from then on: a time (2026-11-20T10:00:00Z), a day, or how long ago (90m, 2h, 7d).",
        HelpName = "time",
    };
    private readonly Option<string?> _until = new("--until") { Description = "Records before then.", HelpName = "time" };
    private readonly Option<bool> _strict = new("--strict") { Description = "Stop at the first line that cannot be read." };

    public InputOptions(Session session, Command command, bool hasRange = true, bool hasStrict = true)
    {
        _session = session;
        command.Add(Paths);
        _form.AcceptOnlyFromAmong("jsonl", "parquet");
        command.Add(_form);
        if (hasRange)
        {
            command.Add(_since);
            command.Add(_until);
        }

        if (hasStrict)
            command.Add(_strict);
    }

    public Argument<string[]> Paths { get; } =
        new("PATH")
        {
            Description = "Files, directories, patterns with *, ? and **, or - for the standard input.",
            Arity = ArgumentArity.OneOrMore,
        };

    public TelemetryReadReport Report { get; } = new();

    /// <summary>The paths, checked: what is missing is better known before hours of reading.</summary>
    /// <exception cref="UsageException">One of them names nothing.</exception>
    public string[] GetPaths(ParseResult parsed) => Check(parsed.GetRequiredValue(Paths));

    public static string[] Check(string[] paths)
    {
        foreach (var path in paths)
        {
            if (!Exists(path) && !path.AsSpan().ContainsAny('*', '?'))
                throw new UsageException($"there is no file or directory '{path}'");
        }

        return paths;
    }

    public static bool Exists(string path) => path == "-" || File.Exists(path) || Directory.Exists(path);

    /// <param name="parsed">What was given.</param>
    /// <param name="report">Another report for files that are read again.</param>
    public TelemetryReadOptions GetOptions(ParseResult parsed, TelemetryReadReport? report = null) =>
        new()
        {
            Form = parsed.GetValue(_form) switch
            {
                "jsonl" => TelemetryForm.Jsonl,
                "parquet" => TelemetryForm.Parquet,
                _ => TelemetryForm.Any,
            },
            Strict = parsed.GetValue(_strict),
            Report = report ?? Report,
        };

    /// <exception cref="UsageException">A time cannot be read, or the range is empty.</exception>
    public TimeRange GetRange(ParseResult parsed)
    {
        var now = _session.Time.GetUtcNow();
        var since = parsed.GetValue(_since) is { } from ? Times.Parse("--since", from, now) : long.MinValue;
        var until = parsed.GetValue(_until) is { } to ? Times.Parse("--until", to, now) : long.MaxValue;
        if (since >= until)
            throw new UsageException($"--since {parsed.GetValue(_since)} is not before --until {parsed.GetValue(_until)}");
        return new TimeRange(since, until);
    }
}

/// <summary>Nanoseconds since 1970, the end excluded.</summary>
internal readonly record struct TimeRange(long Since, long Until)
{
    public bool Contains(long unixNano) => unixNano >= Since && unixNano < Until;
}
