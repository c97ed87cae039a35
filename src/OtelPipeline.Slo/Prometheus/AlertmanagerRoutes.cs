using System.Text;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>
/// Makes alert policies and notification targets into routes and receivers of Alertmanager. A definition names a target and no secret, so addresses
/// are read from files beside the configuration.
/// </summary>
/// <seealso href="https://prometheus.io/docs/alerting/latest/configuration/"/>
internal static class AlertmanagerRoutes
{
    private const string Nobody = "nobody";

    public static string Write(SloDocument document, List<string> notes)
    {
        var receivers = new SortedDictionary<string, (AlertNotificationTargetObject Target, bool Resolved)>(StringComparer.Ordinal);
        var text = new StringBuilder(RuleFile.Header)
            .Append("route:\n")
            .Append($"  receiver: {RuleFile.Yaml(Nobody)}\n")
            .Append("  group_by: [\"alertname\", \"slo_name\", \"slo_objective_name\"]\n")
            .Append("  routes:\n");
        foreach (var slo in document.Slos)
        {
            foreach (var policy in slo.AlertPolicies)
            {
                foreach (var target in policy.NotificationTargets)
                {
                    var receiver = policy.AlertWhenResolved ? target.Name : target.Name + "-unresolved";
                    receivers[receiver] = (target, policy.AlertWhenResolved);

                    // alerts of a policy are its own; those that every SLO has concern all policies that tell of breaches
                    if (policy.AlertWhenBreaching)
                    {
                        Route(text, receiver, slo, $"alert_policy={PromQl.Text(policy.Name)}");
                        Route(text, receiver, slo, "alert_policy=\"\"", $"alertname!={PromQl.Text(BurnRateRules.NoData)}");
                    }

                    if (policy.AlertWhenNoData)
                        Route(text, receiver, slo, $"alertname={PromQl.Text(BurnRateRules.NoData)}");
                }
            }
        }

        text.Append($"receivers:\n- name: {RuleFile.Yaml(Nobody)}\n");
        foreach (var (name, (target, resolved)) in receivers)
        {
            text.Append($"- name: {RuleFile.Yaml(name)}\n");
            if (Configuration(target, resolved) is { } configuration)
                text.Append(configuration);
            else
                notes.Add(
                    $"alertmanager.yaml: the receiver {name} tells nobody yet: '{target.Target}' is none of slack, pagerduty, opsgenie, an address of mail or a URL. Add its configuration."
                );
        }

        return text.ToString();
    }

    // routes of several policies may match one alert, and all of them are to be told
    private static void Route(StringBuilder text, string receiver, SloDefinition slo, params string[] matchers)
    {
        text.Append($"  - receiver: {RuleFile.Yaml(receiver)}\n    continue: true\n    matchers:\n");
        foreach (var matcher in matchers.Prepend($"slo_name={PromQl.Text(slo.Name)}"))
            text.Append($"    - '{matcher.Replace("'", "''", StringComparison.Ordinal)}'\n");
    }

    private static string? Configuration(AlertNotificationTargetObject target, bool resolved)
    {
        var send = $"    send_resolved: {(resolved ? "true" : "false")}\n";
        var kind = target.Target.Trim();
        if (kind.StartsWith("http://", StringComparison.Ordinal) || kind.StartsWith("https://", StringComparison.Ordinal))
            return $"  webhook_configs:\n  - url: {RuleFile.Yaml(kind)}\n{send}";
        if (kind.Contains('@', StringComparison.Ordinal))
            return $"  email_configs:\n  - to: {RuleFile.Yaml(kind)}\n    from: \"alertmanager@localhost\"\n    smarthost: \"localhost:25\"\n{send}";
        return kind.ToLowerInvariant() switch
        {
            "slack" => $"  slack_configs:\n  - api_url_file: {RuleFile.Yaml(target.Name + ".url")}\n{send}",
            "pagerduty" => $"  pagerduty_configs:\n  - routing_key_file: {RuleFile.Yaml(target.Name + ".key")}\n{send}",
            "opsgenie" => $"  opsgenie_configs:\n  - api_key_file: {RuleFile.Yaml(target.Name + ".key")}\n{send}",
            _ => null,
        };
    }
}
