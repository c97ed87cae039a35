namespace OtelPipeline.Data.TraceQL;

/// <summary>Reads a query by recursive descent; the precedences are those of Tempo's grammar.</summary>
/// <remarks>
/// In Tempo's grammar what stands in parentheses may be a set of spans, a number or time series, which only what follows tells apart. Here
/// all are operands of one kind of expression, and <see cref="Combine"/> says which go together.
/// </remarks>
internal sealed partial class Parser
{
    private const int MaxDepth = 200;

    // chains of operators and pipelines of stages become trees as deep as they are long
    private const int MaxOperators = 1000;
    private const int MaxLength = 100_000;

    private readonly string _query;
    private readonly List<Token> _tokens;
    private int _next;
    private int _depth;
    private int _operators;

    private Parser(string query)
    {
        if (query.Length > MaxLength)
            throw new TraceQLException(query, MaxLength, $"the query is longer than {MaxLength} characters");
        _query = query;
        _tokens = Lexer.Read(query);
    }

    private Token Current => _tokens[_next];

    /// <exception cref="TraceQLException">The text is no query, or one that is not supported.</exception>
    public static SyntaxTree Parse(string query)
    {
        var parser = new Parser(query);
        if (parser.Current.Kind == TokenKind.End)
            throw parser.Error(0, "the query is empty: {} matches all spans");
        var pipeline = parser.ParsePipeline();
        var end = parser.Current;
        if (end.Is("with"))
            throw parser.Error(end.Start, "query hints, with (…), are not supported: leave them out");
        if (end.Kind != TokenKind.End)
            throw parser.Error(end.Start, parser.Unexpected(end, pipeline));
        return pipeline switch
        {
            Piped { Result: MetricsExpression metrics } => new SyntaxTree([], metrics),
            Piped { Result: AggregateExpression aggregate } => throw parser.Error(
                aggregate.Start,
                $"{aggregate.Label} gives a number, not spans: compare it, as in | {aggregate.Label} > 2"
            ),
            Piped { Result: ScalarExpression scalar } => throw parser.Error(
                scalar.Start,
                "a number is no query: compare it, as in | count() > 2"
            ),
            var piped => new SyntaxTree(piped.Stages, null),
        };
    }

    private string Unexpected(Token token, Piped pipeline) =>
        pipeline.Result is MetricsExpression && token.Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Star or TokenKind.Slash
            ? $"{Describe(token)} stands where the query should end: to calculate with time series put each pipeline in parentheses"
            : $"{Describe(token)} stands where the query should end: pipelines go on with |, sets of spans with && or ||";

    /// <summary>Takes an operator and counts it.</summary>
    private Token TakeOperator() =>
        ++_operators <= MaxOperators ? Take() : throw Error(Current.Start, $"the query has more than {MaxOperators} operators");

    private Token Take() => Current.Kind == TokenKind.End ? Current : _tokens[_next++];

    private bool TryTake(TokenKind kind)
    {
        if (Current.Kind != kind)
            return false;
        _next++;
        return true;
    }

    private void Expect(TokenKind kind, string what)
    {
        if (!TryTake(kind))
            throw Error(Current.Start, $"{what} is expected, not {Describe(Current)}");
    }

    private TraceQLException Error(int position, string reason) => new(_query, position, reason);

    private string Describe(Token token) => token.Kind == TokenKind.End ? "the end of the query" : $"'{Short(token.Start, token.End)}'";

    private string Short(int start, int end) => end - start <= 40 ? _query[start..end] : _query[start..(start + 40)] + "…";

    private string Slice(int start) => _query[start.._tokens[_next - 1].End];

    /// <summary>Counts the nesting until it is disposed: a stack that overflows ends the process.</summary>
    private Nesting Nest() =>
        ++_depth <= MaxDepth ? new Nesting(this) : throw Error(Current.Start, $"the query is nested more than {MaxDepth} levels deep");

    private readonly ref struct Nesting(Parser parser)
    {
        public void Dispose() => parser._depth--;
    }
}

/// <summary>A query that has been read but not looked at.</summary>
/// <param name="Stages">The pipeline of a search; empty for metrics.</param>
/// <param name="Metrics">What gives time series, or null.</param>
internal sealed record SyntaxTree(IReadOnlyList<Stage> Stages, MetricsExpression? Metrics);
