using OtelPipeline.Data.Parquet;

namespace OtelPipeline.Data.TraceQL;

/// <summary>
/// The groups of <c>by(…)</c> in a row group as small numbers, where all fields are columns that say everything: rows with the same number are
/// in the same group.
/// </summary>
internal sealed class ColumnGroups
{
    private const int MaxGroups = 1 << 16;

    private readonly int[] _numbers = [];
    private readonly TextColumn? _text;

    private ColumnGroups(int[] numbers, int count)
    {
        _numbers = numbers;
        Count = count;
    }

    private ColumnGroups(TextColumn text)
    {
        _text = text;
        Count = text.ValueCount + 1;
    }

    /// <summary>More than any group.</summary>
    public int Count { get; }

    /// <summary>The group of each row, less <see cref="First"/>.</summary>
    public ReadOnlySpan<int> Numbers => _text is null ? _numbers : _text.Numbers;

    /// <summary>What turns a number into a group: NULL is -1 in a column of text.</summary>
    public int First => _text is null ? 0 : 1;

    /// <summary>Null when some field takes a look at the rows, or there would be too many numbers.</summary>
    public static ColumnGroups? TryCreate(SpanColumnGroup columns, IReadOnlyList<FieldReference> fields)
    {
        if (fields is [var only] && TextOf(columns, only) is { Numbers.IsEmpty: false, ValueCount: < MaxGroups } column)
            return new ColumnGroups(column);
        var numbers = new int[columns.RowCount];
        var count = 1;
        foreach (var field in fields)
        {
            var width = field.Intrinsic switch
            {
                Intrinsic.Kind => Add(numbers, columns.Number("kind")),
                Intrinsic.Status => Add(numbers, columns.Number("status_code")),
                _ => TextOf(columns, field) is { } text ? Add(numbers, text) : 0,
            };
            if (width == 0 || (long)count * width > MaxGroups)
                return null;
            count *= width;
        }

        return new ColumnGroups(numbers, count);
    }

    private static TextColumn? TextOf(SpanColumnGroup columns, FieldReference field) =>
        field.Intrinsic switch
        {
            Intrinsic.Name => columns.Text("name"),
            Intrinsic.InstrumentationName => columns.Text("scope_name"),
            Intrinsic.InstrumentationVersion => columns.Text("scope_version"),
            Intrinsic.StatusMessage => columns.Text("status_message"),
            Intrinsic.None when field.Scope == FieldScope.Span => columns.TextOf(field.Name),
            Intrinsic.None
                when field.Scope == FieldScope.None
                    && (!columns.MightHave(FieldScope.Resource, field.Name))
                    && field.Name != "service.name" => columns.TextOf(field.Name),
            // NULL says that it is no text
            Intrinsic.None when field is { Scope: FieldScope.Resource, Name: "service.name" } && !columns.Text("service_name").HasNulls =>
                columns.Text("service_name"),
            _ => null,
        };

    private static int Add(int[] numbers, TextColumn column)
    {
        var width = column.ValueCount + 1;
        if (width > MaxGroups)
            return 0;
        var own = column.Numbers;
        var target = numbers.AsSpan();
        if (own.IsEmpty)
        {
            for (var i = 0; i < target.Length; i++)
                target[i] *= width;
            return width;
        }

        own = own[..target.Length];
        for (var i = 0; i < target.Length; i++)
            target[i] = target[i] * width + own[i] + 1;
        return width;
    }

    private static int Add(int[] numbers, NumberColumn column)
    {
        const int Words = 8;
        for (var i = 0; i < numbers.Length; i++)
        {
            var number = column.Integer(i) ?? 0;
            if (number is < 0 or >= Words)
                return 0;
            numbers[i] = numbers[i] * Words + (int)number;
        }

        return Words;
    }
}
