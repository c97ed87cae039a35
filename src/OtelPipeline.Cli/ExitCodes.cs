namespace OtelPipeline.Cli;

/// <summary>What the process answers.</summary>
internal static class ExitCodes
{
    /// <summary>Yes, or done.</summary>
    public const int Success = 0;

    /// <summary>No: nothing was found, or something is not valid.</summary>
    public const int No = 1;

    /// <summary>Bad arguments or unreadable input.</summary>
    public const int Error = 2;

    /// <summary>Interrupted from the keyboard: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;
}
