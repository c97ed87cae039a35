using System.CommandLine;
using System.Text;

namespace OtelPipeline.Cli.Commands;

/// <summary>Prints scripts that let a shell complete commands, options and their values; files are completed by the shell itself.</summary>
internal static class CompletionCommand
{
    public static Command Build(Session session)
    {
        var command = new Command("completion", "Prints the completion script of a shell.");
        var shell = new Argument<string>("SHELL") { HelpName = "SHELL", Description = "bash, zsh, fish or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        command.Add(shell);
        command.SetAction(parsed =>
        {
            session.Output.Write(Encoding.UTF8.GetBytes(Script(parsed.GetRequiredValue(shell))));
            session.Flush();
            return ExitCodes.Success;
        });
        return command.WithExamples(
            "source <(otelpipe completion bash)",
            "otelpipe completion zsh > \"${fpath[1]}/_otelpipe\"",
            "otelpipe completion fish > ~/.config/fish/completions/otelpipe.fish",
            "otelpipe completion pwsh | Out-String | Invoke-Expression"
        );
    }

    private static string Script(string shell) =>
        shell switch
        {
            "bash" => """
                _otelpipe() {
                    local cur=${COMP_WORDS[COMP_CWORD]} IFS=$'\n'
                    COMPREPLY=($(compgen -W "$(otelpipe "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$cur"))
                    COMPREPLY+=($(compgen -f -- "$cur"))
                }
                complete -o filenames -F _otelpipe otelpipe

                """,
            "zsh" => """
                #compdef otelpipe
                _otelpipe() {
                    local -a suggestions
                    suggestions=("${(@f)$(otelpipe "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
                    compadd -- $suggestions
                    _files
                }
                if [ "$funcstack[1] " = "_otelpipe " ]; then _otelpipe "$@"; else compdef _otelpipe otelpipe; fi

                """,
            "fish" => """
                complete -c otelpipe -a '(set -l line (commandline -cp); otelpipe "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null)'

                """,
            _ => """
                Register-ArgumentCompleter -Native -CommandName otelpipe -ScriptBlock {
                    param($wordToComplete, $commandAst, $cursorPosition)
                    otelpipe "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
                }

                """,
        };
}
