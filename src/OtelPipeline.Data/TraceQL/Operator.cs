namespace OtelPipeline.Data.TraceQL;

internal enum Operator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Regex,
    NotRegex,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    And,
    Or,
    Not,
    Negate,
    Exists,
    NotExists,
}

/// <summary>How two sets of spans of a trace are put together.</summary>
internal enum SpansetOperator : byte
{
    And,
    Union,
    Child,
    Parent,
    Descendant,
    Ancestor,
    Sibling,
    NotChild,
    NotParent,
    NotDescendant,
    NotAncestor,
    NotSibling,
    UnionChild,
    UnionParent,
    UnionDescendant,
    UnionAncestor,
    UnionSibling,
}

internal static class Operators
{
    public static bool IsBoolean(this Operator op) => op is >= Operator.Equal and <= Operator.Or or Operator.Exists or Operator.NotExists;

    public static bool IsComparison(this Operator op) => op is >= Operator.Equal and <= Operator.LessEqual;

    public static bool IsEquality(this Operator op) => op is Operator.Equal or Operator.NotEqual;

    /// <summary>The operator for the operands the other way round.</summary>
    public static Operator Flipped(this Operator op) =>
        op switch
        {
            Operator.Greater => Operator.Less,
            Operator.GreaterEqual => Operator.LessEqual,
            Operator.Less => Operator.Greater,
            Operator.LessEqual => Operator.GreaterEqual,
            _ => op,
        };

    public static string Symbol(this Operator op) =>
        op switch
        {
            Operator.Add => "+",
            Operator.Subtract or Operator.Negate => "-",
            Operator.Multiply => "*",
            Operator.Divide => "/",
            Operator.Modulo => "%",
            Operator.Power => "^",
            Operator.Equal => "=",
            Operator.NotEqual => "!=",
            Operator.Regex => "=~",
            Operator.NotRegex => "!~",
            Operator.Greater => ">",
            Operator.GreaterEqual => ">=",
            Operator.Less => "<",
            Operator.LessEqual => "<=",
            Operator.And => "&&",
            Operator.Or => "||",
            Operator.Not => "!",
            Operator.Exists => "!= nil",
            _ => "= nil",
        };
}
