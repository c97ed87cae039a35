using System.CommandLine;
using OtelPipeline.Cli.Input;
using OtelPipeline.Slo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Judges growing files, beside the processes that write them, for Prometheus.</summary>
internal static class SloServeCommand
{
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(100);

    public static Command Build(Session session)
    {
        var command = new Command("serve", "Judges the growing files of a directory, and serves the metrics of the objectives to Prometheus.");
        var file = SloCommand.NewFileOption();
        var directory = new Argument<string>("DIR") { Description = "The directory that exporters write to." };
        var urls = new Option<string>("--urls")
        {
            Description = "Where metrics are served, at /metrics.",
            HelpName = "url",
            DefaultValueFactory = _ => "http://127.0.0.1:9108",
        };
        var poll = new Option<string>("--poll")
        {
            Description = "How often the directory is looked at, 100ms or more.",
            HelpName = "duration",
            DefaultValueFactory = _ => "10s",
        };
        command.Add(directory);
        command.Add(file);
        command.Add(urls);
        command.Add(poll);
        command.SetAction(
            (parsed, _) =>
            {
                var document = SloCommand.Load(parsed.GetRequiredValue(file));
                var folder = parsed.GetRequiredValue(directory);
                if (!Directory.Exists(folder))
                    throw new UsageException($"there is no directory '{folder}'");
                var interval = Times.ParseDuration("--poll", parsed.GetValue(poll)!);
                if (interval < ShortestPoll)
                    throw new UsageException($"--poll '{parsed.GetValue(poll)}' is too short: write 100ms or more");
                if (!Uri.TryCreate(parsed.GetValue(urls), UriKind.Absolute, out var address) || address.Scheme != "http")
                    throw new UsageException($"--urls '{parsed.GetValue(urls)}' is no address: write one such as http://127.0.0.1:9108");
                return ServeAsync(session, document, folder, address, interval);
            }
        );
        return command.WithExamples("otelpipe slo serve -f slo.yaml telemetry", "otelpipe slo serve -f slo.yaml telemetry --urls http://0.0.0.0:9108 --poll 30s");
    }

    private static async Task<int> ServeAsync(Session session, SloDocument document, string folder, Uri address, TimeSpan interval)
    {
        using var server = new MetricsServer(address);
        var judge = new Judge(session, document, folder);
        server.Publish(judge.Poll());
        session.Error.WriteLine($"otelpipe: serving {server.Address}");
        using var timer = new PeriodicTimer(interval, session.Time);
        var serving = server.RunAsync(session.Cancellation);
        try
        {
            while (await timer.WaitForNextTickAsync(session.Cancellation))
                server.Publish(judge.Poll());
            await serving;
        }
        catch (OperationCanceledException)
        {
            // being told to end is how it ends
        }

        return ExitCodes.Success;
    }

    private sealed class Judge(Session session, SloDocument document, string folder)
    {
        private (SloEvaluator Evaluator, TelemetryFollower Follower)? _current;
        private long _rows;
        private long _errors;

        public string Poll()
        {
            // a second look begins anew only when a compaction was faster than the first
            for (var tries = 0; ; tries++)
            {
                var (evaluator, follower) = _current ??= Start();
                var report = follower.Poll(session.Cancellation);
                _rows += report.Spans + report.Events + report.MetricPoints;
                _errors += report.ErrorCount;
                foreach (var error in report.Errors)
                    session.Error.WriteLine($"otelpipe: {Output.Cell.Plain(error.ToString())}");
                if (report.RotationGaps.Count > 0)
                    evaluator.Observe(report);
                if (follower.MustStartAnew)
                {
                    _current = null;
                    if (tries < 3)
                        continue;
                }

                return SloMetricsText.Write(evaluator, evaluator.Evaluate(), _rows, _errors, session.Time.GetUtcNow());
            }
        }

        private (SloEvaluator, TelemetryFollower) Start()
        {
            var evaluator = new SloEvaluator(document, new SloEvaluatorOptions { TimeProvider = session.Time });
            return (evaluator, new TelemetryFollower(folder, evaluator.Observe));
        }
    }
}
