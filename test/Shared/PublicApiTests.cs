using System.Reflection;

namespace OtelPipeline.Testing;

/// <summary>
/// The public API of the assembly that this test project is named after, against <c>PublicApi.txt</c> beside the project file: a change of
/// what users compile against shall be seen in review. <c>OTELPIPELINE_ACCEPT_API=1 dotnet test</c> accepts it.
/// </summary>
internal sealed class PublicApiTests
{
    [Test]
    public void The_public_api_is_the_accepted_one()
    {
        var testAssembly = typeof(PublicApiTests).Assembly;
        var name = testAssembly.GetName().Name!;
        name = name[..^".Tests".Length];
        var directory = testAssembly
            .GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(static a => a.Key == "TestProjectDirectory")
            .Value!;
        var acceptedPath = Path.Combine(directory, "PublicApi.txt");
        var receivedPath = Path.Combine(directory, "PublicApi.received.txt");
        var received = PublicApiText.Of(Assembly.Load(name));
        var accepted = File.Exists(acceptedPath) ? File.ReadAllText(acceptedPath).Replace("\r\n", "\n", StringComparison.Ordinal) : "\n";
        if (received != accepted && Environment.GetEnvironmentVariable("OTELPIPELINE_ACCEPT_API") == "1")
        {
            File.WriteAllText(acceptedPath, received);
            accepted = received;
        }

        if (received == accepted)
        {
            File.Delete(receivedPath);
            return;
        }

        File.WriteAllText(receivedPath, received);
        Assert.Fail(
            $"""
            The public API of {name} is not the one in {acceptedPath}:
            {Difference(accepted, received)}
            If this is wanted, run the test again with OTELPIPELINE_ACCEPT_API=1, or copy PublicApi.received.txt over PublicApi.txt.
            """
        );
    }

    // members of one name occur in several types, so each line is compared together with its type
    private static string Difference(string accepted, string received)
    {
        var (before, after) = (Qualified(accepted), Qualified(received));
        var lines = before
            .Except(after)
            .Select(static l => "- " + l)
            .Concat(after.Except(before).Select(static l => "+ " + l))
            .OrderBy(static l => l[2..], StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static List<string> Qualified(string text)
    {
        var type = "";
        var lines = new List<string>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!line.StartsWith(' '))
                type = line;
            lines.Add(line.StartsWith(' ') ? type.Split(" : ")[0] + " →" + line : line);
        }

        return lines;
    }
}
