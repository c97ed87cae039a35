namespace OtelPipeline.Data.Runs;

/// <summary>Writes values to bytes, or reads them back in the same order: one list of them serves both.</summary>
internal readonly struct Packing(BinaryWriter? writer, BinaryReader? reader)
{
    public void Pass(ref long value)
    {
        writer?.Write7BitEncodedInt64(value);
        if (reader is not null)
            value = reader.Read7BitEncodedInt64();
    }

    public void Pass(ref string? value)
    {
        long has = value is null ? 0 : 1;
        Pass(ref has);
        if (has == 0)
            return;
        writer?.Write(value!);
        if (reader is not null)
            value = reader.ReadString();
    }

    public void Pass(ref TimeSpan value)
    {
        var ticks = value.Ticks;
        Pass(ref ticks);
        value = new TimeSpan(ticks);
    }

    public void Pass(ref DateTimeOffset value)
    {
        var ticks = value.UtcTicks;
        Pass(ref ticks);
        if (reader is not null)
            value = new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    public void Pass(ref DateTimeOffset? value)
    {
        long has = value is null ? 0 : 1;
        Pass(ref has);
        if (has == 0)
            return;
        var time = value ?? default;
        Pass(ref time);
        value = time;
    }
}
