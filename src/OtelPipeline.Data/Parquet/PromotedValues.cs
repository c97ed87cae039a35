using System.Text.Json;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>Which columns of a file hold promoted attributes, and of which keys.</summary>
internal sealed class PromotedSources
{
    public PromotedSources(ParquetReader file)
    {
        Columns = file.KeyValueMetadata.TryGetValue(ParquetKeys.Promoted, out var json)
            ? Parse(json)
            // a file that another program has copied: what the default columns would hold
            : [.. TelemetrySchema.Promoted.Select(column => (column.Name, column.AttributeKeys.ToArray()))];
        Columns.RemoveAll(column => file.Schema.Find(column.Name) is null);
    }

    public List<(string Name, string[] Keys)> Columns { get; }

    private static List<(string Name, string[] Keys)> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var columns = new List<(string Name, string[] Keys)>();
            foreach (var column in document.RootElement.EnumerateObject())
                columns.Add((column.Name, [.. column.Value.EnumerateArray().Select(key => key.GetString() ?? "")]));
            columns.RemoveAll(column => column.Keys.Length == 0);
            return columns;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException(
                $"The footer's entry {ParquetKeys.Promoted} is no JSON object of lists of attribute keys: {exception.Message}",
                exception
            );
        }
    }
}

/// <summary>Gives promoted attributes back to the rows that they left.</summary>
internal sealed class PromotedValues
{
    private readonly (string[] Keys, TextColumn? Text, NumberColumn? Number)[] _columns;

    public PromotedValues(GroupColumns columns, PromotedSources sources) =>
        _columns = [
            .. sources.Columns.Select(source =>
                columns.IsText(source.Name)
                    ? (source.Keys, columns.Text(source.Name), (NumberColumn?)null)
                    : (source.Keys, (TextColumn?)null, columns.Number(source.Name))
            ),
        ];

    public void Read(int row, AttributeList list)
    {
        var inMap = list.Count;
        foreach (var (keys, text, number) in _columns)
        {
            AttributeValue value =
                text is null ? number!.Value(row)
                : text[row] is { } found ? found
                : default(AttributeValue);
            // where one of its keys is in the map, the column repeats what is there
            if (value.Kind != AttributeKind.Empty && !HasAny(list.AsSpan()[..inMap], keys))
                list.Add(keys[0], value);
        }
    }

    private static bool HasAny(ReadOnlySpan<KeyValuePair<string, AttributeValue>> list, string[] keys)
    {
        foreach (ref readonly var item in list)
        {
            foreach (var key in keys)
            {
                if (string.Equals(item.Key, key, StringComparison.Ordinal))
                    return true;
            }
        }

        return false;
    }
}
