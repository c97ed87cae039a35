namespace OtelPipeline.Exporter.Parquet.Tests;

/// <summary>The process that is killed.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["write", var directory])
            return Kills.Write(directory);
        Console.Error.WriteLine("usage: write DIRECTORY");
        return 2;
    }
}
