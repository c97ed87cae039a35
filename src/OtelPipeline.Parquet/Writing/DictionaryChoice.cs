namespace OtelPipeline.Parquet.Writing;

/// <summary>
/// Whether a column uses a dictionary. The first page of a chunk decides by size; a column whose values do not repeat is not asked again for
/// some row groups.
/// </summary>
internal sealed class DictionaryChoice
{
    /// <summary>Row groups after which a column that had no use for a dictionary is tried again.</summary>
    private const int RetryAfter = 8;

    private readonly bool _allowed;
    private int _pause;

    public DictionaryChoice(ParquetWriterOptions options, ParquetEncoding? wanted, bool typeAllows)
    {
        _allowed =
            typeAllows
            && options.DictionaryBytes > 0
            && (options.Compatible ? wanted != ParquetEncoding.Plain : wanted is null or ParquetEncoding.RleDictionary);
        IsActive = _allowed;
    }

    public bool IsActive { get; private set; }

    public bool IsFirstPage { get; private set; } = true;

    /// <summary>Compares the sizes of the first page; true keeps the dictionary.</summary>
    public bool Decide(int withDictionary, int without)
    {
        IsFirstPage = false;
        IsActive = withDictionary < without;
        if (!IsActive)
            _pause = RetryAfter;
        return IsActive;
    }

    /// <summary>The dictionary is full, or did not pay in the first page; the rest of the chunk goes without.</summary>
    public void GiveUp()
    {
        if (IsFirstPage)
            _pause = RetryAfter;
        IsFirstPage = false;
        IsActive = false;
    }

    public void NextRowGroup()
    {
        IsFirstPage = true;
        if (_pause > 0)
            _pause--;
        IsActive = _allowed && _pause == 0;
    }
}
