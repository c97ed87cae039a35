using System.Buffers;
using OtelPipeline.Data.Json;
using OtelPipeline.Data.Parquet;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>The spans or events of one row group as columns, for who judges them one by one.</summary>
internal sealed class RecordColumns : IDisposable
{
    private readonly RecordPlan _plan;
    private readonly GroupColumns _columns;
    private readonly PromotedSources _promoted;
    private readonly FieldColumn[] _fields;
    private readonly byte[]?[] _known;
    private readonly Dictionary<int, ArraySegment<int>> _shared = [];
    private readonly Dictionary<string, TextColumn> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumberColumn> _numbers = new(StringComparer.Ordinal);
    private readonly MapColumns _map;
    private PromotedValues? _promotedValues;

    private RecordColumns(RecordPlan plan, GroupColumns columns, PromotedSources promoted, JsonRowParser json)
    {
        (_plan, _columns, _promoted) = (plan, columns, promoted);
        _fields = new FieldColumn[plan.Fields.Count];
        _known = new byte[]?[plan.Parts.Count];
        _map = new MapColumns(columns, "attributes", json);
    }

    /// <summary>Null where values of the row group are such that only rows can tell.</summary>
    public static RecordColumns? TryLoad(
        RecordPlan plan,
        ParquetReader file,
        ParquetRowGroup group,
        PromotedSources promoted,
        JsonRowParser json
    )
    {
        // .x looks at the resource where the record itself has none
        var unscoped = plan.Fields.Where(static f => f is { Intrinsic: Intrinsic.None, Scope: FieldScope.None }).ToList();
        if (
            unscoped.Count > 0
            && (
                SpanColumnGroup.ReadKeys(file, group, "resource_attributes") is not { } ofResource
                || unscoped.Exists(f => ofResource.Contains(f.Name))
            )
        )
            return null;
        var columns = new RecordColumns(plan, new GroupColumns(file, group), promoted, json);
        try
        {
            if (columns.TryLoadFields())
                return columns;
        }
        catch
        {
            columns.Dispose();
            throw;
        }

        columns.Dispose();
        return null;
    }

    public int RowCount => _columns.RowCount;

    public FieldColumn Field(int number) => _fields[number];

    public TextColumn Text(string name)
    {
        if (!_texts.TryGetValue(name, out var column))
            _texts.Add(name, column = _columns.Text(name));
        return column;
    }

    public NumberColumn Number(string name)
    {
        if (!_numbers.TryGetValue(name, out var column))
            _numbers.Add(name, column = _columns.Number(name));
        return column;
    }

    /// <summary>The attributes of a row, in the place of what the list holds.</summary>
    public void ReadAttributes(int row, AttributeList list)
    {
        list.Clear();
        _map.Read(row, list);
        (_promotedValues ??= new PromotedValues(_columns, _promoted)).Read(row, list);
    }

    /// <summary>Sets a bit at each row that a filter matches.</summary>
    /// <param name="filter">The filter; null for all rows.</param>
    /// <param name="bit">The bit.</param>
    /// <param name="marks">One for each row.</param>
    public void Mark(SpanFilter? filter, ulong bit, Span<ulong> marks)
    {
        var parts = filter is null ? [] : _plan.PartsOf(filter);
        if (parts.Length == 0)
        {
            for (var row = 0; row < RowCount; row++)
                marks[row] |= bit;
            return;
        }

        var rented = ArrayPool<int>.Shared.Rent(RowCount);
        var rows = Rows(parts[0], rented);
        for (var i = 1; i < parts.Length; i++)
        {
            var count = Keep(parts[i], rows, rented);
            rows = rented.AsSpan(0, count);
        }

        foreach (var row in rows)
            marks[row] |= bit;
        ArrayPool<int>.Shared.Return(rented);
    }

    /// <summary>Whether a filter matches a row.</summary>
    public bool Matches(SpanFilter filter, int row)
    {
        foreach (var part in _plan.PartsOf(filter))
        {
            if (!Test(part, row))
                return false;
        }

        return true;
    }

    public void Dispose()
    {
        foreach (var rows in _shared.Values)
            ArrayPool<int>.Shared.Return(rows.Array!);
        foreach (var known in _known)
        {
            if (known is not null)
                ArrayPool<byte>.Shared.Return(known);
        }

        foreach (var field in _fields.Distinct())
            field?.Dispose();
        _columns.Dispose();
    }

    private ReadOnlySpan<int> Rows(int part, int[] rented)
    {
        if (_shared.TryGetValue(part, out var known))
            return known;
        if (_plan.Parts[part].Shared is null)
            return rented.AsSpan(0, Collect(part, rented));
        var rows = ArrayPool<int>.Shared.Rent(RowCount);
        _shared[part] = known = new ArraySegment<int>(rows, 0, Collect(part, rows));
        return known;
    }

    private int Collect(int part, int[] rows)
    {
        var codes = Codes(part);
        var known = Known(part);
        var count = 0;
        if (codes.IsEmpty)
        {
            for (var row = 0; row < RowCount && Test(part, row); row++)
                rows[count++] = row;
            return count;
        }

        for (var row = 0; row < codes.Length; row++)
        {
            var result = known[codes[row] + 1];
            rows[count] = row;
            count += (result == 0 ? Test(part, row) : result == 2) ? 1 : 0;
        }

        return count;
    }

    private int Keep(int part, ReadOnlySpan<int> from, int[] rows)
    {
        var codes = Codes(part);
        var known = Known(part);
        var count = 0;
        foreach (var row in from)
        {
            var result = codes.IsEmpty ? known[0] : known[codes[row] + 1];
            rows[count] = row;
            count += (result == 0 ? Test(part, row) : result == 2) ? 1 : 0;
        }

        return count;
    }

    private bool Test(int part, int row)
    {
        var codes = Codes(part);
        var code = codes.IsEmpty ? -1 : codes[row];
        ref var result = ref Known(part)[code + 1];
        if (result == 0)
        {
            var of = _plan.Parts[part];
            var value =
                code >= 0 ? _fields[of.Number].Value(row)
                : of.Field.IsIntrinsic ? FieldValue.Of("")
                : default;
            result = of.Node.Test(new ValueSource(of.Field, value, _plan.Signal == TelemetrySignals.Spans)) ? (byte)2 : (byte)1;
        }

        return result == 2;
    }

    private ReadOnlySpan<int> Codes(int part) => _fields[_plan.Parts[part].Number].Codes;

    // by code: 0 not known yet, 1 false, 2 true
    private byte[] Known(int part)
    {
        if (_known[part] is { } known)
            return known;
        var length = _fields[_plan.Parts[part].Number].CodeCount + 1;
        known = _known[part] = ArrayPool<byte>.Shared.Rent(length);
        Array.Clear(known, 0, length);
        return known;
    }

    private bool TryLoadFields()
    {
        // .x and span.x are the same column
        var ofKeys = new OrderedDictionary<string, FieldColumn?>(StringComparer.Ordinal);
        for (var i = 0; i < _fields.Length; i++)
        {
            if (_plan.Fields[i].IsIntrinsic)
            {
                if (OfIntrinsic(_plan.Fields[i].Intrinsic) is not { } column)
                    return false;
                _fields[i] = column;
                continue;
            }

            var name = _plan.Fields[i].Name;
            if (_promoted.Columns.Find(c => c.Keys[0] == name) is not { Name: not null } promoted)
                ofKeys.TryAdd(name, null);
            else if (Array.Exists(promoted.Keys, _map.MightHave))
                return false;
            else
                _fields[i] = Promoted(promoted.Name);
        }

        if (_map.Find([.. ofKeys.Keys], RowCount) is not { } found)
            return false;
        for (var i = 0; i < found.Length; i++)
            ofKeys.SetAt(i, new KeyFieldColumn(found[i], RowCount));
        for (var i = 0; i < _fields.Length; i++)
            _fields[i] ??= ofKeys[_plan.Fields[i].Name]!;
        return true;
    }

    private FieldColumn Promoted(string name)
    {
        if (_columns.IsText(name))
            return new TextFieldColumn(Text(name));
        var numbers = Number(name);
        return NumberFieldColumn.OfRows(RowCount, row => FieldValue.Of(numbers.Value(row)));
    }

    private FieldColumn? OfIntrinsic(Intrinsic intrinsic)
    {
        switch (intrinsic)
        {
            case Intrinsic.Kind:
                return NumberFieldColumn.OfWords(Number("kind"), FieldType.Kind, RowCount);
            case Intrinsic.Status:
                return NumberFieldColumn.OfWords(Number("status_code"), FieldType.Status, RowCount);
            case Intrinsic.Duration:
                var durations = Number("duration_nano");
                return NumberFieldColumn.OfRows(RowCount, row => FieldValue.Duration(durations.Integer(row) ?? 0));
            case Intrinsic.StatusMessage:
                return new TextFieldColumn(Text("status_message"));
            default:
                return new TextFieldColumn(Text(_plan.Signal == TelemetrySignals.Spans ? "name" : "event_name"));
        }
    }
}
