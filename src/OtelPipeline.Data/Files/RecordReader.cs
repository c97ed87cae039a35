namespace OtelPipeline.Data.Files;

internal enum ReadStep
{
    /// <summary>Rows may have been added to the batch.</summary>
    Rows,

    /// <summary>The next record is not complete: fill the buffer.</summary>
    NeedData,

    /// <summary>The file has ended.</summary>
    End,
}

/// <summary>
/// Cuts the bytes of one file into records and has them parsed. It never waits: whoever drives it fills the buffer, with or without await.
/// </summary>
internal abstract class RecordReader(FileReading file, byte[] buffer)
{
    /// <summary>The size of the first buffer, and of the reads of a file with short lines.</summary>
    public const int BufferSize = 256 * 1024;

    protected FileReading File { get; } = file;

    /// <summary>Bytes read; those from <see cref="Start"/> to <see cref="End"/> are still to be looked at.</summary>
    public byte[] Buffer { get; private set; } = buffer;

    protected int Start { get; set; }

    protected int End { get; private set; }

    /// <summary>True when no more bytes will come.</summary>
    protected bool Completed { get; private set; }

    protected ReadOnlySpan<byte> Unread => Buffer.AsSpan(Start, End - Start);

    /// <summary>The line or message that comes next, from 1 on.</summary>
    public abstract long Line { get; }

    /// <summary>The line or message of the records that <see cref="Next"/> has read last.</summary>
    public long RecordLine { get; protected set; }

    /// <summary>Reads the next record, if all of it is there.</summary>
    public abstract ReadStep Next();

    /// <summary>Room for more bytes.</summary>
    public Memory<byte> Free()
    {
        if (Start > 0)
        {
            Unread.CopyTo(Buffer);
            End -= Start;
            Start = 0;
        }

        if (End == Buffer.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Buffer.Length * 2L, File.MaxRecordBytes + BufferSize));
            Unread.CopyTo(larger);
            Buffer = larger;
        }

        return Buffer.AsMemory(End);
    }

    /// <summary>Notes how many bytes have been written to <see cref="Free"/>; 0 means that the file has ended.</summary>
    public void Advance(int count)
    {
        End += count;
        Completed = count == 0;
    }

    /// <summary>Gives up: nothing more can be read.</summary>
    public void Abort()
    {
        Start = End;
        Completed = true;
    }
}
