using System.Globalization;
using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Negotiation;

/// <summary>
/// Chooses a format by https://prometheus.io/docs/instrumenting/content_negotiation/: the highest q, of equal ones the first. Who asks for
/// nothing that there is gets text 0.0.4, like who asks for nothing.
/// </summary>
internal static class AcceptHeader
{
    private static readonly Escaping[] Schemes = Enum.GetValues<Escaping>();

    public static ExpositionFormat Choose(string? accept)
    {
        var best = ExpositionFormat.Text;
        var bestQuality = 0.0;
        foreach (var entry in new Parts(accept, ','))
        {
            if (Parse(entry, out var format, out var quality) && quality > bestQuality)
                (best, bestQuality) = (format, quality);
        }

        return best;
    }

    /// <summary>Whether gzip may be used; q=0 forbids it.</summary>
    public static bool AcceptsGzip(string? acceptEncoding)
    {
        var any = false;
        foreach (var entry in new Parts(acceptEncoding, ','))
        {
            ReadOnlySpan<char> coding = default;
            var quality = 1.0;
            foreach (var part in new Parts(entry, ';'))
            {
                if (coding.IsEmpty)
                    coding = part;
                else if (Parameter(part, "q", out var q))
                    quality = Quality(q);
            }

            if (coding.Equals("gzip", StringComparison.OrdinalIgnoreCase))
                return quality > 0;
            any |= coding is "*" && quality > 0;
        }

        return any;
    }

    private static bool Parse(ReadOnlySpan<char> entry, out ExpositionFormat format, out double quality)
    {
        format = ExpositionFormat.Text;
        quality = 1;
        ReadOnlySpan<char> media = default,
            version = default,
            proto = default,
            encoding = default;
        var escaping = Escaping.Underscores;
        foreach (var part in new Parts(entry, ';'))
        {
            if (media.IsEmpty)
                media = part;
            else if (Parameter(part, "q", out var q))
                quality = Quality(q);
            else if (Parameter(part, "escaping", out var scheme))
            {
                if (!TryEscaping(scheme, out escaping))
                    return false;
            }
            else if (Parameter(part, "version", out var v))
                version = v;
            else if (Parameter(part, "proto", out var p))
                proto = p;
            else if (Parameter(part, "encoding", out var e))
                encoding = e;
        }

        ExpositionKind? kind = null;
        if (Is(media, "text/plain"))
            kind = version switch
            {
                "" or "0.0.4" => ExpositionKind.Text004,
                "1.0.0" => ExpositionKind.Text100,
                _ => null,
            };
        else if (Is(media, "application/openmetrics-text"))
            kind = version switch
            {
                "" or "1.0.0" => ExpositionKind.OpenMetrics100,
                "0.0.1" => ExpositionKind.OpenMetrics001,
                _ => null,
            };
        else if (Is(media, "application/vnd.google.protobuf") && proto is "io.prometheus.client.MetricFamily" && encoding is "delimited")
            kind = ExpositionKind.Protobuf;
        else if (Is(media, "*/*") || Is(media, "text/*"))
            kind = ExpositionKind.Text004;
        if (kind is null)
            return false;
        format = new ExpositionFormat(kind.Value, escaping);
        return true;
    }

    private static bool Is(ReadOnlySpan<char> media, string name) => media.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static bool Parameter(ReadOnlySpan<char> part, string name, out ReadOnlySpan<char> value)
    {
        value = default;
        var equals = part.IndexOf('=');
        if (equals < 0 || !part[..equals].TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase))
            return false;
        value = part[(equals + 1)..].Trim();
        if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
            value = value[1..^1];
        return true;
    }

    private static double Quality(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) && q is >= 0 and <= 1 ? q : 0;

    private static bool TryEscaping(ReadOnlySpan<char> text, out Escaping escaping)
    {
        foreach (var scheme in Schemes)
        {
            escaping = scheme;
            if (text.SequenceEqual(scheme.Text()))
                return true;
        }

        escaping = Escaping.Underscores;
        return false;
    }

    /// <summary>The trimmed, non-empty parts of a text; separators in quotes do not count.</summary>
    private ref struct Parts(ReadOnlySpan<char> text, char separator)
    {
        private ReadOnlySpan<char> _rest = text;

        public ReadOnlySpan<char> Current { get; private set; }

        public readonly Parts GetEnumerator() => this;

        public bool MoveNext()
        {
            while (!_rest.IsEmpty)
            {
                var end = 0;
                var quoted = false;
                for (; end < _rest.Length && (quoted || _rest[end] != separator); end++)
                    quoted ^= _rest[end] == '"';
                Current = _rest[..end].Trim();
                _rest = end < _rest.Length ? _rest[(end + 1)..] : default;
                if (!Current.IsEmpty)
                    return true;
            }

            return false;
        }
    }
}
