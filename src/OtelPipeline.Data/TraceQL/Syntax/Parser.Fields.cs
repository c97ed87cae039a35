namespace OtelPipeline.Data.TraceQL;

/// <content>What stands between braces.</content>
internal sealed partial class Parser
{
    // as in Tempo's grammar: && and || bind alike, so do all comparisons; ! binds tighter than + and looser than *
    private const int AndOr = 1;
    private const int Comparison = 2;
    private const int Additive = 3;
    private const int Unary = 4;
    private const int Multiplicative = 5;
    private const int Power = 6;

    private FieldExpression ParseField(int precedence = AndOr)
    {
        using var _ = Nest();
        var left = ParseOperand();
        while (BinaryOperator(Current.Kind) is var (op, level) && level >= precedence)
        {
            var token = TakeOperator();
            if (op is Operator.Equal or Operator.NotEqual && Current.Is("nil"))
            {
                Take();
                left = NilTest(left.Start, op, left);
                continue;
            }

            // ^ groups to the right, all others to the left
            var right = ParseField(level == Power ? level : level + 1);
            left = Binary(op, token.Start, left, right);
        }

        return left;
    }

    private static UnaryExpression NilTest(int start, Operator op, FieldExpression operand) =>
        new(start, op == Operator.Equal ? Operator.NotExists : Operator.Exists, operand);

    private static BinaryExpression Binary(Operator op, int operatorStart, FieldExpression left, FieldExpression right) =>
        new(left.Start, op, operatorStart, TraceIdOperand(left, right), TraceIdOperand(right, left));

    // leading zeros of a trace id do not count
    private static FieldExpression TraceIdOperand(FieldExpression side, FieldExpression other) =>
        side is LiteralExpression { Value.Type: FieldType.String } literal
        && other is ReferenceExpression { Field.Intrinsic: Intrinsic.TraceId }
            ? literal with
            {
                Value = FieldValue.Of(literal.Value.Text.TrimStart('0')),
            }
            : side;

    private static (Operator Operator, int Precedence)? BinaryOperator(TokenKind kind) =>
        kind switch
        {
            TokenKind.And => (Operator.And, AndOr),
            TokenKind.Or => (Operator.Or, AndOr),
            TokenKind.Equal => (Operator.Equal, Comparison),
            TokenKind.NotEqual => (Operator.NotEqual, Comparison),
            TokenKind.Regex => (Operator.Regex, Comparison),
            TokenKind.NotRegex => (Operator.NotRegex, Comparison),
            TokenKind.Greater => (Operator.Greater, Comparison),
            TokenKind.GreaterEqual => (Operator.GreaterEqual, Comparison),
            TokenKind.Less => (Operator.Less, Comparison),
            TokenKind.LessEqual => (Operator.LessEqual, Comparison),
            TokenKind.Plus => (Operator.Add, Additive),
            TokenKind.Minus => (Operator.Subtract, Additive),
            TokenKind.Star => (Operator.Multiply, Multiplicative),
            TokenKind.Slash => (Operator.Divide, Multiplicative),
            TokenKind.Percent => (Operator.Modulo, Multiplicative),
            TokenKind.Caret => (Operator.Power, Power),
            _ => null,
        };

    private FieldExpression ParseOperand()
    {
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Open:
                Take();
                var inner = ParseField();
                Expect(TokenKind.Close, "')'");
                return inner;
            case TokenKind.Not:
                TakeOperator();
                return new UnaryExpression(token.Start, Operator.Not, ParseField(Multiplicative));
            case TokenKind.Minus:
                Take();
                // looser than *, tighter than a second + or -
                return new UnaryExpression(token.Start, Operator.Negate, ParseField(Unary));
            case TokenKind.Keyword when token.Text == "nil":
                return ParseNilFirst();
        }

        if (TryParseLiteral() is { } literal)
            return new LiteralExpression(token.Start, literal);
        if (TryParseReference() is { } field)
            return new ReferenceExpression(token.Start, field);
        if (token.Kind == TokenKind.Identifier)
            throw Error(
                token.Start,
                $"'{token.Text}' is no field: an attribute is written .{token.Text}, span.{token.Text} or resource.{token.Text}"
            );
        throw Error(token.Start, $"{Describe(token)} stands where a field or a value is expected");
    }

    private FieldExpression ParseNilFirst()
    {
        var nil = Take();
        var op = Take();
        if (op.Kind is not (TokenKind.Equal or TokenKind.NotEqual))
            throw Error(op.Start, "nil can only be compared with = and !=, as in .x != nil");
        var comparison = op.Kind == TokenKind.Equal ? Operator.Equal : Operator.NotEqual;
        if (!Current.Is("nil"))
            return NilTest(nil.Start, comparison, ParseField(Additive));
        Take();
        return new LiteralExpression(nil.Start, FieldValue.Of(false));
    }

    private FieldValue? TryParseLiteral()
    {
        var token = Current;
        FieldValue? value = token.Kind switch
        {
            TokenKind.Text => FieldValue.Of(token.Text),
            TokenKind.Integer => FieldValue.Of(token.Integer),
            TokenKind.Float => FieldValue.Of(token.Float),
            TokenKind.Duration => FieldValue.Duration(token.Integer),
            TokenKind.Identifier => token.Text switch
            {
                "minInt" => FieldValue.Of(long.MinValue),
                "maxInt" => FieldValue.Of(long.MaxValue),
                _ => null,
            },
            TokenKind.Keyword => token.Text switch
            {
                "true" => FieldValue.Of(true),
                "false" => FieldValue.Of(false),
                "ok" => FieldValue.Of(SpanStatusCode.Ok),
                "error" => FieldValue.Of(SpanStatusCode.Error),
                "unset" => FieldValue.Of(SpanStatusCode.Unset),
                "unspecified" => FieldValue.Of(SpanKind.Unspecified),
                "internal" => FieldValue.Of(SpanKind.Internal),
                "server" => FieldValue.Of(SpanKind.Server),
                "client" => FieldValue.Of(SpanKind.Client),
                "producer" => FieldValue.Of(SpanKind.Producer),
                "consumer" => FieldValue.Of(SpanKind.Consumer),
                _ => null,
            },
            _ => null,
        };
        if (value is not null)
            Take();
        return value;
    }

    private FieldReference? TryParseReference()
    {
        var token = Current;
        if (token.Kind == TokenKind.Attribute)
        {
            Take();
            return token.OfParent
                ? throw Error(token.Start, "fields of the parent are not supported, nor are they by Tempo: use { … } > { … }")
                : new FieldReference(token.Scope, Intrinsic.None, token.Text);
        }

        if (token.Kind == TokenKind.ScopeColon)
        {
            Take();
            var name = Take();
            return ScopedIntrinsic(token.Text, name.Text) is { } scoped && name.Kind == TokenKind.Keyword
                ? FieldReference.Of(scoped)
                : throw Error(name.Start, $"{Describe(name)} is no intrinsic of {token.Text}: there {ScopedIntrinsics(token.Text)}");
        }

        if (token.Kind != TokenKind.Keyword)
            return null;
        var intrinsic = token.Text switch
        {
            "duration" => Intrinsic.Duration,
            "name" => Intrinsic.Name,
            "status" => Intrinsic.Status,
            "statusMessage" => Intrinsic.StatusMessage,
            "kind" => Intrinsic.Kind,
            "rootName" => Intrinsic.RootName,
            "rootServiceName" => Intrinsic.RootService,
            "traceDuration" => Intrinsic.TraceDuration,
            "parent" => throw Error(token.Start, "parent is not supported, nor is it by Tempo: use span:parentID or { … } > { … }"),
            "nestedSetLeft" or "nestedSetRight" or "nestedSetParent" => throw Error(
                token.Start,
                $"{token.Text} is not supported: relations are written {{ … }} >> {{ … }}, and {{ }} !> {{ }} finds spans without a parent"
            ),
            _ => Intrinsic.None,
        };
        if (intrinsic == Intrinsic.None)
            return null;
        Take();
        return FieldReference.Of(intrinsic);
    }

    private static Intrinsic? ScopedIntrinsic(string scope, string name) =>
        (scope, name) switch
        {
            ("trace", "duration") => Intrinsic.TraceDuration,
            ("trace", "rootName") => Intrinsic.RootName,
            ("trace", "rootService") => Intrinsic.RootService,
            ("trace", "id") => Intrinsic.TraceId,
            ("span", "duration") => Intrinsic.Duration,
            ("span", "name") => Intrinsic.Name,
            ("span", "kind") => Intrinsic.Kind,
            ("span", "status") => Intrinsic.Status,
            ("span", "statusMessage") => Intrinsic.StatusMessage,
            ("span", "id") => Intrinsic.SpanId,
            ("span", "parentID") => Intrinsic.ParentId,
            ("span", "childCount") => Intrinsic.ChildCount,
            ("event", "name") => Intrinsic.EventName,
            ("event", "timeSinceStart") => Intrinsic.EventTimeSinceStart,
            ("link", "traceID") => Intrinsic.LinkTraceId,
            ("link", "spanID") => Intrinsic.LinkSpanId,
            ("instrumentation", "name") => Intrinsic.InstrumentationName,
            ("instrumentation", "version") => Intrinsic.InstrumentationVersion,
            _ => null,
        };

    private static string ScopedIntrinsics(string scope) =>
        scope switch
        {
            "trace" => "are duration, rootName, rootService and id",
            "span" => "are duration, name, kind, status, statusMessage, id, parentID and childCount",
            "event" => "are name and timeSinceStart",
            "link" => "are traceID and spanID",
            _ => "are name and version",
        };
}
