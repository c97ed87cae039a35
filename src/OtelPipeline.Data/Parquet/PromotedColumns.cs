using System.Text.Json;
using OtelPipeline.Parquet;

namespace OtelPipeline.Data.Parquet;

/// <summary>
/// Writes the columns that attributes are promoted to. A value leaves the attribute map when the column can hold all of it: it is of the
/// column's type, under the first of the column's keys, once, and no other key of the column is there. So a reader that finds none of a
/// column's keys in the map knows that its value belongs under the first.
/// </summary>
internal sealed class PromotedColumns
{
    private readonly (TelemetryColumn Column, ParquetColumnWriter Writer)[] _columns;

    public PromotedColumns(ParquetWriter file, IReadOnlyList<TelemetryColumn> columns) =>
        _columns = [.. columns.Select(column => (column, Find(file, column)))];

    /// <summary>The footer's entry that lets a reader merge the columns back.</summary>
    public static string Describe(IReadOnlyList<TelemetryColumn> columns)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (var column in columns)
            {
                json.WriteStartArray(column.Name);
                foreach (var key in column.AttributeKeys)
                    json.WriteStringValue(key);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Writes a row, and sets <paramref name="taken"/> at the attributes that leave the map.</summary>
    public void Append(AttributeList list, Span<bool> taken)
    {
        foreach (var (column, writer) in _columns)
        {
            var source = Find(list, column.AttributeKeys, out var isAlone);
            var value = source < 0 ? default : list[source].Value;
            if (Append(writer, column.Type, value) && isAlone)
                taken[source] = true;
        }
    }

    /// <summary>The attribute under the first key that is there, and whether that is the first key of all and the only one that is there.</summary>
    private static int Find(AttributeList list, IReadOnlyList<string> keys, out bool isAlone)
    {
        var found = -1;
        var rank = int.MaxValue;
        var count = 0;
        var items = list.AsSpan();
        for (var i = 0; i < items.Length; i++)
        {
            for (var k = 0; k < keys.Count; k++)
            {
                if (!string.Equals(items[i].Key, keys[k], StringComparison.Ordinal))
                    continue;
                count++;
                if (k < rank)
                    (found, rank) = (i, k);
            }
        }

        isAlone = rank == 0 && count == 1;
        return found;
    }

    /// <returns>True when the column holds all of the value.</returns>
    private static bool Append(ParquetColumnWriter writer, TelemetryColumnType type, AttributeValue value)
    {
        switch (type, value.Kind)
        {
            case (TelemetryColumnType.String, AttributeKind.String):
                ((ParquetBytesWriter)writer).Append(value.AsString());
                return true;
            case (TelemetryColumnType.String, not AttributeKind.Empty):
                ((ParquetBytesWriter)writer).Append(value.ToString());
                return false;
            case (TelemetryColumnType.Int64, AttributeKind.Int64):
                ((ParquetColumnWriter<long>)writer).Append(value.AsInt64());
                return true;
            case (TelemetryColumnType.Double, AttributeKind.Double):
                ((ParquetColumnWriter<double>)writer).Append(value.AsDouble());
                return true;
            case (TelemetryColumnType.Boolean, AttributeKind.Boolean):
                ((ParquetColumnWriter<bool>)writer).Append(value.AsBoolean());
                return true;
            default:
                writer.AppendNull();
                return false;
        }
    }

    private static ParquetColumnWriter Find(ParquetWriter file, TelemetryColumn column) =>
        column.Type switch
        {
            TelemetryColumnType.Int64 => file.Column<long>(column.Name),
            TelemetryColumnType.Double => file.Column<double>(column.Name),
            TelemetryColumnType.Boolean => file.Column<bool>(column.Name),
            _ => file.Bytes(column.Name),
        };
}
