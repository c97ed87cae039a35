using System.Text;

namespace OtelPipeline.Data.Json;

/// <summary>An OTLP enum: its names in the order of its numbers, from 0 on.</summary>
internal sealed record OtlpEnum(string Prefix, string[] Names)
{
    /// <summary>The number of a name, with or without the enum's prefix and in any case; -1 when there is none.</summary>
    public int Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length >= Prefix.Length && Ascii.EqualsIgnoreCase(utf8[..Prefix.Length], Prefix))
            utf8 = utf8[Prefix.Length..];
        for (var i = 0; i < Names.Length; i++)
        {
            if (Ascii.EqualsIgnoreCase(utf8, Names[i]))
                return i;
        }

        return -1;
    }
}

internal static class OtlpEnums
{
    public static readonly OtlpEnum SpanKind = new("SPAN_KIND_", ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"]);

    public static readonly OtlpEnum StatusCode = new("STATUS_CODE_", ["UNSET", "OK", "ERROR"]);

    public static readonly OtlpEnum Temporality = new("AGGREGATION_TEMPORALITY_", ["UNSPECIFIED", "DELTA", "CUMULATIVE"]);

    public static readonly OtlpEnum Severity = new("SEVERITY_NUMBER_", Severities());

    private static string[] Severities()
    {
        var names = new List<string> { "UNSPECIFIED" };
        foreach (var name in (ReadOnlySpan<string>)["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])
            names.AddRange([name, name + "2", name + "3", name + "4"]);
        return [.. names];
    }
}
