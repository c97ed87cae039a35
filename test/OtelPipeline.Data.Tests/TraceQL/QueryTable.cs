namespace OtelPipeline.Data.Tests.TraceQL;

/// <summary>
/// Queries and what they find in <see cref="QueryData"/>, each line reviewed by hand against the rules of Tempo; "none" where nothing is found. Sets
/// of one trace are in parentheses where there are several.
/// </summary>
internal static class QueryTable
{
    /// <summary>Each field, compared with a value.</summary>
    public const string Fields = """
        # intrinsics
        { } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { true } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { false } => none
        { name = "node read" } => a2 b2
        { name != "node read" } => a1 a3 a4 a5 a6 b1 b3 c1 c2
        { name =~ "node.*" } => a2 a3 b2 b3
        { name =~ "node" } => none
        { name !~ "node.*" } => a1 a4 a5 a6 b1 c1 c2
        { name !~ "run.*|GET.*" } => a2 a3 b2 b3 c1 c2
        { name > "node clean" } => a1 a2 b1 b2 c1
        { name >= "node clean" } => a1 a2 a3 b1 b2 b3 c1
        { name < "leaf" } => a4 a5 a6
        { name <= "leaf" } => a4 a5 a6 c2
        { span:name = "leaf" } => c2
        { "leaf" = name } => c2
        { "leaf" != name } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1
        { name =~ "(?i)NODE READ" } => a2 b2
        { name =~ `run (daily|hourly)` } => a1 b1
        { name =~ "[[:alpha:]]+" } => c1 c2
        { name =~ "\\w+ \\w+" } => a1 a2 a3 b1 b2 b3
        { name =~ "^orphan$" } => c1
        { name =~ "GET .files" } => a4 a5 a6
        { name =~ "\\QGET /files\\E" } => a4 a5 a6
        { name =~ "" } => none
        { kind = internal } => a1 a2 a3 b1
        { kind = client } => a4 a6 c2
        { kind = server } => a5
        { kind = producer } => b2
        { kind = consumer } => b3
        { kind = unspecified } => c1
        { kind != internal } => a4 a5 a6 b2 b3 c1 c2
        { span:kind = client } => a4 a6 c2
        { status = ok } => a2 b1 b2 c2
        { status = error } => a3 a4 a5
        { status = unset } => a1 a6 b3 c1
        { status != unset } => a2 a3 a4 a5 b1 b2 c2
        { error = status } => a3 a4 a5
        { span:status = error } => a3 a4 a5
        { statusMessage = "disk full" } => a3
        { statusMessage != "" } => a3
        { statusMessage = "" && status = error } => a4 a5
        { span:statusMessage =~ "disk.*" } => a3
        { duration = 400ms } => b2 b3
        { duration > 1s } => a1 a2 a3 a4 a5
        { duration >= 1s } => a1 a2 a3 a4 a5 c1
        { duration < 400ms } => a6 c2
        { duration <= 400ms } => a6 b2 b3 c2
        { duration != 400ms && name =~ "node.*" } => a2 a3
        { span:duration > 1m30s } => none
        { duration > 1.2s } => a1 a2 a3 a4
        { duration = 10000000 } => c2
        { duration > 4.9e9 } => a1 a3
        { duration > 1s && duration < 2s } => a4 a5
        { 1s = duration } => c1
        { duration = 0.01s } => c2
        { duration > 1h || duration = 10ms } => c2
        { span:id = "51000000000000a4" } => a4
        { span:id = "a4" } => none
        { span:id = "51000000000000A4" } => none
        { span:id != "51000000000000a4" && kind = client } => a6 c2
        { span:parentID = "51000000000000a3" } => a4 a6
        { span:parentID = "0000000000000000" } => none
        { span:parentID != "51000000000000a3" && name = "GET /files" } => a5
        { span:id > span:parentID && kind = client } => a4 a6 c2
        { span:id < span:parentID } => c1
        { trace:id = "a0" && kind = server } => a5
        { trace:id = "000000000000000000000000000000a0" && kind = server } => a5
        { trace:id = "c0000000000000000" } => c1 c2
        { trace:id != "a0" && kind != client } => b1 b2 b3 c1
        { trace:id = "zz" } => none
        { span:childCount = 2 } => a1 a3 b1
        { span:childCount > 0 } => a1 a3 a4 b1
        { span:childCount = 0 && name =~ "node.*" } => a2 b2 b3
        { traceDuration = 10s && kind = server } => a5
        { traceDuration < 1s } => b1 b2 b3
        { trace:duration > 900ms && duration < 1s } => a6 c2
        { rootName = "run hourly" } => b1 b2 b3
        { rootName = "" } => c1 c2
        { trace:rootName =~ "run.*" && kind = client } => a4 a6
        { rootServiceName = "ingest" && kind = server } => a5
        { trace:rootService = "" } => c1 c2
        { trace:rootService != "ingest" } => c1 c2
        { instrumentation:name = "http" } => a4 a5 a6
        { instrumentation:name = "" } => c1 c2
        { instrumentation:version = "1.0" && duration > 2s } => a1 a3
        { instrumentation:version = "" && kind = client } => a4 a6 c2
        { instrumentation:version = 1 } => none
        { instrumentation:name } => none
        { event:name = "exception" } => a3 a5
        { event:name = "retry" } => a3
        { event:name =~ "re.*" } => a3
        { event:name != "exception" } => a3
        { event:name = "nothing" } => none
        { event:timeSinceStart >= 1s } => a3
        { event:timeSinceStart < 500ms } => a5
        { event:name = "retry" && event:timeSinceStart > 1500ms } => a3
        { event:name = "exception" && event:timeSinceStart > 1500ms } => none
        { link:spanID = "51000000000000a2" } => b2
        { link:traceID = "a0" } => b2
        { link:spanID = "a2" } => none
        { link:traceID != "a0" } => none
        # attributes
        { .rows = 100 } => a1 a2
        { span.rows = 100 } => a1 a2
        { .rows > 6 } => a1 a2 a3 c1
        { .rows < 100 } => a3 b1 c1
        { .rows <= 90 } => a3 b1 c1
        { .rows != 100 } => a3 b1 c1
        { .rows = 5 } => b1
        { .rows = 5.0 } => b3
        { .rows > 1.0 } => b3
        { .rows = "many" } => b2
        { .rows != "many" } => none
        { .rows =~ "m.*" } => b2
        { .rows = 100s } => none
        { .rows = 5 || .rows = 5.0 } => b1 b3
        { .rows = 5 || .ratio = 5.0 } => b1 b3
        { .rows = true } => none
        { .ratio = 0.5 } => a1
        { .ratio > 0.3 } => a1 c2
        { .ratio < 1 } => none
        { .ratio >= 1 } => b1
        { .ratio = 1.0 } => none
        { .ok } => a1 a2
        { .ok = true } => a1 a2
        { .ok = false } => a3 b1
        { .ok != true } => a3 b1
        { !.ok } => a3 b1
        { .ok && name = "node read" } => a2
        { .ok || name = "leaf" } => a1 a2
        { true = .ok } => a1 a2
        { span.ok && span.pipeline.name = "daily" } => a1
        { .pipeline.node.name = "clean" } => a3 b3
        { .pipeline.node.name = "clean" && duration > 2s } => a3
        { .pipeline.node.name != "clean" } => a2 b2
        { .pipeline.name =~ ".*ly" } => a1 b1
        { .pipeline.name >= "e" } => b1
        { .http.status >= 400 && .http.status < 600 } => a4 a5
        { .http.status = 500 || .http.status = 200 } => a4 a5 a6
        { .http.status != 500 && .http.status != 200 } => none
        { .http.url =~ ".*x=1" } => a4
        { .http.url !~ ".*x=1" } => a6
        { .http.status = "500" } => none
        { .missing = 1 } => none
        { .missing != 1 } => none
        { .missing =~ ".*" } => none
        { .missing !~ "x" } => none
        { ."two words" = "grüße" } => c1
        { span."two words" = "gr\u00fc\u00dfe" } => c1
        { ."b=c" = 1 } => c1
        { .empty = "" } => c1
        { .empty != "x" } => c1
        { resource.pool = 4 } => a5
        { resource.pool > 2 || name = "leaf" } => a5 c2
        { span.pool = 4 } => none
        { .pool = 4 } => a5
        { .zone = "eu" && kind = internal } => a1 a3 b1
        { .zone = "local" } => a2
        { resource.zone = "eu" && name = "node read" } => a2 b2
        { span.zone != nil } => a2
        { resource.service.name = "files" } => a5
        { resource.service.name = "" } => c1 c2
        { resource.service.name != "ingest" } => a5 c1 c2
        { resource.service.name =~ "f.*" } => a5
        { .service.name = "files" } => a5
        { .service.name != "ingest" } => a5 c1 c2
        { span.service.name = "files" } => none
        { instrumentation.tier = "core" && duration < 1s } => b1 b2 b3
        { instrumentation.tier = nil } => a4 a5 a6 c1 c2
        { instrumentation.tier != nil && status = ok } => a2 b1 b2
        { event.exception.type = "IOException" } => a3
        { event.exception.type = "Timeout" } => a5
        { event.n = 1 } => a3
        { event.n = 2 } => a3
        { event.n > 1 } => a3 a5
        { event.n >= 1 && event:name = "retry" } => a3
        { event.n = 1 && event:name = "retry" } => none
        { event.reason = "slow" || event.n = 7 } => a3 a5
        { (event:name = "retry" || event:name = "exception") && event.n = 1 } => a3
        { (event:name = "retry" || "nothing" = event:name) && event.n = 1 } => none
        { (event:name = "retry" || event:name =~ "nothing") && event.n = 1 } => a3
        { event:name != "exception" && event:name != "nothing" && event.n = 1 } => none
        { event.n = 2 || name = "leaf" } => c2
        { event.reason = nil } => a3 a5
        { event.reason != nil } => a3
        { event.n != nil && kind = server } => a5
        { link.why = "depends_on" } => b2
        { link.why != nil } => b2
        { link.why = nil } => none
        """;

    /// <summary>Values of all types, and operators between them.</summary>
    public const string Types = """
        # nil
        { .rows = nil } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { nil = .rows } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { .rows != nil } => a1 a2 a3 b1 b2 b3 c1
        { nil != .rows } => a1 a2 a3 b1 b2 b3 c1
        { span.rows = nil && kind = client } => a4 a6 c2
        { span.zone = nil && kind = internal } => a1 a3 b1
        { .zone = nil && kind = internal } => a1 a3 b1
        { resource.pool = nil } => c1 c2
        { resource.pool != nil && kind = server } => a5
        { .raw != nil } => none
        { .raw = nil && name = "leaf" } => c2
        { .mixed != nil } => none
        { nil = nil } => none
        { nil != nil } => none
        { name != nil && kind = server } => a5
        # arrays
        { .tags = "x" } => a2
        { .tags = "y" } => a2 b3
        { .tags != "x" } => a2 b3
        { .tags != "y" } => a2
        { .tags =~ "x|z" } => a2
        { .tags !~ "x" } => a2 b3
        { .tags = "x" || .tags = "y" } => a2 b3
        { .counts = 2 } => c2
        { .counts > 2 } => c2
        { .counts > 3 } => none
        { .counts < 1 } => none
        { .counts != 2 } => c2
        { .counts != 1 && .counts != 2 } => c2
        { .counts != 1 && .counts != 2 && .counts != 3 } => none
        { .counts = 7 || .counts = 3 } => c2
        { .tags !~ "x" && .tags !~ "y" } => none
        { .counts = 2.0 } => none
        { .flags = true } => c2
        { .flags = false } => c2
        { .halves > 1.0 } => c2
        { .halves < 0.5 } => none
        { "x" = .tags } => a2
        { .mixed = 1 } => none
        # arithmetic
        { .rows + 1 = 101 } => a1 a2
        { .rows - 10 = 80 } => a3
        { .rows * 2 = 200 } => a1 a2
        { .rows / 2 = 50 } => a1 a2
        { .rows / 3 = 33 } => a1 a2
        { .rows % 7 = 0 } => c1
        { .rows ^ 1 = 1 } => a1 a2 a3 b1 c1
        { -.rows = -90 } => a3
        { -.rows < -95 } => a1 a2
        { .rows + .http.status = 1 } => none
        { .rows * 1.0 = 5 } => b1 b3
        { .rows / 0 = 1 } => none
        { duration * 2 > 10s } => a1
        { duration > 2s * 2 } => a1 a3
        { duration > 1s + 1s } => a1 a3
        { 1 + 1 = 2 } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { 1 / 2 = 0 } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { 2 ^ 3 = 9 } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { 7 % 4 = 3 && name = "leaf" } => c2
        { .ratio * 4.0 = 2 } => a1
        { .rows = .rows } => a1 a2 a3 b1 b2 b3 c1
        { .rows = .ratio } => none
        { .rows != .http.status } => none
        { .pipeline.node.name != .zone } => a2 a3 b2 b3
        { (.rows + 1) * 2 = 202 } => a1 a2
        { .rows + 1 * 2 = 102 } => a1 a2
        { -1 < .rows && kind = unspecified } => none
        # logic
        { name = "leaf" || name = "orphan" } => c1 c2
        { name = "leaf" || name = "orphan" && kind = client } => c2
        { name = "leaf" || (name = "orphan" && kind = client) } => c2
        { (name = "leaf" || name = "orphan") && status = ok } => c2
        { !(name = "leaf") } => none
        { !(span.rows = 100) } => none
        { !(.rows = 100) && name = "node read" } => b2
        { name = "node read" && !(span.rows = 100) } => none
        { !(status = error) && name =~ "node.*" } => none
        { !(name = "leaf" || name = "orphan") } => none
        { !false && name = "leaf" } => c2
        { !true } => none
        { status = error && !(.missing = 1) } => a3 a4 a5
        { span.rows = 5 && !(span.ratio = 3) } => none
        { 3 < .rows } => none
        { 6 > .rows } => none
        { 2s < duration } => none
        { "a" = "a" } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { "a" =~ "a|b" } => a1 a2 a3 a4 a5 a6 b1 b2 b3 c1 c2
        { 1 > 2 } => none
        { true && name = "leaf" } => c2
        { false || name = "leaf" } => c2
        { name = "leaf" && true } => c2
        { maxInt > .rows } => none
        { .rows > minInt } => a1 a2 a3 b1 c1
        """;

    /// <summary>Sets of spans.</summary>
    public const string Traces = """
        # relations
        { } >> { } => a2 a3 a4 a5 a6 b2 b3
        { name = "run daily" } > { } => a2 a3
        { name = "run daily" } >> { } => a2 a3 a4 a5 a6
        { name = "run daily" } >> { kind = client } => a4 a6
        { kind = client } > { kind = server } => a5
        { kind = server } < { kind = client } => a4
        { kind = server } << { name = "run daily" } => a1
        { name = "node clean" } << { kind = server } => none
        { name = "node clean" } < { status = error } => none
        { kind = server } << { } => a1 a3 a4
        { name = "node read" } ~ { } => a3 b3
        { name = "node read" } ~ { name = "node clean" } => a3 b3
        { name = "GET /files" } ~ { name = "GET /files" } => a4 a6
        { kind = server } ~ { } => none
        { name = "run daily" } !> { name =~ "node.*|GET.*" } => a4 a5 a6 b2 b3
        { kind = client } !> { kind = server } => none
        { name = "node clean" } !>> { name = "GET /files" } => none
        { name = "run daily" } !>> { } => a1 b1 b2 b3
        { name = "run daily" } !>> { } || { name = "leaf" } => a1 b1 b2 b3 c2
        { kind = server } !< { kind = client } => a6 c2
        { kind = server } !<< { status = error } => a5
        { name = "node read" } !~ { name =~ "node.*" } => a2 b2
        { name = "node clean" } &> { kind = client } => a3 a4 a6
        { name = "node clean" } &>> { kind = server } => a3 a5
        { kind = server } &< { kind = client } => a4 a5
        { kind = server } &<< { name =~ "run.*" } => a1 a5
        { name = "node read" } &~ { name = "node clean" } => a2 a3 b2 b3
        { name = "orphan" } > { name = "leaf" } => none
        { name = "orphan" } !> { name = "leaf" } => c2
        { name = "orphan" } ~ { } => none
        { } > { } > { kind = server } => a5
        { name = "run daily" } > { status = error } > { kind = client } => a4 a6
        { name = "nothing" } !> { kind = server } => a5
        { name = "nothing" } > { } => none
        # combinations
        { name = "node read" } && { status = error } => a2 a3 a4 a5
        { name = "node read" } && { name = "nothing" } => none
        { name = "node read" } || { status = error } => a2 a3 a4 a5 b2
        { name = "leaf" } || { name = "nothing" } => c2
        { name = "leaf" } && { name = "orphan" } => c1 c2
        ({ kind = server } || { kind = client }) && { name = "node clean" } => a3 a4 a5 a6
        { kind = server } || { kind = client } && { name = "node clean" } => a3 a4 a5 a6
        { kind = server } && { kind = client } > { kind = server } => a5
        ({ name = "node clean" } > { kind = client }) && { kind = server } => a4 a5 a6
        { span.rows = 100 } && { span.rows = 5.0 } => none
        { span.rows = 5 } || { span.rows = 5.0 } => b1 b3
        # pipelines
        { name =~ "node.*" } | { status = error } => a3
        { name =~ "node.*" } | { .rows > 95 } => a2
        { } | count() > 2 => a1 a2 a3 a4 a5 a6 b1 b2 b3
        { } | count() = 2 => c1 c2
        { } | count() < 4 | { kind = client } => c2
        { status = error } | count() >= 3 => a3 a4 a5
        { status = error } | count() > 3 => none
        count() = 3 => b1 b2 b3
        count() > 2 | { kind = server } => none
        3 < count() => a1 a2 a3 a4 a5 a6
        { } | avg(duration) > 1s => a1 a2 a3 a4 a5 a6
        { } | max(duration) = 900ms => b1 b2 b3
        { } | min(duration) < 100ms => c1 c2
        { } | sum(duration) > 10s => a1 a2 a3 a4 a5 a6
        { name =~ "node.*" } | avg(.rows) > 50 => a2 a3
        { name =~ "node.*" } | avg(.rows) = 95 => a2 a3
        { name =~ "node.*" } | max(.rows) = 100 => a2 a3
        { } | sum(.rows) = 290 => a1 a2 a3 a4 a5 a6
        { } | min(.ratio) = 0.25 => a1 a2 a3 a4 a5 a6
        { } | max(.missing) > 0 => none
        { } | max(.rows + 1) = 101 => none
        { } | max(duration) - min(duration) > 9s => a1 a2 a3 a4 a5 a6
        { } | count() * 2 = 12 => a1 a2 a3 a4 a5 a6
        { } | count() + count() = 4 => c1 c2
        { } | max(.rows) > count() => a1 a2 a3 a4 a5 a6 c1 c2
        { name = "GET /files" } | by(kind) => (a4 a6) (a5)
        { name = "GET /files" } | by(kind) | count() > 1 => a4 a6
        { } | by(name) | count() > 1 => a4 a5 a6
        { } | by(status) | max(duration) > 9s => a1 a6
        { } | by(.pipeline.node.name) | count() = 1 => (a2) (a3) (b1) (b2) (b3)
        { } | by(resource.service.name) | count() = 1 => a5
        { } | by(1 + .rows) | count() = 2 => a1 a2
        { } | by(kind) | count() > 1 | coalesce() => a1 a2 a3 a4 a6
        { } | by(kind) | coalesce() | count() = 6 => a1 a2 a3 a4 a5 a6
        by(kind) | { status = error } => (a3) (a4) (a5)
        { status = error } | select(.rows, name) => a3 a4 a5
        { kind = server } | select(resource.service.name) | { name = "GET /files" } => a5
        ({ name = "node clean" } | count() = 1) >> ({ kind = server }) => a5
        ({ status = error } | count() > 2) && ({ name = "node read" }) => a2 a3 a4 a5
        ({ status = error } | count() > 5) || ({ name = "leaf" } | count() = 1) => c2
        ({ } | by(name) | coalesce()) >> ({ kind = server } | count() = 1) => a5
        { } > { } | count() > 3 => a2 a3 a4 a5 a6
        { } | { status = error } | { kind = client } => a4
        { .rows > 6 } | count() = 3 | avg(duration) > 3s => a1 a2 a3
        { name /* of the span */ = "leaf" } // and another => c2
        { } !> { } => a1 b1
        { } !> { name = "leaf" } => c2
        { } !~ { } => a1 a5 b1
        { kind = client } | { status = error } | count() = 1 => a4
        { name = "GET /files" } | select(.http.status) | { .http.status = 500 } => a4 a5
        { name =~ "node.*" } | { .rows = 100 } | { kind = internal } => a2
        { (true) && ((name) = ("leaf")) } => c2
        """;
}
