using OtelPipeline.Exporter.Prometheus.Naming;

namespace OtelPipeline.Exporter.Prometheus.Exposition;

/// <summary>A metric family: the streams that share one Prometheus name, and the encoded labels of their series.</summary>
internal sealed class Family
{
    private readonly HashSet<(int Offset, int Length)> _seen;

    public Family(string name, FamilyType type, string help, string unit)
    {
        Name = name;
        Type = type;
        Help = help;
        Unit = unit;
        _seen = new HashSet<(int, int)>(new SliceComparer(Arena));
    }

    public string Name { get; }

    public FamilyType Type { get; }

    public string Help { get; }

    /// <summary>OpenTelemetry's unit.</summary>
    public string Unit { get; }

    public bool IsGaugeInstrument { get; init; }

    public List<MetricStream> Streams { get; } = [];

    /// <summary>Encoded labels, one slice for each series.</summary>
    public ByteBuffer Arena { get; } = new();

    /// <summary>How many series were left out because another one had their labels.</summary>
    public int Duplicates { get; set; }

    /// <summary>Bytes that do not change between collections; null until the family is described.</summary>
    public TextFamily? Text { get; set; }

    /// <inheritdoc cref="Text"/>
    public ProtobufFamily? Protobuf { get; set; }

    /// <summary>Keeps the slice from <paramref name="offset"/> to the end of the arena unless the family has the same labels already.</summary>
    public bool Keep(int offset)
    {
        if (_seen.Add((offset, Arena.Length - offset)))
            return true;
        Arena.Advance(offset - Arena.Length);
        return false;
    }

    private sealed class SliceComparer(ByteBuffer arena) : IEqualityComparer<(int Offset, int Length)>
    {
        public bool Equals((int Offset, int Length) x, (int Offset, int Length) y) => Slice(x).SequenceEqual(Slice(y));

        public int GetHashCode((int Offset, int Length) slice)
        {
            var hash = new HashCode();
            hash.AddBytes(Slice(slice));
            return hash.ToHashCode();
        }

        private ReadOnlySpan<byte> Slice((int Offset, int Length) slice) => arena.Array.AsSpan(slice.Offset, slice.Length);
    }
}
