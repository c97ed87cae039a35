using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OtelPipeline.Data.Tests;

/// <summary>The texts of rows that a callback receives: decoded when asked for, and only as long as the row is there.</summary>
internal sealed class RowTextTests
{
    private static readonly string[] Texts =
    [
        "",
        "a",
        "plain",
        new('x', 64),
        new('x', 65),
        new('x', 65_535),
        new('x', 65_536),
        "Grüße, 世界, 🙂",
        "\"quoted\"\tand\\escaped\n",
    ];

    private static readonly string[] Templates =
    [
        """{"timestamp":"2026-11-20T10:00:00Z","event_type":"e","message":#,"node":#,"attributes":{"k":#,"list":[#,{"in":#}]},"own":#}""",
        """{"timestamp":"2026-11-20T10:00:00Z","event_type":"span","name":"n","attributes":{"k":#},"own":#}""",
        """{"metric_name":"m","metric_type":"GAUGE","value_int":1,"attributes":{"k":#}}""",
        """{"resourceLogs":[{"resource":{"attributes":[{"key":"r","value":{"stringValue":#}}]},"scopeLogs":[{"logRecords":[{"body":{"stringValue":#},"attributes":[{"key":"k","value":{"stringValue":#}},{ "value":{"stringValue":#},"key":"l"},{"key":"a","value":{"arrayValue":{"values":[{"stringValue":#}]}}}]}]}]}]}""",
        """{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"s","attributes":[{"key":"k","value":{"stringValue":#}}]},"spans":[{"name":#,"attributes":[{"key":"k","value":{"stringValue":#}}],"events":[{"name":#,"attributes":[{"key":"k","value":{"stringValue":#}}]}],"links":[{"attributes":[{"key":"k","value":{"stringValue":#}}]}]}]}]}]}""",
        """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"asInt":"1","attributes":[{"key":"k","value":{"stringValue":#}}],"exemplars":[{"filteredAttributes":[{"key":"k","value":{"stringValue":#}}]}]}]}}]}]}]}""",
    ];

    [Test]
    public async Task Copies_of_reused_rows_say_what_the_rows_of_a_sequence_say()
    {
        var file = Path.GetTempFileName();
        try
        {
            // twice, and in another order: what is reused meets other texts
            await File.WriteAllLinesAsync(file, Lines().Concat(Lines().Reverse()));
            var copies = new List<TelemetryRow>();
            var within = new List<string>();
            TelemetryReader.Read(
                [file],
                row =>
                {
                    within.Add(Describe(row));
                    copies.Add(Reading.Clone(row));
                }
            );
            var kept = new List<string>();
            await foreach (var row in TelemetryReader.ReadAsync(file))
                kept.Add(Describe(row));
            Assert.That(kept, Has.Count.EqualTo(Texts.Length * Templates.Length * 2));
            Assert.That(within, Is.EqualTo(kept));
            var reused = new List<string>();
            await foreach (var row in TelemetryReader.ReadAsync(file, new TelemetryReadOptions { ReuseRows = true }))
                reused.Add(Describe(row));
            Assert.That(reused, Is.EqualTo(kept));
            Assert.That(copies.Select(Describe), Is.EqualTo(kept));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public void A_value_behaves_like_the_string_it_stands_for()
    {
        var seen = 0;
        Read(
            Lines(),
            row =>
            {
                if (!row.Attributes.TryGet("k", out var value))
                    return;
                seen++;
                var text = new AttributeValue(value.AsString());
                Assert.That(value.Kind, Is.EqualTo(AttributeKind.String));
                Assert.That(value, Is.EqualTo(text));
                Assert.That(text, Is.EqualTo(value));
                Assert.That(value.GetHashCode(), Is.EqualTo(text.GetHashCode()));
                Assert.That(value.ToString(), Is.EqualTo(text.AsString()));
                Assert.That(value == "another", Is.False);
                Assert.That(() => value.AsInt64(), Throws.InvalidOperationException.With.Message.Contains("is String, not Int64"));
                Assert.That(row.Attributes.GetString("k"), Is.EqualTo(text.AsString()));
            }
        );
        Assert.That(seen, Is.EqualTo(Texts.Length * Templates.Length));
    }

    [Test]
    public void A_value_that_outlives_its_row_says_so()
    {
        var values = new List<AttributeValue>();
        Read([Flat("one"), Flat("two")], row => values.Add(((EventRow)row).Body));
        foreach (var value in values)
        {
            Assert.That(value.Kind, Is.EqualTo(AttributeKind.String));
            Assert.That(() => value.AsString(), Throws.InvalidOperationException.With.Message.Contains("Clone the row"));
            Assert.That(() => value.ToString(), Throws.InvalidOperationException);
        }
    }

    [Test]
    public void What_a_value_was_put_into_keeps_its_text()
    {
        var list = new AttributeList();
        var kept = new EventRow();
        Read(
            [Flat("one"), Flat("two")],
            row =>
            {
                list.Add("k", ((EventRow)row).Body);
                kept.Body = ((EventRow)row).Body;
            }
        );
        Assert.That(list.Select(pair => pair.Value.AsString()), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(kept.Body.AsString(), Is.EqualTo("two"));
    }

    [Test]
    public void Rows_of_several_documents_on_a_line_live_together()
    {
        var bodies = new List<string>();
        Read(
            [Flat("one") + Flat("two"), "[" + Flat("three") + "," + Flat("four") + "]"],
            row => bodies.Add(((EventRow)row).Body.AsString())
        );
        Assert.That(bodies, Is.EqualTo(new[] { "one", "two", "three", "four" }));
    }

    [Test]
    public void After_a_million_batches_an_old_value_is_still_known_as_old()
    {
        // the generation of a place has 20 bits
        const int Batches = (1 << 20) + 2;
        var line = Encoding.UTF8.GetBytes("{\"message\":\"a\"}\n");
        var text = new byte[line.Length * Batches];
        for (var i = 0; i < Batches; i++)
            line.CopyTo(text, i * line.Length);
        AttributeValue first = default;
        var rows = 0;
        TelemetryReader.Read(
            new MemoryStream(text),
            "test",
            row =>
            {
                if (rows++ == 0)
                    first = ((EventRow)row).Body;
                else if (rows >= 1 << 20)
                    Assert.That(() => first.AsString(), Throws.InvalidOperationException);
                if (((EventRow)row).Body.AsString() != "a")
                    Assert.Fail(rows.ToString(CultureInfo.InvariantCulture));
            }
        );
        Assert.That(rows, Is.EqualTo(Batches));
    }

    [Test]
    public void Reading_with_a_callback_makes_no_garbage_per_row()
    {
        var lines = Enumerable
            .Range(0, 20_000)
            .Select(i =>
                $$$"""{"timestamp":"2026-11-20T10:00:00Z","event_type":"e","message":"order {{{i}}}","trace_id":"{{{i:x32}}}","attributes":{"id":{{{i}}},"name":"näme {{{i}}}"}}"""
            );
        var bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var rows = 0;
        long atFirst = 0;
        long atLast = 0;
        TelemetryReader.Read(
            new MemoryStream(bytes),
            "test",
            _ =>
            {
                rows++;
                if (rows == 100)
                    atFirst = GC.GetAllocatedBytesForCurrentThread();
                else if (rows == 20_000)
                    atLast = GC.GetAllocatedBytesForCurrentThread();
            }
        );
        Assert.That(rows, Is.EqualTo(20_000));
        Assert.That(atLast - atFirst, Is.LessThan(20_000));
    }

    private static string Flat(string message) => $$"""{"timestamp":"2026-11-20T10:00:00Z","message":"{{message}}"}""";

    private static IEnumerable<string> Lines() =>
        from template in Templates
        from text in Texts
        select template.Replace("#", JsonSerializer.Serialize(text, Relaxed));

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static void Read(IEnumerable<string> lines, Action<TelemetryRow> onRow) =>
        TelemetryReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines))), "test", onRow);

    private static string Describe(TelemetryRow row)
    {
        var text = new StringBuilder(
            $"{row.GetType().Name} {All(row.Resource.Attributes)} {All(row.Scope.Attributes)} {All(row.Attributes)}"
        );
        switch (row)
        {
            case EventRow @event:
                text.Append(@event.Body);
                break;
            case SpanRow span:
                text.Append(span.Name);
                foreach (var spanEvent in span.Events)
                    text.Append(spanEvent.Name).Append(All(spanEvent.Attributes));
                foreach (var link in span.Links)
                    text.Append(All(link.Attributes));
                break;
            case MetricPointRow point:
                foreach (var exemplar in point.Exemplars)
                    text.Append(All(exemplar.FilteredAttributes));
                break;
        }

        return text.ToString();
    }

    private static string All(AttributeList attributes) => string.Join(';', attributes.Select(pair => $"{pair.Key}={pair.Value}"));
}
