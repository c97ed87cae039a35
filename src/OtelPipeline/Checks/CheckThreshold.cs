namespace OtelPipeline;

/// <summary>Limits that a checked value is held against: one to fail at and, if wanted, a stricter one to warn at.</summary>
/// <example><code>run.Check("null_ratio", nulls / (double)rows, CheckThreshold.AtMost(fail: 0.05, warn: 0.01));</code></example>
public readonly record struct CheckThreshold
{
    private readonly bool _atLeast;

    private CheckThreshold(bool atLeast, double fail, double? warn)
    {
        if (double.IsNaN(fail))
            throw new ArgumentOutOfRangeException(nameof(fail), fail, "A limit must be a number.");
        if (warn is { } limit && (double.IsNaN(limit) || (atLeast ? limit < fail : limit > fail)))
            throw new ArgumentOutOfRangeException(
                nameof(warn),
                limit,
                $"The limit to warn at must be stricter than the one to fail at ({fail})."
            );
        _atLeast = atLeast;
        FailLimit = fail;
        WarnLimit = warn;
    }

    /// <summary>The limit past which the check fails.</summary>
    public double FailLimit { get; }

    /// <summary>The limit past which the check warns, or null.</summary>
    public double? WarnLimit { get; }

    /// <summary>The value must not exceed <paramref name="fail"/>, and should not exceed <paramref name="warn"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is NaN, or <paramref name="warn"/> is above <paramref name="fail"/>.</exception>
    public static CheckThreshold AtMost(double fail, double? warn = null) => new(atLeast: false, fail, warn);

    /// <summary>The value must reach <paramref name="fail"/>, and should reach <paramref name="warn"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit is NaN, or <paramref name="warn"/> is below <paramref name="fail"/>.</exception>
    public static CheckThreshold AtLeast(double fail, double? warn = null) => new(atLeast: true, fail, warn);

    /// <summary>Judges a value; NaN never passes. A limit is part of what is allowed.</summary>
    public CheckResult Judge(double actual)
    {
        if (double.IsNaN(actual) || (_atLeast ? actual < FailLimit : actual > FailLimit))
            return CheckResult.Fail;
        return WarnLimit is { } warn && (_atLeast ? actual < warn : actual > warn) ? CheckResult.Warn : CheckResult.Pass;
    }

    internal double LimitFor(CheckResult result) => result == CheckResult.Warn ? WarnLimit ?? FailLimit : FailLimit;
}
