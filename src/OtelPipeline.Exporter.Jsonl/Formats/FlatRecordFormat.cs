using System.Text;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OtelPipeline.Exporter.Jsonl.Formats;

/// <summary>Spans and log records as flat lines. Complete lines gather in blocks, and each block is one write.</summary>
internal abstract class FlatRecordFormat<T>(TimeProvider time, bool text) : BatchFormat<T>
    where T : class
{
    private readonly FlatRecord _record = new();
    private readonly ProcessFields _process = new(time);

    public override void SetResource(Resource resource, string instance)
    {
        foreach (var (key, value) in resource.Attributes)
        {
            if (key == "process.owner" && value is string owner)
                _process.Owner = owner;
        }
    }

    public override void Write(in Batch<T> batch, LineOutput output)
    {
        _process.Sample();
        var json = output.Json;
        _record.Fields.Redaction = json.Redaction;
        var records = 0;
        foreach (var item in batch)
        {
            var start = json.Position;
            try
            {
                Fill(_record, item);
                while (true)
                {
                    if (text)
                        FlatText.Write(json, _record);
                    else
                        FlatJson.Write(json, _record, _process);
                    json.Byte((byte)'\n');
                    if (!json.Overflowed)
                        break;
                    json.Position = start;
                    FlatLines.MakeRoom(output, ref records, ref start);
                }

                records++;
            }
            catch (Exception exception)
            {
                // one record that cannot be read (a user's list that changes while it is read) must not take the others with it
                json.Position = start;
                output.Drop(1, exception);
            }

            json.Shrinking = false;
            _record.Clear();
            if (json.Position >= FlatLines.BlockBytes)
                FlatLines.Flush(output, ref records);
        }

        FlatLines.Flush(output, ref records);
    }

    protected abstract void Fill(FlatRecord record, T item);
}

/// <summary>What all flat formats share.</summary>
internal static class FlatLines
{
    /// <summary>
    /// Lines are written when there are this many bytes of them: a batch of 512 records is one write, as a rule. Large writes let Linux take
    /// large pages, which made them a quarter faster than blocks of 64 KB.
    /// </summary>
    public const int BlockBytes = 512 * 1024;

    /// <summary>After a line that did not fit: empties the buffer, or, if it was empty, has the line shortened.</summary>
    public static void MakeRoom(LineOutput output, ref int records, ref int start)
    {
        if (start > 0)
        {
            Flush(output, ref records);
            start = 0;
        }
        else if (output.Json.Shrinking)
            throw new InvalidOperationException("A shortened record is still longer than a line.");
        else
            output.Json.Shrinking = true;
    }

    public static void Flush(LineOutput output, ref int records)
    {
        if (records > 0)
            output.Emit(records);
        records = 0;
    }
}

/// <summary>Fields that are the same for all records of a while.</summary>
internal sealed class ProcessFields(TimeProvider time)
{
    private long _sampled;

    /// <summary>The resource's <c>process.owner</c>, for records that name no owner themselves.</summary>
    public string? Owner { get; set; }

    /// <summary><c>,"memory_mb":</c> and the working set.</summary>
    public byte[] Memory { get; private set; } = [];

    /// <summary>Asks the system at most once a second.</summary>
    public void Sample()
    {
        if (Memory.Length > 0 && time.GetElapsedTime(_sampled) < TimeSpan.FromSeconds(1))
            return;
        _sampled = time.GetTimestamp();
        Memory = Encoding.ASCII.GetBytes($",\"memory_mb\":{Environment.WorkingSet / 1_048_576}");
    }
}
