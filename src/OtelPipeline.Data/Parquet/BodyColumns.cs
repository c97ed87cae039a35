using OtelPipeline.Data.Json;

namespace OtelPipeline.Data.Parquet;

/// <summary>Reads the body of a log record and its type.</summary>
internal sealed class BodyColumns(GroupColumns columns, JsonRowParser json)
{
    private readonly TextColumn _body = columns.Text("body");
    private readonly TextColumn _type = columns.Text("body_type");

    public AttributeValue Read(int row)
    {
        if (_type.Bytes(row) is not { IsEmpty: false } type)
            return _body[row] is { } text ? text : default(AttributeValue);
        if (OtlpText.TryFindType(type, out var kind))
            return new AttributeType(kind).Read(_body, row);
        return json.TryReadValue(type, out var value)
            ? value
            : throw new InvalidDataException(
                $"Column 'body_type' holds neither a type nor JSON in row {row} of its row group: {json.Error}"
            );
    }
}
