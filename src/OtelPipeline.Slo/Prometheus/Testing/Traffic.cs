using System.Globalization;
using System.Text;

namespace OtelPipeline.Slo.Prometheus.Testing;

/// <summary>Good and bad events that two processes count, sampled every <c>step</c> seconds from 0 on.</summary>
internal sealed class Traffic(int steps)
{
    private readonly long[] _good = new long[steps + 1];
    private readonly long[] _bad = new long[steps + 1];

    public int Steps => steps;

    /// <summary>Adds events between the sample before and the one at a step.</summary>
    public Traffic Add(int step, long good, long bad)
    {
        _good[step] += good;
        _bad[step] += bad;
        return this;
    }

    /// <summary>The counters, in the order of Prometheus: by instance, then by outcome.</summary>
    public IEnumerable<(char Instance, bool IsBad, long[] Counter)> Counters()
    {
        foreach (var instance in "ab")
        {
            yield return (instance, true, Sum(_bad, instance));
            yield return (instance, false, Sum(_good, instance));
        }
    }

    /// <summary>Values in the notation of promtool: <c>0+2x3</c> is 0 2 4 6.</summary>
    public static string Notation(long[] counter)
    {
        var text = new StringBuilder();
        for (var i = 0; i < counter.Length; )
        {
            var next = i + 1;
            var rise = next < counter.Length ? counter[next] - counter[i] : 0;
            while (next < counter.Length && counter[next] - counter[next - 1] == rise)
                next++;
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : " ")}{counter[i]}+{rise}x{next - 1 - i}");
            i = next;
        }

        return text.ToString();
    }

    private static long[] Sum(long[] increments, char instance)
    {
        var counter = new long[increments.Length];
        for (var i = 1; i < increments.Length; i++)
            counter[i] = counter[i - 1] + (increments[i] + (instance == 'a' ? 1 : 0)) / 2;
        return counter;
    }
}
