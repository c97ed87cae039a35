using System.Globalization;
using System.Text.RegularExpressions;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>
/// Random queries beside what they mean, written with nothing of the library: a filter is a lambda, a relation is a walk along the parents.
/// Comparisons are of fields with values of their own type, where the storage of Tempo changes nothing.
/// </summary>
internal sealed class NaiveQuery(int seed)
{
    private static readonly string[] Words = ["a", "ab", "b", "ü", "\ud83d\ude00", "\ufffd", ""];
    private static readonly string[] Keys = ["k", "http.method", "two words"];

    private readonly Random _random = new(seed);

    // integers, numbers or existence: together in one query each would show the others' values
    private readonly int _flavor = (seed & int.MaxValue) % 3;

    /// <summary>A filter as text and as a test.</summary>
    public (string Text, Func<SpanRow, bool> Test) Filter()
    {
        var (text, test) = Expression(3);
        return ($"{{ {text} }}", test);
    }

    /// <summary>A relation between two filters, as text and as what it finds.</summary>
    public (string Text, Func<List<SpanRow>, IEnumerable<SpanRow>> Find) Relation()
    {
        var (left, leftTest) = Filter();
        var (right, rightTest) = Filter();
        var (op, holds) = Pick<(string, Func<List<SpanRow>, SpanRow, SpanRow, bool>)>(
            (">", (all, a, b) => Parent(all, b) == a),
            ("<", (all, a, b) => Parent(all, a) == b),
            (">>", (all, a, b) => Ancestors(all, b).Contains(a)),
            ("<<", (all, a, b) => Ancestors(all, a).Contains(b)),
            ("~", (all, a, b) => a != b && Parent(all, a) is { } parent && parent == Parent(all, b))
        );
        return _random.Next(3) switch
        {
            0 => (
                $"{left} {op} {right}",
                all => Known(all).Where(rightTest).Where(b => Known(all).Where(leftTest).Any(a => holds(all, a, b)))
            ),
            1 => (
                $"{left} !{(op == "~" ? "~" : op)} {right}",
                all => all.Where(rightTest).Where(b => !Known(all).Contains(b) || !Known(all).Where(leftTest).Any(a => holds(all, a, b)))
            ),
            _ => (
                $"{left} &{op} {right}",
                all =>
                    Known(all)
                        .Where(span =>
                            rightTest(span) && Known(all).Where(leftTest).Any(a => holds(all, a, span))
                            || leftTest(span) && Known(all).Where(rightTest).Any(b => holds(all, span, b))
                        )
            ),
        };
    }

    /// <summary>Spans of one trace with one root and here and there a parent that is missing.</summary>
    public List<SpanRow> Trace()
    {
        var spans = new List<SpanRow>();
        for (var i = 1; i <= _random.Next(1, 12); i++)
        {
            var span = new SpanRow
            {
                TraceId = new TraceId(0, 1),
                SpanId = new SpanId((ulong)i),
                ParentSpanId =
                    i == 1 ? default
                    : _random.Next(8) == 0 ? new SpanId(999)
                    : new SpanId((ulong)_random.Next(1, i)),
                Name = Pick(Words),
                Kind = (SpanKind)_random.Next(6),
                StatusCode = (SpanStatusCode)_random.Next(3),
                StartTimeUnixNano = 1,
                DurationNano = _random.Next(5) * 1_000_000,
                Resource = new ResourceInfo { Attributes = { { "service.name", "s" } } },
            };
            foreach (var key in Keys)
            {
                if (Value() is { } value)
                    span.Attributes.Add(key, value);
                if (Value() is { } ofResource)
                    span.Resource.Attributes.Add(key, ofResource);
            }

            spans.Add(span);
        }

        // read in any order
        return [.. spans.OrderBy(_ => _random.Next())];
    }

    private AttributeValue? Value() =>
        _random.Next(6) switch
        {
            0 => Pick(Words),
            1 => (long)_random.Next(4),
            2 => _random.Next(4) / 2.0,
            3 => _random.Next(2) == 0,
            _ => null,
        };

    private (string Text, Func<SpanRow, bool> Test) Expression(int depth)
    {
        if (depth == 0 || _random.Next(3) == 0)
            return Leaf();
        var (left, leftTest) = Expression(depth - 1);
        var (right, rightTest) = Expression(depth - 1);
        return _random.Next(2) == 0
            ? ($"({left} && {right})", span => leftTest(span) && rightTest(span))
            : ($"({left} || {right})", span => leftTest(span) || rightTest(span));
    }

    private (string Text, Func<SpanRow, bool> Test) Leaf()
    {
        switch (_random.Next(8))
        {
            case 0:
                return Compare(Pick("name", "span:name"), span => span.Name, Quote, Pick(Words));
            case 1:
                return Compare("duration", span => span.DurationNano, value => $"{value / 1_000_000}ms", _random.Next(5) * 1_000_000L);
            case 2:
                var kind = (SpanKind)_random.Next(6);
                return Equality("kind", span => span.Kind == kind, kind.ToString().ToLowerInvariant());
            case 3:
                var status = (SpanStatusCode)_random.Next(3);
                return Equality("status", span => span.StatusCode == status, status.ToString().ToLowerInvariant());
            case 4:
                var pattern = Pick("a.*", "[ab]+", ".", "x|b|", "(?i)A");
                return (
                    $"name =~ `{pattern}`",
                    // one character is one code point
                    span =>
                        Regex.IsMatch(
                            span.Name,
                            $"^(?:{(pattern == "." ? "(?:[\ud800-\udbff][\udc00-\udfff]|.)" : pattern)})$",
                            RegexOptions.Singleline
                        )
                );
            default:
                return OfAttribute();
        }
    }

    private (string Text, Func<SpanRow, bool> Test) OfAttribute()
    {
        var key = Pick(Keys);
        var quoted = key.Contains(' ', StringComparison.Ordinal) ? $"\"{key}\"" : key;
        var (text, read) = Pick<(string, Func<SpanRow, AttributeValue>)>(
            ($".{quoted}", span => span.Attributes.TryGet(key, out var own) ? own : span.Resource.Attributes[key]),
            ($"span.{quoted}", span => span.Attributes[key]),
            ($"resource.{quoted}", span => span.Resource.Attributes[key])
        );
        switch (_random.Next(3) == 0 ? _flavor + 1 : _random.Next(2) * 4)
        {
            case 0:
                return Compare(
                    text,
                    span => read(span) is { Kind: AttributeKind.String } value ? value.AsString() : null,
                    Quote,
                    Pick(Words)
                );
            case 1:
                return Compare(
                    text,
                    span => read(span) is { Kind: AttributeKind.Int64 } value ? value.AsInt64() : (long?)null,
                    value => value.ToString()!,
                    _random.Next(4)
                );
            case 2:
                return Compare(
                    text,
                    span => read(span) is { Kind: AttributeKind.Double } value ? value.AsDouble() : (double?)null,
                    value => value!.Value.ToString("0.0", CultureInfo.InvariantCulture),
                    _random.Next(4) / 2.0
                );
            case 3:
                return ($"{text} != nil", span => read(span).Kind != AttributeKind.Empty);
            default:
                var wanted = _random.Next(2) == 0;
                return (
                    $"{text} = {(wanted ? "true" : "false")}",
                    span => read(span) is { Kind: AttributeKind.Boolean } value && value.AsBoolean() == wanted
                );
        }
    }

    private (string Text, Func<SpanRow, bool> Test) Equality(string field, Func<SpanRow, bool> equal, string word) =>
        _random.Next(2) == 0 ? ($"{field} = {word}", equal) : ($"{field} != {word}", span => !equal(span));

    private (string Text, Func<SpanRow, bool> Test) Compare<T>(string field, Func<SpanRow, T?> read, Func<T, string> write, T literal)
    {
        var (op, holds) = Pick<(string, Func<int, bool>)>(
            ("=", order => order == 0),
            ("!=", order => order != 0),
            (">", order => order > 0),
            (">=", order => order >= 0),
            ("<", order => order < 0),
            ("<=", order => order <= 0)
        );
        return ($"{field} {op} {write(literal)}", span => read(span) is { } value && holds(Order(value, literal!)));
    }

    private static int Order(object left, object right) =>
        left is string text
            ? text.EnumerateRunes()
                .Select(rune => rune.Value)
                .ToArray()
                .AsSpan()
                .SequenceCompareTo(((string)right).EnumerateRunes().Select(rune => rune.Value).ToArray())
            : Convert.ToDouble(left, CultureInfo.InvariantCulture).CompareTo(Convert.ToDouble(right, CultureInfo.InvariantCulture));

    private static string Quote(string text) => $"\"{text}\"";

    private static SpanRow? Parent(List<SpanRow> all, SpanRow span) => all.Find(candidate => candidate.SpanId == span.ParentSpanId);

    private static IEnumerable<SpanRow> Ancestors(List<SpanRow> all, SpanRow span)
    {
        for (var parent = Parent(all, span); parent is not null; parent = Parent(all, parent))
            yield return parent;
    }

    /// <summary>The spans that hang on the root.</summary>
    private static List<SpanRow> Known(List<SpanRow> all) =>
        all.FindAll(span => span.ParentSpanId.IsEmpty || Ancestors(all, span).Any(ancestor => ancestor.ParentSpanId.IsEmpty));

    private T Pick<T>(params T[] from) => from[_random.Next(from.Length)];
}
