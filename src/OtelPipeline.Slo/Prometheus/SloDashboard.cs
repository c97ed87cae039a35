using System.Text.Json;
using System.Text.Json.Nodes;
using OtelPipeline.Slo.OpenSlo;

namespace OtelPipeline.Slo.Prometheus;

/// <summary>Writes a dashboard for Grafana: what fires now, and for every objective its verdict, its value, its budget and how fast that burns.</summary>
/// <seealso href="https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/"/>
internal static class SloDashboard
{
    private const string Source = "${datasource}";
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    public static string Write(SloDocument document)
    {
        var panels = new JsonArray();
        var layout = new Layout(panels);
        layout.Row("Now");
        layout.Add(
            12,
            Panel("table", "Alerts that fire", "Alerts of the generated rules.", ("ALERTS{alertname=~\"Slo.+\",alertstate=\"firing\"}", ""))
        );
        layout.Add(
            12,
            Panel(
                "table",
                "Objectives that are not met",
                "Objectives that at least one process judges as failed, impossible to judge, or without data.",
                (
                    $"max by (slo_name, slo_objective_name, slo_result_state) ({PromQl.Result}{{slo_result_state!=\"pass\"}}) == 1",
                    "{{slo_name}}/{{slo_objective_name}}: {{slo_result_state}}"
                )
            )
        );
        foreach (var objective in document.Objectives)
            Add(layout, objective);

        var dashboard = new JsonObject
        {
            ["title"] = "Service level objectives",
            ["uid"] = "otelpipeline-slo",
            ["tags"] = new JsonArray("otelpipeline", "slo"),
            ["schemaVersion"] = 39,
            ["editable"] = true,
            ["timezone"] = "browser",
            ["refresh"] = "1m",
            ["time"] = new JsonObject { ["from"] = "now-24h", ["to"] = "now" },
            ["description"] = "Written by 'otelpipe slo rules'.",
            ["templating"] = new JsonObject
            {
                ["list"] = new JsonArray(
                    new JsonObject
                    {
                        ["name"] = "datasource",
                        ["label"] = "Prometheus",
                        ["type"] = "datasource",
                        ["query"] = "prometheus",
                    }
                ),
            },
            ["annotations"] = new JsonObject { ["list"] = new JsonArray() },
            ["panels"] = panels,
        };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
            dashboard.WriteTo(json);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private static void Add(Layout layout, SloObjective objective)
    {
        var selector = PromQl.Selector(objective);
        var burn = objective.Slo.TimeWindow is not null && objective.Kind != SloObjectiveKind.Limit ? ErrorRatio.For(objective) : null;
        if (burn is null && !objective.Indicator.IsTelemetry)
            return;
        layout.Row($"{objective.Slo.DisplayName ?? objective.Slo.Name}: {objective.Name}");
        if (objective.Indicator.IsTelemetry)
        {
            var verdict = Panel(
                "stat",
                "Verdict",
                "What the processes say; one of them is enough for a failure.",
                ($"max by (slo_result_state) ({PromQl.Result}{selector}) == 1", "{{slo_result_state}}")
            );
            verdict["options"] = new JsonObject { ["textMode"] = "name", ["colorMode"] = "none" };
            layout.Add(4, verdict);
        }

        if (burn is not null)
            AddBurn(layout, objective, burn);
        else
            AddResult(layout, objective, selector);
    }

    private static void AddBurn(Layout layout, SloObjective objective, ErrorRatio ratio)
    {
        var plan = BurnPlan.For(objective, PrometheusMetricStyle.Prometheus)!;
        layout.Add(
            4,
            Panel("stat", "Good", $"The good part of the last {PromQl.Duration(plan.Period)}.", ($"1 - {ratio.Series(plan.Period)}", "")),
            "percentunit",
            Steps(("red", null), ("green", objective.Target))
        );
        layout.Add(
            4,
            Panel(
                "stat",
                "Budget left",
                $"What is left of the error budget of {PromQl.Duration(plan.Period)}.",
                (BurnRateRules.BudgetRemaining + PromQl.Selector(objective), "")
            ),
            "percentunit",
            Steps(("red", null), ("orange", 0), ("green", 0.25m))
        );
        layout.Add(
            12,
            Panel(
                "timeseries",
                "Burn rate",
                "1 uses the budget up exactly at the end of the period. "
                    + string.Join(" ", plan.Severities.Select(s => BurnRateRules.BurnDescription(plan, s))),
                [.. plan.Windows.Select(w => ($"{ratio.Series(w)} / {PromQl.Number(plan.Budget)}", PromQl.Duration(w)))]
            )
        );
    }

    private static void AddResult(Layout layout, SloObjective objective, string selector)
    {
        var isLimit = objective.Kind == SloObjectiveKind.Limit;
        var mustBeLow = isLimit && objective.Op is Comparison.Lte or Comparison.Lt;
        layout.Add(
            4,
            Panel(
                "stat",
                isLimit ? "Value" : "Good",
                ResultRules.Describe(objective),
                ($"{(mustBeLow ? "max" : "min")}(slo_sli_value{selector})", "")
            ),
            isLimit ? objective.Indicator.Threshold?.Telemetry?.Unit ?? "short" : "percentunit",
            Steps((mustBeLow ? "green" : "red", null), (mustBeLow ? "red" : "green", isLimit ? objective.Value!.Value : objective.Target))
        );
        if (isLimit)
        {
            layout.Add(
                16,
                Panel(
                    "timeseries",
                    "Value and limit",
                    "Each process, and the limit.",
                    ($"slo_sli_value{selector}", "{{instance}}"),
                    ($"max(slo_objective_value{selector})", "limit")
                )
            );
            return;
        }

        layout.Add(
            4,
            Panel("stat", "Budget left", "The least of all processes.", ($"min(slo_error_budget_remaining_ratio{selector})", "")),
            "percentunit",
            Steps(("red", null), ("green", 0))
        );
        layout.Add(
            12,
            Panel(
                "timeseries",
                "Events",
                "Good and bad events per second.",
                ($"sum by (slo_outcome) (rate({PromQl.Events}{selector}[$__rate_interval]))", "{{slo_outcome}}")
            )
        );
    }

    private static JsonObject Panel(string type, string title, string description, params (string Query, string Legend)[] queries)
    {
        var targets = new JsonArray();
        foreach (var (query, legend) in queries)
        {
            targets.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["refId"] = ((char)('A' + targets.Count)).ToString(),
                        ["datasource"] = new JsonObject { ["type"] = "prometheus", ["uid"] = Source },
                        ["expr"] = query,
                        ["legendFormat"] = legend,
                        ["instant"] = type != "timeseries",
                        ["range"] = type == "timeseries",
                        ["format"] = type == "table" ? "table" : "time_series",
                    }
            );
        }

        return new JsonObject
        {
            ["type"] = type,
            ["title"] = title,
            ["description"] = description,
            ["datasource"] = new JsonObject { ["type"] = "prometheus", ["uid"] = Source },
            ["targets"] = targets,
        };
    }

    private static JsonArray Steps(params (string Color, decimal? From)[] steps) =>
        new([.. steps.Select(static JsonNode (s) => new JsonObject { ["color"] = s.Color, ["value"] = s.From })]);

    /// <summary>Puts panels side by side, 24 units wide.</summary>
    private sealed class Layout(JsonArray panels)
    {
        private const int Height = 6;
        private int _x;
        private int _y;

        public void Row(string title)
        {
            NewLine();
            panels.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["id"] = panels.Count + 1,
                        ["type"] = "row",
                        ["title"] = title,
                        ["collapsed"] = false,
                        ["gridPos"] = Position(24, 1),
                        ["panels"] = new JsonArray(),
                    }
            );
            _y++;
        }

        public void Add(int width, JsonObject panel, string unit = "short", JsonArray? steps = null)
        {
            panel["id"] = panels.Count + 1;
            panel["gridPos"] = Position(width, Height);
            var defaults = new JsonObject { ["unit"] = unit };
            if (steps is not null)
                defaults["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = steps };
            panel["fieldConfig"] = new JsonObject { ["defaults"] = defaults, ["overrides"] = new JsonArray() };
            panels.Add((JsonNode)panel);
            _x += width;
        }

        private void NewLine()
        {
            if (_x > 0)
                (_x, _y) = (0, _y + Height);
        }

        private JsonObject Position(int width, int height) =>
            new()
            {
                ["h"] = height,
                ["w"] = width,
                ["x"] = _x,
                ["y"] = _y,
            };
    }
}
