using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <summary>A comparison with a value that the query names.</summary>
internal abstract class ValueTest(Operator op, FieldValue literal)
{
    public Operator Operator => op;

    public FieldValue Literal => literal;

    public static ValueTest Create(Operator op, FieldValue literal) =>
        literal.Type switch
        {
            FieldType.String when op is Operator.Regex or Operator.NotRegex => new PatternTest(op, literal),
            FieldType.String when op.IsEquality() => new TextEqualityTest(op, literal),
            FieldType.Int or FieldType.Duration or FieldType.Boolean or FieldType.Status or FieldType.Kind when op.IsComparison() =>
                new BitsTest(op, literal),
            _ => new AnyTest(op, literal),
        };

    public bool Test(in FieldValue value) => value.Type == literal.Type ? TestSame(value) : TestOther(value);

    /// <summary>The comparison with a value of the same type.</summary>
    protected abstract bool TestSame(in FieldValue value);

    /// <summary>The comparison with a value of another type, such as an array.</summary>
    protected virtual bool TestOther(in FieldValue value) => !value.IsNil && Evaluation.Binary(op, value, literal).IsTrue;

    private sealed class TextEqualityTest(Operator op, FieldValue literal) : ValueTest(op, literal)
    {
        private readonly string _text = literal.Text;
        private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(literal.Text);
        private readonly bool _equal = op == Operator.Equal;

        protected override bool TestSame(in FieldValue value)
        {
            if (value.StringOrNull is { } text)
                return string.Equals(text, _text, StringComparison.Ordinal) == _equal;
            value.TryGetUtf8(out var utf8);
            return utf8.SequenceEqual(_utf8) == _equal;
        }
    }

    private sealed class BitsTest(Operator op, FieldValue literal) : ValueTest(op, literal)
    {
        private readonly long _bits = literal.Bits;

        protected override bool TestSame(in FieldValue value) =>
            Operator switch
            {
                Operator.Equal => value.Bits == _bits,
                Operator.NotEqual => value.Bits != _bits,
                Operator.Greater => value.Bits > _bits,
                Operator.GreaterEqual => value.Bits >= _bits,
                Operator.Less => value.Bits < _bits,
                _ => value.Bits <= _bits,
            };
    }

    private sealed class AnyTest(Operator op, FieldValue literal) : ValueTest(op, literal)
    {
        protected override bool TestSame(in FieldValue value) => Evaluation.Binary(Operator, value, Literal).IsTrue;
    }

    private sealed class PatternTest : ValueTest
    {
        private readonly TextPattern _pattern;
        private readonly bool _match;

        public PatternTest(Operator op, FieldValue literal)
            : base(op, literal)
        {
            _match = op == Operator.Regex;
            if (!TextPattern.TryParse(literal.Text, out var pattern, out var why))
                throw new InvalidOperationException($"The checked expression '{literal.Text}' is not valid: {why}");
            _pattern = pattern;
        }

        protected override bool TestSame(in FieldValue value) => _pattern.IsMatch(value) == _match;

        // one element that matches is enough; for !~ none may
        protected override bool TestOther(in FieldValue value)
        {
            if (value.Type != FieldType.StringArray)
                return false;
            for (var i = 0; i < value.Length; i++)
            {
                if (_pattern.IsMatch(value.ElementAt(i)))
                    return _match;
            }

            return !_match;
        }
    }
}
