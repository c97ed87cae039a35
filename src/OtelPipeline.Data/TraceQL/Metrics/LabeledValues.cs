using System.Globalization;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A series on its way through calculations.</summary>
internal sealed record LabeledValues(List<KeyValuePair<string, FieldValue>> Labels, double[] Values)
{
    public const string NameLabel = "__name__";

    /// <summary>What two series are matched by: all labels but the name.</summary>
    public string Key() =>
        string.Join(
            '\u0001',
            Labels
                .Where(label => label.Key != NameLabel)
                .Select(label => $"{label.Key}\u0002{label.Value.Type}\u0002{Evaluation.Display(label.Value)}")
        );

    public string SortKey() =>
        string.Join(
            '\u0001',
            Labels.Select(label =>
                label.Key
                + "\u0002"
                + (
                    label.Value.Type == FieldType.Float
                        ? label.Value.Double.ToString("000000000000.000000000", CultureInfo.InvariantCulture)
                        : Evaluation.Display(label.Value)
                )
            )
        );
}
