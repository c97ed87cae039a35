using System.Runtime.CompilerServices;

namespace OtelPipeline.Parquet.Writing;

/// <summary>
/// Smallest and largest values as parquet.thrift's ColumnOrder asks: NaNs are left out and counted, a smallest zero is stated as -0.0, a
/// largest as +0.0.
/// </summary>
internal static class NumberBounds
{
    /// <summary>False when there is no value but NaNs.</summary>
    public static bool Measure<T>(ReadOnlySpan<T> values, out T min, out T max, out int nans)
        where T : unmanaged
    {
        nans = 0;
        min = max = default;
        var i = 0;
        for (; i < values.Length && IsNaN(values[i]); i++)
            nans++;
        if (i == values.Length)
            return false;
        min = max = values[i];
        for (i++; i < values.Length; i++)
        {
            var value = values[i];
            if (Less(value, min))
                min = value;
            else if (Less(max, value))
                max = value;
            else if (IsNaN(value))
                nans++;
        }

        if (typeof(T) == typeof(double))
        {
            min = Unsafe.BitCast<double, T>(SignedZero(Unsafe.BitCast<T, double>(min), -0.0));
            max = Unsafe.BitCast<double, T>(SignedZero(Unsafe.BitCast<T, double>(max), 0.0));
        }
        else if (typeof(T) == typeof(float))
        {
            min = Unsafe.BitCast<float, T>((float)SignedZero(Unsafe.BitCast<T, float>(min), -0.0));
            max = Unsafe.BitCast<float, T>((float)SignedZero(Unsafe.BitCast<T, float>(max), 0.0));
        }

        return true;
    }

    public static bool IsSorted<T>(ReadOnlySpan<T> values, bool descending)
        where T : unmanaged
    {
        for (var i = 1; i < values.Length; i++)
        {
            if (IsNaN(values[i]) || (descending ? Less(values[i - 1], values[i]) : Less(values[i], values[i - 1])))
                return false;
        }

        return true;
    }

    private static double SignedZero(double value, double zero) => value == 0 ? zero : value;

    // each T gets code of its own, in which only one branch is left
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNaN<T>(T value)
        where T : unmanaged =>
        typeof(T) == typeof(double)
            ? double.IsNaN(Unsafe.BitCast<T, double>(value))
            : typeof(T) == typeof(float) && float.IsNaN(Unsafe.BitCast<T, float>(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Less<T>(T a, T b)
        where T : unmanaged
    {
        if (typeof(T) == typeof(long))
            return Unsafe.BitCast<T, long>(a) < Unsafe.BitCast<T, long>(b);
        if (typeof(T) == typeof(int))
            return Unsafe.BitCast<T, int>(a) < Unsafe.BitCast<T, int>(b);
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<T, double>(a) < Unsafe.BitCast<T, double>(b);
        if (typeof(T) == typeof(float))
            return Unsafe.BitCast<T, float>(a) < Unsafe.BitCast<T, float>(b);
        return Unsafe.BitCast<T, byte>(a) < Unsafe.BitCast<T, byte>(b);
    }
}
