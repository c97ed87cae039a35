using System.Diagnostics.CodeAnalysis;

namespace OtelPipeline.Data;

/// <summary>
/// The type of an <see cref="AttributeValue"/>: the cases of OpenTelemetry's
/// <see href="https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto">AnyValue</see>.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The cases have the names of OTLP.")]
public enum AttributeKind
{
    /// <summary>No value: an AnyValue in which no case is set.</summary>
    Empty,

    /// <summary>Text.</summary>
    String,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed 64-bit integer.</summary>
    Int64,

    /// <summary>A 64-bit floating-point number, NaN and the infinities included.</summary>
    Double,

    /// <summary>Bytes without a meaning known here.</summary>
    Bytes,

    /// <summary>Values of any kind, in order.</summary>
    Array,

    /// <summary>Keys with values of any kind, in order.</summary>
    KeyValues,
}
