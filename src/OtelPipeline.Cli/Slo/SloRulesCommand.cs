using System.CommandLine;
using System.Text;
using OtelPipeline.Slo.Prometheus;

namespace OtelPipeline.Cli.Slo;

/// <summary>Writes rules for Prometheus and what belongs to them.</summary>
internal static class SloRulesCommand
{
    public static Command Build(Session session)
    {
        var command = new Command(
            "rules",
            "Writes recording rules, burn-rate alerts and their unit tests for Prometheus, a Grafana dashboard, and routes for Alertmanager."
        );
        var file = SloCommand.NewFileOption();
        var output = new Option<string>("--out")
        {
            Description = "The folder to write to; files of the same names are replaced.",
            HelpName = "folder",
            Required = true,
        };
        var style = new Option<string>("--metric-style")
        {
            Description = "How metrics come to Prometheus: scraped from the exporter, or sent as OTLP.",
            HelpName = "prometheus|otlp",
            DefaultValueFactory = _ => "prometheus",
        };
        style.AcceptOnlyFromAmong("prometheus", "otlp");
        command.Add(file);
        command.Add(output);
        command.Add(style);
        command.SetAction(parsed =>
        {
            var document = SloCommand.Load(parsed.GetRequiredValue(file));
            var set = PrometheusRules.Generate(
                document,
                parsed.GetValue(style) == "otlp" ? PrometheusMetricStyle.Otlp : PrometheusMetricStyle.Prometheus
            );
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(output)).FullName;
            foreach (var generated in set.Files)
            {
                session.Cancellation.ThrowIfCancellationRequested();
                var path = Path.Combine(folder, generated.Name);
                File.WriteAllText(path, generated.Text);
                session.Output.Write(Encoding.UTF8.GetBytes(path + "\n"));
            }

            foreach (var note in set.Notes)
                session.Error.WriteLine($"otelpipe: {note}");
            return ExitCodes.Success;
        });
        return command.WithExamples(
            "otelpipe slo rules -f slo.yaml --out rules",
            "promtool check rules rules/*.rules.yaml && promtool test rules rules/*.tests.yaml"
        );
    }
}
