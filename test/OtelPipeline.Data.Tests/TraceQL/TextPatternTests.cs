using OtelPipeline.Data.TraceQL;

namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>Regular expressions as Go has them, anchored at both ends, over strings and over UTF-8.</summary>
internal sealed class TextPatternTests
{
    [TestCase("abc", "abc", true)]
    [TestCase("abc", "abcd", false)]
    [TestCase("abc.*", "abc\nd", true)]
    [TestCase("abc.*", "ab", false)]
    [TestCase(".*abc", "xabc", true)]
    [TestCase(".*abc.*", "xabcx", true)]
    [TestCase(".*abc.*", "xabx", false)]
    [TestCase(".*", "", true)]
    [TestCase(".*.*", "x", true)]
    [TestCase("", "", true)]
    [TestCase("", "x", false)]
    [TestCase("a.c", "a😀c", true)]
    [TestCase("a..c", "a😀c", false)]
    [TestCase("[^b]+", "aüc", true)]
    [TestCase("\\d+", "٣", false)]
    [TestCase("\\d+", "3", true)]
    [TestCase("\\w+", "ü", false)]
    [TestCase("[\\D]+", "ab", true)]
    [TestCase("[[:digit:][:alpha:]]+", "a1", true)]
    [TestCase("a$", "a\n", false)]
    [TestCase("(?P<x>a|b)+", "abba", true)]
    [TestCase("\\Qa.b\\E", "axb", false)]
    [TestCase("\\x{1F600}", "😀", true)]
    [TestCase("\\pL+", "aü", true)]
    [TestCase("(?i)ABC", "abc", true)]
    [TestCase("a|b", "ab", false)]
    [TestCase("[]a]+", "]a", true)]
    public void Matches(string pattern, string text, bool expected)
    {
        Assert.That(TextPattern.TryParse(pattern, out var parsed, out var why), Is.True, why);
        var utf8 = System.Text.Encoding.UTF8.GetBytes("-" + text + "-");
        Assert.That(parsed!.IsMatch(FieldValue.Of(text)), Is.EqualTo(expected));
        Assert.That(parsed.IsMatch(FieldValue.Utf8(utf8, 1, utf8.Length - 2)), Is.EqualTo(expected));
    }

    [TestCase("a(?=b)")]
    [TestCase("(?<!a)b")]
    [TestCase("(a)\\1")]
    [TestCase("[a")]
    [TestCase("(a")]
    [TestCase("a\\")]
    [TestCase("[[:word")]
    [TestCase("\\x{110000}")]
    [TestCase("a**")]
    [TestCase("\\y")]
    public void IsNoRegularExpressionOfGo(string pattern)
    {
        Assert.That(TextPattern.TryParse(pattern, out _, out var why), Is.False);
        Assert.That(why, Is.Not.Empty);
    }
}
