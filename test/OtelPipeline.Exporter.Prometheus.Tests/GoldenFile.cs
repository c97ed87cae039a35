using System.Text.RegularExpressions;
using OtelPipeline.Testing;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>Compares text with a file of the folder Golden. What differs lies beside it as <c>*.received.txt</c>, to be looked at and renamed.</summary>
internal static partial class GoldenFile
{
    public static void Check(string name, string actual)
    {
        var path = Path.Combine(RepositoryPaths.TestProject(), "Golden", name + ".txt");
        var received = Path.ChangeExtension(path, ".received.txt");
        var steady = Steady(actual);
        var expected = File.Exists(path) ? File.ReadAllText(path) : "";
        if (steady == expected)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, steady);
        Assert.That(steady, Is.EqualTo(expected), $"If the new text is right, rename {received}.");
    }

    private static string Steady(string text) => Timestamp().Replace(SpanId().Replace(text, "${1}SPAN"), "${1}TIME");

    [GeneratedRegex("(span_id\"?[=:] ?\"|span_id\" value: \")[0-9a-f]{16}")]
    private static partial Regex SpanId();

    [GeneratedRegex(@"(# \{.*\} \S+ |seconds: )\d+(\.\d{3})?( nanos: \d+)?")]
    private static partial Regex Timestamp();
}
