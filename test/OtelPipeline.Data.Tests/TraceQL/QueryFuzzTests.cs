using System.Text;
using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>Whatever the text, reading it ends, and throws nothing but <see cref="TraceQLException"/> with a place inside of the text.</summary>
internal sealed class QueryFuzzTests
{
    private static readonly string[] Tokens =
    [
        .. (string[])
            [
                "{",
                "}",
                "(",
                ")",
                ",",
                "|",
                "||",
                "&&",
                "!",
                "=",
                "!=",
                "=~",
                "!~",
                ">",
                ">=",
                "<",
                "<=",
                ">>",
                "<<",
                "~",
                "!>",
                "&>>",
                "+",
                "-",
            ],
        .. (string[])
            [
                "*",
                "/",
                "%",
                "^",
                "nil",
                "true",
                "name",
                "duration",
                "status",
                "error",
                "kind",
                "server",
                ".a",
                "span.b",
                "resource.c",
                "event.d",
            ],
        .. (string[])
            [
                "trace:id",
                "span:",
                "\"x\"",
                "`y`",
                "1",
                "2.5",
                "3s",
                "count()",
                "avg(",
                "by(",
                "select(",
                "coalesce()",
                "rate()",
                "with(",
                "parent",
            ],
        .. (string[])["quantile_over_time(", "topk(", "//", "/*", "\"", "`", "\\", "é", "\ud800", "\0", "\n", "{ .a = 1 }", "{ } | rate()"],
    ];

    [Test]
    public void RandomTokens()
    {
        var random = new Random(1);
        var parsed = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var text = new StringBuilder();
            for (var count = random.Next(1, 14); count > 0; count--)
                text.Append(Tokens[random.Next(Tokens.Length)]).Append(random.Next(3) == 0 ? "" : " ");
            parsed += Parse(text.ToString()) ? 1 : 0;
        }

        Assert.That(parsed, Is.GreaterThan(20));
    }

    [Test]
    public void MutatedQueries()
    {
        var random = new Random(2);
        var queries = (ParserTable.Valid + "\n" + ParserTable.Invalid).Split('\n');
        for (var i = 0; i < 40_000; i++)
        {
            var text = new StringBuilder(queries[random.Next(queries.Length)]);
            for (var edits = random.Next(1, 4); edits > 0 && text.Length > 0; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, Tokens[random.Next(Tokens.Length)]);
                        break;
                    case 2:
                        text[at] = (char)random.Next(1, 0x250);
                        break;
                    default:
                        var other = queries[random.Next(queries.Length)];
                        text.Insert(at, other[..random.Next(other.Length)]);
                        break;
                }
            }

            Parse(text.ToString());
        }
    }

    [TestCase("{", "(", ".a", ")", "}")]
    [TestCase("{", "!", "true", "", "}")]
    [TestCase("{", "-", "1", "", " = 1 }")]
    [TestCase("", "(", "{}", ")", "")]
    [TestCase("", "-", "1", "", "")]
    [TestCase("{ .a = 1", " && .a = 1", "", "", " }")]
    [TestCase("{ 1 = 1", " ^ 1", "", "", " }")]
    [TestCase("{}", " >> {}", "", "", "")]
    [TestCase("{}", " | {}", "", "", "")]
    [TestCase("{} | rate()", " > 1", "", "", "")]
    [TestCase("({} | rate())", " + 1", "", "", "")]
    [TestCase("{ .a =~ \"", "(", "", ")", "\" }")]
    public void DeepNestingIsBounded(string start, string open, string middle, string close, string end)
    {
        foreach (var depth in (int[])[10, 150, 900, 10_000, 60_000])
        {
            var text =
                start + string.Concat(Enumerable.Repeat(open, depth)) + middle + string.Concat(Enumerable.Repeat(close, depth)) + end;
            if (Parse(text) && TraceQLQuery.Parse(text) is { IsMetrics: false } query)
                Assert.That(() => query.SearchAsync(QueryData.Spans().ToAsyncEnumerable()).ToBlockingEnumerable().Count(), Throws.Nothing);
        }
    }

    [Test]
    public void QueriesThatAreReadCanBeRun()
    {
        var random = new Random(3);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder("{ ");
            for (var count = random.Next(1, 9); count > 0; count--)
                text.Append(Tokens[random.Next(15, Tokens.Length - 14)]).Append(' ');
            text.Append('}');
            if (!TraceQLQuery.TryParse(text.ToString(), out var query, out _) || query.IsMetrics)
                continue;
            Assert.That(
                () => query.SearchAsync(QueryData.Spans().ToAsyncEnumerable()).ToBlockingEnumerable().Count(),
                Throws.Nothing,
                query.Text
            );
        }
    }

    private static bool Parse(string text)
    {
        try
        {
            TraceQLQuery.Parse(text);
            return true;
        }
        catch (TraceQLException error)
        {
            Assert.That(error.Position, Is.InRange(0, text.Length));
            return false;
        }
        catch (Exception exception)
        {
            throw new AssertionException($"{text.Length} characters: {(text.Length < 200 ? text : text[..200])}", exception);
        }
    }
}
