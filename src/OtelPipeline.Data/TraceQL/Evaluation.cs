using System.Globalization;

namespace OtelPipeline.Data.TraceQL;

/// <summary>The operators on values, with the type rules of Tempo.</summary>
internal static class Evaluation
{
    private static readonly FieldValue True = FieldValue.Of(true);
    private static readonly FieldValue False = FieldValue.Of(false);

    /// <summary>Both sides of an operator other than a match of a regular expression.</summary>
    /// <returns>False when the types do not go together; <see cref="FieldType.Error"/> for a division by zero.</returns>
    public static FieldValue Binary(Operator op, in FieldValue left, in FieldValue right)
    {
        if (left.Type == FieldType.Error || right.Type == FieldType.Error)
            return FieldValue.Error;
        if (!FieldTypes.Matches(left.Type, right.Type) || !op.Allows(left.Type) || !op.Allows(right.Type))
            return False;
        switch (left.Type, right.Type)
        {
            case (FieldType.String, FieldType.String) when op.IsComparison():
                return FieldValue.Of(Texts.Compare(left, right).Satisfies(op));
            case (FieldType.Int, FieldType.Int):
                return Integers(op, left.Bits, right.Bits);
            case (FieldType.Boolean, FieldType.Boolean) when op == Operator.And:
                return FieldValue.Of(left.IsTrue && right.IsTrue);
            case (FieldType.Boolean, FieldType.Boolean) when op == Operator.Or:
                return FieldValue.Of(left.IsTrue || right.IsTrue);
        }

        if (FieldTypes.MatchesElement(left.Type, right.Type))
            return op.IsBoolean() ? WithArray(op, left, right) : FieldValue.Error;
        return op switch
        {
            Operator.Add => FieldValue.Of(left.Double + right.Double),
            Operator.Subtract => FieldValue.Of(left.Double - right.Double),
            Operator.Multiply => FieldValue.Of(left.Double * right.Double),
            Operator.Divide => FieldValue.Of(left.Double / right.Double),
            Operator.Modulo => FieldValue.Of(left.Double % right.Double),
            Operator.Power => FieldValue.Of(Math.Pow(left.Double, right.Double)),
            Operator.Greater => FieldValue.Of(left.Double > right.Double),
            Operator.GreaterEqual => FieldValue.Of(left.Double >= right.Double),
            Operator.Less => FieldValue.Of(left.Double < right.Double),
            Operator.LessEqual => FieldValue.Of(left.Double <= right.Double),
            Operator.Equal => FieldValue.Of(AreEqual(left, right)),
            Operator.NotEqual => FieldValue.Of(!left.IsNil && !right.IsNil && !AreEqual(left, right)),
            _ => FieldValue.Error,
        };
    }

    public static FieldValue Unary(Operator op, in FieldValue operand) =>
        op switch
        {
            Operator.Not => operand.Type == FieldType.Boolean ? FieldValue.Of(!operand.IsTrue) : FieldValue.Error,
            Operator.Negate => Negate(operand),
            Operator.Exists => operand.Type == FieldType.Error ? operand : FieldValue.Of(!operand.IsNil),
            _ => operand.Type == FieldType.Error ? operand : FieldValue.Of(operand.IsNil),
        };

    public static FieldValue Negate(in FieldValue operand) =>
        operand.Type switch
        {
            FieldType.Int => FieldValue.Of(unchecked(-operand.Bits)),
            FieldType.Float => FieldValue.Of(-operand.Double),
            FieldType.Duration => FieldValue.Duration(unchecked(-operand.Bits)),
            _ => FieldValue.Error,
        };

    /// <summary>Whether an order satisfies a comparison.</summary>
    public static bool Satisfies(this int order, Operator op) =>
        op switch
        {
            Operator.Equal => order == 0,
            Operator.NotEqual => order != 0,
            Operator.Greater => order > 0,
            Operator.GreaterEqual => order >= 0,
            Operator.Less => order < 0,
            _ => order <= 0,
        };

    /// <summary>Equality of Tempo: nil equals nothing, an integer equals a number of the same value.</summary>
    public static bool AreEqual(in FieldValue left, in FieldValue right)
    {
        if (left.IsNil || right.IsNil)
            return false;
        if (left.Type.IsNumeric() && right.Type.IsNumeric())
            return left.Type == FieldType.Float || right.Type == FieldType.Float ? left.Double == right.Double : left.Bits == right.Bits;
        if (left.Type != right.Type)
            return false;
        if (left.Type == FieldType.String)
            return Texts.Compare(left, right) == 0;
        if (!left.Type.IsArray())
            return left.Bits == right.Bits;
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (!AreEqual(left.ElementAt(i), right.ElementAt(i)))
                return false;
        }

        return true;
    }

    private static FieldValue Integers(Operator op, long left, long right) =>
        op switch
        {
            Operator.Add => FieldValue.Of(unchecked(left + right)),
            Operator.Subtract => FieldValue.Of(unchecked(left - right)),
            Operator.Multiply => FieldValue.Of(unchecked(left * right)),
            Operator.Divide or Operator.Modulo when right == 0 => FieldValue.Error,
            // the one quotient that does not fit
            Operator.Divide => FieldValue.Of(right == -1 ? unchecked(-left) : left / right),
            Operator.Modulo => FieldValue.Of(right == -1 ? 0 : left % right),
            // by way of doubles with the operands as Tempo has them: 2 ^ 3 is 9
            Operator.Power => FieldValue.Of(unchecked((long)Math.Pow(right, left))),
            _ => FieldValue.Of(left.CompareTo(right).Satisfies(op)),
        };

    /// <summary>One element is enough, except for <c>!=</c> and <c>!~</c>, which all elements must satisfy.</summary>
    private static FieldValue WithArray(Operator op, in FieldValue left, in FieldValue right)
    {
        if (left.Type.IsArray() && right.Type.IsArray())
            return FieldValue.Error;
        var (array, scalar, elementOp) = left.Type.IsArray() ? (left, right, op.Flipped()) : (right, left, op);
        var all = op is Operator.NotEqual;
        for (var i = 0; i < array.Length; i++)
        {
            if (Binary(elementOp, scalar, array.ElementAt(i)).IsTrue != all)
                return all ? False : True;
        }

        return all ? True : False;
    }

    /// <summary>As people and results write it.</summary>
    public static string Display(in FieldValue value) =>
        value.Type switch
        {
            FieldType.Nil => "nil",
            FieldType.Duration => Durations.Format(value.Bits),
            FieldType.Float => value.Double.ToString("R", CultureInfo.InvariantCulture),
            _ => value.ToAttribute().ToString(),
        };
}
