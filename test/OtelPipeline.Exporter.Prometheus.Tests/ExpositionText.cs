using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>
/// Reads text 0.0.4 and OpenMetrics strictly, by their grammars and independently of what writes them. Beside the real Prometheus, for
/// properties that need thousands of texts.
/// </summary>
internal sealed class ExpositionText
{
    private readonly string _line;
    private int _at;

    private ExpositionText(string line) => _line = line;

    public sealed record Sample(string Name, Dictionary<string, string> Labels, double Value, string Exemplar);

    public static List<Sample> Samples(string text, bool openMetrics = false)
    {
        Assert.That(text, Does.EndWith(openMetrics ? "# EOF\n" : "\n").Or.Empty);
        var samples = new List<Sample>();
        var types = new HashSet<string>();
        var series = new HashSet<string>();
        foreach (var line in text.Split('\n')[..^1])
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                Assert.That(types.Add(line.Split(' ')[2]), Is.True, "second " + line);
            if (line.StartsWith('#'))
                continue;
            var sample = new ExpositionText(line).ReadSample();
            samples.Add(sample);
            var identity = sample.Name + string.Join(',', sample.Labels.OrderBy(label => label.Key, StringComparer.Ordinal));
            Assert.That(series.Add(identity), Is.True, "second series " + identity);
        }

        return samples;
    }

    private Sample ReadSample()
    {
        var name = _line[_at] == '{' ? "" : Word();
        var labels = new Dictionary<string, string>();
        if (_line[_at] == '{')
        {
            _at++;
            while (_line[_at] != '}')
            {
                var key = _line[_at] == '"' ? Quoted() : Word();
                if (_line[_at] == '=')
                {
                    _at++;
                    Assert.That(key, Is.Not.EqualTo("__name__"));
                    labels.Add(key, Quoted());
                }
                else
                {
                    Assert.That(name, Is.Empty);
                    name = key;
                }

                if (_line[_at] == ',')
                    _at++;
            }

            _at++;
        }

        Assert.That(_line[_at++], Is.EqualTo(' '), _line);
        var rest = _line[_at..];
        var exemplar = rest.IndexOf(" # ", StringComparison.Ordinal);
        var value = exemplar < 0 ? rest : rest[..exemplar];
        return new Sample(name, labels, Number(value), exemplar < 0 ? "" : rest[(exemplar + 3)..]);
    }

    public static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };

    private string Word()
    {
        var start = _at;
        while (char.IsAsciiLetterOrDigit(_line[_at]) || _line[_at] is '_' or ':')
            _at++;
        Assert.That(_at, Is.GreaterThan(start), _line);
        Assert.That(char.IsAsciiDigit(_line[start]), Is.False, _line);
        return _line[start.._at];
    }

    private string Quoted()
    {
        var text = new StringBuilder();
        Assert.That(_line[_at++], Is.EqualTo('"'), _line);
        while (_line[_at] != '"')
        {
            var c = _line[_at++];
            if (c == '\\')
            {
                c = _line[_at++];
                Assert.That(c, Is.AnyOf('\\', '"', 'n'), _line);
                c = c == 'n' ? '\n' : c;
            }

            text.Append(c);
        }

        _at++;
        return text.ToString();
    }
}
