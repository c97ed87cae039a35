namespace OtelPipeline.Data.TraceQL;

/// <summary>Equality of group keys: of one type and one value; nil equals nil.</summary>
internal sealed class FieldValueComparer : IEqualityComparer<FieldValue>
{
    public static readonly FieldValueComparer Instance = new();

    public bool Equals(FieldValue x, FieldValue y)
    {
        if (x.Type != y.Type)
            return false;
        if (x.Type == FieldType.String)
            return Texts.Compare(x, y) == 0;
        if (!x.Type.IsArray())
            return x.Bits == y.Bits;
        if (x.Length != y.Length)
            return false;
        for (var i = 0; i < x.Length; i++)
        {
            if (!Equals(x.ElementAt(i), y.ElementAt(i)))
                return false;
        }

        return true;
    }

    public int GetHashCode(FieldValue value)
    {
        if (value.Type == FieldType.String)
            return value.Text.GetHashCode(StringComparison.Ordinal);
        return value.Type.IsArray() ? value.Length : HashCode.Combine(value.Type, value.Bits);
    }
}
