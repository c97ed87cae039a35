using System.Text;

namespace OtelPipeline.Data.Json;

/// <summary>
/// What a query looks at of spans that nobody else gets to see. Anything else that is written as usual is stepped over: it is checked, but no value is
/// made of it. What there is to forgive in it is read like everything else, so that it is counted.
/// </summary>
internal sealed class SpanProjection
{
    private readonly HashSet<string> _keys;
    private readonly byte[][] _utf8;

    /// <param name="name">Whether the name is looked at.</param>
    /// <param name="ids">Whether ids are.</param>
    /// <param name="status">Whether the status is.</param>
    /// <param name="statusMessage">Whether the message of the status is.</param>
    /// <param name="keys">The attributes that are.</param>
    public SpanProjection(bool name, bool ids, bool status, bool statusMessage, IEnumerable<string> keys)
    {
        (Name, Ids, Status, StatusMessage) = (name, ids, status, statusMessage);
        _keys = new HashSet<string>(keys, StringComparer.Ordinal);
        _utf8 = [.. _keys.Select(Encoding.UTF8.GetBytes)];
    }

    public bool Name { get; }

    public bool Ids { get; }

    public bool Status { get; }

    public bool StatusMessage { get; }

    public bool Wants(string key) => _keys.Contains(key);

    public bool Wants(ReadOnlySpan<byte> key)
    {
        foreach (var wanted in _utf8)
        {
            if (key.SequenceEqual(wanted))
                return true;
        }

        return false;
    }

    /// <summary>What may be stepped over of a property at the top of a flat record.</summary>
    public Passing Of(FlatField field, string name) =>
        field switch
        {
            FlatField.Level or FlatField.TraceState => Passing.Text,
            FlatField.TraceId => Ids ? Passing.Nothing : Passing.TraceId,
            FlatField.SpanId or FlatField.ParentSpanId => Ids ? Passing.Nothing : Passing.SpanId,
            FlatField.Message or FlatField.Name => Name ? Passing.Nothing : Passing.Text,
            FlatField.StatusMessage => StatusMessage ? Passing.Nothing : Passing.Text,
            // a word that is no status is an attribute
            FlatField.Status => Status || Wants(FlatAttributes.NodeResult) || Wants(FlatAttributes.RunResult)
                ? Passing.Nothing
                : Passing.Text,
            FlatField.MemoryMb or FlatField.Spans or < 0 => OfAttribute(name),
            _ => FlatAttributes.Key(field) is { } key ? OfAttribute(key) : Passing.Nothing,
        };

    public Passing OfAttribute(string key) => Wants(key) ? Passing.Nothing : Passing.TextAndNumbers;
}

/// <summary>Which values of a property need not be made.</summary>
internal enum Passing : byte
{
    Nothing,
    Text,
    TextAndNumbers,

    /// <summary>32 hexadecimal digits.</summary>
    TraceId,

    /// <summary>16 hexadecimal digits.</summary>
    SpanId,
}
