using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;

namespace OtelPipeline.Tests;

internal sealed class RunReferenceTests
{
    [Test]
    public void A_reference_is_read_back_as_it_was_written()
    {
        var references =
            from id in ArbMap.Default.GeneratorFor<Guid>()
            from attempt in Gen.Choose(1, int.MaxValue)
            from isTraced in Gen.Elements(true, false)
            from isSampled in Gen.Elements(true, false)
            select new RunReference(
                id.ToString(),
                attempt,
                isTraced
                    ? new ActivityContext(
                        ActivityTraceId.CreateRandom(),
                        ActivitySpanId.CreateRandom(),
                        isSampled ? ActivityTraceFlags.Recorded : default
                    )
                    : default
            );
        Prop.ForAll(references.ToArbitrary(), static r => RunReference.Parse(r.ToString()) == r).Check(Config.QuickThrowOnFailure);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("id")]
    [TestCase(";1;00-00000000000000000000000000000000-0000000000000000-00")]
    [TestCase("id;0;00-00000000000000000000000000000000-0000000000000000-00")]
    [TestCase("id;x;00-00000000000000000000000000000000-0000000000000000-00")]
    [TestCase("id;1;nonsense")]
    [TestCase("id;1;00-00000000000000000000000000000000-0000000000000000-00;more")]
    public void Anything_else_is_no_reference(string? text)
    {
        Assert.That(RunReference.TryParse(text, out var reference), Is.False);
        Assert.That(reference, Is.EqualTo(default(RunReference)));
        Assert.That(
            () => RunReference.Parse(text!),
            Throws.InstanceOf<FormatException>().With.Message.Contains("run-id;attempt;traceparent")
        );
    }

    [Test]
    public void Any_text_is_read_or_refused_without_an_exception() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), static t => RunReference.TryParse(t, out _) || true).Check(Config.QuickThrowOnFailure);
}
