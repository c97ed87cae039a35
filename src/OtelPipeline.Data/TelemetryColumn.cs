using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data;

/// <summary>The type of a column of a telemetry table.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The words are those of the file formats.")]
public enum TelemetryColumnType
{
    /// <summary>Microseconds since 1970-01-01 UTC in 64 bits.</summary>
    TimestampMicros,

    /// <summary>A signed 64-bit integer.</summary>
    Int64,

    /// <summary>A signed 32-bit integer.</summary>
    Int32,

    /// <summary>A 64-bit floating-point number.</summary>
    Double,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Text in UTF-8.</summary>
    String,

    /// <summary>A map from text to text.</summary>
    StringMap,

    /// <summary>A list of 64-bit floating-point numbers.</summary>
    DoubleList,

    /// <summary>A list of signed 64-bit integers.</summary>
    Int64List,
}

/// <summary>One column of a telemetry table.</summary>
/// <param name="Name">The name, in snake_case.</param>
/// <param name="Type">The type.</param>
/// <param name="Required">False when a row may have no value.</param>
public sealed record TelemetryColumn(string Name, TelemetryColumnType Type, bool Required)
{
    /// <summary>
    /// For a promoted column: the attributes it takes its value from, the first that a row has. A value of the first of them leaves the
    /// attribute map and is merged back under that key; one of the others is in both. Empty for all other columns.
    /// </summary>
    public IReadOnlyList<string> AttributeKeys { get; init; } = [];
}

/// <summary>A property of the flat JSON lines dialect.</summary>
/// <param name="Name">The name, in snake_case.</param>
/// <param name="AttributeKey">The attribute that it stands for, or null when it is a field of the row.</param>
public sealed record FlatProperty(string Name, string? AttributeKey);
