using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>What the text formats say of a family, in bytes: its comments, and its sample names with what surrounds the labels.</summary>
internal sealed class TextFamily
{
    public static ReadOnlySpan<byte> Close => "} "u8;

    public TextFamily(Family family, string? openMetricsName)
    {
        Header = BuildHeader(family.Name, family.Type, "", family.Help, openMetrics: false);

        // a counter whose name has no _total, or whose family name another family has, is no counter to OpenMetrics
        OpenMetricsHeader = BuildHeader(
            openMetricsName ?? family.Name,
            openMetricsName is null ? null : family.Type,
            MetricName.Unit(family.Unit, openMetricsName ?? family.Name, family.IsGaugeInstrument),
            family.Help,
            openMetrics: true
        );
        HasExemplars = openMetricsName is not null && family.Type != FamilyType.Gauge;
        Sample = new SampleName(family.Name);
        Bucket = new SampleName(family.Name + "_bucket");
        Sum = new SampleName(family.Name + "_sum");
        Count = new SampleName(family.Name + "_count");
    }

    public byte[] Header { get; }

    public byte[] OpenMetricsHeader { get; }

    public bool HasExemplars { get; }

    public SampleName Sample { get; }

    public SampleName Bucket { get; }

    public SampleName Sum { get; }

    public SampleName Count { get; }

    /// <summary>The labels of a series as text: of a histogram with a comma behind them, of others with the name before and a blank behind.</summary>
    public static void Encode(ByteBuffer arena, Family family, List<Label> labels)
    {
        var name = family.Text!.Sample;
        if (family.Type != FamilyType.Histogram)
            arena.Write((labels.Count == 0 ? name.Bare : name.Open).Written);
        WriteLabels(arena, labels);
        if (family.Type == FamilyType.Histogram && labels.Count > 0)
            arena.Write((byte)',');
        if (family.Type != FamilyType.Histogram && labels.Count > 0)
            arena.Write(Close);
    }

    /// <summary>A family of type info with one series, whose value is 1.</summary>
    public static void WriteInfo(
        ByteBuffer output,
        string name,
        string help,
        IEnumerable<List<Label>> series,
        bool asInfo,
        bool openMetrics
    )
    {
        output.Write(BuildInfoHeader(name, help, asInfo, openMetrics));
        var sample = new SampleName(name);
        foreach (var labels in series)
        {
            output.Write((labels.Count == 0 ? sample.Bare : sample.Open).Written);
            WriteLabels(output, labels);
            if (labels.Count > 0)
                output.Write(Close);
            output.Write("1\n"u8);
        }
    }

    private static byte[] BuildInfoHeader(string name, string help, bool asInfo, bool openMetrics)
    {
        var family = asInfo && name.EndsWith("_info", StringComparison.Ordinal) ? name[..^5] : name;
        return BuildHeader(family, asInfo ? "info"u8 : "gauge"u8, "", help, openMetrics);
    }

    private static byte[] BuildHeader(string name, FamilyType? type, string unit, string help, bool openMetrics) =>
        BuildHeader(
            name,
            type switch
            {
                FamilyType.Counter => "counter"u8,
                FamilyType.Gauge => "gauge"u8,
                FamilyType.Histogram => "histogram"u8,
                _ => "unknown"u8,
            },
            unit,
            help,
            openMetrics
        );

    private static byte[] BuildHeader(string name, ReadOnlySpan<byte> type, string unit, string help, bool openMetrics)
    {
        var header = new ByteBuffer();
        if (help.Length > 0)
        {
            header.Write("# HELP "u8);
            WriteName(header, name);
            header.Write((byte)' ');
            WriteEscaped(header, help, quotes: openMetrics);
            header.Write((byte)'\n');
        }

        header.Write("# TYPE "u8);
        WriteName(header, name);
        header.Write((byte)' ');
        header.Write(type);
        header.Write((byte)'\n');
        if (unit.Length > 0)
        {
            header.Write("# UNIT "u8);
            WriteName(header, name);
            header.Write((byte)' ');
            header.Write(unit.AsSpan());
            header.Write((byte)'\n');
        }

        return header.Written.ToArray();
    }

    private static void WriteName(ByteBuffer output, string name)
    {
        if (EscapedName.IsLegacy(name, colons: true))
            output.Write(name.AsSpan());
        else
            WriteQuoted(output, name);
    }

    internal static void WriteLabels(ByteBuffer output, List<Label> labels)
    {
        for (var i = 0; i < labels.Count; i++)
        {
            if (i > 0)
                output.Write((byte)',');
            if (EscapedName.IsLegacy(labels[i].Name, colons: false))
                output.Write(labels[i].Name.AsSpan());
            else
                WriteQuoted(output, labels[i].Name);
            output.Write((byte)'=');
            WriteQuoted(output, labels[i].Value);
        }
    }

    internal static void WriteQuoted(ByteBuffer output, string text)
    {
        output.Write((byte)'"');
        WriteEscaped(output, text, quotes: true);
        output.Write((byte)'"');
    }

    private static void WriteEscaped(ByteBuffer output, ReadOnlySpan<char> text, bool quotes)
    {
        while (true)
        {
            var special = quotes ? text.IndexOfAny('\\', '\n', '"') : text.IndexOfAny('\\', '\n');
            output.Write(special < 0 ? text : text[..special]);
            if (special < 0)
                return;
            output.Write((byte)'\\');
            output.Write(text[special] == '\n' ? (byte)'n' : (byte)text[special]);
            text = text[(special + 1)..];
        }
    }

    /// <summary>A sample's name with the brace before its labels, and without one where there are none. A name in UTF-8 stands within.</summary>
    internal readonly struct SampleName
    {
        public SampleName(string name)
        {
            Open = new ByteBuffer();
            Bare = new ByteBuffer();
            if (EscapedName.IsLegacy(name, colons: true))
            {
                Open.Write(name.AsSpan());
                Open.Write((byte)'{');
                Bare.Write(name.AsSpan());
                Bare.Write((byte)' ');
            }
            else
            {
                Open.Write((byte)'{');
                WriteQuoted(Open, name);
                Bare.Write(Open.Written);
                Open.Write((byte)',');
                Bare.Write(Close);
            }
        }

        public ByteBuffer Open { get; }

        public ByteBuffer Bare { get; }
    }
}
