using System.Globalization;
using System.Text;

namespace OtelPipeline.Exporter.Prometheus.Tests;

/// <summary>
/// Reads the messages of io.prometheus.client, independently of what writes them, and shows them in protobuf's text form. Field numbers are
/// those of metrics.proto.
/// </summary>
internal static class ProtoText
{
    private static readonly Dictionary<string, Dictionary<int, (string Name, string Type)>> Schema = new()
    {
        ["MetricFamily"] = new()
        {
            [1] = ("name", "string"),
            [2] = ("help", "string"),
            [3] = ("type", "enum"),
            [4] = ("metric", "Metric"),
            [5] = ("unit", "string"),
        },
        ["Metric"] = new()
        {
            [1] = ("label", "LabelPair"),
            [2] = ("gauge", "Gauge"),
            [3] = ("counter", "Counter"),
            [7] = ("histogram", "Histogram"),
        },
        ["LabelPair"] = new() { [1] = ("name", "string"), [2] = ("value", "string") },
        ["Gauge"] = new() { [1] = ("value", "double") },
        ["Counter"] = new() { [1] = ("value", "double"), [2] = ("exemplar", "Exemplar") },
        ["Exemplar"] = new()
        {
            [1] = ("label", "LabelPair"),
            [2] = ("value", "double"),
            [3] = ("timestamp", "Timestamp"),
        },
        ["Timestamp"] = new() { [1] = ("seconds", "uint"), [2] = ("nanos", "uint") },
        ["Histogram"] = new()
        {
            [1] = ("sample_count", "uint"),
            [2] = ("sample_sum", "double"),
            [3] = ("bucket", "Bucket"),
            [5] = ("schema", "sint"),
            [6] = ("zero_threshold", "double"),
            [7] = ("zero_count", "uint"),
            [12] = ("positive_span", "BucketSpan"),
            [13] = ("positive_delta", "sint"),
            [16] = ("exemplars", "Exemplar"),
        },
        ["Bucket"] = new()
        {
            [1] = ("cumulative_count", "uint"),
            [2] = ("upper_bound", "double"),
            [3] = ("exemplar", "Exemplar"),
        },
        ["BucketSpan"] = new() { [1] = ("offset", "sint"), [2] = ("length", "uint") },
    };

    private static readonly string[] Types = ["COUNTER", "GAUGE", "SUMMARY", "UNTYPED", "HISTOGRAM"];

    /// <summary>A message: its fields in their order, each a number, a text or a message.</summary>
    public sealed record Message(List<(string Name, object Value)> Fields)
    {
        public IEnumerable<T> All<T>(string name) => Fields.Where(field => field.Name == name).Select(field => (T)field.Value);

        public T One<T>(string name) => All<T>(name).Single();
    }

    public static List<Message> Families(ReadOnlySpan<byte> bytes)
    {
        var families = new List<Message>();
        while (!bytes.IsEmpty)
        {
            var length = (int)Varint(ref bytes);
            families.Add(Read(bytes[..length], "MetricFamily"));
            bytes = bytes[length..];
        }

        return families;
    }

    public static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var family in Families(bytes))
        {
            foreach (var (name, value) in family.Fields)
                text.Append(CultureInfo.InvariantCulture, $"{name}: {Show(value)}\n");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Show(object value) =>
        value switch
        {
            Message message => "{ " + string.Concat(message.Fields.Select(field => $"{field.Name}: {Show(field.Value)} ")) + "}",
            string text => "\"" + text.Replace("\n", "\\n", StringComparison.Ordinal) + "\"",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static Message Read(ReadOnlySpan<byte> bytes, string type)
    {
        var fields = new List<(string, object)>();
        while (!bytes.IsEmpty)
        {
            var tag = (int)Varint(ref bytes);
            var (name, fieldType) = Schema[type][tag >> 3];
            switch (tag & 7)
            {
                case 0:
                    var number = Varint(ref bytes);
                    fields.Add(
                        (
                            name,
                            fieldType switch
                            {
                                "enum" => Types[number],
                                "sint" => (long)(number >> 1) ^ -(long)(number & 1),
                                _ => (long)number,
                            }
                        )
                    );
                    break;
                case 1:
                    fields.Add((name, BitConverter.ToDouble(bytes[..8])));
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    var content = bytes[..length];
                    bytes = bytes[length..];
                    fields.Add(
                        (
                            name,
                            fieldType == "string"
                                ? new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content)
                                : Read(content, fieldType)
                        )
                    );
                    break;
                default:
                    throw new FormatException($"wire type {tag & 7} in {type}");
            }
        }

        return new Message(fields);
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
