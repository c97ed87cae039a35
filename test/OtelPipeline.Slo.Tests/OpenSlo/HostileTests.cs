using System.Text;

namespace OtelPipeline.Slo.Tests.OpenSlo;

/// <summary>Texts that are made to hurt a reader end with an error, and soon.</summary>
[CancelAfter(20_000)]
public class HostileTests
{
    private static SloFormatError FirstError(string text) => Yaml.ErrorsOf(text)[0];

    [Test]
    public void Aliases_that_multiply()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 20; i++)
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        var error = FirstError(bomb.ToString());

        Assert.That(error.Message, Is.EqualTo("aliases multiply this to more than 200,000 values."));
    }

    [Test]
    public void An_alias_within_its_anchor()
    {
        var error = FirstError("apiVersion: openslo/v1\nspec: &a\n  b: [1, *a]");

        Assert.That(error.Message, Is.EqualTo("the alias '*a' stands within its own anchor: a cycle."));
        Assert.That(error.Line, Is.EqualTo(3));
    }

    [Test]
    public void An_alias_of_nothing() =>
        Assert.That(FirstError("spec: *b").Message, Does.Contain("'*b' names an anchor that is not there").Or.Contain("no valid YAML"));

    [TestCase("[")]
    [TestCase("{a: ")]
    [TestCase("- ")]
    [TestCase("? ")]
    public void Deep_nesting(string open)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
            text.Append(open);

        var error = FirstError(text.ToString());

        Assert.That(error.Message, Is.EqualTo("values are nested more than 64 deep.").Or.StartsWith("this is no valid YAML"));
    }

    [Test]
    public void Ten_megabytes()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, new string('#', 20_000_000));
            var error = Assert.Throws<SloFormatException>(() => SloDocument.Load(path))!;
            Assert.That(error.Message, Does.Contain("the file has 20,000,000 bytes; at most 4,000,000 characters are read"));

            File.WriteAllText(path, new string('#', 10_000_000));
            error = Assert.Throws<SloFormatException>(() => SloDocument.Load(path))!;
            Assert.That(error.Message, Does.Contain("the text has 10,000,000 characters; at most 4,000,000 are read"));
            Assert.That(error.File, Is.EqualTo(path));
            Assert.That(error.Line, Is.Zero);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void Many_values() =>
        Assert.That(
            FirstError("a: [" + string.Concat(Enumerable.Repeat("1,", 1_000_000)) + "]").Message,
            Is.EqualTo("the text has more than 200,000 values.")
        );

    [Test]
    public void Many_errors()
    {
        var errors = Yaml.ErrorsOf(string.Join("\n---\n", Enumerable.Repeat("kind: x", 5_000)));

        Assert.That(errors, Has.Count.EqualTo(201));
        Assert.That(errors[^1].Message, Is.EqualTo("there are more than 200 errors; the others are not shown."));
    }

    [Test]
    public void A_key_twice() =>
        Assert.That(
            Yaml.ErrorsOf("a: 1\nb: 2\na: 3")[0].ToString(),
            Is.EqualTo("slo.yaml:3:1: the key 'a' is there twice in the same object.")
        );

    [Test]
    public void A_key_that_is_no_text() => Assert.That(FirstError("? [a]\n: 1").Message, Is.EqualTo("a key must be text, not a list."));

    [TestCase("a: [1", "this is no valid YAML")]
    [TestCase("a: \"1", "this is no valid YAML")]
    [TestCase("a: @b", "this is no valid YAML")]
    [TestCase("- 1", "an object with apiVersion, kind, metadata and spec is expected, not a list")]
    [TestCase("text", "an object with apiVersion, kind, metadata and spec is expected, not text")]
    public void No_object(string text, string message)
    {
        var error = FirstError(text);
        Assert.That(error.Message, Does.StartWith(message));
        Assert.That(error.Line, Is.GreaterThan(0));
    }

    [Test]
    public void Any_cut_or_flip_of_a_document_is_read_or_refused()
    {
        var text = Yaml.Threshold + "\n---\n" + Yaml.Policy;
        Assert.That(
            () =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    Yaml.ErrorsOf(text[..i]);
                    Yaml.ErrorsOf(text.Remove(i, 1));
                    Yaml.ErrorsOf(text.Insert(i, "\0"));
                    Yaml.ErrorsOf(text.Insert(i, "&*"));
                }
            },
            Throws.Nothing
        );
    }
}
