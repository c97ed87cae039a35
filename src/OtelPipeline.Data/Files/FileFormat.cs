namespace OtelPipeline.Data.Files;

/// <summary>What a file is made of, by its first bytes.</summary>
internal static class FileFormat
{
    /// <summary>How many bytes <see cref="Detect"/> wants to see.</summary>
    public const int HeadSize = 8;

    public static ReadOnlySpan<byte> Zstd => [0x28, 0xB5, 0x2F, 0xFD];

    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Text starts with no byte up to this; a length prefix does while messages are shorter than 144 MiB.</summary>
    private const byte LastLengthByte = 0x08;

    public static FileKind Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return FileKind.Gzip;
        if (head.StartsWith(Zstd))
            return FileKind.Zstd;
        if (head.StartsWith("PAR1"u8))
            return FileKind.Parquet;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return FileKind.Utf16;
        if (head.Length > 0 && head[0] <= LastLengthByte)
            return FileKind.Framed;
        return FileKind.Json;
    }

    /// <summary>True when the text can only be JSON documents, or is nothing but white space.</summary>
    public static bool LooksLikeJson(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(ByteOrderMark))
            head = head[3..];
        head = head.TrimStart(" \t\r\n"u8);
        return head.IsEmpty || head[0] is (byte)'{' or (byte)'[';
    }
}

internal enum FileKind
{
    Json,
    Framed,
    Gzip,
    Zstd,
    Parquet,
    Utf16,
}
