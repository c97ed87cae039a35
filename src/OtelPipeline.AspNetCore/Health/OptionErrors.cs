using Microsoft.Extensions.Options;

namespace OtelPipeline.AspNetCore.Health;

/// <summary>Collects what is wrong with options, so that all of it is reported at once.</summary>
internal sealed class OptionErrors(string path)
{
    private readonly List<string> _errors = [];

    public ValidateOptionsResult Result => _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);

    public void Range(string key, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most)
            _errors.Add($"{path}:{key} is {value}; it must lie between {least} and {most}.");
    }

    public void NotBlank(string key, string? value)
    {
        if (value is not null && string.IsNullOrWhiteSpace(value))
            _errors.Add($"{path}:{key} is blank; give a value or leave it out.");
    }

    public void Add(string key, string problem) => _errors.Add($"{path}:{key} {problem}");
}
