namespace OtelPipeline.Data;

/// <summary>
/// The rows of the documents read since the last <see cref="Clear"/>, in file order. Rows of a document that turns out to be broken are
/// taken back, so that a document counts as a whole or not at all.
/// </summary>
/// <param name="texts">
/// Holds the texts of the rows, which then go back to a pool when the batch is cleared. Null: the consumer keeps the rows.
/// </param>
internal sealed class RowBatch(RowTexts? texts)
{
    /// <summary>About how many bytes the rows of one document may take: "{}," costs the writer 3 bytes and us a hundred times that.</summary>
    public const int DocumentBudget = 256 * 1024 * 1024;

    public const string OverBudgetReason = "the document holds more than about 256 MB of rows: split it";

    private const int RowCost = 512;
    private const int DetailCost = 128;
    private const int AttributeCost = 32;
    private const int KeptRows = 4096;

    private readonly List<TelemetryRow> _rows = [];
    private readonly Stack<SpanRow> _spans = [];
    private readonly Stack<EventRow> _events = [];
    private readonly Stack<MetricPointRow> _metricPoints = [];
    private int _budget;

    /// <summary>Where texts may be left undecoded as long as the rows live; null when the consumer keeps the rows.</summary>
    public RowTexts? Texts { get; private set; } = texts;

    public int Count => _rows.Count;

    /// <summary>Metrics seen, whatever number of points each had.</summary>
    public long Metrics { get; set; }

    /// <summary>True when the document holds more than <see cref="DocumentBudget"/>.</summary>
    public bool OverBudget => _budget < 0;

    public TelemetryRow this[int index] => _rows[index];

    public void BeginDocument() => _budget = DocumentBudget;

    public SpanRow AddSpan()
    {
        _budget -= RowCost;
        var row = _spans.TryPop(out var pooled) ? pooled : new SpanRow();
        _rows.Add(row);
        return row;
    }

    public EventRow AddEvent()
    {
        _budget -= RowCost;
        var row = _events.TryPop(out var pooled) ? pooled : new EventRow();
        _rows.Add(row);
        return row;
    }

    public MetricPointRow AddMetricPoint()
    {
        _budget -= RowCost;
        var row = _metricPoints.TryPop(out var pooled) ? pooled : new MetricPointRow();
        _rows.Add(row);
        return row;
    }

    /// <summary>Charges the document for a span event, a link, an exemplar or a quantile; false when it is over its budget.</summary>
    public bool ChargeDetail() => (_budget -= DetailCost) >= 0;

    /// <summary>Charges the document for one attribute or array element; false when it is over its budget.</summary>
    public bool ChargeAttribute() => (_budget -= AttributeCost) >= 0;

    /// <summary>Takes back the rows from <paramref name="count"/> on.</summary>
    public void Truncate(int count)
    {
        for (var i = _rows.Count - 1; i >= count; i--)
            Recycle(_rows[i]);
        _rows.RemoveRange(count, _rows.Count - count);
    }

    public void Clear()
    {
        if (Texts is null)
        {
            _rows.Clear();
        }
        else
        {
            Truncate(0);
            Texts = Texts.Next();
        }

        if (_rows.Capacity > KeptRows)
            _rows.Capacity = KeptRows;
    }

    private void Recycle(TelemetryRow row)
    {
        if (row is SpanRow span && _spans.Count < KeptRows)
        {
            span.Reset();
            _spans.Push(span);
        }
        else if (row is EventRow @event && _events.Count < KeptRows)
        {
            @event.Reset();
            _events.Push(@event);
        }
        else if (row is MetricPointRow point && _metricPoints.Count < KeptRows)
        {
            point.Reset();
            _metricPoints.Push(point);
        }
    }
}
