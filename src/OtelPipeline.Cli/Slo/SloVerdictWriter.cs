using System.Globalization;
using System.Text;
using System.Xml;
using OtelPipeline.Cli.Output;
using OtelPipeline.Data;
using OtelPipeline.Slo;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Cli.Slo;

/// <summary>Writes verdicts for people, programs and build servers.</summary>
internal static class SloVerdictWriter
{
    public static void Write(Session session, string format, IReadOnlyList<SloVerdict> verdicts, IReadOnlyList<SloVerdict>? baseline)
    {
        switch (format)
        {
            case "json":
                SloVerdictJson.Write(session.Output, verdicts, baseline);
                break;
            case "junit":
                JUnit(session.Output, verdicts);
                break;
            case "github":
                GitHub(session.Output, verdicts);
                break;
            default:
                Table(session, verdicts, baseline);
                break;
        }
    }

    /// <summary>The verdict on the same objective, or null.</summary>
    public static SloVerdict? Find(IReadOnlyList<SloVerdict>? baseline, SloVerdict verdict) =>
        baseline?.FirstOrDefault(b => b.Slo.Name == verdict.Slo.Name && b.ObjectiveName == verdict.ObjectiveName);

    public static string Result(SloResult result) =>
        result switch
        {
            SloResult.Pass => "pass",
            SloResult.Fail => "fail",
            SloResult.NoData => "no_data",
            _ => "invalid",
        };

    private static void Table(Session session, IReadOnlyList<SloVerdict> verdicts, IReadOnlyList<SloVerdict>? baseline)
    {
        Column[] columns =
        [
            new("objective"),
            new("result"),
            new("target"),
            new("actual"),
            .. baseline is null ? [] : new[] { new Column("baseline") },
            new("events"),
            new("budget_left", "budget left"),
            new("why", Shrinks: true),
        ];
        var rows = ResultWriter.Create(session, OutputFormat.Table, columns);
        foreach (var verdict in verdicts)
        {
            object?[] cells =
            [
                Name(verdict),
                Result(verdict.Result),
                Target(verdict),
                Actual(verdict),
                .. baseline is null ? [] : new object?[] { Find(baseline, verdict) is { } before ? Actual(before) : "" },
                Events(verdict),
                verdict.RemainingBudget is { } left ? Percent(left) : "",
                Why(verdict),
            ];
            rows.Write(cells);
        }

        rows.End();
    }

    private static string Name(SloVerdict verdict) =>
        verdict.Slo.Objectives.Count == 1 ? verdict.Slo.Name : $"{verdict.Slo.Name}/{verdict.ObjectiveName}";

    private static string Target(SloVerdict verdict) =>
        verdict.Objective is { Kind: SloObjectiveKind.Limit, Op: { } op, Value: { } limit } ? $"{Operator(op)} {Number(limit)}"
        : verdict.Objective is { Kind: SloObjectiveKind.Quantile, Op: { } comparison, Value: { } value } objective
            ? $"{Percent(objective.Target)} {Operator(comparison)} {Number(value)}"
        : verdict.Target is { } target ? $">= {Percent(target)}"
        : "";

    private static string Actual(SloVerdict verdict) =>
        verdict.Objective?.Kind switch
        {
            SloObjectiveKind.Limit => verdict.Actual is { } actual ? Number(actual) : "",
            SloObjectiveKind.Quantile when verdict is { Sli: { } sli, Actual: { } quantile } =>
                $"{Percent(sli)} (p{Number(verdict.Objective.Target * 100)} {Number(quantile)})",
            _ => verdict.Sli is { } sli ? Percent(sli) : "",
        };

    private static string Events(SloVerdict verdict) =>
        verdict.Objective?.Kind == SloObjectiveKind.Limit ? Number(verdict.Total) : $"{Number(verdict.Good)}/{Number(verdict.Total)}";

    /// <summary>What broke it, or why it cannot be judged, in one line.</summary>
    private static string Why(SloVerdict verdict)
    {
        var why = verdict.Reason ?? (verdict.Result == SloResult.Fail ? verdict.Why?.Summary : null) ?? "";
        return verdict is { Result: SloResult.Fail, Why.FirstBadTraceId: { } trace } && !why.Contains(trace, StringComparison.Ordinal)
            ? $"{why} (trace {trace})"
            : why;
    }

    // https://github.com/testmoapp/junitxml
    private static void JUnit(Stream output, IReadOnlyList<SloVerdict> verdicts)
    {
        var settings = new XmlWriterSettings
        {
            Indent = true,
            Encoding = new UTF8Encoding(false),
            NewLineChars = "\n",
            CloseOutput = false,
            CheckCharacters = false,
        };
        using (var xml = XmlWriter.Create(output, settings))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", "slo");
            xml.WriteAttributeString("tests", Number(verdicts.Count));
            xml.WriteAttributeString("failures", Number(verdicts.Count(static v => v.CountsAsFailure)));
            xml.WriteAttributeString("errors", Number(verdicts.Count(static v => v.Result == SloResult.Invalid)));
            xml.WriteAttributeString("skipped", Number(verdicts.Count(static v => IsSkipped(v))));
            foreach (var verdict in verdicts)
            {
                xml.WriteStartElement("testcase");
                xml.WriteAttributeString("classname", "slo." + verdict.Slo.Name);
                xml.WriteAttributeString("name", Plain(verdict.ObjectiveName));
                xml.WriteAttributeString("file", verdict.Slo.Position.File);
                xml.WriteAttributeString("line", Number(Position(verdict).Line));
                if (verdict.CountsAsFailure || verdict.Result == SloResult.Invalid || IsSkipped(verdict))
                {
                    xml.WriteStartElement(
                        verdict.CountsAsFailure ? "failure"
                        : IsSkipped(verdict) ? "skipped"
                        : "error"
                    );
                    xml.WriteAttributeString("message", Message(verdict));
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        output.Write("\n"u8);
    }

    // https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message
    private static void GitHub(Stream output, IReadOnlyList<SloVerdict> verdicts)
    {
        foreach (var verdict in verdicts)
        {
            var level =
                verdict.CountsAsFailure || verdict.Result == SloResult.Invalid ? "error"
                : verdict.Result == SloResult.NoData ? "warning"
                : "notice";
            var position = Position(verdict);
            var text =
                $"::{level} file={Escape(position.File, true)},line={Number(position.Line)},title={Escape($"SLO {Name(verdict)}: {Result(verdict.Result)}", true)}::{Escape(Message(verdict), false)}\n";
            output.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private static string Escape(string text, bool isProperty)
    {
        text = Plain(text).Replace("%", "%25", StringComparison.Ordinal);
        return isProperty ? text.Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal) : text;
    }

    private static bool IsSkipped(SloVerdict verdict) => verdict is { Result: SloResult.NoData, CountsAsFailure: false };

    private static SourcePosition Position(SloVerdict verdict) => verdict.Objective?.Position ?? verdict.Slo.Position;

    private static string Message(SloVerdict verdict) =>
        Plain($"{Result(verdict.Result)}: target {Target(verdict)}, actual {Actual(verdict)}. {Why(verdict)}".TrimEnd());

    private static string Plain(string text) => Cell.Plain(text);

    private static string Operator(Comparison op) =>
        op switch
        {
            Comparison.Lte => "<=",
            Comparison.Gte => ">=",
            Comparison.Lt => "<",
            _ => ">",
        };

    private static string Percent(decimal share) => Number(decimal.Round(share * 100, 4)) + " %";

    private static string Number(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
