using static OtelPipeline.Data.Tests.Dialects;

namespace OtelPipeline.Data.Tests;

/// <summary>
/// Files with random damage: lenient reading never throws, strict reading throws nothing but <see cref="TelemetryFormatException"/>, and both agree
/// on whether there is an error.
/// </summary>
internal sealed class FuzzTests
{
    private const int CasesPerSeed = 400;

    private static IEnumerable<TestCaseData> Seeds()
    {
        yield return Case("lines", Utf8($"{Trace}\n{Log}\n{Metric}\n{Trace}\n"));
        yield return Case("pretty", Utf8(Pretty(Trace) + "\n" + Pretty(Log) + Pretty(Metric)));
        yield return Case("random traces", Utf8(string.Join('\n', Enumerable.Range(0, 5).Select(seed => new RandomTrace(seed).Write()))));
        yield return Case(
            "flat",
            Utf8(
                """
                {"timestamp":"2026-11-20T10:15:30Z","level":"Error","message":"x","attributes":{"a":[1,{"b":null}]},"line":4}
                {"timestamp":"2026-11-20T10:15:30Z","name":"n","span_id":"0102030405060708","duration_ms":1.5,"status":"ok"}
                {"timestamp":"2026-11-20T10:15:30Z","metric_name":"m","metric_type":"sum","value_int":7,"bucket_counts":[1,2]}
                """
            )
        );
        yield return Case(
            "protobuf",
            Frame(
                Proto.Message(Proto.Span(), Proto.Span()),
                Proto.Message(Proto.LogRecord()),
                Proto.Message(Proto.Gauge(), Proto.Sum(), Proto.Histogram(), Proto.ExponentialHistogram(), Proto.Summary())
            )
        );
        yield return Case("gzip", Gzip(Utf8($"{Trace}\n{Log}\n{Metric}\n")));
        if (Zstd(Utf8(Trace + "\n" + Log)) is { } zstd)
        {
            yield return Case("zstd", zstd);
            yield return Case("framed zstd", Frame(zstd, Utf8(Trace), zstd));
        }

        static TestCaseData Case(string name, byte[] bytes) => new TestCaseData(bytes).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Seeds))]
    public void Damage_never_surprises(byte[] seed)
    {
        var random = new Random(seed.Length);
        for (var i = 0; i < CasesPerSeed; i++)
        {
            var bytes = Damage(random, seed);
            var at = Convert.ToHexString(bytes);
            Reading? lenient = null;
            Assert.That(() => lenient = Reading.Bytes(bytes, new() { MaxRecordBytes = 4096 }), Throws.Nothing, at);
            try
            {
                Reading.Bytes(bytes, new() { MaxRecordBytes = 4096, Strict = true });
                Assert.That(lenient!.Report.ErrorCount, Is.Zero, at);
            }
            catch (TelemetryFormatException exception)
            {
                Assert.That(exception.Message, Is.EqualTo(lenient!.Errors.First()), at);
            }
        }
    }

    private static byte[] Damage(Random random, byte[] seed)
    {
        var bytes = seed.ToList();
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at - (at == 0 ? 1 : 0)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(40), bytes.Count - at)));
                    break;
                case 4:
                    bytes.Insert(at, "{}[]\",:\n\\"u8[random.Next(9)]);
                    break;
                default:
                    if (random.Next(4) == 0)
                        bytes.RemoveRange(at, bytes.Count - at - (at == 0 ? 1 : 0));
                    break;
            }

            if (bytes.Count == 0)
                bytes.Add((byte)'{');
        }

        return [.. bytes];
    }
}
