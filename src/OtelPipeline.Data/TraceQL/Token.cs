namespace OtelPipeline.Data.TraceQL;

internal enum TokenKind : byte
{
    End,
    Identifier,
    Text,
    Integer,
    Float,
    Duration,

    /// <summary><c>.x</c>, <c>span.x</c>, … with the name behind the dot.</summary>
    Attribute,

    /// <summary><c>span:</c>, <c>trace:</c>, … before the name of an intrinsic.</summary>
    ScopeColon,
    OpenBrace,
    CloseBrace,
    Open,
    Close,
    Comma,
    Pipe,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Caret,
    Equal,
    NotEqual,
    Regex,

    /// <summary><c>!~</c>: does not match, or is no sibling.</summary>
    NotRegex,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    And,
    Or,
    Not,
    Descendant,
    Ancestor,
    Sibling,
    NotChild,
    NotParent,
    NotDescendant,
    NotAncestor,
    UnionChild,
    UnionParent,
    UnionDescendant,
    UnionAncestor,
    UnionSibling,

    /// <summary>A word that the language knows; <see cref="Token.Text"/> says which.</summary>
    Keyword,
}

/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Text">The word, the unquoted text, the name of an attribute, or the scope before a colon.</param>
/// <param name="Integer">The value of an integer or of a duration in nanoseconds.</param>
/// <param name="Float">The value of a number with a fraction.</param>
/// <param name="Scope">The scope of an attribute.</param>
/// <param name="OfParent">Whether an attribute of the parent span is meant.</param>
internal sealed record Token(
    TokenKind Kind,
    int Start,
    int End,
    string Text = "",
    long Integer = 0,
    double Float = 0,
    FieldScope Scope = FieldScope.None,
    bool OfParent = false
)
{
    public bool Is(string keyword) => Kind == TokenKind.Keyword && Text == keyword;
}
