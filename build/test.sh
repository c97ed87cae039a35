#!/usr/bin/env bash
# Installs what the tests need, builds everything, checks the format and runs every test project.
# The last line is "N passed, N failed"; the exit code is 0 only when nothing failed.
#
#   build/test.sh                  all of it
#   TEST_JOBS=4 build/test.sh      test projects that run at the same time (default 2)
#   TEST_FILTER=Name build/test.sh only tests with this in their full names
#
# Logs and results: artifacts/test/.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
exec </dev/null

# Programs that tests start: the command, the Debian package that has it, where else to get it.
programs=(
    "prometheus|prometheus|https://prometheus.io/download/ or: brew install prometheus"
    "promtool|prometheus|https://prometheus.io/download/ or: brew install prometheus"
    "script|bsdutils|https://github.com/util-linux/util-linux"
    "amtool|prometheus-alertmanager|https://prometheus.io/download/ or: brew install alertmanager"
    "jq|jq|https://jqlang.org/download/ or: brew install jq"
    "pkill|procps|https://gitlab.com/procps-ng/procps" # ends the compiler
    "cc|build-essential|https://gcc.gnu.org/ or: xcode-select --install" # links the tool of native code
)
# ... and those that test/*/package.json needs
npm_programs=(
    "node|nodejs|https://nodejs.org/ (20 or later) or: brew install node"
    "npm|npm|https://nodejs.org/ (20 or later) or: brew install node"
)

configuration=Release
results=$PWD/artifacts/test
passed=0
failed=0
problems=()

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# No build server outlives this script. MSBuild reads the other two as properties: the compiler, which is half as long at work when it is started once for
# all projects, serves this script alone and ends with it.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=true SharedCompilationId=otelpipe-$$-tests

# promtool, of which the tests need most, spends a fifth of its time on collecting garbage from a heap of some megabytes
export GOGC=400

say() { printf '%s\n' "$*"; }
section() { printf '\n== %s\n' "$*"; }

problem() {
    failed=$((failed + 1))
    problems+=("$1")
    say "FAILED: $1"
}

finish() {
    section "result"
    local text
    for text in ${problems[@]+"${problems[@]}"}; do say "  failed: $text"; done
    say "  took $((SECONDS / 60)) min $((SECONDS % 60)) s; logs in artifacts/test"
    say "$passed passed, $failed failed"
    if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then exit 1; fi
    exit 0
}

# what tests leave in the temporary folder goes away with this one
temporary=$(mktemp -d)
export TMPDIR=$temporary
policy= # the file that keeps apt from starting services, while it is ours

stop_jobs() {
    local job
    for job in $(jobs -rp); do kill "-$1" -- "-$job" 2>/dev/null; done
}

allow_services() {
    if [ -n "$policy" ]; then $sudo rm -f "$policy"; fi
    policy=
}

cleanup() {
    local patience=20
    stop_jobs TERM
    while [ -n "$(jobs -rp)" ] && [ $((patience -= 1)) -gt 0 ]; do sleep 0.25; done
    stop_jobs KILL
    pkill -f -- "-pipename:$SharedCompilationId"
    allow_services
    rm -rf "$temporary"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

sudo=
if [ "$(id -u)" -ne 0 ] && command -v sudo >/dev/null; then sudo="sudo -n"; fi

# dotnet and npm keep caches below HOME and fail without a folder that they can write to
if [ ! -d "${HOME:-}" ] || [ ! -w "${HOME:-}" ]; then
    export HOME=$temporary/home
    mkdir -p "$HOME"
fi

# every job is a process group of its own, so that all of it can be stopped
set -m

# runs a command as a job, which a signal to this script does not have to wait for, and shows its output only where it fails
quietly() {
    local log=$results/$1.log
    shift
    "$@" >"$log" 2>&1 &
    if wait $!; then return 0; fi
    if [ "$(wc -l <"$log")" -le 60 ]; then cat "$log"; else
        head -n 20 "$log"
        say "..."
        tail -n 40 "$log"
    fi
    return 1
}

# Debian starts and enables the service of a package that has one; here only the programs are wanted.
forbid_services() {
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null && $sudo chmod 755 "$policy"
    fi
}

install_packages() {
    local package unit
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" || return 1
    if [ -d /run/systemd/system ]; then
        for package in "$@"; do
            for unit in $(dpkg -L "$package" | sed -n 's,^\(/usr\)\{0,1\}/lib/systemd/system/\([^/]*\.\(service\|timer\)\)$,\2,p'); do
                $sudo systemctl disable --now "$unit"
            done
        done
    fi
}

install_programs() {
    local line command package source missing=() packages=()
    for line in "$@"; do
        IFS='|' read -r command package source <<<"$line"
        if ! command -v "$command" >/dev/null; then
            missing+=("$line")
            packages+=("$package")
        fi
    done
    if [ ${#missing[@]} -eq 0 ]; then return; fi
    if command -v apt-get >/dev/null; then
        say "installing: ${packages[*]}"
        forbid_services
        quietly apt install_packages "${packages[@]}"
        allow_services
    fi
    for line in "${missing[@]}"; do
        IFS='|' read -r command package source <<<"$line"
        if ! command -v "$command" >/dev/null; then
            say "$command is missing and the tests that need it will fail. Debian: apt-get install $package; elsewhere: $source"
        fi
    done
}

# One project in its own log; the counts are read from its trx file afterwards.
run_tests() {
    local project=$1 name=$2
    # a test that hangs ends its project after some minutes and is named in the log
    dotnet test "$project" --configuration "$configuration" --no-build --nologo \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
        --blame-hang-timeout 15m --blame-hang-dump-type none \
        ${TEST_FILTER:+--filter "FullyQualifiedName~$TEST_FILTER"} >"$results/$name.log" 2>&1
    echo $? >"$results/$name.exit"
}

# prints "total passed failed" of a trx file
trx_counts() {
    awk '
        function value(name,   at) {
            at = match($0, " " name "=\"[0-9]+\"")
            return at ? substr($0, at + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0
        }
        /<Counters / { total = value("total"); passed = value("passed"); failed = value("failed") + value("error") + value("timeout") + value("aborted") }
        END { print total + 0, passed + 0, failed + 0 }
    ' "$1"
}

# prints the names and messages of the failed tests of a trx file
trx_failures() {
    awk '
        function plain(text) {
            gsub(/&#xD;/, "", text); gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text)
            gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'\''", text); gsub(/&amp;/, "\\&", text)
            return text
        }
        /<UnitTestResult / {
            bad = ($0 ~ / outcome="(Failed|Error|Timeout|Aborted)"/)
            if (bad) {
                match($0, / testName="[^"]*"/)
                print "  x " plain(substr($0, RSTART + 11, RLENGTH - 12))
            }
        }
        bad && /<Message>|<StackTrace>/ { inside = 1; lines = 0 }
        bad && inside {
            text = $0
            done = (text ~ /<\/(Message|StackTrace)>/)
            gsub(/<\/?(Message|StackTrace)>/, "", text)
            sub(/^ +/, "", text)
            if (text !~ /^[ \t\r]*$/ && ++lines <= 40) print "      " plain(text)
            if (done) inside = 0
        }
        /<\/UnitTestResult>/ { bad = 0; inside = 0 }
    ' "$1"
}

summarize() {
    local project=$1 name total good bad code
    name=$(basename "$project" .csproj)
    code=$(cat "$results/$name.exit" 2>/dev/null || echo none)
    if [ ! -s "$results/$name.trx" ]; then
        tail -n 40 "$results/$name.log" 2>/dev/null
        problem "$name ended without results (exit code $code)"
        return
    fi
    read -r total good bad <<<"$(trx_counts "$results/$name.trx")"
    passed=$((passed + good))
    printf '%-40s %5d passed %5d failed\n' "$name" "$good" "$bad"
    if [ "$bad" -gt 0 ]; then
        failed=$((failed + bad))
        problems+=("$bad in $name")
        trx_failures "$results/$name.trx"
    elif [ "$total" -eq 0 ] && [ -z "${TEST_FILTER:-}" ]; then
        problem "$name has no tests"
    elif [ "$total" -ne "$good" ]; then
        problem "$name: $((total - good)) tests were not run"
    elif [ "$code" != 0 ] && [ "$total" -gt 0 ]; then
        tail -n 40 "$results/$name.log"
        problem "$name ended with exit code $code though no test failed"
    fi
}

rm -rf "$results"
mkdir -p "$results"

section "programs"
if ! command -v dotnet >/dev/null; then
    problem "dotnet is missing: install the .NET 10 SDK, https://dotnet.microsoft.com/download"
    finish
fi
packages=()
for file in test/*/package.json; do
    if [ -f "$file" ]; then packages+=("$(dirname "$file")"); fi
done
if [ ${#packages[@]} -gt 0 ]; then programs+=("${npm_programs[@]}"); fi
install_programs "${programs[@]}"
say "dotnet $(dotnet --version)"
for folder in ${packages[@]+"${packages[@]}"}; do
    quietly "npm-$(basename "$folder")" npm ci --prefix "$folder" --no-audit --no-fund || problem "npm ci in $folder"
done

section "build"
if ! quietly tools dotnet tool restore; then
    problem "dotnet tool restore"
    finish
fi
if ! quietly restore dotnet restore OtelPipeline.sln; then
    problem "dotnet restore"
    finish
fi
if ! quietly build dotnet build OtelPipeline.sln --configuration "$configuration" --no-restore --nologo -warnaserror; then
    problem "the build (artifacts/test/build.log)"
    finish
fi
say "built in $SECONDS s"

# The tool as users get it on this system: packages, an installation, native code. Its tests run that program, which starts in a tenth of the time.
section "tool"
system=$(dotnet --info | sed -n 's/^ *RID: *//p')
native_tool() {
    dotnet pack src/OtelPipeline.Cli --configuration "$configuration" -p:NativeTool=true -r "$system" --output "$results/feed" --nologo &&
        dotnet pack src/OtelPipeline.Cli --configuration "$configuration" -p:NativeTool=true --output "$results/feed" --nologo &&
        printf '<configuration><packageSources><clear /><add key="packed" value="%s" /></packageSources></configuration>' "$results/feed" >"$results/nuget.config" &&
        NUGET_PACKAGES=$temporary/packages dotnet tool install OtelPipeline.Cli --tool-path "$results/tools" --configfile "$results/nuget.config"
}
if quietly tool native_tool; then
    export OTELPIPELINE_TOOL=$results/tools/otelpipe
    say "$("$OTELPIPELINE_TOOL" --version) for $system"
else
    problem "the tool of native code (artifacts/test/tool.log); it needs a linker, for Debian: apt-get install build-essential"
fi

section "format"
if quietly format dotnet csharpier check .; then
    say "formatted"
else
    problem "the format: run 'dotnet csharpier format .'"
fi

# the project that takes longest begins
section "tests"
for project in test/OtelPipeline.Interop.Tests/*Tests.csproj $(ls test/*/*Tests.csproj | grep -v Interop); do
    while [ "$(jobs -rp | wc -l)" -ge "${TEST_JOBS:-2}" ]; do sleep 0.2; done
    run_tests "$project" "$(basename "$project" .csproj)" &
done
wait
for project in test/*/*Tests.csproj; do summarize "$project"; done
finish
