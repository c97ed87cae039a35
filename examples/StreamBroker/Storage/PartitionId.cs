namespace StreamBroker.Storage;

/// <summary>A partition of a topic.</summary>
internal readonly record struct PartitionId(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}/{Partition}";

    public static PartitionId Parse(string text)
    {
        var slash = text.LastIndexOf('/');
        return new(text[..slash], int.Parse(text[(slash + 1)..], provider: null));
    }
}
