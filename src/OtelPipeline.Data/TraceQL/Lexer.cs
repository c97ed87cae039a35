using System.Collections.Frozen;
using System.Text;

namespace OtelPipeline.Data.TraceQL;

/// <summary>Cuts a query into tokens, as Tempo does: comments of Go are white space, a name of an attribute goes as far as it can.</summary>
internal sealed partial class Lexer(string query)
{
    private static readonly FrozenSet<string> Keywords = FrozenSet.Create(
        StringComparer.Ordinal,
        [
            .. (string[])["true", "false", "nil", "ok", "error", "unset"],
            .. (string[])["unspecified", "internal", "server", "client", "producer", "consumer"],
            .. (string[])
                ["duration", "childCount", "name", "status", "statusMessage", "kind", "rootName", "rootServiceName", "rootService"],
            .. (string[])["traceDuration", "nestedSetLeft", "nestedSetRight", "nestedSetParent", "id", "traceID", "spanID", "parentID"],
            .. (string[])["timeSinceStart", "version", "parent"],
            .. (string[])["count", "avg", "max", "min", "sum", "by", "coalesce", "select"],
            .. (string[])["rate", "count_over_time", "min_over_time", "max_over_time", "avg_over_time", "sum_over_time"],
            .. (string[])["quantile_over_time", "histogram_over_time", "compare", "topk", "bottomk", "with"],
        ]
    );

    private readonly List<Token> _tokens = [];
    private int _position;

    /// <exception cref="TraceQLException">Something is no token.</exception>
    public static List<Token> Read(string query) => new Lexer(query).Read();

    /// <summary>Whether a name of an attribute may hold the character without quotes.</summary>
    public static bool IsAttributeCharacter(char c) =>
        !char.IsWhiteSpace(c) && c is not ('{' or '}' or '(' or ')' or '=' or '~' or '!' or '<' or '>' or '&' or '|' or '^' or ',');

    private char Current => _position < query.Length ? query[_position] : '\0';

    private List<Token> Read()
    {
        if (query.Contains('\0'))
            throw Error(query.IndexOf('\0'), "a query holds no NUL character");
        // the mark that editors put before a text
        if (query.StartsWith('\ufeff'))
            _position++;
        while (true)
        {
            SkipBlanks();
            if (_position == query.Length)
            {
                Add(TokenKind.End, _position);
                return _tokens;
            }

            var start = _position;
            var c = Current;
            if (c == '"')
                Add(new Token(TokenKind.Text, start, 0, ReadQuoted()));
            else if (c == '`')
                Add(new Token(TokenKind.Text, start, 0, ReadRaw()));
            else if (char.IsAsciiDigit(c) || (c == '.' && _position + 1 < query.Length && char.IsAsciiDigit(query[_position + 1])))
                ReadNumber();
            else if (c == '.')
                ReadAttribute(start, FieldScope.None);
            else if (char.IsLetter(c) || c == '_')
                ReadWord();
            else
                ReadSymbol();
        }
    }

    private void Add(TokenKind kind, int start) => Add(new Token(kind, start, 0));

    private void Add(Token token) => _tokens.Add(token with { End = _position });

    private TraceQLException Error(int position, string reason) => new(query, position, reason);

    private void SkipBlanks()
    {
        while (_position < query.Length)
        {
            if (Current is ' ' or '\t' or '\n' or '\r')
                _position++;
            else if (query.AsSpan(_position).StartsWith("//"))
                _position = query.IndexOf('\n', _position) is >= 0 and var end ? end : query.Length;
            else if (query.AsSpan(_position).StartsWith("/*"))
            {
                var end = query.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw Error(_position, "the comment does not end: add */");
                _position = end + 2;
            }
            else
                return;
        }
    }

    private void ReadWord()
    {
        var start = _position;
        while (char.IsLetterOrDigit(Current) || Current == '_')
            _position++;
        var word = query[start.._position];
        if (Current == '.' && ScopeOf(word) is { } scope)
            ReadAttribute(start, scope);
        else if (Current == '.' && word == "parent")
            ReadAttribute(start, FieldScope.None, ofParent: true);
        else if (Current == ':' && (word == "trace" || ScopeOf(word) is not (null or FieldScope.Resource)))
        {
            _position++;
            Add(new Token(TokenKind.ScopeColon, start, 0, word));
        }
        else
            Add(new Token(Keywords.Contains(word) ? TokenKind.Keyword : TokenKind.Identifier, start, 0, word));
    }

    private static FieldScope? ScopeOf(string word) =>
        word switch
        {
            "span" => FieldScope.Span,
            "resource" => FieldScope.Resource,
            "event" => FieldScope.Event,
            "link" => FieldScope.Link,
            "instrumentation" => FieldScope.Instrumentation,
            _ => null,
        };

    /// <summary>From the dot on: the name, of which parts may be quoted.</summary>
    private void ReadAttribute(int start, FieldScope scope, bool ofParent = false)
    {
        _position++;
        if (ofParent)
        {
            foreach (
                var (word, inner) in (ReadOnlySpan<(string, FieldScope)>)[("span.", FieldScope.Span), ("resource.", FieldScope.Resource)]
            )
            {
                if (query.AsSpan(_position).StartsWith(word))
                {
                    _position += word.Length;
                    scope = inner;
                    break;
                }
            }
        }

        var name = new StringBuilder();
        var first = _position;
        while (_position < query.Length && IsAttributeCharacter(Current))
        {
            if (Current == '"')
                ReadQuotedPart(name);
            else
                name.Append(query[_position++]);
        }

        if (_position == first)
            throw Error(_position, $"the name of an attribute is expected after '{query[start.._position]}', as in .http.method");
        Add(new Token(TokenKind.Attribute, start, 0, name.ToString(), Scope: scope, OfParent: ofParent));
    }

    private void ReadQuotedPart(StringBuilder name)
    {
        var start = _position++;
        while (true)
        {
            if (_position == query.Length)
                throw Error(start, "the quoted part of the name does not end: add \"");
            var c = query[_position++];
            if (c == '"')
                return;
            if (c == '\\')
            {
                if (Current is not ('"' or '\\'))
                    throw Error(_position - 1, "in the name of an attribute only \\\" and \\\\ are escapes");
                c = query[_position++];
            }

            name.Append(c);
        }
    }

    private void ReadSymbol()
    {
        var rest = query.AsSpan(_position);
        foreach (var (symbol, kind) in Symbols)
        {
            if (rest.StartsWith(symbol))
            {
                var start = _position;
                _position += symbol.Length;
                Add(kind, start);
                return;
            }
        }

        throw Error(
            _position,
            Current switch
            {
                '\'' => "text stands in \" or `, not in '",
                '&' => "'&' means nothing alone: write && for and",
                '[' or ']' => $"'{Current}' is no part of a query: write a list as (.x = \"a\" || .x = \"b\")",
                _ => $"'{Visible()}' is no part of a query",
            }
        );
    }

    // half a surrogate pair would make the message ill-formed
    private string Visible() => Rune.TryGetRuneAt(query, _position, out var rune) ? rune.ToString() : "\uFFFD";

    // the longest first
    private static readonly (string Symbol, TokenKind Kind)[] Symbols =
    [
        ("!>>", TokenKind.NotDescendant),
        ("!<<", TokenKind.NotAncestor),
        ("&>>", TokenKind.UnionDescendant),
        ("&<<", TokenKind.UnionAncestor),
        ("!=", TokenKind.NotEqual),
        ("!~", TokenKind.NotRegex),
        ("!>", TokenKind.NotChild),
        ("!<", TokenKind.NotParent),
        ("&&", TokenKind.And),
        ("&>", TokenKind.UnionChild),
        ("&<", TokenKind.UnionParent),
        ("&~", TokenKind.UnionSibling),
        ("||", TokenKind.Or),
        ("=~", TokenKind.Regex),
        (">=", TokenKind.GreaterEqual),
        (">>", TokenKind.Descendant),
        ("<=", TokenKind.LessEqual),
        ("<<", TokenKind.Ancestor),
        ("{", TokenKind.OpenBrace),
        ("}", TokenKind.CloseBrace),
        ("(", TokenKind.Open),
        (")", TokenKind.Close),
        (",", TokenKind.Comma),
        ("|", TokenKind.Pipe),
        ("+", TokenKind.Plus),
        ("-", TokenKind.Minus),
        ("*", TokenKind.Star),
        ("/", TokenKind.Slash),
        ("%", TokenKind.Percent),
        ("^", TokenKind.Caret),
        ("=", TokenKind.Equal),
        (">", TokenKind.Greater),
        ("<", TokenKind.Less),
        ("!", TokenKind.Not),
        ("~", TokenKind.Sibling),
    ];
}
