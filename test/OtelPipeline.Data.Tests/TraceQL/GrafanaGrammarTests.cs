using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OtelPipeline.Data.TraceQL;
using OtelPipeline.Testing;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>
/// Holds the parser against another one, <c>@grafana/lezer-traceql</c>, with which Grafana's editor reads queries. It is older than Tempo's own
/// grammar and looser; the differences are named here, and in each Tempo's parser decides as ours does.
/// </summary>
internal sealed partial class GrafanaGrammarTests
{
    /// <summary>What Tempo accepts and the other grammar does not know.</summary>
    [GeneratedRegex(
        """
            (_over_time|rate)\s*\(.*\)[\s)]*(=|!=|<|>|[-+*/]) # comparisons of time series and calculations with them
            | [-+*/]\s*\(*\{ # calculations that begin with a number
            | span:childCount | span:\s+name # an intrinsic that came later; blanks after the colon
            | \b(minInt|maxInt)\b
            | \d(h|m)\d | [^\w.]\.\d | \d\.(?!\d) | \de\d # durations of several units, numbers without a digit on one side, exponents
            | \\[uUx0] # escapes of Go in text
            | \( .* \| .* \) \s* (&&|\|\||>>|<<|!>|&>|>) # pipelines in parentheses as sides
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline
    )]
    private static partial Regex NotKnownThere();

    /// <summary>What Tempo refuses as it reads and the other grammar does not: numbers too large, nil alone, stages in the wrong place.</summary>
    private static readonly string[] LooserThere =
    [
        "{ nil > .a }",
        "{ nil }",
        "coalesce() | { true }",
        "count() > 3 && { true }",
        "rate()",
        "select(1 + \"string\")",
        "{} | rate() | { true }",
        "({} | rate()) >> ({} | count_over_time())",
        // there a pipeline in parentheses is a stage, or a side beside a filter
        "({ .a }) && ({ .b } | count() > 1)",
        "{ .a } && ({ .b } | count() > 1)",
        "({ .a } | count() > 1) && { .b }",
        "({ .a } | count() > 1) && ({ .b } || { .c } > ({ .d } | { .e }))",
        "({ .a } | count() > 1) | count() > 2",
        "{ .a } | ({ .b } | count() > 1)",
        "({ .a } | count() > 1) | rate()",
        "(({ .a } | by(name)) | rate())",
        "((({ .a } | by(name)) && (count() > 1)) | rate())",
    ];

    [Test]
    public void WhatWeAcceptIsAQueryThere()
    {
        var queries = Lines(ParserTable.Valid)
            .Concat(
                Lines(string.Join('\n', QueryTable.Fields, QueryTable.Types, QueryTable.Traces))
                    .Where(line => !line.StartsWith('#'))
                    .Select(line => line.Split(" => ")[0])
            )
            .Distinct()
            .ToList();
        var known = queries.Where(query => !NotKnownThere().IsMatch(query)).ToList();
        Assert.That(known, Has.Count.GreaterThan(300));
        Assert.That(known.Zip(Ask(known)).Where(pair => !pair.Second).Select(pair => pair.First), Is.Empty);
    }

    [Test]
    public void WhatIsNoQueryThereIsNoneHere()
    {
        var random = new Random(7);
        var queries = Lines(ParserTable.Invalid).Concat(Mutants(random, 4000)).Where(query => !NotKnownThere().IsMatch(query)).ToList();
        var wrong = queries.Zip(Ask(queries)).Where(pair => !pair.Second).Select(pair => pair.First).ToList();
        Assert.That(wrong, Has.Count.GreaterThan(1000));
        Assert.That(wrong.Where(query => TraceQLQuery.TryParse(query, out _, out _)), Is.Empty);
    }

    [Test]
    public void WhatIsLooserThereIsWhatIsNamed()
    {
        var refused = Lines(ParserTable.Invalid).ToList();
        // which types go together is no question of grammar; of topk() we say that it is not supported
        var looser = refused.Zip(Ask(refused)).Where(pair => pair.Second).Select(pair => pair.First).Where(IsNoQuestionOfTypes);
        Assert.That(looser, Is.EquivalentTo(LooserThere));
    }

    private static bool IsNoQuestionOfTypes(string query)
    {
        var error = Assert.Throws<TraceQLException>(() => TraceQLQuery.Parse(query))!;
        return !Regex.IsMatch(
            error.Message,
            "cannot be put together|does not go with|needs numbers|is no condition|must name a field|regular expression|cannot be nil"
                + "|cannot be negated|by zero|ids can only|no quantile|not supported|one side must be count"
        );
    }

    /// <summary>Queries of the table with a token taken out, doubled or exchanged.</summary>
    private static IEnumerable<string> Mutants(Random random, int count)
    {
        var queries = Lines(QueryTable.Fields + "\n" + QueryTable.Traces)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(" => ")[0])
            .ToList();
        for (var i = 0; i < count; i++)
        {
            var tokens = queries[random.Next(queries.Count)].Trim().Split(' ').ToList();
            var place = random.Next(tokens.Count);
            switch (random.Next(3))
            {
                case 0:
                    tokens.RemoveAt(place);
                    break;
                case 1:
                    tokens.Insert(place, tokens[random.Next(tokens.Count)]);
                    break;
                default:
                    var other = random.Next(tokens.Count);
                    (tokens[place], tokens[other]) = (tokens[other], tokens[place]);
                    break;
            }

            yield return string.Join(' ', tokens);
        }
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim());

    private static List<bool> Ask(List<string> queries)
    {
        var folder = Path.Combine(RepositoryPaths.Root, "test", "interop-npm");
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            Assert.Fail("The packages of test/interop-npm are missing: run npm ci --prefix test/interop-npm");
        using var node = Process.Start(
            new ProcessStartInfo("node", "grammar.mjs")
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
            }
        )!;
        foreach (var query in queries)
            node.StandardInput.WriteLine(JsonSerializer.Serialize(query));
        node.StandardInput.Close();
        var answers = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        node.WaitForExit();
        Assert.That(answers, Has.Length.EqualTo(queries.Count), "node grammar.mjs failed");
        return [.. answers.Select(answer => answer == "yes")];
    }
}
