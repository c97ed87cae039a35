namespace OtelPipeline.Slo.OpenSlo;

/// <summary>Local times of days on which the clocks change.</summary>
internal static class LocalTime
{
    /// <summary>
    /// The instant of a local time. One that the clocks skip is the moment at which they skip it; one that they show twice is the first of the two,
    /// so that neighbouring periods meet without a gap or an overlap.
    /// </summary>
    public static DateTimeOffset ToUtc(DateTime local, TimeZoneInfo zone)
    {
        local = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
        {
            var after = local;
            while (zone.IsInvalidTime(after))
                after = after.AddMinutes(1);

            // whole minutes: no zone changes within one
            return new DateTimeOffset(
                DateTime.SpecifyKind(
                    new DateTime(after.Year, after.Month, after.Day, after.Hour, after.Minute, 0),
                    DateTimeKind.Unspecified
                ),
                zone.GetUtcOffset(after)
            ).ToUniversalTime();
        }

        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
