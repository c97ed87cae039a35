using System.Globalization;

namespace OtelPipeline.FaultTests;

/// <summary>
/// The process that faults happen to, and the fault command: <c>dotnet run -c Release --project test/OtelPipeline.FaultTests -- kills</c>
/// kills 300 times, unless another number follows.
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["write", var directory, var instance, var format, var compression, var retain, var records]:
                return Child.Write(directory, instance, format, compression, Number(retain), Number(records));
            case ["full", var directory]:
                return Child.FillDisk(directory);
            case ["stdout", var records]:
                return Child.WriteConsole(Number(records));
            case ["flat"]:
                return Child.WriteFlatConsole();
            case ["sdk", var directory, var records]:
                return Child.RunSdk(directory, Number(records));
            case ["kills", .. var kills]:
                var report = Kills.Run(kills.Length == 0 ? 300 : Number(kills[0]), Environment.TickCount);
                Console.WriteLine(report);
                return report.Failures.Count == 0 ? 0 : 1;
            default:
                Console.Error.WriteLine("usage: kills [COUNT]");
                return 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
