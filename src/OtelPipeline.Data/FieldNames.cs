using System.Text;

namespace OtelPipeline.Data;

internal static class FieldNames
{
    /// <summary>StartTimeUnixNano as start_time_unix_nano.</summary>
    public static string SnakeCase(string pascalCase)
    {
        var snake = new StringBuilder();
        foreach (var c in pascalCase)
        {
            if (char.IsUpper(c) && snake.Length > 0)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(c));
        }

        return snake.ToString();
    }

    /// <summary>StartTimeUnixNano as startTimeUnixNano.</summary>
    public static string CamelCase(string pascalCase) => char.ToLowerInvariant(pascalCase[0]) + pascalCase[1..];
}
