using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using OtelPipeline;

namespace Simulation;

/// <summary>What goes wrong on purpose, all of it in the third year.</summary>
internal enum Fault
{
    None,

    /// <summary>Salaries turn negative, so that a check fails.</summary>
    Quality,

    /// <summary>The year takes three seconds longer.</summary>
    SlowYear,

    /// <summary>The process is killed, as by SIGKILL, in the middle of the year.</summary>
    Crash,
}

/// <summary>
/// Simulates a workforce for five years. Each year is a partition with a trace of its own, each event an item, and after each year a checkpoint is
/// saved.
/// </summary>
internal sealed partial class WorkforcePipeline(string output, ulong seed, Fault fault, ILogger logger)
{
    private const int FirstYear = 2027;
    private const int Years = 5;
    private const int FaultyYear = FirstYear + 2;
    private const int Corrupted = 120;

    // 40,000 events a year are counted and timed, but a span for each would say little more
    private static readonly Pipeline s_pipeline = new(
        "workforce",
        new PipelineOptions
        {
            Type = PipelineType.Simulation,
            Version = "1.0",
            SpanGranularity = SpanGranularity.Attempt,
        }
    );

    private readonly List<YearFigures> _years = [];
    private Workforce _workforce = Workforce.Found(seed);

    /// <summary>The years that are complete.</summary>
    public IReadOnlyList<YearFigures> Figures => _years;

    /// <summary>Called after each year.</summary>
    public Action<YearFigures>? YearEnded { get; init; }

    public Task RunAsync(Checkpoint? earlier, CancellationToken cancellationToken) =>
        s_pipeline.RunAsync(
            async run =>
            {
                run.Configuration(new { Seed = seed, Fault = fault.ToString() });
                if (earlier is not null)
                    await run.RestoreAsync("workforce", _ => Restore(earlier));
                if (_years.Count == Years)
                    run.Skip("all years are complete");
                for (var year = FirstYear + _years.Count; year < FirstYear + Years; year++)
                {
                    var current = year;
                    await run.PartitionAsync(Key(year), partition => YearAsync(current, partition));
                }
            },
            cancellationToken,
            new RunOptions { ResumeFrom = earlier?.Reference }
        );

    private Task<int> Restore(Checkpoint earlier)
    {
        _workforce = Workforce.Restore(earlier.Seed, earlier.Employees, earlier.NextId);
        _years.AddRange(earlier.Years);
        return Task.FromResult(_years.Count);
    }

    private async Task YearAsync(int year, PipelinePartition partition)
    {
        var figures = await partition.NodeAsync("simulate", NodeType.Transform, node => SimulateAsync(year, node));
        await partition.NodeAsync("check", NodeType.Check, node => Check(figures, partition, node), dependsOn: ["simulate"]);
        _years.Add(figures);
        await partition.NodeAsync("report", NodeType.Sink, ReportAsync, dependsOn: ["simulate", "check"]);
        var checkpoint = new Checkpoint(partition.Run.Reference.ToString(), seed, _workforce.NextId, [.. _workforce.Employees], _years);
        await partition.CheckpointAsync("workforce", cancel => checkpoint.SaveAsync(output, cancel));
        YearEnded?.Invoke(figures);
    }

    private async Task<YearFigures> SimulateAsync(int year, PipelineNode node)
    {
        var changes = new int[Enum.GetValues<ChangeKind>().Length];
        var number = 0;
        for (var month = 1; month <= 12; month++)
        {
            node.CancellationToken.ThrowIfCancellationRequested();
            var before = number;
            foreach (var change in _workforce.Month(year, month))
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{year}-{month:00}-{++number:00000}");
                if (await node.ItemAsync(id, item => Handle(change, item), Word(change.Kind)))
                    changes[(int)change.Kind]++;
            }

            node.Records(written: number - before);
            node.Batch(number - before);
            if (year == FaultyYear && month == 6)
                await FailAsAskedAsync(node.CancellationToken);
        }

        return YearFigures.Of(year, changes, _workforce);
    }

    private Task<bool> Handle(in Change change, PipelineItem item)
    {
        var isChanged = _workforce.Apply(change);
        if (!isChanged)
            item.Skip("nothing to change");
        else if (change is { Kind: ChangeKind.Promotion, Employee.Level: >= Workforce.DirectorLevel })
            LogDirector(logger, change.Employee.Id, change.Employee.Department, change.Employee.Level);
        return Task.FromResult(isChanged);
    }

    private async Task FailAsAskedAsync(CancellationToken cancellationToken)
    {
        switch (fault)
        {
            case Fault.Quality:
                foreach (var employee in _workforce.Employees.Take(Corrupted))
                    employee.Salary = -employee.Salary;
                break;
            case Fault.SlowYear:
                LogSlow(logger);
                await Task.Delay(TimeSpan.FromSeconds(3), cancellationToken);
                break;
            case Fault.Crash:
                LogCrash(logger);
                Process.GetCurrentProcess().Kill();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                break;
        }
    }

    // asked of the partition, so that what a check says names the year
    private void Check(YearFigures figures, PipelinePartition partition, PipelineNode node)
    {
        var bad = _workforce.Employees.Where(static e => e.Salary <= 0).ToList();
        node.Records(read: figures.Headcount, rejected: bad.Count);
        partition.Check("salaries_positive", bad.Count, CheckThreshold.AtMost(0), failedRecords: bad.Count);

        // told once, in the year in which it happened
        bad.ForEach(static e => e.Salary = -e.Salary);
        partition.Check(
            "attrition",
            figures.Of(ChangeKind.Leave) / (double)figures.Headcount,
            CheckThreshold.AtMost(fail: 0.25, warn: 0.2)
        );
        partition.Check("events", figures.Events, CheckThreshold.AtLeast(fail: 20_000, warn: 30_000));
        if (_years.Count > 0)
            partition.Check(
                "payroll_growth",
                figures.Payroll / (double)_years[^1].Payroll - 1,
                CheckThreshold.AtMost(fail: 0.2, warn: 0.12)
            );
    }

    private async Task ReportAsync(PipelineNode node)
    {
        var bytes = await YearFigures.WriteAsync(_years, Path.Combine(output, "results", "workforce.csv"), node.CancellationToken);
        node.Records(written: _years.Count, bytes: bytes);
        node.Dataset("workforce").Wrote(_years.Count, bytes);
    }

    private static string Key(int year) => year.ToString(CultureInfo.InvariantCulture);

    private static string Word(ChangeKind kind) =>
        kind switch
        {
            ChangeKind.Hire => "hire",
            ChangeKind.Leave => "leave",
            ChangeKind.Promotion => "promotion",
            ChangeKind.Review => "review",
            ChangeKind.Training => "training",
            _ => "transfer",
        };

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "employee {Employee} of department {Department} is a director now of level {Level}"
    )]
    private static partial void LogDirector(ILogger logger, int employee, int department, int level);

    [LoggerMessage(Level = LogLevel.Warning, Message = "this year takes longer, as --fault slow-year asks for")]
    private static partial void LogSlow(ILogger logger);

    [LoggerMessage(Level = LogLevel.Critical, Message = "the process is killed, as --fault crash asks for")]
    private static partial void LogCrash(ILogger logger);
}
