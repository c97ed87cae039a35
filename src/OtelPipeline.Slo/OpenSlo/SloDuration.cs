using System.Globalization;

namespace OtelPipeline.Slo.OpenSlo;

/// <summary>A duration of the specification: a positive number and one of <c>m h d w M Q Y</c> (minutes … months, quarters, years).</summary>
/// <seealso href="https://github.com/OpenSLO/OpenSLO#duration-shorthand"/>
public readonly record struct SloDuration
{
    /// <summary>Creates a duration.</summary>
    /// <param name="count">How many units. Range: 1 to 100,000.</param>
    /// <param name="unit">One of <c>m h d w M Q Y</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count or the unit is something else.</exception>
    public SloDuration(int count, char unit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxCount);
        if (!"mhdwMQY".Contains(unit, StringComparison.Ordinal))
            throw new ArgumentOutOfRangeException(nameof(unit), unit, "A duration has one of the units m, h, d, w, M, Q and Y.");
        (Count, Unit) = (count, unit);
    }

    private const int MaxCount = 100_000;

    /// <summary>How many units.</summary>
    public int Count { get; }

    /// <summary>One of <c>m h d w M Q Y</c>.</summary>
    public char Unit { get; }

    /// <summary>True for months, quarters and years, whose length depends on the date.</summary>
    public bool IsCalendrical => Unit is 'M' or 'Q' or 'Y';

    /// <summary>How many months, for <see cref="IsCalendrical"/>; else 0.</summary>
    public int Months =>
        Unit switch
        {
            'M' => Count,
            'Q' => 3 * Count,
            'Y' => 12 * Count,
            _ => 0,
        };

    /// <summary>The length; months count as 30 days, quarters as 90 and years as 365.</summary>
    public TimeSpan ToTimeSpan() =>
        Unit switch
        {
            'm' => TimeSpan.FromMinutes(Count),
            'h' => TimeSpan.FromHours(Count),
            'd' => TimeSpan.FromDays(Count),
            'w' => TimeSpan.FromDays(7L * Count),
            'M' => TimeSpan.FromDays(30L * Count),
            'Q' => TimeSpan.FromDays(90L * Count),
            _ => TimeSpan.FromDays(365L * Count),
        };

    /// <summary>Reads <c>30d</c> and the like; false for anything else.</summary>
    public static bool TryParse(string? text, out SloDuration duration)
    {
        duration = default;
        if (
            text is not { Length: >= 2 and <= 7 }
            || !"mhdwMQY".Contains(text[^1], StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count is < 1 or > MaxCount
        )
        {
            return false;
        }

        duration = new SloDuration(count, text[^1]);
        return true;
    }

    /// <summary>As it is written in a definition.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count}{Unit}");
}
