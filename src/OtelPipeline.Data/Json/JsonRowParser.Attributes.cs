namespace OtelPipeline.Data.Json;

internal sealed partial class JsonRowParser
{
    private string ReadString(ref JsonScanner json)
    {
        if (json.TryReadString(out var text))
            return _strings.Get(text);
        Unexpected(ref json);
        return "";
    }

    /// <summary>A string, null when it is empty: protobuf knows no difference between empty and absent.</summary>
    private string? ReadOptionalString(ref JsonScanner json)
    {
        var text = ReadString(ref json);
        return text.Length == 0 ? null : text;
    }

    /// <summary>The text of a value that belongs to a row itself, not to what rows share or to what is nested in its values.</summary>
    private AttributeValue RowText(Utf8Text text) =>
        batch.Texts is { } texts && texts.TryHold(text, out var value) ? value : _strings.Get(text);

    /// <param name="json">Where they stand.</param>
    /// <param name="list">Where they go.</param>
    /// <param name="ofRow">True when the list is the row's own and its texts may live as long as the row.</param>
    private void ReadAttributes(ref JsonScanner json, AttributeList list, bool ofRow = false)
    {
        if (json.Peek() == '{')
        {
            leniencies.Count(Leniency.AttributesAsObject);
            ReadPlainProperties(ref json, list);
        }
        else if (BeginArray(ref json))
        {
            while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
            {
                if (!TryReadUsualAttribute(ref json, list, ofRow))
                    ReadAttribute(ref json, list, ofRow);
            }
        }
    }

    /// <summary>
    /// Reads an attribute that is written the way nearly all are: key first, then one value, no white space. Anything else is put back.
    /// </summary>
    private bool TryReadUsualAttribute(ref JsonScanner json, AttributeList list, bool ofRow)
    {
        var start = json.Position;
        if (json.TrySkipExactly("{\"key\":"u8) && json.TryReadString(out var key) && json.TrySkipExactly(",\"value\":{\""u8))
        {
            if (ofRow && projection is not null && key is { Escaped: false, Ascii: true } && !projection.Wants(key.Raw))
            {
                if (json.TrySkipExactly("stringValue\":"u8) && json.TryPass(Passing.Text) && json.TrySkipExactly("}}"u8))
                    return true;
                json.Rewind(start, json.Depth);
                return false;
            }

            if (json.TrySkipExactly("stringValue\":"u8))
            {
                if (json.TryReadString(out var text) && json.TrySkipExactly("}}"u8))
                {
                    list.Append(_strings.Get(key), ofRow ? RowText(text) : _strings.Get(text));
                    return true;
                }
            }
            else if (json.TrySkipExactly("intValue\":"u8))
            {
                if (
                    json.TryReadString(out var digits)
                    && JsonScanner.TryParseInt64(digits.Raw, out var integer, out var outOfRange)
                    && !outOfRange
                    && json.TrySkipExactly("}}"u8)
                )
                {
                    list.Append(_strings.Get(key), integer);
                    return true;
                }
            }
            else if (json.TrySkipExactly("doubleValue\":"u8))
            {
                if (
                    json.TryReadNumber(out var number, out _)
                    && JsonScanner.TryParseDouble(number, out var value)
                    && double.IsFinite(value)
                    && json.TrySkipExactly("}}"u8)
                )
                {
                    list.Append(_strings.Get(key), value);
                    return true;
                }
            }
            else if (json.TrySkipExactly("boolValue\":"u8) && json.TryReadBoolean(out var value) && json.TrySkipExactly("}}"u8))
            {
                list.Append(_strings.Get(key), value);
                return true;
            }
        }

        if (!json.Failed)
            json.Rewind(start, json.Depth);
        return json.Failed;
    }

    private void ReadAttribute(ref JsonScanner json, AttributeList list, bool ofRow)
    {
        if (!BeginObject(ref json))
            return;
        var seen = new SeenFields();
        var key = "";
        AttributeValue value = default;
        while (NextField(ref json, ref seen, out var field))
        {
            if (field == OtlpField.Key)
                key = ReadString(ref json);
            else if (field == OtlpField.Value)
                value = ReadAnyValue(ref json, ofRow);
            else
                json.Skip();
        }

        list.Append(key, value);
    }

    private AttributeValue ReadAnyValue(ref JsonScanner json, bool ofRow = false)
    {
        switch (json.Peek())
        {
            case (byte)'{':
                break;
            case (byte)'n':
                leniencies.Count(Leniency.Null);
                json.Skip();
                return default;
            default:
                leniencies.Count(Leniency.PlainValue);
                return ofRow ? ReadRowValue(ref json) : ReadPlainValue(ref json);
        }

        AttributeValue value = default;
        if (!BeginObject(ref json))
            return value;
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            switch (field)
            {
                case OtlpField.StringValue:
                    if (json.TryReadString(out var text))
                        value = ofRow ? RowText(text) : _strings.Get(text);
                    else
                        Unexpected(ref json);
                    break;
                case OtlpField.BoolValue:
                    value = TryReadBoolean(ref json, out var boolean) ? boolean : value;
                    break;
                case OtlpField.IntValue:
                    value = TryReadInt64(ref json, out var integer) ? integer : value;
                    break;
                case OtlpField.DoubleValue:
                    value = TryReadDouble(ref json, out var number) ? number : value;
                    break;
                case OtlpField.BytesValue:
                    value = TryReadBytes(ref json, out var bytes) ? bytes : value;
                    break;
                case OtlpField.ArrayValue:
                    value = ReadArrayValue(ref json);
                    break;
                case OtlpField.KvlistValue:
                    value = ReadKeyValues(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return value;
    }

    private AttributeValue ReadArrayValue(ref JsonScanner json)
    {
        if (!BeginObject(ref json))
            return default;
        var values = new List<AttributeValue>();
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            if (field != OtlpField.Values)
                json.Skip();
            else if (BeginArray(ref json))
            {
                while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
                    values.Add(ReadAnyValue(ref json));
            }
        }

        return values.ToArray();
    }

    private AttributeValue ReadKeyValues(ref JsonScanner json)
    {
        if (!BeginObject(ref json))
            return default;
        var list = new AttributeList();
        var seen = new SeenFields();
        while (NextField(ref json, ref seen, out var field))
        {
            if (field == OtlpField.Values)
                ReadAttributes(ref json, list);
            else
                json.Skip();
        }

        return list;
    }

    private bool TryReadBytes(ref JsonScanner json, out byte[] bytes)
    {
        bytes = [];
        if (!json.TryReadString(out var text))
        {
            Unexpected(ref json);
            return false;
        }

        var unpadded = Name(text).TrimEnd((byte)'=');
        var decoded = new byte[(unpadded.Length * 3 / 4) + 3];
        if (!TryDecodeBase64(unpadded, decoded, out var written))
        {
            leniencies.Count(Leniency.InvalidBytes);
            return false;
        }

        bytes = decoded[..written];
        return true;
    }

    /// <summary>Plain JSON as attributes: each property is one.</summary>
    private void ReadPlainProperties(ref JsonScanner json, AttributeList list)
    {
        if (!BeginObject(ref json))
            return;
        while (json.NextName(out var name) && Within(ref json, batch.ChargeAttribute()))
            list.Append(_strings.Get(name), ReadPlainValue(ref json));
    }

    /// <summary>A plain value that belongs to a row itself.</summary>
    private AttributeValue ReadRowValue(ref JsonScanner json) =>
        json.TryReadString(out var text) ? RowText(text) : ReadPlainValue(ref json);

    /// <summary>Plain JSON as a value: whole numbers are integers where they fit, objects are key-value lists, null is empty.</summary>
    private AttributeValue ReadPlainValue(ref JsonScanner json)
    {
        switch (json.Peek())
        {
            case (byte)'"':
                json.ReadString(out var text);
                return _strings.Get(text);
            case (byte)'t' or (byte)'f':
                json.TryReadBoolean(out var boolean);
                return boolean;
            case (byte)'n':
                json.Skip();
                return default;
            case (byte)'[':
                var values = new List<AttributeValue>();
                json.TryBeginArray();
                while (json.NextElement() && Within(ref json, batch.ChargeAttribute()))
                    values.Add(ReadPlainValue(ref json));
                return values.ToArray();
            case (byte)'{':
                var list = new AttributeList();
                ReadPlainProperties(ref json, list);
                return list;
            default:
                return ReadPlainNumber(ref json);
        }
    }

    private static AttributeValue ReadPlainNumber(ref JsonScanner json)
    {
        if (!json.TryReadNumber(out var digits, out var integer))
        {
            json.Skip();
            return default;
        }

        if (integer && JsonScanner.TryParseInt64(digits, out var number, out var outOfRange) && !outOfRange)
            return number;
        return JsonScanner.ParseDouble(digits);
    }
}
