namespace OtelPipeline.Data.Parquet;

/// <summary>Keys of the footer's entries.</summary>
internal static class ParquetKeys
{
    /// <summary>Table and version, such as <c>spans/1</c>.</summary>
    public const string Schema = "otelpipeline.schema";

    /// <summary>The instance that exported the rows.</summary>
    public const string Instance = "otelpipeline.instance";

    /// <summary>The first and the last export, such as <c>17-42</c>.</summary>
    public const string Exports = "otelpipeline.exports";

    /// <summary>What a compaction put into the file, and with which other files; see <see cref="Files.CompactedFile"/>.</summary>
    public const string Compaction = "otelpipeline.compaction";

    /// <summary>A JSON object: promoted columns with the attributes that they take their values from.</summary>
    public const string Promoted = "otelpipeline.promoted";
}
