namespace OtelPipeline.Data.Json;

/// <summary>What became of one JSON document.</summary>
internal enum DocumentResult
{
    Read,
    Broken,
    Incomplete,
}

/// <summary>Turns JSON documents (OTLP/JSON or the flat dialect) into rows.</summary>
/// <param name="batch">Takes the rows.</param>
/// <param name="leniencies">Counts what is forgiven.</param>
/// <param name="signals">Which rows are wanted.</param>
/// <param name="projection">What of spans is wanted; null for all. Only where spans alone are.</param>
internal sealed partial class JsonRowParser(
    RowBatch batch,
    LeniencyCounter leniencies,
    TelemetrySignals signals,
    SpanProjection? projection = null
)
{
    private static readonly FieldTable Fields = CreateFields();

    private readonly Utf8Strings _strings = new(leniencies);

    /// <summary>Why the last document is broken.</summary>
    public string Error { get; private set; } = "";

    /// <summary>
    /// Reads the document at the start of <paramref name="text"/>. <paramref name="position"/> is where it ends, or where it is broken; a broken
    /// document leaves no rows. <paramref name="buffer"/> is the array that holds the text if that does not change before the batch is cleared, or
    /// null.
    /// </summary>
    public DocumentResult Parse(ReadOnlySpan<byte> text, byte[]? buffer, out int position)
    {
        var scanner = new JsonScanner(text);
        var rows = batch.Count;
        var metrics = batch.Metrics;
        batch.BeginDocument();
        batch.Texts?.Begin(text, buffer);
        ReadDocument(ref scanner);
        position = scanner.Position;
        if (!scanner.Failed)
            return DocumentResult.Read;
        batch.Truncate(rows);
        batch.Metrics = metrics;
        leniencies.Clear();
        Error = scanner.Error!;
        return scanner.Incomplete ? DocumentResult.Incomplete : DocumentResult.Broken;
    }

    private static FieldTable CreateFields()
    {
        var table = new FieldTable();
        foreach (var field in Enum.GetValues<OtlpField>())
        {
            if (field == OtlpField.Unknown)
                continue;
            var name = field.ToString();
            table.Add(FieldNames.CamelCase(name), (int)field);
            table.Add(FieldNames.SnakeCase(name), (int)field, isVariant: true);
        }

        return table;
    }

    private void ReadDocument(ref JsonScanner json)
    {
        switch (json.Peek())
        {
            case (byte)'{' when _flatNames.StartsAgain(ref json):
                ReadFlat(ref json);
                break;
            case (byte)'{':
                ReadDocumentObject(ref json);
                break;
            case (byte)'[':
                leniencies.Count(Leniency.DocumentArray);
                json.TryBeginArray();
                while (json.NextElement())
                    ReadDocument(ref json);
                break;
            default:
                json.Reject("a JSON object is expected");
                break;
        }
    }

    private void ReadDocumentObject(ref JsonScanner json)
    {
        var start = json.Position;
        var depth = json.Depth;
        var seen = new SeenFields();
        var known = false;
        json.TryBeginObject();
        while (json.NextName(out var name))
        {
            var raw = Name(name);
            var field = (OtlpField)Fields.Find(raw, out var isVariant);
            var signal = field switch
            {
                OtlpField.ResourceSpans => TelemetrySignals.Spans,
                OtlpField.ResourceLogs => TelemetrySignals.Events,
                OtlpField.ResourceMetrics => TelemetrySignals.MetricPoints,
                _ => default,
            };
            if (signal == default)
            {
                if (!known && FlatFields.Identifies(FlatFields.Table.Find(raw, out _)))
                {
                    json.Rewind(start, depth);
                    ReadFlat(ref json);
                    return;
                }

                json.Skip();
                continue;
            }

            known = true;
            Note(field, isVariant, ref seen);
            if ((signals & signal) == 0)
                json.Skip();
            else if (BeginArray(ref json))
            {
                while (json.NextElement())
                    ReadResourceRows(ref json, signal);
            }
        }

        if (!known)
            leniencies.Count(Leniency.UnknownDocument);
    }

    private ReadOnlySpan<byte> Name(Utf8Text name) => name.Escaped ? _strings.Unescape(name.Raw) : name.Raw;

    private bool NextField(ref JsonScanner json, ref SeenFields seen, out OtlpField field)
    {
        if (!json.NextName(out var name))
        {
            field = OtlpField.Unknown;
            return false;
        }

        field = (OtlpField)Fields.Find(Name(name), out var isVariant);
        if (field != OtlpField.Unknown)
            Note(field, isVariant, ref seen);
        return true;
    }

    private void Note(OtlpField field, bool isVariant, ref SeenFields seen)
    {
        if (isVariant)
            leniencies.Count(Leniency.SnakeCaseKey);
        if (seen.Repeats(field))
            leniencies.Count(Leniency.DuplicateKey);
    }

    private bool BeginObject(ref JsonScanner json)
    {
        if (json.TryBeginObject())
            return true;
        Unexpected(ref json);
        return false;
    }

    private bool BeginArray(ref JsonScanner json)
    {
        if (json.TryBeginArray())
            return true;
        Unexpected(ref json);
        return false;
    }

    private static bool Within(ref JsonScanner json, bool budget)
    {
        if (!budget)
            json.Reject(RowBatch.OverBudgetReason);
        return budget;
    }

    /// <summary>Steps over a value of another type than its field.</summary>
    private void Unexpected(ref JsonScanner json)
    {
        if (json.Failed)
            return;
        leniencies.Count(json.Peek() == 'n' ? Leniency.Null : Leniency.WrongType);
        json.Skip();
    }
}
