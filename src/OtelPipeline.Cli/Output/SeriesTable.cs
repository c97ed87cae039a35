using OtelPipeline.Data;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Cli.Output;

/// <summary>A line for each time series: its extremes and its course. Every single value is in the forms for programs.</summary>
internal static class SeriesTable
{
    private const int CourseWidth = 24;
    private const string Heights = "▁▂▃▄▅▆▇█";

    private static readonly Column[] Columns =
    [
        new("labels", Shrinks: true),
        new("min"),
        new("mean"),
        new("max"),
        new("last"),
        new("course", IsExtra: true),
    ];

    /// <returns>Whether there is any value.</returns>
    public static bool Write(Session session, TimeSeriesResult result)
    {
        var shown = result.Series.Where(series => series.Values.Any(double.IsFinite)).ToList();
        if (shown.Count == 0)
            return false;
        var start = result.TimesUnixNano[0] - (result.Step.Ticks * 100);
        var head = new TextBlock(session);
        head.Line($"{Cell.Time(start)} to {Cell.Time(result.TimesUnixNano[^1])} UTC");
        head.Line($"{result.TimesUnixNano.Count} steps of {Cell.Duration(result.Step.Ticks * 100.0)}");
        head.Line("");
        head.End();
        var rows = ResultWriter.Create(session, OutputFormat.Table, Columns);
        foreach (var (labels, values) in shown)
        {
            var list = new AttributeList();
            foreach (var (name, value) in labels)
                list.Add(name, value);
            var there = values.Where(double.IsFinite).ToList();
            rows.Write(list, there.Min(), there.Average(), there.Max(), there[^1], Course(values, there.Min(), there.Max()));
        }

        rows.End();
        return true;
    }

    /// <summary>The series as a picture: of steps that share a place the highest; the lowest height is zero or, where there are lower values, the least.</summary>
    private static string Course(IReadOnlyList<double> values, double least, double greatest)
    {
        var floor = Math.Min(0, least);
        var width = Math.Min(CourseWidth, values.Count);
        var course = new char[width];
        for (var i = 0; i < width; i++)
        {
            var from = (int)((long)i * values.Count / width);
            var to = (int)((long)(i + 1) * values.Count / width);
            var top = double.NaN;
            for (var j = from; j < to; j++)
                top = double.IsFinite(values[j]) && !(values[j] <= top) ? values[j] : top;
            course[i] =
                double.IsNaN(top) ? ' '
                : greatest > floor ? Heights[(int)Math.Round((top - floor) / (greatest - floor) * (Heights.Length - 1))]
                : Heights[0];
        }

        return new string(course);
    }
}
